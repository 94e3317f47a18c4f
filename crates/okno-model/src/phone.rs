//! What passes between desks, widgets and the telephone door: a browser's media, and commands to a call.
//!
//! Nothing of it is a fact: facts are [`crate::doc::CallDoc`]s in the journal. What is lost here is asked for again.

use crate::{AgentId, doc::MonitorMode};
use serde::{Deserialize, Serialize};

/// Longest session description that a browser may send, in bytes: Chromium's are 3 kB with one audio line.
pub const SDP_BYTES: usize = 32 * 1024;
/// Longest name of a form's field, in characters.
pub const FIELD: usize = 60;
/// Longest list of digits in one command.
pub const DIGITS: usize = 64;

/// What a browser with a microphone says: an agent's desk, or a customer's widget. One of an agent's tabs is his phone at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PhoneUp {
    /// Here is my media: a first offer, or another one after a reload, a change of the network or of the device.
    Connect {
        /// Chosen by the browser, new with each page: answers carry it back.
        tab: String,
        /// The offer.
        sdp: String,
    },
    /// I am no phone any more.
    Disconnect {
        /// Which page.
        tab: String,
    },
    /// What the browser measures of what it hears, every 5 s in a call.
    Quality {
        /// Which page.
        tab: String,
        /// Packets lost, percent.
        loss_percent: u8,
        /// Jitter, milliseconds.
        jitter_ms: u16,
        /// Round trip, milliseconds.
        rtt_ms: u16,
    },
    /// Keys of a keypad.
    Digits {
        /// `0-9`, `*`, `#`, `A-D`.
        digits: String,
    },
    /// A widget's caller ends his call.
    Hangup,
    /// Speak and hear yourself: the test of devices. Ends by itself.
    Echo {
        /// Which page.
        tab: String,
        /// Begin or end.
        on: bool,
    },
}

/// What the telephone door says to a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PhoneDown {
    /// The answer to an offer.
    Answer {
        /// Which page.
        tab: String,
        /// The answer.
        sdp: String,
    },
    /// The offer cannot be answered.
    Refused {
        /// Which page.
        tab: String,
        /// `bad_offer`, `busy`, `off`, `no_phone_right`.
        code: String,
        /// Words.
        why: String,
    },
    /// The media connection changed.
    Media {
        /// Which page is the phone.
        tab: String,
        /// `connecting`, `connected`, `lost`.
        state: String,
    },
    /// Another page has become the phone.
    Taken {
        /// Which page is the phone now.
        tab: String,
    },
    /// How it sounds, of what we receive from the browser.
    Quality {
        /// Which page.
        tab: String,
        /// Mean opinion score times ten, 10 to 45.
        mos_tenths: u8,
        /// Packets lost, percent.
        loss_percent: u8,
        /// Jitter, milliseconds.
        jitter_ms: u16,
        /// Round trip, milliseconds; 0 if not known.
        rtt_ms: u16,
    },
    /// A widget's call: `waiting`, `talking`, `held`, `ended`, with the place in the queue if it is known.
    Call {
        /// State.
        state: String,
        /// Place, from 1.
        position: Option<u32>,
    },
}

/// Whom to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DialTo {
    /// A number outside.
    Number {
        /// As typed.
        number: String,
    },
    /// A colleague.
    Agent {
        /// Who.
        agent: AgentId,
    },
}

/// What somebody does with a call that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum CallCommand {
    /// Puts the customer on hold, or takes him back.
    Hold {
        /// Begin or end.
        on: bool,
    },
    /// Mutes oneself.
    Mute {
        /// Begin or end.
        on: bool,
    },
    /// Sends keys to whom one talks with.
    Digits {
        /// `0-9`, `*`, `#`, `A-D`.
        digits: String,
    },
    /// Holds the customer and calls somebody else.
    Consult {
        /// Whom.
        to: DialTo,
    },
    /// Talks with the other one: customer or consulted.
    Swap,
    /// Everybody talks with everybody.
    Merge,
    /// Ends the consultation and takes the customer back.
    EndConsult,
    /// Hands the customer to the consulted and leaves.
    Complete,
    /// Hands the customer to a number and leaves, without asking there.
    TransferOut {
        /// As typed.
        number: String,
    },
    /// Takes one party out of a conference.
    Drop {
        /// Number of the leg.
        leg: i64,
    },
    /// A colleague who is called into the call, or by another, says yes.
    Answer,
    /// He says no.
    Decline,
    /// Ends the call for the customer and the agent.
    Hangup,
    /// Starts a recording, goes on after a pause.
    Record {
        /// On or paused.
        on: bool,
        /// The field of a form that asks for it while it has the focus: `card number`. For the audit log; none when a person asks.
        #[serde(default)]
        field: Option<String>,
    },
    /// A supervisor takes part, or changes how.
    Monitor {
        /// How.
        mode: MonitorMode,
    },
    /// A supervisor leaves.
    StopMonitor,
    /// A supervisor takes the customer over; the agent leaves.
    TakeOver,
}
