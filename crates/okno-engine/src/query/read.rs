//! A value of a term, by the kind of its field.

use super::{
    Fault, Field, Kind, Op, QueryError, Span, Value,
    schema::nearest,
    time::{self, Time},
};

/// Reads one value. Quotes make `none` and `any` ordinary words.
pub(super) fn value(field: &Field, op: Op, text: &str, quoted: bool, at: Span) -> Result<Value, QueryError> {
    let fail = |fault| QueryError { at: at.clone(), fault };
    let equal = matches!(op, Op::Is | Op::Exactly);
    let compares = matches!(field.kind, Kind::Number | Kind::Time);
    if !equal && !compares {
        return Err(fail(Fault::Compare { field: field.name.clone(), sign: op.sign().to_owned() }));
    }
    if equal && !quoted {
        match text {
            "none" | "нет" | "brak" if !matches!(field.kind, Kind::Flag) => return Ok(Value::Absent),
            "any" | "любой" | "dowolny" => return Ok(Value::Present),
            _ => {}
        }
    }
    match &field.kind {
        Kind::Choice(words) => {
            let word = text.to_lowercase();
            if words.contains(&word) {
                return Ok(Value::Word(word));
            }
            let nearest = nearest(words.iter().map(String::as_str), &word).map(str::to_owned);
            Err(fail(Fault::Word { field: field.name.clone(), value: text.to_owned(), nearest, words: words.clone() }))
        }
        Kind::Text => Ok(Value::Text(text.to_lowercase())),
        Kind::Flag => match text.to_lowercase().as_str() {
            "yes" | "true" | "да" | "tak" => Ok(Value::Flag(true)),
            "no" | "false" | "нет" | "nie" => Ok(Value::Flag(false)),
            _ => Err(fail(Fault::Flag { field: field.name.clone() })),
        },
        Kind::Reference(of) => Ok(Value::Name { name: text.to_owned(), of: *of, span: at }),
        Kind::Number => numbers(text, equal).map_err(fail),
        Kind::Time => times(text, equal).map_err(fail),
    }
}

fn numbers(text: &str, equal: bool) -> Result<Value, Fault> {
    let wrong = || Fault::Number { value: text.to_owned() };
    let (from, to) = ends(text, |end| end.parse::<i64>().ok()).ok_or_else(wrong)?;
    if !equal && (from.is_none() || from != to) {
        return Err(wrong());
    }
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(Fault::Range { value: text.to_owned() });
    }
    Ok(Value::Numbers { from, to })
}

fn times(text: &str, equal: bool) -> Result<Value, Fault> {
    let wrong = || Fault::Time { value: text.to_owned() };
    let (from, to) = ends(text, time::parse).ok_or_else(wrong)?;
    if text.contains("..") {
        return if equal { Ok(Value::Times { from, to }) } else { Err(wrong()) };
    }
    if equal && from.is_some_and(Time::is_moment) {
        return Err(Fault::Moment { value: text.to_owned() });
    }
    Ok(Value::Times { from, to })
}

/// `a..b`, `a..`, `..b`, or `a` as both ends.
fn ends<T: Copy>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<(Option<T>, Option<T>)> {
    let Some((from, to)) = text.split_once("..") else {
        let one = read(text)?;
        return Some((Some(one), Some(one)));
    };
    let end = |part: &str| if part.is_empty() { Some(None) } else { read(part).map(Some) };
    let (from, to) = (end(from)?, end(to)?);
    (from.is_some() || to.is_some()).then_some((from, to))
}
