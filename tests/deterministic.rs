//! Every solution, with and without the wire, and every right answer tells the same story each time, eight at a time
//! beside busy cores.
//!
//! `RUNS=200 cargo test -p grading --test deterministic` runs each of them 200 times.

use std::collections::HashMap;
use std::env;
use std::hint;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use grading::{build, course, process};

mod shared;
use shared::answers;

#[test]
fn the_same_story_every_time_on_a_busy_machine() {
    let runs: usize = env::var("RUNS").map_or(5, |runs| runs.parse().expect("RUNS is a number"));
    let solutions: Vec<_> = course::lessons().iter().map(|lesson| lesson.solution()).collect();
    let packages: Vec<_> = solutions.iter().cloned().chain(["answers".to_owned()]).collect();
    let built = build::build(&packages);
    let program = |package: &str| -> &Path {
        built.executable(package).unwrap_or_else(|error| panic!("{package} does not compile: {error}"))
    };

    // By name, what tells a story; all of them in turn, so that those side by side are different ones.
    type Start<'a> = Box<dyn Fn() -> Command + Sync + 'a>;
    let mut tellers: Vec<(String, Start)> = Vec::new();
    for solution in &solutions {
        tellers.push((solution.clone(), Box::new(|| Command::new(program(solution)))));
        // Where it cannot be had, the story is empty every time; the test `wire` says so.
        let wire = move || {
            let mut command = Command::new(program(solution));
            command.arg("--wire");
            command
        };
        tellers.push((format!("{solution} --wire"), Box::new(wire)));
    }
    for answer in answers().into_iter().filter(|answer| answer.says.is_none()) {
        let program = program("answers");
        tellers.push((answer.name.clone(), Box::new(move || answer.command(program))));
    }
    let work: Vec<_> = (0..runs).flat_map(|_| &tellers).collect();

    let (done, stories) = (AtomicBool::new(false), Mutex::new(HashMap::<&str, HashMap<String, usize>>::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        process::side_by_side(8, &work, |(name, start)| {
            let story = process::run(start()).map_or_else(|error| error.to_string(), |run| run.transcript);
            let mut stories = stories.lock().expect("a map");
            *stories.entry(name).or_default().entry(story).or_default() += 1;
        });
        done.store(true, Ordering::Relaxed);
    });

    println!("{} runs of {} programs", work.len(), tellers.len());
    for (name, told) in stories.into_inner().expect("a map") {
        let often: Vec<_> = told.values().collect();
        assert_eq!(
            told.len(),
            1,
            "{name} told {often:?} times:\n{}",
            told.keys().cloned().collect::<Vec<_>>().join("\n——\n")
        );
    }
}
