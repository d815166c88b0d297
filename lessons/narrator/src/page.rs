//! Where a story is written: the screen, and the grader's transcript.

use std::env;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process;

use crate::{Entry, data, render};

/// Where a story is written: the screen, and the grader's transcript.
#[derive(Debug)]
pub(crate) struct Page {
    transcript: Option<File>,
    /// The story as data, and whether it has an entry already.
    data: Option<(File, bool)>,
    /// What stands in the transcript for what differs from run to run.
    names: Vec<(String, String)>,
    /// The addresses that have a name.
    pub addresses: Vec<SocketAddr>,
    ascii: bool,
    /// Whether errors are told with the system's own name for them.
    pub errno: bool,
    /// The learner's function that has its turn.
    pub function: Option<&'static str>,
    /// What it would mean if that did not come back.
    pub if_it_hangs: Option<String>,
}

impl Page {
    pub fn new(transcript: Option<File>, data: Option<File>) -> Self {
        Self {
            transcript,
            data: data.map(|file| (file, false)),
            names: Vec::new(),
            addresses: Vec::new(),
            ascii: ascii_only(),
            errno: true,
            function: None,
            if_it_hangs: None,
        }
    }

    /// Tells an entry, at once: on the screen with what is really there, in the transcript with the names for it.
    pub fn put(&mut self, entry: Entry) {
        let lines = render::render(&entry, self.errno);
        let entry = entry.map(|text| named(text, &self.names));
        let mut written = Ok(());
        if let Some(transcript) = &mut self.transcript {
            let named = render::render(&entry, self.errno);
            written = transcript.write_all(render::plain(&named).as_bytes());
        }
        if let (Some((file, begun)), Some(line)) = (&mut self.data, data::line(&entry)) {
            let comma = if std::mem::replace(begun, true) { "," } else { "" };
            written = written.and_then(|()| write!(file, "{comma}\n{line}"));
        }
        if let Err(error) = written {
            eprintln!("The transcript cannot be written: {error}.");
            process::exit(1);
        }
        self.aside(&render::coloured(&lines));
    }

    /// The story is told to its end.
    pub fn end(&mut self) {
        if let Some((file, _)) = &mut self.data
            && let Err(error) = file.write_all(data::CLOSING.as_bytes())
        {
            eprintln!("The story cannot be written: {error}.");
            process::exit(1);
        }
    }

    /// Text for the screen alone.
    pub fn aside(&self, text: &str) {
        let text = if self.ascii { render::ascii(text) } else { text.to_owned() };
        let mut screen = io::stdout().lock();
        if screen.write_all(text.as_bytes()).and_then(|()| screen.flush()).is_err() {
            // Nobody reads any more, as after `| head -3`: there is nothing left to tell, and nothing went wrong.
            process::exit(0);
        }
    }

    /// From now on, the name stands for the live value in the transcript.
    pub fn mask(&mut self, live: String, name: String) {
        self.names.retain(|(known, _)| *known != live);
        self.names.push((live, name));
    }
}

/// A text in which every live value that has a name is replaced by it. A value counts only where it stands whole:
/// port 4371 is no part of port 43715.
fn named(text: &str, names: &[(String, String)]) -> String {
    let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let whole = |live: &str| !digit(out.chars().last()) && !digit(rest[live.len()..].chars().next());
        match names.iter().find(|(live, _)| rest.starts_with(live.as_str()) && whole(live)) {
            Some((live, name)) => {
                out.push_str(name);
                rest = &rest[live.len()..];
            }
            None => {
                out.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    out
}

/// Whether the screen shows ASCII only: a dumb terminal, or a locale of another encoding than UTF-8 (locale(7)).
pub(crate) fn ascii_only() -> bool {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if set("TERM").is_some_and(|term| term == "dumb") {
        return true;
    }
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default().to_lowercase();
    cfg!(unix) && !locale.contains("utf-8") && !locale.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_whole_address_only() {
        let names = [("127.0.0.1:4371".to_owned(), "127.0.0.1:server".to_owned())];
        assert_eq!(named("connect(127.0.0.1:4371)", &names), "connect(127.0.0.1:server)");
        assert_eq!(named("127.0.0.1:43715", &names), "127.0.0.1:43715");
    }
}
