//! What full-text search understands of language: words, their stems, and what of a text answers a query.
//!
//! Both databases store the *terms* made here and compare nothing but them, so that they answer alike. A term is one
//! letter for how it was made and the stem: `r` Russian, `e` English, `p` Polish, `x` as it stands (numbers, codes). The
//! letter keeps `car` from finding an English `care`, whose Polish stem would be the same.
//! Stems know endings, not vowels that change inside a word: `pieniędzy` does not find `pieniądze`.
//!
//! - Letters lose case and accents, `ё` is `е`: who types `zamowienie` or `счет` finds `zamówienie` and `счёт`.
//! - Latin text is English or Polish by what it looks like; a short one that could be both is stemmed as both. A query is
//!   always read as both.
//! - All words of a query must be there; the last one may be unfinished. `"…"` must stand like this, `-word` must not be there.

mod highlight;
mod query;
#[cfg(test)]
mod tests;
mod words;

pub use highlight::{Snippet, snippet};
pub use query::{Search, Term};
pub use words::{document_terms, phone_terms};

/// Longest query, in characters.
pub const SEARCH_CHARS: usize = 200;
/// Most words of a query that count; the others are not looked at.
pub const SEARCH_WORDS: usize = 12;
/// Most different terms of one document: a mail with more is a dump, and its first words tell what it is.
pub const DOCUMENT_TERMS: usize = 2_000;
/// Longest word that is looked at, in characters; longer ones are cut, since only machines write them.
pub const WORD_CHARS: usize = 40;
