//! Finds the submissions, and takes the exercises out of them. They are read, and never written to.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use grading::course::{self, Lesson};

/// No exercise is as long as this, in bytes.
const LONGEST: u64 = 100_000;

/// No exercise has so many brackets in one another. Who reads it here would come to the end of their stack.
const DEEPEST: usize = 200;

/// What one learner handed in.
#[derive(Debug)]
pub struct Submission {
    /// The folder's name.
    pub learner: String,
    folder: PathBuf,
    /// It is none of its own, but a link.
    is_link: bool,
}

/// A learner's exercises, by package.
#[derive(Debug, Default)]
pub struct Exercises {
    /// What can be read. One that is not there counts as untouched.
    pub sources: BTreeMap<String, Vec<u8>>,
    /// What cannot be read, and why.
    pub problems: BTreeMap<String, String>,
}

/// All submissions in their order, and what lies beside them that is none.
pub fn all(folder: &Path) -> Result<(Vec<Submission>, Vec<String>), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{} cannot be read: {error}.", folder.display()))?;
    let (mut submissions, mut left_alone) = (Vec::new(), Vec::new());
    for path in entries.flatten().map(|entry| entry.path()) {
        let learner = name_of(&path);
        // `.git`, `.DS_Store`: nobody's.
        if learner.starts_with('.') {
            continue;
        }
        let is_link = path.is_symlink();
        match path.is_dir() || is_link {
            true => submissions.push(Submission { learner, folder: path, is_link }),
            false => left_alone.push(learner),
        }
    }
    submissions.sort_by(|one, other| one.learner.cmp(&other.learner));
    match submissions.is_empty() {
        true => Err(format!("{} has no folders: it takes one for each learner.", folder.display())),
        false => Ok((submissions, left_alone)),
    }
}

/// A folder's name, with each byte that is no text, and each sign that is none, as a number: two names are never one.
fn name_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default();
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' => text.push_str("\\\\"),
                letter if letter.is_control() => text.extend(letter.escape_unicode()),
                letter => text.push(letter),
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

impl Exercises {
    /// Whether this lesson's is the solution, word for word.
    pub fn is_solution(&self, lesson: &Lesson) -> bool {
        let path = course::root().join("solutions").join(lesson.solution()).join("src/exercise.rs");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        match (self.sources.get(&lesson.package), fs::read_to_string(path)) {
            (Some(source), Ok(solution)) => words(&String::from_utf8_lossy(source)) == words(&solution),
            _ => false,
        }
    }
}

impl Submission {
    /// Reads the exercises of these lessons.
    pub fn exercises(&self, lessons: &[Lesson]) -> Exercises {
        let mut exercises = Exercises::default();
        for lesson in lessons {
            if self.is_link {
                let problem = "The folder is a link, and was not followed.".to_owned();
                exercises.problems.insert(lesson.package.clone(), problem);
                continue;
            }
            match self.read(&lesson.exercise()) {
                Ok(Some(source)) => drop(exercises.sources.insert(lesson.package.clone(), source)),
                Ok(None) => {}
                Err(why) => {
                    let problem = format!("{} {why}", lesson.exercise().display());
                    exercises.problems.insert(lesson.package.clone(), problem);
                }
            }
        }
        exercises
    }

    /// One file. A symbolic link in it leads nowhere else: what lies beside the submissions is not the learner's.
    fn read(&self, file: &Path) -> Result<Option<Vec<u8>>, String> {
        let unreadable = |error: std::io::Error| format!("cannot be read: {error}.");
        let path = self.folder.join(file);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
            Ok(_) => {}
        }
        let (folder, path) = (fs::canonicalize(&self.folder), fs::canonicalize(path));
        let (folder, path) = (folder.map_err(unreadable)?, path.map_err(unreadable)?);
        if !path.starts_with(&folder) {
            return Err("is a link out of the submission, and was not followed.".to_owned());
        }
        // Before it is opened: a named pipe would make us wait.
        if !fs::metadata(&path).map_err(unreadable)?.is_file() {
            return Err("is no file.".to_owned());
        }
        let mut source = Vec::new();
        let file = fs::File::open(&path).map_err(unreadable)?;
        file.take(LONGEST + 1).read_to_end(&mut source).map_err(unreadable)?;
        if source.len() as u64 > LONGEST {
            return Err(format!("is longer than {LONGEST} bytes, and was not taken."));
        }
        if depth(&source) > DEEPEST {
            return Err(format!("has more than {DEEPEST} brackets in one another, and was not taken."));
        }
        Ok(Some(source))
    }
}

/// How many brackets are open at once, at most; those in texts and comments are counted, too.
fn depth(source: &[u8]) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in source {
        match byte {
            b'(' | b'[' | b'{' => open += 1,
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}
