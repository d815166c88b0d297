//! The story of this lesson, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use narrator::kernel::{State, connection, no_connection};
use narrator::watchdog::Watched;
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

// ANCHOR: walkthrough
/// How long the server bears silence.
const READ_TIMEOUT: Duration = Duration::from_millis(100);

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    story.name(local_address(&listening)?, "server");

    let (stream, client1) = the_client_closes(story, &listening)?;
    the_server_asks_again(story, &stream);
    the_server_answers(story, &stream, client1)?;
    the_client_breaks_off(story, &listening)?;
    let (client3, stream3) = the_client_falls_silent(story, &listening)?;
    is_it_still_there(story, &client3, &stream3)?;
    story.keep_open((client3, stream3));
    Ok(())
}

/// Closed: recv gives 0. The client has a thread of its own, so that it can close while the server waits.
///
/// Returns the server's stream, and the address that the client had.
fn the_client_closes(story: &mut Story, listening: &Socket) -> io::Result<(Socket, SocketAddr)> {
    story.step("The server waits in recv. Then its client closes.");
    let (client, mut stream, server, client_address) = a_client_comes(story, listening, "client1")?;
    story.ask("Not a byte was sent. What will recv return?", &["nothing yet", "an error", "0"]);
    // ANCHOR: two-threads
    let server_thread = Watched::this_thread();
    let (waited, received) = thread::scope(|threads| {
        let closing = threads.spawn(move || {
            let waited = server_thread.blocks_in("recv(2)");
            drop(client);
            waited
        });
        let received = stream.read(&mut [0; 64]);
        (closing.join(), received)
    });
    // ANCHOR_END: two-threads
    story.kernel_shows("the server's thread", waited.map_err(|_| io::Error::other("the client's thread panicked"))?);
    story.client("close()", "ok");
    story.server("recv()", received);
    story.kernel(connection(server, client_address, State::CloseWait));
    story.meaning(
        "c) 0: the client's FIN woke the server. 0 is not an empty message, it is the end of the stream (recv(2)).",
    );
    Ok((stream, client_address))
}

/// What becomes of a server that goes on as if the client were there.
fn the_server_asks_again(story: &mut Story, stream: &Socket) {
    // read(&mut self) exists for &Socket as well: what must be mutable then is this variable, not the shared socket.
    let mut stream = stream;
    story.step("Break it: take 0 for \"nothing yet\", and ask again.");
    for _ in 0..3 {
        story.server("recv()", stream.read(&mut [0; 64]));
    }
    story.meaning("It never waits again: a loop that goes on here spins, one core at 100 %.");
}

fn the_server_answers(story: &mut Story, stream: &Socket, client1: SocketAddr) -> io::Result<()> {
    let server = local_address(stream)?;
    story.step("Break it: answer a client that has closed.");
    story.ask("What does the server's first send give?", &["5 bytes", "an error"]);
    story.server("send(\"hello\")", stream.send(b"hello"));
    // Waits for the answer of the client's kernel: without it the second send would be like the first.
    story.kernel(no_connection(server, client1));
    story.server("send(\"hello\")", stream.send(b"hello"));
    story.meaning(
        "a) 5 bytes: send only fills our own kernel's buffer. At the other end nobody is left to read, so that \
         kernel answers RST. The second send hears of it.",
    );
    Ok(())
}

/// Reset: recv gives an error, once.
fn the_client_breaks_off(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A second client breaks the connection off.");
    let (client, stream, server, client_address) = a_client_comes(story, listening, "client2")?;
    // socket(7): with this option on and no time to linger, close sends RST in place of FIN.
    client.set_linger(Some(Duration::ZERO))?;
    story.client("setsockopt(SO_LINGER)", "on, 0 seconds");
    drop(client);
    story.client("close()", "ok");
    story.kernel(no_connection(server, client_address));
    story.server("recv()", (&stream).read(&mut [0; 64]));
    story.server("recv()", (&stream).read(&mut [0; 64]));
    story.meaning(
        "A reset is told once, as an error; after it comes 0. It is no proof of a crash: a close with unread bytes \
         does it too (lesson 6).",
    );
    Ok(())
}

/// Silent: recv gives nothing at all, unless we set a timeout. TCP has keep-alives that ask after a silent peer, by
/// default after two hours; but they are off unless a program turns them on (RFC 9293 §3.8.4).
///
/// Returns the client's socket and the server's stream.
fn the_client_falls_silent(story: &mut Story, listening: &Socket) -> io::Result<(Socket, Socket)> {
    story.step("A third client says something, then nothing more.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client3")?;
    let mut buffer = [0; 64];
    // send(2), as often as it takes (lesson 5). For so few bytes that is once.
    client.write_all(b"one moment")?;
    story.client("send(\"one moment\")", "10 bytes");
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.ask("When does the next recv return?", &["after a minute or so", "after two hours", "maybe never"]);
    // ANCHOR: timeout
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    let silence = match stream.read(&mut buffer) {
        // One thing under two names: WouldBlock on Linux and macOS, TimedOut on Windows.
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => error,
        _ => return Err(io::Error::other("a silent client was heard")),
    };
    // ANCHOR_END: timeout
    story.server("recv()", &silence);
    story.kernel(connection(server, client_address, State::Established));
    story.meaning(
        "c) maybe never: TCP sets no limit to silence. A client that thinks and a cut cable look the same from here. \
         The timeout is ours alone; the connection stands.",
    );
    Ok((client, stream))
}

fn is_it_still_there(story: &mut Story, mut client: &Socket, mut stream: &Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(client)?);
    let mut buffer = [0; 64];
    story.step("Is it still there? The server asks.");
    story.server("send(\"still there?\")", stream.send(b"still there?"));
    story.kernel(connection(client_address, server, State::Established).unread(12));
    let received = client.read(&mut buffer)?;
    story.client("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.client("send(\"yes\")", client.send(b"yes"));
    story.kernel(connection(server, client_address, State::Established).unread(3));
    let received = stream.read(&mut buffer)?;
    story.server("recv()", format!("{:?}", String::from_utf8_lossy(&buffer[..received])));
    story.meaning("send said 12 bytes when nobody had read one. Only the client's own answer tells that it lives.");
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
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {client_address}"));
    Ok((client, stream, server, client_address))
}
// ANCHOR_END: walkthrough
