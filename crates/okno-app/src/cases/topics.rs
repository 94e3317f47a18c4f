//! What cases are about: a tree that people walk from the wide to the narrow.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    config,
};
use okno_model::{
    TopicId,
    doc::TopicDoc,
    event::What,
    input::TopicInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Levels of the tree: more than this nobody walks.
const DEPTH: usize = 6;

/// All topics, archived ones too. Seen by everybody who sees cases.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.read`.
pub async fn topics(ctx: &Ctx, actor: &Actor) -> Result<Vec<TopicDoc>, AppError> {
    actor.require_any(&[Right::CaseRead])?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// Makes a topic.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.manage` over everything; [`AppError::Invalid`] with the field.
pub async fn create_topic(ctx: &Ctx, actor: &Actor, input: TopicInput, once: Option<Once>) -> Result<TopicDoc, AppError> {
    actor.require(Right::CaseManage, Scope::All)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, inner.now(), |tx| {
            let mut topic = TopicDoc { id: inner.id(TopicId::new), name: String::new(), parent: None, archived: false };
            apply(tx, &mut topic, TopicInput { name: Some(input.name.unwrap_or_default()), ..input })?;
            config::save(tx, &inner, &actor, None, &topic, &topic.name, What::TopicChanged)?;
            Ok(topic)
        })
    })
    .await
}

/// Changes a topic.
///
/// # Errors
/// As [`create_topic`]; [`AppError::NotFound`].
pub async fn update_topic(ctx: &Ctx, actor: &Actor, id: TopicId, input: TopicInput) -> Result<TopicDoc, AppError> {
    actor.require(Right::CaseManage, Scope::All)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: TopicDoc = tx.lock(id)?.ok_or(AppError::not_found("topic"))?;
        let mut after = before.clone();
        apply(tx, &mut after, input)?;
        config::save(tx, &inner, &actor, Some(&before), &after, &after.name, What::TopicChanged)?;
        Ok(after)
    })
    .await
}

fn apply(tx: &mut Tx<'_>, topic: &mut TopicDoc, input: TopicInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        topic.name = config::name("name", &name)?;
    }
    topic.parent = input.parent.unwrap_or(topic.parent);
    topic.archived = input.archived.unwrap_or(topic.archived);
    let all: Vec<TopicDoc> = tx.list()?;
    let wanted = topic.name.to_lowercase();
    if all.iter().any(|other| other.id != topic.id && other.parent == topic.parent && other.name.to_lowercase() == wanted) {
        return Err(AppError::invalid("name", "taken", "there is a topic with this name at this place already"));
    }
    let mut above = topic.parent;
    for _ in 1..DEPTH {
        let Some(id) = above else { return Ok(()) };
        if id == topic.id {
            return Err(AppError::invalid("parent", "circle", "a topic cannot stand below itself"));
        }
        let parent = all.iter().find(|other| other.id == id);
        above = parent.ok_or_else(|| AppError::invalid("parent", "unknown", "there is no such topic"))?.parent;
    }
    match above {
        None => Ok(()),
        Some(_) => Err(AppError::invalid("parent", "too_deep", format!("the tree has at most {DEPTH} levels"))),
    }
}

/// A topic and everything below it.
pub(super) fn below(tx: &mut Tx<'_>, top: TopicId) -> Result<Vec<TopicId>, AppError> {
    let all: Vec<TopicDoc> = tx.list()?;
    let mut found = vec![top];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        next += 1;
        let children = all.iter().filter(|topic| topic.parent == Some(parent) && !found.contains(&topic.id)).map(|topic| topic.id);
        let children: Vec<TopicId> = children.collect();
        found.extend(children);
    }
    Ok(found)
}
