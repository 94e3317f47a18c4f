//! What goes into the machine of a leg, what comes out, and where it stands.
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::dialog::{Dialog, Hop};
use super::machine::T2;
use super::reliable::Reliable;
use crate::api::{Command, LegEvent};
use crate::auth::{Answered, DigestError, Rounds};
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Arrived, Outgoing, Reply, Response, ServerTx, Target, UriParts};

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
    /// This address does not take our call; the next one is tried.
    Avoid(Target),
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

/// Says where a redirection may lead: the address of a URI that the trunk may name, none for any other.
#[derive(Clone)]
pub(crate) struct Redirector(pub(crate) std::sync::Arc<Place>);

type Place = dyn Fn(&UriParts) -> Option<Target> + Send + Sync;

impl std::fmt::Debug for Redirector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redirector")
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
    /// Addresses that are still to be tried.
    pub(super) others: VecDeque<Target>,
    /// Until then the address that was asked has to say anything at all.
    pub(super) patience: Option<Instant>,
    /// Redirections that were followed.
    pub(super) moves: u8,
    pub(super) redirect: Option<Redirector>,
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
    /// An INVITE to an address that was silent for too long.
    Abandoned,
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
