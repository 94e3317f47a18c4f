//! What can be asked about one kind of document.

/// The fields of one kind of document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    fields: Vec<Field>,
}

/// A field that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name: lower-case letters, digits, `_` and `.`, beginning with a letter.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One of these words.
    Choice(Vec<String>),
    /// Text; `:` looks for a part of it, `=` for the whole.
    Text,
    /// A whole number.
    Number,
    /// An instant.
    Time,
    /// Yes or no.
    Flag,
    /// Something with a name and an id.
    Reference(Reference),
}

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A user; `me` is who asks.
    User,
    /// A team or department.
    Team,
    /// A queue.
    Queue,
    /// A customer.
    Customer,
    /// An organization.
    Organization,
    /// A topic, with all below it.
    Topic,
}

impl Schema {
    /// With these fields. A name that is there twice counts once, as it was first.
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields }
    }

    /// All fields.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field whose name is most like `name`, if one is near enough to be a slip of the finger.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(self.fields.iter().map(|field| field.name.as_str()), name)
    }
}

/// The candidate that needs the fewest changes to become `word`, at most a third of its letters.
pub(super) fn nearest<'a>(candidates: impl Iterator<Item = &'a str>, word: &str) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    candidates.map(|candidate| (changes(candidate, word), candidate)).filter(|(n, _)| *n <= allowed).min().map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters.
fn changes(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let swapped = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = swapped.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
