//! The story of lesson 8, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use narrator::kernel::{State, connection, no_connection};
use narrator::watchdog::Watched;
use narrator::wire::{data, fin, handshake, reset};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{AFTER_A_RESET, EMPTY_SEND, SIGN_OF_LIFE, SILENCE, TWO_SENDS};

/// How long the server bears silence.
const READ_TIMEOUT: Duration = Duration::from_millis(100);

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");

    let (stream, client1) = the_client_closes(story, &listening)?;
    the_server_asks_again(story, &stream);
    the_server_answers(story, &stream, client1)?;
    the_client_breaks_off(story, &listening)?;
    let (client3, stream3) = the_client_falls_silent(story, &listening)?;
    is_it_still_there(story, &client3, &stream3)?;
    story.keep_open((client3, stream3));
    Ok(())
}

/// Closed. The client has a thread of its own, so that it can act while the server waits.
///
/// Returns the server's stream, and the address that the client had.
fn the_client_closes(story: &mut Story, listening: &Socket) -> io::Result<(Socket, SocketAddr)> {
    story.step("The server waits in recv. Its client sends 0 bytes, and then it closes.");
    let (client, mut stream, server, client_address) = a_client_comes(story, listening, "client1")?;
    story.ask(&EMPTY_SEND);
    let server_thread = Watched::this_thread();
    let (client_thread, received) = thread::scope(|threads| {
        let client_thread = threads.spawn(move || {
            // Where the system does not tell this, the row below says so.
            let _waits = server_thread.blocks_in("recv(2)");
            let sent = client.send(b"");
            let still_waits = server_thread.blocks_in("recv(2)");
            drop(client);
            (sent, still_waits)
        });
        let received = stream.read(&mut [0; 64]);
        (client_thread.join(), received)
    });
    let (sent, still_waits) = client_thread.map_err(|_| io::Error::other("the client's thread panicked"))?;
    story.client("send(\"\")", sent);
    story.kernel_shows("the server's thread", still_waits);
    story.client("close()", "ok");
    story.wire(fin(client_address, server));
    story.server("recv()", received);
    story.kernel(connection(server, client_address, State::CloseWait));
    story.answer(&EMPTY_SEND);
    Ok((stream, client_address))
}

/// What becomes of a server that goes on as if the client were there.
fn the_server_asks_again(story: &mut Story, stream: &Socket) {
    // read(&mut self) exists for &Socket as well: what must be mutable then is this variable, not the shared socket.
    let mut stream = stream;
    story.step("Break it: take 0 for \"nothing yet\", and ask again.");
    for _ in 0..2 {
        let received = stream.read(&mut [0; 64]);
        story.server("recv()", received);
    }
    story.meaning("It never waits again: a loop that goes on here spins, one core at 100 %.");
}

fn the_server_answers(story: &mut Story, stream: &Socket, client1: SocketAddr) -> io::Result<()> {
    let server = local_address(stream)?;
    story.step("The server answers the client that has closed.");
    story.ask(&TWO_SENDS);
    let sent = stream.send(b"hello");
    story.server("send(\"hello\")", sent);
    story.wire(data(server, client1, 5));
    story.wire(reset(client1, server));
    // Waits for the answer of the client's kernel: without it the second send would be like the first.
    story.kernel(no_connection(server, client1));
    let sent = stream.send(b"hello");
    story.server("send(\"hello\")", sent);
    story.answer(&TWO_SENDS);
    Ok(())
}

/// Reset.
fn the_client_breaks_off(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A second client breaks the connection off.");
    let (client, stream, server, client_address) = a_client_comes(story, listening, "client2")?;
    // socket(7): with this option on and no time to linger, close sends RST in place of FIN.
    client.set_linger(Some(Duration::ZERO))?;
    story.client("setsockopt(SO_LINGER)", "on, 0 seconds");
    drop(client);
    story.client("close()", "ok");
    story.wire(reset(client_address, server));
    story.ask(&AFTER_A_RESET);
    story.kernel(no_connection(server, client_address));
    let sent = stream.send(b"hello");
    story.server("send(\"hello\")", sent);
    let received = (&stream).read(&mut [0; 64]);
    story.server("recv()", received);
    story.answer(&AFTER_A_RESET);
    Ok(())
}

/// Silent.
///
/// Returns the client's socket and the server's stream.
fn the_client_falls_silent(story: &mut Story, listening: &Socket) -> io::Result<(Socket, Socket)> {
    story.step("A third client says something, then nothing more.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client3")?;
    let mut buffer = [0; 64];
    // send(2), as often as it takes (lesson 5). For so few bytes that is once.
    client.write_all(b"one moment")?;
    story.client("send(\"one moment\")", "10 bytes");
    story.wire(data(client_address, server, 10));
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.ask(&SILENCE);
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    let silence = match stream.read(&mut buffer) {
        // One thing under two names: WouldBlock on Linux and macOS, TimedOut on Windows.
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => error,
        _ => return Err(io::Error::other("a silent client was heard")),
    };
    story.server("recv()", &silence);
    story.kernel(connection(server, client_address, State::Established));
    // RFC 9293 §3.8.4 has keep-alives, which ask after a silent peer, by default after two hours; and they must be off
    // unless a program turns them on.
    story.answer(&SILENCE);
    Ok((client, stream))
}

fn is_it_still_there(story: &mut Story, mut client: &Socket, mut stream: &Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    let mut buffer = [0; 64];
    story.step("Is it still there? The server asks.");
    story.ask(&SIGN_OF_LIFE);
    let sent = stream.send(b"still there?");
    story.server("send(\"still there?\")", sent);
    story.wire(data(server, client_address, 12));
    story.kernel(connection(client_address, server, State::Established).unread(12));
    let received = client.read(&mut buffer)?;
    story.client("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    let sent = client.send(b"yes");
    story.client("send(\"yes\")", sent);
    story.wire(data(client_address, server, 3));
    story.kernel(connection(server, client_address, State::Established).unread(3));
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.answer(&SIGN_OF_LIFE);
    Ok(())
}

/// A client connects and is accepted, as in lesson 4: its socket, the server's stream to it, and the two addresses.
fn a_client_comes(
    story: &mut Story,
    listening: &Socket,
    role: &str,
) -> io::Result<(Socket, Socket, SocketAddr, SocketAddr)> {
    let server = local_address(listening)?;
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.name(client_address, role);
    story.client(format!("connect({server})"), format!("ok, I am {client_address}"));
    story.wire(handshake(client_address, server));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {client_address}"));
    Ok((client, stream, server, client_address))
}
