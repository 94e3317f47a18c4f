//! Calls that go out: to a trunk, or to every place where a phone is registered.
use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::admission::{Busy, Place};
use crate::api::{Command, Dial, DialError, Dialed, Hangup, LegControl, LegEvent, LegHandle, LegId, LegParts, Who};
use crate::cause::Cause;
use crate::core::Core;
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

/// Several legs that look like one.
struct Fork {
    core: Arc<Core>,
    id: LegId,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<LegEvent>,
    stage: Stage,
}

/// Where a fork is.
enum Stage {
    /// Who rings, and the best refusal so far.
    Ringing {
        controls: Vec<Option<LegControl>>,
        /// Who each leg is, once it was met.
        met: Vec<Option<LegEvent>>,
        told: u16,
        refusal: Option<LegEvent>,
    },
    Won {
        index: usize,
        control: LegControl,
    },
    /// The owner knows the end; the legs finish.
    Over,
}

impl Fork {
    fn new(core: Arc<Core>, parts: LegParts) -> Self {
        let stage = Stage::Ringing { controls: Vec::new(), met: Vec::new(), told: 0, refusal: None };
        Self { core, id: parts.id, commands: parts.commands, events: parts.events, stage }
    }

    async fn run(mut self, legs: Vec<LegHandle>) {
        let (merged, mut news) = mpsc::channel(64);
        let mut pumps = JoinSet::new();
        let mut all = Vec::new();
        for (index, leg) in legs.into_iter().enumerate() {
            let (control, mut events) = leg.split();
            all.push(Some(control));
            let merged = merged.clone();
            pumps.spawn(async move {
                while let Some(event) = events.recv().await {
                    if merged.send((index, event)).await.is_err() {
                        return;
                    }
                }
            });
        }
        drop(merged);
        self.stage = Stage::Ringing { met: vec![None; all.len()], controls: all, told: 0, refusal: None };
        let mut owned = true;
        loop {
            tokio::select! {
                one = news.recv() => match one {
                    Some((index, event)) => self.event(index, event),
                    // Every leg is done.
                    None => break,
                },
                command = self.commands.recv(), if owned => if let Some(command) = command {
                    self.command(command);
                } else {
                    owned = false;
                    self.command(Command::Hangup(Cause::Normal.into()));
                    self.stage = Stage::Over;
                },
            }
        }
        self.core.registry.forget_fork(self.id);
    }

    fn event(&mut self, index: usize, event: LegEvent) {
        match &mut self.stage {
            Stage::Won { index: winner, .. } => {
                if index == *winner {
                    self.tell(event);
                }
            }
            Stage::Over => {}
            Stage::Ringing { controls, met, told, refusal } => match event {
                LegEvent::Met { .. } => met[index] = Some(event),
                LegEvent::Progress { code, .. } => {
                    // Early media of several phones at once is nothing that anybody wants to hear.
                    if code > *told {
                        *told = code;
                        self.tell(LegEvent::Progress { code, sdp: None });
                    }
                }
                LegEvent::Answered { .. } => {
                    let mut winner = None;
                    for (other, control) in controls.iter_mut().enumerate() {
                        match control.take() {
                            Some(control) if other == index => winner = Some(control),
                            Some(control) => control.hangup(Cause::ElsewhereAnswered),
                            None => {}
                        }
                    }
                    let Some(control) = winner else { return };
                    let met = met[index].take();
                    self.core.registry.won(self.id, control.id);
                    self.stage = Stage::Won { index, control };
                    if let Some(met) = met {
                        self.tell(met);
                    }
                    self.tell(event);
                }
                LegEvent::Failed { cause, .. } => {
                    controls[index] = None;
                    // Who says no on one device means all of them.
                    let decided = cause == Cause::Rejected;
                    let better = refusal.as_ref().is_none_or(|old| weight(&event) > weight(old));
                    if better {
                        *refusal = Some(event);
                    }
                    if decided || controls.iter().all(Option::is_none) {
                        for control in controls.iter().flatten() {
                            control.hangup(Cause::ElsewhereAnswered);
                        }
                        let last = refusal.take();
                        self.stage = Stage::Over;
                        if let Some(last) = last {
                            self.tell(last);
                        }
                    }
                }
                LegEvent::Ended { .. } => {
                    controls[index] = None;
                    if controls.iter().all(Option::is_none) {
                        self.stage = Stage::Over;
                        self.tell(event);
                    }
                }
                LegEvent::Confirmed { .. }
                | LegEvent::Moved { .. }
                | LegEvent::Reoffer { .. }
                | LegEvent::Reanswered { .. }
                | LegEvent::Dtmf { .. }
                | LegEvent::Refer { .. }
                | LegEvent::ReferProgress { .. } => {}
            },
        }
    }

    fn command(&mut self, command: Command) {
        match &self.stage {
            Stage::Won { control, .. } => control.order(command),
            Stage::Over => {}
            Stage::Ringing { controls, .. } => {
                let Command::Hangup(Hangup { cause, .. }) = &command else { return };
                let cause = *cause;
                for control in controls.iter().flatten() {
                    control.order(command.clone());
                }
                self.stage = Stage::Over;
                self.tell(LegEvent::Ended { by: Who::Near, cause });
            }
        }
    }

    fn tell(&self, event: LegEvent) {
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
            tracing::warn!(?event, "the owner of a call does not read");
        }
    }
}

/// Which refusal says most: a person's no before a busy line before a dead one.
fn weight(event: &LegEvent) -> u8 {
    let LegEvent::Failed { cause, .. } = event else { return 0 };
    match cause {
        Cause::Rejected => 9,
        Cause::Busy => 8,
        Cause::NoAnswer => 7,
        Cause::Unavailable => 6,
        Cause::NoCommonMedia => 5,
        Cause::Normal
        | Cause::Canceled
        | Cause::NotFound
        | Cause::Forbidden
        | Cause::Congestion
        | Cause::MediaTimeout
        | Cause::Expired
        | Cause::ElsewhereAnswered
        | Cause::Transferred
        | Cause::ProtocolError
        | Cause::Crash
        | Cause::Other => 2,
        Cause::NetworkFailure => 1,
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
