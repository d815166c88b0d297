//! Calls the learner's function in one situation after another, and judges what comes of it. To read after your turn: it
//! tells what is looked for.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use narrator::kernel::{self, Row};
use narrator::partner::{self, shown};
use narrator::{Outcome, Story, judge, local_address, peer_address};
use socket2::Socket;

use crate::Finish;

/// What the client says in the first scenario.
const PIECES: [&str; 2] = ["thank you, ", "goodbye"];

/// What it says in the second, byte for byte: more than a buffer holds, and more than one recv brings.
const MUCH: usize = 100_000;

/// Clients that answer when they have seen the end, and clients that went another way.
pub(crate) fn finish(story: &mut Story, finish: Finish) -> io::Result<()> {
    one_that_answers_in_pieces(story, finish)?;
    one_that_says_much(story, finish)?;
    one_that_has_closed(story, finish)?;
    one_that_breaks_off(story, finish)
}

fn one_that_answers_in_pieces(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers in two pieces, but only after it has seen your end.");
    story.if_it_hangs("The client has closed, and each recv gives 0, at once: that is the end, not \"nothing yet\".");
    let handles = open_descriptors();
    let (stream, client) = partner::meet(story, None)?;
    story.server("send(\"that was all\")", stream.send(b"that was all"));
    // A clone, to see afterwards what your function did with the socket.
    let clone = stream.try_clone()?;
    let client = client_waits_and_then(client, |client, account| {
        account.tell_send("send(\"thank you, \")", client.send(PIECES[0].as_bytes()));
        until_heard(client);
        account.tell_send("send(\"goodbye\")", client.send(PIECES[1].as_bytes()));
    });
    let result = finish(stream);
    if let Err(error) = &result
        && judge::failed_with(&result, ErrorKind::ConnectionReset)
    {
        // This client never resets of its own accord: either its bytes came to a socket that does not hear, or the
        // error is your function's own.
        story.you("finish(stream)", error);
        let account = tell_account(story, client);
        let mistake = if account.refused { REFUSED } else { NO_RESET };
        return Err(story.mistake(wrong_end(account.gave_up, false, false).unwrap_or(mistake)));
    }
    let heard = story.yours("finish(stream)", result, |heard| shown(heard))?;

    // Where the sending half is shut, even a send of no bytes fails. Where the hearing half is, recv does not wait.
    let may_send = clone.send(&[]).is_ok();
    clone.set_nonblocking(true)?;
    let deaf = matches!((&clone).read(&mut [0; 1]), Ok(0));
    let own_timeout = matches!(clone.read_timeout(), Ok(Some(_)));
    // A socket that was closed and not shut sends its FIN now, with its last handle. One that was shut we still need.
    let clone = (!may_send).then_some(clone);
    let account = tell_account(story, client);
    let unheard = clone.is_some_and(|clone| matches!((&clone).read(&mut [0; 1]), Ok(1)));

    if let Some(mistake) = wrong_end(account.gave_up, may_send, deaf) {
        return Err(story.mistake(mistake));
    }
    if own_timeout {
        return Err(story.mistake(OWN_TIMEOUT));
    }
    story.check(
        heard == PIECES.concat().as_bytes(),
        "It saw the end, and you heard all of its answer.",
        wrong_pieces(&heard, unheard, account.refused),
    )?;
    story.check(
        open_descriptors() <= handles,
        "Then the socket was closed: nobody has a handle of it any more.",
        "Your function has returned, but somebody still has a handle of the socket, so it is not closed. Was a clone \
         kept, or the socket kept from being dropped?",
    )
}

/// What is wrong with the way in which our side ended, if anything is.
fn wrong_end(gave_up: bool, may_send: bool, deaf: bool) -> Option<&'static str> {
    if gave_up {
        Some(
            "The client never saw the end: it waited for it 2 s, then gave up. It cannot know that you are done unless \
             you say so, and you have to say so before you listen.",
        )
    } else if may_send && deaf {
        Some(
            "Your function shut the half in which it hears: that tells the client nothing, and its answer found \
             nobody. Shutdown::Write is the half in which you send.",
        )
    } else if may_send {
        Some(
            "Your function closed the socket before it had heard the client: that ended both directions, and the \
             client's answer found nobody. Shut only the half in which you send, and listen until recv gives 0.",
        )
    } else {
        None
    }
}

/// Linux answers bytes by a reset where both halves are shut. Whether recv comes before, and gives 0, or after it, is
/// chance.
const REFUSED: &str = "The client saw the end and answered, but its answer was refused, because your function had shut \
                       the half in which it hears as well. Shutdown::Write alone leaves you listening.";

/// The client's end came after all that it said, and every send of it was taken.
const NO_RESET: &str = "This client ended in good order: nothing was refused, and nothing was reset. Its end is a recv \
                        that gives 0. That is no error: return what you heard.";

const OWN_TIMEOUT: &str = "Your function has set a read timeout. A silent client is not a finished one: its end is a \
                           recv that gives 0, however long that takes.";

/// What is wrong with the answer that was heard; `unheard` says that bytes of it still lie in the socket, `refused`
/// that the client could not send all of it.
fn wrong_pieces(heard: &[u8], unheard: bool, refused: bool) -> &'static str {
    let answer = PIECES.concat();
    if refused {
        REFUSED
    } else if unheard && heard.is_empty() {
        "The client saw the end and answered, but its answer lies unread in the socket. Listen until recv gives 0, the \
         client's own end, before you close. (A read into a buffer of length 0 gives 0 as well, and that is not the \
         end: Vec::with_capacity makes room, but no bytes to write to. vec![0; 1024] makes both.)"
    } else if unheard {
        "The rest of the answer lies unread in the socket: one recv brings only what has arrived. Call it until it \
         gives 0, the client's own end."
    } else if heard.is_empty() {
        "Your function heard the client out and kept the answer to itself: return every byte that recv brought."
    } else if heard.len() > answer.len() {
        "More came back than the client said: recv fills only the front of your buffer, and returns how many bytes \
         that is."
    } else if heard == PIECES[1].as_bytes() {
        "That is the last piece alone: keep what each recv brought, and put the next behind it."
    } else {
        "These are not the bytes that the client sent, in their order, each once."
    }
}

fn one_that_says_much(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client answers with 100000 bytes when it has seen your end.");
    let (stream, client) = partner::meet(story, None)?;
    let client = client_waits_and_then(client, |mut client, account| {
        account.tell_send("send() until all is sent", client.write_all(&much()).map(|()| MUCH));
    });
    let heard = story.yours("finish(stream)", finish(stream), |heard| format!("{} bytes", heard.len()))?;
    let account = tell_account(story, client);
    let mistake = if account.gave_up {
        "This client never saw the end: say that you are done also when you have sent nothing."
    } else if heard.len() < MUCH {
        "That is not all of it. However large your buffer is, an answer can be longer: listen until recv gives 0."
    } else {
        "These are not the bytes that the client sent, in their order, each once."
    };
    story.check(heard == much(), "All of it, in order, however many recvs it took.", mistake)
}

fn one_that_has_closed(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client has spoken and closed before your function is called.");
    let (stream, client) = partner::meet(story, None)?;
    story.client("send(\"good night\")", client.send(b"good night"));
    drop(client);
    story.client("close()", "ok");
    let heard = story.yours("finish(stream)", finish(stream), |heard| shown(heard))?;
    story.check(
        heard == b"good night",
        "What it had said was still there to be heard, in front of its end.",
        "The client had said \"good night\". It has closed, but its words wait in the receive buffer, in front of the \
         end.",
    )
}

fn one_that_breaks_off(story: &mut Story, finish: Finish) -> io::Result<()> {
    story.step("A client sees your end, and breaks the connection off in place of an answer.");
    let (stream, client) = partner::meet(story, None)?;
    let client = client_waits_and_then(client, |client, account| {
        // With a linger time of 0, close sends a reset and no FIN (socket(7), SO_LINGER).
        account.tell("setsockopt(SO_LINGER) to 0", client.set_linger(Some(Duration::ZERO)));
    });
    let result = finish(stream);
    let kind = judge::kind(&result);
    story.you("finish(stream)", result.map(|heard| shown(&heard)));
    tell_account(story, client);
    let mistake = match kind {
        None => {
            "The client broke off, and your function says that all is well. An error of recv is not the end, only 0 \
             is: hand it on, with `?`."
        }
        Some(_) => "An error, but not the one that tells what happened: hand recv's own error on, with `?`.",
    };
    story.check(
        kind == Some(ErrorKind::ConnectionReset),
        "The caller learns that something is missing, and does not take silence for the answer.",
        mistake,
    )
}

/// What a client met; told when your function has returned.
#[derive(Debug, Default)]
struct Account {
    calls: Vec<(&'static str, Outcome)>,
    /// Nothing came for 2 s, so it left.
    gave_up: bool,
    /// A send failed.
    refused: bool,
}

impl Account {
    fn tell(&mut self, call: &'static str, outcome: impl Into<Outcome>) {
        self.calls.push((call, outcome.into()));
    }

    fn tell_send(&mut self, call: &'static str, sent: io::Result<usize>) {
        self.refused |= sent.is_err();
        self.tell(call, sent);
    }
}

/// A client in a thread of its own. It listens until it sees the end, then does as `then` says, and closes. When
/// nothing comes for 2 s, it closes without.
fn client_waits_and_then(mut client: Socket, then: fn(&Socket, &mut Account)) -> JoinHandle<Account> {
    thread::spawn(move || {
        let mut account = Account::default();
        let mut buffer = [0; 64];
        loop {
            match client.read(&mut buffer) {
                Ok(0) => {
                    account.tell("recv()", "0 bytes");
                    then(&client, &mut account);
                    break;
                }
                Ok(received) => account.tell("recv()", shown(&buffer[..received])),
                Err(error) if judge::timed_out(error.kind()) => {
                    account.gave_up = true;
                    account.tell("recv()", "nothing, for 2 s");
                    break;
                }
                Err(error) => {
                    account.tell("recv()", &error);
                    break;
                }
            }
        }
        drop(client);
        account.tell("close()", "ok");
        account
    })
}

/// Tells what the client met.
fn tell_account(story: &mut Story, client: JoinHandle<Account>) -> Account {
    let mut account = client.join().unwrap_or_default();
    for (call, outcome) in account.calls.drain(..) {
        story.client(call, outcome);
    }
    account
}

/// Waits until the server has read all that the client has sent, so that what comes next needs one more recv; not after
/// a reset, and at most 2 s. Where the kernel shows no queues it does not wait: there one recv may bring both.
fn until_heard(client: &Socket) {
    let (Ok(own), Ok(server)) = (local_address(client), peer_address(client)) else { return };
    // Bytes wait in the sender's send queue until they have arrived, then in the receive queue until they are read.
    let waiting = |row: &Row| row.send_queue + row.receive_queue > 0;
    let under_way =
        |local, peer| kernel::rows(local).is_ok_and(|rows| rows.iter().any(|row| row.peer == peer && waiting(row)));
    partner::wait_until(|| !under_way(own, server) && !under_way(server, own));
}

/// How many descriptors the process has open; `None` where the system has no such folder (Windows).
fn open_descriptors() -> Option<usize> {
    fs::read_dir("/dev/fd").ok().map(Iterator::count)
}

/// [`MUCH`] bytes in a pattern of 251, a length that fits in no usual buffer: so a lost or a doubled piece shows.
fn much() -> Vec<u8> {
    (0..=250).cycle().take(MUCH).collect()
}
