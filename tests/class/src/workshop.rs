//! Runs exercises and gives grades: a process for each function, in a cage.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use grading::course::{self, Function, Lesson};
use grading::desk;
use grading::process::{self, Place};
use grading::verdict;

use crate::cage::{Cage, Inside, Limits};
use crate::compiler::{Begun, Compiled, Compiler, Job};
use crate::report::{Column, Grade, Graded};
use crate::submission::{Exercises, Submission};

/// For an exercise. Lessons have threads; stories are short.
const RUNNING: Limits = Limits { memory: 1 << 20, file: 16 << 10, temporary: 16 << 20, time: 9, processes: 256 };

/// What all submissions are graded with.
#[derive(Debug)]
pub struct Workshop {
    lessons: Vec<Lesson>,
    columns: Vec<Column>,
    /// None before it is built.
    compiler: Option<Compiler>,
    folder: PathBuf,
    cage: Cage,
    timeout: Duration,
    interrupted: Arc<AtomicBool>,
    /// Held for as long as this is used: two gradings at once would write each other's files.
    _lock: File,
}

impl Workshop {
    /// Builds what all submissions need, in a folder of its own beside this program: in the target folder.
    ///
    /// # Errors
    /// What is missing, in a sentence.
    pub fn new(cage: Cage, timeout: Duration, interrupted: Arc<AtomicBool>) -> Result<Self, String> {
        let program =
            env::current_exe().map_err(|error| format!("The place of this program cannot be found: {error}."))?;
        let target = program.ancestors().nth(2).ok_or("This program does not lie in a target folder.")?;
        let folder = target.join("class");
        let unwritable = |error: io::Error| format!("{} cannot be written: {error}.", folder.display());
        fs::create_dir_all(&folder).map_err(unwritable)?;
        let lock = File::create(folder.join("lock")).map_err(unwritable)?;
        #[cfg(unix)]
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::NonBlockingLockExclusive)
            .map_err(|_| format!("Another grading is at work in {}. Wait until it has ended.", folder.display()))?;
        let lessons = course::lessons();
        let columns = lessons.iter().flat_map(|lesson| {
            lesson.functions.iter().map(|function| Column::new(&lesson.package, &function.name)).collect::<Vec<_>>()
        });
        let columns = columns.collect();
        Ok(Self { lessons, columns, compiler: None, folder, cage, timeout, interrupted, _lock: lock })
    }

    /// The functions that are graded, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether what is run is in a cage.
    pub fn is_caged(&self) -> bool {
        self.cage != Cage::None
    }

    /// Builds what all need.
    ///
    /// # Errors
    /// As of [`Compiler::new`].
    pub fn build(&mut self) -> Result<(), String> {
        self.compiler = Some(Compiler::new(&self.lessons, &self.folder, self.cage)?);
        Ok(())
    }

    /// All solutions pass: then this machine can grade. Otherwise what is wrong.
    pub fn check(&self) -> Option<String> {
        let solved = |lesson: &Lesson| {
            let solution = course::root().join("solutions").join(lesson.solution()).join("src/exercise.rs");
            Some((lesson.package.clone(), fs::read(solution).ok()?))
        };
        let exercises = Exercises { sources: self.lessons.iter().filter_map(solved).collect(), ..Exercises::default() };
        let graded = self.grade_exercises("the solutions", &exercises, 0);
        let wrong = self.columns.iter().zip(&graded.grades).find(|(_, grade)| **grade != Grade::Passed);
        let (column, grade) = wrong?;
        let why = match grade {
            Grade::Failed(sentence) => sentence.clone(),
            _ => graded.notes.join(" "),
        };
        Some(format!(
            "The solutions do not pass on this machine, so no grade would be worth anything.\n{}: {why}",
            column.name()
        ))
    }

    /// Grades one submission. Whatever is wrong with it stays with it.
    pub fn grade(&self, submission: &Submission, worker: usize) -> Graded {
        let exercises = submission.exercises(&self.lessons);
        self.grade_exercises(&submission.learner, &exercises, worker)
    }

    fn grade_exercises(&self, learner: &str, exercises: &Exercises, worker: usize) -> Graded {
        let end = Instant::now() + self.timeout;
        let mut notes: Vec<_> = exercises.problems.values().cloned().collect();
        if exercises.sources.is_empty() && notes.is_empty() {
            notes.push(
                "There is no lessons/*/src/exercise.rs in this folder: everything counts as not started.".to_owned(),
            );
        }
        let folder = self.folder.join(format!("worker{worker}"));
        // Of a grading that could not end as it should.
        let _ = fs::remove_dir_all(&folder);
        let grades = Mutex::new(vec![Grade::NotStarted; self.columns.len()]);
        // Of one function, or of all of a lesson.
        let give = |lesson: &Lesson, function: Option<&str>, grade: Grade| {
            let mut grades = grades.lock().unwrap_or_else(PoisonError::into_inner);
            for (column, place) in self.columns.iter().zip(grades.iter_mut()) {
                if column.package == lesson.package && function.is_none_or(|function| column.function == function) {
                    *place = grade.clone();
                }
            }
        };
        let mut begun = Vec::new();
        for lesson in &self.lessons {
            if exercises.problems.contains_key(&lesson.package) {
                give(lesson, None, Grade::NotGraded);
            } else if let Some(source) = exercises.sources.get(&lesson.package) {
                let lesson = lesson.with_exercise(&String::from_utf8_lossy(source));
                if !lesson.is_untouched() {
                    begun.push(Begun { lesson, source: source.clone() });
                }
            }
        }
        let is_over = || self.interrupted.load(Ordering::Relaxed);
        let job = Job { worker, folder: &folder, end, is_over: &is_over };
        let compiled = match &self.compiler {
            Some(compiler) => compiler.compile(&begun, &job),
            None => Err(io::Error::other("nothing was built")),
        };
        let mut runs = Vec::new();
        match compiled {
            Ok(compiled) => {
                for (begun, compiled) in begun.iter().zip(compiled) {
                    let lesson = &begun.lesson;
                    match compiled {
                        Compiled::Program(program) => {
                            let functions = lesson.functions.iter().filter(|function| function.not_started.is_none());
                            runs.extend(functions.map(|function| (begun, function, program.clone())));
                        }
                        Compiled::Refused => {
                            let sentence = verdict::does_not_compile(lesson, "", true).sentence;
                            give(lesson, None, Grade::Failed(sentence));
                        }
                        Compiled::Not(why) => {
                            notes.push(if why.is_empty() { self.too_long() } else { why });
                            give(lesson, None, Grade::NotGraded);
                        }
                    }
                }
            }
            Err(error) => {
                notes.push(format!("It could not be compiled here: {error}."));
                begun.iter().for_each(|begun| give(&begun.lesson, None, Grade::NotGraded));
            }
        }
        let told = Mutex::new(Vec::new());
        process::side_by_side(process::at_a_time(), &runs, |(begun, function, program)| {
            let grade = self.run(begun, function, program, &job).unwrap_or_else(|why| {
                told.lock().unwrap_or_else(PoisonError::into_inner).push(why);
                Grade::NotGraded
            });
            give(&begun.lesson, Some(&function.name), grade);
        });
        let mut told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        told.sort();
        told.dedup();
        notes.append(&mut told);
        notes.dedup();
        let same: Vec<_> =
            self.lessons.iter().filter(|lesson| exercises.is_solution(lesson)).map(|lesson| lesson.title()).collect();
        if !same.is_empty() {
            notes.push(format!("As the solution, word for word: {}.", same.join(", ")));
        }
        let _ = fs::remove_dir_all(folder);
        Graded {
            learner: learner.to_owned(),
            grades: grades.into_inner().unwrap_or_else(PoisonError::into_inner),
            notes,
        }
    }

    /// Runs one function, and says what it was worth; or why nobody can say.
    fn run(&self, begun: &Begun, function: &Function, program: &Path, job: &Job) -> Result<Grade, String> {
        let lesson = &begun.lesson;
        let left = job.end.saturating_duration_since(Instant::now());
        let unwritable = |error: io::Error| format!("{} could not be run here: {error}.", lesson.package);
        let place = Place::new().map_err(unwritable)?;
        self.cage.open(&place.transcript, 0o666).map_err(unwritable)?;
        // In the cage no path tells where it lies outside.
        let caged = self.is_caged();
        let (started, transcript) = match caged {
            true => (Path::new("/lesson").join(&lesson.package), PathBuf::from("/lesson/transcript")),
            false => (program.to_owned(), place.transcript.clone()),
        };
        let mut inside = Inside {
            read: vec![(program.to_owned(), started.clone())],
            write: vec![(place.transcript.clone(), transcript.clone())],
            folder: (!caged).then(|| place.inside.clone()),
            environment: vec![("LESSON_TRANSCRIPT".into(), transcript.into())],
        };
        // glibc sets 64 MiB of addresses aside for each thread: a limit on memory would be one on threads.
        inside.environment.push(("MALLOC_ARENA_MAX".into(), "1".into()));
        let mut command = self.cage.command(&started, &inside, RUNNING, job.worker);
        command.args(["--exercise", &function.name]);
        let limit = left.min(process::DEADLINE);
        let run = place.run(command, limit, job.is_over).map_err(unwritable)?;
        if run.status.is_none() && limit < process::DEADLINE {
            return Err(self.too_long());
        }
        // A lesson says its name before it calls anybody.
        if run.transcript.is_empty() {
            return Err(format!("{} could not be started, and nobody can say whether it is right.", lesson.package));
        }
        match desk::judge(lesson, &function.name, &run, &String::from_utf8_lossy(&begun.source)) {
            Ok(()) => Ok(Grade::Passed),
            Err(failure) => Ok(Grade::Failed(failure.sentence)),
        }
    }

    fn too_long(&self) -> String {
        format!("It took longer than {} s, and was ended.", self.timeout.as_secs())
    }
}
