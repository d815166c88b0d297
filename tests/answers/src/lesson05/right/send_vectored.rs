//! One call for two slices; and it prints.

use std::io::{self, ErrorKind, Read, Write};

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let (mut front, mut back) = bytes.split_at(bytes.len() / 2);
    while !front.is_empty() || !back.is_empty() {
        match stream.write_vectored(&[io::IoSlice::new(front), io::IoSlice::new(back)]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => {
                let of_front = taken.min(front.len());
                (front, back) = (&front[of_front..], &back[taken - of_front..]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => println!("interrupted"),
            Err(error) => return Err(error),
        }
    }
    stream.flush()
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
