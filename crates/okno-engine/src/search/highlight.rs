//! The part of a text that answers a query.

use super::{
    query::Search,
    words::{Stems, words},
};
use std::ops::Range;

/// Characters before the first found word that are shown with it.
const BEFORE: usize = 40;

/// A part of a text with the words that were looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The part, in one line; `…` where it was cut.
    pub text: String,
    /// The words that were looked for, in UTF-16 units of `text`, as browsers count.
    pub found: Vec<Range<usize>>,
}

/// The part of a text around the place where most of what is looked for stands together, at most about `chars` characters.
/// Without any of it, the beginning.
pub fn snippet(text: &str, search: &Search, chars: usize) -> Snippet {
    let stems = Stems::new();
    let line = one_line(text);
    let found: Vec<Range<usize>> = words(&line).filter(|word| search.wants(word.text, &stems)).map(|word| word.at).collect();
    let begin = best(&line, &found, chars).map_or(0, |at| back(&line, at, BEFORE.min(chars / 3)));
    let end = line[begin..].char_indices().nth(chars).map_or(line.len(), |(at, _)| begin + at);
    let mut out = String::with_capacity(end - begin + 6);
    if begin > 0 {
        out.push('…');
    }
    let lead = out.len();
    out.push_str(&line[begin..end]);
    if end < line.len() {
        out.push('…');
    }
    let inside = found.into_iter().filter(|at| at.start >= begin && at.end <= end);
    let found = inside.map(|at| units(&out, at.start - begin + lead)..units(&out, at.end - begin + lead)).collect();
    Snippet { text: out, found }
}

/// Spaces and line ends as one space each.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the window with the most found words begins; the first of several.
fn best(line: &str, found: &[Range<usize>], chars: usize) -> Option<usize> {
    let in_window = |from: usize| {
        let end = line[from..].char_indices().nth(chars - BEFORE.min(chars / 3)).map_or(line.len(), |(at, _)| from + at);
        found.iter().filter(|at| at.start >= from && at.end <= end).count()
    };
    // `max_by_key` takes the last of equals.
    found.iter().rev().map(|at| at.start).max_by_key(|&from| in_window(from))
}

/// So many characters back, to the beginning of a word.
fn back(line: &str, at: usize, chars: usize) -> usize {
    let from = line[..at].char_indices().rev().nth(chars).map_or(0, |(at, _)| at);
    if from == 0 {
        return 0;
    }
    line[from..at].find(' ').map_or(at, |space| from + space + 1)
}

fn units(text: &str, bytes: usize) -> usize {
    text[..bytes].encode_utf16().count()
}
