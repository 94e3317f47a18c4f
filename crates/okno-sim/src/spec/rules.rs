//! Everything that an administrator sets for a queue beyond its usual rules. Names stand where documents have ids.

use okno_model::{
    Medium, QueueId, Timestamp,
    doc::{MayReceive, OverflowWhen, QueueDoc, Score, SkillsMode, Window, WrapupMode},
};
use serde::{Deserialize, Serialize};

/// All the rules of a queue that have no field of their own. What is left out is as in a new queue, but that nobody is promised anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimRules))]
#[serde(deny_unknown_fields, default)]
pub struct RulesSpec {
    /// What required skills mean.
    pub skills_mode: SkillsMode,
    /// A customer joins the competition only after so many seconds.
    pub delay_seconds: u32,
    /// Tiers of agents, in the order of `linear` and `round_robin`; who is not named is in tier 0, behind them.
    pub tiers: Vec<TierSpec>,
    /// Rings of `bullseye`.
    pub rings: Vec<RingSpec>,
    /// Rings count the whole wait, also that before a transfer.
    pub rings_survive_transfer: bool,
    /// `ring_progressively`: one more agent every so many seconds.
    pub ring_seconds: u32,
    /// `preferred_then_pool`: the preferred agent is waited for so many seconds.
    pub preferred_seconds: u32,
    /// Over which time the strategies of fairness count.
    pub window: Window,
    /// Points of the order `score`.
    pub score: Score,
    /// What waiting costs under the order `gc_mu`.
    pub weight: u32,
    /// How long offers of each medium ring; without it as `offer_seconds` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offers: Option<OffersSpec>,
    /// An agent who missed it is not offered the same customer for so many seconds.
    pub no_answer_delay_seconds: u32,
    /// An agent who declined it is not offered the same customer for so many seconds.
    pub decline_delay_seconds: u32,
    /// An agent whose phone was busy is not offered the same customer for so many seconds.
    pub busy_delay_seconds: u32,
    /// The mode of the wrap-up. How long agents need says `wrapup` of the queue; without this the mode follows from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrapup: Option<WrapupMode>,
    /// How often a wrap-up may be lengthened. Nobody does it in a model.
    pub wrapup_extensions: u8,
    /// By how much each time, seconds.
    pub wrapup_extension_seconds: u32,
    /// So many agents who could take a call of this queue are kept from written work.
    pub reserve: u8,
    /// What customers are promised: an answer within so much open time. The order `due_first` serves by it.
    pub answer_within_seconds: u32,
    /// Name of the calendar of its business hours; without it always open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// What becomes of who comes while it is closed.
    pub closed: TreatSpec,
    /// What becomes at closing time of those who still wait.
    pub closing: SweepSpec,
    /// How many may wait, and what becomes of the next. `places` blocks him instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<FullSpec>,
    /// What becomes of who comes while nobody takes work of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<TreatSpec>,
    /// When who waits goes on to another queue, besides `overflow`; of several rules that hold the first counts.
    pub overflows: Vec<OverflowRuleSpec>,
}

impl Default for RulesSpec {
    fn default() -> Self {
        let new = QueueDoc::new(QueueId::from_u128(0), String::new());
        Self {
            skills_mode: new.skills_mode,
            delay_seconds: new.delay_seconds,
            tiers: Vec::new(),
            rings: Vec::new(),
            rings_survive_transfer: new.rings_survive_transfer,
            ring_seconds: new.ring_seconds,
            preferred_seconds: new.preferred_seconds,
            window: new.window,
            score: new.score,
            weight: new.weight,
            offers: None,
            no_answer_delay_seconds: 30,
            decline_delay_seconds: 30,
            busy_delay_seconds: new.busy_delay_seconds,
            wrapup: None,
            wrapup_extensions: new.wrapup_extensions,
            wrapup_extension_seconds: new.wrapup_extension_seconds,
            reserve: new.reserve,
            answer_within_seconds: new.answer_within_seconds,
            hours: None,
            closed: TreatSpec::Wait,
            closing: SweepSpec::Serve,
            full: None,
            empty: None,
            overflows: Vec::new(),
        }
    }
}

/// The tier of a group of agents, or of one agent of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimTier))]
#[serde(deny_unknown_fields)]
pub struct TierSpec {
    /// Name of the group.
    pub group: String,
    /// Number of the agent in it, from 1; without it all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<u32>,
    /// 0 goes first, 9 last.
    pub tier: u8,
}

/// One ring of `bullseye`: what is relaxed after some time, together with the rings before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimRing))]
#[serde(deny_unknown_fields)]
pub struct RingSpec {
    /// After so many seconds of waiting.
    pub after_seconds: u32,
    /// Required levels are lower by so much, but never below 1.
    #[serde(default)]
    pub lower_levels: u8,
    /// These skills are not required any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drop_skills: Vec<String>,
    /// Agents of these queues join.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_queues: Vec<String>,
}

/// How long an offer rings, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimOffers))]
#[serde(deny_unknown_fields)]
pub struct OffersSpec {
    /// Calls.
    pub voice: u32,
    /// Chats and messenger threads.
    pub chat: u32,
    /// E-mails and tasks.
    pub email: u32,
}

/// What becomes of a customer whom the queue cannot serve soon.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimTreat))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TreatSpec {
    /// He waits like any other.
    #[default]
    Wait,
    /// He goes to another queue at once.
    Overflow {
        /// Its name.
        to: String,
    },
    /// He is told by when he is answered, and may go: he is worked on when there is time, and loses no patience.
    Promise,
}

/// What becomes at closing time of those who still wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimSweep))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum SweepSpec {
    /// They are served still.
    #[default]
    Serve,
    /// They are told by when they are answered.
    Promise,
    /// They go to another queue.
    Overflow {
        /// Its name.
        to: String,
    },
}

/// How many may wait, and what becomes of the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimFull))]
#[serde(deny_unknown_fields)]
pub struct FullSpec {
    /// So many.
    pub max_waiting: u32,
    /// What becomes of the next.
    pub then: TreatSpec,
}

/// When who waits goes on to another queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimOverflowRule))]
#[serde(deny_unknown_fields)]
pub struct OverflowRuleSpec {
    /// When.
    pub when: OverflowWhen,
    /// Name of the other queue.
    pub to: String,
}

/// The rules for work of several media at once, for all agents. How many of each medium an agent takes is the capacity of his group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimBlending))]
#[serde(deny_unknown_fields, default)]
pub struct BlendingSpec {
    /// What may come beside work of a medium; a medium without an entry keeps nothing away.
    pub may_receive: Vec<MayReceive>,
    /// Work that a call may interrupt: it keeps no calls away.
    pub interruptible: Vec<Medium>,
    /// Media whose wrap-up keeps work of all other media away too.
    pub wrapup_blocks: Vec<Medium>,
}

/// Business hours, in local time. What is open is decided by the first of these that knows the instant: an exception, a dated holiday, a
/// yearly holiday, the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimCalendar))]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// Name, by which queues have it.
    pub name: String,
    /// IANA time zone; by default that of the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The week.
    #[serde(default)]
    pub week: WeekSpec,
    /// Days that are not as their weekday is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<HolidaySpec>,
    /// Stretches of time that are not as their day is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExceptionSpec>,
}

/// When it is open on each weekday: texts such as `08:00-18:00`; an end that is not later than the begin is of the next day. Empty is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimWeek))]
#[serde(deny_unknown_fields, default)]
pub struct WeekSpec {
    /// Monday.
    pub mon: Vec<String>,
    /// Tuesday.
    pub tue: Vec<String>,
    /// Wednesday.
    pub wed: Vec<String>,
    /// Thursday.
    pub thu: Vec<String>,
    /// Friday.
    pub fri: Vec<String>,
    /// Saturday.
    pub sat: Vec<String>,
    /// Sunday.
    pub sun: Vec<String>,
}

impl WeekSpec {
    /// The same on every day.
    pub(crate) fn daily(open: &str) -> Self {
        let day = || vec![open.to_owned()];
        Self { mon: day(), tue: day(), wed: day(), thu: day(), fri: day(), sat: day(), sun: day() }
    }

    /// Monday first, with the names of the fields.
    pub(crate) const fn days(&self) -> [(&'static str, &Vec<String>); 7] {
        [
            ("mon", &self.mon),
            ("tue", &self.tue),
            ("wed", &self.wed),
            ("thu", &self.thu),
            ("fri", &self.fri),
            ("sat", &self.sat),
            ("sun", &self.sun),
        ]
    }
}

/// A day that is not as its weekday is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimHoliday))]
#[serde(deny_unknown_fields)]
pub struct HolidaySpec {
    /// Which: `2026-11-11` once, `11-11` every year.
    pub day: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// When it is open that day, such as `10:00-14:00`; empty for closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
}

/// A stretch of time that is not as its day is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimException))]
#[serde(deny_unknown_fields)]
pub struct ExceptionSpec {
    /// From this instant, milliseconds since 1970.
    pub from: Timestamp,
    /// To before this instant.
    pub to: Timestamp,
    /// Open or closed meanwhile.
    pub open: bool,
    /// Why.
    #[serde(default)]
    pub name: String,
}
