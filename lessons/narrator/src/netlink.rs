//! A question to the kernel over a netlink socket (netlink(7)): one message there, one or many back.

use std::io::{self, Read};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

// linux/netlink.h
const HEADER: usize = 16; // struct nlmsghdr
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// NLM_F_REQUEST | NLM_F_DUMP: everything there is, then DONE.
pub(crate) const ALL: u16 = 0x301;
/// NLM_F_REQUEST | NLM_F_ACK: do it, then say how it went.
pub(crate) const DO: u16 = 0x5;

/// Asks one of netlink's families, and hands each message of the answer to `each`, without its header.
///
/// # Errors
/// What the kernel answers; those of `socket(2)`, `send(2)` and `recv(2)`.
pub(crate) fn ask(family: i32, kind: u16, flags: u16, body: &[u8], mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let socket = Socket::new(Domain::from(libc::AF_NETLINK), Type::DGRAM, Some(Protocol::from(family)))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut request = Vec::with_capacity(HEADER + body.len());
    request.extend(((HEADER + body.len()) as u32).to_ne_bytes());
    request.extend(kind.to_ne_bytes());
    request.extend(flags.to_ne_bytes());
    request.extend([0; 8]); // sequence number and sender, which the kernel fills in
    request.extend(body);
    socket.send(&request)?;

    let mut buffer = vec![0; 32 * 1024];
    loop {
        let received = (&socket).read(&mut buffer)?;
        let mut messages = &buffer[..received];
        while messages.len() >= HEADER {
            let length = native_u32(messages, 0) as usize;
            let Some(message) = messages.get(HEADER..length) else { return Err(io::ErrorKind::InvalidData.into()) };
            match u16::from_ne_bytes([messages[4], messages[5]]) {
                DONE => return Ok(()),
                // The number 0 is an error's absence.
                ERROR => match message.get(..4).map_or(0, |number| native_u32(number, 0) as i32) {
                    0 => return Ok(()),
                    error => return Err(io::Error::from_raw_os_error(-error)),
                },
                _ => each(message),
            }
            messages = messages.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

/// A number in the order of this machine's bytes.
pub(crate) fn native_u32(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
