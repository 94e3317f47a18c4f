//! Words of a text and the terms that stand for them.

use super::{DOCUMENT_TERMS, WORD_CHARS};
use snowball_stemmers_rs::{Algorithm, Stemmer};
use std::{collections::BTreeSet, ops::Range};
use unicode_normalization::UnicodeNormalization;
use whatlang::{Detector, Lang};

/// Fewest digits of a telephone number's end by which it is found.
const PHONE_DIGITS: usize = 6;
/// Latin text shorter than this says too little about its language, in characters.
const TELLING_CHARS: usize = 20;

/// A word and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) at: Range<usize>,
}

/// The words of a text: runs of letters, digits and accents.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let begin = from + text[from..].find(is_of_word)?;
        let end = text[begin..].find(|c| !is_of_word(c)).map_or(text.len(), |n| begin + n);
        from = end;
        Some(Word { text: cut(&text[begin..end]), at: begin..end })
    })
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn cut(word: &str) -> &str {
    word.char_indices().nth(WORD_CHARS).map_or(word, |(at, _)| &word[..at])
}

/// The languages in which Latin words are stemmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Latin {
    English,
    Polish,
    Both,
}

impl Latin {
    /// Which language a text is most likely in.
    pub(super) fn of(text: &str) -> Self {
        if text.chars().filter(char::is_ascii_alphabetic).count() < TELLING_CHARS {
            return Self::Both;
        }
        let detector = Detector::with_allowlist(vec![Lang::Eng, Lang::Pol]);
        match detector.detect(text).filter(whatlang::Info::is_reliable).map(|info| info.lang()) {
            Some(Lang::Eng) => Self::English,
            Some(Lang::Pol) => Self::Polish,
            _ => Self::Both,
        }
    }
}

/// The stemmers; make them once per text.
pub(super) struct Stems {
    russian: Stemmer,
    english: Stemmer,
    polish: Stemmer,
}

impl Stems {
    pub(super) fn new() -> Self {
        Self {
            russian: Stemmer::create(Algorithm::Russian),
            english: Stemmer::create(Algorithm::English),
            polish: Stemmer::create(Algorithm::Polish),
        }
    }

    /// Hands the terms of one word to `take`.
    pub(super) fn each(&self, word: &str, latin: Latin, mut take: impl FnMut(String)) {
        let word = word.to_lowercase();
        let script = Script::of(&word);
        let mut stem = |letter: char, stemmer: &Stemmer| take(term(letter, &stemmer.stem(&word)));
        match (script, latin) {
            (Script::Cyrillic, _) => stem('r', &self.russian),
            (Script::Latin, Latin::English) => stem('e', &self.english),
            (Script::Latin, Latin::Polish) => stem('p', &self.polish),
            (Script::Latin, Latin::Both) => {
                stem('e', &self.english);
                stem('p', &self.polish);
            }
            (Script::Other, _) => take(term('x', &word)),
        }
    }

    /// The beginnings that the terms of a word have whose end is not typed yet.
    pub(super) fn beginnings(word: &str) -> Vec<String> {
        let word = word.to_lowercase();
        match Script::of(&word) {
            Script::Cyrillic => vec![term('r', &word)],
            Script::Latin => vec![term('e', &word), term('p', &word)],
            Script::Other => vec![term('x', &word)],
        }
    }
}

enum Script {
    Cyrillic,
    Latin,
    /// With digits, of another script, or of several.
    Other,
}

impl Script {
    fn of(word: &str) -> Self {
        let letters = |of: fn(char) -> bool| word.chars().all(|c| of(c) || unicode_normalization::char::is_combining_mark(c));
        if letters(|c| matches!(c, '\u{400}'..='\u{52f}')) {
            Self::Cyrillic
        } else if letters(|c| c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}')) {
            Self::Latin
        } else {
            Self::Other
        }
    }
}

fn term(letter: char, stem: &str) -> String {
    std::iter::once(letter).chain(folded(stem)).collect()
}

/// Without accents. What is no letter or digit then is left out: the databases would split a term there.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    let base = text.nfkd().map(|c| match c {
        'ł' => 'l',
        'ø' => 'o',
        'đ' => 'd',
        _ => c,
    });
    base.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The terms of a document, each once, in no order that matters.
pub fn document_terms(text: &str) -> BTreeSet<String> {
    let (stems, latin) = (Stems::new(), Latin::of(text));
    let mut terms = BTreeSet::new();
    for word in words(text) {
        if terms.len() >= DOCUMENT_TERMS {
            break;
        }
        stems.each(word.text, latin, |term| {
            terms.insert(term);
        });
    }
    terms
}

/// The terms by which a telephone number is found, however it is written: all its digits, and its ends without the
/// country's and the city's.
pub fn phone_terms(number: &str) -> BTreeSet<String> {
    let digits = digits(number);
    let ends = (0..digits.len()).map(|from| &digits[from..]).take_while(|end| end.len() >= PHONE_DIGITS);
    ends.map(|end| term('x', end)).collect()
}

/// The digits of a number; a leading `00` is the `+` of who dials.
pub(super) fn digits(number: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").map(str::to_owned).unwrap_or(digits)
}

/// Whether somebody typed a telephone number: nothing but digits and what people put between them, enough of them.
pub(super) fn looks_like_phone(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/' | '\u{a0}'))
        && digits(text).len() >= PHONE_DIGITS
}
