//! A private PostgreSQL.

use crate::tools::{is_root, user_ids};
use crate::{Daemon, find_program, free_port, wait_until};
use anyhow::{Context, Result, bail};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// A PostgreSQL server on a free loopback port with its data in a temporary folder.
pub struct Postgres {
    port: u16,
    bin: PathBuf,
    _daemon: Daemon,
    _dir: TempDir,
}

impl Postgres {
    /// Makes a cluster and starts it. With `durable` it syncs like a production server; without it is faster, and still
    /// loses nothing when *other* processes are killed.
    pub fn start(durable: bool) -> Result<Self> {
        let bin = programs()?;
        let dir = tempfile::Builder::new().prefix("okno-postgres-").tempdir()?;
        let data = dir.path().join("data");
        let run_as = if is_root() { Some(user_ids("postgres")?) } else { None };
        if let Some((uid, gid)) = run_as {
            chown(dir.path(), Some(uid), Some(gid))?;
        }
        let mut initdb = command(&bin.join("initdb"), run_as, dir.path());
        initdb.arg("--pgdata").arg(&data).args(["--username=okno", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        let made = initdb.output().context("run initdb")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        let port = free_port()?;
        let mut server = command(&bin.join("postgres"), run_as, dir.path());
        server.arg("-D").arg(&data).arg("-k").arg(dir.path()).args(["-p", &port.to_string()]);
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300"]);
        if !durable {
            server.args(["-c", "fsync=off", "-c", "full_page_writes=off"]);
        }
        let mut daemon = Daemon::start("PostgreSQL", server, &dir.path().join("log"))?.stopped_by("INT");
        wait_until("PostgreSQL to accept connections", Duration::from_secs(30), || {
            daemon.check_alive()?;
            let ready = Command::new(bin.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status()?;
            Ok(ready.success().then_some(()))
        })?;
        Ok(Self { port, bin, _daemon: daemon, _dir: dir })
    }

    /// URL of the database `postgres`, for a superuser without a password.
    pub fn url(&self) -> String {
        format!("postgres://okno@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes an empty database and returns its URL.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let made = Command::new(self.bin.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "okno", name])
            .output()
            .context("run createdb")?;
        if !made.status.success() {
            bail!("createdb {name} failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(format!("postgres://okno@127.0.0.1:{}/{name}", self.port))
    }
}

/// Databases that this process has made.
static MADE: AtomicU32 = AtomicU32::new(0);

/// Makes an empty database on a PostgreSQL server and returns its URL.
pub fn fresh_database(admin: &str) -> Result<String> {
    let (base, _) = admin.rsplit_once('/').context("a URL that ends in a database, as in postgres://user@host:port/postgres")?;
    let made_here = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("okno_{}_{made_here}", std::process::id());
    let createdb = find_program("createdb").context("createdb is missing; install the package `postgresql-client`")?;
    let made = Command::new(createdb).arg(format!("--maintenance-db={admin}")).arg(&name).output().context("run createdb")?;
    if !made.status.success() {
        bail!("createdb failed: {}", String::from_utf8_lossy(&made.stderr));
    }
    Ok(format!("{base}/{name}"))
}

/// A command that runs as `run_as` (user, group), in a folder that this user may enter.
fn command(program: &Path, run_as: Option<(u32, u32)>, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).env("LC_ALL", "C.UTF-8");
    if let Some((uid, gid)) = run_as {
        command.uid(uid).gid(gid);
    }
    command
}

/// The folder of the server programs: Debian keeps one per version, outside `PATH`; the newest is taken.
fn programs() -> Result<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| find_program("initdb").and_then(|file| file.canonicalize().ok()).and_then(|file| file.parent().map(Path::to_owned)))
        .context("PostgreSQL's server programs are missing; install the package `postgresql`")
}
