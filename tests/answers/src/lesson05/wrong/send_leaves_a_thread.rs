//! A thread waits for something that never comes.
//!
//! says: a thread that it started still runs

use std::io::{self, Read, Write};
use std::thread;
use std::time::Duration;

pub fn send_all(stream: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    thread::spawn(|| thread::sleep(Duration::from_secs(4)));
    stream.write_all(bytes)
}

pub fn receive_text(stream: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}
