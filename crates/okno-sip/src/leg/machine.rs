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
use super::reliable::Reliable;
use super::session::Session;
use crate::api::{Command, LegEvent, Who};
use crate::auth::{Answered, DigestError, Rounds};
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Arrived, Outgoing, Reply, Response, ServerTx};

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

/// What goes in.
#[derive(Debug)]
pub(crate) enum Input {
    /// A request of the dialog, the CANCEL of its INVITE, an ACK.
    Request(Box<Arrived>),
    Response {
        tx: u32,
        response: Response,
    },
    /// No answer, or the network broke.
    Failed {
        tx: u32,
        why: Failure,
    },
    Command(Command),
    /// REFER to this URI, made from a command and the dialog that it names.
    Refer(String),
    /// Nobody holds the leg any more.
    Abandoned,
    Tick,
}

/// Why a request has no final answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Timeout,
    Broken(String),
}

/// What comes out, to be done in this order.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    Reply {
        tx: ServerTx,
        reply: Reply,
    },
    Send {
        tx: u32,
        request: Outgoing,
        hop: Hop,
    },
    Ack {
        request: Outgoing,
        hop: Hop,
    },
    /// CANCEL of the INVITE that went out as `tx`.
    Cancel {
        tx: u32,
        headers: Vec<(String, String)>,
    },
    Tell(LegEvent),
    /// The tag of the other side is known: the dialog can be named by others.
    Named,
    /// Nothing follows.
    Done,
}

/// What does not change during a call.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) t1: Duration,
    pub(crate) session_expires: Duration,
    pub(crate) min_session_expires: Duration,
    pub(crate) user_agent: String,
    /// REFER of this side is heard.
    pub(crate) allow_refer: bool,
    /// Random: the back-off after glare, the first RSeq.
    pub(crate) seed: u32,
}

/// Answers challenges of the peer of one trunk.
#[derive(Clone)]
pub(crate) struct Authenticator(pub(crate) std::sync::Arc<Answerer>);

type Answerer = dyn Fn(&mut Rounds, &Response, &str, &str) -> Result<Answered, DigestError> + Send + Sync;

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authenticator")
    }
}

/// Repeating something until it is acknowledged or 64 T1 have passed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    again: Instant,
    interval: Duration,
    give_up: Instant,
}

/// What a running timer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryDue {
    Again,
    GiveUp,
}

impl Retry {
    pub(super) fn new(t1: Duration, now: Instant) -> Self {
        Self { again: now + t1, interval: t1, give_up: now + t1 * 64 }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.again.min(self.give_up)
    }

    pub(super) fn due(&mut self, now: Instant) -> Option<RetryDue> {
        if now >= self.give_up {
            return Some(RetryDue::GiveUp);
        }
        if now < self.again {
            return None;
        }
        self.interval = (self.interval * 2).min(T2);
        self.again = now + self.interval;
        Some(RetryDue::Again)
    }
}

/// Where the call is.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one per leg, and never moved in a loop")]
pub(super) enum State {
    Offered(Offered),
    /// 2xx sent, ACK awaited. With `then` the call is over for its owner, and BYE follows the ACK.
    Answered {
        tx: ServerTx,
        ok: Reply,
        retry: Retry,
        offerless: bool,
        then: Option<Vec<(String, String)>>,
    },
    Calling(Calling),
    /// A 2xx brought the offer; the owner owes the answer that goes into the ACK of this number.
    Owing {
        cseq: u32,
        until: Instant,
    },
    Live,
    /// BYE is out.
    Ending {
        tx: u32,
    },
    Over,
}

/// A call that came in and has no final answer.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) tx: ServerTx,
    pub(super) reliable: Reliable,
    /// The INVITE had no offer.
    pub(super) offerless: bool,
    /// The answer went out in a provisional answer that was acknowledged.
    pub(super) answered_early: bool,
    /// The final answer that waits for a PRACK.
    pub(super) held: Option<Sdp>,
}

/// A call that goes out and has no final answer.
#[derive(Debug)]
pub(super) struct Calling {
    pub(super) tx: u32,
    pub(super) cseq: u32,
    pub(super) cancel: Cancel,
    pub(super) offerless: bool,
    /// Dialogs that provisional answers began, by their tag: a proxy may ring several phones.
    pub(super) early: BTreeMap<String, Early>,
    pub(super) ring_until: Option<Instant>,
    /// Rounds of 422.
    pub(super) raises: u8,
}

/// How far the end of an unanswered call is.
#[derive(Clone, Debug)]
pub(super) enum Cancel {
    No,
    /// Waits for a provisional answer, without which CANCEL may overtake its INVITE.
    Wanted(Vec<(String, String)>),
    Sent {
        give_up: Instant,
    },
    /// A provisional answer has come; CANCEL may go at once.
    Possible,
}

/// One early dialog of a call that goes out.
#[derive(Clone, Debug)]
pub(super) struct Early {
    pub(super) dialog: Dialog,
    /// The last reliable provisional answer.
    pub(super) rseq: Option<u32>,
    pub(super) sdp: Option<Sdp>,
}

/// Where offers and answers of a running call are.
#[derive(Debug)]
pub(super) enum Exchange {
    Idle,
    /// Ours is out.
    Asked {
        tx: u32,
        sdp: Option<Sdp>,
        tries: u8,
        update: bool,
        refresh: bool,
    },
    /// It met one of theirs; again at this time.
    Backoff {
        until: Instant,
        sdp: Sdp,
        tries: u8,
        refresh: bool,
    },
    /// Theirs is here; the owner owes the answer.
    Owed {
        tx: ServerTx,
        update: bool,
        offerless: bool,
        until: Instant,
    },
    /// Our 200 to their re-INVITE awaits its ACK.
    Unacked {
        tx: ServerTx,
        ok: Reply,
        retry: Retry,
        offerless: bool,
    },
}

/// Why a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Invite,
    Exchange,
    Bye,
    /// BYE of a fork that lost.
    Stray,
    Info,
    Refer,
    Notify,
    Prack,
}

/// A request that has no final answer.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) request: Outgoing,
    pub(super) hop: Hop,
    pub(super) purpose: Purpose,
    pub(super) rounds: Rounds,
}

/// A transfer that the other side asked for.
#[derive(Debug)]
pub(super) enum ReferIn {
    None,
    Asked { tx: ServerTx, until: Instant, id: Option<u32>, silent: bool },
    Active { id: Option<u32> },
}

/// A transfer that we asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReferOut {
    None,
    Asked,
    Active,
}

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
                Cancel::No | Cancel::Possible => calling.ring_until,
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

/// `Reason` of an end by us.
pub(super) fn reason(cause: Cause) -> Vec<(String, String)> {
    let value = if cause == Cause::ElsewhereAnswered {
        "SIP;cause=200;text=\"Call completed elsewhere\"".to_owned()
    } else {
        format!("Q.850;cause={};text=\"{}\"", cause.q850(), cause.words())
    };
    vec![("Reason".to_owned(), value)]
}

/// The cause that a message tells: its Reason, else what its code says.
pub(super) fn cause_of(header: Option<String>, otherwise: Cause) -> Cause {
    header.as_deref().and_then(Cause::from_reason).unwrap_or(otherwise)
}
