//! Words that the glossary replaces by others, in identifiers.

use super::Source;
use super::lexer::{Kind, Language, pieces};
use std::collections::BTreeSet;

/// What we do not say, and what we say instead.
const FORBIDDEN: &[(&str, &str)] = &[
    ("contact", "customer or interaction"),
    ("ticket", "case"),
    ("inbox", "channel or mailbox"),
    ("operator", "agent"),
    ("account", "organization or user"),
    ("acw", "wrapup"),
    ("reservation", "offer"),
    ("engagement", "interaction"),
    ("commitment", "promise"),
    ("shard", "cell"),
];

/// Places where such a word is right: path prefix, word, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("xtask/src/tidy/words.rs", "", "this list"),
    ("crates/okno-sip/", "contact", "the header that SIP itself calls so (RFC 3261 8.1.1.8)"),
    ("e2e/lib/sip.mjs", "account", "what baresip calls a file of its own"),
    ("crates/okno-channels/src/mail/imap/", "inbox", "the mailbox that IMAP itself calls so (RFC 3501 5.1)"),
];

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources {
        let language = if source.has_ending(&["rs"]) {
            Language::Rust
        } else if source.has_ending(&["ts", "mjs", "svelte"]) {
            Language::Script
        } else {
            continue;
        };
        // One identifier is one fault, however often it is used.
        let mut seen = BTreeSet::new();
        for piece in pieces(language, &source.text).into_iter().filter(|piece| piece.kind == Kind::Code) {
            for (number, line) in piece.text.lines().enumerate() {
                for identifier in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
                    if seen.insert(identifier) {
                        judge(source, piece.line + number, identifier, faults);
                    }
                }
            }
        }
    }
}

fn judge(source: &Source, line: usize, identifier: &str, faults: &mut Vec<String>) {
    for part in parts(identifier) {
        let Some((word, instead)) = FORBIDDEN.iter().find(|(word, _)| part == *word || part.strip_suffix('s') == Some(word)) else {
            continue;
        };
        let allowed = EXCEPTIONS.iter().any(|(path, only, _)| source.path.starts_with(path) && (only.is_empty() || only == word));
        if !allowed {
            faults.push(format!("{}:{line}: `{identifier}`: we do not say `{word}`, but {instead} (GLOSSARY.md)", source.path));
        }
    }
}

/// The words of `snake_case` and `CamelCase`, in lower case.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut small = false;
    for c in identifier.chars() {
        if c == '_' || (c.is_uppercase() && small) {
            parts.push(String::new());
        }
        if c != '_'
            && let Some(part) = parts.last_mut()
        {
            part.extend(c.to_lowercase());
        }
        small = c.is_lowercase() || c.is_numeric();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::{check, parts};

    #[test]
    fn identifiers_are_split_into_words() {
        assert_eq!(parts("QueueTicketId"), ["queue", "ticket", "id"]);
        assert_eq!(parts("open_tickets"), ["open", "tickets"]);
        assert_eq!(parts("MAX_ACW"), ["max", "acw"]);
    }

    #[test]
    fn forbidden_words_are_found_in_code_only() {
        let text = "// a ticket\nlet open_tickets = \"ticket\";\nlet contacted = 1;";
        let faults = faults_of(check, "crates/a/src/lib.rs", text);
        assert_eq!(faults, ["crates/a/src/lib.rs:2: `open_tickets`: we do not say `ticket`, but case (GLOSSARY.md)"]);
    }
}
