//! The web apps: their packages, checks and one build that every Rust step embeds.

use crate::{repo, runner::Log};
use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of npm in `web/`.
pub(crate) fn npm(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(args).current_dir(root.join("web"));
    command
}

/// `npm ci` with the checkers, unless what is there was made of the same lock file. The stamp is the one that the build
/// script of okno-ui reads, so that Cargo does not install a second time.
pub(crate) fn install(root: &Path, log: &mut Log) -> Result<()> {
    let web = root.join("web");
    let lock = std::fs::read(web.join("package-lock.json")).context("read web/package-lock.json")?;
    let stamp = web.join("node_modules/.okno-lock");
    // An install by Cargo alone has only the build tools.
    let whole = web.join("node_modules/vitest").is_dir() && web.join("node_modules/playwright-core").is_dir();
    if whole && std::fs::read(&stamp).is_ok_and(|had| had == lock) {
        log.say("node_modules is of this package-lock.json");
        return Ok(());
    }
    log.run(npm(root, &["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]))?;
    std::fs::write(&stamp, lock).context("write web/node_modules/.okno-lock")
}

/// Where the one build is.
pub(crate) fn dist(root: &Path) -> PathBuf {
    repo::target(root).join("xtask/web")
}

/// Builds the web apps into [`dist`], unless nothing has changed since it was made: a new build of the same would make
/// Cargo build okno-ui and the server again.
pub(crate) fn build(root: &Path, log: &mut Log) -> Result<()> {
    let dist = dist(root);
    let stamp = repo::target(root).join("xtask/web.stamp");
    let state = inputs(root)?;
    if dist.join("index.html").is_file() && std::fs::read_to_string(&stamp).is_ok_and(|had| had == state) {
        log.say("unchanged");
        return Ok(());
    }
    let out = dist.to_string_lossy().into_owned();
    log.run(npm(root, &["run", "--silent", "build", "--", "--outDir", &out]))?;
    std::fs::write(&stamp, state).context("write the stamp of the web build")
}

/// A digest of every file that the build may read.
fn inputs(root: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in repo::files(root)? {
        if file.starts_with("web/") && !file.starts_with("web/tests/") {
            file.hash(&mut hasher);
            std::fs::read(root.join(&file)).with_context(|| format!("read {file}"))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}
