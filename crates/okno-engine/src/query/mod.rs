//! The query language of lists and saved views: `state:open due<2h -tag:vip "broken screen"`.
//!
//! - Terms beside each other must all hold; `OR` between them means at least one; `-` or `NOT` before one means it must
//!   not hold; parentheses group. The keywords are understood in English, Russian and Polish.
//! - A term is `field:value`, with `=`, `!=`, `<`, `<=`, `>`, `>=` where the field can be compared, and `a..b` for a range.
//!   Several values with commas mean any of them; `none` and `any` ask whether there is a value at all.
//! - Words without a field are looked for in the text; quotes keep them together.
//! - A time is a date, a month, a year (periods), or `now`, `2h`, `-3d` (instants, relative to now). A period equals the
//!   instants in it; before and after it are outside of it.
//!
//! A text is checked in two steps: [`parse`] needs nothing but the [`Schema`], so that a page can show errors while
//! somebody types; [`Query::bind`] asks for the ids of names and puts the time in. Errors say where they are, in the
//! units in which browsers count, and are data, so that each language has its own words for them.

mod bind;
mod complete;
mod error;
mod parse;
mod print;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod time;

pub use bind::{Names, NoNames};
pub use complete::{Completion, Proposal, complete};
pub use error::{Fault, QueryError};
pub use parse::parse;
pub use schema::{Field, Kind, Reference, Schema};

use time::Time;

/// Longest text of a query, in characters: a saved view of a busy team stays far below it.
pub const QUERY_CHARS: usize = 1_000;
/// Most terms of a query: each becomes a condition of one SQL statement.
pub const QUERY_TERMS: usize = 64;
/// Deepest nesting of parentheses and negations, so that no text can exhaust the stack.
pub const QUERY_DEPTH: usize = 16;

/// A query that is right as far as its schema can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    root: Node,
}

/// Where in the text something stands: from, until; in UTF-16 units, as browsers count.
pub type Span = std::ops::Range<usize>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Term { field: String, op: Op, values: Vec<Value> },
    Text(String),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    Exactly,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Op {
    const fn sign(self) -> &'static str {
        match self {
            Self::Is => ":",
            Self::Exactly => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// One value of a term, checked against the kind of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// `none`.
    Absent,
    /// `any`.
    Present,
    /// One of the field's words.
    Word(String),
    /// Text.
    Text(String),
    /// The name of something that has an id.
    Name { name: String, of: Reference, span: Span },
    /// A number, or a range of them with both ends.
    Numbers { from: Option<i64>, to: Option<i64> },
    /// A time, or a range of them.
    Times { from: Option<Time>, to: Option<Time> },
    /// Yes or no.
    Flag(bool),
}
