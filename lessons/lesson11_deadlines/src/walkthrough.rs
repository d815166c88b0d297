//! The story of lesson 11, to be read from top to bottom while it runs.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use narrator::kernel::{State, connection};
use narrator::wire::{asked, data, handshake};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{HERITAGE, LOST, QUEUES_DIFFER, SEND_TIMEOUT, STREAMS_DIFFER, is_nonblocking};

/// How long a slow client waits before each byte.
const PAUSE: Duration = Duration::from_millis(50);

/// How long one recv of the server waits.
const TIMEOUT: Duration = Duration::from_millis(200);

/// How long the server has for a whole message.
const LIMIT: Duration = Duration::from_millis(120);

/// A short timeout, where it is sure to run out.
const SHORT: Duration = Duration::from_millis(40);

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");

    let stream1 = a_timeout_for_each_recv(story, &listening)?;
    a_deadline_for_the_whole(story, &listening)?;
    nothing_is_left(story, &stream1)?;
    a_message_in_two_halves(story, &listening)?;
    the_listeners_settings(story, &listening)?;
    a_limit_for_connect(story)?;
    Ok(())
}

fn a_timeout_for_each_recv(story: &mut Story, listening: &Socket) -> io::Result<Socket> {
    story.step("A client waits 50 ms before each byte. The server gives each recv 200 ms.");
    let (client, mut stream, server, client_address) = a_client_comes(story, listening, "client1")?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    story.server("setsockopt(SO_RCVTIMEO)", "200 ms");
    let mut message = [0; 5];
    let mut tries = 0..5;
    let (received, passed) = loop {
        let begin = Instant::now();
        let mut count = 0;
        let received = thread::scope(|threads| {
            threads.spawn(|| speak_slowly(&client, b"pay 5"));
            while count < message.len() {
                // Room for one byte.
                count += stream.read(&mut message[count..=count])?;
            }
            Ok(())
        });
        // A machine may be so busy that the client itself comes too late. Then it says the same once more.
        if received.is_ok() || tries.next().is_none() {
            break (received, begin.elapsed());
        }
        stream.read_exact(&mut message[count..])?;
    };
    story.client("send(), 5 times", "1 byte each");
    story.wire(data(client_address, server, 5));
    story.server("recv(), 5 times", received.map(|()| quoted(&message)));
    story.server("more than 200 ms in all?", yes_or_no(passed > TIMEOUT));
    story.meaning(
        "A timeout is for one call, and each of these calls was in time. For a message of 1 MB this client could keep the \
         server busy for 14 hours.",
    );
    Ok(stream)
}

/// A deadline is a point in time: each recv gets what is left until then.
fn a_deadline_for_the_whole(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("The next has 20 bytes. The server allows 120 ms for all of them.");
    let (client, mut stream, ..) = a_client_comes(story, listening, "client2")?;
    let begin = Instant::now();
    let mut message = [0; 20];
    let mut received = 0;
    let ended = thread::scope(|threads| {
        threads.spawn(|| speak_slowly(&client, b"pay 100 to the baker"));
        let ended = loop {
            let left = LIMIT.saturating_sub(begin.elapsed());
            if received == message.len() || left.is_zero() {
                break Ok(());
            }
            stream.set_read_timeout(Some(left))?;
            match stream.read(&mut message[received..]) {
                Ok(count) => received += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::TimedOut => {}
                Err(error) => break Err(error),
            }
        };
        // The client hears it, and stops.
        drop(stream);
        ended
    });
    story.server("setsockopt(SO_RCVTIMEO)", "what is left of 120 ms");
    story.server("recv(), again and again", ended.map(|()| "until nothing is left".to_owned()));
    story.server("more than 120 ms in all?", yes_or_no(begin.elapsed() > LIMIT));
    story.server("the whole message?", yes_or_no(received == message.len()));
    story.meaning("However many bytes come: the time that is left only gets shorter.");
    Ok(())
}

fn nothing_is_left(story: &mut Story, stream1: &Socket) -> io::Result<()> {
    story.step("Break it: when nothing is left, set the timeout all the same, to 0.");
    let set = stream1.set_read_timeout(Some(Duration::ZERO));
    story.server("setsockopt(SO_RCVTIMEO), 0 ms", set);
    let timeout = stream1.read_timeout()?;
    story.kernel_says("SO_RCVTIMEO", timeout.map_or("none".to_owned(), |timeout| format!("{timeout:?}")));
    story.meaning("0 takes a timeout away (socket(7)): the next recv might wait for ever.");
    Ok(())
}

fn a_message_in_two_halves(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A message has 8 bytes. 5 of them come, then nothing for 40 ms.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client3")?;
    let sent = client.write(b"pay 1");
    story.client("send(\"pay 1\")", sent);
    story.wire(data(client_address, server, 5));
    story.kernel(connection(server, client_address, State::Established).unread(5));
    stream.set_read_timeout(Some(SHORT))?;
    story.server("setsockopt(SO_RCVTIMEO)", "40 ms");
    let mut message = [0; 8];
    let received = stream.read_exact(&mut message);
    story.server("read_exact() into 8 bytes", received);
    let sent = client.write(b"000");
    story.client("send(\"000\")", sent);
    story.wire(data(client_address, server, 3));
    story.ask(&LOST);
    story.kernel(connection(server, client_address, State::Established).unread(3));
    let received = stream.read_exact(&mut message);
    story.server("read_exact() into 8 bytes", received);
    story.kernel(connection(server, client_address, State::Established).unread(0));
    story.answer(&LOST);
    Ok(())
}

fn the_listeners_settings(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("The listener is made nonblocking, and given a timeout. Then a client comes.");
    if !cfg!(target_os = "linux") {
        story.skip(STREAMS_DIFFER);
        return Ok(());
    }
    listening.set_nonblocking(true)?;
    listening.set_read_timeout(Some(SHORT))?;
    story.server("fcntl(), setsockopt()", "nonblocking, 40 ms");
    let accepted = listening.accept();
    story.server("accept()", accepted.map(|_| "a stream".to_owned()));
    let (client4, mut stream, _, address4) = a_client_comes(story, listening, "client4")?;
    story.server("accept()", format!("a stream to {address4}"));
    story.ask(&HERITAGE);
    let nonblocking = is_nonblocking(&stream)?;
    story.kernel_says("the stream is nonblocking?", yes_or_no(nonblocking));
    let timeout = stream.read_timeout()?;
    story.kernel_says("the stream has a timeout?", yes_or_no(timeout.is_some()));
    let received = stream.read(&mut [0; 64]).map(|count| format!("{count} bytes"));
    story.server("recv()", received);
    story.answer(&HERITAGE);
    story.meaning("Twice WouldBlock: accept said it at once, and recv after 40 ms.");
    story.keep_open((client4, stream));
    Ok(())
}

fn a_limit_for_connect(story: &mut Story) -> io::Result<()> {
    story.step("Another server's queue is full (lesson 3). A client has 40 ms to get in.");
    if !cfg!(target_os = "linux") {
        story.skip(QUEUES_DIFFER);
        return Ok(());
    }
    let full = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    full.bind(&LOOPBACK.into())?;
    full.listen(0)?;
    let server = local_address(&full)?;
    story.name(server, "full");
    let first = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    first.connect(&server.into())?;
    let client5 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client5.set_write_timeout(Some(SHORT))?;
    story.client("setsockopt(SO_SNDTIMEO)", "40 ms");
    story.ask(&SEND_TIMEOUT);
    let connected = client5.connect(&server.into());
    let address5 = local_address(&client5)?;
    story.name(address5, "client5");
    story.client(format!("connect({server})"), connected);
    story.wire(asked(address5, server));
    story.kernel(connection(address5, server, State::SynSent));
    story.answer(&SEND_TIMEOUT);
    let client6 = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    let connected = client6.connect_timeout(&server.into(), SHORT);
    let address6 = local_address(&client6)?;
    story.name(address6, "client6");
    story.client(format!("connect({server}), 40 ms"), connected);
    story.wire(asked(address6, server));
    story.meaning(
        "recv says WouldBlock, connect InProgress, socket2's connect_timeout TimedOut: one thing under three names.",
    );
    story.keep_open((full, first, client5, client6));
    Ok(())
}

/// Waits before each byte, as long as the server neither answers nor closes: a wait with a timeout, for what never comes.
fn speak_slowly(mut client: &Socket, message: &[u8]) -> io::Result<()> {
    client.set_read_timeout(Some(PAUSE))?;
    for byte in message {
        match client.read(&mut [0; 64]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::TimedOut => {}
            _ => break,
        }
        client.write_all(&[*byte])?;
    }
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
    Ok((client, stream, server, client_address))
}

fn quoted(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

fn yes_or_no(so: bool) -> String {
    if so { "yes" } else { "no" }.to_owned()
}
