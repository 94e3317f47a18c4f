//! Conditions over documents of one kind: what a typed query means once every name and time in it is known.

use uuid::Uuid;

/// What a document must be like to be found. Every field name in it comes from the schema that the query was checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of these; nothing means every document.
    All(Vec<Condition>),
    /// At least one of these.
    Any(Vec<Condition>),
    /// Not this. A document that lacks the field is not like it, so it is found.
    Not(Box<Condition>),
    /// A field is so.
    Field {
        /// Its name in the schema.
        field: String,
        /// How it must be.
        test: Test,
    },
    /// Its text has this in it; lower case.
    Text(String),
}

/// How a field must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It is not set.
    Absent,
    /// Exactly this word.
    Word(String),
    /// This in it, lower case.
    Contains(String),
    /// One of these.
    Ids(Vec<Uuid>),
    /// From the first, inclusive, until the second, exclusive: a number, or milliseconds since the epoch.
    Within {
        /// No bound below, if `None`.
        from: Option<i64>,
        /// No bound above, if `None`.
        until: Option<i64>,
    },
    /// Yes or no.
    Flag(bool),
}

impl Condition {
    /// What every document fulfills.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }
}
