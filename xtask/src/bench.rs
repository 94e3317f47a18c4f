//! `cargo xtask bench`: runs the measurements and writes their figures into docs/performance.md.

use crate::runner::Runner;
use crate::{peers::Peers, repo, test, web};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Options of the measurements.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only these sections (`functions`, `load`, `voice`, `sizes`, `build`).
    #[arg(value_name = "SECTION")]
    only: Vec<String>,
}

/// The page; each section lies between `<!-- bench:NAME -->` and `<!-- /bench -->`.
const PAGE: &str = "docs/performance.md";

pub(crate) fn run(args: &Args) -> Result<()> {
    let root = repo::root();
    let mut runner = Runner::new(repo::target(&root).join("xtask/bench"), &args.only)?;
    let mut quiet = Runner::quiet_log(&root)?;
    web::install(&root, &mut quiet)?;
    web::build(&root, &mut quiet)?;
    runner.step("functions", "criterion: engine, store, parsers", |log| {
        let mut command = test::cargo(&root);
        command.args(["bench", "--workspace", "--bench", "*", "--quiet", "--", "--output-format", "bencher"]);
        let output = log.run_and_read(command)?;
        write_section(&root, "functions", &functions(&output))
    });
    runner.step("load", "release server under load: accept, idle visitors, start", |log| {
        let mut build = test::cargo(&root);
        build.args(["build", "--release", "--quiet", "--package", "okno-server", "--package", "okno-testkit", "--package", "okno-benches"]);
        log.run(build)?;
        let release = repo::target(&root).join("release");
        let peers = Peers::start(&root, &["--postgres", "--durable"], log).ok();
        let mut table = String::from("| what | figure | goal | what limits it |\n|---|---|---|---|\n");
        // Thousands of sockets need more open files than a shell allows by default.
        let mut load = Command::new("sh");
        load.args(["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$0\" \"$@\""]).arg(release.join("load"));
        load.arg("--server").arg(release.join("okno"));
        if let Some(url) = peers.as_ref().and_then(Peers::postgres) {
            load.args(["--postgres", &url]);
        }
        let output = log.run_and_read(load)?;
        output.lines().filter(|line| line.starts_with('|')).for_each(|line| {
            table.push_str(line);
            table.push('\n');
        });
        write_section(&root, "load", &table)
    });
    runner.step("voice", "release server with calls: SIPp as callers and phones", |log| {
        let mut build = test::cargo(&root);
        build.args(["build", "--release", "--quiet", "--package", "okno-server"]);
        log.run(build)?;
        let mut build = test::cargo(&root);
        build.args(["build", "--quiet", "--package", "okno-testkit"]);
        log.run(build)?;
        let peers = Peers::start(&root, &["--postgres", "--mail"], log)?;
        let mut calls = Command::new("node");
        calls.arg("benches/voice/main.mjs").current_dir(&root);
        calls.env("OKNO_BIN", repo::target(&root).join("release/okno")).env("OKNO_PEERS", &peers.report);
        let output = log.run_and_read(calls)?;
        let table = ["| what | figure | goal | what limits it |\n|---|---|---|---|\n", output.trim()].concat();
        write_section(&root, "voice", &table)
    });
    runner.step("sizes", "first load and widget", |log| {
        let dist = web::dist(&root);
        let output = log.run_and_read(web::npm(&root, &["run", "--silent", "budget", "--", "--outDir", &dist.to_string_lossy()]))?;
        write_section(&root, "sizes", &format!("```text\n{}\n```\n", output.trim()))
    });
    runner.close()
}

/// `test NAME ... bench: 123 ns/iter (+/- 4)` as rows of a table.
fn functions(output: &str) -> String {
    let mut table = String::from("| function | time per call | spread |\n|---|---|---|\n");
    for line in output.lines() {
        let Some((name, rest)) = line.strip_prefix("test ").and_then(|line| line.split_once(" ... bench:")) else { continue };
        let mut parts = rest.split("ns/iter");
        let time: f64 = parts.next().unwrap_or("").replace(',', "").trim().parse().unwrap_or(0.0);
        let spread = parts.next().unwrap_or("").replace(',', "");
        let spread: f64 = spread.trim().trim_start_matches("(+/-").trim_end_matches(')').trim().parse().unwrap_or(0.0);
        table.push_str(&["| ", name.trim(), " | ", &time_words(time), " | ± ", &time_words(spread), " |\n"].concat());
    }
    table
}

fn time_words(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n >= 1e9 => format!("{:.2} s", n / 1e9),
        n if n >= 1e6 => format!("{:.2} ms", n / 1e6),
        n if n >= 1e3 => format!("{:.2} us", n / 1e3),
        n => format!("{n:.0} ns"),
    }
}

/// Replaces what lies between the marks of a section.
fn write_section(root: &Path, name: &str, content: &str) -> Result<()> {
    let path = root.join(PAGE);
    let page = std::fs::read_to_string(&path).with_context(|| format!("read {PAGE}"))?;
    std::fs::write(&path, replace_section(&page, name, content)?).with_context(|| format!("write {PAGE}"))
}

fn replace_section(page: &str, name: &str, content: &str) -> Result<String> {
    let open = format!("<!-- bench:{name} -->");
    let Some((before, rest)) = page.split_once(&open) else { bail!("{PAGE} has no section `{open}`") };
    let Some((_, after)) = rest.split_once("<!-- /bench -->") else { bail!("the section `{open}` of {PAGE} is not closed") };
    Ok(format!("{before}{open}\n\n{}\n\n<!-- /bench -->{after}", content.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_and_the_rest_stays() {
        let page = "# A\n<!-- bench:x -->\nold\n<!-- /bench -->\n<!-- bench:y -->\nkept\n<!-- /bench -->\n";
        let page = replace_section(page, "x", "new\n").unwrap();
        assert_eq!(page, "# A\n<!-- bench:x -->\n\nnew\n\n<!-- /bench -->\n<!-- bench:y -->\nkept\n<!-- /bench -->\n");
        assert!(replace_section(&page, "z", "").is_err());
    }

    #[test]
    fn figures_of_criterion_become_rows() {
        let table = functions("test decide ... bench:     1,234 ns/iter (+/- 56)\nnoise\n");
        assert!(table.ends_with("| decide | 1.23 us | ± 56 ns |\n"), "{table}");
    }
}
