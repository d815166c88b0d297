//! By a range of what is left, and into two buffers at a call.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut range = 0..bytes.len();
    while !range.is_empty() {
        match stream.write(&bytes[range.clone()]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            taken => match taken? {
                0 => return Err(io::Error::new(ErrorKind::WriteZero, format!("{} bytes are left", range.len()))),
                taken => range.start += taken,
            },
        }
    }
    stream.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let (mut one, mut two) = ([0; 2], vec![0; 70_000]);
    loop {
        let mut rooms = [io::IoSliceMut::new(&mut one), io::IoSliceMut::new(&mut two)];
        match stream.read_vectored(&mut rooms) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(0) => break,
            Ok(received) => {
                bytes.extend_from_slice(&one[..received.min(2)]);
                bytes.extend_from_slice(&two[..received.saturating_sub(2)]);
            }
        }
    }
    String::from_utf8(bytes).or(Err(ErrorKind::InvalidData.into()))
}
