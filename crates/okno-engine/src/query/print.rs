//! The query as it would be typed: what [`super::parse`] reads back to the same.

use super::{Node, Op, Query, Value, parse::needs_quotes};
use std::fmt::{self, Display, Formatter};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        node(&self.root, true, f)
    }
}

fn node(n: &Node, top: bool, f: &mut Formatter<'_>) -> fmt::Result {
    match n {
        Node::All(parts) => group(parts, " ", top, f),
        Node::Any(parts) => group(parts, " OR ", top, f),
        Node::Not(inner) => {
            f.write_str("-")?;
            node(inner, false, f)
        }
        Node::Text(text) => word(text, f),
        Node::Term { field, op, values } => {
            write!(f, "{field}{}", op.sign())?;
            for (i, v) in values.iter().enumerate() {
                if i > 0 {
                    f.write_str(",")?;
                }
                value(v, *op, f)?;
            }
            Ok(())
        }
    }
}

fn group(parts: &[Node], between: &str, top: bool, f: &mut Formatter<'_>) -> fmt::Result {
    let (open, close) = if top { ("", "") } else { ("(", ")") };
    f.write_str(open)?;
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        node(part, false, f)?;
    }
    f.write_str(close)
}

fn value(v: &Value, op: Op, f: &mut Formatter<'_>) -> fmt::Result {
    match v {
        Value::Absent => f.write_str("none"),
        Value::Present => f.write_str("any"),
        Value::Word(text) | Value::Text(text) | Value::Name { name: text, .. } => {
            // Without quotes these would mean something else.
            let special = matches!(text.as_str(), "none" | "нет" | "brak" | "any" | "любой" | "dowolny");
            if special { write!(f, "\"{text}\"") } else { word(text, f) }
        }
        Value::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
        Value::Numbers { from, to } => range(from.as_ref(), to.as_ref(), op, f),
        Value::Times { from, to } => range(from.as_ref(), to.as_ref(), op, f),
    }
}

/// One value where both ends are the same: `3..3` is `3`. A moment must keep its two ends.
fn range<T: Display + PartialEq>(from: Option<&T>, to: Option<&T>, op: Op, f: &mut Formatter<'_>) -> fmt::Result {
    let equal = matches!(op, Op::Is | Op::Exactly);
    match (from, to) {
        (Some(from), Some(to)) if from == to && !(equal && is_moment(&from.to_string())) => write!(f, "{from}"),
        _ => {
            if let Some(from) = from {
                write!(f, "{from}")?;
            }
            f.write_str("..")?;
            to.map_or(Ok(()), |to| write!(f, "{to}"))
        }
    }
}

fn is_moment(text: &str) -> bool {
    text.parse::<i64>().is_err() && super::time::parse(text).is_some_and(super::Time::is_moment)
}

fn word(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if needs_quotes(text) { write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) } else { f.write_str(text) }
}
