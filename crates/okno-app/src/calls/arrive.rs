//! A call comes in.

use super::{plan, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows::part_by,
    ingest::acts::channel_and_queue,
    interactions::thread::{Draft, Opening, Thread},
    ledger::{
        life::Step,
        rows::{self as ledger, take},
    },
    routing::{self, Told},
};
use okno_engine::routing::Input;
use okno_model::{
    CallId, ChannelId, IdentityKind, InteractionId, Medium, Timestamp, TrunkId, UnitId, VisitorId,
    doc::{
        CallDirection, CallDoc, CallState, ChannelDoc, Closed, CustomerDoc, InteractionDoc, InteractionState, LedgerDoc, LegDevice, LegDoc,
        LegRole, LegState, PhoneSettings, QueueDoc, RecordingState, UnitKind, UnitState,
    },
    event::{self, What},
};
use okno_store::{
    calls, interactions,
    ledger::{Envelope, Origin},
};
use std::time::Duration;

/// Who rings back within this time after he had left the queue has his old place: a dead battery, a tunnel (behaviour.md B7).
const RING_BACK: Duration = Duration::from_secs(300);
/// Interactions of a customer that are looked at for his place.
const LOOK_BACK: usize = 20;
/// Characters of a call's key: a hash in hexadecimal is 64.
const KEY_CHARS: usize = 200;

/// An incoming call, as the door saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Makes a repeat the same call: Call-ID and the caller's tag, hashed.
    pub key: String,
    /// The telephone channel of the number that was called.
    pub channel: ChannelId,
    /// The caller's number as it came, or a user name; empty if hidden.
    pub number: String,
    /// The caller's shown name: a stranger's text.
    pub name: String,
    /// The number that was called.
    pub our_number: String,
    /// Trunk that brought it; `None` for a widget.
    pub trunk: Option<TrunkId>,
    /// Nobody vouches for the number.
    pub unconfirmed: bool,
    /// The browser that calls from a widget.
    pub visitor: Option<VisitorId>,
}

/// What a call has become.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrived {
    /// The call.
    pub call: CallDoc,
    /// Its interaction.
    pub interaction: InteractionDoc,
    /// What callers of this channel hear.
    pub settings: PhoneSettings,
    /// Name of the queue, for the agent's whisper.
    pub queue_name: String,
    /// Language of announcements: the customer's if we speak it, else the channel's.
    pub language: String,
    /// He rang back, or had a callback: he has his earlier place.
    pub resumed_place: bool,
    /// It had come in before.
    pub repeat: bool,
}

/// Takes a call in. When this returns it may be answered.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown channel, [`AppError::Conflict`] `channel_off` for one that takes no calls; otherwise the
/// store's: then nothing was stored.
pub async fn arrived(ctx: &Ctx, arrival: Arrival) -> Result<Arrived, AppError> {
    if arrival.key.is_empty() || arrival.key.chars().count() > KEY_CHARS {
        return Err(AppError::invalid("key", "bad_key", format!("a call's key has 1 to {KEY_CHARS} characters")));
    }
    let node = ctx.app.node().to_owned();
    let rows = move |act: &mut Act<'_, '_>| {
        let (arrived, joined) = accept(act, &arrival, &node)?;
        let mut inputs = Vec::new();
        if !arrived.repeat {
            inputs.push(routing::enters(act, &arrived.interaction)?);
        }
        inputs.extend(joined.map(|interaction| Input::Withdraw { interaction, how: Closed::Joined }));
        Ok((arrived, inputs))
    };
    // One commit for the call, its place in the queue and its first offer.
    match routing::ask_within(ctx, event::Actor::Customer, rows).await? {
        Told::Done(arrived) => Ok(arrived),
        Told::Untaken(rows) => {
            let (arrived, inputs) = act::run(ctx, event::Actor::Customer, rows).await?;
            // The journal says that the call is there. A callback that it has joined also leaves its queue by the next look of `work.rs`.
            for input in inputs.into_iter().filter(|input| !matches!(input, Input::Enqueue(_))) {
                if let Err(error) = routing::ask(ctx, event::Actor::Customer, input, None).await {
                    tracing::debug!(%error, "a callback that its customer has joined leaves its queue later");
                }
            }
            Ok(arrived)
        }
    }
}

fn accept(act: &mut Act<'_, '_>, arrival: &Arrival, node: &str) -> Result<(Arrived, Option<InteractionId>), AppError> {
    if let Some(call) = calls::by_key(act.tx, &arrival.key)? {
        return Ok((known(act, call)?, None));
    }
    let (channel, queue) = channel_and_queue(act, arrival.channel)?;
    let settings = rows::settings_of(&channel)?.clone();
    if !channel.enabled {
        return Err(AppError::conflict("channel_off", format!("the channel {} takes no calls; it is switched off", channel.name)));
    }
    let dial_plan = plan::plan_of(act.tx)?;
    let number = plan::normal(&dial_plan, &arrival.number).unwrap_or_default();
    let shown = if arrival.name.trim().is_empty() && number.is_empty() { arrival.number.as_str() } else { arrival.name.as_str() };
    let customer = rows::caller(act, &number, shown, !arrival.unconfirmed, arrival.visitor)?;
    let place = place(act, &customer, &channel, arrival.visitor.is_some())?;
    let interaction = open(act, arrival, &number, &customer, &channel, &queue, &place)?;
    let call = CallDoc {
        id: act.id(CallId::new),
        interaction: interaction.id,
        channel: channel.id,
        direction: CallDirection::Inbound,
        number,
        our_number: arrival.our_number.chars().filter(|c| !c.is_control()).take(64).collect(),
        unconfirmed: arrival.unconfirmed,
        trunk: arrival.trunk,
        state: CallState::Ringing,
        started: act.now,
        answered: None,
        connected: None,
        legs: vec![customer_leg(if arrival.visitor.is_some() { LegDevice::Widget } else { LegDevice::Trunk }, &customer.name, act.now)],
        consulting: false,
        conference: false,
        recording: RecordingState::Off,
        talk_ms: 0,
        hold_ms: 0,
    };
    if !calls::insert(act.tx, &call, &arrival.key, node)? {
        return Err(AppError::Internal(format!("the call {} cannot be stored", arrival.key)));
    }
    act.tell(What::CallChanged(call.clone()))?;
    record(act, arrival, &interaction, &customer, &queue)?;
    let joined = match place.callback {
        Some(doc) => join(act, &doc, &interaction)?,
        None => None,
    };
    let language = rows::language(&interaction, &settings);
    let resumed_place = place.enqueued.is_some();
    Ok((Arrived { call, interaction, settings, queue_name: queue.name, language, resumed_place, repeat: false }, joined))
}

/// The customer's own leg.
pub(super) fn customer_leg(device: LegDevice, name: &str, at: Timestamp) -> LegDoc {
    LegDoc {
        number: 1,
        role: LegRole::Customer,
        device,
        agent: None,
        name: name.to_owned(),
        state: LegState::Ringing,
        muted: false,
        mode: None,
        started: at,
        answered: None,
        ended: None,
        cause: String::new(),
        quality: None,
    }
}

/// A call that had come before, as it is now.
pub(super) fn known(act: &mut Act<'_, '_>, call: CallDoc) -> Result<Arrived, AppError> {
    let interaction = rows::interaction_of(act.tx, &call)?;
    let channel = act.tx.get::<ChannelDoc>(call.channel)?.ok_or(AppError::not_found("channel"))?;
    let settings = rows::settings_of(&channel)?.clone();
    let queue_name = act.tx.get::<QueueDoc>(interaction.queue)?.map(|q| q.name).unwrap_or_default();
    let language = rows::language(&interaction, &settings);
    let resumed_place = interaction.enqueued < interaction.created;
    Ok(Arrived { call, interaction, settings, queue_name, language, resumed_place, repeat: true })
}

/// The place that a customer has kept.
#[derive(Default)]
struct Place {
    enqueued: Option<Timestamp>,
    previous: Option<InteractionId>,
    /// A callback that waits, or is tried again later.
    callback: Option<InteractionDoc>,
}

fn place(act: &mut Act<'_, '_>, customer: &CustomerDoc, channel: &ChannelDoc, from_widget: bool) -> Result<Place, AppError> {
    let mut place = Place::default();
    for doc in interactions::of_customer(act.tx, customer.id, None, LOOK_BACK)? {
        if doc.medium != Medium::Voice {
            // A chat that goes on as a call is the call's beginning.
            if from_widget && doc.medium == Medium::Chat && !matches!(doc.state, InteractionState::Closed { .. }) {
                place.previous = place.previous.or(Some(doc.id));
            }
            continue;
        }
        let waits = match doc.state {
            InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => doc.callback.is_some(),
            // An agent is just calling him.
            InteractionState::Active { .. } | InteractionState::Wrapup { .. } => false,
            InteractionState::Closed { at, how } => {
                let left = how == Closed::Abandoned && doc.channel == channel.id && act.now.since(at) <= RING_BACK;
                left || doc.callback.is_some()
            }
        };
        if waits {
            place.enqueued = Some(doc.enqueued);
            place.previous = Some(doc.id);
            if doc.callback.is_some() {
                place.callback = Some(doc);
            }
            break;
        }
    }
    Ok(place)
}

fn open(
    act: &mut Act<'_, '_>,
    arrival: &Arrival,
    number: &str,
    customer: &CustomerDoc,
    channel: &ChannelDoc,
    queue: &QueueDoc,
    place: &Place,
) -> Result<InteractionDoc, AppError> {
    let from = if number.is_empty() { customer.name.as_str() } else { number };
    let opening = Opening {
        channel: channel.id,
        medium: Medium::Voice,
        customer: Some(customer),
        queue,
        subject: format!("Call from {from}"),
        language: None,
        previous: place.previous,
        online: true,
    };
    let mut thread = Thread::open(act, opening);
    thread.part = match arrival.visitor {
        Some(visitor) => part_by(customer, IdentityKind::Visitor, &visitor.to_string()),
        None => part_by(customer, IdentityKind::Phone, number),
    };
    thread.doc.customer_waits = Some(act.now);
    thread.doc.preview.clone_from(&thread.doc.subject);
    if let Some(enqueued) = place.enqueued {
        // The clock of the promise goes on as well.
        thread.doc.enqueued = enqueued;
        thread.doc.due = Some(ledger::deadline(enqueued, queue));
    }
    thread.say(Draft::notice(act, "call_arrived", format!("Call from: {from}")));
    if arrival.unconfirmed && !number.is_empty() {
        thread.say(Draft::notice(act, "call_unconfirmed", "Nobody vouches for this number; ask who calls."));
    }
    if place.callback.is_some() {
        thread.say(Draft::notice(act, "callback_joined", "He was to be called back and has called first; he keeps his place."));
    } else if place.enqueued.is_some() {
        thread.say(Draft::notice(act, "rang_back", "He rang back and keeps his place in the queue."));
    }
    thread.save(act)
}

fn record(
    act: &mut Act<'_, '_>,
    arrival: &Arrival,
    interaction: &InteractionDoc,
    customer: &CustomerDoc,
    queue: &QueueDoc,
) -> Result<(), AppError> {
    let unit = LedgerDoc {
        id: act.id(UnitId::new),
        kind: UnitKind::Call,
        channel: interaction.channel,
        received: act.now,
        // Nothing has to be parsed: the call is understood in the transaction that records it.
        state: UnitState::Open,
        cause: None,
        recovering: false,
        detail: String::new(),
        queue: Some(queue.id),
        owner: None,
        deadline: ledger::deadline(act.now, queue),
        interaction: Some(interaction.id),
        customer: Some(customer.id),
        from: customer.name.clone(),
        subject: interaction.subject.clone(),
        ended: None,
    };
    let key = format!("call:{}", arrival.key);
    let origin = Origin { key: &key, twin: None, raw_blob: None, envelope: &Envelope::default() };
    if !okno_store::ledger::insert(act.tx, &unit, &origin)? {
        return Err(AppError::Internal(format!("{key} is in the ledger without its call")));
    }
    act.tell(What::LedgerChanged(unit))
}

/// The callback joins the call: its unit ends, nobody is called. Answers with the interaction if it still waits.
fn join(act: &mut Act<'_, '_>, callback: &InteractionDoc, call: &InteractionDoc) -> Result<Option<InteractionId>, AppError> {
    rows::cancel_callback(act, callback.id)?;
    for unit in okno_store::ledger::of_interaction(act.tx, callback.id)? {
        if unit.state == UnitState::Open {
            take(act, &unit, Step::Join { interaction: Some(call.id), customer: None, why: "called_in".to_owned() })?;
        }
    }
    Ok(if matches!(callback.state, InteractionState::Closed { .. }) { None } else { Some(callback.id) })
}
