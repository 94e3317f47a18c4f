//! Configuration: users, roles, teams, queues, skills, channels, the workspace.

use super::{
    AnnounceRule, Capacity, ClosingRule, DepartmentDoc, EmptyRule, FullRule, Ordering, OverflowRule, PhoneSettings, RecoveryRule,
    RequiredSkill, Ring, Score, SkillLevel, SkillsMode, Strategy, Tier, Treatment, Window,
    routing::{preferred_seconds, ring_seconds, weight},
    waiting::recovery,
};
use crate::{ChannelId, ChannelKind, HoursId, QueueId, RoleId, SkillId, TeamId, Timestamp, UserId, WorkspaceId, right::Grant};

documents! {
    /// The workspace.
    pub struct WorkspaceDoc {
        /// Id.
        pub id: WorkspaceId,
        /// Company name.
        pub name: String,
        /// IANA time zone.
        pub time_zone: String,
        /// Default language: `en`, `ru`, `pl`.
        pub language: String,
    }

    /// A person who signs in.
    pub struct UserDoc {
        /// Id.
        pub id: UserId,
        /// Mail address, the sign-in name.
        pub email: String,
        /// Shown name.
        pub name: String,
        /// Team.
        pub team: Option<TeamId>,
        /// Roles.
        pub roles: Vec<RoleId>,
        /// May not sign in.
        pub disabled: bool,
        /// Interface language.
        pub language: String,
        /// Skills.
        pub skills: Vec<SkillLevel>,
        /// Queues served.
        pub queues: Vec<QueueId>,
        /// Parallel interactions.
        pub capacity: Capacity,
        /// Created.
        pub created: Timestamp,
    }

    /// A named set of rights.
    #[derive(Eq)]
    pub struct RoleDoc {
        /// Id.
        pub id: RoleId,
        /// Stable key of a default role, or empty.
        pub key: String,
        /// Shown name.
        pub name: String,
        /// Rights with scopes.
        pub grants: Vec<Grant>,
    }

    /// A team.
    #[derive(Eq)]
    pub struct TeamDoc {
        /// Id.
        pub id: TeamId,
        /// Shown name.
        pub name: String,
        /// What makes it a department; `None` for a team that is not asked about cases.
        #[serde(default)]
        pub department: Option<DepartmentDoc>,
    }

    /// A skill.
    #[derive(Eq)]
    pub struct SkillDoc {
        /// Id.
        pub id: SkillId,
        /// Shown name.
        pub name: String,
    }

    /// Wrap-up mode (behaviour.md B4).
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum WrapupMode {
        /// None: closed at once.
        None,
        /// Closed at once, the slot is free; the outcome may follow for a while (`limits::LATE_WRAPUP_SECONDS`).
        Optional,
        /// Runs for `seconds` but keeps no offers away; the agent may end it earlier.
        OptionalTimed { seconds: u32 },
        /// Only if the agent asked for it during the talk: then as `timed`.
        AgentRequested { seconds: u32 },
        /// The agent may stay as long as he likes.
        Discretionary,
        /// Ends by itself after `seconds`; the agent may end it earlier.
        Timed { seconds: u32 },
        /// Lasts `seconds`; no earlier end.
        Fixed { seconds: u32 },
    }

    /// A queue.
    pub struct QueueDoc {
        /// Id.
        pub id: QueueId,
        /// Shown name.
        pub name: String,
        /// Strategy.
        pub strategy: Strategy,
        /// Priority of its interactions, 0-9.
        pub priority: u8,
        /// One priority step is gained after so many seconds of waiting; 0 for none.
        pub ageing_seconds: u32,
        /// Required skills; all must be met.
        pub skills: Vec<RequiredSkill>,
        /// Offer time-out of chats, seconds.
        pub chat_offer_seconds: u32,
        /// Offer time-out of mails, seconds.
        pub email_offer_seconds: u32,
        /// Offer time-out of calls, seconds.
        pub voice_offer_seconds: u32,
        /// A missed agent is not offered the same interaction for so many seconds.
        pub no_answer_delay_seconds: u32,
        /// A declining agent is not offered the same interaction for so many seconds.
        pub decline_delay_seconds: u32,
        /// Wrap-up.
        pub wrapup: WrapupMode,
        /// Answer within so many seconds (the promise; ledger deadline).
        pub answer_within_seconds: u32,
        /// How often an agent may lengthen a wrap-up.
        #[serde(default = "wrapup_extensions")]
        pub wrapup_extensions: u8,
        /// By how much each time, seconds.
        #[serde(default = "wrapup_extension_seconds")]
        pub wrapup_extension_seconds: u32,
        /// Written work goes to an agent who could take a call of this queue only while so many others could; 0 for no reserve.
        #[serde(default)]
        pub reserve: u8,
        /// An agent whose phone was busy is not offered the same interaction for so many seconds.
        #[serde(default = "busy_delay_seconds")]
        pub busy_delay_seconds: u32,
        /// When what waits goes on to another queue; the first rule that holds counts.
        #[serde(default, alias = "overflow", deserialize_with = "super::door::overflows")]
        pub overflows: Vec<OverflowRule>,
        /// When it is open; always without.
        #[serde(default)]
        pub hours: Option<HoursId>,
        /// What becomes of who comes while it is closed.
        #[serde(default)]
        pub closed: Treatment,
        /// What becomes at closing time of those who still wait.
        #[serde(default)]
        pub closing: ClosingRule,
        /// How many may wait, and what becomes of the next.
        #[serde(default)]
        pub full: Option<FullRule>,
        /// What becomes of who comes while nobody takes work of it; he waits without.
        #[serde(default)]
        pub empty: Option<EmptyRule>,
        /// Takes nothing new.
        pub archived: bool,
        /// In which order waiting interactions are served.
        #[serde(default)]
        pub order: Ordering,
        /// Points of the order `score`.
        #[serde(default)]
        pub score: Score,
        /// What a waiting interaction costs, compared with other queues (order `gc_mu`), 1-100.
        #[serde(default = "weight")]
        pub weight: u32,
        /// What the required skills mean.
        #[serde(default)]
        pub skills_mode: SkillsMode,
        /// An interaction joins the competition only after so many seconds in the queue.
        #[serde(default)]
        pub delay_seconds: u32,
        /// Agents by tier, in the order of `linear` and `round_robin`. Whoever is not listed has tier 0 and stands behind the
        /// listed ones of his tier, by id.
        #[serde(default)]
        pub tiers: Vec<Tier>,
        /// Rings of `bullseye`, at most six.
        #[serde(default)]
        pub rings: Vec<Ring>,
        /// Rings count the whole wait of the interaction, not only that in this queue.
        #[serde(default)]
        pub rings_survive_transfer: bool,
        /// `ring_progressively`: one more agent every so many seconds.
        #[serde(default = "ring_seconds")]
        pub ring_seconds: u32,
        /// `preferred_then_pool`: the preferred agent is waited for so many seconds.
        #[serde(default = "preferred_seconds")]
        pub preferred_seconds: u32,
        /// Over which time `fewest_contacts`, `least_talk_time` and `least_occupied` count.
        #[serde(default)]
        pub window: Window,
        /// What those who wait are told of their place.
        #[serde(default)]
        pub announce: AnnounceRule,
        /// Who leaves before anybody answered is come back to; `null` for nobody.
        #[serde(default = "recovery")]
        pub recovery: Option<RecoveryRule>,
    }

    /// A configured entry point without its secrets.
    pub struct ChannelDoc {
        /// Id.
        pub id: ChannelId,
        /// Kind.
        pub kind: ChannelKind,
        /// Shown name.
        pub name: String,
        /// Its interactions go to this queue.
        pub queue: QueueId,
        /// Works.
        pub enabled: bool,
        /// Settings.
        pub settings: ChannelSettings,
        /// What okno sees of it now.
        pub health: ChannelHealth,
    }

    /// Settings of a channel by kind.
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum ChannelSettings {
        /// A mailbox.
        Mailbox(MailboxSettings),
        /// A chat widget.
        Widget(WidgetSettings),
        /// Telephone numbers.
        Phone(PhoneSettings),
    }

    /// A mailbox.
    pub struct MailboxSettings {
        /// Its address: mail is sent from it, mail to it is ours.
        pub address: String,
        /// Name in From.
        pub sender_name: String,
        /// Other addresses that reach it (aliases); mail to them on the SMTP listener is for this channel.
        pub aliases: Vec<String>,
        /// IMAP, if fetched.
        pub imap: Option<ServerSettings>,
        /// Mail before this instant is archived without routing (first connect in archive mode).
        pub archive_before: Option<Timestamp>,
        /// SMTP out.
        pub smtp: Option<ServerSettings>,
        /// Added under every reply.
        pub signature: String,
        /// Text of the receipt; empty for none. Never contains customer's text.
        pub auto_reply: String,
    }

    /// A server and how to sign in; the password is stored sealed and never returned.
    #[derive(Eq)]
    pub struct ServerSettings {
        /// Host.
        pub host: String,
        /// Port.
        pub port: u16,
        /// Encryption.
        pub tls: TlsMode,
        /// User name; empty for none.
        pub user: String,
        /// A password is stored. On writing, `password` of the request replaces it.
        pub has_password: bool,
    }

    /// Encryption of a mail connection.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum TlsMode {
        /// TLS from the first byte.
        Tls,
        /// STARTTLS, required.
        Starttls,
        /// None: loopback and tests.
        None,
    }

    /// A chat widget.
    pub struct WidgetSettings {
        /// Public key in the page's snippet (`wk_...`).
        pub key: String,
        /// Origins of the sites that may show it; `*` for any.
        pub sites: Vec<String>,
        /// Heading.
        pub title: String,
        /// First words to the customer.
        pub greeting: String,
        /// Main color, `#rrggbb`.
        pub color: String,
        /// Ask name and mail address before the first message: `no`, `optional`, `required`.
        pub ask: String,
    }

    /// What okno sees of a channel.
    #[derive(Eq)]
    pub struct ChannelHealth {
        /// `ok`, `connecting`, `error`, `off`.
        pub state: String,
        /// Words for the administrator: what is wrong and what to do.
        pub detail: String,
        /// Since when.
        pub since: Timestamp,
    }

    /// One audit entry.
    pub struct AuditDoc {
        /// Number, gap-free.
        pub seq: i64,
        /// When.
        pub at: Timestamp,
        /// Who: a user's name, or `system`.
        pub actor: String,
        /// What: `queue.changed`, `user.signed_in`, ...
        pub act: String,
        /// On what.
        pub subject: String,
        /// Before and after, without secrets.
        pub data: serde_json::Value,
        /// SHA-256 over the previous hash and this entry, hexadecimal.
        pub hash: String,
    }
}

/// How often a wrap-up may be lengthened unless a queue says otherwise.
pub const fn wrapup_extensions() -> u8 {
    3
}

/// By how much a wrap-up is lengthened unless a queue says otherwise, seconds.
pub const fn wrapup_extension_seconds() -> u32 {
    60
}

/// How long an agent with a busy phone is left alone unless a queue says otherwise, seconds.
pub const fn busy_delay_seconds() -> u32 {
    30
}
