//! Marks of unfinished work: each needs a reason that leads somewhere.

use super::Source;
use super::lexer::{Kind, Language, pieces};

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources {
        let language = match source.path.rsplit_once('.') {
            Some((_, "rs")) => Language::Rust,
            Some((_, "ts" | "mjs" | "svelte")) => Language::Script,
            _ => continue,
        };
        for piece in pieces(language, &source.text) {
            for (number, line) in piece.text.lines().enumerate() {
                let place = format!("{}:{}", source.path, piece.line + number);
                match piece.kind {
                    Kind::Comment => comment(line, &place, faults),
                    Kind::Code => code(line, &place, faults),
                    Kind::Literal => {}
                }
            }
        }
    }
}

/// `TO-DO(#12): why` names the issue where the rest is asked for; anything less is forgotten.
fn comment(line: &str, place: &str, faults: &mut Vec<String>) {
    for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
        let Some(at) = line.find(mark) else { continue };
        let rest = &line[at + mark.len()..];
        let word_goes_on = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let reason = rest.strip_prefix("(#").and_then(|rest| rest.split_once("):")).is_some_and(|(_, why)| !why.trim().is_empty());
        if !word_goes_on && !reason {
            faults.push(format!("{place}: finish it, or name the issue and the reason: `{mark}(#12): why`"));
        }
    }
}

/// A test that is left out must say by which command it is run.
fn code(line: &str, place: &str, faults: &mut Vec<String>) {
    let text = line.trim();
    if text.contains("#[ignore]") {
        faults.push(format!("{place}: say in the attribute why the test is ignored and which command runs it"));
    }
    let skipped = ["test.skip(", "it.skip(", "describe.skip(", "test.todo(", "it.todo(", "it.only(", "test.only(", "describe.only("];
    if skipped.iter().any(|call| text.contains(call)) {
        faults.push(format!("{place}: no test is left out, and none runs alone"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn marks_without_a_reason_are_found() {
        let mark = concat!("TO", "DO");
        let text = format!("// {mark}\n// {mark}(#12): say why\n// {mark}S are words\nlet {mark} = 1;");
        assert_eq!(faults_of(check, "a.rs", &text).len(), 1);
        assert_eq!(faults_of(check, "a.rs", "#[ignore]\nfn a() {}").len(), 1);
        assert_eq!(faults_of(check, "a.mjs", "test.skip('a', () => {})").len(), 1);
    }
}
