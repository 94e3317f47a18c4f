//! What the machine of a call is told, and what it wants done.

use crate::office::Estimate;
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{AnnounceRule, InteractionState, LegDevice, MonitorMode, OtherOffer},
    phone::CallCommand,
};
use okno_sip::Cause;

/// The customer's leg; it is there as long as the call.
pub(crate) const CUSTOMER: i64 = 1;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// The far end of a leg that we called rings.
    Ringing { leg: i64 },
    /// The far end of a leg that we called sends sound before it answers.
    Early { leg: i64 },
    /// A leg is connected: answered, or a browser's media stands.
    Answered { leg: i64 },
    /// A leg that we called was never connected.
    Failed { leg: i64, cause: Cause },
    /// A leg is over. `far`: whoever is at it hung up.
    Ended { leg: i64, far: bool, cause: Cause },
    /// The far end has put us on hold, or taken us back.
    HeldByFar { leg: i64, held: bool },
    /// A browser's media is interrupted.
    Lost { leg: i64 },
    /// It is back.
    Back { leg: i64 },
    /// A leg that should send has been silent for so long that nobody can be there.
    Silent { leg: i64 },
    /// A key.
    Digit { leg: i64, digit: char },
    /// What was to be said has been said.
    Played { leg: i64, token: u64 },
    /// The journal's view of the interaction, with the device of the agent whom it names.
    Interaction { state: InteractionState, device: Option<LegDevice> },
    /// At whom else it rings, and with what; nobody most of the time.
    RingsToo { others: Vec<(OtherOffer, Option<LegDevice>)> },
    /// An agent has a phone again.
    Device { agent: AgentId, device: LegDevice },
    /// The place in the queue, the wait if it can be foretold honestly, and what of both the queue wants to be said.
    Place { place: Option<u32>, wait: Option<Box<Estimate>>, rule: AnnounceRule },
    /// The queue is closed, and the customer was promised an answer: weekday (0 is Monday), hour and minute of the opening, if known.
    Promised { opens: Option<(u8, u8, u8)> },
    /// Something the app was asked for was refused.
    ActFailed { act: Act },
    /// A command of an agent or a supervisor; `device` of whoever is to be reached by it.
    Command { by: AgentId, name: String, command: CallCommand, device: Option<LegDevice> },
    /// okno stops and cannot wait any longer.
    Stop,
    /// A deadline has come.
    Tick,
}

/// What has to be done, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Reach somebody by a new leg.
    Open { leg: i64, to: Reach },
    /// Something for the signaling of a leg.
    Leg { leg: i64, order: Order },
    /// What a leg hears from now on.
    Hear { leg: i64, what: Hears },
    /// Whether one hears the other in the call's room.
    Gain { from: i64, to: i64, on: bool },
    /// What a leg sends is silence for the others.
    Mute { leg: i64, on: bool },
    /// Keys for the far end of a leg.
    Keys { leg: i64, digits: String },
    /// The recording of the customer's leg.
    Record(Record),
    /// Something for the app.
    Act(Act),
}

/// Whom a leg reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The standing media of an agent's browser.
    Browser(AgentId),
    /// An agent's SIP phone.
    Phone(AgentId),
    /// A number, by the trunks.
    Number(String),
}

/// One of our people and his device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) agent: AgentId,
    pub(crate) device: LegDevice,
    /// As others see him; empty where his id is enough.
    pub(crate) name: String,
}

impl Person {
    pub(crate) const fn nameless(agent: AgentId, device: LegDevice) -> Self {
        Self { agent, device, name: String::new() }
    }
}

/// What a leg's signaling is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// Say that it rings.
    Ring,
    /// Answer.
    Answer,
    /// Hang up, cancel or refuse, whatever fits.
    End(Cause),
}

/// What a leg hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hears {
    /// Nothing.
    Nothing,
    /// Quiet noise.
    Comfort,
    /// That it rings elsewhere.
    Ringback,
    /// Music.
    Music,
    /// Words, then music or nothing; the token comes back after the last word.
    Say { words: Vec<Speech>, token: u64, music: bool },
    /// Another leg.
    Leg(i64),
    /// The call's room.
    Room,
}

/// Something that is said, or a sound with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speech {
    /// The channel's greeting.
    Greeting,
    /// "You are number so and so".
    Place(u32),
    /// "At least so many are before you".
    AtLeast(u32),
    /// "We expect to answer in so many to so many minutes".
    Wait(u32, u32),
    /// "It takes longer than we said, sorry".
    Longer(u32, u32),
    /// "We are closed; we open on Monday at nine".
    Closed(Option<(u8, u8, u8)>),
    /// "Goodbye".
    Goodbye,
    /// "To be called back and keep your place, press 1".
    OfferCallback,
    /// "To leave a message, press 2".
    OfferVoicemail,
    /// "We will call you at the number that you call from; press hash, or enter another number".
    CallbackConfirm,
    /// "Enter your number, then hash".
    CallbackNumber,
    /// "We will call you back".
    CallbackDone,
    /// "Leave your message after the tone".
    Voicemail,
    /// "Thank you for your message".
    VoicemailDone,
    /// A short tone.
    Beep,
    /// The queue's name, for the agent.
    Queue,
}

/// What happens to the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Record {
    /// Begin.
    Start { voicemail: bool },
    /// Keep silence instead of what is said, or go on.
    Pause(bool),
    /// End.
    Stop,
}

/// What the app is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// An agent has taken his SIP phone off the hook.
    Accept { agent: AgentId, offer: OfferId },
    /// An agent has pressed "no" on his SIP phone.
    Decline { agent: AgentId, offer: OfferId },
    /// The agent's SIP phone is busy: it has not rung.
    Busy { agent: AgentId, offer: OfferId },
    /// The agent's device cannot be reached: the customer goes back to the head of the queue.
    Unreached { agent: AgentId },
    /// What is the place in the queue?
    AskPlace,
    /// The customer is told that he may be called back.
    CallbackOffered,
    /// The customer wants to be called back.
    Callback { number: String },
    /// The agent's call to a customer who waits for it was not answered.
    CallbackMissed,
    /// It was.
    CallbackReached,
    /// The customer has left a message.
    Voicemail,
    /// The interaction goes to this agent, who talks already.
    HandOver { to: AgentId, by: AgentId },
    /// The agent has handed the customer to somebody outside: his work on it is over.
    Finish { agent: AgentId },
    /// The call is over. `by` as in the call's document, which has been changed already.
    Ended,
}

/// How a supervisor is heard.
pub(crate) const fn heard_by(mode: MonitorMode, is_agent: bool) -> bool {
    match mode {
        MonitorMode::Listen => false,
        MonitorMode::Coach => is_agent,
        MonitorMode::Barge => true,
    }
}

/// The earlier of two deadlines.
pub(crate) fn earlier(one: Option<Timestamp>, two: Option<Timestamp>) -> Option<Timestamp> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.min(two)),
        (one, two) => one.or(two),
    }
}
