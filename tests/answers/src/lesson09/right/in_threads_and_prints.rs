//! A thread for each half, a BufWriter; and it prints.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

use lesson09_whole_program::MOST;
use socket2::Socket;

pub fn serve_client(stream: Socket, greeting: &str) -> io::Result<Vec<u8>> {
    let stream = std::net::TcpStream::from(stream);
    std::thread::scope(|scope| {
        scope.spawn(|| io::Write::write_all(&mut &stream, greeting.as_bytes())).join().unwrap()?;
        scope
            .spawn(|| {
                let mut answer = Vec::new();
                (&stream).take(MOST as u64 + 1).read_to_end(&mut answer)?;
                if answer.len() > MOST { Err(ErrorKind::InvalidData.into()) } else { Ok(answer) }
            })
            .join()
            .unwrap()
    })
}
pub fn converse(address: SocketAddr, answer: &str) -> io::Result<Vec<u8>> {
    let mut server = std::net::TcpStream::connect(address)?;
    let mut room = Vec::with_capacity(1024);
    std::thread::scope(|scope| {
        scope
            .spawn(|| {
                room.resize(1024, 0);
                let n = server.read(&mut room)?;
                room.truncate(n);
                println!("> {}", String::from_utf8_lossy(&room));
                io::Result::Ok(())
            })
            .join()
            .unwrap()
    })?;
    let mut out = io::BufWriter::new(&server);
    for piece in answer.as_bytes().chunks(100) {
        out.write_all(piece)?;
    }
    out.flush()?;
    drop(out);
    println!("< {answer}");
    server.shutdown(Shutdown::Write)?;
    Ok(room)
}
