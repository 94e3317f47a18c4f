//! Conditions of the query language as SQL. Only what a list's [`Columns`] name can reach a statement; every value is a parameter.

use crate::Value;
use okno_model::query::{Condition, Test};

/// Where the fields of one list are stored.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// Fields by their names in the schema.
    pub fields: &'static [(&'static str, Stored)],
    /// The column with the row's text in lower case, for words without a field.
    pub text: &'static str,
}

/// Where a field is stored.
#[derive(Debug, Clone, Copy)]
pub enum Stored {
    /// In a column of the row. Text in it is lower case; NULL is *absent*.
    Column(&'static str),
    /// In rows of another table: `SELECT 1 FROM <from> WHERE <on>` finds them, `<column>` holds the value.
    Rows {
        /// Table with an alias of its own.
        from: &'static str,
        /// What ties it to the row of the list.
        on: &'static str,
        /// The column.
        column: &'static str,
    },
}

/// The condition as a piece of a WHERE clause; what it needs is added to `values`, whose places it continues.
///
/// # Panics
/// If the condition names a field that `columns` lacks: the list's schema and its columns are written together, and a test
/// of each list walks over both.
pub fn sql(condition: &Condition, columns: &Columns, values: &mut Vec<Value>) -> String {
    match condition {
        Condition::All(parts) if parts.is_empty() => "1 = 1".to_owned(),
        Condition::All(parts) => join(parts, " AND ", columns, values),
        Condition::Any(parts) if parts.is_empty() => "1 = 0".to_owned(),
        Condition::Any(parts) => join(parts, " OR ", columns, values),
        // What is unknown of a row without the field is *not* so.
        Condition::Not(inner) => format!("NOT COALESCE({}, FALSE)", sql(inner, columns, values)),
        Condition::Text(text) => like(columns.text, text, values),
        Condition::Field { field, test } => {
            let (_, stored) = columns.fields.iter().find(|(name, _)| name == field).expect("every field of a schema has its column");
            match stored {
                Stored::Column(column) => compare(column, test, values),
                Stored::Rows { from, on, column } => match test {
                    Test::Absent => format!("(NOT EXISTS (SELECT 1 FROM {from} WHERE {on}))"),
                    Test::Word(_) | Test::Contains(_) | Test::Ids(_) | Test::Within { .. } | Test::Flag(_) => {
                        format!("(EXISTS (SELECT 1 FROM {from} WHERE {on} AND {}))", compare(column, test, values))
                    }
                },
            }
        }
    }
}

fn join(parts: &[Condition], between: &str, columns: &Columns, values: &mut Vec<Value>) -> String {
    let parts: Vec<String> = parts.iter().map(|part| sql(part, columns, values)).collect();
    format!("({})", parts.join(between))
}

fn compare(column: &str, test: &Test, values: &mut Vec<Value>) -> String {
    match test {
        Test::Absent => format!("({column} IS NULL)"),
        Test::Word(word) => format!("({column} = {})", place(word.as_str().into(), values)),
        Test::Contains(part) => like(column, part, values),
        Test::Flag(flag) => format!("({column} = {})", place((*flag).into(), values)),
        Test::Ids(ids) => {
            let places: Vec<String> = ids.iter().map(|id| place((*id).into(), values)).collect();
            if places.is_empty() { "(1 = 0)".to_owned() } else { format!("({column} IN ({}))", places.join(", ")) }
        }
        Test::Within { from, until } => {
            let mut parts = Vec::new();
            for (bound, sign) in [(from, ">="), (until, "<")] {
                parts.extend(bound.map(|bound| format!("{column} {sign} {}", place(bound.into(), values))));
            }
            if parts.is_empty() { format!("({column} IS NOT NULL)") } else { format!("({})", parts.join(" AND ")) }
        }
    }
}

/// A part of a text, letter by letter: `%` and `_` are letters here.
fn like(column: &str, part: &str, values: &mut Vec<Value>) -> String {
    let quoted = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("({column} LIKE {} ESCAPE '\\')", place(format!("%{quoted}%").into(), values))
}

fn place(value: Value, values: &mut Vec<Value>) -> String {
    values.push(value);
    format!("${}", values.len())
}
