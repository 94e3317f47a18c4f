//! What people write into cases, checked.

use crate::{AppError, config};
use okno_model::{
    CustomerId,
    doc::{CaseDoc, CheckItem, CustomerDoc, QueueDoc, TeamDoc, TopicDoc, UserDoc},
    input::CaseInput,
    limits,
};
use okno_store::Tx;

/// Characters of a title.
pub(super) const TITLE_CHARS: usize = 200;
/// Characters of a comment.
pub(super) const COMMENT_CHARS: usize = limits::MESSAGE_CHARS;
/// Tags of one case, and characters of each.
const TAGS: usize = 20;
const TAG_CHARS: usize = 40;
/// 9 is the first.
const PRIORITY_MAX: u8 = 9;
/// Watchers, links and things to be done of one case.
const LIST_MAX: usize = 50;
/// Conversations of one case: its document must stay small enough to be sent with each change.
pub(super) const INTERACTIONS: usize = 500;

/// Writes a change into the case. The state is not touched.
pub(super) fn apply(tx: &mut Tx<'_>, input: CaseInput, case: &mut CaseDoc) -> Result<(), AppError> {
    case.kind = input.kind.unwrap_or(case.kind);
    if let Some(title) = input.title {
        case.title = title_of(&title)?;
    }
    if let Some(customer) = input.customer {
        set_customer(tx, case, customer)?;
    }
    if let Some(topic) = input.topic {
        case.topic = topic;
    }
    if let Some(assignee) = input.assignee {
        case.assignee = assignee;
    }
    if let Some(team) = input.team {
        case.team = team;
    }
    if let Some(queue) = input.queue {
        case.queue = queue;
    }
    case.priority = input.priority.unwrap_or(case.priority);
    if let Some(tags) = input.tags {
        case.tags = tags_of(tags)?;
    }
    if let Some(watchers) = input.watchers {
        case.watchers = watchers;
        case.watchers.sort_unstable();
        case.watchers.dedup();
    }
    case.links = input.links.unwrap_or_else(|| std::mem::take(&mut case.links));
    if let Some(checklist) = input.checklist {
        case.checklist = checklist.into_iter().map(|item| CheckItem { text: item.text.trim().to_owned(), ..item }).collect();
    }
    check(tx, case)
}

/// Whose it is, with what the case repeats of him.
pub(super) fn set_customer(tx: &mut Tx<'_>, case: &mut CaseDoc, customer: Option<CustomerId>) -> Result<(), AppError> {
    let found = match customer {
        Some(id) => Some(tx.get::<CustomerDoc>(id)?.ok_or_else(|| AppError::invalid("customer", "unknown", "there is no such customer"))?),
        None => None,
    };
    case.customer = customer;
    case.language = found.as_ref().and_then(|customer| customer.language.clone());
    case.customer_name = found.map(|customer| customer.name).unwrap_or_default();
    Ok(())
}

pub(super) fn title_of(text: &str) -> Result<String, AppError> {
    let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() {
        return Err(AppError::invalid("title", "required", "say in a few words what the customer wants"));
    }
    config::limited("title", &title, TITLE_CHARS)?;
    Ok(title)
}

pub(super) fn tags_of(tags: Vec<String>) -> Result<Vec<String>, AppError> {
    let mut clean: Vec<String> = tags.into_iter().map(|tag| tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()).collect();
    clean.sort();
    clean.dedup();
    if clean.len() > TAGS {
        return Err(AppError::invalid("tags", "too_many", format!("a case has at most {TAGS} tags")));
    }
    for tag in &clean {
        config::limited("tags", tag, TAG_CHARS)?;
        if tag.chars().any(|c| c.is_control() || c.is_whitespace() || c == ',') {
            return Err(AppError::invalid("tags", "bad_characters", "a tag is one word without spaces and commas"));
        }
    }
    Ok(clean)
}

pub(super) fn comment_of(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid("text", "required", "write something"));
    }
    config::limited("text", text, COMMENT_CHARS)?;
    Ok(text.to_owned())
}

/// Everything that a case names must exist.
pub(super) fn check(tx: &mut Tx<'_>, case: &CaseDoc) -> Result<(), AppError> {
    if case.priority > PRIORITY_MAX {
        return Err(AppError::invalid("priority", "out_of_range", format!("`priority` must be 0 to {PRIORITY_MAX}")));
    }
    for (field, many) in [("watchers", case.watchers.len()), ("links", case.links.len()), ("checklist", case.checklist.len())] {
        if many > LIST_MAX {
            return Err(AppError::invalid(field, "too_many", format!("`{field}` has at most {LIST_MAX}")));
        }
    }
    for item in &case.checklist {
        config::limited("checklist", &item.text, TITLE_CHARS)?;
        if item.text.is_empty() {
            return Err(AppError::invalid("checklist", "required", "say what has to be done"));
        }
    }
    if case.links.iter().any(|link| link.case == case.id) {
        return Err(AppError::invalid("links", "circle", "a case cannot be linked to itself"));
    }
    let unknown = |field, what| AppError::invalid(field, "unknown", format!("there is no such {what}"));
    if let Some(id) = case.assignee {
        let user = tx.get::<UserDoc>(id)?.ok_or_else(|| unknown("assignee", "user"))?;
        if user.disabled {
            return Err(AppError::invalid("assignee", "disabled", format!("{} does not work here any more", user.name)));
        }
    }
    for id in &case.watchers {
        tx.get::<UserDoc>(*id)?.ok_or_else(|| unknown("watchers", "user"))?;
    }
    if let Some(id) = case.team {
        tx.get::<TeamDoc>(id)?.ok_or_else(|| unknown("team", "team"))?;
    }
    if let Some(id) = case.topic {
        tx.get::<TopicDoc>(id)?.ok_or_else(|| unknown("topic", "topic"))?;
    }
    if let Some(id) = case.queue {
        tx.get::<QueueDoc>(id)?.ok_or_else(|| unknown("queue", "queue"))?;
    }
    Ok(())
}
