//! # Lesson 9: the whole program
//!
//! The steps put together, as a server and a client that run in two terminals. Nothing is new but the whole: an accept
//! loop that serves many clients at once, and stays up whatever one of them does.

mod drive;
pub mod programs;

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use narrator::kernel::{State, connection, listener};
use narrator::{Hint, LOOPBACK, Lesson, Look, Story, local_address};
use socket2::{Domain, Socket, Type};

/// What this lesson is called, and what it says besides its story.
pub const LESSON: Lesson = Lesson {
    number: 9,
    package: "lesson09_whole_program",
    hints: &[
        Hint {
            function: "serve_client",
            text: "Lesson 5 sends every byte and receives to the end; lesson 6 tells what closes a stream. New is the limit: \
                   count what you have, and refuse as soon as it is too much, not when the client has finished.",
        },
        Hint {
            function: "serve_client",
            text: "A Socket is a Write and a Read. write_all sends all of the greeting; a loop of read up to Ok(0), or \
                   read_to_end on (&stream).take(MOST as u64 + 1), receives the answer. Every error goes to the caller \
                   by ?, also the timeout.",
        },
        Hint {
            function: "converse",
            text: "Five calls: socket, connect, one recv, send, close. Why one recv? The server does not stop sending, it waits \
                   for you: whoever reads to the end waits for ever.",
        },
        Hint {
            function: "converse",
            text: "let mut server = Socket::new(Domain::for_address(address), Type::STREAM, None)?; connect it; then \
                   let received = server.read(&mut buffer)? into 1024 bytes; write_all the answer; and at the \
                   end Ok(buffer[..received].to_vec()).",
        },
    ],
    proved: "you have written both ends of a conversation over TCP, and each end tells its caller what became of the other.",
    question: "nothing in this protocol says where the greeting ends. What would you add so that a client could be sure?",
    look: Look::Sockets,
};

/// The learner's [`serve_client`](run).
pub type ServeClient = fn(Socket, &str) -> io::Result<Vec<u8>>;
/// The learner's [`converse`](run).
pub type Converse = fn(SocketAddr, &str) -> io::Result<Vec<u8>>;

/// What the server says to each client.
pub const GREETING: &str = "Welcome to study socket!";
/// What the client answers.
pub const ANSWER: &str = "消息收到,over!";

/// An answer may have this many bytes, and no more.
pub const MOST: usize = 64 * 1024;

/// Tells the lesson, then drives the learner's two functions; returns the process's exit code.
pub fn run(serve_client: ServeClient, converse: Converse) -> ExitCode {
    narrator::tell(&LESSON, walkthrough, |story| {
        story.your_turn("serve_client", |story| drive::serve_client(story, serve_client));
        story.your_turn("converse", |story| drive::converse(story, converse));
    })
}

// ANCHOR: walkthrough
fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = the_server_opens(story, LOOPBACK)?;
    let server = local_address(&listening)?;
    a_whole_conversation(story, &listening, server)?;
    somebody_breaks_off(story, &listening, server)?;
    somebody_is_silent(story, &listening, server)?;
    the_server_starts_again(story, listening, server)
}

// ANCHOR: open
/// Steps 1 to 3 of every server. The option belongs to every life of it, or a restart would find the port taken.
pub fn open(address: SocketAddr) -> io::Result<Socket> {
    let listening = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // On Windows the option means something else, and a restart needs none there.
    #[cfg(unix)]
    listening.set_reuse_address(true)?;
    listening.bind(&address.into())?;
    // Room for a crowd that comes at once; the kernel cuts it to its own limit (listen(2)).
    listening.listen(1024)?;
    Ok(listening)
}
// ANCHOR_END: open

fn the_server_opens(story: &mut Story, address: SocketAddr) -> io::Result<Socket> {
    story.step("The server: create, bind, listen. SO_REUSEADDR is set from the start.");
    let listening = open(address)?;
    let server = local_address(&listening)?;
    story.name(server, "server");
    story.server("socket(), setsockopt(SO_REUSEADDR)", "ok");
    story.server("bind(), listen(1024)", format!("a listener at {server}"));
    Ok(listening)
}

fn a_whole_conversation(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("The client: create, connect. The server accepts, and greets.");
    let (mut client, mut stream) = meet(story, "client", listening, server)?;
    let client_address = local_address(&client)?;
    story.server(format!("send(\"{GREETING}\")"), stream.send(GREETING.as_bytes()));
    story.kernel(connection(client_address, server, State::Established).unread(24));

    story.step("The client receives by one recv of at most 1024 bytes.");
    story.ask("Is that sure to be the whole greeting?", &["yes, it is short", "no"]);
    story.client("recv()", words(&mut client));
    story.meaning(
        "b) no: it was the whole, since all 24 bytes were there. Nothing in this protocol says where the greeting ends, \
         so over a slow network one recv may bring a piece, and the client could not tell.",
    );

    story.step("The client answers and closes. The server receives to the end, and closes.");
    story.client("send() of the answer", client.send(ANSWER.as_bytes()));
    drop(client);
    story.client("close()", "ok");
    story.server("recv()", words(&mut stream));
    story.server("recv()", stream.read(&mut [0; 64]));
    drop(stream);
    story.server("close()", "ok");
    story.kernel(connection(client_address, server, State::TimeWait));
    story.meaning("0 bytes: the client is done, so the server has all of the answer. TIME_WAIT is left to the client.");
    Ok(())
}

// ANCHOR: reset
fn somebody_breaks_off(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: of two clients, one breaks the connection off.");
    story.ask("What becomes of the other?", &["it is reset, too", "nothing"]);
    let (rude, mut lost) = meet(story, "rude", listening, server)?;
    let (polite, mut kept) = meet(story, "polite", listening, server)?;
    rude.set_linger(Some(Duration::ZERO))?;
    drop(rude);
    story.client("close() by rude, with linger 0", "ok");
    story.server("recv() from rude", words(&mut lost));
    story.client("send(\"over\") by polite", polite.send(b"over"));
    story.server("recv() from polite", words(&mut kept));
    story.meaning(
        "b) nothing: each client has a socket of its own, and in our server a thread of its own, so nobody waits.",
    );
    story.keep_open((polite, kept));
    Ok(())
}
// ANCHOR_END: reset

fn somebody_is_silent(story: &mut Story, listening: &Socket, server: SocketAddr) -> io::Result<()> {
    story.step("Break it: a client connects, and says nothing.");
    let (client, mut stream) = meet(story, "silent", listening, server)?;
    stream.set_read_timeout(Some(Duration::from_millis(100)))?;
    story.server("setsockopt(SO_RCVTIMEO)", "100 ms");
    story.server("recv()", words(&mut stream));
    story.meaning("Without a deadline this thread would wait for ever. The server that you run gives everybody 30 s.");
    story.keep_open((client, stream));
    Ok(())
}

fn the_server_starts_again(story: &mut Story, listening: Socket, server: SocketAddr) -> io::Result<()> {
    story.step("The server ends, and is started again at once.");
    if cfg!(windows) {
        story.skip("how Windows frees a port was not tried");
        return Ok(());
    }
    let (client, stream) = meet(story, "last", &listening, server)?;
    let last = local_address(&client)?;
    // The server closes first, so that the connection lingers on its side: the hard case.
    drop(stream);
    story.server("close() of the stream", "ok");
    drop(client);
    story.client("close()", "ok");
    drop(listening);
    story.server("close() of the listener", "ok");
    story.kernel(connection(server, last, State::TimeWait));
    let listening = open(server)?;
    story.server("bind(), listen(1024)", "a listener again");
    story.kernel(listener(server, 0));
    story.meaning("Both lives set SO_REUSEADDR before bind, so TIME_WAIT does not hold the port (lesson 7).");
    story.keep_open(listening);
    Ok(())
}
// ANCHOR_END: walkthrough

/// A client that the server has accepted: both ends.
fn meet(story: &mut Story, role: &str, listening: &Socket, server: SocketAddr) -> io::Result<(Socket, Socket)> {
    let client = Socket::new(Domain::for_address(server), Type::STREAM, None)?;
    client.connect(&server.into())?;
    let address = local_address(&client)?;
    story.name(address, role);
    story.client(format!("socket(), connect({server})"), format!("I am {address}"));
    let (stream, _) = listening.accept()?;
    story.server("accept()", format!("a stream to {address}"));
    Ok((client, stream))
}

/// What one recv brings, as a text.
fn words(stream: &mut Socket) -> io::Result<String> {
    let mut buffer = [0; 1024];
    let received = stream.read(&mut buffer)?;
    Ok(format!("{:?}", String::from_utf8_lossy(&buffer[..received])))
}

// ANCHOR: serve
/// The accept loop: a thread for each client, so that none waits for another, and none can harm another.
///
/// `outcome` is told what became of each client, as it comes. Returns only when accept fails for good.
pub fn serve(
    listening: &Socket,
    serve_client: impl Fn(Socket) -> io::Result<Vec<u8>> + Send + Sync + Copy + 'static,
    outcome: impl Fn(SocketAddr, thread::Result<io::Result<Vec<u8>>>) + Send + Sync + Copy + 'static,
) -> io::Error {
    let room = programs::Room::for_clients(1000);
    loop {
        let (stream, peer) = match listening.accept() {
            Ok((stream, peer)) => (stream, peer.as_socket().unwrap_or(LOOPBACK)),
            // The client was gone before we came for it (accept(2)), or a signal came.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::Interrupted) => continue,
            // No descriptor is left for one more: as soon as a client has gone there is.
            Err(_) if room.wait_until_somebody_leaves() => continue,
            Err(error) => return error,
        };
        let place = room.enter();
        thread::spawn(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(|| serve_client(stream)));
            outcome(peer, result);
            drop(place);
        });
    }
}
// ANCHOR_END: serve
