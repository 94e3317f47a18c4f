//! The programs that the tests need, and how they come onto a fresh Debian machine.

use crate::runner::Log;
use anyhow::{Result, bail};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program and the package that brings it.
struct Tool {
    package: &'static str,
    what: &'static str,
    there: fn() -> bool,
}

const TOOLS: &[Tool] = &[
    Tool { package: "git", what: "git", there: || on_path("git") },
    Tool { package: "postgresql", what: "PostgreSQL", there: || newest_postgres().is_some() },
    Tool { package: "dovecot-imapd", what: "Dovecot", there: || on_path("dovecot") && Path::new("/usr/lib/dovecot/imap").exists() },
    Tool { package: "postfix", what: "Postfix", there: || on_path("postfix") },
    Tool { package: "sip-tester", what: "SIPp", there: || on_path("sipp") },
    Tool { package: "baresip-core", what: "baresip", there: || on_path("baresip") },
    Tool { package: "kamailio", what: "Kamailio", there: || Path::new("/usr/sbin/kamailio").exists() },
    Tool { package: "espeak-ng", what: "espeak-ng", there: || on_path("espeak-ng") },
    Tool { package: "chromium", what: "Chromium", there: || std::env::var_os("CHROMIUM").is_some() || chromium().is_some() },
];

/// Stops packages from starting their services when they are installed: the tests start their own, elsewhere.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Makes sure that every program is there: installs it as root on Debian, otherwise says what to install.
pub(crate) fn ensure_tools(log: &mut Log) -> Result<()> {
    need_node()?;
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| !(tool.there)()).collect();
    if missing.is_empty() {
        log.say("everything is there");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let names: Vec<&str> = missing.iter().map(|tool| tool.what).collect();
    if !is_root() || !on_path("apt-get") {
        bail!("missing: {}. Install them: apt-get install {}", names.join(", "), packages.join(" "));
    }
    install(log, &packages)?;
    let still: Vec<&str> = missing.iter().filter(|tool| !(tool.there)()).map(|tool| tool.what).collect();
    if !still.is_empty() {
        bail!("installed, but not found afterwards: {}", still.join(", "));
    }
    Ok(())
}

fn install(log: &mut Log, packages: &[&str]) -> Result<()> {
    let guard = PolicyGuard::set()?;
    let mut update = apt();
    update.arg("update");
    log.run(update)?;
    let mut install = apt();
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    log.run(install)?;
    drop(guard);
    Ok(())
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.args(["-q", "-o", "Dpkg::Use-Pty=0"]).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The policy file while packages are installed; a policy that was there already stays as it was.
struct PolicyGuard(bool);

impl PolicyGuard {
    fn set() -> Result<Self> {
        if Path::new(POLICY).exists() {
            return Ok(Self(false));
        }
        std::fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
        std::fs::set_permissions(POLICY, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self(true))
    }
}

impl Drop for PolicyGuard {
    fn drop(&mut self) {
        if self.0 {
            let _ = std::fs::remove_file(POLICY);
        }
    }
}

fn need_node() -> Result<()> {
    let Ok(out) = Command::new("node").arg("--version").output() else {
        bail!("Node.js is missing; install Node.js 20.19 or newer with npm");
    };
    let version = String::from_utf8_lossy(&out.stdout).trim().trim_start_matches('v').to_owned();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found: (u32, u32) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < (20, 19) {
        bail!("Node.js {version} is too old; install 20.19 or newer");
    }
    Ok(())
}

/// Whether a program is on `PATH` or in the folders of servers.
pub(crate) fn on_path(name: &str) -> bool {
    find(name).is_some()
}

/// The browser of the tests.
pub(crate) fn chromium() -> Option<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"].iter().find_map(|name| find(name)))
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin", "/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

fn newest_postgres() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions.flatten().map(|entry| entry.path().join("bin/initdb")).find(|file| file.is_file()).or_else(|| find("initdb"))
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}
