//! Compiles what is needed in one cargo run: a package that does not compile keeps no other from being graded.

use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::process::Command;

use tinyjson::JsonValue;

use crate::course;

/// What came of the build.
#[derive(Debug, Default)]
pub struct Built {
    executables: HashMap<String, PathBuf>,
    /// What rustc says of each package that does not compile.
    errors: HashMap<String, String>,
    /// What cargo itself says; it has no message for a single package when a manifest is broken.
    cargo: String,
}

impl Built {
    /// The program of a package.
    ///
    /// # Errors
    /// The compiler's message, or cargo's.
    pub fn executable(&self, package: &str) -> Result<&PathBuf, &str> {
        self.executables.get(package).ok_or_else(|| self.errors.get(package).unwrap_or(&self.cargo).as_str())
    }

    /// Whether it is the package's own text that the compiler refuses; otherwise it is cargo that could not go on.
    pub fn is_refused(&self, package: &str) -> bool {
        self.errors.contains_key(package)
    }
}

/// Builds all programs of the packages.
pub fn build(packages: &[String]) -> Built {
    run_cargo(packages, &["--bins"])
}

/// Builds the program of each package that has the package's own name: what is graded, and nothing else.
pub fn main_programs(packages: &[String]) -> Built {
    let programs: Vec<_> = packages.iter().flat_map(|package| ["--bin", package]).collect();
    run_cargo(packages, &programs)
}

/// One cargo run. What it built is known by its own messages: after an error an old program may still lie there.
fn run_cargo(packages: &[String], programs: &[&str]) -> Built {
    let mut built = Built::default();
    if packages.is_empty() {
        return built;
    }
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .current_dir(course::root())
        .args(["build", "--quiet", "--keep-going", "--message-format=json"])
        .args(programs);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let output = match cargo.output() {
        Ok(output) => output,
        Err(error) => return Built { cargo: format!("cargo cannot be started: {error}"), ..built },
    };
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = line.parse::<JsonValue>() else { continue };
        built.read(&message);
    }
    built.cargo = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    built
}

impl Built {
    /// One of cargo's messages (The Cargo Book, "External tools").
    fn read(&mut self, message: &JsonValue) {
        let Some(package) = text(message, &["target", "name"]) else { return };
        match text(message, &["reason"]).as_deref() {
            Some("compiler-artifact") => {
                if let Some(executable) = text(message, &["executable"]) {
                    self.executables.insert(package, executable.into());
                }
            }
            Some("compiler-message") if text(message, &["message", "level"]).as_deref() == Some("error") => {
                let rendered = text(message, &["message", "rendered"]).unwrap_or_default();
                self.errors.entry(package).or_default().push_str(&rendered);
            }
            _ => {}
        }
    }
}

/// The text at a path of keys.
fn text(message: &JsonValue, path: &[&str]) -> Option<String> {
    let mut value = message;
    for key in path {
        value = value.get::<HashMap<String, JsonValue>>()?.get(*key)?;
    }
    value.get::<String>().cloned()
}
