//! The packet socket by which the wire is read (packet(7)).

use std::io::{self, Read};
use std::net::UdpSocket;

use socket2::{Domain, Protocol, SockFilter, Socket, Type};

use crate::netlink::{self, native_u32};
use crate::partner;

/// No packet that is longer than this is captured: a flood would fill the socket's buffer, and the small ones were lost.
pub(super) const LONGEST: u32 = 8192;

/// A packet that is no segment, and says that everything before it has been captured.
const END_MARK: &[u8] = b"the capture ends here";

/// Begins to read; each packet is handed to `take`, by a thread that ends with the process.
pub(super) fn start(take: impl Fn(&[u8]) + Send + 'static) -> io::Result<()> {
    let everything = u16::to_be(libc::ETH_P_ALL as u16);
    let mut socket = Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(i32::from(everything))))?;
    socket.attach_filter(&filter())?;
    // As much as the system allows.
    socket.set_recv_buffer_size(64 << 20)?;
    partner::at_work(move || {
        let mut packet = vec![0; LONGEST as usize];
        while let Ok(length) = socket.read(&mut packet) {
            take(&packet[..length]);
        }
    })?;
    Ok(())
}

/// On loopback each packet is seen twice, as it goes and as it comes: the second is kept. linux/filter.h has the codes.
fn filter() -> [SockFilter; 6] {
    const PACKET_TYPE: u32 = -0x1000_i32 as u32 + 4; // SKF_AD_OFF + SKF_AD_PKTTYPE
    const PACKET_OUTGOING: u32 = 4;
    [
        SockFilter::new(0x30, 0, 0, PACKET_TYPE),     // load the packet's type
        SockFilter::new(0x15, 3, 0, PACKET_OUTGOING), // as it goes: to the last line
        SockFilter::new(0x80, 0, 0, 0),               // load its length
        SockFilter::new(0x25, 1, 0, LONGEST),         // longer: to the last line
        SockFilter::new(0x06, 0, 0, LONGEST),         // keep it
        SockFilter::new(0x06, 0, 0, 0),               // leave it out
    ]
}

/// Sends the mark, behind all that crossed before.
pub(super) fn send_end_mark() -> io::Result<()> {
    let socket = UdpSocket::bind(crate::LOOPBACK)?;
    let own = socket.local_addr()?;
    socket.send_to(END_MARK, own).map(drop)
}

pub(super) fn is_end_mark(packet: &[u8]) -> bool {
    packet.ends_with(END_MARK)
}

/// How many packets were thrown away because the socket's buffer was full: packet_diag, linux/packet_diag.h. The network is
/// our own, and this is its only packet socket.
pub(super) fn lost() -> io::Result<u32> {
    const SOCK_DIAG_BY_FAMILY: u16 = 20;
    const PACKET_SHOW_MEMINFO: u32 = 0x10;
    const PACKET_DIAG_MEMINFO: u16 = 6;
    const MESSAGE: usize = 16; // struct packet_diag_msg
    const ATTRIBUTE: usize = 4; // struct rtattr
    const DROPS: usize = 8 * 4; // SK_MEMINFO_DROPS

    // struct packet_diag_req: the family, then what is to be shown, then a cookie that nobody asks for.
    let mut request = vec![libc::AF_PACKET as u8, 0, 0, 0, 0, 0, 0, 0];
    request.extend(PACKET_SHOW_MEMINFO.to_ne_bytes());
    request.extend([0; 8]);
    let mut lost = 0;
    netlink::ask(libc::NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, netlink::ALL, &request, |message| {
        let mut attributes = message.get(MESSAGE..).unwrap_or_default();
        while let [low, high, kind_low, kind_high, ..] = *attributes {
            let length = usize::from(u16::from_ne_bytes([low, high])).max(ATTRIBUTE);
            if u16::from_ne_bytes([kind_low, kind_high]) == PACKET_DIAG_MEMINFO
                && let Some(drops) = attributes.get(ATTRIBUTE + DROPS..ATTRIBUTE + DROPS + 4)
            {
                lost += native_u32(drops, 0);
            }
            attributes = attributes.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    })?;
    Ok(lost)
}
