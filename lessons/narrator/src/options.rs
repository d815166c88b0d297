//! The flags that every lesson and every solution has.

use std::path::PathBuf;

/// What a run was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Tell the story.
    Tell {
        /// Wait for Enter after each step.
        pause: bool,
        /// Run in a network of its own, and tell the segments that cross it.
        wire: bool,
        /// Write those segments into this file.
        pcap: Option<PathBuf>,
        /// Leave the walkthrough out.
        exercise_only: bool,
        /// Of the exercise, only this function.
        function: Option<String>,
    },
    /// Give one hint, counted from 1.
    Hint(usize),
    /// Say what the flags are.
    Help,
}

/// Reads the arguments that follow the program's name.
///
/// # Errors
/// A sentence for the user, when an argument is unknown or does not fit.
///
/// ```
/// use narrator::options::{Request, parse};
/// assert_eq!(parse(["--hint", "2"].map(String::from)), Ok(Request::Hint(2)));
/// let function = Some("connect_to".to_owned());
/// let one = Request::Tell { pause: false, wire: false, pcap: None, exercise_only: true, function };
/// assert_eq!(parse(["--exercise", "connect_to"].map(String::from)), Ok(one));
/// assert!(parse(["--hnit"].map(String::from)).is_err());
/// ```
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Request, String> {
    let (mut pause, mut exercise_only, mut function) = (false, false, None);
    let (mut wire, mut pcap) = (false, None);
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--pause" => pause = true,
            "--wire" => wire = true,
            "--pcap" => match arguments.next_if(|name| !name.starts_with('-')) {
                Some(file) => (wire, pcap) = (true, Some(file.into())),
                None => return Err("`--pcap` takes the name of a file to write.".to_owned()),
            },
            "--exercise" => {
                exercise_only = true;
                function = arguments.next_if(|name| !name.starts_with('-'));
            }
            "--help" | "-h" => return Ok(Request::Help),
            "--hint" => {
                let Some(number) = arguments.next() else { return Ok(Request::Hint(1)) };
                return match (number.parse(), arguments.next()) {
                    (Ok(number), None) if number > 0 => Ok(Request::Hint(number)),
                    (Ok(1..), Some(extra)) => {
                        Err(format!("`--hint {number}` takes no other argument: leave out `{extra}`."))
                    }
                    _ => Err(format!("`--hint` takes a number from 1, not `{number}`.")),
                };
            }
            unknown => return Err(format!("There is no flag `{unknown}`.")),
        }
    }
    Ok(Request::Tell { pause, wire, pcap, exercise_only, function })
}

/// The text of `--help`.
pub fn help(program: &str) -> String {
    format!(
        "Usage: cargo run -p {program} [-- FLAG…]

  --pause                 wait for Enter after each step, and name the command
                          that shows the same state from another terminal
  --wire                  run in a network of its own, and tell the TCP segments
                          that cross it (Linux only)
  --pcap FILE             the same, and write them into FILE, for Wireshark and
                          tcpdump
  --exercise [FUNCTION]   skip the walkthrough, run only the exercise (or only
                          one of its functions)
  --hint [N]              give the first hint for the exercise (or hint N)
  --help                  show this text

Exit code: 0 done, also while the exercise is not started; 1 the exercise or a
call failed; 2 a flag was wrong, or --wire cannot be had. NO_COLOR=1 turns colours off, CLICOLOR_FORCE=1
turns them on without a terminal.
"
    )
}
