//! The crate graph: one direction only (architecture.md, "Bird's eye").

use super::Source;
use toml::{Table, Value};

/// Crate, what it may use, what only its tests may use besides.
const EDGES: &[(&str, &[&str], &[&str])] = &[
    ("okno-model", &[], &[]),
    ("okno-engine", &["okno-model"], &[]),
    // Pure like the engine, which must not know distributions and reports (decision 0012).
    ("okno-sim", &["okno-model", "okno-engine"], &[]),
    ("okno-store", &["okno-model"], &["okno-testkit"]),
    ("okno-bus", &["okno-model"], &[]),
    ("okno-app", &["okno-model", "okno-engine", "okno-sim", "okno-store", "okno-bus"], &["okno-testkit"]),
    // Doors: they know the app and what stands below it, never each other. okno-ui is the leaf that holds the built
    // files; the door that serves them embeds it.
    // okno-media is a library of sound here: prompts that people upload, texts that are spoken, recordings that are heard.
    ("okno-api", &["okno-model", "okno-app", "okno-sim", "okno-bus", "okno-media", "okno-ui"], &["okno-store", "okno-testkit"]),
    ("okno-channels", &["okno-model", "okno-app", "okno-bus"], &["okno-store", "okno-testkit"]),
    ("okno-ui", &[], &[]),
    // Crates of their own, so that no type of a SIP library gets past the first, and the second knows neither signaling
    // nor the app (decision 0011).
    ("okno-sip", &[], &["okno-testkit"]),
    ("okno-media", &[], &["okno-testkit"]),
    ("okno-voice", &["okno-model", "okno-app", "okno-bus", "okno-sip", "okno-media"], &["okno-store", "okno-testkit"]),
    (
        "okno-server",
        &[
            "okno-model",
            "okno-store",
            "okno-bus",
            "okno-app",
            "okno-api",
            "okno-channels",
            "okno-voice",
            "okno-ui",
            "okno-engine",
            "okno-sim",
            "okno-sip",
            "okno-media",
        ],
        &["okno-testkit"],
    ),
    // Feeds strangers' bytes to the parsers; outside the workspace, because it needs a nightly compiler.
    ("okno-fuzz", &["okno-sip", "okno-media"], &[]),
    // The tests' world knows okno only from outside.
    ("okno-testkit", &[], &[]),
    ("okno-benches", &["okno-testkit"], &["okno-model", "okno-engine", "okno-store", "okno-channels", "okno-testkit"]),
    ("xtask", &[], &[]),
];

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources.iter().filter(|source| source.path.ends_with("/Cargo.toml")) {
        match source.text.parse::<Table>() {
            Ok(manifest) => check_crate(&source.path, &manifest, faults),
            Err(error) => faults.push(format!("{}: {error}", source.path)),
        }
    }
}

fn check_crate(path: &str, manifest: &Table, faults: &mut Vec<String>) {
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str).unwrap_or_default();
    let Some((_, uses, tests_use)) = EDGES.iter().find(|(known, ..)| *known == name) else {
        faults.push(format!(
            "{path}: `{name}` is not in the crate graph; say in xtask/src/tidy/graph.rs what it may use, and why it must be a crate"
        ));
        return;
    };
    for (section, allowed_more) in [("dependencies", &[][..]), ("build-dependencies", &[][..]), ("dev-dependencies", *tests_use)] {
        for used in names(manifest.get(section)) {
            let ours = used != name && EDGES.iter().any(|(known, ..)| *known == used);
            if ours && !uses.contains(&used.as_str()) && !allowed_more.contains(&used.as_str()) {
                faults.push(format!(
                    "{path}: `{name}` must not use `{used}` in [{section}]: a crate uses what stands below it, doors never know each other"
                ));
            }
        }
    }
}

fn names(section: Option<&Value>) -> Vec<String> {
    section.and_then(Value::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn a_door_that_knows_another_door_is_found() {
        let manifest = "[package]\nname = \"okno-channels\"\n[dependencies]\nokno-app.workspace = true\nokno-api.workspace = true\n";
        let faults = faults_of(check, "crates/okno-channels/Cargo.toml", manifest);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("must not use `okno-api`"), "{faults:?}");
    }

    #[test]
    fn an_unknown_crate_is_found() {
        let faults = faults_of(check, "crates/okno-magic/Cargo.toml", "[package]\nname = \"okno-magic\"\n");
        assert!(faults[0].contains("not in the crate graph"), "{faults:?}");
    }
}
