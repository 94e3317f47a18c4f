//! Runs every file of `tests/scenarios/`: a scenario, a line `---`, its transcript. `OKNO_BLESS=1` rewrites the transcripts;
//! read the difference before you commit it.

use super::scenario::run;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Runs them all, whatever comes of it.
pub(crate) fn run_all() {
    for file in files() {
        let text = fs::read_to_string(&file).expect("a scenario can be read");
        run(text.split_once("---\n").map_or(text.as_str(), |(scenario, _)| scenario));
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("there are scenarios").map(|entry| entry.expect("a scenario has a name").path()).collect();
    files.sort();
    files
}

#[test]
fn scenarios_give_their_transcripts() {
    let files = files();
    assert!(files.len() >= 30, "the scenarios are the specification of routing");
    let bless = std::env::var_os("OKNO_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (scenario, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let transcript = run(scenario);
        if transcript == expected {
            continue;
        }
        if bless {
            fs::write(&file, format!("{}\n---\n{transcript}", scenario.trim_end())).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{expected}\nfound:\n{transcript}", file.file_name().unwrap().display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
