//! File sizes: nearly all under 400 lines; over 1,000 is a defect.

use super::Source;

const LONG: usize = 400;
const TOO_LONG: usize = 1000;

/// Files that may have more than 400 lines, each with the reason. A file that has become short again is taken out.
const MAY_BE_LONG: &[(&str, &str)] = &[
    (
        "crates/okno-engine/src/promises/time.rs",
        "the grammar of times, read from top to bottom; the calendar behind it is the next to leave",
    ),
    ("crates/okno-engine/src/routing/check.rs", "the invariants and their predicates, read together"),
    ("crates/okno-engine/src/routing/explain.rs", "the reasons of every decision and their words, read beside each other"),
    ("crates/okno-engine/src/routing/floor.rs", "what happens to agents and queues; profiles are the next to leave"),
    ("crates/okno-engine/src/routing/input.rs", "the list of what the engine is told"),
    ("crates/okno-engine/src/routing/state.rs", "the records of the engine, read beside each other"),
    ("crates/okno-engine/tests/it/scenario.rs", "the language of the scenarios"),
    ("crates/okno-model/src/doc/case.rs", "the documents of cases, read beside each other"),
    ("crates/okno-model/src/input.rs", "the list of what the API is told"),
    ("crates/okno-store/src/documents.rs", "one line for each kind of document, and the table of their columns"),
    ("crates/okno-channels/src/mail/parse/hostile.rs", "a table of hostile mails, one after the other"),
    ("crates/okno-app/src/ingest/tests.rs", "one story of a mail after the other over the same stage"),
    ("crates/okno-voice/src/actor.rs", "the task of a call: what it hears and what it does; records are the next to leave"),
    ("crates/okno-sip/src/tests/probes.rs", "a table of raw messages and their answers"),
    ("crates/okno-app/src/voice_config/tests.rs", "one rule of the configuration after the other over the same stage"),
    ("web/src/widget/chat.svelte.ts", "the widget's one state: chat and the call that goes on from it"),
    ("web/src/lib/types.ts", "the list of the API's documents, read beside okno-model"),
    ("web/dev/world.mjs", "a made-up server for screenshots: data, not logic"),
];

/// Files that nobody writes by hand.
const GENERATED: &[&str] = &["web/package-lock.json", "web/src/api.gen.d.ts", "web/src/lib/messages.gen.ts", "openapi.json", "Cargo.lock"];

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources.iter().filter(|source| source.has_ending(&["rs", "ts", "mjs", "js", "svelte", "css"])) {
        if GENERATED.contains(&source.path.as_str()) {
            continue;
        }
        let lines = source.text.lines().count();
        let allowed = MAY_BE_LONG.iter().any(|(path, _)| *path == source.path);
        if lines > TOO_LONG {
            faults.push(format!("{}: {lines} lines; split it: no file has more than {TOO_LONG}", source.path));
        } else if lines > LONG && !allowed {
            faults.push(format!("{}: {lines} lines; split it, or give a reason in xtask/src/tidy/sizes.rs", source.path));
        } else if lines <= LONG && allowed {
            faults.push(format!("{}: {lines} lines; it is short now, take it out of xtask/src/tidy/sizes.rs", source.path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn long_files_are_found() {
        assert!(faults_of(check, "a.rs", &"x\n".repeat(400)).is_empty());
        assert!(faults_of(check, "a.rs", &"x\n".repeat(401))[0].contains("split it, or"));
        assert!(faults_of(check, "a.rs", &"x\n".repeat(1001))[0].contains("no file"));
        assert!(faults_of(check, "openapi.json", &"x\n".repeat(5000)).is_empty());
    }
}
