//! Small helpers: free ports, waiting for a value, finding programs.

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};

/// Ports given out by this process, so that two peers started at once never get the same.
static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// Pause between two looks at a value that is waited for.
const LOOK: Duration = Duration::from_millis(20);

/// A loopback port that nobody listens on, never given out twice by one process.
///
/// The port comes from below the range that the kernel takes for outgoing connections: a server that is killed and
/// started again on its port must not find it taken by a connection of somebody else.
pub fn free_port() -> Result<u16> {
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let start = 20_000 + (std::process::id() % 1_000) as u16 * 10;
    for offset in 0..11_000_u16 {
        let port = 20_000 + (start - 20_000 + offset) % 11_000;
        if given.contains(&port) {
            continue;
        }
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            given.insert(port);
            return Ok(port);
        }
    }
    bail!("no free loopback port between 20000 and 31000; stop what holds them")
}

/// Looks at a value until it is there; fails with `what` when `limit` has passed.
pub fn wait_until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(value) = look()? {
            return Ok(value);
        }
        if start.elapsed() > limit {
            bail!("waited {} s for {what}", limit.as_secs());
        }
        std::thread::sleep(LOOK);
    }
}

/// Runs a program's work until it ends or somebody asks the program to stop (Ctrl-C, SIGTERM). Then the work is dropped, and
/// with it every server that it has started.
pub async fn unless_stopped<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // Caught before anything is started, so that no moment is left in which a server could be orphaned.
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    tokio::select! {
        result = work => result,
        _ = term.recv() => bail!("stopped by SIGTERM"),
        _ = int.recv() => bail!("stopped by Ctrl-C"),
    }
}

/// A program by name: on `PATH`, or in a folder where Debian keeps servers.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let servers = ["/usr/sbin", "/usr/bin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(servers).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// The browser of the tests: `CHROMIUM` if set, else Debian's Chromium or Chrome by another name.
pub fn chromium() -> Result<PathBuf> {
    if let Some(set) = std::env::var_os("CHROMIUM") {
        return Ok(PathBuf::from(set));
    }
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .iter()
        .find_map(|name| find_program(name))
        .context("no Chromium found; install the package `chromium` or set CHROMIUM to a browser of its family")
}

/// The user and group number of a system user.
pub(crate) fn user_ids(name: &str) -> Result<(u32, u32)> {
    let passwd = std::fs::read_to_string("/etc/passwd").context("read /etc/passwd")?;
    for line in passwd.lines() {
        let mut fields = line.split(':');
        if fields.next() == Some(name) {
            let uid = fields.nth(1).context("user number")?.parse()?;
            let gid = fields.next().context("group number")?.parse()?;
            return Ok((uid, gid));
        }
    }
    bail!("there is no system user `{name}`; the package that brings it is not installed")
}

/// Whether this process may become other users.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_free_and_never_the_same() {
        let ports: BTreeSet<u16> = (0..20).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 20);
    }

    #[test]
    fn a_value_that_never_comes_is_named() {
        let error = wait_until::<()>("the tide", Duration::from_millis(40), || Ok(None)).unwrap_err();
        assert!(error.to_string().contains("the tide"), "{error}");
    }

    #[test]
    fn users_are_looked_up_by_name() {
        assert_eq!(user_ids("root").unwrap(), (0, 0));
        assert!(user_ids("nobody-of-this-name").is_err());
    }
}
