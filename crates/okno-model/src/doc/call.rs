//! Calls: the telephone side of an interaction, its legs and its recordings.

use crate::{AgentId, CallId, ChannelId, InteractionId, RecordingId, Timestamp, TrunkId};

documents! {
    /// Who calls whom.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum CallDirection {
        /// A customer calls us.
        Inbound,
        /// We call a customer.
        Outbound,
    }

    /// Where a call stands. One state; who talks with whom is told by the legs.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum CallState {
        /// An outgoing call rings at the customer, or an incoming one was not answered yet.
        Ringing,
        /// The customer hears greeting, music, announcements.
        Waiting,
        /// He leaves a message.
        Voicemail,
        /// Customer and agent talk.
        Talking,
        /// The customer is on hold and hears music.
        Held,
        /// Over.
        Ended {
            /// When.
            at: Timestamp,
            /// Who ended it.
            by: CallEnder,
            /// Why: `normal`, `busy`, `no_answer`, `rejected`, `canceled`, `unavailable`, `not_found`, `forbidden`, `congestion`,
            /// `network_failure`, `media_timeout`, `crash`, ...
            cause: String,
        },
    }

    /// Who ended a call.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum CallEnder {
        /// The customer.
        Customer,
        /// An agent.
        Agent,
        /// okno: limits, faults, a restart.
        System,
    }

    /// What a leg is for.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LegRole {
        /// The customer.
        Customer,
        /// The agent who has the interaction.
        Agent,
        /// Whom the agent consults or has added to a conference: a colleague or somebody outside.
        Consulted,
        /// A supervisor.
        Supervisor,
    }

    /// By what a leg talks.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LegDevice {
        /// A trunk.
        Trunk,
        /// The desk in a browser.
        Browser,
        /// A SIP phone.
        Phone,
        /// The widget on a web page.
        Widget,
    }

    /// Where a leg stands.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum LegState {
        /// It rings.
        Ringing,
        /// It talks.
        Connected,
        /// It is on hold.
        Held,
        /// It is over.
        Ended,
    }

    /// How a supervisor takes part.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum MonitorMode {
        /// Hears everybody, is heard by nobody.
        Listen,
        /// Is heard by the agent only.
        Coach,
        /// Is heard by everybody.
        Barge,
    }

    /// One party of a call.
    pub struct LegDoc {
        /// Number within the call: 1, 2, ...
        pub number: i64,
        /// Role.
        pub role: LegRole,
        /// Device.
        pub device: LegDevice,
        /// Agent or supervisor, if it is one of ours.
        pub agent: Option<AgentId>,
        /// Name or number of who it is.
        pub name: String,
        /// State.
        pub state: LegState,
        /// Muted by himself.
        pub muted: bool,
        /// How a supervisor takes part.
        pub mode: Option<MonitorMode>,
        /// It began.
        pub started: Timestamp,
        /// It was answered.
        pub answered: Option<Timestamp>,
        /// It ended.
        pub ended: Option<Timestamp>,
        /// Why it ended, as in [`CallState::Ended`].
        pub cause: String,
        /// How it sounded.
        pub quality: Option<QualityDoc>,
    }

    /// How a leg sounds, of what we receive from it.
    #[derive(Copy)]
    pub struct QualityDoc {
        /// Packets lost, percent.
        pub loss: f64,
        /// Interarrival jitter (RFC 3550 6.4.1), milliseconds.
        pub jitter_ms: f64,
        /// Round trip by RTCP, milliseconds; 0 if not known.
        pub rtt_ms: f64,
        /// Estimated mean opinion score, 1 to 4.5 (ITU-T G.107, simplified).
        pub mos: f64,
    }

    /// Whether a call is being recorded.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum RecordingState {
        /// No.
        Off,
        /// Yes.
        On,
        /// Begun, paused now: what is said is not kept.
        Paused,
    }

    /// A call: one customer's connection, from its start to its end. Exactly one record of it, also after a crash.
    pub struct CallDoc {
        /// Id.
        pub id: CallId,
        /// The interaction that it is the telephone side of.
        pub interaction: InteractionId,
        /// Channel.
        pub channel: ChannelId,
        /// Direction.
        pub direction: CallDirection,
        /// The customer's number, E.164 if it could be read; empty if hidden.
        pub number: String,
        /// The other number: ours.
        pub our_number: String,
        /// Nobody vouches for the customer's number: it came from a trunk that is not trusted.
        pub unconfirmed: bool,
        /// Trunk that carries it.
        pub trunk: Option<TrunkId>,
        /// State.
        pub state: CallState,
        /// It began.
        pub started: Timestamp,
        /// The customer's side was answered, by okno or by the customer.
        pub answered: Option<Timestamp>,
        /// An agent and the customer were connected for the first time.
        pub connected: Option<Timestamp>,
        /// Parties, oldest first; at most 20 are kept.
        pub legs: Vec<LegDoc>,
        /// The consulted party and the agent talk, the customer is on hold.
        pub consulting: bool,
        /// More than two parties talk.
        pub conference: bool,
        /// Recording now.
        pub recording: RecordingState,
        /// Milliseconds in which customer and agent talked.
        pub talk_ms: i64,
        /// Milliseconds in which the customer was on hold.
        pub hold_ms: i64,
    }

    /// A recording of a call or a voicemail. Its sound is fetched by a link of its own.
    #[derive(Eq)]
    pub struct RecordingDoc {
        /// Id.
        pub id: RecordingId,
        /// Call.
        pub call: CallId,
        /// Interaction.
        pub interaction: InteractionId,
        /// It began.
        pub started: Timestamp,
        /// It ended; `None` while it goes on.
        pub ended: Option<Timestamp>,
        /// Length of what is kept.
        pub ms: i64,
        /// Chunks that are kept.
        pub chunks: i64,
        /// A message that a customer left, not a conversation.
        pub voicemail: bool,
        /// It ended by a crash: up to its last chunk.
        pub cut: bool,
        /// When its sound is deleted; `None` for never.
        pub expires: Option<Timestamp>,
        /// Its sound is deleted, the record stays.
        pub deleted: bool,
    }

    /// A customer waits to be called back and keeps his place (behaviour.md B7).
    #[derive(Eq)]
    pub struct CallbackDoc {
        /// Number to call, E.164.
        pub number: String,
        /// When he asked.
        pub asked: Timestamp,
        /// Tries so far.
        pub tries: i64,
        /// Not before.
        pub next: Option<Timestamp>,
        /// Given up after this.
        pub expires: Timestamp,
        /// By when he was told that he is called.
        #[serde(default)]
        pub due: Option<Timestamp>,
    }
}

impl CallDoc {
    /// Whether it goes on.
    pub const fn is_live(&self) -> bool {
        !matches!(self.state, CallState::Ended { .. })
    }
}
