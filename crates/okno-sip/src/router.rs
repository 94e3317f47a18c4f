//! Whose message is this? In-dialog requests go to their leg, the rest is answered here or becomes a new leg.
//!
//! - **T-1** A stranger gets no 2xx and rings nowhere: he is challenged or hears nothing.
//! - **T-2** The router never waits for a leg: a full letterbox is answered `500`.
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Instant;

use tokio::sync::mpsc;

use crate::Transport;
use crate::admission::{Busy, may_knock, overloaded};
use crate::api::{Incoming, LegParts, Party, SipEvent, Source};
use crate::core::Core;
use crate::leg::{ALLOW, Body, Dialog, EXTENSIONS, Machine, Message, Running, too_brief};
use crate::registrar::Said;
use crate::registry::Invited;
use crate::wire::{Arrived, Reply, Request, fresh_tag};

/// Headers that are shown to the owner, and the longest value.
const SHOWN: [&str; 6] = ["diversion", "history-info", "user-agent", "subject", "call-info", "p-charging-vector"];
const MAX_SHOWN: usize = 1024;

/// Takes what arrives until the sockets close.
pub(crate) async fn run(core: Weak<Core>, mut arrived: mpsc::Receiver<Arrived>) {
    while let Some(one) = arrived.recv().await {
        let Some(core) = core.upgrade() else { return };
        route(&core, one).await;
    }
}

async fn register(core: &Core, arrived: &Arrived) {
    match core.registrar.register(Instant::now(), &arrived.request, &arrived.source) {
        Said::Silence => core.wire.forget(&arrived.tx).await,
        Said::Refuse(reply) => {
            core.admission.unauthorized(Instant::now(), arrived.source.address.ip());
            core.wire.reply(&arrived.tx, &reply).await;
        }
        Said::Accept(reply) => {
            core.admission.authorized(arrived.source.address.ip());
            core.wire.reply(&arrived.tx, &reply).await;
        }
    }
}

async fn route(core: &Arc<Core>, arrived: Arrived) {
    let method = arrived.request.method().to_owned();
    metrics::counter!("okno_sip_requests_total").increment(1);
    if let Some((code, why)) = arrived.request.fault() {
        tracing::debug!(%why, "a SIP request is wrong");
        if method != "ACK" {
            core.wire.reply(&arrived.tx, &Reply::new(code)).await;
        }
        return;
    }
    if let Some(tag) = arrived.request.to_tag() {
        return in_dialog(core, arrived, tag).await;
    }
    match method.as_str() {
        // For a dialog that is gone, or that never was.
        "ACK" => {}
        "CANCEL" => cancel(core, arrived).await,
        // Over UDP it is sent again by itself.
        "REGISTER" if arrived.source.transport != Transport::Udp && !core.registrar.has_phones() => {
            let core = core.clone();
            tokio::spawn(async move {
                core.registrar.first_phones().await;
                register(&core, &arrived).await;
            });
        }
        "REGISTER" => register(core, &arrived).await,
        _ => {
            if let Some(source) = who(core, &arrived).await {
                known(core, arrived, source, &method).await;
            }
        }
    }
}

/// To the leg that has the dialog.
async fn in_dialog(core: &Arc<Core>, arrived: Arrived, our_tag: String) {
    let ack = arrived.request.method() == "ACK";
    let tx = arrived.tx.clone();
    match core.registry.dialog(arrived.request.call_id(), our_tag) {
        Some(letterbox) => hand_over(core, &letterbox, arrived).await,
        None if ack => {}
        None => core.wire.reply(&tx, &Reply::new(481)).await,
    }
}

async fn cancel(core: &Arc<Core>, arrived: Arrived) {
    // Callers of RFC 2543 have no branch; their Call-ID is enough.
    let leg = core.registry.invite(arrived.request.call_id(), arrived.request.branch().unwrap_or_default());
    match leg {
        Some(letterbox) => hand_over(core, &letterbox, arrived).await,
        None => core.wire.reply(&arrived.tx, &Reply::new(481)).await,
    }
}

async fn hand_over(core: &Arc<Core>, letterbox: &mpsc::Sender<Message>, arrived: Arrived) {
    let (tx, ack) = (arrived.tx.clone(), arrived.request.method() == "ACK");
    match letterbox.try_send(Message::Request(Box::new(arrived))) {
        Ok(()) => {}
        Err(_) if ack => {}
        Err(mpsc::error::TrySendError::Full(_)) => core.wire.reply(&tx, &Reply::new(500).header("Retry-After", "5")).await,
        Err(mpsc::error::TrySendError::Closed(_)) => core.wire.reply(&tx, &Reply::new(481)).await,
    }
}

/// Who sends a request outside of dialogs. `None`: it was refused or left alone.
async fn who(core: &Arc<Core>, arrived: &Arrived) -> Option<Source> {
    let user = arrived.request.uri_parts().user.unwrap_or_default();
    // A phone behind the same address as a trunk is known by its socket, and still has to show who it is.
    let phone = core.registrar.at(Instant::now(), &arrived.source).is_some();
    if !phone && let Some(trunk) = core.trunks.identify(arrived.source.address, &user) {
        return Some(Source::Trunk(trunk.id.clone()));
    }
    // Phones ask whether we are there without a digest.
    if arrived.request.method() == "OPTIONS" && core.registrar.has_source(arrived.source.address.ip()) {
        return Some(Source::Phone(String::new()));
    }
    if !may_knock(arrived.request.method()) {
        metrics::counter!("okno_sip_dropped_total", "why" => "stranger").increment(1);
        core.wire.forget(&arrived.tx).await;
        return None;
    }
    match core.registrar.authenticate(Instant::now(), &arrived.request, &arrived.source) {
        Said::Accept(id) => {
            core.admission.authorized(arrived.source.address.ip());
            Some(Source::Phone(id))
        }
        Said::Refuse(reply) => {
            core.admission.unauthorized(Instant::now(), arrived.source.address.ip());
            core.wire.reply(&arrived.tx, &reply).await;
            None
        }
        Said::Silence => {
            metrics::counter!("okno_sip_dropped_total", "why" => "stranger").increment(1);
            core.wire.forget(&arrived.tx).await;
            None
        }
    }
}

/// A request of somebody we know.
async fn known(core: &Arc<Core>, arrived: Arrived, source: Source, method: &str) {
    let reply = match method {
        "INVITE" => match invite(core, &arrived, source).await {
            Ok(()) => return,
            Err(reply) => reply,
        },
        "OPTIONS" => {
            let reply = if core.admission.is_draining() { Reply::new(503).header("Retry-After", "30") } else { Reply::new(200) };
            reply.header("Allow", ALLOW).header("Accept", "application/sdp").header("Supported", "timer, replaces, 100rel")
        }
        "SUBSCRIBE" => Reply::new(489),
        "NOTIFY" | "BYE" | "UPDATE" | "INFO" | "PRACK" | "REFER" => Reply::new(481),
        _ => Reply::new(405).header("Allow", ALLOW),
    };
    core.wire.reply(&arrived.tx, &reply).await;
}

/// A new call, or the answer that refuses it.
async fn invite(core: &Arc<Core>, arrived: &Arrived, source: Source) -> Result<(), Reply> {
    let request = &arrived.request;
    let uri = request.uri_parts();
    if !matches!(uri.scheme.as_str(), "sip" | "sips" | "tel") {
        return Err(Reply::new(416));
    }
    let foreign: Vec<String> = request.tokens("Require").into_iter().filter(|tag| !EXTENSIONS.contains(&tag.as_str())).collect();
    if !foreign.is_empty() {
        return Err(Reply::new(420).header("Unsupported", foreign.join(", ")));
    }
    let call_id = request.call_id();
    let branch = request.branch().unwrap_or_default();
    let (Some(from), Some((cseq, _))) = (request.address("From"), request.cseq()) else {
        return Err(Reply::new(400));
    };
    let from_tag = from.tag().unwrap_or_default().to_owned();
    if core.registry.is_merged(call_id.clone(), from_tag.clone(), cseq) {
        return Err(Reply::new(482));
    }
    if request.addresses("Contact").is_none_or(|contacts| contacts.is_empty()) || request.addresses("Record-Route").is_none() {
        return Err(Reply::new(400).reason("Bad or no Contact"));
    }
    let offer = match Body::of_request(request) {
        Body::Nothing => None,
        Body::Sdp(sdp) => Some(sdp),
        Body::Broken(_) => return Err(Reply::new(488)),
        Body::Foreign => return Err(Reply::new(415).header("Accept", "application/sdp").header("Accept-Encoding", "identity")),
    };
    if let Some(refused) = too_brief(request, core.config.min_session_expires) {
        return Err(refused);
    }
    if core.admission.is_late() {
        metrics::counter!("okno_sip_refused_total").increment(1);
        return Err(overloaded(rand::random()));
    }
    let place = core.admission.enter().map_err(|busy| {
        metrics::counter!("okno_sip_refused_total").increment(1);
        match busy {
            Busy::Full => overloaded(rand::random()),
            Busy::Draining => Reply::new(503).header("Retry-After", "30"),
        }
    })?;
    let replaces = match request.header("Replaces") {
        Some(value) => Some(core.registry.replaced(&value).ok_or_else(|| Reply::new(481))?),
        None => None,
    };
    let (channel, allow_refer, stick, trusted) = match &source {
        Source::Phone(_) => (None, true, true, false),
        Source::Trunk(id) => {
            let Some(trunk) = core.trunks.get(id) else { return Err(Reply::new(403)) };
            let channel = match core.trunks.take(Instant::now(), id) {
                Some(Ok(channel)) => Some(channel),
                Some(Err(full)) => {
                    tracing::info!(trunk = %id, ?full, "a call found no channel");
                    return Err(Reply::new(503).header("Retry-After", "5"));
                }
                None => return Err(Reply::new(403)),
            };
            (channel, trunk.allow_refer, trunk.outbound_proxy.is_some(), trunk.trusted)
        }
    };

    let contact = core.wire.contact(uri.user.as_deref().unwrap_or_default(), &arrived.source);
    let Some(dialog) = Dialog::incoming(request, &arrived.source, fresh_tag(), contact, stick) else { return Err(Reply::new(400)) };
    // A place in the queue of events first: a call that nobody will hear of must not begin.
    let Ok(room) = core.events.clone().try_reserve_owned() else { return Err(overloaded(rand::random())) };
    core.wire.reply(&arrived.tx, &Reply::new(100)).await;
    let id = core.next_leg();
    let (registered, letterbox) = core.registry.add(id, id, &dialog, Some(Invited { branch, from_tag, cseq }));
    let machine = Machine::incoming(arrived, dialog, offer.clone(), core.settings(allow_refer));
    let (leg, parts) = LegParts::pair(id);
    core.remember(&leg.control);
    crate::leg::spawn(
        core.clone(),
        Running { machine, effects: Vec::new(), parts, registered, letterbox, channel, place, trunk: None, phone: None },
    );
    let to_header = request.address("To").and_then(|to| to.parts.user).unwrap_or_default();
    room.send(SipEvent::Incoming(Box::new(Incoming {
        leg,
        from: party(request, trusted),
        to: uri.user.unwrap_or_default(),
        to_header,
        source,
        address: arrived.source.address,
        secure: arrived.source.transport.is_secure(),
        call_id,
        offer,
        headers: shown(request),
        replaces,
        reliable_required: request.has("Require", "100rel"),
    })));
    Ok(())
}

fn party(request: &Request, trusted: bool) -> Party {
    let Some(from) = request.address("From") else { return Party::default() };
    let asserted = if trusted {
        ["P-Asserted-Identity", "Remote-Party-ID"]
            .iter()
            .find_map(|name| request.addresses(name)?.into_iter().find_map(|one| one.parts.user))
    } else {
        None
    };
    let private =
        request.header("Privacy").is_some_and(|value| value.split([';', ',']).any(|part| matches!(part.trim(), "id" | "user" | "header")));
    let user = from.parts.user.unwrap_or_default();
    let anonymous = private || user.eq_ignore_ascii_case("anonymous") || from.parts.host.eq_ignore_ascii_case("anonymous.invalid");
    Party { user, name: from.name, host: from.parts.host, asserted, anonymous }
}

fn shown(request: &Request) -> BTreeMap<String, String> {
    let wanted = |name: &str| SHOWN.contains(&name) || name.starts_with("x-");
    let mut headers = BTreeMap::new();
    for (name, value) in request.all() {
        let name = name.to_ascii_lowercase();
        if wanted(&name) && headers.len() < 32 {
            headers.entry(name).or_insert_with(|| value.chars().filter(|c| !c.is_control()).take(MAX_SHOWN).collect());
        }
    }
    headers
}
