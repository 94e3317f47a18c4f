//! Calls that go out: to a trunk, or to every place where a phone is registered.
use std::net::IpAddr;
use std::sync::Arc;

use crate::admission::{Busy, Place};
use crate::api::{Dial, DialError, Dialed, LegHandle, LegId, LegParts};
use crate::core::Core;
use crate::fork::Fork;
use crate::leg::{Authenticator, Begin, Dialog, Hop, Machine, Redirector, Running};
use crate::registrar::{Binding, PhoneId};
use crate::sdp::Sdp;
use crate::trunks::{Channel, Trunk, TrunkId};
use crate::wire::{NameAddr, Target, escape, fresh_tag, quote};

/// The longest number or user that is dialed.
const MAX_NUMBER: usize = 64;

/// Devices of one phone that ring at once.
const MAX_FORKS: usize = 10;

/// One INVITE to be.
struct Plan {
    uri: String,
    /// From without tag.
    from: String,
    contact_user: String,
    target: Target,
    /// Routes that the first request takes already.
    route: Vec<NameAddr>,
    stick: bool,
    headers: Vec<(String, String)>,
    allow_refer: bool,
    digest: Option<Authenticator>,
    channel: Option<Channel>,
    trunk: Option<TrunkId>,
    phone: Option<PhoneId>,
    /// Addresses to try after `target`.
    others: Vec<Target>,
    redirect: Option<Redirector>,
    offer: Option<Sdp>,
    place: Place,
}

impl Core {
    /// Starts a call.
    pub(crate) async fn dial(self: &Arc<Self>, dial: Dial) -> Result<LegHandle, DialError> {
        if !is_user(&dial.from) && !dial.from.is_empty() {
            return Err(DialError::BadNumber(dial.from));
        }
        match &dial.to {
            Dialed::Trunk { trunk, number } => {
                let (trunk, number) = (trunk.clone(), number.clone());
                self.dial_trunk(&dial, &trunk, &number).await
            }
            Dialed::Phone(id) => self.dial_phones(&dial, &[(id.clone(), None)]),
            Dialed::Phones(phones) => {
                let phones: Vec<_> = phones.iter().map(|(id, offer)| (id.clone(), Some(offer.clone()))).collect();
                self.dial_phones(&dial, &phones)
            }
        }
    }

    /// Rings every device of these phones, each with the offer of its phone.
    fn dial_phones(self: &Arc<Self>, dial: &Dial, phones: &[(PhoneId, Option<Sdp>)]) -> Result<LegHandle, DialError> {
        let mut plans = Vec::new();
        'all: for (id, offer) in phones {
            for binding in &self.registrar.bindings(std::time::Instant::now(), id) {
                if plans.len() == MAX_FORKS {
                    break 'all;
                }
                // With one place left a phone rings on one device.
                match self.place() {
                    Ok(place) => {
                        let offer = offer.clone().or_else(|| dial.offer.clone());
                        plans.extend(self.to_binding(dial, (id, binding), offer, place));
                    }
                    Err(full) if plans.is_empty() => return Err(full),
                    Err(_) => break 'all,
                }
            }
        }
        match (plans.pop(), plans.is_empty()) {
            (None, _) => Err(DialError::NotRegistered(phones.first().map(|(id, _)| id.clone()).unwrap_or_default())),
            (Some(plan), true) => Ok(self.start_leg(dial, plan, None)),
            (Some(plan), false) => {
                plans.push(plan);
                Ok(self.fork(dial, plans))
            }
        }
    }

    fn place(&self) -> Result<Place, DialError> {
        self.admission.enter().map_err(|busy| match busy {
            Busy::Full => DialError::Full,
            Busy::Draining => DialError::Draining,
        })
    }

    async fn dial_trunk(self: &Arc<Self>, dial: &Dial, id: &str, number: &str) -> Result<LegHandle, DialError> {
        if number.is_empty() || !is_user(number) {
            return Err(DialError::BadNumber(number.to_owned()));
        }
        let trunk = self.trunks.get(id).ok_or_else(|| DialError::NoTrunk(id.to_owned()))?;
        let place = self.place()?;
        let channel = match self.trunks.take(std::time::Instant::now(), id) {
            Some(Ok(channel)) => channel,
            Some(Err(_)) => return Err(DialError::TrunkFull(id.to_owned())),
            None => return Err(DialError::NoTrunk(id.to_owned())),
        };
        let mut targets = self.trunks.targets(id).await.into_iter();
        let target = targets.next().ok_or_else(|| DialError::TrunkDown(id.to_owned()))?;
        let plan = Plan { others: targets.collect(), ..self.to_trunk(dial, &trunk, number, target, (channel, place)) };
        Ok(self.start_leg(dial, plan, None))
    }

    fn to_trunk(
        self: &Arc<Self>,
        dial: &Dial,
        trunk: &Arc<Trunk>,
        number: &str,
        target: Target,
        (channel, place): (Channel, Place),
    ) -> Plan {
        let host = bracket(&trunk.host);
        let port = if trunk.port == 0 { String::new() } else { format!(":{}", trunk.port) };
        let login = trunk.login();
        let caller = match (&dial.from, login) {
            (from, Some(login)) if from.is_empty() => login.user.clone(),
            (from, _) => from.clone(),
        };
        let digest = login.map(|_| {
            let (core, id) = (Arc::downgrade(self), trunk.id.clone());
            Authenticator(Arc::new(move |rounds, response, method, uri| match core.upgrade() {
                Some(core) => core.trunks.answer(&id, rounds, response, method, uri),
                None => Err(crate::auth::DigestError::NoDigest),
            }))
        });
        Plan {
            uri: format!("sip:{}@{host}{port}", escape(number)),
            from: from(dial, &caller, &bracket(trunk.domain())),
            contact_user: login.map_or(caller, |login| login.user.clone()),
            target,
            route: Vec::new(),
            stick: trunk.outbound_proxy.is_some(),
            headers: identity(dial, &bracket(trunk.domain())),
            allow_refer: trunk.allow_refer,
            digest,
            channel: Some(channel),
            trunk: Some(trunk.id.clone()),
            phone: None,
            others: Vec::new(),
            redirect: Some(self.redirector(&trunk.id)),
            offer: dial.offer.clone(),
            place,
        }
    }

    fn redirector(self: &Arc<Self>, trunk: &TrunkId) -> Redirector {
        let (core, trunk) = (Arc::downgrade(self), trunk.clone());
        Redirector(Arc::new(move |uri| core.upgrade().and_then(|core| core.trunks.place(&trunk, uri))))
    }

    fn to_binding(&self, dial: &Dial, (phone, binding): (&PhoneId, &Binding), offer: Option<Sdp>, place: Place) -> Option<Plan> {
        let target = Target::new(binding.source, binding.transport);
        let host = self.wire.sent_by(&target);
        let route: Vec<NameAddr> = binding.path.iter().filter_map(|path| NameAddr::parse(bracketed(path).as_bytes())).collect();
        // What a phone registered stands in a request line now.
        crate::wire::UriParts::parse(&binding.uri)?;
        let caller = if dial.from.is_empty() { "anonymous" } else { &dial.from };
        Some(Plan {
            uri: binding.uri.clone(),
            from: from(dial, caller, &host),
            contact_user: caller.to_owned(),
            target,
            stick: true,
            route,
            headers: identity(dial, &host),
            allow_refer: true,
            digest: None,
            channel: None,
            trunk: None,
            phone: Some(phone.clone()),
            others: Vec::new(),
            redirect: None,
            offer,
            place,
        })
    }

    /// Starts one leg. In a fork its dialogs are shown as `shown`.
    fn start_leg(self: &Arc<Self>, dial: &Dial, plan: Plan, shown: Option<LegId>) -> LegHandle {
        let id = self.next_leg();
        let dialog = Dialog {
            call_id: format!("{}@okno", fresh_tag() + &fresh_tag()),
            local: plan.from,
            local_tag: fresh_tag(),
            remote: format!("<{}>", plan.uri),
            remote_tag: None,
            remote_target: plan.uri,
            route: plan.route,
            local_cseq: 0,
            remote_cseq: None,
            contact: self.wire.contact(&plan.contact_user, &plan.target),
            stick: plan.stick || plan.target.transport != crate::api::Transport::Udp,
            flow: plan.target.clone(),
        };
        let mut headers = plan.headers;
        headers.extend(dial.headers.iter().filter(|(name, _)| is_free(name)).cloned());
        let (registered, letterbox) = self.registry.add(id, shown.unwrap_or(id), &dialog, None);
        let now = tokio::time::Instant::now();
        let mut effects = Vec::new();
        let begin = Begin {
            to: if dialog.route.is_empty() { Hop::At(plan.target) } else { dialog.hop() },
            dialog,
            others: plan.others,
            offer: plan.offer,
            headers,
            ring_until: dial.ring_for.map(|wait| now + wait),
            settings: self.settings(plan.allow_refer),
            digest: plan.digest,
            redirect: plan.redirect,
        };
        let machine = Machine::outgoing(now, begin, &mut effects);
        let (handle, parts) = LegParts::pair(id);
        self.remember(&handle.control);
        crate::leg::spawn(
            self.clone(),
            Running {
                machine,
                effects,
                parts,
                registered,
                letterbox,
                channel: plan.channel,
                place: plan.place,
                trunk: plan.trunk,
                phone: plan.phone,
            },
        );
        handle
    }

    /// Rings everywhere at once; the first answer has the call.
    fn fork(self: &Arc<Self>, dial: &Dial, plans: Vec<Plan>) -> LegHandle {
        let id = self.next_leg();
        let (handle, parts) = LegParts::pair(id);
        self.remember(&handle.control);
        let legs: Vec<LegHandle> = plans.into_iter().map(|plan| self.start_leg(dial, plan, Some(id))).collect();
        tokio::spawn(Fork::new(self.clone(), parts).run(legs));
        handle
    }
}

/// From without tag.
fn from(dial: &Dial, caller: &str, host: &str) -> String {
    if dial.anonymous {
        return "\"Anonymous\" <sip:anonymous@anonymous.invalid>".into();
    }
    let name = dial.from_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.map_or_else(String::new, |name| format!("{} ", quote(name)));
    format!("{name}<sip:{}@{host}>", escape(caller))
}

/// Who it is for the provider, where the caller hides or the provider wants to know.
fn identity(dial: &Dial, host: &str) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    let asserted =
        dial.asserted.as_deref().or(dial.anonymous.then_some(dial.from.as_str())).filter(|user| is_user(user) && !user.is_empty());
    if let Some(user) = asserted {
        headers.push(("P-Asserted-Identity".to_owned(), format!("<sip:{}@{host}>", escape(user))));
    }
    if dial.anonymous {
        headers.push(("Privacy".to_owned(), "id".to_owned()));
    }
    headers
}

/// Whether a text can be the user of a SIP URI that we make. What needs escapes gets them; control characters and blanks are nobody's number.
fn is_user(text: &str) -> bool {
    text.len() <= MAX_NUMBER && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '@' | ';' | '?'))
}

/// Headers that a caller of ours may add: none that the protocol owns.
fn is_free(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-")
        || [
            "diversion",
            "history-info",
            "alert-info",
            "call-info",
            "subject",
            "priority",
            "replaces",
            "referred-by",
            "user-to-user",
            "answer-mode",
            "reason",
            "accept-contact",
            "privacy",
            "p-preferred-identity",
        ]
        .contains(&name.as_str())
}

fn bracket(host: &str) -> String {
    if host.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) { format!("[{host}]") } else { host.to_owned() }
}

fn bracketed(uri: &str) -> String {
    if uri.starts_with('<') { uri.to_owned() } else { format!("<{uri}>") }
}
