//! The book tells what the files tell: its listings and transcripts are included from what is tested, its commands exist,
//! its snippets run, and its colours can be read. mdBook looks after none of this: it exits with 0 all the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::fs;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use grading::build::{self, Built};
use grading::course;
use grading::harness::Options;
use grading::transcript;
use tinyjson::JsonValue;
use wait_timeout::ChildExt;

mod shared;
use shared::{assert_none, read};

/// What may be typed into the book itself: commands and plain text.
const TYPED_IN: [&str; 4] = ["sh", "console", "text", "toml"];

/// Each step is the same program in these. All of them are written to be compared line by line.
const LANGUAGES: [&str; 3] = ["rs", "py", "c"];

/// What fits beside the book's menu at 1,280 px without scrolling sideways.
const COLUMNS: usize = 96;

/// A Markdown file.
struct Page {
    /// From the workspace's root.
    path: PathBuf,
    text: String,
}

/// `{{#include path:part}}`, or another of mdBook's links.
#[derive(Debug)]
struct Include {
    kind: String,
    /// From the workspace's root.
    file: PathBuf,
    /// An anchor or a range of lines; nothing for the whole file.
    part: String,
}

/// A fenced block.
struct Block {
    line: usize,
    language: String,
    text: String,
}

/// The files of a folder with one of the extensions, from the workspace's root.
fn files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let entries = fs::read_dir(course::root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut files: Vec<_> = entries.map(|entry| Path::new(folder).join(entry.expect("an entry").file_name())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted)));
    files.sort();
    files
}

/// All pages of the book.
fn chapters() -> Vec<Page> {
    files("book/src/en", &["md"]).into_iter().map(Page::new).collect()
}

impl Page {
    fn new(path: PathBuf) -> Self {
        Self { text: read(&path), path }
    }

    fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// All includes; a backslash before one shows it as it is.
    fn includes(&self) -> Vec<Include> {
        includes(&self.text, &self.path)
    }

    /// The fenced blocks, and the text beside them with its paragraphs.
    fn parts(&self) -> (Vec<Block>, String) {
        let (mut blocks, mut beside) = (Vec::new(), String::new());
        let mut lines = self.text.lines().enumerate();
        while let Some((number, line)) = lines.next() {
            let fence = line.trim_start();
            let width = fence.len() - fence.trim_start_matches(['`', '~']).len();
            if width < 3 || fence[width..].contains('`') {
                beside += &format!("{line}\n");
                continue;
            }
            let language = fence[width..].split([',', ' ', '{']).next().unwrap_or_default().to_owned();
            let inside =
                lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim().starts_with(&fence[..width]));
            let text = inside.map(|line| format!("{line}\n")).collect();
            blocks.push(Block { line: number + 1, language, text });
        }
        (blocks, beside)
    }

    /// The commands that it shows: in blocks for a shell, and in inline code. Each with its words.
    fn commands(&self) -> Vec<Vec<String>> {
        let (blocks, beside) = self.parts();
        let mut lines = Vec::new();
        for block in blocks {
            let text = block.text.replace("\\\n", " ");
            match block.language.as_str() {
                "sh" => lines.extend(text.lines().map(str::to_owned)),
                // What comes back stands there too.
                "console" => lines.extend(text.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned)),
                _ => {}
            }
        }
        for paragraph in beside.replace("<code>", "`").replace("</code>", "`").split("\n\n") {
            lines.extend(paragraph.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " ")));
        }
        lines.iter().flat_map(|line| commands(line)).collect()
    }
}

/// The words of each command of a line, as a shell takes them apart: up to a comment, and without what quotes and
/// redirections there are.
fn commands(line: &str) -> Vec<Vec<String>> {
    let (mut commands, mut words, mut quote) = (Vec::new(), vec![String::new()], None);
    for letter in line.chars() {
        let word = words.last_mut().expect("one at least");
        match letter {
            _ if quote == Some(letter) => quote = None,
            _ if quote.is_some() => word.push(letter),
            '"' | '\'' => quote = Some(letter),
            '#' if word.is_empty() => break,
            ' ' => words.push(String::new()),
            '|' | '&' | ';' | '>' => commands.push(std::mem::replace(&mut words, vec![String::new()])),
            _ => word.push(letter),
        }
    }
    commands.push(words);
    for words in &mut commands {
        words.retain(|word| !word.is_empty());
        let variables = words.iter().take_while(|word| is_variable(word)).count();
        words.drain(..variables);
    }
    commands
}

/// `RUNS=200` before a command.
fn is_variable(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
}

fn includes(text: &str, page: &Path) -> Vec<Include> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("{{#").filter(|(at, _)| !text[..*at].ends_with('\\')) {
        let inside = text[at + 3..].split("}}").next().unwrap_or_default();
        let (kind, target) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let target = target.split_whitespace().next().unwrap_or_default();
        let (path, part) = target.split_once(':').unwrap_or((target, ""));
        let mut file = page.parent().expect("its folder").to_owned();
        for step in path.split('/') {
            match step {
                ".." => drop(file.pop()),
                step => file.push(step),
            }
        }
        found.push(Include { kind: kind.to_owned(), file, part: part.to_owned() });
    }
    found
}

/// The name after `ANCHOR:` or `ANCHOR_END:`, as mdBook reads it.
fn anchor<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let name = line.split_once(mark)?.1.trim_start();
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '-');
    Some(&name[..end.unwrap_or(name.len())]).filter(|name| !name.is_empty())
}

/// Why an include would come out empty, too long, or not at all.
fn check_include(include: &Include) -> Result<(), String> {
    let Include { kind, file, part } = include;
    if !["include", "rustdoc_include", "playground"].contains(&kind.as_str()) {
        return Err(format!("mdBook knows no #{kind}"));
    }
    let text = fs::read_to_string(course::root().join(file)).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines: Vec<_> = text.lines().collect();
    let file = file.display();
    if text.contains("{{#") {
        return Err(format!("{file} has an include of its own"));
    }
    let whole_lines = if part.is_empty() {
        &lines[..]
    } else if part.starts_with(|letter: char| letter.is_ascii_digit() || letter == ':') {
        let (from, to) = part.split_once(':').unwrap_or((part, part));
        let number = |text: &str, otherwise| if text.is_empty() { Ok(otherwise) } else { text.parse::<usize>() };
        let range = number(from, 1).ok().zip(number(to, lines.len()).ok());
        let range = range.filter(|(from, to)| 1 <= *from && from <= to && *to <= lines.len());
        let (from, to) = range.ok_or_else(|| format!("{file} has {} lines, and not {part}", lines.len()))?;
        &lines[from - 1..to]
    } else {
        let places =
            |mark| -> Vec<_> { (0..lines.len()).filter(|at| anchor(lines[*at], mark) == Some(part)).collect() };
        return match (places("ANCHOR:").as_slice(), places("ANCHOR_END:").as_slice()) {
            ([begin], [end]) if lines.get(begin + 1..*end).is_some_and(|inside| !inside.is_empty()) => Ok(()),
            ([], []) => Err(format!("{file} has no anchor {part}")),
            (begins, ends) => Err(format!("{file}: anchor {part} begins at {begins:?} and ends at {ends:?}, from 0")),
        };
    };
    match whole_lines.iter().find(|line| line.contains("ANCHOR")) {
        Some(line) => Err(format!("{file}:{part} would show the reader `{}`", line.trim())),
        None => Ok(()),
    }
}

#[test]
fn every_include_names_a_file_and_an_anchor_that_exist() {
    let mut problems = Vec::new();
    for page in chapters() {
        let broken = page.includes().into_iter().filter_map(|include| check_include(&include).err());
        problems.extend(broken.map(|problem| format!("{}: {problem}", page.path.display())));
    }
    assert_none(&problems);
}

#[test]
fn the_summary_names_every_chapter_and_every_lesson_has_one() {
    let summary = read("book/src/en/SUMMARY.md");
    let links = summary.split("](").skip(1).filter_map(|link| Some(link.split_once(')')?.0.to_owned()));
    let named: BTreeSet<String> = links.collect();
    let there: BTreeSet<String> = chapters().iter().map(Page::name).filter(|name| name != "SUMMARY.md").collect();
    assert_eq!(named, there, "what SUMMARY.md names, and what lies in book/src/en");
    for lesson in course::lessons() {
        assert!(there.contains(&format!("{}.md", lesson.package)), "{} has no chapter", lesson.package);
    }
}

#[test]
fn a_lessons_chapter_has_its_whole_story_its_exercise_and_the_solution() {
    let mut problems = Vec::new();
    let chapters = chapters();
    for lesson in course::lessons() {
        let name = format!("{}.md", lesson.package);
        let Some(page) = chapters.iter().find(|page| page.name() == name) else {
            problems.push(format!("{name} is not there"));
            continue;
        };
        let includes = page.includes();
        let has = |file: &Path, part: &str| includes.iter().any(|include| include.file == file && include.part == part);
        let story = PathBuf::from(format!("tests/snapshots/{}.walkthrough.snap", lesson.package));
        let snapshot = read(&story);
        let mut wanted: Vec<_> =
            snapshot.lines().filter_map(|line| anchor(line, "ANCHOR:")).map(|step| (story.clone(), step)).collect();
        assert!(!wanted.is_empty(), "{} has no steps", story.display());
        wanted.push((lesson.exercise(), ""));
        wanted.push((["solutions", &lesson.solution(), "src", "exercise.rs"].iter().collect(), ""));
        let missing = wanted.iter().filter(|(file, part)| !has(file, part));
        problems.extend(missing.map(|(file, part)| format!("{name}: no {}:{part}", file.display())));
    }
    assert_none(&problems);
}

/// The parts of a lesson's chapter, after its aim.
const PARTS: [&str; 8] = [
    "Recall",
    "Predict and watch",
    "What happened",
    "The step in code",
    "Your turn",
    "Spot the bug",
    "What people get wrong",
    "Next",
];

/// The chapters of the lessons.
fn lesson_chapters() -> Vec<(course::Lesson, Page)> {
    let page = |lesson: &course::Lesson| Page::new(format!("book/src/en/{}.md", lesson.package).into());
    course::lessons().into_iter().map(|lesson| (lesson.clone(), page(&lesson))).collect()
}

/// A part of a chapter: what stands below its heading, up to the next one.
fn part<'a>(page: &'a Page, name: &str) -> &'a str {
    let heading = format!("\n## {name}\n");
    let begin = page.text.find(&heading).unwrap_or_else(|| panic!("{} has no part {name}", page.name()));
    let below = &page.text[begin + heading.len()..];
    below.split("\n## ").next().unwrap_or_default()
}

#[test]
fn every_lessons_chapter_goes_the_same_way() {
    for (_, page) in lesson_chapters() {
        let parts: Vec<_> = page.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(parts, PARTS, "{}", page.name());
    }
}

/// A prediction whose answer stands above it teaches nothing. The words of an answer are looked for in the built page, by
/// tests/browser/check.mjs; other words than those only a reader finds.
#[test]
fn nothing_that_shows_the_step_stands_above_its_question() {
    let mut problems = Vec::new();
    for (lesson, page) in lesson_chapters() {
        let Some(first) = page.text.find("questions.snap:question1}}") else {
            problems.push(format!("{} asks nothing", page.name()));
            continue;
        };
        // The include of the question itself has begun by then. The replay's story is data: its script asks before it shows.
        let above = page.text[..first].rsplit_once("{{#").map_or("", |(above, _)| above);
        let story = format!("{{{{#include ../../../tests/stories/{}.json}}}}", lesson.package);
        let above = above.replace(&story, "");
        for shown in ["{{#", "<figure", "<svg", "<img", "![", "```transcript", "```rust", "```python", "```c\n"] {
            if above.contains(shown) {
                problems.push(format!("{}: {shown} stands above the first question", page.name()));
            }
        }
        problems.extend(steps_before_their_question(&lesson, &page));
    }
    assert_none(&problems);
}

/// The steps of the walkthrough stand in their order, each below the questions that are asked up to there.
fn steps_before_their_question(lesson: &course::Lesson, page: &Page) -> Vec<String> {
    let is_told = |include: &Include| {
        let file = include.file.file_name().unwrap_or_default().to_string_lossy();
        ["walkthrough", "questions"].iter().any(|half| *file == format!("{}.{half}.snap", lesson.package))
    };
    let includes = includes(part(page, "Predict and watch"), &page.path);
    let told: Vec<_> = includes.into_iter().filter(is_told).map(|include| include.part).collect();
    let story = read(format!("tests/snapshots/{}.walkthrough.snap", lesson.package));
    let (mut problems, mut asked, mut at) = (Vec::new(), 0, 0);
    for (number, step) in (1..).zip(transcript::steps(&transcript::without_anchors(&story))) {
        asked += step.matches("\n   ?  ").count();
        let Some(place) = told[at..].iter().position(|part| *part == format!("step{number}")) else {
            problems.push(format!("{}: step {number} is not shown, or not in its place", page.name()));
            continue;
        };
        at += place;
        let missing = (1..=asked).find(|question| !told[..at].contains(&format!("question{question}")));
        problems
            .extend(missing.map(|question| format!("{}: step {number} stands above question {question}", page.name())));
    }
    problems
}

/// The segments stand in "What happened", each step below the question that is asked of it.
#[test]
fn every_lessons_chapter_shows_the_wire() {
    let mut problems = Vec::new();
    for (lesson, page) in lesson_chapters() {
        let includes = includes(part(&page, "What happened"), &page.path);
        let of = |half: &str| format!("{}.{half}.snap", lesson.package);
        let told: Vec<_> = includes
            .iter()
            .filter(|include| [of("wire"), of("questions")].iter().any(|name| include.file.ends_with(name)))
            .map(|include| include.part.as_str())
            .collect();
        let story = read(format!("tests/snapshots/{}", of("wire")));
        let story = transcript::without_anchors(&story);
        let steps = transcript::steps(transcript::walkthrough(&story));
        if !told.iter().any(|part| part.starts_with("step")) {
            problems.push(format!("{}: no step with its segments", page.name()));
        }
        let asks = |step: &String| asks_of_the_wire(&lesson, step);
        for (question, (number, _)) in (1..).zip((1..).zip(&steps).filter(|(_, step)| asks(step))) {
            let place = |name: String| told.iter().position(|part| *part == name);
            match (place(format!("wire{question}")), place(format!("step{number}"))) {
                (Some(question), Some(step)) if question < step => {}
                _ => problems.push(format!("{}: wire{question} does not stand above step {number}", page.name())),
            }
        }
    }
    assert_none(&problems);
}

/// Whether this step of a story with the wire asks more than the same step without it.
fn asks_of_the_wire(lesson: &course::Lesson, step: &str) -> bool {
    let title = step.lines().next().unwrap_or_default();
    let plain = read(format!("tests/snapshots/{}.walkthrough.snap", lesson.package));
    let steps = transcript::steps(&transcript::without_anchors(&plain));
    let same = steps.iter().find(|step| step.lines().next() == Some(title)).map_or("", String::as_str);
    step.matches("\n   ?  ").count() > same.matches("\n   ?  ").count()
}

#[test]
fn the_exercise_the_bug_and_the_solution_come_in_this_order_and_the_last_two_are_folded() {
    let mut problems = Vec::new();
    for (lesson, page) in lesson_chapters() {
        let exercise = format!("{{{{#include ../../../{}}}}}", lesson.exercise().display());
        let solution = format!("{{{{#include ../../../solutions/{}/src/exercise.rs}}}}", lesson.solution());
        let turn = part(&page, "Your turn");
        let before = turn.split(&exercise).next().unwrap_or_default();
        if before.len() == turn.len() || before.split_whitespace().count() < 80 {
            problems.push(format!("{}: Your turn tells what to do in prose, then includes the exercise", page.name()));
        }
        let (bug, next) = (part(&page, "Spot the bug"), part(&page, "Next"));
        if folded(bug).matches("```rust").count() != bug.matches("```rust").count() || !bug.contains(":bug}}") {
            problems.push(format!("{}: Spot the bug shows a wrong answer, folded", page.name()));
        }
        if !folded(next).contains(&solution) || page.text.matches(&solution).count() != 1 {
            problems.push(format!("{}: the solution is folded, in Next, and nowhere else", page.name()));
        }
    }
    assert_none(&problems);
}

/// What stands within `<details>`.
fn folded(text: &str) -> String {
    let mut depth = 0_usize;
    let mut inside = String::new();
    for line in text.lines() {
        depth += line.matches("<details").count();
        if depth > 0 {
            inside += &format!("{line}\n");
        }
        depth -= line.matches("</details>").count();
    }
    inside
}

#[test]
fn no_listing_of_the_book_tells_a_story() {
    let mut told = Vec::new();
    for page in chapters() {
        let listings = page.parts().0.into_iter().filter(|block| block.language == "rust");
        for include in listings.flat_map(|block| includes(&block.text, &page.path)) {
            let lines = included(&include);
            told.extend(
                lines.iter().filter(|line| line.contains("story")).map(|line| format!("{}: {line}", page.name())),
            );
        }
    }
    assert_none(&told);
}

/// The lines that an include brings.
fn included(include: &Include) -> Vec<String> {
    let text = read(&include.file);
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let place = |mark| lines.iter().position(|line| anchor(line, mark) == Some(include.part.as_str()));
    match (place("ANCHOR:"), place("ANCHOR_END:")) {
        (Some(begin), Some(end)) => lines[begin + 1..end].to_vec(),
        _ => lines,
    }
}

/// Each end names what comes next: the command of the next lesson and its chapter.
#[test]
fn every_chapter_ends_with_the_next_command_and_the_next_chapter() {
    let chapters = lesson_chapters();
    let mut problems = Vec::new();
    for (at, (lesson, page)) in chapters.iter().enumerate() {
        let next = part(page, "Next");
        let mut wanted = vec![format!("git diff --no-index {}", lesson.exercise().display())];
        match chapters.get(at + 1) {
            Some((after, _)) => {
                wanted.push(format!("cargo run -p {} -- --pause", after.package));
                wanted.push(format!("({}.md)", after.package));
            }
            None => wanted.push("(from_empty.md)".to_owned()),
        }
        let missing = wanted.iter().filter(|wanted| !next.contains(wanted.as_str()));
        problems.extend(missing.map(|missing| format!("{}: Next does not name {missing}", page.name())));
        if !page.text.contains(&format!("cargo run -p {} -- --pause", lesson.package)) {
            problems.push(format!("{}: it does not name its program", page.name()));
        }
    }
    assert_none(&problems);
}

#[test]
fn listings_and_transcripts_are_included_and_never_typed_in() {
    let mut problems = Vec::new();
    for page in chapters() {
        for Block { line, language, text } in page.parts().0 {
            if TYPED_IN.contains(&language.as_str()) {
                continue;
            }
            let from: &[&str] = match language.as_str() {
                "rust" => &["book/snippets", "lessons", "solutions", "tests"],
                "transcript" => &["tests"],
                "c" => &["book/snippets"],
                "python" => &["book/snippets", "tests/partners"],
                _ => &[],
            };
            let only_includes = text.lines().all(|line| {
                let line = line.trim();
                line.is_empty() || (line.starts_with("{{#") && line.ends_with("}}") && line.matches("}}").count() == 1)
            });
            let includes = includes(&text, &page.path);
            let tested = includes.iter().all(|include| from.iter().any(|folder| include.file.starts_with(folder)));
            if from.is_empty() || includes.is_empty() || !only_includes || !tested {
                let place = format!("{}:{line}", page.path.display());
                problems.push(match from {
                    [] => {
                        format!("{place}: a block of `{language}`; known are rust, transcript, c, python, {TYPED_IN:?}")
                    }
                    _ => format!(
                        "{place}: this block of {language} is not one or more includes from {from:?}, and no more"
                    ),
                });
            }
        }
    }
    assert_none(&problems);
}

/// The packages as cargo knows them, and the programs (`bin`) and tests (`test`) of each.
static PACKAGES: LazyLock<HashMap<String, Vec<(String, String)>>> = LazyLock::new(|| {
    type Object = HashMap<String, JsonValue>;
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let metadata = ["metadata", "--no-deps", "--offline", "--format-version=1"];
    let output = Command::new(cargo).args(metadata).current_dir(course::root()).output().expect("cargo starts");
    let metadata: JsonValue = String::from_utf8_lossy(&output.stdout).parse().expect("cargo's JSON");
    let list = |value: &JsonValue, key: &str| value.get::<Object>().expect("an object")[key].get::<Vec<_>>().cloned();
    let text = |value: &JsonValue, key: &str| value.get::<Object>().expect("an object")[key].get::<String>().cloned();
    let target = |target: &JsonValue| {
        let kind = list(target, "kind").and_then(|kinds: Vec<JsonValue>| kinds.first()?.get::<String>().cloned());
        (kind.expect("a kind"), text(target, "name").expect("a name"))
    };
    let packages = list(&metadata, "packages").expect("packages");
    let targets = |package: &JsonValue| list(package, "targets").expect("targets").iter().map(target).collect();
    packages.iter().map(|package| (text(package, "name").expect("a name"), targets(package))).collect()
});

/// `NN`, `PACKAGE`: the reader puts something there.
fn is_placeholder(word: &str) -> bool {
    word.contains("NN") || (!word.is_empty() && word.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_'))
}

fn exists(path: &str) -> Result<(), String> {
    match is_placeholder(path) || course::root().join(path).exists() {
        true => Ok(()),
        false => Err(format!("there is no {path}")),
    }
}

/// Why a command would not do what the reader expects.
fn check_command(words: &[&str]) -> Result<(), String> {
    match words {
        // Where the learner stands.
        ["cargo", "run"] => Ok(()),
        ["cargo", words @ ..] => check_cargo(words),
        ["git", "diff", "--no-index", paths @ ..] if paths.len() != 2 => Err("it takes two files".to_owned()),
        ["git", "diff", "--no-index", paths @ ..] | ["git", "checkout" | "diff", paths @ ..] => {
            paths.iter().try_for_each(|path| exists(path))
        }
        ["bash" | "python3", path, ..] => exists(path),
        ["mdbook", "serve" | "build", rest @ ..] => match rest {
            ["book"] | ["book", "--open"] => Ok(()),
            _ => Err("the book lies in `book`".to_owned()),
        },
        ["hyperlink", "book/book", ..] => Ok(()),
        ["node" | "npm", words @ ..] => {
            words.iter().filter(|word| word.starts_with("tests/")).try_for_each(|path| exists(path))
        }
        _ => Ok(()),
    }
}

fn check_cargo(words: &[&str]) -> Result<(), String> {
    let (&command, rest) = words.split_first().unwrap_or((&"", &[]));
    match command {
        "run" | "test" | "build" | "check" | "clippy" | "doc" => {}
        // A pinned tool has one version here.
        "install" => {
            let tool = rest.iter().find(|word| !word.starts_with('-')).ok_or("of what?")?;
            let pinned = tool.contains('@') && read(".ci/run").contains(&format!("{tool} "));
            return if pinned { Ok(()) } else { Err(format!(".ci/run does not install {tool}")) };
        }
        "" | "fmt" | "new" | "add" => return Ok(()),
        "nextest" => return check_nextest(rest),
        _ => return Err(format!("cargo {command} is none of this course's commands")),
    }
    let end = rest.iter().position(|word| *word == "--").unwrap_or(rest.len());
    // `cargo test` takes the default member; a program is always named.
    let mut package = if command == "run" { "" } else { "grading" };
    let (mut bin, mut tests, mut words) = (None, Vec::new(), rest[..end].iter());
    while let Some(word) = words.next() {
        match *word {
            "-p" | "--package" => package = words.next().ok_or("-p of what?")?,
            "--bin" => bin = Some(*words.next().ok_or("--bin of what?")?),
            "--test" => tests.push(words.next().ok_or("--test of what?")?),
            "-q" | "--quiet" | "--locked" | "--all" | "--workspace" | "--all-targets" | "--no-deps" | "--tests"
            | "--timings" => {}
            filter if command == "test" && !filter.starts_with('-') => {
                let lesson = course::lessons().into_iter().find(|lesson| lesson.package == package);
                let known =
                    lesson.is_some_and(|lesson| lesson.functions.iter().any(|function| function.name == filter));
                known.then_some(()).ok_or_else(|| format!("{package} grades no {filter}"))?;
            }
            word => return Err(format!("cargo {command} with {word}: not known here")),
        }
    }
    if is_placeholder(package) {
        return Ok(());
    }
    let targets = PACKAGES.get(package).ok_or_else(|| format!("there is no package `{package}`"))?;
    let has = |kind: &str, name: &str| targets.iter().any(|target| target.0 == kind && target.1 == name);
    if let Some(test) = tests.iter().find(|test| !has("test", test) && !is_placeholder(test)) {
        return Err(format!("{package} has no test {test}"));
    }
    match (command, rest.get(end + 1..).unwrap_or_default()) {
        ("run", flags) => match bin.unwrap_or(package) {
            program if has("bin", program) => check_flags(program, flags),
            program => Err(format!("{package} has no program {program}")),
        },
        (_, flags) => match Options::parse(lexopt::Parser::from_args(flags)) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        },
    }
}

/// cargo-nextest's flags are its own, and not every machine has it; a profile is ours.
fn check_nextest(words: &[&str]) -> Result<(), String> {
    match words {
        ["run", "-p", "grading", "--profile", profile, ..] => {
            let known = read(".config/nextest.toml").contains(&format!("[profile.{profile}]"));
            known.then_some(()).ok_or_else(|| format!(".config/nextest.toml has no profile {profile}"))
        }
        _ => Err("it grades, with a profile: `cargo nextest run -p grading --profile …`".to_owned()),
    }
}

/// What a lesson's, a solution's or lesson 9's program says of its flags; also the program for a class.
fn help(program: &str) -> String {
    static BUILT: LazyLock<Built> = LazyLock::new(|| {
        let packages = course::lessons().into_iter().flat_map(|lesson| [lesson.solution(), lesson.package]);
        let packages = packages.chain(["class".to_owned()]);
        build::build(&packages.collect::<Vec<_>>())
    });
    let executable = BUILT.executable(program).unwrap_or_else(|error| panic!("{program} does not compile: {error}"));
    let output = Command::new(executable).arg("--help").output().expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A program knows the flags that its help names. The program of all answers takes an answer first.
fn check_flags(program: &str, mut arguments: &[&str]) -> Result<(), String> {
    let mut program = program;
    if let ("answers", [name, rest @ ..]) = (program, arguments) {
        let (lesson, answer) = name.split_once('/').ok_or_else(|| format!("{name} is no answer"))?;
        exists(&format!("tests/answers/src/{}/{answer}.rs", lesson.split('_').next().unwrap_or_default()))?;
        (program, arguments) = (lesson, rest);
    }
    let mut previous = "";
    for &argument in arguments {
        let known = match previous {
            _ if argument.starts_with('-') => help(program)
                .split(|letter: char| letter != '-' && !letter.is_alphanumeric())
                .any(|word| word == argument),
            _ if is_placeholder(argument) => previous.starts_with('-') || program == "class",
            "--hint" => argument.parse::<u32>().is_ok(),
            "--timeout" => argument.parse::<f64>().is_ok(),
            "--address" => argument.parse::<SocketAddr>().is_ok(),
            "--greeting" | "--answer" => true,
            "--csv" | "--pcap" => true,
            _ => false,
        };
        if !known {
            return Err(format!("{program} does not take {argument}"));
        }
        previous = argument;
    }
    Ok(())
}

#[test]
fn every_command_names_packages_flags_and_files_that_exist() {
    let mut problems = Vec::new();
    let mut count = 0;
    for page in chapters().into_iter().chain(["README.md", "CONTRIBUTING.md"].map(|path| Page::new(path.into()))) {
        for command in page.commands() {
            let words: Vec<_> = command.iter().map(String::as_str).collect();
            count += usize::from(words.first() == Some(&"cargo"));
            // In these chapters the reader has a package of their own, and runs its programs there.
            let own = ["from_empty.md", "own_doorkeeper.md", "own_word_counter.md"].contains(&page.name().as_str());
            if own && matches!(words[..], ["cargo", "run", "--bin", ..]) {
                continue;
            }
            if let Err(problem) = check_command(&words) {
                problems.push(format!("{}: `{}`: {problem}", page.path.display(), words.join(" ")));
            }
        }
    }
    assert_none(&problems);
    assert!(count > 20, "{count} cargo commands were found: are they still written as code?");
}

/// Runs a program to its end, within 10 s: what it printed. `None` where the machine does not have it.
fn run(command: &mut Command) -> Option<Result<String, String>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().ok()?;
    let status = child.wait_timeout(Duration::from_secs(10)).expect("it can be waited for");
    if status.is_none() {
        child.kill().expect("it can be ended");
        child.wait().expect("it ends");
    }
    let (mut printed, mut said) = (String::new(), String::new());
    // What does not fit the pipe would have kept it from ending.
    child.stdout.take().expect("a pipe").read_to_string(&mut printed).expect("UTF-8");
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("UTF-8");
    Some(match status {
        Some(status) if status.success() => Ok(printed),
        Some(status) => Err(format!("{status}\n{said}")),
        None => Err(format!("not at its end after 10 s\n{said}")),
    })
}

/// Compiles a snippet where that is needed, and runs it.
fn run_snippet(snippet: &Path) -> Option<Result<String, String>> {
    static RUST: LazyLock<Built> = LazyLock::new(|| build::build(&["snippets".to_owned()]));
    let source = course::root().join(snippet);
    let name = snippet.file_stem().and_then(|name| name.to_str()).expect("a name");
    match snippet.extension().and_then(|extension| extension.to_str()).expect("an extension") {
        "rs" => match RUST.executable(name) {
            Ok(program) => run(&mut Command::new(program)),
            Err(error) => Some(Err(error.to_owned())),
        },
        "py" => run(Command::new("python3").arg(source).env("PYTHONUTF8", "1")),
        _ => {
            let folder = tempfile::tempdir().expect("a folder");
            let program = folder.path().join("snippet");
            let mut compiler = Command::new("cc");
            compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-o"]).args([&program, &source]);
            Some(run(&mut compiler)?.and_then(|_| run(&mut Command::new(&program)).expect("it was just built")))
        }
    }
}

/// Runs every snippet of the language.
fn run_snippets(extension: &str) {
    let mut problems = Vec::new();
    for snippet in files("book/snippets", &[extension]) {
        match run_snippet(&snippet) {
            Some(Ok(_)) => {}
            Some(Err(problem)) => problems.push(format!("{}: {problem}", snippet.display())),
            None => println!("skipped: {}: this machine has nothing to run it with", snippet.display()),
        }
    }
    assert_none(&problems);
}

#[test]
fn the_rust_snippets_compile_and_run() {
    run_snippets("rs");
}

#[test]
fn the_c_snippets_compile_without_a_warning_and_run() {
    run_snippets("c");
}

#[test]
fn the_python_snippets_run() {
    run_snippets("py");
}

/// The programs of all steps, in their order: `book/snippets/lesson04`, which has an extension for each language.
fn steps() -> Vec<PathBuf> {
    let folder = Path::new("book/snippets");
    course::lessons().iter().filter_map(|lesson| Some(folder.join(lesson.package.split('_').next()?))).collect()
}

/// What a program printed, without its ports, and without the words that each language has for an error.
fn comparable(printed: &str) -> Vec<String> {
    let without_ports = |line: &str| {
        line.split("127.0.0.1:").map(|piece| piece.trim_start_matches(|letter: char| letter.is_ascii_digit())).collect()
    };
    printed.lines().map(|line| without_ports(line.split(" error ").next().unwrap_or_default())).collect()
}

#[test]
fn a_step_says_the_same_in_every_language() {
    let mut problems = Vec::new();
    for step in steps() {
        let mut first: Option<Vec<String>> = None;
        for language in LANGUAGES {
            let snippet = step.with_extension(language);
            // Why it does not run, the tests above say.
            let Some(Ok(printed)) = run_snippet(&snippet) else { continue };
            let mut lines = comparable(&printed);
            if step.ends_with("lesson09") || step.ends_with("lesson10") {
                // Threads print in any order.
                lines.sort();
            }
            let wanted = first.get_or_insert_with(|| lines.clone());
            if *wanted != lines {
                problems.push(format!("{} prints {lines:#?}, and the first language {wanted:#?}", snippet.display()));
            }
        }
        if first.is_none_or(|lines| lines.is_empty()) {
            problems.push(format!("{} prints nothing", step.display()));
        }
    }
    assert_none(&problems);
}

#[test]
fn a_step_is_a_short_program_that_leaves_the_exercise_to_the_learner() {
    let mut problems = Vec::new();
    let lessons = course::lessons();
    let exercises: Vec<_> =
        lessons.iter().flat_map(|lesson| &lesson.functions).map(|function| &function.name).collect();
    for snippet in steps().iter().flat_map(|step| LANGUAGES.map(|language| step.with_extension(language))) {
        let text = read(&snippet);
        let mut problem = |says: String| problems.push(format!("{}: {says}", snippet.display()));
        if let Some(line) = text.lines().find(|line| line.chars().count() > COLUMNS) {
            problem(format!("more than {COLUMNS} columns: {line}"));
        }
        let words: Vec<_> = text.split(|letter: char| letter != '_' && !letter.is_alphanumeric()).collect();
        let known = ["narrator", "cfg", "ANCHOR"];
        for word in exercises.iter().map(|name| name.as_str()).chain(known).filter(|word| words.contains(word)) {
            problem(format!("it names {word}"));
        }
        let lines = text.lines().count();
        if snippet.extension().is_some_and(|extension| extension == "rs") && !(15..=40).contains(&lines) {
            problem(format!("{lines} lines; it has 15 to 40"));
        }
    }
    assert_none(&problems);
}

/// The lines of a Rust program that say something to the compiler.
fn code(step: &Path) -> Vec<String> {
    let text = read(step.with_extension("rs"));
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim().to_owned());
    lines.filter(|line| line.contains(char::is_alphanumeric)).collect()
}

#[test]
fn each_step_grows_out_of_the_one_before() {
    let mut problems = Vec::new();
    for pair in steps().windows(2) {
        let (before, after) = (code(&pair[0]), code(&pair[1]));
        let kept = before.iter().filter(|line| after.contains(line)).count();
        println!("{}: {kept} of {} lines are in the next", pair[0].display(), before.len());
        if kept * 2 < before.len() {
            problems.push(format!("{}: {kept} of {} lines are in the next", pair[0].display(), before.len()));
        }
    }
    assert_none(&problems);
}

#[test]
fn every_snippet_and_every_diagram_is_in_a_chapter() {
    let shown: BTreeSet<_> = chapters().iter().flat_map(Page::includes).map(|include| include.file).collect();
    let mut lost = files("book/snippets", &LANGUAGES);
    lost.extend(files("book/diagrams", &["svg"]));
    lost.retain(|file| !shown.contains(file));
    assert!(lost.is_empty(), "in no chapter: {lost:?}");
}

/// Every value of an attribute.
fn attributes<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    svg.split(&begin).skip(1).filter_map(|value| Some(value.split_once('"')?.0)).collect()
}

/// Why a diagram could not be read by all, or would fetch something.
fn check_diagram(svg: &str) -> Result<(), String> {
    let sentence = |says: &str| Err(says.to_owned());
    let head = svg.trim_start().split('>').next().unwrap_or_default();
    if !head.starts_with("<svg ") || attributes(head, "class") != ["diagram"] || attributes(head, "viewBox").is_empty()
    {
        return sentence("it begins with <svg class=\"diagram\" viewBox=…>");
    }
    if attributes(head, "role") != ["img"] {
        return sentence("its role is img");
    }
    for size in ["width", "height", "style"] {
        if !attributes(head, size).is_empty() {
            return Err(format!("its {size} is the style sheet's affair"));
        }
    }
    let ids = attributes(svg, "id");
    let mut labels = Vec::new();
    for element in ["title", "desc"] {
        let found = svg.split_once(&format!("<{element}")).and_then(|(_, rest)| rest.split_once('>'));
        let Some((tag, text)) = found else { return Err(format!("it has no {element}")) };
        labels.extend(attributes(tag, "id"));
        if text.split('<').next().unwrap_or_default().trim().is_empty() {
            return Err(format!("its {element} is empty"));
        }
    }
    if labels.len() != 2 || attributes(head, "aria-labelledby") != [labels.join(" ")] {
        return Err(format!("aria-labelledby is not \"{}\"", labels.join(" ")));
    }
    if svg.lines().any(|line| line.trim().is_empty()) {
        return sentence("an empty line ends HTML within Markdown");
    }
    for outside in ["<script", "<style", "<image", "<foreignObject", "@import", " src=", "data:"] {
        if svg.contains(outside) {
            return Err(format!("{outside} has no place in it"));
        }
    }
    let beside = svg.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
    if beside.contains("//") {
        return sentence("it names an address outside");
    }
    let hrefs = attributes(svg, "href").into_iter().chain(attributes(svg, "xlink:href"));
    let urls = svg.split("url(").skip(1).map(|url| url.split(')').next().unwrap_or_default());
    for reference in hrefs.chain(urls) {
        if !reference.strip_prefix('#').is_some_and(|id| ids.contains(&id)) {
            return Err(format!("it has nothing with the id {reference}"));
        }
    }
    Ok(())
}

#[test]
fn every_diagram_says_in_words_what_it_shows_and_stands_alone() {
    let mut problems = Vec::new();
    let mut ids = BTreeMap::new();
    for file in files("book/diagrams", &["svg"]) {
        let svg = read(&file);
        problems.extend(check_diagram(&svg).err().map(|problem| format!("{}: {problem}", file.display())));
        for id in attributes(&svg, "id") {
            if let Some(other) = ids.insert(id.to_owned(), file.clone()) {
                problems.push(format!("{}: the id {id} is in {} too", file.display(), other.display()));
            }
        }
    }
    assert_none(&problems);
}

/// The colours that a rule of the style sheet sets: `#rrggbb` alone.
fn colours(sheet: &str, selector: &str) -> HashMap<String, u32> {
    let rule = sheet.split_once(&format!("{selector} {{")).and_then(|(_, rest)| rest.split_once('}'));
    let (rule, _) = rule.unwrap_or_else(|| panic!("course.css has no rule for {selector}"));
    let pairs = rule.split(';').filter_map(|line| line.trim().split_once(": #"));
    pairs.map(|(name, hex)| (name.to_owned(), u32::from_str_radix(hex, 16).expect("#rrggbb"))).collect()
}

/// Relative luminance (WCAG 2.2, "relative luminance").
fn luminance(colour: u32) -> f64 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast ratio (WCAG 2.2, "contrast ratio").
fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn black_on_white_has_a_contrast_of_21() {
    assert!((contrast(0x000000, 0xffffff) - 21.0).abs() < 1e-9);
    // The classic grey that just passes, and the next one that just fails.
    assert!(contrast(0x767676, 0xffffff) >= 4.5);
    assert!(contrast(0x777777, 0xffffff) < 4.5);
}

/// The pages' backgrounds are `--bg` of mdBook 0.5.4's css/variables.css, there in hsl: light (0, 0%, 100%), rust
/// (60, 9%, 87%), coal (200, 7%, 8%), which is also the dark page without JavaScript, navy (226, 23%, 11%) and ayu
/// (210, 25%, 8%). Diagrams use the colours on the page itself.
#[test]
fn every_voice_and_every_link_can_be_read_in_every_theme_and_on_paper() {
    let sheet = read("book/assets/course.css");
    let (screen, paper) = sheet.split_once("@media print").expect("a part for print");
    let sets = [
        ("light themes", colours(screen, ":root, .light, .rust"), &[("light", 0xffffff), ("rust", 0xe1e1db)][..]),
        (
            "dark themes",
            colours(screen, ".coal, .navy, .ayu"),
            &[("coal", 0x131516), ("navy", 0x161923), ("ayu", 0x0f1419)],
        ),
        ("dark without JavaScript", colours(screen, "html:not(.js)"), &[("coal", 0x131516)]),
        ("paper", colours(paper, "html:root"), &[("paper", 0xffffff)]),
    ];
    let mut problems = Vec::new();
    for (set, colours, pages) in sets {
        let colour = |name| *colours.get(name).unwrap_or_else(|| panic!("{set}: no {name}"));
        for name in ["--transcript-fg", "--server", "--client", "--kernel", "--wire", "--you", "--error", "--links"] {
            let backgrounds = pages.iter().copied().chain([("transcript", colour("--transcript-bg"))]);
            for (on, background) in backgrounds {
                let contrast = contrast(colour(name), background);
                if contrast < 4.5 {
                    problems.push(format!("{set}: {name} on {on} has a contrast of {contrast:.2}, and needs 4.5"));
                }
            }
        }
    }
    assert_none(&problems);
}
