//! Configuration of the telephone: trunks, phones, prompts, what may be dialed.

use super::ChannelHealth;
use crate::{AgentId, PhoneId, PromptId, Timestamp, TrunkId, WorkspaceId};

documents! {
    /// How a trunk or a phone is reached.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum SipTransport {
        /// Datagrams.
        Udp,
        /// A stream.
        Tcp,
        /// An encrypted stream.
        Tls,
    }

    /// Whether the voice of a SIP side is encrypted.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum SrtpPolicy {
        /// Never.
        No,
        /// If the other side can.
        Optional,
        /// Always; a call without it is refused.
        Required,
    }

    /// A provider's connection to the telephone network. Its password is stored sealed and never returned.
    #[derive(Eq)]
    pub struct TrunkDoc {
        /// Id.
        pub id: TrunkId,
        /// Shown name.
        pub name: String,
        /// Takes and makes calls.
        pub enabled: bool,
        /// Order of trial for outgoing calls, lowest first.
        pub order: i64,
        /// Host of the provider, a name or an address.
        pub host: String,
        /// Port; 0 for the transport's own (5060, 5061 with TLS).
        pub port: u16,
        /// Transport.
        pub transport: SipTransport,
        /// We register there; otherwise the provider knows us by our address.
        pub register: bool,
        /// User of registration and challenges; empty for none.
        pub user: String,
        /// Realm of the challenges that we answer; empty for the host.
        pub realm: String,
        /// A password is stored.
        pub has_password: bool,
        /// Addresses or networks (CIDR) from which its calls come; empty for those of the host.
        pub sources: Vec<String>,
        /// Caller's number in P-Asserted-Identity is believed.
        pub trusted: bool,
        /// Encryption of the voice.
        pub srtp: SrtpPolicy,
        /// Codecs in order of preference: `PCMA`, `PCMU`, `G722`, `opus`.
        pub codecs: Vec<String>,
        /// Calls at once, both ways.
        pub max_calls: u32,
        /// New calls per second, each way.
        pub calls_per_second: u32,
        /// Number shown to whom we call when the channel has none, E.164.
        pub caller_id: String,
        /// What okno sees of it now.
        pub health: ChannelHealth,
    }

    /// A SIP phone of an agent. Its password is stored sealed and never returned.
    #[derive(Eq)]
    pub struct PhoneDoc {
        /// Id.
        pub id: PhoneId,
        /// Whose.
        pub agent: AgentId,
        /// Shown name: "Desk phone, room 12".
        pub name: String,
        /// User name with which it registers, unique.
        pub login: String,
        /// A password is stored.
        pub has_password: bool,
        /// It understands challenges by SHA-256. Off for old phones, which give up when they see one.
        pub sha256: bool,
        /// Encryption of the voice.
        pub srtp: SrtpPolicy,
        /// May register.
        pub enabled: bool,
        /// Where it is registered; empty when it is not.
        pub registered: Vec<RegistrationDoc>,
    }

    /// One place where a phone is registered.
    #[derive(Eq)]
    pub struct RegistrationDoc {
        /// Address it registered from.
        pub address: String,
        /// What it says it is.
        pub user_agent: String,
        /// Until when.
        pub until: Timestamp,
    }

    /// What a prompt is for.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum PromptKind {
        /// Words: greetings, notices.
        Speech,
        /// Music in the queue.
        Music,
    }

    /// One recorded or spoken form of a prompt in one language.
    #[derive(Eq)]
    pub struct PromptPartDoc {
        /// `en`, `ru`, `pl`.
        pub language: String,
        /// The words, when it was made by text to speech.
        pub text: String,
        /// Length.
        pub ms: i64,
        /// Blob key of the normalized sound.
        pub blob: String,
    }

    /// A sound that callers hear.
    #[derive(Eq)]
    pub struct PromptDoc {
        /// Id.
        pub id: PromptId,
        /// Shown name.
        pub name: String,
        /// Kind.
        pub kind: PromptKind,
        /// Its forms by language.
        pub parts: Vec<PromptPartDoc>,
    }

    /// When a call is answered that comes in.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum AnswerMode {
        /// At once: the caller hears greeting, music and announcements.
        AtOnce,
        /// When an agent answers; until then he hears ringing, and pays nothing.
        WithAgent,
    }

    /// Settings of a telephone channel: its numbers and what callers hear.
    #[derive(Eq)]
    pub struct PhoneSettings {
        /// Numbers that lead here, as the trunks send them (E.164 with `+`, or an extension).
        pub numbers: Vec<String>,
        /// When calls are answered.
        pub answer: AnswerMode,
        /// Language of announcements when the customer's is not known.
        pub language: String,
        /// Played once after the answer.
        pub greeting: Option<PromptId>,
        /// Music; `None` for okno's own.
        pub music: Option<PromptId>,
        /// The place in the queue is announced.
        pub announce_position: bool,
        /// The expected wait is announced.
        pub announce_wait: bool,
        /// Seconds between announcements; 0 for none.
        pub announce_seconds: u32,
        /// The agent hears the queue's name before he is connected.
        pub whisper: bool,
        /// Calls are recorded.
        pub record: bool,
        /// Days for which recordings are kept; 0 for ever.
        pub record_days: u32,
        /// A caller may press 1 to be called back and keep his place.
        pub callback: bool,
        /// A callback that was not answered is tried so many times more.
        #[serde(default = "default_callback_retries")]
        pub callback_retries: u32,
        /// Minutes before each of these tries; the last one holds for all that follow.
        #[serde(default = "default_callback_gaps")]
        pub callback_gaps: Vec<u32>,
        /// Hours after which a callback is given up.
        #[serde(default = "default_callback_hours")]
        pub callback_hours: u32,
        /// A caller may press 2 to leave a message.
        pub voicemail: bool,
        /// After so many seconds in the queue the caller is asked for a message; 0 for never.
        pub voicemail_seconds: u32,
        /// A widget on these channels' pages may call this channel from the browser: click-to-call.
        pub click_to_call: bool,
    }

    /// What may be dialed, and how much. One per workspace; everything that is not allowed is refused.
    #[derive(Eq)]
    pub struct DialPlanDoc {
        /// Workspace.
        pub id: WorkspaceId,
        /// Country calling code of national numbers: `48`.
        pub country: String,
        /// Prefix of national numbers that is dropped: `0`; empty for none.
        pub national_prefix: String,
        /// Prefixes that may be called, E.164: `+48`. Empty for none: nobody can be called.
        pub allow: Vec<String>,
        /// Prefixes that may not be called although they are allowed: premium numbers.
        pub deny: Vec<String>,
        /// Calls of one agent in a day; 0 for no limit.
        pub agent_calls_per_day: u32,
        /// Minutes of one agent in a day; 0 for no limit.
        pub agent_minutes_per_day: u32,
        /// Outgoing calls of the company at once.
        pub max_calls: u32,
    }
}

impl DialPlanDoc {
    /// A workspace that has configured nothing: nobody can be called.
    pub fn closed(id: WorkspaceId) -> Self {
        Self {
            id,
            country: String::new(),
            national_prefix: String::new(),
            allow: Vec::new(),
            deny: Vec::new(),
            agent_calls_per_day: 200,
            agent_minutes_per_day: 600,
            max_calls: 50,
        }
    }
}

/// Tries after the first one: a lunch, a meeting, an errand.
pub const fn default_callback_retries() -> u32 {
    3
}

/// Minutes before them.
pub fn default_callback_gaps() -> Vec<u32> {
    vec![10, 30, 60]
}

/// What somebody wanted yesterday he has asked somebody else by now.
pub const fn default_callback_hours() -> u32 {
    24
}
