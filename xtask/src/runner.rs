//! Runs steps one after the other: says what it does, how long it took, and shows the output of what failed.

use crate::counts::{self, Counts};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How much of a failed step's output is shown; the whole stays in its file.
const SHOWN_BYTES: usize = 60_000;

/// Steps so far and what came of them.
pub(crate) struct Runner {
    logs: PathBuf,
    start: Instant,
    only: Vec<String>,
    counts: Counts,
    broken: Vec<String>,
}

/// The output of one step: a file that commands write to.
pub(crate) struct Log {
    path: PathBuf,
    file: File,
}

impl Runner {
    /// Keeps the outputs in `logs`. With `only`, steps of other names are left out.
    pub(crate) fn new(logs: PathBuf, only: &[String]) -> Result<Self> {
        std::fs::create_dir_all(&logs).with_context(|| format!("make {}", logs.display()))?;
        Ok(Self { logs, start: Instant::now(), only: only.to_vec(), counts: Counts::default(), broken: Vec::new() })
    }

    /// A log for something that is not a step of its own.
    pub(crate) fn quiet_log(root: &std::path::Path) -> Result<Log> {
        let logs = crate::repo::target(root).join("xtask/logs");
        std::fs::create_dir_all(&logs)?;
        Log::new(logs.join("quiet.log"))
    }

    /// Whether a step of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    /// Runs one step. Tests that its commands count are counted; a step without tests counts as one. Returns whether
    /// later steps may build on it (a step that was left out on demand counts as good).
    pub(crate) fn step(&mut self, name: &str, what: &str, run: impl FnOnce(&mut Log) -> Result<()>) -> bool {
        if !self.wants(name) {
            return true;
        }
        print!("{name:<10} {what} ... ");
        let _ = std::io::stdout().flush();
        let start = Instant::now();
        let (result, output) = match Log::new(self.logs.join(format!("{name}.log"))) {
            Ok(mut log) => {
                let result = run(&mut log);
                (result, std::fs::read(&log.path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default())
            }
            Err(error) => (Err(error), String::new()),
        };
        let found = counts::read(&output);
        let tests =
            if found == Counts::default() { String::new() } else { format!("{} passed, {} failed in ", found.passed, found.failed) };
        self.counts.passed += found.passed;
        self.counts.failed += found.failed;
        match result {
            Ok(()) => {
                println!("{tests}{}", seconds(start.elapsed()));
                if found == Counts::default() {
                    self.counts.passed += 1;
                }
                true
            }
            Err(error) => {
                println!("FAILED: {tests}{}", seconds(start.elapsed()));
                println!("{}\n{error:#}\n", shown(&output));
                if found.failed == 0 {
                    self.counts.failed += 1;
                }
                self.broken.push(name.to_owned());
                false
            }
        }
    }

    /// Says that a step could not run because an earlier one failed. It counts as failed.
    pub(crate) fn cannot(&mut self, name: &str, why: &str) {
        if self.wants(name) {
            println!("{name:<10} NOT RUN: {why}");
            self.counts.failed += 1;
            self.broken.push(name.to_owned());
        }
    }

    /// Prints the closing line; fails if anything failed or nothing was tested.
    pub(crate) fn close(self) -> Result<()> {
        println!("\nwhole run: {}", seconds(self.start.elapsed()));
        if !self.broken.is_empty() {
            println!("failed: {} (full outputs: {})", self.broken.join(", "), self.logs.display());
        }
        println!("{} passed, {} failed", self.counts.passed, self.counts.failed);
        if !self.broken.is_empty() || self.counts.failed > 0 {
            bail!("not everything passed");
        }
        if self.counts.passed == 0 {
            bail!("nothing was tested; `cargo xtask test --list` names the steps");
        }
        Ok(())
    }
}

impl Log {
    fn new(path: PathBuf) -> Result<Self> {
        File::create(&path).with_context(|| format!("write {}", path.display()))?;
        // Commands write to the same file: everybody only appends.
        let file = File::options().append(true).open(&path)?;
        Ok(Self { path, file })
    }

    /// Writes a line of our own.
    pub(crate) fn say(&mut self, line: &str) {
        let _ = writeln!(self.file, "{line}");
    }

    /// Runs a command with its output here; fails when it fails.
    pub(crate) fn run(&mut self, mut command: Command) -> Result<()> {
        let line = describe(&command);
        self.say(&format!("$ {line}"));
        let status = command
            .stdin(Stdio::null())
            .stdout(self.append()?)
            .stderr(self.append()?)
            .status()
            .with_context(|| format!("`{line}` could not be started"))?;
        if !status.success() {
            bail!("`{line}` failed ({status})");
        }
        Ok(())
    }

    /// Runs a command and returns what it printed; everything is in the log as well.
    pub(crate) fn run_and_read(&mut self, command: Command) -> Result<String> {
        let from = self.file.metadata()?.len();
        self.run(command)?;
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(text)
    }

    /// Another handle on the file that always writes at its end.
    pub(crate) fn append(&self) -> Result<File> {
        File::options().append(true).open(&self.path).with_context(|| format!("open {}", self.path.display()))
    }
}

fn describe(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut line = program.to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

fn shown(output: &str) -> String {
    if output.len() <= SHOWN_BYTES {
        return output.to_owned();
    }
    let mut from = output.len() - SHOWN_BYTES;
    while !output.is_char_boundary(from) {
        from += 1;
    }
    format!("(the beginning is left out)\n{}", &output[from..])
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
