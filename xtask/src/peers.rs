//! The peers of the tests, started by the program of okno-testkit and stopped with us.

use crate::{repo, runner::Log};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Running peers. They stop when this is dropped, and also when this process dies in any other way: the program sees
/// the end of its input.
pub(crate) struct Peers {
    child: Child,
    /// Their addresses, as the program prints them.
    pub(crate) report: String,
}

impl Peers {
    /// Starts what `args` name (`--postgres`, `--mail`, `--durable`).
    pub(crate) fn start(root: &Path, args: &[&str], log: &mut Log) -> Result<Self> {
        let mut child = Command::new(repo::binary(root, "peers"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.append()?)
            .spawn()
            .context("start the program `peers` of okno-testkit")?;
        let out = child.stdout.take().context("its output")?;
        let mut report = String::new();
        BufReader::new(out).read_line(&mut report)?;
        if report.trim().is_empty() {
            let status = child.wait()?;
            ensure!(false, "the peers did not start ({status})");
        }
        log.say(&report);
        Ok(Self { child, report: report.trim().to_owned() })
    }

    /// URL of PostgreSQL.
    pub(crate) fn postgres(&self) -> Option<String> {
        let report: serde_json::Value = serde_json::from_str(&self.report).ok()?;
        report["postgres"].as_str().map(str::to_owned)
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
