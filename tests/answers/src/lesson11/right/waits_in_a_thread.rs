//! A thread reads with a clone and hands each byte on; the caller waits for it with what is left, and ends the thread by a
//! flag that it looks at.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use lesson11_deadlines::is_nonblocking;
use socket2::{Domain, Socket, Type};

pub fn receive_within(stream: &Socket, count: usize, limit: Duration) -> io::Result<Vec<u8>> {
    if limit < Duration::from_millis(1) {
        return Err(ErrorKind::InvalidInput.into());
    }
    let (timeout, nonblocking) = (stream.read_timeout()?, is_nonblocking(stream)?);
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_millis(5)))?;
    let received = thread::scope(|threads| {
        let (give, take) = mpsc::sync_channel(0);
        threads.spawn(move || {
            let mut stream = stream;
            let mut missing = count;
            let mut buffer = vec![0; 1000];
            while missing > 0 {
                let room = missing.min(1000);
                let result = stream.read(&mut buffer[..room]);
                let ends = !matches!(result, Ok(1..));
                let again = result.as_ref().is_err_and(|error| {
                    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
                });
                let piece = result.map(|received| buffer[..received].to_vec());
                missing -= piece.as_ref().map_or(0, Vec::len);
                let piece = if again { Ok(None) } else { piece.map(Some) };
                if give.send(piece).is_err() || ends && !again {
                    return;
                }
            }
        });
        let begin = Instant::now();
        let mut message = Vec::new();
        while message.len() < count {
            let left = limit.saturating_sub(begin.elapsed());
            match take.recv_timeout(left).map_err(|_| ErrorKind::TimedOut)?? {
                Some(piece) if piece.is_empty() => return Err(ErrorKind::UnexpectedEof.into()),
                Some(piece) => message.extend(piece),
                None => {}
            }
        }
        Ok(message)
    });
    stream.set_read_timeout(timeout)?;
    stream.set_nonblocking(nonblocking)?;
    received
}

pub fn connect_within(server: SocketAddr, limit: Duration) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    socket.connect_timeout(&server.into(), limit)?;
    Ok(socket)
}
