//! The function's calls are interrupted, in a process of its own that is stopped and goes on.

use std::io::{self, Write};
use std::net::Shutdown;

use narrator::stopped::Stopped;
use narrator::{Story, partner};
use socket2::Socket;

/// More than the small buffers between the two have room for.
const MUCH: usize = 20_000;

/// recv is interrupted while it waits, and send while there is no room.
pub(super) fn interrupted(story: &mut Story) -> io::Result<()> {
    story.step("The process is stopped and goes on, as by Ctrl-Z and fg: three times in recv.");
    let Some((process, client)) = begin(story)? else {
        story.step(IN_SEND);
        story.skip(NOT_HERE);
        return Ok(());
    };
    // One that comes back instead is known by what it says then.
    let _ = process.interrupt_recv(3);
    let heard = (&client).write_all(b"still here?").and_then(|()| client.shutdown(Shutdown::Write));
    let heard = heard.and_then(|()| partner::until_the_end(&client)).unwrap_or_default();
    let reported = process.reported()?;
    story.client("came back to it", partner::shown(&heard));
    story.you("echo_until_gone(&stream)", reported.as_str());
    story.check(
        heard == b"still here?" && reported == "(11, Closed)",
        "recv was interrupted, by EINTR, and made again.",
        match reported.as_str() {
            "Interrupted" => {
                "recv was interrupted by a signal, and nothing was lost: your function has to make the call again, not to \
                 give the error back."
            }
            _ => {
                "recv was interrupted by a signal, and nothing was lost: the client is still there, and your function has \
                 to make the call again."
            }
        },
    )?;

    story.step(IN_SEND);
    let Some((process, client)) = begin(story)? else { return Ok(()) };
    let words: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    let speaker = client.try_clone()?;
    let said = words.clone();
    // It does not listen until the function is blocked in send, and has been stopped there.
    let speaks =
        partner::at_work(move || (&speaker).write_all(&said).and_then(|()| speaker.shutdown(Shutdown::Write)))?;
    let mut heard = process.interrupt_send(6, &client);
    heard.extend(partner::until_the_end(&client).unwrap_or_default());
    let _ = partner::finished(speaks)?;
    let reported = process.reported()?;
    story.client("came back to it", if heard == words { "all of it".to_owned() } else { partner::shown(&heard) });
    story.you("echo_until_gone(&stream)", reported.as_str());
    story.check(
        heard == words && reported == format!("({MUCH}, Closed)"),
        "send was interrupted, and the rest was sent by the next call.",
        match heard.len() {
            MUCH => "Every byte came back, and your function counted or said something else.",
            _ => {
                "send was interrupted when it had taken a part of the bytes, and it said how many. Your function did not \
                 send the rest: write_all does, and makes an interrupted call again."
            }
        },
    )
}

const IN_SEND: &str = "The same in send, when the client does not read and the buffers are full.";

const NOT_HERE: &str = "this system does not let us stop a process in the middle of a call.";

/// The second process and its client. Where there cannot be one, the step that has begun is skipped.
fn begin(story: &mut Story) -> io::Result<Option<(Stopped, Socket)>> {
    let begun = Stopped::and_peer("echo_until_gone")?;
    if begun.is_none() {
        story.skip(NOT_HERE);
    }
    Ok(begun)
}
