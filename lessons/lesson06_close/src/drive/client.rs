//! The client that `finish` is driven with, in a thread of its own.

use std::io::{self, Read};
use std::thread::JoinHandle;

use narrator::kernel::{self, Row};
use narrator::partner::{self, shown};
use narrator::{Outcome, Story, judge, local_address, peer_address};
use socket2::Socket;

use super::MUCH;

/// What a client met; told when your function has returned.
#[derive(Debug, Default)]
pub(super) struct Account {
    calls: Vec<(&'static str, Outcome)>,
    /// Nothing came for 2 s, so it left.
    pub gave_up: bool,
    /// A send failed.
    pub refused: bool,
    /// What it received.
    pub heard: Vec<u8>,
}

impl Account {
    pub(super) fn tell(&mut self, call: &'static str, outcome: impl Into<Outcome>) {
        self.calls.push((call, outcome.into()));
    }

    /// Until the end came nothing else than this.
    pub(super) fn heard_only(&self, story: &mut Story, expected: &[u8]) -> io::Result<()> {
        if self.heard == expected || self.gave_up {
            return Ok(());
        }
        Err(story.mistake(
            "The client heard more than the server had sent: your function sent it. It was asked to end the conversation, \
             and to say nothing more.",
        ))
    }

    pub(super) fn tell_send(&mut self, call: &'static str, sent: io::Result<usize>) {
        self.refused |= sent.is_err();
        self.tell(call, sent);
    }
}

/// A client in a thread of its own. It listens until it sees the end, then does as `then` says, and closes. When
/// nothing comes for 2 s, it closes without.
pub(super) fn client_waits_and_then(
    mut client: Socket,
    then: fn(&Socket, &mut Account),
) -> io::Result<JoinHandle<Account>> {
    partner::at_work(move || {
        let mut account = Account::default();
        let mut buffer = [0; 64];
        loop {
            match client.read(&mut buffer) {
                Ok(0) => {
                    account.tell("recv()", "0 bytes");
                    then(&client, &mut account);
                    break;
                }
                Ok(received) => {
                    account.tell("recv()", shown(&buffer[..received]));
                    account.heard.extend_from_slice(&buffer[..received]);
                }
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
pub(super) fn tell_account(story: &mut Story, client: JoinHandle<Account>) -> Account {
    let mut account = client.join().unwrap_or_default();
    for (call, outcome) in account.calls.drain(..) {
        story.client(call, outcome);
    }
    account
}

/// Waits until the server has read all that the client has sent, so that what comes next needs one more recv; not after
/// a reset, and at most 2 s. Where the kernel shows no queues it does not wait: there one recv may bring both.
pub(super) fn until_heard(client: &Socket) {
    let (Ok(own), Ok(server)) = (local_address(client), peer_address(client)) else { return };
    // Bytes wait in the sender's send queue until they have arrived, then in the receive queue until they are read.
    let waiting = |row: &Row| row.send_queue + row.receive_queue > 0;
    let under_way =
        |local, peer| kernel::rows(local).is_ok_and(|rows| rows.iter().any(|row| row.peer == peer && waiting(row)));
    partner::wait_until(|| !under_way(own, server) && !under_way(server, own));
}

/// [`MUCH`] bytes in a pattern of 251, a length that fits in no usual buffer: so a lost or a doubled piece shows.
pub(super) fn much() -> Vec<u8> {
    (0..=250).cycle().take(MUCH).collect()
}
