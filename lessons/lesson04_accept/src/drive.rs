//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod accept_clients;
mod connect_to;

pub(crate) use accept_clients::accept_clients;
pub(crate) use connect_to::connect_to;

/// What is said where a socket that was made or accepted has spoken.
const UNASKED: &str = "Your function sent this. Nobody asked for that: what is said, and when, is for the caller.";
