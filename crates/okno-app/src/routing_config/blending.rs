//! Work of several media at once: one set of rules for the workspace.

use crate::{AppError, Ctx, access::Actor, config};
use okno_model::{
    Medium,
    doc::{BlendingDoc, MayReceive},
    event::What,
    input::BlendingInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Longest time after which a customer counts as silent, seconds.
const SILENCE_MAX: u32 = 24 * 60 * 60;

/// The rules; open ones if nobody has written any. Seen by everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<BlendingDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(of).await
}

/// Replaces the rules. What agents have stays theirs; the rules hold for what comes.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn put(ctx: &Ctx, actor: &Actor, input: BlendingInput) -> Result<BlendingDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let before = of(tx)?;
        let after = BlendingDoc {
            id: before.id,
            may_receive: rows(input.may_receive)?,
            interruptible: set("interruptible", input.interruptible)?,
            idle_after_seconds: input.idle_after_seconds,
            idle_weight: input.idle_weight,
            wrapup_blocks: set("wrapup_blocks", input.wrapup_blocks)?,
        };
        if after.interruptible.contains(&Medium::Voice) {
            return Err(AppError::invalid("interruptible", "voice", "a call cannot be interrupted by another call"));
        }
        config::within("idle_after_seconds", after.idle_after_seconds, 0..=SILENCE_MAX)?;
        config::within("idle_weight", after.idle_weight.into(), 0..=100)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, "blending", What::BlendingChanged)?;
        Ok(after)
    });
    changed.await
}

/// The rules of the workspace of a transaction. A workspace that never had any keeps nothing apart.
///
/// # Errors
/// The store's.
pub(crate) fn of(tx: &mut Tx<'_>) -> Result<BlendingDoc, AppError> {
    let ws = tx.ws();
    Ok(tx.get::<BlendingDoc>(ws)?.unwrap_or_else(|| BlendingDoc::open(ws)))
}

/// Each medium once, in order; the medium itself is always a matter of the agent's capacity.
fn rows(rows: Vec<MayReceive>) -> Result<Vec<MayReceive>, AppError> {
    let mut all: Vec<MayReceive> = Vec::new();
    for row in rows {
        if all.iter().any(|other| other.while_on == row.while_on) {
            return Err(AppError::invalid("may_receive", "repeated", format!("`{}` has two rows; give each medium one", row.while_on)));
        }
        all.push(MayReceive { while_on: row.while_on, media: set("may_receive", row.media)? });
    }
    all.sort_by_key(|row| row.while_on);
    Ok(all)
}

fn set(field: &'static str, mut media: Vec<Medium>) -> Result<Vec<Medium>, AppError> {
    media.sort();
    let count = media.len();
    media.dedup();
    if media.len() < count {
        return Err(AppError::invalid(field, "repeated", format!("`{field}` names a medium twice")));
    }
    Ok(media)
}
