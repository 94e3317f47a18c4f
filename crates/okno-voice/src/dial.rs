//! Calls that go out: by an agent's click or desk phone, to a colleague, or to a customer who was promised one.

use crate::{
    actor::{self, Begin, Line},
    call::{Call, Person, Plan, Reach},
    hub::Hub,
    office::{Arrived, Dialing, refused},
    treat::Voice,
};
use okno_bus::voice::{Refused, Reply};
use okno_model::{
    AgentId, CallId, ChannelId, InteractionId,
    doc::{DialPlanDoc, InteractionDoc, InteractionState, LegDevice, PhoneSettings},
    phone::DialTo,
};
use okno_sip::dialplan::{DialRefusal, DialRule, DialRules, NumberPlan};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// An agent who accepted a callback and has no phone gets so much time to connect one.
const REACH: Duration = Duration::from_secs(5);
/// How often it is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(250);

/// A call to be made.
struct Plans {
    by: AgentId,
    device: LegDevice,
    to: DialTo,
    channel: ChannelId,
    /// A promised callback.
    interaction: Option<InteractionId>,
    /// The agent's own leg, when he dials at his phone.
    line: Option<Line>,
}

/// Second line behind the company's plan: a wide rule never opens premium numbers.
///
/// # Errors
/// [`Refused`] for a premium number that no rule names.
pub(crate) fn premium(plan: &DialPlanDoc, number: &str) -> Result<(), Refused> {
    let rule = |prefix: &String, allow| DialRule { prefix: prefix.clone(), allow };
    let numbers =
        NumberPlan { country: plan.country.clone(), national_prefix: plan.national_prefix.clone(), international_prefix: "00".to_owned() };
    let mut rules = DialRules::new(numbers);
    rules.rules = plan.allow.iter().map(|prefix| rule(prefix, true)).chain(plan.deny.iter().map(|prefix| rule(prefix, false))).collect();
    match rules.judge(number) {
        Err(error @ DialRefusal::Premium(..)) => Err(Refused { code: "number_not_allowed", why: error.to_string() }),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// An agent dials on his screen.
pub(crate) async fn request(hub: Arc<Hub>, by: AgentId, to: DialTo, channel: ChannelId, reply: Reply<CallId>) {
    let done = match hub.device(by) {
        Some(device) => dial(&hub, Plans { by, device, to, channel, interaction: None, line: None }).await,
        None => Err(no_phone()),
    };
    // Who does not wait any more sees the call on his screen.
    let _ = reply.send(done);
}

/// An agent dials at his desk phone; his leg is there.
pub(crate) async fn by_phone(hub: Arc<Hub>, by: AgentId, to: DialTo, channel: ChannelId, line: Line) -> Result<CallId, Refused> {
    let to = match to {
        DialTo::Number { number } => DialTo::Number { number: hub.number_to_dial(by, &number).await? },
        DialTo::Agent { .. } => to,
    };
    dial(&hub, Plans { by, device: LegDevice::Phone, to, channel, interaction: None, line: Some(line) }).await
}

fn no_phone() -> Refused {
    Refused { code: "no_phone", why: "connect your browser phone or register a phone first".to_owned() }
}

async fn dial(hub: &Arc<Hub>, plans: Plans) -> Result<CallId, Refused> {
    if hub.with(|map| map.draining) {
        return Err(Refused { code: "busy", why: "okno is being stopped and takes no new calls".to_owned() });
    }
    let (_, settings) = hub
        .channel(plans.channel)
        .ok_or_else(|| Refused { code: "not_allowed", why: "this channel is switched off; choose another".to_owned() })?;
    let our_number =
        settings.numbers.iter().find(|number| number.starts_with('+')).or(settings.numbers.first()).cloned().unwrap_or_default();
    let (whom, trunk) = match &plans.to {
        DialTo::Agent { agent } => {
            let device = hub
                .device(*agent)
                .ok_or_else(|| Refused { code: "unreachable", why: "this colleague has no phone connected now".to_owned() })?;
            (Some(if device == LegDevice::Phone { Reach::Phone(*agent) } else { Reach::Browser(*agent) }), None)
        }
        DialTo::Number { number } => {
            if let Some(config) = hub.config() {
                premium(&config.dial_plan, number)?;
            }
            let trunks = hub.sip.route(number);
            let first = trunks.first().ok_or_else(|| Refused {
                code: "unreachable",
                why: "no trunk can take this call now; an administrator sees under Settings, Telephone why".to_owned(),
            })?;
            (None, hub.trunk(first).map(|trunk| trunk.doc.id))
        }
    };
    let dialing = Dialing {
        key: format!("out:{}", hub.office.key()),
        by: plans.by,
        to: plans.to,
        channel: plans.channel,
        our_number: our_number.clone(),
        trunk,
        interaction: plans.interaction,
    };
    let arrived = hub.office.dialed(dialing).await.map_err(|error| refused(&error))?;
    let id = arrived.call.id;
    let plan = Plan { settings: outgoing(&settings), callback: plans.interaction.is_some(), whom };
    let person = Person { agent: plans.by, device: plans.device, name: String::new() };
    begin(hub, arrived, plan, person, our_number, plans.line);
    Ok(id)
}

/// What an outgoing call follows: nobody greets whom we call.
fn outgoing(settings: &PhoneSettings) -> PhoneSettings {
    PhoneSettings { greeting: None, whisper: false, callback: false, ..settings.clone() }
}

fn begin(hub: &Arc<Hub>, arrived: Arrived, plan: Plan, person: Person, our_number: String, line: Option<Line>) {
    let voice = Voice { settings: plan.settings.clone(), language: arrived.language, queue: arrived.queue_name };
    let name = arrived.interaction.customer_name.clone();
    let mut effects = Vec::new();
    let call = Call::outbound(hub.office.now(), arrived.call, plan, person, &mut effects);
    let lines: BTreeMap<i64, Line> = line.map(|line| (2, line)).into_iter().collect();
    actor::start(hub, Begin { call, effects, lines, voice, queue: arrived.interaction.queue, visitor: None, our_number, name });
}

/// Calls a customer who was promised it, if an agent has just taken that on.
pub(crate) async fn look_at_callback(hub: &Arc<Hub>, interaction: InteractionId) {
    match hub.office.interaction(interaction).await {
        Ok(Some(doc)) => callback(hub, &doc),
        Ok(None) => {}
        Err(error) => tracing::warn!(%interaction, %error, "a promised call is looked at later"),
    }
}

/// The same with the interaction at hand.
pub(crate) fn callback(hub: &Arc<Hub>, doc: &InteractionDoc) {
    let (Some(wanted), InteractionState::Active { agent, .. }) = (&doc.callback, &doc.state) else { return };
    let (id, agent, number, channel) = (doc.id, *agent, wanted.number.clone(), doc.channel);
    let mine = hub.with(|map| {
        // His own call still goes on, or it is being dialed.
        if map.interactions.contains_key(&id) || map.dialing.contains_key(&id) {
            return false;
        }
        map.dialing.insert(id, agent);
        true
    });
    if !mine {
        return;
    }
    let hub = Arc::clone(hub);
    tokio::spawn(async move {
        let done = promised(&hub, id, agent, number, channel).await;
        hub.with(|map| map.dialing.remove(&id));
        if let Err(refused) = done {
            tracing::warn!(interaction = %id, %agent, %refused, "a promised call cannot be made; it goes back to its queue");
            if let Err(error) = hub.office.unreached(id, agent).await {
                tracing::error!(interaction = %id, %error, "a promised call is stuck at an agent");
            }
        }
    });
}

async fn promised(hub: &Arc<Hub>, id: InteractionId, agent: AgentId, number: String, channel: ChannelId) -> Result<(), Refused> {
    let mut waited = Duration::ZERO;
    let device = loop {
        match hub.device(agent) {
            Some(device) => break device,
            None if waited >= REACH => return Err(no_phone()),
            None => {
                tokio::time::sleep(LOOK).await;
                waited += LOOK;
            }
        }
    };
    let plans = Plans { by: agent, device, to: DialTo::Number { number }, channel, interaction: Some(id), line: None };
    dial(hub, plans).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::WorkspaceId;

    #[test]
    fn a_wide_rule_does_not_open_premium_numbers() {
        let closed = DialPlanDoc::closed(WorkspaceId::from_u128(1));
        let plan = DialPlanDoc { country: "48".into(), allow: vec!["+48".into()], ..closed };
        assert!(premium(&plan, "+48221234567").is_ok());
        assert_eq!(premium(&plan, "+48700123456").unwrap_err().code, "number_not_allowed");
        let named = DialPlanDoc { allow: vec!["+48".into(), "+48700".into()], ..plan };
        assert!(premium(&named, "+48700123456").is_ok());
    }
}
