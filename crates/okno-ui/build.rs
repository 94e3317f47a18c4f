//! Builds the web apps with Vite, so that `cargo run` needs no other command.
//!
//! `OKNO_UI=skip` embeds a placeholder page (checks, editors); `OKNO_UI_DIST=<dir>` embeds a build that exists already
//! (continuous integration, packagers without Node).

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
};

/// Oldest Node.js that Vite runs on.
const NODE: (u32, u32) = (20, 19);
/// What the build reads. All of it is in git: Cargo re-runs the script on every build for a path that does not exist.
const INPUTS: [&str; 10] = [
    "src",
    "public",
    "messages",
    "index.html",
    "widget.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    "scripts/build.mjs",
];
/// Without these the binary would serve an empty screen or a dead widget.
const OUTPUTS: [&str; 3] = ["index.html", "widget.html", "w.js"];

fn main() {
    let web = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("Cargo sets it")).join("../../web");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("Cargo sets OUT_DIR")).join("dist");
    for name in ["OKNO_UI", "OKNO_UI_DIST"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    let dist = match (env::var("OKNO_UI").as_deref(), env::var_os("OKNO_UI_DIST")) {
        (Ok("skip"), _) => placeholder(&out),
        (_, Some(dir)) => ready(Path::new(&dir)),
        _ => build(&web, &out),
    };
    for name in OUTPUTS {
        if !dist.join(name).is_file() {
            fail(&format!("{} has no {name}: it is not a complete build of web/.", dist.display()));
        }
    }
    println!("cargo::rustc-env=OKNO_DIST={}", dist.display());
}

fn placeholder(out: &Path) -> PathBuf {
    let pages = [
        ("index.html", "<!doctype html><title>okno</title><p>Built with OKNO_UI=skip: there is no web UI in this binary."),
        ("widget.html", "<!doctype html><title>okno</title><p>Built with OKNO_UI=skip: there is no widget in this binary."),
        ("w.js", "console.warn('okno: built with OKNO_UI=skip, there is no widget in this binary');"),
    ];
    // The folder may hold a real build of before.
    let written = fs::remove_dir_all(out)
        .or_else(|e| if e.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(e) })
        .and_then(|()| fs::create_dir_all(out))
        .and_then(|()| pages.iter().try_for_each(|(name, text)| fs::write(out.join(name), text)));
    written.unwrap_or_else(|e| fail(&format!("cannot write {}: {e}", out.display())));
    out.into()
}

fn ready(dir: &Path) -> PathBuf {
    let dir = dir.canonicalize().unwrap_or_else(|e| fail(&format!("OKNO_UI_DIST={}: {e}", dir.display())));
    println!("cargo::rerun-if-changed={}", dir.display());
    dir
}

fn build(web: &Path, out: &Path) -> PathBuf {
    let need = format!("{}.{}", NODE.0, NODE.1);
    match node_version() {
        None => fail(&format!(
            "Node.js is needed to build the web UI and `node` is not on PATH. Install Node.js {need} or newer, or set OKNO_UI_DIST=<ready build>, or OKNO_UI=skip to go without a UI."
        )),
        Some(found) if found < NODE => {
            fail(&format!("Node.js {need} or newer is needed to build the web UI, found {}.{}.", found.0, found.1))
        }
        Some(_) => {}
    }
    // One npm at a time, whatever starts it (an editor, a second target directory).
    let guard = fs::File::create(web.join(".build-lock")).unwrap_or_else(|e| fail(&format!("cannot create web/.build-lock: {e}")));
    guard.lock().unwrap_or_else(|e| fail(&format!("cannot lock web/.build-lock: {e}")));
    install(web);
    npm(web, &["run", "--silent", "build", "--", "--outDir", &out.to_string_lossy()]);
    out.into()
}

/// `npm ci`, only if the lock file differs from the one that `node_modules` was made of.
fn install(web: &Path) {
    let lock = fs::read(web.join("package-lock.json")).unwrap_or_else(|e| fail(&format!("cannot read web/package-lock.json: {e}")));
    let stamp = web.join("node_modules/.okno-lock");
    if fs::read(&stamp).is_ok_and(|had| had == lock) {
        return;
    }
    // Alone, Cargo needs only the build tools; a developer's full install stays full.
    let scope = if web.join("node_modules").exists() { "--include=dev" } else { "--omit=dev" };
    npm(web, &["ci", scope, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
    fs::write(&stamp, &lock).unwrap_or_else(|e| fail(&format!("cannot write {}: {e}", stamp.display())));
}

/// `v20.20.2` is (20, 20).
fn node_version() -> Option<(u32, u32)> {
    let text = String::from_utf8(Command::new("node").arg("--version").output().ok()?.stdout).ok()?;
    let mut parts = text.trim().trim_start_matches('v').split('.').map_while(|p| p.parse().ok());
    Some((parts.next()?, parts.next()?))
}

fn npm(web: &Path, args: &[&str]) {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let out = Command::new(npm).args(args).current_dir(web).output().unwrap_or_else(|e| fail(&format!("cannot run npm: {e}")));
    if !out.status.success() {
        let text = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        fail(&format!("`npm {}` failed:\n{text}", args.join(" ")));
    }
}

/// Cargo prints these lines as errors; a panic would bury them.
fn fail(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}
