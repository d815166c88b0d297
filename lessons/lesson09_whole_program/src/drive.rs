//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod converse;
mod interrupted;
mod limits;
mod serve_client;
mod untold;
mod untold_servers;

pub(crate) use converse::converse;
pub(crate) use interrupted::{long_answer, stream};
pub(crate) use serve_client::serve_client;
