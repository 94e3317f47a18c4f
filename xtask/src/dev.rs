//! `cargo xtask dev`: the server and Vite side by side.

use crate::{repo, runner::Runner, web};
use anyhow::{Context, Result};
use std::process::{Child, Command};
use std::time::Duration;

/// Options of the development server.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Options and command of the server, as after `okno`; `demo` by default.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    server: Vec<String>,
}

/// How often the two processes are looked at.
const LOOK: Duration = Duration::from_millis(200);

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = repo::root();
    web::install(&root, &mut Runner::quiet_log(&root)?)?;
    println!("open the address that Vite prints; changes of web/ show at once. Ctrl-C ends both.");
    // A target folder of its own: the same crate with another UI would otherwise be built again at every change of mind.
    let mut server = repo::cargo(&root);
    server.args(["run", "--package", "okno-server", "--"]);
    if args.server.is_empty() {
        server.arg("demo");
    }
    server.args(&args.server).env("OKNO_UI", "skip").env_remove("OKNO_UI_DIST").env("CARGO_TARGET_DIR", root.join("target-dev"));
    let mut both = Both(vec![spawn(server, "the server")?, spawn(web::npm(&root, &["run", "dev"]), "Vite")?]);
    loop {
        for child in &mut both.0 {
            if let Some(status) = child.try_wait()? {
                println!("one of the two has ended ({status}); stopping the other");
                return Ok(());
            }
        }
        std::thread::sleep(LOOK);
    }
}

fn spawn(mut command: Command, what: &str) -> Result<Child> {
    command.spawn().with_context(|| format!("start {what}"))
}

/// The two processes; the one that is left is asked to stop.
struct Both(Vec<Child>);

impl Drop for Both {
    fn drop(&mut self) {
        for child in &mut self.0 {
            if matches!(child.try_wait(), Ok(None)) {
                let _ = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
                let _ = child.wait();
            }
        }
    }
}
