//! What differs between two states of a case, and how that is taken back.

use crate::AppError;
use okno_model::doc::{CaseDoc, FieldChange};
use serde_json::{Map, Value};

/// Fields whose changes are history, and can be taken back. The others follow from these, or count.
const FIELDS: &[&str] = &[
    "kind",
    "title",
    "topic",
    "customer",
    "state",
    "assignee",
    "team",
    "queue",
    "priority",
    "tags",
    "watchers",
    "links",
    "checklist",
    "page",
];

/// What differs, field by field.
pub(super) fn changes(before: &CaseDoc, after: &CaseDoc) -> Result<Vec<FieldChange>, AppError> {
    let (before, after) = (fields(before)?, fields(after)?);
    let value = |of: &Map<String, Value>, field: &str| of.get(field).cloned().unwrap_or_default();
    let all =
        FIELDS.iter().map(|&field| FieldChange { field: field.to_owned(), before: value(&before, field), after: value(&after, field) });
    Ok(all.filter(|change| change.before != change.after).collect())
}

/// The case as it was before these changes, as far as nobody has changed the same fields since.
pub(super) fn taken_back(case: &CaseDoc, changes: &[FieldChange]) -> Result<CaseDoc, AppError> {
    let mut all = fields(case)?;
    for change in changes {
        let now = all.get(&change.field).cloned().unwrap_or_default();
        if now != change.after {
            return Err(AppError::conflict(
                "changed_since",
                format!("`{}` was changed again since; look at the newer entries of the history first", change.field),
            ));
        }
        all.insert(change.field.clone(), change.before.clone());
    }
    serde_json::from_value(Value::Object(all)).map_err(|e| AppError::Internal(e.to_string()))
}

fn fields(case: &CaseDoc) -> Result<Map<String, Value>, AppError> {
    match serde_json::to_value(case) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(AppError::Internal("a case is an object".to_owned())),
        Err(error) => Err(AppError::Internal(error.to_string())),
    }
}
