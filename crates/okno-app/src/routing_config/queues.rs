//! Commands and queries of queues.

use super::choice;
use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    config,
};
use okno_model::{
    QueueId,
    doc::{ChannelDoc, QueueDoc, SkillDoc, WrapupMode},
    event::What,
    input::QueueInput,
    limits::{PRIORITY_MAX, SKILL_LEVEL_MAX, WRAPUP_MAX_SECONDS},
    right::{Right, Scope},
};
use okno_store::Tx;

const DAY: u32 = 24 * 60 * 60;

/// A queue with the field's usual start values.
pub fn default_queue(id: QueueId) -> QueueDoc {
    QueueDoc::new(id, "")
}

/// All queues, archived ones too: history names them. Seen by everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<QueueDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One queue.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: QueueId) -> Result<QueueDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("queue"))).await
}

/// Makes a queue.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: QueueInput, once: Option<Once>) -> Result<QueueDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let mut queue = default_queue(ctx_in.id(QueueId::new));
            apply(&mut queue, input)?;
            check(tx, &queue)?;
            config::save(tx, &ctx_in, &actor, None, &queue, &queue.name, What::QueueChanged)?;
            Ok(queue)
        })
    })
    .await
}

/// Changes a queue.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`]; [`AppError::Conflict`] `in_use` for archiving a queue that is still led to.
pub async fn update(ctx: &Ctx, actor: &Actor, id: QueueId, input: QueueInput) -> Result<QueueDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: QueueDoc = tx.lock(id)?.ok_or(AppError::not_found("queue"))?;
        let mut after = before.clone();
        apply(&mut after, input)?;
        check(tx, &after)?;
        if after.archived && !before.archived {
            unused(tx, id)?;
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::QueueChanged)?;
        Ok(after)
    })
    .await
}

/// Archives a queue.
///
/// # Errors
/// As [`update`].
pub async fn archive(ctx: &Ctx, actor: &Actor, id: QueueId) -> Result<QueueDoc, AppError> {
    update(ctx, actor, id, QueueInput { archived: Some(true), ..QueueInput::default() }).await
}

/// A queue as it would be after a change that nobody has saved; a new one without an id.
///
/// # Errors
/// As [`create`] and [`update`], but for the right.
pub(crate) fn draft(tx: &mut Tx<'_>, ctx: &Ctx, id: Option<QueueId>, input: QueueInput) -> Result<QueueDoc, AppError> {
    let mut queue = match id {
        Some(id) => tx.get(id)?.ok_or(AppError::not_found("queue"))?,
        None => default_queue(ctx.id(QueueId::new)),
    };
    // A new queue has no name before it is saved.
    let nameless = id.is_none() && input.name.is_none();
    apply(&mut queue, input)?;
    if nameless {
        queue.name = queue.id.to_string();
    }
    check(tx, &queue)?;
    Ok(queue)
}

fn apply(queue: &mut QueueDoc, input: QueueInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        queue.name = config::name("name", &name)?;
    }
    macro_rules! take {
        ($($field:ident)*) => { $(if let Some(value) = input.$field { queue.$field = value; })* };
    }
    take! {
        strategy priority ageing_seconds skills chat_offer_seconds email_offer_seconds voice_offer_seconds no_answer_delay_seconds
        decline_delay_seconds wrapup wrapup_extensions wrapup_extension_seconds reserve busy_delay_seconds
        answer_within_seconds overflows hours closed closing full empty archived
        order score weight skills_mode delay_seconds tiers rings rings_survive_transfer ring_seconds preferred_seconds window
        announce recovery
    }
    Ok(())
}

fn check(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<(), AppError> {
    config::name("name", &queue.name)?;
    config::unique(tx, "queue", queue, |q| &q.name, |a, b| a.id == b.id)?;
    config::within("priority", queue.priority.into(), 0..=PRIORITY_MAX.into())?;
    config::within("ageing_seconds", queue.ageing_seconds, 0..=DAY)?;
    config::within("chat_offer_seconds", queue.chat_offer_seconds, 5..=600)?;
    config::within("email_offer_seconds", queue.email_offer_seconds, 5..=DAY)?;
    config::within("voice_offer_seconds", queue.voice_offer_seconds, 5..=600)?;
    config::within("no_answer_delay_seconds", queue.no_answer_delay_seconds, 0..=DAY)?;
    config::within("decline_delay_seconds", queue.decline_delay_seconds, 0..=DAY)?;
    config::within("answer_within_seconds", queue.answer_within_seconds, 10..=90 * DAY)?;
    if let WrapupMode::Timed { seconds }
    | WrapupMode::Fixed { seconds }
    | WrapupMode::OptionalTimed { seconds }
    | WrapupMode::AgentRequested { seconds } = queue.wrapup
    {
        config::within("wrapup", seconds, 1..=WRAPUP_MAX_SECONDS)?;
    }
    config::within("wrapup_extensions", queue.wrapup_extensions.into(), 0..=20)?;
    config::within("wrapup_extension_seconds", queue.wrapup_extension_seconds, 5..=WRAPUP_MAX_SECONDS)?;
    config::within("reserve", queue.reserve.into(), 0..=200)?;
    config::within("busy_delay_seconds", queue.busy_delay_seconds, 0..=DAY)?;
    for (index, required) in queue.skills.iter().enumerate() {
        if tx.get::<SkillDoc>(required.skill)?.is_none() {
            return Err(AppError::invalid("skills", "unknown", "one of the skills does not exist"));
        }
        config::within("skills", required.level.into(), 1..=SKILL_LEVEL_MAX.into())?;
        if queue.skills[..index].iter().any(|other| other.skill == required.skill) {
            return Err(AppError::invalid("skills", "repeated", "a skill can be required once"));
        }
    }
    choice::check(tx, queue)?;
    super::door::check(tx, queue)
}

/// Refuses to archive a queue that a channel or another queue leads to.
fn unused(tx: &mut Tx<'_>, id: QueueId) -> Result<(), AppError> {
    let channels = tx.list::<ChannelDoc>()?.into_iter().filter(|c| c.queue == id).map(|c| format!("channel `{}`", c.name));
    let mut users: Vec<String> = channels.collect();
    let queues = tx.list::<QueueDoc>()?.into_iter().filter(|q| !q.archived && super::door::leads_to(q).any(|(_, to)| to == id));
    users.extend(queues.map(|q| format!("queue `{}`", q.name)));
    let adding = tx.list::<QueueDoc>()?.into_iter().filter(|q| !q.archived && q.rings.iter().any(|r| r.add_queues.contains(&id)));
    users.extend(adding.map(|q| format!("the rings of queue `{}`", q.name)));
    if users.is_empty() {
        return Ok(());
    }
    Err(AppError::conflict("in_use", format!("lead {} to another queue first", users.join(", "))))
}
