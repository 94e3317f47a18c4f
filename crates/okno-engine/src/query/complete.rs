//! What could be typed next.

use super::{Kind, Reference, Schema, Span};

/// What fits at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What a proposal replaces.
    pub replace: Span,
    /// What fits, best first.
    pub proposals: Vec<Proposal>,
    /// Names of this kind that begin with this fit too; whoever knows them adds them.
    pub names: Option<(Reference, String)>,
}

/// One thing that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// A field; typed with `:` after it.
    Field(String),
    /// A value of a field.
    Value(String),
}

/// Proposes what to type at a cursor, counted in UTF-16 units.
pub fn complete(text: &str, cursor: usize, schema: &Schema) -> Completion {
    let before = up_to(text, cursor);
    let token = &before[start_of_token(before)..];
    let token = token.strip_prefix('-').unwrap_or(token);
    let nothing = Completion { replace: cursor..cursor, proposals: Vec::new(), names: None };
    if token.starts_with('"') {
        return nothing;
    }
    let replace = |typed: &str| cursor.saturating_sub(typed.encode_utf16().count())..cursor;
    let Some(sign) = token.find([':', '=', '<', '>', '!']) else {
        let typed = token.to_lowercase();
        let proposals = schema.fields().iter().filter(|field| field.name.starts_with(&typed));
        let proposals = proposals.map(|field| Proposal::Field(field.name.clone())).collect();
        return Completion { replace: replace(token), proposals, names: None };
    };
    let Some(field) = schema.field(&token[..sign].to_ascii_lowercase()) else { return nothing };
    let typed = token[sign..].trim_start_matches([':', '=', '<', '>', '!']);
    let typed = typed.rsplit(',').next().unwrap_or(typed).trim_start_matches('(').trim_start();
    let opened = typed.strip_prefix('"').unwrap_or(typed);
    let begins = opened.to_lowercase();
    let words = |words: &[&str]| -> Vec<Proposal> {
        words.iter().filter(|word| word.starts_with(&begins)).map(|word| Proposal::Value((*word).to_owned())).collect()
    };
    let (proposals, names) = match &field.kind {
        Kind::Choice(choices) => (words(&choices.iter().map(String::as_str).collect::<Vec<_>>()), None),
        Kind::Flag => (words(&["yes", "no"]), None),
        Kind::Time => (words(&["today", "yesterday", "tomorrow", "now", "2h", "-1d", "-1w"]), None),
        Kind::Reference(Reference::User) => (words(&["me", "none"]), Some((Reference::User, begins.clone()))),
        Kind::Reference(of) => (words(&["none"]), Some((*of, begins.clone()))),
        Kind::Text | Kind::Number => (words(&["none"]), None),
    };
    Completion { replace: replace(typed), proposals, names }
}

/// The text before the cursor; a cursor in the middle of a character stands before it.
fn up_to(text: &str, cursor: usize) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units + c.len_utf16() > cursor {
            return &text[..at];
        }
        units += c.len_utf16();
    }
    text
}

/// Where the last thing begins that no space outside quotes has ended.
fn start_of_token(text: &str) -> usize {
    let (mut start, mut quoted, mut listed, mut last) = (0, false, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '"' if last != '\\' => quoted = !quoted,
            _ if quoted => {}
            // `state:(open, new` is one thing until the list ends.
            '(' if matches!(last, ':' | '=') => listed = true,
            ')' => (listed, start) = (false, at + c.len_utf8()),
            '(' => start = at + c.len_utf8(),
            _ if c.is_whitespace() && !listed => start = at + c.len_utf8(),
            _ => {}
        }
        last = c;
    }
    start
}
