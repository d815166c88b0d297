//! The client that `finish` is driven with, in a thread of its own.

use std::io::{self, Read};
use std::thread::JoinHandle;

use narrator::partner::{self, shown};
use narrator::{Outcome, Story, judge};
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
    /// What it saw of the socket in the middle of the call, where that was not as before.
    pub changed: Option<String>,
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
    then: impl FnOnce(&Socket, &mut Account) + Send + 'static,
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

/// [`MUCH`] bytes in a pattern of 251, a length that fits in no usual buffer: so a lost or a doubled piece shows.
pub(super) fn much() -> Vec<u8> {
    (0..=250).cycle().take(MUCH).collect()
}
