//! The server as a process: started from its binary, configured by environment, killed and started again.

use crate::{Daemon, free_port, wait_until};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a start may take before it counts as failed. The promise (3 s) is measured, not enforced here.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long a stop on SIGTERM may take.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// One installation of okno: its data outlives every kill of its process.
pub struct Server {
    bin: PathBuf,
    dir: TempDir,
    database: Option<String>,
    env: Vec<(String, String)>,
    daemon: Option<Daemon>,
    /// Desk, API, widget.
    pub port: u16,
    /// Customers' files.
    pub files_port: u16,
    /// SMTP listener.
    pub smtp_port: u16,
}

impl Server {
    /// A new, empty installation; on SQLite unless `database` is a PostgreSQL URL. Not started yet.
    pub fn new(bin: &Path, database: Option<String>) -> Result<Self> {
        if !bin.is_file() {
            bail!("there is no server at {}; build it with `cargo build`", bin.display());
        }
        let dir = tempfile::Builder::new().prefix("okno-server-").tempdir()?;
        let (port, files_port, smtp_port) = (free_port()?, free_port()?, free_port()?);
        Ok(Self { bin: bin.canonicalize()?, dir, database, env: Vec::new(), daemon: None, port, files_port, smtp_port })
    }

    /// Sets a variable of the environment for the next starts.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts the process and waits until it is ready; returns how long that took.
    pub fn start(&mut self) -> Result<Duration> {
        let data = self.dir.path().join("data");
        let mut command = Command::new(&self.bin);
        command.arg("serve").current_dir(self.dir.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OKNO_") {
                command.env_remove(name);
            }
        }
        command
            .env("OKNO_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("OKNO_FILES_LISTEN", format!("127.0.0.1:{}", self.files_port))
            .env("OKNO_SMTP_LISTEN", format!("127.0.0.1:{}", self.smtp_port))
            .env("OKNO_DATA_DIR", &data)
            .env("OKNO_LOG", "info")
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(database) = &self.database {
            command.env("OKNO_DATABASE", database);
        }
        let start = Instant::now();
        let mut daemon = Daemon::start("okno", command, &self.dir.path().join("log"))?;
        let port = self.port;
        wait_until("okno to be ready", START_LIMIT, || {
            daemon.check_alive()?;
            Ok((http_status(port, "/health/ready") == Some(200)).then_some(()))
        })
        .with_context(|| daemon.last_words())?;
        let took = start.elapsed();
        self.daemon = Some(daemon);
        Ok(took)
    }

    /// `kill -9`.
    pub fn kill9(&mut self) -> Result<()> {
        self.daemon.take().context("the server is not running")?.kill9()
    }

    /// SIGTERM; fails if it does not end cleanly in time.
    pub fn stop(&mut self) -> Result<()> {
        let status = self.daemon.take().context("the server is not running")?.terminate(STOP_LIMIT)?;
        if !status.success() {
            bail!("the server ended with {status} after SIGTERM; its last words:\n{}", self.log_end());
        }
        Ok(())
    }

    /// Process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.daemon.as_ref().map(Daemon::pid)
    }

    /// Token of the first set-up, from the line `setup: http://.../setup?token=...`.
    pub fn setup_token(&self) -> Result<String> {
        let log = self.log();
        let line = log.lines().rev().find(|line| line.contains("/setup?token=")).context("the server printed no set-up link")?;
        let token = line.split("/setup?token=").nth(1).unwrap_or_default();
        Ok(token.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~')).collect())
    }

    /// Everything that the server printed, over all its starts.
    pub fn log(&self) -> String {
        std::fs::read(self.dir.path().join("log")).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The end of the log.
    pub fn log_end(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        plain(&lines[lines.len().saturating_sub(20)..].join("\n"))
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> Result<u64> {
        let pid = self.pid().context("the server is not running")?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS")?;
        let kib: u64 = line.split_whitespace().nth(1).context("VmRSS")?.parse()?;
        Ok(kib * 1024)
    }
}

/// The text without colors.
fn plain(text: &str) -> String {
    text.split('\u{1b}')
        .enumerate()
        .map(|(i, part)| if i == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) })
        .collect()
}

/// Status code of a GET on loopback; `None` if nobody answers.
fn http_status(port: u16, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n").ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head).ok()?.split(' ').nth(1)?.parse().ok()
}
