//! One dialog as a machine without IO: an input and the time go in, effects come out.
//!
//! ```text
//! call in:   Offered ──200──> Answered ──ACK──> Live ──BYE──> Ending ──> Over
//! call out:  Calling ──2xx, ACK──────────────> Live            (Owing where the 2xx brings the offer)
//!            Calling ──hang up──> CANCEL, then 487, or ACK and BYE of a 2xx that crossed
//! ```
//! The owner is told the end when it is decided; `Ending` and a cancelled `Calling` only finish the protocol.
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::dialog::{Dialog, Hop};
use super::session::Session;
use super::state::{Authenticator, Cancel, Effect, Exchange, Input, Purpose, ReferIn, ReferOut, RetryDue, Sent, Settings, State, reason};
use crate::api::{LegEvent, Who};
use crate::auth::Rounds;
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Outgoing, Reply};

/// Methods that we take. `MESSAGE` and `PUBLISH` are not among them: what nobody reads is not accepted.
pub(crate) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, REFER, NOTIFY";
/// Extensions that we understand in Require.
pub(crate) const EXTENSIONS: [&str; 4] = ["100rel", "timer", "replaces", "norefersub"];
/// T2 and T4 of RFC 3261.
pub(crate) const T2: Duration = Duration::from_secs(4);
/// How long the owner may think about a re-INVITE or a REFER.
pub(super) const THINK: Duration = Duration::from_secs(20);
/// How often a re-INVITE that met one of the other side is repeated.
pub(super) const GLARES: u8 = 4;

/// One leg.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) dialog: Dialog,
    /// The call is ours: after glare its owner waits longer.
    pub(super) caller: bool,
    pub(super) state: State,
    pub(super) settings: Settings,
    pub(super) digest: Option<Authenticator>,
    pub(super) exchange: Exchange,
    /// An offer of ours that waits for the exchange to become idle.
    pub(super) later: Option<Sdp>,
    pub(super) sent: BTreeMap<u32, Sent>,
    next_tx: u32,
    /// ACKs by transaction and tag, for 2xx that come again.
    pub(super) acks: BTreeMap<(u32, String), (Outgoing, Hop)>,
    pub(super) session: Option<Session>,
    pub(super) local_sdp: Option<Sdp>,
    pub(super) remote_sdp: Option<Sdp>,
    /// The other side takes UPDATE.
    pub(super) updates: bool,
    pub(super) refer_in: ReferIn,
    pub(super) refers_seen: u32,
    pub(super) refer_out: ReferOut,
    pub(super) digits: VecDeque<String>,
}

impl Machine {
    pub(super) fn new(dialog: Dialog, state: State, settings: Settings, digest: Option<Authenticator>) -> Self {
        Self {
            dialog,
            caller: matches!(state, State::Calling(_)),
            state,
            settings,
            digest,
            exchange: Exchange::Idle,
            later: None,
            sent: BTreeMap::new(),
            next_tx: 1,
            acks: BTreeMap::new(),
            session: None,
            local_sdp: None,
            remote_sdp: None,
            updates: false,
            refer_in: ReferIn::None,
            refers_seen: 0,
            refer_out: ReferOut::None,
            digits: VecDeque::new(),
        }
    }

    /// Takes one input. Effects are added in the order in which they are to be done.
    pub(crate) fn handle(&mut self, now: Instant, input: Input, out: &mut Vec<Effect>) {
        let told = self.is_told();
        let start = out.len();
        match input {
            // For the owner the call is over; what remains is the protocol's.
            Input::Command(_) | Input::Refer(_) | Input::Abandoned if told => {}
            Input::Request(arrived) => self.request(now, &arrived, out),
            Input::Response { tx, response } => self.response(now, tx, &response, out),
            Input::Failed { tx, why } => self.failed(now, tx, &why, out),
            Input::Command(command) => self.command(now, command, out),
            Input::Refer(to) => self.refer_to(&to, out),
            Input::Abandoned => self.abandoned(now, out),
            Input::Tick => {}
        }
        self.tick(now, out);
        if told {
            let rest = out.split_off(start);
            out.extend(rest.into_iter().filter(|effect| !matches!(effect, Effect::Tell(_))));
        }
    }

    /// Whether the owner knows that it is over.
    fn is_told(&self) -> bool {
        match &self.state {
            State::Answered { then, .. } => then.is_some(),
            State::Calling(calling) => matches!(calling.cancel, Cancel::Wanted(_) | Cancel::Sent { .. }),
            State::Ending { .. } | State::Over => true,
            State::Offered(_) | State::Owing { .. } | State::Live => false,
        }
    }

    /// When to call `handle` with a tick at the latest.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let state = match &self.state {
            State::Offered(offered) => offered.reliable.deadline(),
            State::Answered { retry, .. } => Some(retry.deadline()),
            State::Calling(calling) => match &calling.cancel {
                Cancel::Sent { give_up } => Some(*give_up),
                Cancel::No | Cancel::Possible => [calling.ring_until, calling.patience].into_iter().flatten().min(),
                Cancel::Wanted(_) => None,
            },
            State::Owing { until, .. } => Some(*until),
            State::Live => self.session.as_ref().map(Session::deadline),
            State::Ending { .. } | State::Over => None,
        };
        let exchange = match &self.exchange {
            Exchange::Backoff { until, .. } | Exchange::Owed { until, .. } => Some(*until),
            Exchange::Unacked { retry, .. } => Some(retry.deadline()),
            Exchange::Idle | Exchange::Asked { .. } => None,
        };
        let refer = match &self.refer_in {
            ReferIn::Asked { until, .. } => Some(*until),
            ReferIn::None | ReferIn::Active { .. } => None,
        };
        [state, exchange, refer].into_iter().flatten().min()
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// The BYE that ends the call if this machine cannot any more.
    pub(crate) fn last_words(&self) -> Option<(Outgoing, Hop)> {
        matches!(self.state, State::Live | State::Answered { .. } | State::Owing { .. }).then(|| {
            let mut dialog = self.dialog.clone();
            dialog.local_cseq += 16;
            (dialog.request("BYE").header("Reason", "Q.850;cause=41;text=\"Temporary failure\""), dialog.hop())
        })
    }

    fn tick(&mut self, now: Instant, out: &mut Vec<Effect>) {
        if matches!(self.state, State::Over) {
            return;
        }
        self.tick_call(now, out);
        self.tick_exchange(now, out);
        if let ReferIn::Asked { until, .. } = &self.refer_in
            && now >= *until
        {
            self.refuse_refer(603, out);
        }
        self.start_later(now, out);
    }

    fn tick_call(&mut self, now: Instant, out: &mut Vec<Effect>) {
        match &mut self.state {
            State::Offered(offered) => match offered.reliable.due(now) {
                Some(super::reliable::Due::Again(reply)) => {
                    let (tx, reply) = (offered.tx.clone(), self.in_dialog(reply));
                    out.push(Effect::Reply { tx, reply });
                }
                Some(super::reliable::Due::GiveUp) => {
                    let tx = offered.tx.clone();
                    let reply = Reply::new(504).reason("No PRACK").tag(&self.dialog.local_tag);
                    out.push(Effect::Reply { tx, reply });
                    self.over(Who::Timer, Cause::NetworkFailure, out);
                }
                None => {}
            },
            State::Answered { tx, ok, retry, then, .. } => match retry.due(now) {
                Some(RetryDue::Again) => out.push(Effect::Reply { tx: tx.clone(), reply: ok.clone() }),
                Some(RetryDue::GiveUp) => {
                    if then.is_none() {
                        out.push(Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::NetworkFailure }));
                    }
                    let headers = then.take().unwrap_or_else(|| reason(Cause::NetworkFailure));
                    self.bye(&headers, out);
                }
                None => {}
            },
            State::Calling(calling) => match &calling.cancel {
                Cancel::Sent { give_up } if now >= *give_up => self.finish(out),
                Cancel::No | Cancel::Possible if calling.ring_until.is_some_and(|until| now >= until) => {
                    out.push(Effect::Tell(LegEvent::Failed { code: 480, reason: "No answer".into(), cause: Cause::NoAnswer }));
                    self.cancel(now, Vec::new(), out);
                }
                Cancel::No | Cancel::Possible if calling.patience.is_some_and(|until| now >= until) => self.impatient(now, out),
                Cancel::No | Cancel::Possible | Cancel::Wanted(_) | Cancel::Sent { .. } => {}
            },
            State::Owing { cseq, until } => {
                if now >= *until {
                    let cseq = *cseq;
                    self.acknowledge_bare(cseq, out);
                    out.push(Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::NoCommonMedia }));
                    self.bye(&reason(Cause::NoCommonMedia), out);
                }
            }
            State::Live => self.tick_session(now, out),
            State::Ending { .. } | State::Over => {}
        }
    }

    fn acknowledge_bare(&mut self, cseq: u32, out: &mut Vec<Effect>) {
        out.push(Effect::Ack { request: self.dialog.ack(cseq), hop: self.dialog.hop() });
    }

    /// An answer inside the dialog of an INVITE: our tag, Contact, the routes that came with it.
    pub(super) fn in_dialog(&self, reply: Reply) -> Reply {
        let mut reply = reply.tag(&self.dialog.local_tag);
        for route in &self.dialog.route {
            // As text, so that parameters of the proxies stay as they were.
            let params: String = route
                .params
                .iter()
                .map(|(name, value)| value.as_ref().map_or_else(|| format!(";{name}"), |value| format!(";{name}={value}")))
                .collect();
            reply = reply.header("Record-Route", format!("<{}>{params}", route.uri));
        }
        reply.header("Contact", format!("<{}>", self.dialog.contact)).header("Allow", ALLOW)
    }

    /// Sends a request of the dialog.
    pub(super) fn send(&mut self, request: Outgoing, purpose: Purpose, out: &mut Vec<Effect>) -> u32 {
        let hop = self.dialog.hop();
        self.send_to(request, hop, purpose, out)
    }

    pub(super) fn send_to(&mut self, request: Outgoing, hop: Hop, purpose: Purpose, out: &mut Vec<Effect>) -> u32 {
        let tx = self.next_tx;
        self.next_tx += 1;
        let request = request.header("User-Agent", self.settings.user_agent.clone());
        out.push(Effect::Send { tx, request: request.clone(), hop: hop.clone() });
        self.sent.insert(tx, Sent { request, hop, purpose, rounds: Rounds::default() });
        tx
    }

    /// BYE; the owner knows already.
    pub(super) fn bye(&mut self, headers: &[(String, String)], out: &mut Vec<Effect>) {
        if let Exchange::Owed { tx, .. } = std::mem::replace(&mut self.exchange, Exchange::Idle) {
            out.push(Effect::Reply { tx, reply: Reply::new(487) });
        }
        self.later = None;
        let mut request = self.dialog.request("BYE");
        request.headers.extend_from_slice(headers);
        let tx = self.send(request, Purpose::Bye, out);
        self.state = State::Ending { tx };
    }

    /// Tells the end and has nothing more to do.
    pub(super) fn over(&mut self, by: Who, cause: Cause, out: &mut Vec<Effect>) {
        out.push(Effect::Tell(LegEvent::Ended { by, cause }));
        self.finish(out);
    }

    pub(super) fn finish(&mut self, out: &mut Vec<Effect>) {
        if let Exchange::Owed { tx, .. } = std::mem::replace(&mut self.exchange, Exchange::Idle) {
            out.push(Effect::Reply { tx, reply: Reply::new(487) });
        }
        if let ReferIn::Asked { tx, .. } = std::mem::replace(&mut self.refer_in, ReferIn::None) {
            out.push(Effect::Reply { tx, reply: Reply::new(481) });
        }
        self.state = State::Over;
        out.push(Effect::Done);
    }
}
