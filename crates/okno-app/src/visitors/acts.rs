//! Coming, going, reading.

use super::Visitor;
use crate::{
    AppError, Ctx,
    act::{self, Act},
    interactions::thread,
    messages, routing, secrets,
};
use okno_engine::routing::Input;
use okno_model::{
    ChannelId, InteractionId, VisitorId,
    doc::{ChannelDoc, Closed, InteractionDoc, InteractionState},
    event::{Actor, What},
};
use okno_store::visitors::{self as rows, Told, VisitorRow};
use sha2::{Digest, Sha256};

/// Characters of a page's address that are kept.
const PAGE_CHARS: usize = 500;

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

fn page(page: &str) -> String {
    page.chars().filter(|c| !c.is_control()).take(PAGE_CHARS).collect()
}

/// A new visitor and his token. The token is shown once; only its hash is kept.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown widget, or the store's.
pub async fn open(ctx: &Ctx, channel: ChannelId, at: &str) -> Result<(Visitor, String), AppError> {
    let (token, at) = (secrets::token(), page(at));
    let hashed = hash(&token);
    let visitor = act::run(ctx, Actor::Customer, move |act| {
        act.tx.get::<ChannelDoc>(channel)?.ok_or(AppError::not_found("channel"))?;
        let visitor = VisitorRow {
            id: act.id(VisitorId::new),
            channel,
            customer: None,
            part: None,
            interaction: None,
            created: act.now,
            seen: act.now,
            page: at,
            told: Told::default(),
        };
        rows::insert(act.tx, &visitor, &hashed)?;
        Ok(visitor)
    })
    .await?;
    Ok((visitor.into(), token))
}

/// The visitor of a token; `None` if this widget does not know it.
///
/// # Errors
/// The store's.
pub async fn resume(ctx: &Ctx, channel: ChannelId, token: &str) -> Result<Option<Visitor>, AppError> {
    let hashed = hash(token);
    Ok(ctx.read(move |tx| Ok(rows::by_token(tx, channel, &hashed)?)).await?.map(Visitor::from))
}

pub(super) fn row(act: &mut Act<'_, '_>, visitor: VisitorId) -> Result<VisitorRow, AppError> {
    rows::get(act.tx, visitor)?.ok_or(AppError::not_found("visitor"))
}

/// His browser is connected.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn connected(ctx: &Ctx, visitor: VisitorId, at: &str) -> Result<(), AppError> {
    let at = page(at);
    act::run(ctx, Actor::Customer, move |act| {
        let mut row = row(act, visitor)?;
        row.seen = act.now;
        row.page = at;
        rows::update(act.tx, &row)?;
        set_online(act, row.interaction, true)
    })
    .await
}

/// His last socket is gone. If he waits for an agent and does not come back in time, he has left (see [`super::sweep`]).
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn disconnected(ctx: &Ctx, visitor: VisitorId) -> Result<(), AppError> {
    act::run(ctx, Actor::Customer, move |act| {
        let mut row = row(act, visitor)?;
        row.seen = act.now;
        rows::update(act.tx, &row)?;
        set_online(act, row.interaction, false)
    })
    .await
}

pub(super) fn set_online(act: &mut Act<'_, '_>, interaction: Option<InteractionId>, online: bool) -> Result<(), AppError> {
    let Some(id) = interaction else { return Ok(()) };
    let Some(mut doc) = act.tx.get::<InteractionDoc>(id)? else { return Ok(()) };
    if doc.customer_online != online && !matches!(doc.state, InteractionState::Closed { .. }) {
        doc.customer_online = online;
        thread::save(act, &doc, What::InteractionChanged)?;
    }
    Ok(())
}

/// He says that he goes. If nobody has answered him yet, his interaction leaves the queue as abandoned.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn left(ctx: &Ctx, visitor: VisitorId) -> Result<(), AppError> {
    let waiting = act::run(ctx, Actor::Customer, move |act| {
        let mut row = row(act, visitor)?;
        row.seen = act.now;
        rows::update(act.tx, &row)?;
        set_online(act, row.interaction, false)?;
        let Some(id) = row.interaction else { return Ok(None) };
        let Some(doc) = act.tx.get::<InteractionDoc>(id)? else { return Ok(None) };
        Ok(match doc.state {
            // He was told by when he is answered, and goes: that is no abandonment.
            InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } if doc.promise.is_some() => None,
            InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => Some(id),
            // He was answered: the agent ends it, with what he has to write down.
            InteractionState::Active { .. } => {
                let mut thread = thread::Thread::of(doc);
                thread.say(thread::Draft::notice(act, "customer_left", "The customer left the chat."));
                thread.save(act)?;
                None
            }
            InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => None,
        })
    })
    .await?;
    match waiting {
        Some(id) => abandon(ctx, id).await,
        None => Ok(()),
    }
}

/// Takes a waiting interaction out of its queue. Somebody may have accepted it in this moment: then it is his.
pub(super) async fn abandon(ctx: &Ctx, interaction: InteractionId) -> Result<(), AppError> {
    match routing::ask(ctx, Actor::Customer, Input::Withdraw { interaction, how: Closed::Abandoned }, None).await {
        Err(AppError::Conflict { .. }) => Ok(()),
        other => other,
    }
}

/// Refuses a foreign interaction: to this visitor it does not exist.
pub(super) async fn own(ctx: &Ctx, visitor: VisitorId, interaction: InteractionId) -> Result<(), AppError> {
    ctx.read(move |tx| {
        let missing = || AppError::not_found("interaction");
        let row = rows::get(tx, visitor)?.ok_or_else(missing)?;
        let mut at = row.interaction;
        // His current interaction, or one that it goes on from.
        for _ in 0..16 {
            let Some(id) = at else { break };
            if id == interaction {
                return Ok(());
            }
            at = tx.get::<InteractionDoc>(id)?.and_then(|doc| doc.previous);
        }
        Err(missing())
    })
    .await
}

/// His browser has everything up to `number`.
///
/// # Errors
/// [`AppError::NotFound`] if it is not his, or the store's.
pub async fn delivered(ctx: &Ctx, visitor: VisitorId, interaction: InteractionId, number: i64) -> Result<(), AppError> {
    own(ctx, visitor, interaction).await?;
    messages::delivered(ctx, interaction, number).await
}

/// He has seen everything up to `number`.
///
/// # Errors
/// [`AppError::NotFound`] if it is not his, or the store's.
pub async fn read(ctx: &Ctx, visitor: VisitorId, interaction: InteractionId, number: i64) -> Result<(), AppError> {
    own(ctx, visitor, interaction).await?;
    messages::read_by_customer(ctx, interaction, number).await
}
