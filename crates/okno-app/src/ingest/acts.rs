//! Receiving raw units.

use crate::{
    AppError, Ctx,
    act::{self, Act},
    ledger::{life::Step, rows},
};
use okno_bus::Topic;
use okno_model::{
    ChannelId, UnitId,
    doc::{ChannelDoc, LedgerDoc, QueueDoc, UnitKind, UnitState},
    event::{Actor, What},
    limits,
    wire::{RawUnit, Received},
};
use okno_store::ledger::{self as store, Envelope, Origin};

/// Characters of an error that are kept in the ledger.
const DETAIL_CHARS: usize = 500;

/// A unit that waits to be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingUnit {
    /// Which.
    pub id: UnitId,
    /// Kind.
    pub kind: UnitKind,
    /// Where it came in.
    pub channel: ChannelId,
    /// The bytes as they came.
    pub raw: Vec<u8>,
    /// Envelope recipients, or the mailbox's own address.
    pub envelope_to: Vec<String>,
    /// Older than the channel's archive date.
    pub archive: bool,
}

/// Stores a raw unit. When this returns, the unit may be acknowledged.
///
/// # Errors
/// [`AppError::Invalid`] when it is larger than any mail may be, [`AppError::NotFound`] for an unknown channel; otherwise
/// the store's: then nothing was stored and it must not be acknowledged.
pub async fn receive(ctx: &Ctx, unit: RawUnit) -> Result<Received, AppError> {
    if unit.raw.len() > limits::MAIL_BYTES {
        let detail = format!("the mail has {} bytes, at most {} are taken", unit.raw.len(), limits::MAIL_BYTES);
        return Err(AppError::invalid("raw", "too_large", detail));
    }
    let (channel, key, twin) = (unit.channel, unit.key.clone(), unit.twin.clone());
    if let Some(known) = ctx.read(move |tx| Ok(store::find(tx, channel, &key, twin.as_deref())?)).await? {
        return Ok(Received::Repeat(known));
    }
    // Content-addressed: a crash between the blob and its row leaves a blob that the repeat finds again.
    let blob = ctx.app.blobs.put(unit.raw.clone()).await?;
    let received = act::run(ctx, Actor::Customer, move |act| insert(act, &unit, &blob)).await?;
    ctx.poke(Topic::Units);
    Ok(received)
}

fn insert(act: &mut Act<'_, '_>, unit: &RawUnit, blob: &str) -> Result<Received, AppError> {
    if let Some(known) = store::find(act.tx, unit.channel, &unit.key, unit.twin.as_deref())? {
        return Ok(Received::Repeat(known));
    }
    let (_, queue) = channel_and_queue(act, unit.channel)?;
    let doc = LedgerDoc {
        id: act.id(UnitId::new),
        kind: unit.kind,
        channel: unit.channel,
        received: act.now,
        state: UnitState::Received,
        cause: None,
        recovering: false,
        detail: String::new(),
        queue: Some(queue.id),
        owner: None,
        deadline: rows::deadline(act.now, &queue),
        interaction: None,
        customer: None,
        from: String::new(),
        subject: String::new(),
        ended: None,
    };
    let envelope = Envelope { to: unit.envelope_to.clone(), archive: unit.archive };
    store::insert(act.tx, &doc, &Origin { key: &unit.key, twin: unit.twin.as_deref(), raw_blob: Some(blob), envelope: &envelope })?;
    act.tell(What::LedgerChanged(doc.clone()))?;
    Ok(Received::New(doc.id))
}

/// A channel with its queue.
pub(crate) fn channel_and_queue(act: &mut Act<'_, '_>, id: ChannelId) -> Result<(ChannelDoc, QueueDoc), AppError> {
    let channel = act.tx.get::<ChannelDoc>(id)?.ok_or(AppError::not_found("channel"))?;
    let queue = act
        .tx
        .get::<QueueDoc>(channel.queue)?
        .ok_or_else(|| AppError::Internal(format!("channel {} points to queue {}, which does not exist", channel.id, channel.queue)))?;
    Ok((channel, queue))
}

/// Units that wait to be understood, oldest first.
///
/// # Errors
/// The store's. A unit whose raw bytes are damaged is quarantined and left out.
pub async fn pending(ctx: &Ctx, kind: UnitKind, limit: usize) -> Result<Vec<PendingUnit>, AppError> {
    let rows = ctx.read(move |tx| Ok(store::pending(tx, kind, limit)?)).await?;
    let mut units = Vec::with_capacity(rows.len());
    for row in rows {
        match ctx.app.blobs.get(&row.raw_blob).await {
            Ok(raw) => units.push(PendingUnit {
                id: row.id,
                kind: row.kind,
                channel: row.channel,
                raw: raw.into(),
                envelope_to: row.envelope.to,
                archive: row.envelope.archive,
            }),
            Err(error) if error.is_transient() => return Err(error.into()),
            Err(error) => quarantine(ctx, row.id, &format!("the stored raw mail cannot be read: {error}")).await?,
        }
    }
    Ok(units)
}

/// Keeps a unit that cannot be understood for a person to look at.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn quarantine(ctx: &Ctx, unit: UnitId, why: &str) -> Result<(), AppError> {
    let why: String = why.chars().take(DETAIL_CHARS).collect();
    tracing::warn!(unit = %unit, "a unit went to quarantine; look at it on the ledger page");
    act::run(ctx, Actor::System, move |act| {
        let doc = rows::get(act, unit)?;
        rows::take(act, &doc, Step::Quarantine { why })?;
        Ok(())
    })
    .await
}
