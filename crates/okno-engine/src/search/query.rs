//! What somebody looks for.

use super::{
    SEARCH_CHARS, SEARCH_WORDS,
    words::{Latin, Stems, digits, looks_like_phone, words},
};

/// A term that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The term, or its beginning. Letters and digits only.
    pub text: String,
    /// Whether more may follow.
    pub begins: bool,
}

/// What somebody looks for, as terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Of each of these, at least one must be there.
    pub all: Vec<Vec<Term>>,
    /// None of these may be there.
    pub none: Vec<Vec<Term>>,
    /// Words that must follow each other, as their terms; each word is in `all` too.
    pub(super) phrases: Vec<Vec<Vec<Term>>>,
}

impl Search {
    /// Reads what was typed. `unfinished`: the last word may still be going on.
    ///
    /// There is no wrong text: quotes that do not end, signs and what is too long are passed over.
    pub fn read(typed: &str, unfinished: bool) -> Self {
        let typed = typed.char_indices().nth(SEARCH_CHARS).map_or(typed, |(at, _)| &typed[..at]);
        let mut search = Self::default();
        if looks_like_phone(typed.trim()) {
            search.all.push(vec![Term { text: format!("x{}", digits(typed)), begins: unfinished }]);
            return search;
        }
        let stems = Stems::new();
        let mut quoted = false;
        // Every second piece stands in quotes.
        for piece in typed.split('"') {
            if quoted {
                search.phrase(piece, &stems);
            } else {
                search.plain(piece, &stems);
            }
            quoted = !quoted;
        }
        let last_typed = typed.chars().next_back().is_some_and(char::is_alphanumeric);
        if unfinished && last_typed {
            search.leave_open(typed);
        }
        search
    }

    fn plain(&mut self, piece: &str, stems: &Stems) {
        for word in words(piece) {
            // `-word`, but not the hyphen of `e-mail`.
            let before = &piece[..word.at.start];
            let unwanted = before.ends_with('-') && !before[..before.len() - 1].ends_with(|c: char| !c.is_whitespace());
            let terms = terms(word.text, stems);
            let list = if unwanted { &mut self.none } else { &mut self.all };
            if list.len() < SEARCH_WORDS {
                list.push(terms);
            }
        }
    }

    fn phrase(&mut self, piece: &str, stems: &Stems) {
        let room = SEARCH_WORDS.saturating_sub(self.all.len());
        let phrase: Vec<Vec<Term>> = words(piece).take(room).map(|word| terms(word.text, stems)).collect();
        self.all.extend(phrase.iter().cloned());
        if phrase.len() > 1 {
            self.phrases.push(phrase);
        }
    }

    /// The last word also stands for everything that begins with it.
    fn leave_open(&mut self, typed: &str) {
        let Some(word) = words(typed).last() else { return };
        let wanted = typed[..word.at.start].matches('"').count().is_multiple_of(2) && !typed[..word.at.start].ends_with('-');
        if let Some(terms) = self.all.last_mut().filter(|_| wanted) {
            terms.extend(Stems::beginnings(word.text).into_iter().map(|text| Term { text, begins: true }));
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether there is more to ask of a text than its terms: words that must follow each other.
    pub fn has_phrases(&self) -> bool {
        !self.phrases.is_empty()
    }

    /// Whether the phrases stand in one of the texts of a document.
    pub fn phrases_stand_in(&self, texts: &[&str]) -> bool {
        let stems = Stems::new();
        self.phrases.iter().all(|phrase| {
            texts.iter().any(|text| {
                let spoken: Vec<Vec<String>> = words(text).map(|word| of_word(word.text, &stems)).collect();
                spoken.windows(phrase.len()).any(|window| window.iter().zip(phrase).all(|(word, terms)| meets(word, terms)))
            })
        })
    }

    /// Whether a word of a text is one that is looked for.
    pub(super) fn wants(&self, word: &str, stems: &Stems) -> bool {
        let word = of_word(word, stems);
        self.all.iter().any(|terms| meets(&word, terms))
    }
}

fn terms(word: &str, stems: &Stems) -> Vec<Term> {
    of_word(word, stems).into_iter().map(|text| Term { text, begins: false }).collect()
}

fn of_word(word: &str, stems: &Stems) -> Vec<String> {
    let mut terms = Vec::with_capacity(2);
    stems.each(word, Latin::Both, |term| terms.push(term));
    terms
}

fn meets(word: &[String], terms: &[Term]) -> bool {
    terms.iter().any(|term| word.iter().any(|of| if term.begins { of.starts_with(&term.text) } else { *of == term.text }))
}
