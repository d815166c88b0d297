//! The capture as a file that Wireshark and tcpdump open: pcapng (draft-ietf-opsawg-pcapng), which has room for a comment.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

/// What the file says of itself.
const COMMENT: &str = "The TCP segments of one run of a lesson, in a network of its own. Packets of more than 8192 bytes \
                       are left out.";

const RAW_IP: u16 = 101; // LINKTYPE_RAW: each packet begins with its IP header

/// Section header, then one interface.
pub(super) fn begin(file: &mut impl Write) -> io::Result<()> {
    let mut section = Vec::new();
    section.extend(0x1a2b_3c4d_u32.to_le_bytes()); // little-endian
    section.extend([1, 0, 0, 0]); // version 1.0
    section.extend((-1_i64).to_le_bytes()); // as long as it will be
    option(&mut section, 1, COMMENT.as_bytes());
    option(&mut section, 0, &[]);
    block(file, 0x0a0d_0d0a, &section)?;

    let mut interface = Vec::new();
    interface.extend(RAW_IP.to_le_bytes());
    interface.extend([0; 2]);
    interface.extend([0; 4]); // no limit
    option(&mut interface, 2, b"lo");
    option(&mut interface, 0, &[]);
    block(file, 1, &interface)
}

/// One packet, now.
pub(super) fn packet(file: &mut impl Write, packet: &[u8]) -> io::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros() as u64;
    // What the headers say: the sender's kernel may have joined several segments into one packet.
    let length = (packet.len() as u32).to_le_bytes();
    let mut body = Vec::with_capacity(20 + packet.len());
    body.extend([0; 4]); // the only interface
    body.extend(((now >> 32) as u32).to_le_bytes());
    body.extend((now as u32).to_le_bytes());
    body.extend(length);
    body.extend(length);
    padded(&mut body, packet);
    block(file, 6, &body)
}

/// A block: kind, length, body, length. In one write, so that a run that is cut off leaves whole blocks.
fn block(file: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    let mut block = Vec::with_capacity(body.len() + 12);
    block.extend(kind.to_le_bytes());
    block.extend(length);
    block.extend(body);
    block.extend(length);
    file.write_all(&block)
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    padded(body, value);
}

/// Everything begins at a multiple of four bytes.
fn padded(body: &mut Vec<u8>, value: &[u8]) {
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
}
