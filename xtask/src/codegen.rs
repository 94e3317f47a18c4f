//! `cargo xtask codegen`: what is generated from the code and kept in git, so that a change of it is seen in review.

use crate::{repo, runner::Log, runner::Runner, test, web};
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;

/// The API description that the web apps and others are generated from.
const OPENAPI: &str = "openapi.json";

/// Writes everything anew: the description of the API, the types of the web apps, and the golden files of the tests
/// (permission matrix, drawings of the state machines), which write themselves when `OKNO_BLESS=1`.
pub(crate) fn run() -> Result<()> {
    let root = repo::root();
    let mut runner = Runner::new(repo::target(&root).join("xtask/codegen"), &[])?;
    let ready = runner.step("packages", "npm packages of the web apps", |log| web::install(&root, log))
        && runner.step("web-build", "build of the web apps", |log| web::build(&root, log))
        && runner.step("build", "server and tests", |log| test::build(&root, log));
    if ready {
        runner.step("openapi", OPENAPI, |log| {
            std::fs::write(root.join(OPENAPI), openapi(&root)?).context("write openapi.json")?;
            log.say("written");
            Ok(())
        });
        runner.step("web", "types of the web apps", |log| log.run(web::npm(&root, &["run", "--silent", "codegen"])));
        runner.step("golden", "permission matrix, state machines", |log| {
            let mut command = test::cargo(&root);
            // Only these two: a transcript of a scenario is a promise, not a product of the code.
            command.args(["test", "--workspace", "--lib", "--tests", "--quiet", "--", "golden::", "machines::"]);
            command.env("OKNO_BLESS", "1");
            log.run(command)
        });
    }
    runner.close()
}

/// Fails when a generated file differs from what the code says now. The golden files of tests are checked by those tests.
pub(crate) fn check(root: &Path, log: &mut Log) -> Result<()> {
    let now = openapi(root)?;
    let kept = repo::read(root, OPENAPI)?;
    ensure!(now == kept, "{OPENAPI} is not what the code generates: {}; run `cargo xtask codegen`", first_difference(&kept, &now));
    log.run(web::npm(root, &["run", "--silent", "codegen", "--", "--check"]))
}

fn openapi(root: &Path) -> Result<String> {
    let out = Command::new(repo::binary(root, "okno")).arg("openapi").current_dir(root).output().context("run `okno openapi`")?;
    if !out.status.success() {
        bail!("`okno openapi` failed: {}", String::from_utf8_lossy(&out.stderr));
    }
    String::from_utf8(out.stdout).context("`okno openapi` printed no UTF-8")
}

fn first_difference(kept: &str, now: &str) -> String {
    let line = kept.lines().zip(now.lines()).position(|(a, b)| a != b);
    match line {
        Some(at) => {
            format!("first at line {}: `{}` instead of `{}`", at + 1, kept.lines().nth(at).unwrap_or(""), now.lines().nth(at).unwrap_or(""))
        }
        None => format!("{} lines instead of {}", kept.lines().count(), now.lines().count()),
    }
}
