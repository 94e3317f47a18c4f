//! What all calls of the door share: signaling, media, the app, and who is where.
//!
//! The map is behind one lock that is held for lookups only; nobody waits while holding it.

use crate::{
    actor::Message,
    early::Early,
    lag::Lag,
    office::{Office, refused},
    sdp::{Terms, codecs},
    treat::Sounds,
};
use okno_app::voice_config::{DoorConfig, DoorPhone, DoorTrunk};
use okno_bus::voice::Refused;
use okno_media::{Media, record::Recorders};
use okno_model::{
    AgentId, CallId, ChannelId, InteractionId, VisitorId,
    doc::{ChannelDoc, ChannelSettings, InteractionDoc, LegDevice, PhoneSettings, SrtpPolicy},
};
use okno_sip::Sip;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::mpsc;

/// Messages that wait for a call.
pub(crate) const WAITING: usize = 256;

/// Changes of phones that wait to be told: more than a large company has agents.
const PHONES: usize = 8192;

/// Everything that calls share.
pub(crate) struct Hub {
    pub(crate) office: Office,
    pub(crate) sip: Sip,
    pub(crate) media: Media,
    pub(crate) recorders: Recorders,
    pub(crate) sounds: Sounds,
    phones: mpsc::Sender<AgentId>,
    map: Mutex<Map>,
}

/// Who is where.
#[derive(Default)]
pub(crate) struct Map {
    /// Configuration as it was read last.
    pub(crate) config: Option<Arc<DoorConfig>>,
    /// Live calls.
    pub(crate) calls: BTreeMap<CallId, Entry>,
    /// The same by interaction.
    pub(crate) interactions: BTreeMap<InteractionId, CallId>,
    /// Whose a media leg is.
    pub(crate) owners: BTreeMap<okno_media::LegId, Owner>,
    /// Where the news of a SIP leg go. A leg may move to another call.
    pub(crate) legs: BTreeMap<okno_sip::LegId, Place>,
    /// Browser phones.
    pub(crate) desks: BTreeMap<AgentId, Desk>,
    /// SIP phones that are registered now, by their id.
    pub(crate) registered: BTreeMap<String, AgentId>,
    /// Those of them that are reached by encrypted signaling only.
    pub(crate) secure: BTreeSet<String>,
    /// Widgets that call.
    pub(crate) widgets: BTreeMap<VisitorId, CallId>,
    /// Their media.
    pub(crate) widget_media: BTreeMap<CallId, okno_media::LegId>,
    /// What routing was told about each agent's phone.
    pub(crate) told: BTreeMap<AgentId, bool>,
    /// Names of agents, for the records of calls.
    pub(crate) names: BTreeMap<AgentId, String>,
    /// Agents who are being dialed out for, so that a second try does not begin meanwhile.
    pub(crate) dialing: BTreeMap<InteractionId, AgentId>,
    /// Calls that are being taken in.
    pub(crate) lag: Lag,
    /// What the journal said about interactions that have no call here, or not yet.
    pub(crate) early: Early<Box<InteractionDoc>>,
    /// No new calls.
    pub(crate) draining: bool,
}

/// The call and the number of a leg; a negative number is a line of that leg which its agent does not listen to now.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) tray: mpsc::Sender<Message>,
    pub(crate) call: CallId,
    pub(crate) leg: i64,
}

/// A live call.
pub(crate) struct Entry {
    pub(crate) tray: mpsc::Sender<Message>,
    /// Who has the customer, as the call has it.
    pub(crate) agent: Option<AgentId>,
}

/// Whose a media leg is.
#[derive(Clone)]
pub(crate) enum Owner {
    /// A leg of a call.
    Call(mpsc::Sender<Message>, i64),
    /// An agent's browser.
    Desk(AgentId),
}

/// An agent's browser as a phone.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) media: okno_media::LegId,
    pub(crate) tab: String,
    pub(crate) connected: bool,
    /// The call whose leg it is now.
    pub(crate) used: Option<(CallId, i64)>,
    /// He hears himself.
    pub(crate) echo: bool,
}

impl Hub {
    /// Also gives the agents whose phones changed; see [`Self::phone_told`].
    pub(crate) fn new(office: Office, sip: Sip, media: Media, recorders: Recorders, sounds: Sounds) -> (Self, mpsc::Receiver<AgentId>) {
        let (phones, changed) = mpsc::channel(PHONES);
        (Self { office, sip, media, recorders, sounds, phones, map: Mutex::default() }, changed)
    }

    pub(crate) fn with<T>(&self, f: impl FnOnce(&mut Map) -> T) -> T {
        f(&mut self.map.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The configuration; empty before the first reading.
    pub(crate) fn config(&self) -> Option<Arc<DoorConfig>> {
        self.with(|map| map.config.clone())
    }

    /// The telephone channel with this id and its settings.
    pub(crate) fn channel(&self, id: ChannelId) -> Option<(ChannelDoc, PhoneSettings)> {
        let config = self.config()?;
        config.channels.iter().find(|channel| channel.id == id).and_then(|channel| Some((channel.clone(), settings(channel)?.clone())))
    }

    /// The agent's device that a call reaches now: his browser if its media stands, else a registered phone. A device that is in a call is not
    /// free.
    pub(crate) fn device(&self, agent: AgentId) -> Option<LegDevice> {
        self.with(|map| map.device(agent))
    }

    /// Gives a message to a call; `false` when it is over or does not keep up.
    pub(crate) fn send(&self, call: CallId, message: Message) -> bool {
        let tray = self.with(|map| map.calls.get(&call).map(|entry| entry.tray.clone()));
        let Some(tray) = tray else { return false };
        match tray.try_send(message) {
            Ok(()) => true,
            Err(mpsc::error::TrySendError::Closed(_)) => false,
            Err(mpsc::error::TrySendError::Full(_)) => {
                tracing::warn!(%call, "a call does not keep up with what happens; one message was dropped");
                metrics::counter!("okno_voice_messages_dropped_total").increment(1);
                false
            }
        }
    }

    /// Has routing told whether the agent has a phone. It is told by one task, in order.
    pub(crate) fn tell_phone(&self, agent: AgentId) {
        if self.phones.try_send(agent).is_err() {
            tracing::error!(%agent, "routing does not take news of phones; one was dropped");
        }
    }

    /// Tells routing now, if something has changed. `false`: to be tried again.
    pub(crate) async fn phone_told(&self, agent: AgentId) -> bool {
        let ready = self.with(|map| {
            let ready = map.has_phone(agent);
            (map.told.insert(agent, ready) != Some(ready)).then_some(ready)
        });
        if let Some(ready) = ready
            && let Err(error) = self.office.set_phone(agent, ready).await
        {
            tracing::info!(%agent, ready, %error, "routing does not know about a phone yet");
            self.with(|map| map.told.remove(&agent));
            return false;
        }
        if let Some(device) = self.device(agent) {
            self.device_news(agent, device);
        }
        true
    }

    /// A call that waits for this agent's device hears of it.
    fn device_news(&self, agent: AgentId, device: LegDevice) {
        let waiting: Vec<CallId> =
            self.with(|map| map.calls.iter().filter(|(_, entry)| entry.agent == Some(agent)).map(|(id, _)| *id).collect());
        for call in waiting {
            self.send(call, Message::input(crate::call::Input::Device { agent, device }));
        }
    }

    /// The call in which this agent has a customer.
    pub(crate) fn call_of(&self, agent: AgentId) -> Option<mpsc::Sender<Message>> {
        self.with(|map| map.calls.values().find(|entry| entry.agent == Some(agent)).map(|entry| entry.tray.clone()))
    }

    /// The phones of an agent that are registered.
    pub(crate) fn phones_of(&self, agent: AgentId) -> Vec<DoorPhone> {
        let Some(config) = self.config() else { return Vec::new() };
        let own: Vec<DoorPhone> = config.phones.iter().filter(|phone| phone.doc.agent == agent).cloned().collect();
        self.with(|map| own.into_iter().filter(|phone| map.registered.contains_key(&phone.doc.id.to_string())).collect())
    }

    /// A trunk's configuration by its id in the signaling.
    pub(crate) fn trunk(&self, id: &str) -> Option<DoorTrunk> {
        self.config()?.trunks.iter().find(|trunk| trunk.doc.id.to_string() == id).cloned()
    }

    /// A phone's configuration by its id in the signaling.
    pub(crate) fn phone(&self, id: &str) -> Option<DoorPhone> {
        self.config()?.phones.iter().find(|phone| phone.doc.id.to_string() == id).cloned()
    }

    /// The number that an agent may dial for what he typed: by the company's plan, and never a premium number by a wide rule.
    pub(crate) async fn number_to_dial(&self, agent: AgentId, typed: &str) -> Result<String, Refused> {
        let number = self.office.number_to_dial(agent, typed).await.map_err(|error| refused(&error))?;
        let Some(config) = self.config() else { return Ok(number) };
        crate::dial::premium(&config.dial_plan, &number)?;
        Ok(number)
    }
}

impl Map {
    /// See [`Hub::device`].
    pub(crate) fn device(&self, agent: AgentId) -> Option<LegDevice> {
        if self.desks.get(&agent).is_some_and(|desk| desk.connected && desk.used.is_none()) {
            return Some(LegDevice::Browser);
        }
        let busy = self.desks.get(&agent).is_some_and(|desk| desk.used.is_some());
        (!busy && self.registered.values().any(|whose| *whose == agent)).then_some(LegDevice::Phone)
    }

    /// Whether calls can be offered to him at all.
    fn has_phone(&self, agent: AgentId) -> bool {
        self.desks.get(&agent).is_some_and(|desk| desk.connected) || self.registered.values().any(|whose| *whose == agent)
    }

    /// The media leg is nobody's any more.
    pub(crate) fn forget_owner(&mut self, media: okno_media::LegId) {
        self.owners.remove(&media);
    }
}

/// The telephone settings of a channel.
pub(crate) const fn settings(channel: &ChannelDoc) -> Option<&PhoneSettings> {
    match &channel.settings {
        ChannelSettings::Phone(settings) => Some(settings),
        ChannelSettings::Mailbox(_) | ChannelSettings::Widget(_) => None,
    }
}

/// Codecs and encryption of a trunk.
pub(crate) fn terms_of_trunk(trunk: &DoorTrunk) -> Terms {
    Terms { codecs: codecs(&trunk.doc.codecs), srtp: policy(trunk.doc.srtp) }
}

/// Codecs and encryption of a phone.
pub(crate) fn terms_of_phone(phone: &DoorPhone) -> Terms {
    Terms { codecs: codecs(&[]), srtp: policy(phone.doc.srtp) }
}

/// The same word of the signaling.
pub(crate) const fn policy(policy: SrtpPolicy) -> okno_sip::SrtpPolicy {
    match policy {
        SrtpPolicy::No => okno_sip::SrtpPolicy::Off,
        SrtpPolicy::Optional => okno_sip::SrtpPolicy::Optional,
        SrtpPolicy::Required => okno_sip::SrtpPolicy::Required,
    }
}
