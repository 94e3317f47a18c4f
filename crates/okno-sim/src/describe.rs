//! Rules of a model from the documents of a configuration: what an administrator set is what is simulated.

use crate::spec::{
    BlendingSpec, CalendarSpec, ExceptionSpec, FullSpec, HolidaySpec, OffersSpec, OverflowRuleSpec, QueueSpec, RingSpec, RulesSpec,
    SweepSpec, TierSpec, TreatSpec, WeekSpec,
};
use okno_model::{
    AgentId, HoursId, QueueId, SkillId,
    doc::{BlendingDoc, HolidayDay, HoursDoc, OpenInterval, OverflowRule, QueueDoc, Strategy, Sweep, Treatment},
};
use std::collections::BTreeMap;

/// The names of what documents know by id. What has none here is gone from the configuration, and so from the rules that point to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Queues.
    pub queues: BTreeMap<QueueId, String>,
    /// Skills.
    pub skills: BTreeMap<SkillId, String>,
    /// Business hours.
    pub hours: BTreeMap<HoursId, String>,
    /// Agents: name of the group, and number in it from 1; the number of agents of each group.
    pub agents: BTreeMap<AgentId, (String, u32)>,
}

impl Directory {
    /// Gives a queue of a model all the rules of a document. Agents of `pull` take what they like when they like: it is simulated as
    /// `longest_idle`.
    pub fn describe(&self, doc: &QueueDoc, queue: &mut QueueSpec) {
        queue.strategy = if doc.strategy == Strategy::Pull { Strategy::LongestIdle } else { doc.strategy };
        queue.order = doc.order;
        queue.priority = doc.priority;
        queue.ageing_seconds = doc.ageing_seconds;
        queue.skills = doc.skills.iter().filter_map(|need| Some((self.skills.get(&need.skill)?.clone(), need.level))).collect();
        queue.rules = Some(Box::new(self.rules(doc)));
    }

    fn rules(&self, doc: &QueueDoc) -> RulesSpec {
        let ring = |ring: &okno_model::doc::Ring| RingSpec {
            after_seconds: ring.after_seconds,
            lower_levels: ring.lower_levels,
            drop_skills: ring.drop_skills.iter().filter_map(|skill| self.skills.get(skill).cloned()).collect(),
            add_queues: ring.add_queues.iter().filter_map(|queue| self.queues.get(queue).cloned()).collect(),
        };
        let overflow = |rule: &OverflowRule| Some(OverflowRuleSpec { when: rule.when, to: self.queues.get(&rule.to)?.clone() });
        RulesSpec {
            skills_mode: doc.skills_mode,
            delay_seconds: doc.delay_seconds,
            tiers: self.tiers(doc),
            rings: doc.rings.iter().map(ring).collect(),
            rings_survive_transfer: doc.rings_survive_transfer,
            ring_seconds: doc.ring_seconds,
            preferred_seconds: doc.preferred_seconds,
            window: doc.window,
            score: doc.score.clone(),
            weight: doc.weight,
            offers: Some(OffersSpec { voice: doc.voice_offer_seconds, chat: doc.chat_offer_seconds, email: doc.email_offer_seconds }),
            no_answer_delay_seconds: doc.no_answer_delay_seconds,
            decline_delay_seconds: doc.decline_delay_seconds,
            busy_delay_seconds: doc.busy_delay_seconds,
            wrapup: Some(doc.wrapup),
            wrapup_extensions: doc.wrapup_extensions,
            wrapup_extension_seconds: doc.wrapup_extension_seconds,
            reserve: doc.reserve,
            answer_within_seconds: doc.answer_within_seconds,
            hours: doc.hours.and_then(|hours| self.hours.get(&hours).cloned()),
            closed: self.treat(doc.closed),
            closing: match doc.closing.sweep {
                Sweep::Serve => SweepSpec::Serve,
                Sweep::Promise => SweepSpec::Promise,
                Sweep::Overflow { to } => self.queues.get(&to).map_or(SweepSpec::Serve, |to| SweepSpec::Overflow { to: to.clone() }),
            },
            full: doc.full.map(|full| FullSpec { max_waiting: full.max_waiting, then: self.treat(full.then) }),
            empty: doc.empty.map(|empty| self.treat(empty.then)),
            overflows: doc.overflows.iter().filter_map(overflow).collect(),
        }
    }

    fn treat(&self, treatment: Treatment) -> TreatSpec {
        match treatment {
            Treatment::Wait => TreatSpec::Wait,
            Treatment::Promise => TreatSpec::Promise,
            Treatment::Overflow { to } => self.queues.get(&to).map_or(TreatSpec::Wait, |to| TreatSpec::Overflow { to: to.clone() }),
        }
    }

    /// Tiers agent by agent; a whole group that stands together in the list with one tier is one entry.
    fn tiers(&self, doc: &QueueDoc) -> Vec<TierSpec> {
        let known: Vec<(&str, u32, u8)> =
            doc.tiers.iter().filter_map(|tier| self.agents.get(&tier.agent).map(|(group, n)| (group.as_str(), *n, tier.tier))).collect();
        let mut all = Vec::with_capacity(known.len());
        let mut from = 0;
        while let Some(&(group, number, tier)) = known.get(from) {
            let size = self.agents.values().filter(|(name, _)| name == group).count();
            let whole =
                number == 1 && known.get(from..from + size).is_some_and(|run| (1..).zip(run).all(|(n, &one)| one == (group, n, tier)));
            all.push(TierSpec { group: group.to_owned(), agent: (!whole).then_some(number), tier });
            from += if whole { size } else { 1 };
        }
        all
    }
}

impl From<&HoursDoc> for CalendarSpec {
    fn from(doc: &HoursDoc) -> Self {
        let open = |intervals: &Vec<OpenInterval>| intervals.iter().map(|&interval| span(interval)).collect();
        let [mon, tue, wed, thu, fri, sat, sun] = doc.week.each_ref().map(open);
        let holidays = doc.holidays.iter().map(|holiday| HolidaySpec {
            day: match holiday.day {
                HolidayDay::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
                HolidayDay::Yearly { month, day } => format!("{month:02}-{day:02}"),
            },
            name: holiday.name.clone(),
            open: open(&holiday.intervals),
        });
        let exceptions = doc.exceptions.iter().map(|e| ExceptionSpec { from: e.from, to: e.to, open: e.open, name: e.name.clone() });
        Self {
            name: doc.name.clone(),
            time_zone: Some(doc.time_zone.clone()),
            week: WeekSpec { mon, tue, wed, thu, fri, sat, sun },
            holidays: holidays.collect(),
            exceptions: exceptions.collect(),
        }
    }
}

/// `08:00-18:00`; midnight at the end of the day is 24:00, and what is later is of the next day.
fn span(interval: OpenInterval) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    let to = if interval.to_minute > 1440 { interval.to_minute - 1440 } else { interval.to_minute };
    format!("{}-{}", clock(interval.from_minute), clock(to))
}

impl From<&BlendingDoc> for BlendingSpec {
    /// Silence of customers is not simulated, so its rules are left out.
    fn from(doc: &BlendingDoc) -> Self {
        Self { may_receive: doc.may_receive.clone(), interruptible: doc.interruptible.clone(), wrapup_blocks: doc.wrapup_blocks.clone() }
    }
}
