//! Calls that come in by SIP: from trunks to the channels of their numbers, from phones wherever they dial.

use crate::{
    actor::{self, Begin, Line, LineError, SipLine},
    call::{CUSTOMER, Call, Plan},
    dial,
    early::Said,
    echo,
    hub::{Hub, settings, terms_of_phone, terms_of_trunk},
    lag::Arriving,
    office::{Arrival, Arrived},
    sdp::Terms,
    treat::Voice,
};
use okno_app::{
    AppError,
    voice_config::{DoorConfig, DoorPhone, DoorTrunk},
};
use okno_model::{
    ChannelId,
    doc::{CallEnder, DialPlanDoc, LegDevice},
    phone::DialTo,
};
use okno_sip::{Incoming, Source};
use std::{collections::BTreeMap, sync::Arc};

/// Characters of a caller's shown name that are kept.
const NAME: usize = 80;

/// Takes a call.
pub(crate) async fn take(hub: Arc<Hub>, incoming: Incoming) {
    let source = incoming.source.clone();
    match source {
        // A provider may not take calls over; nor may a stranger behind it.
        Source::Trunk(_) if incoming.replaces.is_some() => incoming.leg.control.reject(403, "Forbidden"),
        Source::Trunk(id) => match hub.trunk(&id) {
            Some(trunk) => from_trunk(&hub, incoming, &trunk).await,
            // It was removed a moment ago.
            None => incoming.leg.control.reject(403, "Forbidden"),
        },
        Source::Phone(id) => match hub.phone(&id) {
            Some(phone) => from_phone(&hub, incoming, &phone).await,
            None => incoming.leg.control.reject(403, "Forbidden"),
        },
    }
}

async fn from_trunk(hub: &Arc<Hub>, incoming: Incoming, trunk: &DoorTrunk) {
    let config = hub.config();
    let channel = config.as_deref().and_then(|config| channel_of(config, &incoming.to));
    let Some(channel) = channel else {
        tracing::warn!(
            trunk = trunk.doc.name,
            to = incoming.to,
            "a call for a number that no channel has; add the number to a telephone channel"
        );
        return incoming.leg.control.reject(404, "Not Found");
    };
    let vouched = trunk.doc.trusted && incoming.from.asserted.is_some();
    let number = match &incoming.from.asserted {
        _ if incoming.from.anonymous => String::new(),
        Some(asserted) if trunk.doc.trusted => asserted.clone(),
        Some(_) | None => incoming.from.user.clone(),
    };
    let arrival = Arrival {
        key: format!("sip:{}:{}@{}", incoming.call_id, incoming.from.user, incoming.from.host),
        channel,
        number,
        name: incoming.from.name.clone().unwrap_or_default().chars().filter(|c| !c.is_control()).take(NAME).collect(),
        our_number: incoming.to.clone(),
        trunk: Some(trunk.doc.id),
        unconfirmed: !vouched,
        visitor: None,
    };
    let (arriving, since) = (Arriving::begin(hub), hub.with(|map| map.early.heard()));
    let terms = terms_of_trunk(trunk);
    // Its sound is made ready while it is being recorded.
    let (arrived, line) = tokio::join!(
        async {
            let arrived = hub.office.arrived(arrival).await;
            drop(arriving);
            arrived
        },
        SipLine::incoming(hub, incoming, &terms)
    );
    match (arrived, line) {
        (Ok(arrived), Ok(line)) if arrived.repeat => turn_away(hub, line, 482, "Loop Detected").await,
        (Ok(arrived), Ok(line)) => begin(hub, arrived, Line::Sip(Box::new(line)), LegDevice::Trunk, None, since),
        (Ok(arrived), Err((incoming, error))) => {
            refuse(&incoming, &error);
            if !arrived.repeat {
                actor::bury(&hub.office, arrived.call, CallEnder::System, error.cause().key()).await;
            }
        }
        (Err(error), line) => {
            let (code, reason) = match error {
                AppError::NotFound { .. } => (404, "Not Found"),
                AppError::Conflict { .. } | AppError::Invalid { .. } | AppError::Forbidden { .. } | AppError::Unauthorized => {
                    (480, "Temporarily Unavailable")
                }
                AppError::Throttled { .. } | AppError::Unavailable { .. } | AppError::Internal(_) => (503, "Service Unavailable"),
            };
            tracing::error!(%error, code, "a call cannot be recorded and is refused");
            match line {
                Ok(line) => turn_away(hub, line, code, reason).await,
                Err((incoming, _)) => incoming.leg.control.reject(code, reason),
            }
        }
    }
}

/// Refuses a call whose media is open already.
async fn turn_away(hub: &Hub, line: SipLine, code: u16, reason: &str) {
    line.control.reject(code, reason);
    hub.media.close(line.media()).await;
}

fn refuse(incoming: &Incoming, error: &LineError) {
    tracing::warn!(call_id = incoming.call_id, %error, "a call cannot be answered");
    match error {
        LineError::Sdp(_) => incoming.leg.control.reject(488, "Not Acceptable Here"),
        LineError::Media(_) | LineError::Dial(_) => incoming.leg.control.reject(503, "Service Unavailable"),
    }
}

/// Starts the call of a customer whose leg is there. It was recorded after event `since`.
pub(crate) fn begin(hub: &Arc<Hub>, arrived: Arrived, line: Line, device: LegDevice, visitor: Option<okno_model::VisitorId>, since: i64) {
    let voice = Voice { settings: arrived.settings.clone(), language: arrived.language, queue: arrived.queue_name };
    let name = arrived.interaction.customer_name.clone();
    let our_number = voice.settings.numbers.iter().find(|number| number.starts_with('+')).cloned().unwrap_or_default();
    let plan = Plan { settings: arrived.settings, callback: false, whom: None };
    let mut effects = Vec::new();
    let call = Call::inbound(hub.office.now(), arrived.call, plan, device, name.clone(), &mut effects);
    let lines = BTreeMap::from([(CUSTOMER, line)]);
    let interaction = arrived.interaction.id;
    let tray = actor::start(hub, Begin { call, effects, lines, voice, queue: arrived.interaction.queue, visitor, our_number, name });
    // Routing may have decided before the call could hear of it.
    match hub.with(|map| map.early.take(interaction, since)) {
        // Its tray is empty but for what is newer.
        Said::This(doc, seq) => drop(tray.try_send(actor::Message::Interaction(doc, seq))),
        Said::Nothing => {}
        Said::Forgotten => {
            let hub = Arc::clone(hub);
            tokio::spawn(async move {
                if let Ok(Some((doc, seq))) = hub.office.interaction_now(interaction).await {
                    let _ = tray.send(actor::Message::Interaction(Box::new(doc), seq)).await;
                }
            });
        }
    }
}

async fn from_phone(hub: &Arc<Hub>, incoming: Incoming, phone: &DoorPhone) {
    let to = incoming.to.clone();
    let terms: Terms = terms_of_phone(phone);
    if let Some(test) = echo::Test::of(&to) {
        match SipLine::incoming(hub, incoming, &terms).await {
            Ok(line) => echo::run(hub, test, line).await,
            Err((incoming, error)) => refuse(&incoming, &error),
        }
        return;
    }
    if let Some(other) = incoming.replaces {
        return replace(hub, incoming, phone, other).await;
    }
    let Some(config) = hub.config() else { return incoming.leg.control.reject(503, "Service Unavailable") };
    let Some(channel) = config.channels.first().map(|channel| channel.id) else {
        return incoming.leg.control.reject(403, "Forbidden");
    };
    let colleague = config.phones.iter().find(|other| other.doc.login.eq_ignore_ascii_case(&to)).map(|other| other.doc.agent);
    let to = colleague.map_or(DialTo::Number { number: to }, |agent| DialTo::Agent { agent });
    let control = incoming.leg.control.clone();
    match SipLine::incoming(hub, incoming, &terms).await {
        Ok(line) => {
            if let Some(tray) = hub.call_of(phone.doc.agent) {
                return second(hub, phone, to, line, &tray).await;
            }
            if let Err(refused) = dial::by_phone(Arc::clone(hub), phone.doc.agent, to, channel, Line::Sip(Box::new(line))).await {
                tracing::info!(phone = phone.doc.login, %refused, "a phone's call was refused");
                let (code, reason) = match refused.code {
                    "unreachable" | "busy" => (480, "Temporarily Unavailable"),
                    "limit" | "no_capacity" => (486, "Busy Here"),
                    _ => (403, "Forbidden"),
                };
                control.reject(code, reason);
            }
        }
        Err((incoming, error)) => refuse(&incoming, &error),
    }
}

/// An agent who has a customer dials with the second line of his phone: he consults somebody.
async fn second(hub: &Hub, phone: &DoorPhone, to: DialTo, line: SipLine, tray: &tokio::sync::mpsc::Sender<actor::Message>) {
    let to = match to {
        DialTo::Number { number } => hub.number_to_dial(phone.doc.agent, &number).await.map(|number| DialTo::Number { number }),
        DialTo::Agent { .. } => Ok(to),
    };
    match to {
        Ok(to) => {
            let control = line.control.clone();
            let message = actor::Message::Second { agent: phone.doc.agent, to, line: Box::new(line) };
            if tray.send(message).await.is_err() {
                control.reject(480, "Temporarily Unavailable");
            }
        }
        Err(refused) => {
            tracing::info!(phone = phone.doc.login, %refused, "a phone's call was refused");
            line.control.reject(403, "Forbidden");
            hub.media.close(Line::Sip(Box::new(line)).media()).await;
        }
    }
}

/// A phone takes over a call that goes on at another phone of its agent.
async fn replace(hub: &Arc<Hub>, incoming: Incoming, phone: &DoorPhone, other: okno_sip::LegId) {
    let Some(place) = hub.with(|map| map.legs.get(&other).cloned()) else {
        return incoming.leg.control.reject(481, "No such call");
    };
    let control = incoming.leg.control.clone();
    match SipLine::incoming(hub, incoming, &terms_of_phone(phone)).await {
        Ok(line) => {
            let message = actor::Message::Replace { leg: place.leg, agent: phone.doc.agent, line: Box::new(line) };
            if place.tray.send(message).await.is_err() {
                control.reject(481, "No such call");
            }
        }
        Err((incoming, error)) => refuse(&incoming, &error),
    }
}

/// The channel of a number that was called.
pub(crate) fn channel_of(config: &DoorConfig, called: &str) -> Option<ChannelId> {
    let same = |number: &String| same_number(&config.dial_plan, number, called);
    config
        .channels
        .iter()
        .find(|channel| settings(channel).is_some_and(|settings| settings.numbers.iter().any(same)))
        .map(|channel| channel.id)
}

/// Whether a trunk means our number: with or without plus, country code or national prefix.
fn same_number(plan: &DialPlanDoc, ours: &str, called: &str) -> bool {
    let bare = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '*' | '#')).collect::<String>();
    let (ours, called) = (bare(ours), bare(called));
    if called.is_empty() || ours.is_empty() {
        return false;
    }
    let international = called.strip_prefix("00").unwrap_or(&called);
    if ours == called || ours == international {
        return true;
    }
    let national = if plan.national_prefix.is_empty() {
        called.as_str()
    } else {
        called.strip_prefix(plan.national_prefix.as_str()).unwrap_or(&called)
    };
    !plan.country.is_empty() && ours == format!("{}{national}", plan.country)
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::WorkspaceId;

    #[test]
    fn a_number_is_ours_however_the_trunk_writes_it() {
        let plan = DialPlanDoc { country: "49".into(), national_prefix: "0".into(), ..DialPlanDoc::closed(WorkspaceId::from_u128(1)) };
        for called in ["+4930123456", "4930123456", "004930123456", "030123456", "30123456"] {
            assert!(same_number(&plan, "+4930123456", called), "{called}");
        }
        assert!(same_number(&plan, "500", "500"));
        for called in ["+4930123457", "30123", "", "sales"] {
            assert!(!same_number(&plan, "+4930123456", called), "{called}");
        }
    }
}
