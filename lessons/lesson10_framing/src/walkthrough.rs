//! The story of lesson 10, to be read from top to bottom while it runs.

use std::io::{self, Read, Write};
use std::net::SocketAddr;

use narrator::kernel::{State, connection};
use narrator::wire::{data, fin, handshake};
use narrator::{LOOPBACK, Story, local_address};
use socket2::{Domain, Socket, Type};

use crate::{BYTE_ORDER, NO_MORE, STRANGER};

/// The longest message that this server takes.
const MOST: usize = 1000;

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listening.bind(&LOOPBACK.into())?;
    listening.listen(5)?;
    let server = local_address(&listening)?;
    story.name(server, "server");

    a_message_in_two_pieces(story, &listening)?;
    let (client2, stream2) = a_length_in_front(story, &listening)?;
    the_client_is_done(story, client2, &stream2)?;
    the_client_is_cut(story, &listening)?;
    a_length_that_lies(story, &listening)?;
    a_mark_behind(story, &listening)?;
    Ok(())
}

fn a_message_in_two_pieces(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A client says \"pay 100\", by two sends. The server calls recv after each.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client1")?;
    let sent = client.write(b"pay 1");
    story.client("send(\"pay 1\")", sent);
    story.wire(data(client_address, server, 5));
    let mut buffer = [0; 64];
    let received = stream.read(&mut buffer)?;
    story.server("recv()", quoted(&buffer[..received]));
    let sent = client.write(b"00");
    story.client("send(\"00\")", sent);
    story.wire(data(client_address, server, 2));
    let received = stream.read(&mut buffer)?;
    story.server("recv()", quoted(&buffer[..received]));
    story.meaning("Who takes one recv for a message has paid 1. No byte says where it ends.");
    Ok(())
}

/// A frame: four bytes that say how long the message is, then the message.
fn a_length_in_front(story: &mut Story, listening: &Socket) -> io::Result<(Socket, Socket)> {
    story.step("So a client says beforehand how long each message is, in 4 bytes.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client2")?;
    // The largest part first: "big-endian", the order that most protocols have.
    let mut frames = Vec::new();
    for message in [&b"pay 100"[..], b"pay 5"] {
        frames.extend_from_slice(&(message.len() as u32).to_be_bytes());
        frames.extend_from_slice(message);
    }
    let sent = client.write(&frames);
    story.client("send() of two frames", sent);
    story.wire(data(client_address, server, 20));
    story.kernel(connection(server, client_address, State::Established).unread(20));
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    story.server("read_exact() into 4 bytes", format!("{length:?}"));
    story.ask(&BYTE_ORDER);
    let wrong = u32::from_le_bytes(length);
    story.server("u32::from_le_bytes of these", format!("{wrong}"));
    let right = u32::from_be_bytes(length);
    story.server("u32::from_be_bytes of these", format!("{right}"));
    story.answer(&BYTE_ORDER);
    let mut message = vec![0; right as usize];
    stream.read_exact(&mut message)?;
    story.server(format!("read_exact() into {right} bytes"), quoted(&message));
    story.kernel(connection(server, client_address, State::Established).unread(9));
    Ok((client, stream))
}

fn the_client_is_done(story: &mut Story, client: Socket, mut stream: &Socket) -> io::Result<()> {
    let (server, client_address) = (local_address(stream)?, local_address(&client)?);
    story.step("The server reads the second frame. Then the client closes.");
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut message = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut message)?;
    story.server("read_exact() twice", quoted(&message));
    drop(client);
    story.client("close()", "ok");
    story.wire(fin(client_address, server));
    story.ask(&NO_MORE);
    let ended = stream.read_exact(&mut length);
    story.server("read_exact() into 4 bytes", ended);
    let received = stream.read(&mut length);
    story.server("recv() into 4 bytes", received);
    story.kernel(connection(server, client_address, State::CloseWait));
    story.answer(&NO_MORE);
    Ok(())
}

fn the_client_is_cut(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("Another client says that 7 bytes will come, sends 3, and is gone.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client3")?;
    let sent = client.write(b"\x00\x00\x00\x07pay");
    story.client("send(\"\\0\\0\\0\\7pay\")", sent);
    story.wire(data(client_address, server, 7));
    drop(client);
    story.client("close()", "ok");
    story.wire(fin(client_address, server));
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    story.server("read_exact() into 4 bytes", format!("{length:?}"));
    let cut = stream.read_exact(&mut [0; 7]);
    story.server("read_exact() into 7 bytes", cut);
    story.meaning("The FIN came in good order, and the message is not whole. Only its length tells.");
    Ok(())
}

fn a_length_that_lies(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("A server reads a length, then makes room: vec![0; length].");
    story.ask(&STRANGER);
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client4")?;
    let sent = client.write(b"\xff\xff\xff\xff");
    story.client("send(\"\\xff\\xff\\xff\\xff\")", sent);
    story.wire(data(client_address, server, 4));
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    let refused = if length > MOST { Err(io::ErrorKind::InvalidData.into()) } else { Ok(vec![0; length]) };
    story.server(
        format!("{length} bytes, at most {MOST}?"),
        refused.map(|room: Vec<u8>| format!("room for {}", room.len())),
    );
    story.answer(&STRANGER);
    drop(stream);
    story.server("close()", "ok");
    story.wire(fin(server, client_address));
    Ok(())
}

fn a_mark_behind(story: &mut Story, listening: &Socket) -> io::Result<()> {
    story.step("Another protocol: a line feed ends each message.");
    let (mut client, mut stream, server, client_address) = a_client_comes(story, listening, "client5")?;
    let sent = client.write(b"pay 100\r\npay 5\npay");
    story.client("send(\"pay 100\\r\\npay 5\\npay\")", sent);
    story.wire(data(client_address, server, 18));
    let mut pending = vec![0; 64];
    let received = stream.read(&mut pending)?;
    pending.truncate(received);
    story.server("recv()", quoted(&pending));
    while let Some(at) = pending.iter().position(|byte| *byte == b'\n') {
        // Taken out of the Vec; what is behind it moves to the front.
        let line: Vec<u8> = pending.drain(..=at).collect();
        story.server("a message", quoted(&line));
    }
    let sent = client.write(b" 8\n");
    story.client("send(\" 8\\n\")", sent);
    story.wire(data(client_address, server, 3));
    let mut buffer = [0; 64];
    let received = stream.read(&mut buffer)?;
    pending.extend_from_slice(&buffer[..received]);
    story.server("recv(), behind what stayed", quoted(&pending));
    story.meaning("What came too early belongs to the next message: keep it until then.");
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
