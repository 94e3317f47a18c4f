//! Inputs: what a client writes to configuration. Every field may be left out; on creation the entity's default stands
//! for it, on a change the stored value stays. `null` clears what can be empty. Unknown fields are refused.

mod cases;

pub use cases::*;

use crate::{
    AgentId, ChannelKind, HoursId, Medium, PromptId, QueueId, RoleId, TeamId, Timestamp,
    doc::{
        AnnounceRule, AnswerMode, AttributeKind, AttributeOn, AttributeValue, Capacity, ClosingRule, DepartmentDoc, EmptyRule, FullRule,
        Holiday, HoursException, MayReceive, OpenInterval, Ordering, OverflowRule, Phase, PromptKind, RecoveryRule, ReopenRule,
        RequiredSkill, Ring, Score, SipTransport, SkillLevel, SkillsMode, SlaAction, SlaSelector, SlaTarget, SrtpPolicy, Strategy, Tier,
        TlsMode, Treatment, Window, WrapupMode,
    },
    right::Grant,
};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// A field that is there, even as `null`; with `#[serde(default)]` a missing one is `None`.
#[expect(clippy::option_option, reason = "missing, null and given are three answers")]
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

macro_rules! inputs {
    ($($(#[$meta:meta])* pub struct $name:ident $body:tt)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Deserialize)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name $body
    )*};
}

inputs! {
    /// The workspace.
    #[derive(Eq)]
    pub struct WorkspaceInput {
        /// Company name.
        pub name: Option<String>,
        /// IANA time zone: `Europe/Warsaw`.
        pub time_zone: Option<String>,
        /// `en`, `ru`, `pl`.
        pub language: Option<String>,
    }

    /// A policy of service levels.
    pub struct PolicyInput {
        /// Name; required on creation.
        pub name: Option<String>,
        /// Lower goes before higher among equally specific ones.
        pub order: Option<u32>,
        /// For what it is.
        pub selector: Option<SlaSelector>,
        /// Business hours; `null` for around the clock.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<HoursId>))]
        pub hours: Option<Option<HoursId>>,
        /// Targets, at most one of each kind.
        pub targets: Option<Vec<SlaTarget>>,
        /// Phases in which its clocks rest.
        pub pauses: Option<Vec<Phase>>,
        /// What a reopening does.
        pub reopen: Option<ReopenRule>,
        /// What happens at warn points and breaches.
        pub actions: Option<Vec<SlaAction>>,
        /// Hidden from choice.
        pub archived: Option<bool>,
    }

    /// A user.
    pub struct UserInput {
        /// Mail address; required on creation.
        pub email: Option<String>,
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Team; `null` for none.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<TeamId>))]
        pub team: Option<Option<TeamId>>,
        /// Roles.
        pub roles: Option<Vec<RoleId>>,
        /// May not sign in.
        pub disabled: Option<bool>,
        /// Interface language.
        pub language: Option<String>,
        /// Skills.
        pub skills: Option<Vec<SkillLevel>>,
        /// Queues served.
        pub queues: Option<Vec<QueueId>>,
        /// Parallel interactions.
        pub capacity: Option<Capacity>,
        /// A new password; ends all sessions of the user.
        pub password: Option<String>,
    }

    /// A role.
    #[derive(Eq)]
    pub struct RoleInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Rights with scopes.
        pub grants: Option<Vec<Grant>>,
    }

    /// A team.
    #[derive(Eq)]
    pub struct TeamInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// What makes it a department; `null` for a team that is not asked about cases.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<DepartmentDoc>))]
        pub department: Option<Option<DepartmentDoc>>,
    }

    /// A skill.
    #[derive(Eq)]
    pub struct SkillInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
    }

    /// An organization.
    pub struct OrganizationInput {
        /// Name; required on creation.
        pub name: Option<String>,
        /// Mail domains.
        pub domains: Option<Vec<String>>,
        /// Notes.
        pub notes: Option<String>,
        /// Attributes to set; `null` takes one away.
        #[cfg_attr(feature = "schema", schema(value_type = Option<BTreeMap<String, AttributeValue>>))]
        pub attributes: Option<BTreeMap<String, Option<AttributeValue>>>,
    }

    /// An attribute.
    #[derive(Eq)]
    pub struct AttributeInput {
        /// Short name for programs; required on creation, and stays.
        pub key: Option<String>,
        /// Shown name; required on creation.
        pub label: Option<String>,
        /// What it is about; `customer` if left out, and stays.
        pub on: Option<AttributeOn>,
        /// What it holds; `text` if left out, and stays.
        pub kind: Option<AttributeKind>,
        /// Must be given.
        pub required: Option<bool>,
        /// Choices.
        pub choices: Option<Vec<String>>,
        /// Regular expression; empty for anything.
        pub pattern: Option<String>,
        /// Place in lists.
        pub position: Option<i64>,
    }

    /// A queue.
    pub struct QueueInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Strategy.
        pub strategy: Option<Strategy>,
        /// 0-9.
        pub priority: Option<u8>,
        /// One priority step per so many seconds of waiting; 0 for none.
        pub ageing_seconds: Option<u32>,
        /// Required skills.
        pub skills: Option<Vec<RequiredSkill>>,
        /// Offer time-out of chats, seconds.
        pub chat_offer_seconds: Option<u32>,
        /// Offer time-out of mails, seconds.
        pub email_offer_seconds: Option<u32>,
        /// Offer time-out of calls, seconds.
        pub voice_offer_seconds: Option<u32>,
        /// After a miss, seconds.
        pub no_answer_delay_seconds: Option<u32>,
        /// After a decline, seconds.
        pub decline_delay_seconds: Option<u32>,
        /// Wrap-up.
        pub wrapup: Option<WrapupMode>,
        /// How often a wrap-up may be lengthened.
        pub wrapup_extensions: Option<u8>,
        /// By how much each time, seconds.
        pub wrapup_extension_seconds: Option<u32>,
        /// Agents who stay ready for calls while others write.
        pub reserve: Option<u8>,
        /// After a busy phone, seconds.
        pub busy_delay_seconds: Option<u32>,
        /// Answer within so many seconds.
        pub answer_within_seconds: Option<u32>,
        /// When what waits goes on to another queue; empty for never. The `overflow` of earlier versions is read as a rule by wait.
        #[serde(default, alias = "overflow", deserialize_with = "crate::doc::door::given_overflows")]
        pub overflows: Option<Vec<OverflowRule>>,
        /// When it is open; `null` for always.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<HoursId>))]
        pub hours: Option<Option<HoursId>>,
        /// What becomes of who comes while it is closed.
        pub closed: Option<Treatment>,
        /// What becomes at closing time of those who still wait.
        pub closing: Option<ClosingRule>,
        /// How many may wait; `null` for any number.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<FullRule>))]
        pub full: Option<Option<FullRule>>,
        /// What becomes of who comes while nobody takes work of it; `null`: he waits.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<EmptyRule>))]
        pub empty: Option<Option<EmptyRule>>,
        /// Takes nothing new.
        pub archived: Option<bool>,
        /// In which order waiting interactions are served.
        pub order: Option<Ordering>,
        /// Points of the order `score`.
        pub score: Option<Score>,
        /// What a waiting interaction costs (order `gc_mu`), 1-100.
        pub weight: Option<u32>,
        /// What the required skills mean.
        pub skills_mode: Option<SkillsMode>,
        /// It joins the competition only after so many seconds in the queue.
        pub delay_seconds: Option<u32>,
        /// Agents by tier, in the order of `linear` and `round_robin`.
        pub tiers: Option<Vec<Tier>>,
        /// Rings of `bullseye`, at most six.
        pub rings: Option<Vec<Ring>>,
        /// Rings count the whole wait, not only that in this queue.
        pub rings_survive_transfer: Option<bool>,
        /// `ring_progressively`: one more agent every so many seconds.
        pub ring_seconds: Option<u32>,
        /// `preferred_then_pool`: the preferred agent is waited for so many seconds.
        pub preferred_seconds: Option<u32>,
        /// Over which time the strategies of fairness count.
        pub window: Option<Window>,
        /// What those who wait are told of their place.
        pub announce: Option<AnnounceRule>,
        /// Who leaves before anybody answered is come back to; `null` for nobody.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<RecoveryRule>))]
        pub recovery: Option<Option<RecoveryRule>>,
    }

    /// Business hours.
    #[derive(Eq)]
    pub struct HoursInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// IANA time zone; the company's without.
        pub time_zone: Option<String>,
        /// Open intervals of the seven days, Monday first.
        pub week: Option<[Vec<OpenInterval>; 7]>,
        /// Days that are not as their weekday is.
        pub holidays: Option<Vec<Holiday>>,
        /// Stretches of time that are not as their day is.
        pub exceptions: Option<Vec<HoursException>>,
        /// Hidden from choice.
        pub archived: Option<bool>,
    }

    /// A question: who would get such an interaction now?
    pub struct QueuePreviewInput {
        /// Of which queue; of a new one without.
        pub queue: Option<QueueId>,
        /// Changes of the queue that are not saved yet.
        pub changes: Option<QueueInput>,
        /// Medium; `voice` without.
        pub medium: Option<Medium>,
        /// Priority; that of the queue without.
        pub priority: Option<u8>,
        /// Skills that it needs besides those of the queue.
        pub skills: Option<Vec<RequiredSkill>>,
        /// Who should have it.
        pub preferred: Option<AgentId>,
    }

    /// A pause code.
    #[derive(Eq)]
    pub struct PauseCodeInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Hidden from choice.
        pub archived: Option<bool>,
    }

    /// A disposition.
    #[derive(Eq)]
    pub struct DispositionInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Only for this queue; `null` for all.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<QueueId>))]
        pub queue: Option<Option<QueueId>>,
        /// Hidden from choice.
        pub archived: Option<bool>,
    }

    /// A channel. `settings` replaces all settings at once.
    #[derive(Eq)]
    pub struct ChannelInput {
        /// Kind; must agree with the settings. Cannot be changed later.
        pub kind: Option<ChannelKind>,
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Its interactions go to this queue; required on creation.
        pub queue: Option<QueueId>,
        /// Works.
        pub enabled: Option<bool>,
        /// Settings; required on creation.
        pub settings: Option<SettingsInput>,
        /// Password of the IMAP server; `null` removes it. Never returned.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        pub imap_password: Option<Option<String>>,
        /// Password of the SMTP server; `null` removes it. Never returned.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        pub smtp_password: Option<Option<String>>,
    }

    /// A mailbox. What is left out is empty.
    #[derive(Eq)]
    pub struct MailboxInput {
        /// Its address.
        pub address: String,
        /// Name in From.
        #[serde(default)]
        pub sender_name: String,
        /// Other addresses that reach it.
        #[serde(default)]
        pub aliases: Vec<String>,
        /// IMAP, if fetched.
        pub imap: Option<ServerInput>,
        /// Mail before this instant is archived without routing; when IMAP is first set, the default is now (0 for none).
        pub archive_before: Option<Timestamp>,
        /// SMTP out.
        pub smtp: Option<ServerInput>,
        /// Added under every reply.
        #[serde(default)]
        pub signature: String,
        /// Text of the receipt; empty for none.
        #[serde(default)]
        pub auto_reply: String,
    }

    /// A chat widget. What is left out gets a default.
    #[derive(Eq)]
    pub struct WidgetInput {
        /// Public key: made by okno; what is sent here is not used.
        pub key: Option<String>,
        /// Origins that may show it; `*` for any.
        #[serde(default)]
        pub sites: Vec<String>,
        /// Heading.
        #[serde(default)]
        pub title: String,
        /// First words.
        #[serde(default)]
        pub greeting: String,
        /// `#rrggbb`.
        pub color: Option<String>,
        /// `no`, `optional`, `required`.
        pub ask: Option<String>,
    }

    /// A telephone channel. What is left out gets a default.
    #[derive(Eq)]
    pub struct PhoneChannelInput {
        /// Numbers that lead here.
        #[serde(default)]
        pub numbers: Vec<String>,
        /// When calls are answered; at once if left out.
        pub answer: Option<AnswerMode>,
        /// Language of announcements; the workspace's if left out.
        pub language: Option<String>,
        /// Played once after the answer.
        pub greeting: Option<PromptId>,
        /// Music; none for okno's own.
        pub music: Option<PromptId>,
        /// Announce the place in the queue.
        #[serde(default)]
        pub announce_position: bool,
        /// Announce the expected wait.
        #[serde(default)]
        pub announce_wait: bool,
        /// Seconds between announcements; 0 for none, otherwise at least 15.
        pub announce_seconds: Option<u32>,
        /// The agent hears the queue's name first.
        #[serde(default)]
        pub whisper: bool,
        /// Calls are recorded.
        #[serde(default)]
        pub record: bool,
        /// Days for which recordings are kept; 0 for ever.
        pub record_days: Option<u32>,
        /// A caller may press 1 to be called back.
        #[serde(default)]
        pub callback: bool,
        /// A callback that was not answered is tried so many times more, 0 to 10.
        pub callback_retries: Option<u32>,
        /// Minutes before each of these tries, 1 to 1440; the last one holds for all that follow.
        pub callback_gaps: Option<Vec<u32>>,
        /// Hours after which a callback is given up, 1 to 336.
        pub callback_hours: Option<u32>,
        /// A caller may press 2 to leave a message.
        #[serde(default)]
        pub voicemail: bool,
        /// Asked for a message after so many seconds; 0 for never.
        pub voicemail_seconds: Option<u32>,
        /// Widgets may call this channel from the browser.
        #[serde(default)]
        pub click_to_call: bool,
    }

    /// A trunk.
    #[derive(Eq)]
    pub struct TrunkInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Takes and makes calls.
        pub enabled: Option<bool>,
        /// Order of trial, lowest first.
        pub order: Option<i64>,
        /// Host; required on creation.
        pub host: Option<String>,
        /// Port; 0 for the transport's own.
        pub port: Option<u16>,
        /// Transport.
        pub transport: Option<SipTransport>,
        /// We register there.
        pub register: Option<bool>,
        /// User of registration and challenges.
        pub user: Option<String>,
        /// Password; `null` removes it. Never returned.
        #[serde(default, deserialize_with = "given")]
        #[cfg_attr(feature = "schema", schema(value_type = Option<String>))]
        pub password: Option<Option<String>>,
        /// Realm of the challenges that we answer; empty for the host.
        pub realm: Option<String>,
        /// Addresses or networks from which its calls come.
        pub sources: Option<Vec<String>>,
        /// Caller's number in P-Asserted-Identity is believed.
        pub trusted: Option<bool>,
        /// Encryption of the voice.
        pub srtp: Option<SrtpPolicy>,
        /// Codecs in order of preference.
        pub codecs: Option<Vec<String>>,
        /// Calls at once.
        pub max_calls: Option<u32>,
        /// New calls per second, each way.
        pub calls_per_second: Option<u32>,
        /// Number shown to whom we call.
        pub caller_id: Option<String>,
    }

    /// A SIP phone of an agent.
    #[derive(Eq)]
    pub struct PhoneInput {
        /// Whose; required on creation.
        pub agent: Option<AgentId>,
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// User name with which it registers; required on creation.
        pub login: Option<String>,
        /// Password, at least 12 characters; required on creation. Never returned.
        pub password: Option<String>,
        /// It understands challenges by SHA-256.
        pub sha256: Option<bool>,
        /// Encryption of the voice.
        pub srtp: Option<SrtpPolicy>,
        /// May register.
        pub enabled: Option<bool>,
    }

    /// A prompt. Its sounds are uploaded or spoken by calls of their own.
    #[derive(Eq)]
    pub struct PromptInput {
        /// Shown name; required on creation.
        pub name: Option<String>,
        /// Kind; speech if left out.
        pub kind: Option<PromptKind>,
    }

    /// The rules for work of several media at once, as a whole.
    #[derive(Eq)]
    pub struct BlendingInput {
        /// What may be offered to an agent who has something of a medium; a medium without an entry keeps nothing away.
        pub may_receive: Vec<MayReceive>,
        /// Work that a call may interrupt.
        pub interruptible: Vec<Medium>,
        /// A chat counts less when its customer is silent for so many seconds; 0 for never.
        pub idle_after_seconds: u32,
        /// How much it counts then, percent.
        pub idle_weight: u8,
        /// Media whose wrap-up keeps all other media away.
        pub wrapup_blocks: Vec<Medium>,
    }

    /// What may be dialed.
    #[derive(Eq)]
    pub struct DialPlanInput {
        /// Country calling code of national numbers.
        pub country: Option<String>,
        /// Prefix of national numbers that is dropped.
        pub national_prefix: Option<String>,
        /// Prefixes that may be called.
        pub allow: Option<Vec<String>>,
        /// Prefixes that may not be called although they are allowed.
        pub deny: Option<Vec<String>>,
        /// Calls of one agent in a day; 0 for no limit.
        pub agent_calls_per_day: Option<u32>,
        /// Minutes of one agent in a day; 0 for no limit.
        pub agent_minutes_per_day: Option<u32>,
        /// Outgoing calls of the company at once.
        pub max_calls: Option<u32>,
    }
}

/// A server and how to sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ServerInput {
    /// Host.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub tls: TlsMode,
    /// User name; empty for none.
    #[serde(default)]
    pub user: String,
    /// Not used: okno knows whether a password is stored.
    #[serde(default)]
    pub has_password: Option<bool>,
}

/// Settings of a channel by kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SettingsInput {
    /// A mailbox.
    Mailbox(MailboxInput),
    /// A chat widget.
    Widget(WidgetInput),
    /// Telephone numbers.
    Phone(PhoneChannelInput),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_null_and_given_are_three_answers() {
        let read = |text| serde_json::from_str::<UserInput>(text).unwrap().team;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"team":null}"#), Some(None));
        assert_eq!(read(r#"{"team":"00000000-0000-0000-0000-000000000007"}"#), Some(Some(TeamId::from_u128(7))));
    }

    #[test]
    fn unknown_fields_are_refused_at_every_depth() {
        assert!(serde_json::from_str::<QueueInput>(r#"{"nme":"x"}"#).is_err());
        assert!(serde_json::from_str::<ChannelInput>(r#"{"settings":{"kind":"widget","sitez":[]}}"#).is_err());
    }
}
