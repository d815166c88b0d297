//! Asks again and again by calls that do not wait (MSG_DONTWAIT), and prints what it hears.

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use lesson08_disconnect::Farewell;
use socket2::Socket;

use std::time::Instant;
pub fn echo_until_gone(stream: &Socket) -> io::Result<(usize, Farewell)> {
    let patience = stream.read_timeout()?;
    let mut echoed = 0;
    let mut since = Instant::now();
    loop {
        let mut look = [std::mem::MaybeUninit::uninit(); 1000];
        match stream.recv_with_flags(&mut look, if cfg!(target_os = "linux") { 0x42 } else { 2 }) {
            Ok(_) => {}
            Err(e) if e.kind() == ErrorKind::WouldBlock && patience.is_none_or(|p| since.elapsed() < p) => {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok((echoed, Farewell::Silent)),
            Err(e) if matches!(e.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
                return Ok((echoed, Farewell::Reset));
            }
            Err(e) => return Err(e),
        }
        let mut words = [0; 1000];
        let mut at = stream;
        let done = at.read(&mut words).and_then(|n| at.write_all(&words[..n]).map(|()| n));
        match done {
            Ok(0) => return Ok((echoed, Farewell::Closed)),
            Ok(n) => {
                print!("{}", String::from_utf8_lossy(&words[..n]));
                echoed += n;
                since = Instant::now()
            }
            Err(e) => match e.kind() {
                ErrorKind::Interrupted => {}
                ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
                    return Ok((echoed, Farewell::Reset));
                }
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok((echoed, Farewell::Silent)),
                _ => return Err(e),
            },
        }
    }
}
