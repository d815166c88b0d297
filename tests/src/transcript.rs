//! Finds its way in a story: the walkthrough, then a part for each function, each in numbered steps.

/// What stands before the first function's part.
pub fn walkthrough(transcript: &str) -> &str {
    &transcript[..exercise_start(transcript)]
}

/// All functions' parts, and what the run says at its end.
pub fn exercise(transcript: &str) -> &str {
    &transcript[exercise_start(transcript)..]
}

fn exercise_start(transcript: &str) -> usize {
    transcript.find("\nYour turn · ").unwrap_or(transcript.len())
}

/// One function's part, without its title; `None` where the run never came to it.
pub fn part<'a>(transcript: &'a str, function: &str) -> Option<&'a str> {
    let title = format!("\nYour turn · {function}\n");
    let begin = transcript.find(&title)? + title.len();
    let rest = &transcript[begin..];
    let end = rest.find("\nYour turn · ").or_else(|| end_start(rest)).unwrap_or(rest.len());
    Some(&rest[..end])
}

/// What the run says at its end; `None` where it never came there.
pub fn end(transcript: &str) -> Option<&str> {
    end_start(transcript).map(|start| &transcript[start..])
}

/// `\n2 of 2 functions solved`
fn end_start(transcript: &str) -> Option<usize> {
    transcript.match_indices('\n').map(|(at, _)| at).rfind(|at| {
        let line = transcript[at + 1..].lines().next().unwrap_or_default();
        line.starts_with(|first: char| first.is_ascii_digit()) && line.ends_with(" solved")
    })
}

/// A part's steps, each with its title and all that it tells.
pub fn steps(part: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    for line in part.lines() {
        let begins = line.starts_with(|first: char| first.is_ascii_digit());
        match steps.last_mut() {
            Some(step) if !begins => *step += &format!("{line}\n"),
            _ if begins => steps.push(format!("{line}\n")),
            _ => {}
        }
    }
    // What to do next is no part of what happened.
    let happened = |step: &String| step.split("   For a hint:\n").next().unwrap_or_default().trim_end().to_owned();
    steps.iter().map(happened).collect()
}

/// A story for a snapshot: each step between anchors, by which the book includes it. The walkthrough's are `step1`, a
/// function's `finish-step1`.
pub fn with_anchors(story: &str) -> String {
    let (mut out, mut function, mut open) = (String::new(), String::new(), None);
    let close = |out: &mut String, open: &mut Option<String>| {
        if let Some(name) = open.take() {
            // The empty line that parts two steps belongs to neither.
            let empty = out.len() - out.trim_end().len() - 1;
            out.truncate(out.len() - empty);
            *out += &format!("ANCHOR_END: {name}\n{}", "\n".repeat(empty));
        }
    };
    for line in story.lines() {
        let number = line.split_once("  ").and_then(|(number, _)| number.parse::<usize>().ok());
        if let Some(name) = line.strip_prefix("Your turn · ") {
            close(&mut out, &mut open);
            function = format!("{name}-");
        } else if let Some(number) = number {
            close(&mut out, &mut open);
            let name = format!("{function}step{number}");
            out += &format!("ANCHOR: {name}\n");
            open = Some(name);
        } else if line.ends_with(" solved") {
            close(&mut out, &mut open);
        }
        out += &format!("{line}\n");
    }
    close(&mut out, &mut open);
    out
}

/// A snapshot's story, without the book's anchors.
pub fn without_anchors(snapshot: &str) -> String {
    snapshot.lines().filter(|line| !line.starts_with("ANCHOR")).map(|line| format!("{line}\n")).collect()
}

/// Whether the system that told this step could not show it.
pub fn is_skipped(step: &str) -> bool {
    step.lines().any(|line| line.starts_with("   (skipped) "))
}

/// What happened in a step, without the sentences about mistakes.
pub fn without_mistakes(step: &str) -> String {
    let mut told = false;
    let happened = step.lines().filter(|line| {
        told = line.starts_with(MISTAKE) || (told && line.starts_with("      "));
        !told
    });
    happened.map(|line| format!("{line}\n")).collect()
}

const MISTAKE: &str = "   ✗  ";

/// The first sentence about a mistake, which may run over several lines.
pub fn mistake(text: &str) -> Option<String> {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(MISTAKE));
    let first = lines.next()?.trim_start_matches(MISTAKE);
    let more = lines.take_while(|line| line.starts_with("      ")).map(str::trim);
    Some(std::iter::once(first).chain(more).collect::<Vec<_>>().join(" "))
}
