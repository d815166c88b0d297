//! `converse` is interrupted, in a process of its own that is stopped and goes on.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr};

use narrator::stopped::{self, Stopped};
use narrator::{Story, partner};
use socket2::Socket;

use super::serve_client::hear;
use crate::GREETING;

/// More than the buffers between the two have room for.
pub(crate) fn long_answer() -> String {
    "over! ".repeat(100_000)
}

/// In the second process: the stream that `serve_client` is given. Its sends wait as long as it takes, so that they are
/// interrupted only when a part is sent.
pub(crate) fn stream(driver: SocketAddr) -> io::Result<Socket> {
    let stream = stopped::stream(driver)?;
    stream.set_write_timeout(None)?;
    Ok(stream)
}

/// A server's send is interrupted, too. Told only where something is wrong.
pub(super) fn interrupted_greeting(story: &mut Story) -> io::Result<()> {
    let Some((process, client)) = Stopped::and_peer("serve_client")? else { return Ok(()) };
    let greeting = long_answer().into_bytes();
    let mut heard = process.interrupt_send(4, &client);
    let rest = hear(&client, greeting.len() - heard.len()).unwrap_or_default();
    heard.extend(rest);
    let _ = (&client).write_all(b"over!").and_then(|()| client.shutdown(Shutdown::Write));
    let more = partner::until_the_end(&client).unwrap_or_default();
    let reported = process.reported()?;
    let answer = format!("{:?}", b"over!");
    if heard == greeting && more.is_empty() && reported == answer {
        return Ok(());
    }
    let heard =
        if heard == greeting { "all of it".to_owned() } else { format!("other {} bytes", heard.len() + more.len()) };
    Err(story.mistake(&format!(
        "send was interrupted, again and again, when it had taken a part of a greeting of 600,000 bytes. The client heard {heard}: \
         send what is left, and only that, until nothing is left. write_all does."
    )))
}

const IN_SEND: &str = "The same in send: the answer has 600,000 bytes, and the server does not read.";

/// recv is interrupted while it waits, and send while there is no room.
pub(super) fn interrupted(story: &mut Story) -> io::Result<()> {
    story.step("The process is stopped and goes on, as by Ctrl-Z and fg: three times in recv.");
    let Some((process, server)) = begin(story)? else {
        story.step(IN_SEND);
        story.skip(NOT_HERE);
        return Ok(());
    };
    // One that comes back instead is known by what it says then.
    let _ = process.interrupt_recv(3);
    let (_, reported) = answered(story, process, &server, 0)?;
    story.check(
        reported == GREETED,
        "It waited for the greeting, as if nothing had happened.",
        match reported.as_str() {
            "Interrupted" => {
                "recv was interrupted and gave an error. On Linux that is so only where a read timeout is set: has your \
                 function set one? Nobody asked for it: wait for the greeting as long as it takes."
            }
            _ => "The process was stopped for a moment, and then the server greeted: your function should return that.",
        },
    )?;

    story.step(IN_SEND);
    let Some((process, server)) = begin(story)? else { return Ok(()) };
    let (heard, reported) = answered(story, process, &server, 5)?;
    story.check(
        reported == GREETED && heard == long_answer().into_bytes(),
        "send was interrupted, and the rest was sent by the next call.",
        "send was interrupted when it had taken a part of the answer, and it said how many bytes that was. Your function \
         did not send the rest: write_all does.",
    )
}

/// What is reported of a conversation that went well: the greeting's length.
const GREETED: &str = "24";

/// Greets, lets the function be interrupted so often in send, and hears its answer.
fn answered(story: &mut Story, process: Stopped, mut server: &Socket, times: usize) -> io::Result<(Vec<u8>, String)> {
    story.server("send(greeting)", server.write(GREETING.as_bytes()));
    let mut heard = process.interrupt_send(times, server);
    heard.extend(partner::until_the_end(server).unwrap_or_default());
    story.server("recv() until the end", format!("{} bytes", heard.len()));
    let reported = process.reported()?;
    let told = if reported == GREETED { "the greeting" } else { reported.as_str() };
    story.you("converse(server, answer)", told);
    Ok((heard, reported))
}

const NOT_HERE: &str = "this system does not let us stop a process in the middle of a call.";

/// The second process and its server. Where there cannot be one, the step that has begun is skipped.
fn begin(story: &mut Story) -> io::Result<Option<(Stopped, Socket)>> {
    let begun = Stopped::and_peer("converse")?;
    if begun.is_none() {
        story.skip(NOT_HERE);
    }
    Ok(begun)
}
