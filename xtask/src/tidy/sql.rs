//! No SQL outside okno-store.

use super::Source;
use super::lexer::{Kind, Language, pieces};

/// Statements: each is recognized by words that must all stand in one literal, in this order.
const STATEMENTS: &[&[&str]] = &[
    &["SELECT ", " FROM "],
    &["INSERT INTO "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["CREATE TABLE "],
    &["ALTER TABLE "],
    &["DROP TABLE "],
];

/// Tests that must go behind the store's back, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("crates/okno-app/src/audit/tests.rs", "forges a row, which no function of the store may do"),
    ("crates/okno-app/src/routing/tests.rs", "takes a lease away, as another process would"),
];

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources.iter().filter(|source| source.has_ending(&["rs"])) {
        // The list above is not SQL, and neither are this check's tests.
        if source.path.starts_with("crates/okno-store/")
            || source.path == "xtask/src/tidy/sql.rs"
            || EXCEPTIONS.iter().any(|(path, _)| *path == source.path)
        {
            continue;
        }
        for piece in pieces(Language::Rust, &source.text).into_iter().filter(|piece| piece.kind == Kind::Literal) {
            let text: String = piece.text.split_whitespace().collect::<Vec<_>>().join(" ");
            if STATEMENTS.iter().any(|words| in_order(&text, words)) {
                faults.push(format!("{}:{}: SQL belongs into okno-store; call a function of it", source.path, piece.line));
            }
        }
    }
}

fn in_order(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    words.iter().all(|word| match rest.find(word) {
        Some(at) => {
            rest = &rest[at + word.len() - 1..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn sql_in_a_literal_is_found_and_prose_is_not() {
        assert_eq!(
            faults_of(check, "crates/okno-app/src/a.rs", "fn a() {}\nlet x = \"SELECT a\n FROM b\";"),
            ["crates/okno-app/src/a.rs:2: SQL belongs into okno-store; call a function of it"]
        );
        assert!(faults_of(check, "crates/okno-app/src/a.rs", "// SELECT a FROM b\nlet x = \"SELECT INBOX\";").is_empty());
        assert!(faults_of(check, "crates/okno-store/src/a.rs", "let x = \"DELETE FROM b\";").is_empty());
    }
}
