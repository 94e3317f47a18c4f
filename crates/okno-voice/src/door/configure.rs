//! Configuration and health: what the app says about trunks and phones, and what the signaling says about them.

use crate::hub::{Hub, policy};
use okno_app::voice_config::{DoorPhone, DoorTrunk};
use okno_model::{
    AgentId, PhoneId, Timestamp, TrunkId,
    doc::{RegistrationDoc, SipTransport},
};
use okno_sip::{Binding, Cidr, HostPort, Login, Phone, Transport, Trunk, TrunkKind, TrunkState};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc, time::Duration};

/// Also looked at without a poke.
const LOOK: Duration = Duration::from_secs(60);
/// We register for so long; most providers shorten it.
const REGISTER: Duration = Duration::from_secs(600);

/// Follows the configuration until the task is ended.
pub(super) async fn run(hub: Arc<Hub>) {
    let (mut voice, mut channels) = (hub.office.configured(), hub.office.channels());
    loop {
        tokio::select! {
            () = voice.wait() => {}
            () = channels.wait() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
        read(&hub).await;
    }
}

/// Reads the configuration and gives it to the signaling.
pub(super) async fn read(hub: &Arc<Hub>) {
    let config = match hub.office.config().await {
        Ok(config) => Arc::new(config),
        Err(error) => return tracing::warn!(%error, "the telephone's configuration cannot be read; it stays as it was"),
    };
    match hub.office.names().await {
        Ok(names) => hub.with(|map| map.names = names),
        Err(error) => tracing::warn!(%error, "agents' names cannot be read; calls show none for a while"),
    }
    let had = hub.with(|map| map.config.replace(Arc::clone(&config)));
    if had.is_some_and(|had| *had == *config) {
        return;
    }
    let trunks = config.trunks.iter().filter_map(signaling_of).collect();
    hub.sip.set_trunks(trunks).await;
    hub.sip.set_phones(config.phones.iter().map(phone_of).collect()).await;
    let changed: BTreeSet<AgentId> = hub.with(|map| {
        let before: BTreeSet<AgentId> = map.registered.values().copied().collect();
        map.registered.retain(|id, agent| match config.phones.iter().find(|phone| phone.doc.id.to_string() == *id) {
            Some(phone) => {
                *agent = phone.doc.agent;
                true
            }
            None => false,
        });
        before.union(&map.registered.values().copied().collect()).copied().collect()
    });
    for agent in changed {
        hub.tell_phone(agent);
    }
}

fn signaling_of(trunk: &DoorTrunk) -> Option<Trunk> {
    let doc = &trunk.doc;
    let transport = match doc.transport {
        SipTransport::Udp => Transport::Udp,
        SipTransport::Tcp => Transport::Tcp,
        SipTransport::Tls => Transport::Tls,
    };
    let login = || Login {
        user: doc.user.clone(),
        auth_user: None,
        secret: trunk.password.clone().unwrap_or_default(),
        realm: Some(doc.realm.clone()).filter(|realm| !realm.is_empty()),
    };
    let kind = match (doc.register, doc.user.is_empty()) {
        (true, false) => TrunkKind::Register { login: login(), expires: REGISTER },
        (false, false) => TrunkKind::Digest(login()),
        (_, true) => TrunkKind::Address,
    };
    let sources: Result<Vec<Cidr>, _> = doc.sources.iter().map(|text| text.parse()).collect();
    let sources = sources.map_err(|error| tracing::error!(trunk = doc.name, %error, "a trunk cannot be used")).ok()?;
    // A provider may name several hosts; they are tried in this order.
    let mut hosts = doc.host.split(',').map(str::trim);
    let host = hosts.next().unwrap_or_default();
    Some(Trunk {
        order: u32::try_from(doc.order.max(0)).unwrap_or(u32::MAX),
        port: doc.port,
        kind,
        sources,
        max_calls: Some(doc.max_calls).filter(|limit| *limit > 0),
        calls_per_second: Some(doc.calls_per_second).filter(|limit| *limit > 0),
        codecs: doc.codecs.clone(),
        srtp: policy(doc.srtp),
        trusted: doc.trusted,
        more: hosts.map(|host| HostPort { host: host.to_owned(), port: doc.port }).collect(),
        ..Trunk::new(&doc.id.to_string(), host, transport)
    })
}

fn phone_of(phone: &DoorPhone) -> Phone {
    Phone { id: phone.doc.id.to_string(), login: phone.doc.login.clone(), secret: phone.password.clone(), sha256: phone.doc.sha256 }
}

/// How a trunk is.
pub(super) async fn trunk(hub: &Arc<Hub>, id: &str, state: TrunkState, detail: String) {
    let Ok(id) = id.parse::<TrunkId>() else { return };
    let state = match state {
        TrunkState::Ok => "ok",
        TrunkState::Error => "error",
        TrunkState::Unknown => "connecting",
    };
    if let Err(error) = hub.office.trunk_health(id, state, detail).await {
        tracing::warn!(trunk = %id, %error, "a trunk's health is not stored");
    }
}

/// A binding as it is kept over a restart.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    uri: String,
    transport: String,
    source: SocketAddr,
    path: Vec<String>,
    instance: Option<String>,
    reg_id: Option<u32>,
    q: u16,
    user_agent: String,
    call_id: String,
    cseq: u32,
    until: Timestamp,
}

impl Kept {
    fn of(binding: &Binding, now: Timestamp) -> Self {
        Self {
            uri: binding.uri.clone(),
            transport: binding.transport.as_str().to_owned(),
            source: binding.source,
            path: binding.path.clone(),
            instance: binding.instance.clone(),
            reg_id: binding.reg_id,
            q: binding.q,
            user_agent: binding.user_agent.clone(),
            call_id: binding.call_id.clone(),
            cseq: binding.cseq,
            until: now + binding.expires_in,
        }
    }

    fn binding(self, now: Timestamp) -> Option<Binding> {
        let expires_in = self.until.since(now);
        let transport = Transport::parse(&self.transport)?;
        (expires_in > Duration::ZERO).then_some(Binding {
            uri: self.uri,
            transport,
            source: self.source,
            path: self.path,
            instance: self.instance,
            reg_id: self.reg_id,
            q: self.q,
            user_agent: self.user_agent,
            call_id: self.call_id,
            cseq: self.cseq,
            expires_in,
        })
    }
}

/// A phone is registered elsewhere, or nowhere.
pub(super) async fn registered(hub: &Arc<Hub>, id: &str, bindings: Vec<Binding>) {
    let Some(phone) = hub.phone(id) else { return };
    let agent = phone.doc.agent;
    hub.with(|map| {
        if bindings.is_empty() {
            map.registered.remove(id);
            map.secure.remove(id);
        } else {
            map.registered.insert(id.to_owned(), agent);
            if bindings.iter().all(|binding| binding.transport.is_secure()) {
                map.secure.insert(id.to_owned());
            } else {
                map.secure.remove(id);
            }
        }
    });
    hub.tell_phone(agent);
    let now = hub.office.now();
    let shown = |binding: &Binding| RegistrationDoc {
        address: format!("{} {}", binding.transport.as_str(), binding.source),
        user_agent: binding.user_agent.clone(),
        until: now + binding.expires_in,
    };
    let docs = bindings.iter().map(shown).collect();
    let kept: Vec<Kept> = bindings.iter().map(|binding| Kept::of(binding, now)).collect();
    // Plain strings and numbers can always be written.
    let text = serde_json::to_string(&kept).unwrap_or_default();
    if let Err(error) = hub.office.phone_registered(phone.doc.id, docs, text).await {
        tracing::warn!(phone = phone.doc.login, %error, "a registration is not stored; after a restart the phone is found when it registers again");
    }
}

/// Registrations that hold over a restart.
pub(super) async fn restore(hub: &Arc<Hub>) {
    let rows = match hub.office.bindings().await {
        Ok(rows) => rows,
        Err(error) => return tracing::warn!(%error, "registrations cannot be read; phones register again by themselves"),
    };
    let now = hub.office.now();
    let bindings = rows.into_iter().map(|(id, text): (PhoneId, String)| {
        let kept: Vec<Kept> = serde_json::from_str(&text).unwrap_or_default();
        (id.to_string(), kept.into_iter().filter_map(|kept| kept.binding(now)).collect())
    });
    hub.sip.load_bindings(bindings.filter(|(_, list): &(String, Vec<Binding>)| !list.is_empty()).collect());
}
