//! A TCP segment as it crossed the wire (RFC 9293 §3.1).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::partner::shown;

/// The flags of a segment's header that this course tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// The sender's bytes end here.
    pub const FIN: u8 = 1;
    /// The sender asks for a connection, or agrees to one.
    pub const SYN: u8 = 2;
    /// There is no such connection, or not any more.
    pub const RST: u8 = 4;
    /// The sender has nothing more waiting behind these bytes.
    pub const PSH: u8 = 8;
    /// The acknowledgement number counts.
    pub const ACK: u8 = 16;

    /// Whether this flag is set.
    pub fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    /// The names of those that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let all = [(Self::SYN, "SYN"), (Self::FIN, "FIN"), (Self::RST, "RST"), (Self::PSH, "PSH"), (Self::ACK, "ACK")];
        all.into_iter().filter(move |(flag, _)| self.has(*flag)).map(|(_, name)| name)
    }
}

/// A TCP segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Who sent it.
    pub from: SocketAddr,
    /// Whom it was sent to.
    pub to: SocketAddr,
    /// Its flags.
    pub flags: Flags,
    /// The number of its first byte. As it stands in the header; [`crate::wire`] counts it from the connection's first.
    pub sequence: u32,
    /// The number of the byte that its sender waits for. It counts only where ACK is set.
    pub acknowledgement: u32,
    /// How many bytes of data it carries, by the headers.
    pub length: usize,
    /// Those of them that were captured.
    pub bytes: Vec<u8>,
    /// Whether a segment with the same bytes, SYN or FIN crossed before.
    pub again: bool,
}

impl Segment {
    /// Whether it acknowledges and does nothing else.
    pub fn is_pure_ack(&self) -> bool {
        self.length == 0 && !self.flags.has(Flags::SYN | Flags::FIN | Flags::RST)
    }

    /// Reads an IP packet. `None` where it holds no whole TCP header, or only a later part of a segment.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let (source, destination, segment, length) = match packet.first()? >> 4 {
            4 => ipv4(packet)?,
            6 => ipv6(packet)?,
            _ => return None,
        };
        let header = segment.get(..20)?;
        let data = usize::from(header[12] >> 4) * 4;
        if data < header.len() {
            return None;
        }
        let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let length = length.checked_sub(data)?;
        let bytes = segment.get(data..).unwrap_or_default();
        Some(Self {
            from: SocketAddr::new(source, u16::from_be_bytes([header[0], header[1]])),
            to: SocketAddr::new(destination, u16::from_be_bytes([header[2], header[3]])),
            flags: Flags(header[13]),
            sequence: word(4),
            acknowledgement: word(8),
            length,
            bytes: bytes[..length.min(bytes.len())].to_vec(),
            again: false,
        })
    }
}

/// The addresses, what lies behind the IP header, and how long that is by the header (RFC 791 §3.1).
fn ipv4(packet: &[u8]) -> Option<(IpAddr, IpAddr, &[u8], usize)> {
    let header = packet.get(..20)?;
    let own = usize::from(header[0] & 15) * 4;
    let whole = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let later_part = u16::from_be_bytes([header[6], header[7]]) & 0x1fff != 0;
    if header[9] != TCP || later_part || own < header.len() {
        return None;
    }
    let address = |at: usize| IpAddr::from(Ipv4Addr::new(header[at], header[at + 1], header[at + 2], header[at + 3]));
    Some((address(12), address(16), packet.get(own..)?, whole.checked_sub(own)?))
}

/// The same (RFC 8200 §3). On loopback no other header stands between this one and TCP's.
fn ipv6(packet: &[u8]) -> Option<(IpAddr, IpAddr, &[u8], usize)> {
    let header = packet.get(..40)?;
    if header[6] != TCP {
        return None;
    }
    let address = |at: usize| {
        let octets: [u8; 16] = header[at..at + 16].try_into().ok()?;
        Some(IpAddr::from(Ipv6Addr::from(octets)))
    };
    let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
    Some((address(8)?, address(24)?, packet.get(40..)?, length))
}

/// TCP's number among the protocols over IP (IANA, "Protocol Numbers").
const TCP: u8 = 6;

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.flags.names().collect::<Vec<_>>().join(", "))?;
        match self.length {
            0 => {}
            length if length > self.bytes.len() || length > 64 => write!(f, ", {length} bytes")?,
            1 => write!(f, ", 1 byte {}", shown(&self.bytes))?,
            length => write!(f, ", {length} bytes {}", shown(&self.bytes))?,
        }
        f.write_str(if self.again { ", again" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet as the kernel made it: `hello` from 127.0.0.1:43690 to 127.0.0.1:7000.
    fn hello() -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 57, 0x1c, 0x46, 0x40, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1];
        packet.extend([0xaa, 0xaa, 0x1b, 0x58, 0, 0, 0, 7, 0, 0, 0, 9, 0x80, 0x18, 2, 0, 0, 0, 0, 0]);
        packet.extend([1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]); // options: timestamps
        packet.extend(b"hello");
        packet
    }

    #[test]
    fn a_whole_packet() {
        let segment = Segment::parse(&hello()).unwrap();
        assert_eq!((segment.from.to_string(), segment.to.port()), ("127.0.0.1:43690".to_owned(), 7000));
        assert_eq!((segment.sequence, segment.acknowledgement, segment.length), (7, 9, 5));
        assert_eq!(segment.to_string(), "PSH, ACK, 5 bytes \"hello\"");
        assert!(!segment.is_pure_ack());
    }

    #[test]
    fn every_truncated_packet() {
        let packet = hello();
        for length in 0..packet.len() {
            match Segment::parse(&packet[..length]) {
                // The headers tell the length, whatever was captured of the bytes. They are whole before the options are.
                Some(segment) => {
                    assert!(length >= 40);
                    assert_eq!((segment.length, segment.bytes.len()), (5, length.saturating_sub(52)));
                }
                None => assert!(length < 40, "{length}"),
            }
        }
    }

    #[test]
    fn odd_packets() {
        let changed = |at: usize, byte: u8| {
            let mut packet = hello();
            packet[at] = byte;
            Segment::parse(&packet)
        };
        assert_eq!(changed(0, 0x55), None, "no IP version");
        assert_eq!(changed(0, 0x41), None, "an IP header of 4 bytes");
        assert_eq!(changed(9, 17), None, "UDP");
        assert_eq!(changed(7, 1), None, "the second fragment");
        assert_eq!(changed(32, 0x10), None, "a TCP header of 4 bytes");
        assert_eq!(changed(3, 30), None, "shorter than its headers");
        // Bytes behind the packet are a link's padding.
        let mut padded = hello();
        padded.extend([0; 3]);
        assert_eq!(Segment::parse(&padded), Segment::parse(&hello()));
        // A longer IP header.
        let mut options = hello();
        options[0] = 0x46;
        options[3] += 4;
        options.splice(20..20, [1; 4]);
        assert_eq!(Segment::parse(&options), Segment::parse(&hello()));
    }

    #[test]
    fn ipv6() {
        let mut packet = vec![0x60, 0, 0, 0, 0, 37, 6, 64];
        for _ in 0..2 {
            packet.extend(Ipv6Addr::LOCALHOST.octets());
        }
        packet.extend(&hello()[20..]);
        let segment = Segment::parse(&packet).unwrap();
        assert_eq!((segment.from.to_string(), segment.length), ("[::1]:43690".to_owned(), 5));
        for length in 0..60 {
            assert_eq!(Segment::parse(&packet[..length]), None);
        }
        packet[6] = 58;
        assert_eq!(Segment::parse(&packet), None, "ICMPv6");
    }
}
