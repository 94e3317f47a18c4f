//! Where a call stands. One enum with its data; `docs/machines/call.md` is drawn from it by a test.

use super::words::{Act, Speech};
use okno_model::{AgentId, OfferId, Timestamp};
use okno_sip::Cause;
use std::time::Duration;

/// An agent who cannot be reached within this time is passed over.
pub(super) const REACH: Duration = Duration::from_secs(5);
/// A SIP phone that rings may do so for this long after its agent has accepted on the screen.
pub(super) const RING: Duration = Duration::from_secs(20);
/// A colleague who is called into a call may be asked for this long.
pub(super) const ASK: Duration = Duration::from_secs(30);
/// An agent who hangs up sooner has not taken the customer: his phone answered by itself. No hand is that quick.
pub(super) const BLINK: Duration = Duration::from_millis(200);
/// A browser that is gone (a page loaded again, another network) has this long to come back.
pub(super) const RECOVER: Duration = Duration::from_secs(30);
/// The longest whisper; then the two are connected.
pub(super) const WHISPER: Duration = Duration::from_secs(4);
/// Announcements closer together would be all that a caller hears.
pub(super) const BETWEEN: Duration = Duration::from_secs(15);
/// The longest message of a customer.
pub(super) const MESSAGE: Duration = Duration::from_secs(180);
/// Words that should have ended long ago count as said: the media must not hold up a call.
pub(super) const SAY: Duration = Duration::from_secs(30);
/// A number is entered within this time.
pub(super) const ENTER: Duration = Duration::from_secs(25);
/// Somebody outside is called for this long.
pub(super) const OUTSIDE: Duration = Duration::from_secs(60);
/// Routing moves an interaction to another agent within this time.
pub(super) const PASS: Duration = Duration::from_secs(10);

const _: () = assert!(REACH.as_secs() < RING.as_secs() && ASK.as_secs() < OUTSIDE.as_secs() && WHISPER.as_secs() < REACH.as_secs());

/// The life of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// We call the customer: first the agent's device, then the customer.
    Calling { agent: AgentId, leg: i64, dialing: bool, early: bool, until: Timestamp },
    /// The customer waits; perhaps an agent is asked.
    Waiting { treat: Treat, asked: Option<Asked> },
    /// An agent has accepted; his device is being reached.
    Joining { agent: AgentId, leg: Option<i64>, until: Timestamp },
    /// The agent hears whose call it is.
    Whispering { agent: AgentId, leg: i64, token: u64, until: Timestamp },
    /// An agent has the customer.
    Together { agent: AgentId, leg: i64, table: Table },
    /// The agent's browser is gone; it may come back.
    Lost { agent: AgentId, leg: i64, table: Table, until: Timestamp },
    /// The agent hands the customer to a number that rings.
    Sending { agent: AgentId, leg: i64, to: i64, until: Timestamp },
    /// Another agent has the customer already; routing still has to learn it.
    Passing { from: AgentId, to: AgentId, leg: i64, until: Timestamp },
    /// Customer and somebody outside talk without an agent.
    Away { with: i64 },
    /// The customer leaves a message.
    Message(Message),
    /// Last words, then the end.
    Leaving { words: Speech, token: u64, until: Timestamp },
    /// Over.
    Over,
}

/// What the waiting customer hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Treat {
    /// It rings at him: nobody has answered yet.
    Ringing,
    /// The greeting.
    Greeting { token: u64, until: Timestamp },
    /// Music, until the next announcement.
    Music { next: Option<Timestamp> },
    /// Music; the place has been asked for.
    Asking,
    /// An announcement.
    Announcing { words: Vec<Speech>, token: u64, until: Timestamp },
    /// He enters or confirms the number to call back; without a token he has been told how.
    Entering { digits: String, own: bool, token: Option<u64>, until: Timestamp },
}

/// Whom routing has asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) agent: AgentId,
    pub(super) offer: OfferId,
    /// The leg of his SIP phone, if that rings.
    pub(super) leg: Option<i64>,
    /// It has rung.
    pub(super) rang: bool,
}

impl Asked {
    /// What a phone means by its no, if it means one. Many phones have one key for it and say "busy" when it is pressed: one that has rung was refused by
    /// a person, one that has not is busy, and its agent neither refused nor missed anything.
    pub(super) fn refusal(&self, cause: Cause) -> Option<Act> {
        let (agent, offer) = (self.agent, self.offer);
        match cause {
            Cause::Busy if !self.rang => Some(Act::Busy { agent, offer }),
            Cause::Busy | Cause::Rejected => Some(Act::Decline { agent, offer }),
            Cause::Normal
            | Cause::NoAnswer
            | Cause::Canceled
            | Cause::ElsewhereAnswered
            | Cause::Unavailable
            | Cause::NotFound
            | Cause::Forbidden
            | Cause::Congestion
            | Cause::NetworkFailure
            | Cause::NoCommonMedia
            | Cause::MediaTimeout
            | Cause::Expired
            | Cause::Transferred
            | Cause::ProtocolError
            | Cause::Crash
            | Cause::Other => None,
        }
    }
}

/// Who talks with whom while an agent has the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Customer and agent, with whoever was added.
    Talk,
    /// The customer hears music.
    Held,
    /// Somebody is consulted; `aside`: the agent talks with him, not with the customer.
    Consult { with: i64, aside: bool },
}

/// The message of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    /// He is told to speak.
    Prompt { token: u64, until: Timestamp },
    /// He speaks.
    Recording { until: Timestamp },
}

impl Stage {
    /// The word of the drawing and of logs.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Calling { .. } => "calling",
            Self::Waiting { .. } => "waiting",
            Self::Joining { .. } => "joining",
            Self::Whispering { .. } => "whispering",
            Self::Together { .. } => "together",
            Self::Lost { .. } => "lost",
            Self::Sending { .. } => "sending",
            Self::Passing { .. } => "passing",
            Self::Away { .. } => "away",
            Self::Message(_) => "message",
            Self::Leaving { .. } => "leaving",
            Self::Over => "over",
        }
    }

    /// When something has to happen by itself.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting { treat, .. } => match treat {
                Treat::Greeting { until, .. } | Treat::Announcing { until, .. } | Treat::Entering { until, .. } => Some(*until),
                Treat::Music { next } => *next,
                Treat::Ringing | Treat::Asking => None,
            },
            Self::Calling { until, .. }
            | Self::Joining { until, .. }
            | Self::Whispering { until, .. }
            | Self::Lost { until, .. }
            | Self::Sending { until, .. }
            | Self::Passing { until, .. }
            | Self::Leaving { until, .. }
            | Self::Message(Message::Prompt { until, .. } | Message::Recording { until }) => Some(*until),
            Self::Together { .. } | Self::Away { .. } | Self::Over => None,
        }
    }

    /// The agent who has the customer.
    pub(super) const fn agent(&self) -> Option<(AgentId, i64)> {
        match self {
            Self::Calling { agent, leg, .. }
            | Self::Whispering { agent, leg, .. }
            | Self::Together { agent, leg, .. }
            | Self::Lost { agent, leg, .. }
            | Self::Sending { agent, leg, .. }
            | Self::Joining { agent, leg: Some(leg), .. }
            | Self::Passing { to: agent, leg, .. } => Some((*agent, *leg)),
            Self::Joining { leg: None, .. }
            | Self::Waiting { .. }
            | Self::Away { .. }
            | Self::Message(_)
            | Self::Leaving { .. }
            | Self::Over => None,
        }
    }
}
