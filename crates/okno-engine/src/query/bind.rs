//! From terms to a condition: names become ids, times become instants.

use super::{Fault, Node, Op, Query, QueryError, Reference, Value};
use jiff::tz::TimeZone;
use okno_model::{
    Timestamp,
    query::{Condition, Test},
};
use uuid::Uuid;

/// Who knows the ids of names.
pub trait Names {
    /// What keeps him from knowing.
    type Error;

    /// The ids of everything of this kind with this name; none if nothing has it, or nothing that the asker may know of.
    fn find(&mut self, of: Reference, name: &str) -> Result<Vec<Uuid>, Self::Error>;
}

/// Nobody has a name.
#[derive(Debug, Clone, Copy)]
pub struct NoNames;

impl Names for NoNames {
    type Error = std::convert::Infallible;

    fn find(&mut self, _of: Reference, _name: &str) -> Result<Vec<Uuid>, Self::Error> {
        Ok(Vec::new())
    }
}

impl Query {
    /// What it means now, in this time zone.
    ///
    /// # Errors
    /// The outer one is that of `names`; the inner one tells which name is unknown or which time is beyond the calendar.
    pub fn bind<N: Names>(&self, names: &mut N, now: Timestamp, zone: &TimeZone) -> Result<Result<Condition, QueryError>, N::Error> {
        Binding { names, now, zone }.node(&self.root)
    }
}

struct Binding<'a, N> {
    names: &'a mut N,
    now: Timestamp,
    zone: &'a TimeZone,
}

/// An error of the names, or of the query.
type Bound<T, E> = Result<Result<T, QueryError>, E>;

impl<N: Names> Binding<'_, N> {
    fn node(&mut self, node: &Node) -> Bound<Condition, N::Error> {
        Ok(Ok(match node {
            Node::All(parts) => match self.nodes(parts)? {
                Ok(parts) => Condition::All(parts),
                Err(error) => return Ok(Err(error)),
            },
            Node::Any(parts) => match self.nodes(parts)? {
                Ok(parts) => Condition::Any(parts),
                Err(error) => return Ok(Err(error)),
            },
            Node::Not(inner) => match self.node(inner)? {
                Ok(inner) => Condition::Not(Box::new(inner)),
                Err(error) => return Ok(Err(error)),
            },
            Node::Text(text) => Condition::Text(text.to_lowercase()),
            Node::Term { field, op, values } => {
                let mut any = Vec::with_capacity(values.len());
                for value in values {
                    match self.value(field, *op, value)? {
                        Ok(condition) => any.push(condition),
                        Err(error) => return Ok(Err(error)),
                    }
                }
                if any.len() == 1 { any.remove(0) } else { Condition::Any(any) }
            }
        }))
    }

    fn nodes(&mut self, nodes: &[Node]) -> Bound<Vec<Condition>, N::Error> {
        let mut all = Vec::with_capacity(nodes.len());
        for node in nodes {
            match self.node(node)? {
                Ok(condition) => all.push(condition),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(all))
    }

    /// A time that is not there has no bounds; one that the calendar does not have is an error.
    fn bounds(&self, time: Option<&super::Time>) -> Result<Option<(i64, i64)>, Beyond> {
        time.map(|time| time.bounds(self.now, self.zone).ok_or(Beyond)).transpose()
    }

    fn value(&mut self, field: &str, op: Op, value: &Value) -> Bound<Condition, N::Error> {
        let is = |test| Condition::Field { field: field.to_owned(), test };
        Ok(Ok(match value {
            Value::Absent => is(Test::Absent),
            Value::Present => Condition::Not(Box::new(is(Test::Absent))),
            Value::Word(word) => is(Test::Word(word.clone())),
            Value::Text(text) if op == Op::Exactly => is(Test::Word(text.clone())),
            Value::Text(text) => is(Test::Contains(text.clone())),
            Value::Flag(flag) => is(Test::Flag(*flag)),
            Value::Name { name, of, span } => {
                let ids = self.names.find(*of, name)?;
                if ids.is_empty() {
                    return Ok(Err(QueryError { at: span.clone(), fault: Fault::Name { name: name.clone() } }));
                }
                is(Test::Ids(ids))
            }
            Value::Numbers { from, to } => {
                let after = |n: Option<i64>| n.and_then(|n| n.checked_add(1));
                is(within(op, *from, *to, after(*to)))
            }
            Value::Times { from, to } => {
                let (Ok(first), Ok(last)) = (self.bounds(from.as_ref()), self.bounds(to.as_ref())) else {
                    let value = [from, to].into_iter().flatten().map(ToString::to_string).collect::<Vec<_>>().join("..");
                    return Ok(Err(QueryError { at: 0..0, fault: Fault::Time { value } }));
                };
                // What comes after an instant is the next millisecond; after a period, its end.
                let after = last.map(|(from, until)| until.max(from + 1));
                is(within(op, first.map(|(from, _)| from), last.map(|(from, _)| from), after))
            }
        }))
    }
}

/// A time that the calendar does not reach.
struct Beyond;

/// The part of the line that a comparison leaves: `from` and `to` begin the lowest and the highest value, `after` follows the highest.
fn within(op: Op, from: Option<i64>, to: Option<i64>, after: Option<i64>) -> Test {
    match op {
        Op::Is | Op::Exactly => Test::Within { from, until: after },
        Op::Less => Test::Within { from: None, until: to },
        Op::LessOrEqual => Test::Within { from: None, until: after },
        Op::Greater => Test::Within { from: after.or(Some(i64::MAX)), until: None },
        Op::GreaterOrEqual => Test::Within { from, until: None },
    }
}
