//! The flags that every lesson and every solution has.

/// What a run was asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Tell the story.
    Tell {
        /// Wait for Enter after each step.
        pause: bool,
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
/// let one = Request::Tell { pause: false, exercise_only: true, function: Some("connect_to".to_owned()) };
/// assert_eq!(parse(["--exercise", "connect_to"].map(String::from)), Ok(one));
/// assert!(parse(["--hnit"].map(String::from)).is_err());
/// ```
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Request, String> {
    let (mut pause, mut exercise_only, mut function) = (false, false, None);
    let mut arguments = arguments.into_iter().peekable();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--pause" => pause = true,
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
    Ok(Request::Tell { pause, exercise_only, function })
}

/// The text of `--help`.
pub fn help(program: &str) -> String {
    format!(
        "Usage: cargo run -p {program} [-- FLAG…]

  --pause                 wait for Enter after each step, and name the command
                          that shows the same state from another terminal
  --exercise [FUNCTION]   skip the walkthrough, run only the exercise (or only
                          one of its functions)
  --hint [N]              give the first hint for the exercise (or hint N)
  --help                  show this text

Exit code: 0 done, also while the exercise is not started; 1 the exercise or a
call failed; 2 a flag was wrong. NO_COLOR=1 turns colours off, CLICOLOR_FORCE=1
turns them on without a terminal.
"
    )
}
