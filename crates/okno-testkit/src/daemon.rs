//! A child process that is stopped when its owner goes.

use crate::wait_until;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// How long a process may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(8);

/// A running server with its log. Stopped on drop: first asked, then killed, always by its own process id.
pub struct Daemon {
    name: String,
    child: Child,
    log: PathBuf,
    stop: &'static str,
}

impl Daemon {
    /// Starts `command` in a process group of its own (so that Ctrl-C at the terminal reaches only its owner), with its
    /// output in `log` (appended).
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        let out = File::options().create(true).append(true).open(log).with_context(|| format!("open {}", log.display()))?;
        let err = out.try_clone()?;
        command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
        let child = command.spawn().with_context(|| format!("start {name} ({})", command.get_program().display()))?;
        Ok(Self { name: name.to_owned(), child, log: log.to_owned(), stop: "TERM" })
    }

    /// Uses another signal than TERM for the polite stop (PostgreSQL: INT is its fast shutdown).
    #[must_use]
    pub fn stopped_by(mut self, signal: &'static str) -> Self {
        self.stop = signal;
        self
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whole output so far.
    pub fn log(&self) -> String {
        std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// Fails with the end of the log when the process has ended.
    pub fn check_alive(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} has ended ({status}); its last words:\n{}", self.name, self.last_words()),
        }
    }

    /// The end of the output.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Sends a signal by name.
    pub fn signal(&mut self, name: &str) -> Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(()); // the id may belong to somebody else by now
        }
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status().context("run kill")?;
        if !status.success() && self.child.try_wait()?.is_none() {
            bail!("signal {name} did not reach {} ({})", self.name, self.pid());
        }
        Ok(())
    }

    /// `kill -9`, and waits until the process is gone.
    pub fn kill9(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks the process to end and waits for it.
    pub fn terminate(&mut self, limit: Duration) -> Result<ExitStatus> {
        self.signal(self.stop)?;
        wait_until(&format!("the end of {}", self.name), limit, || Ok(self.child.try_wait()?))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if self.terminate(GRACE).is_err() {
            let _ = self.kill9(); // best effort: there is nobody left to tell
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_daemon_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("tail");
        command.args(["-f", "/dev/null"]);
        let daemon = Daemon::start("tail", command, &dir.path().join("log")).unwrap();
        let proc = PathBuf::from(format!("/proc/{}", daemon.pid()));
        assert!(proc.exists());
        drop(daemon);
        assert!(!proc.exists());
    }

    #[test]
    fn a_daemon_that_ended_shows_its_last_words() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "echo goodbye; exit 3"]);
        let mut daemon = Daemon::start("sh", command, &dir.path().join("log")).unwrap();
        let error =
            wait_until("its end", Duration::from_secs(5), || Ok(daemon.check_alive().err().map(|error| error.to_string()))).unwrap();
        assert!(error.contains("goodbye"), "{error}");
    }
}
