//! What is wrong with a query, as data.

use super::{QUERY_CHARS, QUERY_DEPTH, QUERY_TERMS, Span};

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct QueryError {
    /// Where it is; empty at the end of the text if something is missing there.
    pub at: Span,
    /// What it is.
    pub fault: Fault,
}

/// What is wrong with a query; whoever typed it reads it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Over [`QUERY_CHARS`].
    #[error("the query is longer than {QUERY_CHARS} characters; make it shorter")]
    Long,
    /// Over [`QUERY_TERMS`].
    #[error("the query has more than {QUERY_TERMS} terms; make it shorter")]
    Terms,
    /// Over [`QUERY_DEPTH`].
    #[error("the query is nested more than {QUERY_DEPTH} deep; write it flatter")]
    Deep,
    /// A quote that does not end.
    #[error("a quote does not end; close it with \"")]
    Quote,
    /// `(` without `)`.
    #[error("a parenthesis does not end; close it with )")]
    Open,
    /// `)` without `(`.
    #[error("there is no ( before this ); remove it")]
    Close,
    /// `OR`, `-` or `(` with nothing after it.
    #[error("something must follow here: a word or a term as `state:open`")]
    Missing,
    /// No such field.
    #[error("there is no field `{name}`{}; in quotes it is looked for as text", near(.nearest.as_deref()))]
    Field {
        /// As typed.
        name: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// A term without a value.
    #[error("`{field}` needs a value, or `none`, or `any`")]
    Value {
        /// The field.
        field: String,
    },
    /// A comparison that the field does not have.
    #[error("`{field}` cannot be compared with {sign}; use : or =")]
    Compare {
        /// The field.
        field: String,
        /// As typed.
        sign: String,
    },
    /// Not one of the field's words.
    #[error("`{field}` cannot be `{value}`{}; it is one of: {}", near(.nearest.as_deref()), .words.join(", "))]
    Word {
        /// The field.
        field: String,
        /// As typed.
        value: String,
        /// What may have been meant.
        nearest: Option<String>,
        /// What it can be.
        words: Vec<String>,
    },
    /// Not a number.
    #[error("`{value}` is not a whole number; write 3, or 3..5")]
    Number {
        /// As typed.
        value: String,
    },
    /// Not a time.
    #[error("`{value}` is not a time; write 2026-11-22, 2026-11, today, 2h (in two hours) or -3d (three days ago)")]
    Time {
        /// As typed.
        value: String,
    },
    /// Equality with an instant.
    #[error("`{value}` is a moment, and nothing is exactly then; use < or >, or a day as `today`")]
    Moment {
        /// As typed.
        value: String,
    },
    /// Neither yes nor no.
    #[error("`{field}` is yes or no")]
    Flag {
        /// The field.
        field: String,
    },
    /// A range whose end is before its beginning.
    #[error("`{value}` ends before it begins; turn it round")]
    Range {
        /// As typed.
        value: String,
    },
    /// Nothing has this name.
    #[error("nothing here is called `{name}`")]
    Name {
        /// As typed.
        name: String,
    },
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

impl Fault {
    /// The stable word of the fault, by which a page finds its text.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Long => "long",
            Self::Terms => "terms",
            Self::Deep => "deep",
            Self::Quote => "quote",
            Self::Open => "open",
            Self::Close => "close",
            Self::Missing => "missing",
            Self::Field { .. } => "field",
            Self::Value { .. } => "value",
            Self::Compare { .. } => "compare",
            Self::Word { .. } => "word",
            Self::Number { .. } => "number",
            Self::Time { .. } => "time",
            Self::Moment { .. } => "moment",
            Self::Flag { .. } => "flag",
            Self::Range { .. } => "range",
            Self::Name { .. } => "name",
        }
    }

    /// What was typed there, or which field it is about; for the page's text.
    pub fn about(&self) -> Option<&str> {
        match self {
            Self::Long | Self::Terms | Self::Deep | Self::Quote | Self::Open | Self::Close | Self::Missing => None,
            Self::Field { name, .. } | Self::Name { name } => Some(name),
            Self::Value { field } | Self::Compare { field, .. } | Self::Flag { field } => Some(field),
            Self::Word { value, .. } | Self::Number { value } | Self::Time { value } | Self::Moment { value } | Self::Range { value } => {
                Some(value)
            }
        }
    }

    /// What may have been meant.
    pub fn nearest(&self) -> Option<&str> {
        match self {
            Self::Field { nearest, .. } | Self::Word { nearest, .. } => nearest.as_deref(),
            Self::Long
            | Self::Terms
            | Self::Deep
            | Self::Quote
            | Self::Open
            | Self::Close
            | Self::Missing
            | Self::Value { .. }
            | Self::Compare { .. }
            | Self::Number { .. }
            | Self::Time { .. }
            | Self::Moment { .. }
            | Self::Flag { .. }
            | Self::Range { .. }
            | Self::Name { .. } => None,
        }
    }
}
