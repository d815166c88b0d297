//! The grader: runs lessons and solutions as processes, and compares the stories that they tell with the snapshots.
//!
//! | module | does |
//! |---|---|
//! | [`course`] | knows the lessons, their functions, and which of these the learner has begun |
//! | [`build`] | compiles what is needed in one cargo run |
//! | [`process`] | runs one program under a deadline |
//! | [`orphans`] | ends what an exercise left running |
//! | [`transcript`] | finds its way in a story: walkthrough, functions, steps |
//! | [`verdict`] | says what a run was worth |
//! | [`harness`] | runs tests as `cargo test` does, and prints what became of them |
//! | [`desk`] | makes tests of the lessons, and reports where the learner stands |

pub mod build;
pub mod course;
pub mod desk;
pub mod harness;
pub mod orphans;
pub mod process;
pub mod transcript;
pub mod verdict;

pub use desk::{grade_course, grade_lesson, stand};
