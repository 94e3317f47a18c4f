//! What the telephone door needs, and what it tells of trunks and phones.

use super::{phones, prompts::phone_of, trunks};
use crate::{AppError, Ctx, config};
use okno_model::{
    ChannelId, PhoneId, TrunkId, UserId,
    doc::{ChannelDoc, ChannelHealth, DialPlanDoc, PhoneDoc, PromptDoc, RegistrationDoc, TrunkDoc, UserDoc},
    event::{Actor as By, What},
};
use okno_store::{Tx, voice as rows};
use std::collections::BTreeSet;

/// Everything that the telephone door is configured by, from one moment. Lives in the memory of the door only.
#[derive(Clone, PartialEq)]
pub struct DoorConfig {
    /// Enabled trunks, in the order in which they are tried for outgoing calls.
    pub trunks: Vec<DoorTrunk>,
    /// Enabled phones of users who may sign in.
    pub phones: Vec<DoorPhone>,
    /// Enabled channels of kind phone.
    pub channels: Vec<ChannelDoc>,
    /// Prompts; their sounds come from [`super::sound`].
    pub prompts: Vec<PromptDoc>,
    /// What may be dialed.
    pub dial_plan: DialPlanDoc,
}

/// A trunk with its password opened.
#[derive(Clone, PartialEq, Eq)]
pub struct DoorTrunk {
    /// The trunk.
    pub doc: TrunkDoc,
    /// Its password.
    pub password: Option<String>,
}

/// A phone with its password opened.
#[derive(Clone, PartialEq, Eq)]
pub struct DoorPhone {
    /// The phone.
    pub doc: PhoneDoc,
    /// Its password.
    pub password: String,
}

/// A telephone channel that a widget may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which channel is called.
    pub channel: ChannelId,
    /// Its shown name.
    pub name: String,
}

impl std::fmt::Debug for DoorConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = (self.trunks.len(), self.phones.len(), self.channels.len(), self.prompts.len());
        f.debug_struct("DoorConfig").field("trunks_phones_channels_prompts", &counts).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DoorTrunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DoorTrunk").field("id", &self.doc.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DoorPhone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DoorPhone").field("id", &self.doc.id).finish_non_exhaustive()
    }
}

/// Everything that the door is configured by. A trunk or phone whose password cannot be opened is left out; a trunk says so in its health.
///
/// # Errors
/// The store's.
pub async fn door(ctx: &Ctx) -> Result<DoorConfig, AppError> {
    let ctx_in = ctx.clone();
    let (config, locked) = ctx.read(move |tx| read(&ctx_in, tx)).await?;
    for trunk in locked {
        let detail = "the stored password cannot be opened with this installation's key; enter it again".to_owned();
        trunk_health(ctx, trunk, ChannelHealth { state: "error".to_owned(), detail, since: ctx.now() }).await?;
    }
    Ok(config)
}

fn read(ctx: &Ctx, tx: &mut Tx<'_>) -> Result<(DoorConfig, Vec<TrunkId>), AppError> {
    let (mut ready, mut locked) = (Vec::new(), Vec::new());
    for doc in tx.list::<TrunkDoc>()?.into_iter().filter(|trunk| trunk.enabled) {
        match trunks::open(ctx, tx, &doc) {
            Ok(password) => ready.push(DoorTrunk { doc, password }),
            Err(AppError::Internal(error)) => {
                tracing::error!(trunk = %doc.id, error, "a trunk cannot be used");
                locked.push(doc.id);
            }
            Err(error) => return Err(error),
        }
    }
    ready.sort_by_key(|trunk| trunk.doc.order);
    let people: BTreeSet<UserId> = tx.list::<UserDoc>()?.into_iter().filter(|user| !user.disabled).map(|user| user.id).collect();
    let mut phones_ready = Vec::new();
    for doc in tx.list::<PhoneDoc>()?.into_iter().filter(|phone| phone.enabled && people.contains(&UserId::from(phone.agent))) {
        match phones::open(ctx, tx, &doc) {
            Ok(Some(password)) => phones_ready.push(DoorPhone { doc, password }),
            Ok(None) => {}
            Err(AppError::Internal(error)) => tracing::error!(phone = %doc.id, error, "a phone cannot register; set its password again"),
            Err(error) => return Err(error),
        }
    }
    let channels = tx.list::<ChannelDoc>()?.into_iter().filter(|channel| channel.enabled && phone_of(channel).is_some()).collect();
    let config = DoorConfig { trunks: ready, phones: phones_ready, channels, prompts: tx.list()?, dial_plan: super::dial_plan::of(tx)? };
    Ok((config, locked))
}

/// Tells what the door sees of a trunk. The same again writes nothing; `since` moves only when the state changes.
///
/// # Errors
/// The store's.
pub async fn trunk_health(ctx: &Ctx, id: TrunkId, health: ChannelHealth) -> Result<(), AppError> {
    let same = |doc: &TrunkDoc, health: &ChannelHealth| doc.health.state == health.state && doc.health.detail == health.detail;
    let wanted = health.clone();
    let known = ctx.read(move |tx| Ok(tx.get::<TrunkDoc>(id)?.is_none_or(|doc| same(&doc, &wanted)))).await?;
    if known {
        return Ok(());
    }
    let ctx_in = ctx.clone();
    ctx.write(move |tx| {
        let Some(mut doc) = tx.lock::<TrunkDoc>(id)? else { return Ok(()) };
        if same(&doc, &health) {
            return Ok(());
        }
        let since = if doc.health.state == health.state { doc.health.since } else { health.since };
        doc.health = ChannelHealth { since, ..health };
        config::store(tx, &ctx_in, &By::System, &doc, What::TrunkChanged)
    })
    .await
}

/// Tells where a phone is registered now; nowhere if `registered` is empty. `bindings` is what the signaling wants back after a restart.
/// A registration that only goes on longer is written, but is no event.
///
/// # Errors
/// The store's.
pub async fn phone_registered(ctx: &Ctx, id: PhoneId, registered: Vec<RegistrationDoc>, bindings: String) -> Result<(), AppError> {
    let ctx_in = ctx.clone();
    ctx.app
        .store
        .write(ctx.ws, move |tx| -> Result<bool, AppError> {
            let Some(mut doc) = tx.lock::<PhoneDoc>(id)? else { return Ok(false) };
            let places = |all: &[RegistrationDoc]| all.iter().map(|r| (r.address.clone(), r.user_agent.clone())).collect::<BTreeSet<_>>();
            let news = places(&doc.registered) != places(&registered);
            doc.registered = registered;
            tx.put_with(&doc, &[("bindings", bindings.into())])?;
            if news {
                config::tell(tx, &ctx_in, &By::System, What::PhoneChanged(doc))?;
            }
            Ok(news)
        })
        .await
        .map(|news| {
            if news {
                ctx.poke(okno_bus::Topic::Journal);
            }
        })
}

/// What [`phone_registered`] was given last for each phone that is registered somewhere.
///
/// # Errors
/// The store's.
pub async fn bindings(ctx: &Ctx) -> Result<Vec<(PhoneId, String)>, AppError> {
    ctx.read(|tx| Ok(rows::bindings(tx)?)).await
}

/// The telephone channel that widgets may call from the browser: the first enabled one, by name, that allows it; `None` while nobody
/// serves the telephone here.
///
/// # Errors
/// The store's.
pub async fn click_to_call(ctx: &Ctx) -> Result<Option<Call>, AppError> {
    if !ctx.app.bus.voice.is_open(ctx.ws) {
        return Ok(None);
    }
    ctx.read(|tx| {
        let allows = |channel: &ChannelDoc| channel.enabled && phone_of(channel).is_some_and(|phone| phone.click_to_call);
        Ok(tx.list::<ChannelDoc>()?.into_iter().find(allows).map(|channel| Call { channel: channel.id, name: channel.name }))
    })
    .await
}
