//! Calls the learner's functions in one situation after another, and judges what comes of it. To read after your turn:
//! it tells what is looked for.

mod accept_clients;
mod connect_to;

use std::io;

use narrator::Story;
use narrator::small_print::as_plain;
use socket2::Socket;

pub(crate) use accept_clients::accept_clients;
pub(crate) use connect_to::connect_to;

/// What is said where a socket that was made or accepted has spoken.
const UNASKED: &str = "Your function sent this. Nobody asked for that: what is said, and when, is for the caller.";

/// A connection that has had no traffic is as the system makes it, also in what the kernel fits to the traffic later.
fn as_untouched(story: &mut Story, what: &str, socket: &Socket, plain: &Socket) -> io::Result<()> {
    as_plain(story, what, socket, plain, &[])?;
    let buffers: [(_, fn(&Socket) -> _); 2] = [
        ("receive buffer (SO_RCVBUF)", Socket::recv_buffer_size),
        ("send buffer (SO_SNDBUF)", Socket::send_buffer_size),
    ];
    for (buffer, size) in buffers {
        let (is, was): (io::Result<usize>, io::Result<usize>) = (size(socket), size(plain));
        if let (Ok(is), Ok(was)) = (is, was)
            && is != was
        {
            return Err(story.mistake(&format!(
                "{what} has another {buffer}: {is}, and {was} in one that is made without any option. Nobody asked for that: \
                 leave the choice to the caller."
            )));
        }
    }
    Ok(())
}
