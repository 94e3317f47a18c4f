//! Splits source text into code, comments and string literals: enough to know what is an identifier and what is SQL.

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Code,
    Comment,
    Literal,
}

/// A piece of one kind, without its quotes or comment marks being removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// Line of its first character, from 1.
    pub(crate) line: usize,
}

/// Languages that the lexer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    /// TypeScript, JavaScript, and Svelte, whose markup counts as code.
    Script,
}

/// Splits `text`. Never fails: what it does not understand is code.
pub(crate) fn pieces(language: Language, text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let (mut at, mut from, mut line) = (0, 0, 1);
    while at < text.len() {
        let rest = &text[at..];
        let Some((kind, length)) = special(language, rest, &text[from..at]) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        push(&mut out, Kind::Code, &text[from..at], &mut line);
        push(&mut out, kind, &rest[..length], &mut line);
        at += length;
        from = at;
    }
    push(&mut out, Kind::Code, &text[from..], &mut line);
    out
}

fn push<'a>(out: &mut Vec<Piece<'a>>, kind: Kind, text: &'a str, line: &mut usize) {
    if !text.is_empty() {
        out.push(Piece { kind, text, line: *line });
        *line += text.matches('\n').count();
    }
}

/// A comment or literal that starts here, with its length. `before` is the code that stands before it.
fn special(language: Language, rest: &str, before: &str) -> Option<(Kind, usize)> {
    if rest.starts_with("//") && !(language == Language::Script && before.ends_with(':')) {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some((Kind::Comment, block_comment(language, rest)));
    }
    match language {
        Language::Rust => rust_literal(rest, before).map(|length| (Kind::Literal, length)),
        Language::Script => {
            if rest.starts_with("<!--") {
                return Some((Kind::Comment, rest.find("-->").map_or(rest.len(), |end| end + 3)));
            }
            script_literal(rest).map(|length| (Kind::Literal, length))
        }
    }
}

fn block_comment(language: Language, rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") && (language == Language::Rust || depth == 0) {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn rust_literal(rest: &str, before: &str) -> Option<usize> {
    if rest.starts_with('"') {
        return Some(quoted(rest, '"', true));
    }
    let word_before = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
    if !word_before && (rest.starts_with('r') || rest.starts_with("br")) {
        let hashes = rest.trim_start_matches('b').trim_start_matches('r');
        let count = hashes.len() - hashes.trim_start_matches('#').len();
        if hashes[count..].starts_with('"') {
            let start = rest.len() - hashes.len() + count + 1;
            let close = format!("\"{}", "#".repeat(count));
            return Some(rest[start..].find(&close).map_or(rest.len(), |end| start + end + close.len()));
        }
    }
    // 'x' and '\n' are literals, 'a in a type is not.
    let mut chars = rest.strip_prefix('\'')?.chars();
    let first = chars.next()?;
    if first == '\\' {
        return Some(quoted(rest, '\'', false));
    }
    (chars.next() == Some('\'')).then(|| 2 + first.len_utf8())
}

fn script_literal(rest: &str) -> Option<usize> {
    let quote = rest.chars().next()?;
    match quote {
        '"' | '\'' => Some(quoted(rest, quote, false)),
        '`' => Some(quoted(rest, quote, true)),
        _ => None,
    }
}

/// Length of a literal with backslash escapes; one that may not span lines ends at the line's end at the latest.
fn quoted(rest: &str, quote: char, lines: bool) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        } else if c == '\n' && !lines {
            return at;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(language: Language, text: &str) -> Vec<(Kind, &str)> {
        pieces(language, text).into_iter().map(|piece| (piece.kind, piece.text)).collect()
    }

    #[test]
    fn rust_is_split_into_code_comments_and_literals() {
        use Kind::{Code, Comment, Literal};
        assert_eq!(kinds(Language::Rust, "a // b\nc"), [(Code, "a "), (Comment, "// b"), (Code, "\nc")]);
        assert_eq!(kinds(Language::Rust, "/* x /* y */ z */a"), [(Comment, "/* x /* y */ z */"), (Code, "a")]);
        assert_eq!(kinds(Language::Rust, r#"f("a\"b", c)"#), [(Code, "f("), (Literal, r#""a\"b""#), (Code, ", c)")]);
        assert_eq!(kinds(Language::Rust, "r#\"a\"b\"#;"), [(Literal, "r#\"a\"b\"#"), (Code, ";")]);
        assert_eq!(
            kinds(Language::Rust, "x: &'a T, 'c', '\\''"),
            [(Code, "x: &'a T, "), (Literal, "'c'"), (Code, ", "), (Literal, "'\\''")]
        );
        assert_eq!(kinds(Language::Rust, "for r in x"), [(Code, "for r in x")]);
    }

    #[test]
    fn lines_are_counted() {
        let lines: Vec<usize> = pieces(Language::Rust, "a\n\"b\nc\"\n// d").iter().map(|piece| piece.line).collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn script_literals_end_with_their_line() {
        use Kind::{Code, Literal};
        assert_eq!(
            kinds(Language::Script, "<p>don't</p>\nx = 'y'"),
            [(Code, "<p>don"), (Literal, "'t</p>"), (Code, "\nx = "), (Literal, "'y'")]
        );
    }
}
