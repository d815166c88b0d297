//! The story of lesson 1, to be read from top to bottom while it runs.

use std::fs;
use std::io::{self, Read};
use std::net::{Ipv6Addr, SocketAddr};

use narrator::kernel::descriptor;
use narrator::wire::{data, handshake};
use narrator::{LOOPBACK, Story, local_address, peer_address};
use socket2::{Domain, Socket, Type};

use crate::{DROPPED, FRESH_RECV, PROTOCOL};

pub(crate) fn walkthrough(story: &mut Story) -> io::Result<()> {
    trailer(story)?;
    let socket = the_first_call(story)?;
    no_name_and_no_peer(story, &socket);
    let second = dropped_is_closed(story, socket)?;
    the_address_decides(story);
    nobody_at_the_other_end(story, second);
    Ok(())
}

/// One thread plays both sides: connect returns before accept, and bytes wait in the kernel until somebody asks for them.
fn trailer(story: &mut Story) -> io::Result<()> {
    story.step("The trailer: a server greets a client, and each call names its lesson.");
    let listening = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("lesson 1  socket()", "a socket");
    listening.bind(&LOOPBACK.into())?;
    let server = local_address(&listening)?;
    // Not `name`: that makes `--pause` point at an address, and after this step these sockets are gone.
    story.mask(server, "server");
    story.server("lesson 2  bind()", format!("I am {server}"));
    listening.listen(1)?;
    story.server("lesson 3  listen()", "clients may come");

    let mut client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&server.into())?;
    let client_address = local_address(&client)?;
    story.mask(client_address, "client");
    story.client("lesson 3  socket(), connect()", format!("I am {client_address}"));
    story.wire(handshake(client_address, server));
    let (mut stream, _) = listening.accept()?;
    let peer = peer_address(&stream)?;
    story.server("lesson 4  accept()", format!("a stream to {peer}"));

    let mut buffer = [0; 64];
    let sent = stream.send("Welcome to study socket!".as_bytes());
    story.server("lesson 5  send()", sent);
    story.wire(data(server, client_address, 24));
    // read is recv(2). One call brings all of so short a text here; lesson 5 says why that is no promise.
    let received = client.read(&mut buffer)?;
    story.client("lesson 5  recv()", String::from_utf8_lossy(&buffer[..received]).into_owned());
    let sent = client.send("消息收到,over!".as_bytes());
    story.client("lesson 5  send()", sent);
    story.wire(data(client_address, server, 18));
    let received = stream.read(&mut buffer)?;
    story.server("lesson 5  recv()", String::from_utf8_lossy(&buffer[..received]).into_owned());
    // close(2), three times.
    drop((client, stream, listening));
    story.meaning(
        "All of it was real, and on this machine: that is 127.0.0.1. How it ends is lesson 6, a port that stays taken \
         lesson 7, a peer that vanishes lesson 8; in lesson 9 you write the whole program.",
    );
    Ok(())
}

fn the_first_call(story: &mut Story) -> io::Result<Socket> {
    story.step("Back to the first call: socket().");
    story.ask(&PROTOCOL);
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket(IPV4, STREAM, None)", "a socket");
    what_it_is(story, &socket)?;
    let object = descriptor(&socket);
    if let Ok(object) = &object {
        story.mask(object, "socket:[FIRST]");
    }
    story.kernel_shows("our descriptor stands for", object);
    story.answer(&PROTOCOL);
    story.meaning(
        "The socket itself is an object in the kernel; the number in brackets is its inode. Your program only holds a \
         descriptor that stands for it.",
    );
    Ok(socket)
}

/// getsockopt(2). Every system tells the type; Linux tells the other two as well.
fn what_it_is(story: &mut Story, socket: &Socket) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let family = socket.domain()?;
        story.kernel_says("SO_DOMAIN, its family", format!("{family:?}"));
    }
    let kind = socket.r#type()?;
    story.kernel_says("SO_TYPE", format!("{kind:?}"));
    #[cfg(target_os = "linux")]
    {
        let protocol = socket.protocol()?;
        story.kernel_says("SO_PROTOCOL", protocol.map_or("none".to_owned(), |tcp| format!("{tcp:?}")));
    }
    Ok(())
}

fn no_name_and_no_peer(story: &mut Story, socket: &Socket) {
    story.step("Who is it, and who is at the other end?");
    // Windows gives no zeros but an error: there a socket without a name is InvalidInput (WSAEINVAL).
    let (name, peer) = (local_address(socket), peer_address(socket));
    story.server("getsockname()", name);
    story.server("getpeername()", peer);
    story.meaning(
        "Nobody, and nobody: all zeros is no name. bind will give it one, connect or accept a peer. Errors have two \
         names here: Rust's ErrorKind and, in brackets, the one in the manuals.",
    );
}

fn dropped_is_closed(story: &mut Story, first: Socket) -> io::Result<Socket> {
    story.step("A second socket(). Then the first is dropped.");
    story.ask(&DROPPED);
    let second = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    story.server("socket(IPV4, STREAM, None)", "another socket");
    let (first_object, second_object) = (descriptor(&first), descriptor(&second));
    if let Ok(object) = &second_object {
        story.mask(object, "socket:[SECOND]");
    }
    drop(first);
    story.server("drop(first)", "its owner is gone");
    story.kernel_shows("descriptors of the first", first_object.and_then(descriptors_of));
    story.kernel_shows("descriptors of the second", second_object.and_then(descriptors_of));
    story.answer(&DROPPED);
    Ok(second)
}

fn the_address_decides(story: &mut Story) {
    story.step("A client is told to call [::1]:80, an IPv6 address.");
    let server = SocketAddr::new(Ipv6Addr::LOCALHOST.into(), 80);
    // Only created: a system can know IPv6 and still have no IPv6 address to bind or connect to.
    let Ok(client) = Socket::new(Domain::for_address(server), Type::STREAM, None) else {
        return story.skip("this system has no IPv6");
    };
    let name = local_address(&client);
    story.client(format!("Domain::for_address({server})"), format!("{:?}", Domain::for_address(server)));
    story.client("socket(IPV6, STREAM, None)", "a socket");
    story.client("getsockname()", name);
    story.meaning(
        "[::]:0 is IPv6 for \"no name yet\". A socket keeps its family for life, and an IPv4 one cannot call an IPv6 \
         address. So ask the address first.",
    );
}

fn nobody_at_the_other_end(story: &mut Story, mut socket: Socket) {
    story.step("The server calls recv and send. Nobody is at the other end.");
    story.ask(&FRESH_RECV);
    let received = socket.read(&mut [0; 64]);
    story.server("recv()", received);
    let sent = socket.send(b"hello");
    story.server("send(\"hello\")", sent);
    story.answer(&FRESH_RECV);
    story.meaning("send fails for the same reason. Linux has a name of its own for that: BrokenPipe.");
}

/// Every descriptor of this process that stands for the object: the links in `/proc/self/fd` (proc(5)).
fn descriptors_of(object: String) -> io::Result<String> {
    let links = fs::read_dir("/proc/self/fd")?.flatten().filter_map(|entry| fs::read_link(entry.path()).ok());
    let found: Vec<_> = links.filter(|link| link.as_os_str() == object.as_str()).collect();
    Ok(if found.is_empty() { "none".to_owned() } else { format!("{} for {object}", found.len()) })
}
