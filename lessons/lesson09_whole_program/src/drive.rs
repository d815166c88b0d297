//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod converse;
mod interrupted;
mod limits;
mod serve_client;

pub(crate) use converse::converse;
pub(crate) use interrupted::long_answer;
pub(crate) use serve_client::serve_client;
