//! A call goes out.

use super::{Arrived, arrive, hand, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows::part_by,
    interactions::thread::{Draft, Opening, Thread},
    routing::{self, Extra},
};
use okno_model::{
    AgentId, CallId, ChannelId, IdentityKind, InteractionId, Medium, TrunkId, UserId,
    doc::{
        CallDirection, CallDoc, CallState, ChannelDoc, CustomerDoc, InteractionDoc, InteractionState, LegDevice, QueueDoc, RecordingState,
        UserDoc,
    },
    event::{self, What},
    phone::DialTo,
};
use okno_store::calls;

/// An outgoing call, before its first ringing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialing {
    /// Makes a repeat the same call.
    pub key: String,
    /// Who calls.
    pub by: AgentId,
    /// Whom: a number as [`super::number_to_dial`] gave it, or a colleague.
    pub to: DialTo,
    /// By which channel.
    pub channel: ChannelId,
    /// The number that is shown there.
    pub our_number: String,
    /// Trunk.
    pub trunk: Option<TrunkId>,
    /// The interaction that it belongs to: a callback that the agent has accepted. `None` begins a new one.
    pub interaction: Option<InteractionId>,
}

/// Records an outgoing call. When this returns, it may ring there: the agent has the interaction.
///
/// # Errors
/// [`AppError::Conflict`] `no_capacity` when the agent has a call, `not_yours` for an interaction that he does not have;
/// [`AppError::NotFound`] for an unknown channel or interaction.
pub async fn dialed(ctx: &Ctx, dialing: Dialing) -> Result<Arrived, AppError> {
    let (key, channel) = (dialing.key.clone(), dialing.channel);
    let actor = event::Actor::User { id: dialing.by.into() };
    let (had, channel, queue) = ctx
        .read(move |tx| {
            let channel = tx.get::<ChannelDoc>(channel)?.ok_or(AppError::not_found("channel"))?;
            rows::settings_of(&channel)?;
            let queue = tx.get::<QueueDoc>(channel.queue)?.ok_or(AppError::not_found("queue"))?;
            Ok((calls::by_key(tx, &key)?.is_some(), channel, queue))
        })
        .await?;
    let key = dialing.key.clone();
    if !had {
        match dialing.interaction {
            Some(interaction) => go_on(ctx, actor.clone(), dialing, interaction).await?,
            None => begin(ctx, actor.clone(), dialing, channel, queue).await?,
        }
    }
    let mut arrived = act::run(ctx, actor, move |act| {
        let call = calls::by_key(act.tx, &key)?.ok_or(AppError::not_found("call"))?;
        arrive::known(act, call)
    })
    .await?;
    arrived.repeat = had;
    Ok(arrived)
}

/// A call within an interaction that the agent has: a callback.
async fn go_on(ctx: &Ctx, actor: event::Actor, dialing: Dialing, interaction: InteractionId) -> Result<(), AppError> {
    let doc = hand::read(ctx, interaction).await?;
    if !matches!(doc.state, InteractionState::Active { agent, .. } if agent == dialing.by) {
        return Err(AppError::conflict("not_yours", "this interaction is not in your hands any more"));
    }
    let node = ctx.app.node().to_owned();
    act::run(ctx, actor, move |act| {
        if calls::by_key(act.tx, &dialing.key)?.is_some() {
            return Ok(());
        }
        let doc = act.tx.get::<InteractionDoc>(interaction)?.ok_or(AppError::not_found("interaction"))?;
        record(act, &dialing, &node, &doc)?;
        let mut thread = Thread::of(doc);
        thread.say(Draft::notice(act, "call_dialed", format!("Calling: {}", shown(&dialing.to))));
        thread.save(act)?;
        Ok(())
    })
    .await
}

/// A new interaction, active at the agent from its first moment.
async fn begin(ctx: &Ctx, actor: event::Actor, dialing: Dialing, channel: ChannelDoc, queue: QueueDoc) -> Result<(), AppError> {
    let (by, node) = (dialing.by, ctx.app.node().to_owned());
    let id = ctx.id(InteractionId::new);
    let doc = act_doc(ctx, id, &channel, &queue);
    let rows: Extra = Box::new(move |act| {
        let (customer, name) = called(act, &dialing.to)?;
        let opening = Opening {
            channel: channel.id,
            medium: Medium::Voice,
            customer: customer.as_ref(),
            queue: &queue,
            subject: format!("Call to {name}"),
            language: None,
            previous: None,
            online: false,
        };
        let mut thread = Thread::open(act, opening);
        if let (Some(customer), DialTo::Number { number }) = (&customer, &dialing.to) {
            thread.part = part_by(customer, IdentityKind::Phone, number);
        }
        thread.doc.id = id;
        thread.doc.outbound = true;
        thread.doc.due = None;
        thread.doc.customer_name.clone_from(&name);
        thread.doc.preview.clone_from(&thread.doc.subject);
        thread.say(Draft::notice(act, "call_dialed", format!("Calling: {name}")));
        let doc = thread.save(act)?;
        record(act, &dialing, &node, &doc)
    });
    routing::begin(ctx, actor, &doc, by, rows).await
}

/// What routing has to know of an interaction that begins.
fn act_doc(ctx: &Ctx, id: InteractionId, channel: &ChannelDoc, queue: &QueueDoc) -> InteractionDoc {
    let now = ctx.now();
    InteractionDoc {
        id,
        medium: Medium::Voice,
        channel: channel.id,
        customer: None,
        customer_name: String::new(),
        subject: String::new(),
        preview: String::new(),
        language: None,
        queue: queue.id,
        agent: None,
        state: InteractionState::New,
        priority: queue.priority,
        created: now,
        enqueued: now,
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 0,
        last_at: now,
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: false,
        outbound: true,
        callback: None,
        promise: None,
        called_back: None,
    }
}

/// Who is called: the customer of a number, or a colleague.
fn called(act: &mut Act<'_, '_>, to: &DialTo) -> Result<(Option<CustomerDoc>, String), AppError> {
    match to {
        DialTo::Number { number } => {
            // Whoever answers there is at that number, whether somebody vouches for it or not.
            let customer = rows::caller(act, number, "", true, None)?;
            let name = customer.name.clone();
            Ok((Some(customer), name))
        }
        DialTo::Agent { agent } => {
            let name = act.tx.get::<UserDoc>(UserId::from(*agent))?.map(|user| user.name).unwrap_or_default();
            Ok((None, name))
        }
    }
}

fn shown(to: &DialTo) -> &str {
    match to {
        DialTo::Number { number } => number,
        DialTo::Agent { .. } => "",
    }
}

fn record(act: &mut Act<'_, '_>, dialing: &Dialing, node: &str, doc: &InteractionDoc) -> Result<(), AppError> {
    let device = if matches!(dialing.to, DialTo::Number { .. }) { LegDevice::Trunk } else { LegDevice::Browser };
    let mut customer = arrive::customer_leg(device, &doc.customer_name, act.now);
    if let DialTo::Agent { agent } = dialing.to {
        customer.agent = Some(agent);
    }
    let call = CallDoc {
        id: act.id(CallId::new),
        interaction: doc.id,
        channel: dialing.channel,
        direction: CallDirection::Outbound,
        number: shown(&dialing.to).to_owned(),
        our_number: dialing.our_number.clone(),
        unconfirmed: false,
        trunk: dialing.trunk,
        state: CallState::Ringing,
        started: act.now,
        answered: None,
        connected: None,
        legs: vec![customer],
        consulting: false,
        conference: false,
        recording: RecordingState::Off,
        talk_ms: 0,
        hold_ms: 0,
    };
    calls::insert(act.tx, &call, &dialing.key, node)?;
    act.tell(What::CallChanged(call))
}
