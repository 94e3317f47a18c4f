//! The rules of a queue as the engine takes them: names become ids.

use super::{SpecError, hours::hours_id, queue_id, refuse};
use crate::spec::{BlendingSpec, FullSpec, RulesSpec, Spec, SweepSpec, TierSpec, TreatSpec};
use okno_engine::routing::{Blending, OfferSeconds, QueueProfile, SlotRules};
use okno_model::{
    AgentId, QueueId, SkillId, WorkspaceId,
    doc::{BlendingDoc, ClosingRule, EmptyRule, FullRule, OverflowRule, Ring, Sweep, Tier, Treatment},
    limits::SKILL_LEVEL_MAX,
};
use std::collections::BTreeMap;

/// Rings of one queue: as many as the engine takes.
const RINGS: usize = 6;
/// The last tier.
const TIER_MAX: u8 = 9;

/// What names mean.
pub(super) struct Names<'a> {
    /// Queues that have rules of their own, by number.
    pub(super) queues: BTreeMap<&'a str, usize>,
    /// For each queue, the one whose rules hold for its customers.
    pub(super) hosts: Vec<usize>,
    pub(super) skills: BTreeMap<&'a str, SkillId>,
    pub(super) calendars: BTreeMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(spec: &'a Spec, queues: BTreeMap<&'a str, usize>, skills: BTreeMap<&'a str, SkillId>) -> Result<Self, SpecError> {
        let mut hosts = Vec::with_capacity(spec.queues.len());
        for (n, queue) in spec.queues.iter().enumerate() {
            let host = match &queue.joins {
                None => n,
                Some(name) => match queues.get(name.as_str()) {
                    None => return refuse(format!("queues[{n}].joins"), format!("there is no queue `{name}`")),
                    Some(&host) if host == n || spec.queues[host].joins.is_some() => {
                        return refuse(format!("queues[{n}].joins"), format!("`{name}` is no queue with rules of its own"));
                    }
                    Some(&host) => host,
                },
            };
            hosts.push(host);
        }
        let calendars = spec.calendars.iter().enumerate().map(|(n, calendar)| (calendar.name.as_str(), n)).collect();
        Ok(Self { queues, hosts, skills, calendars })
    }

    /// The engine's queue of a name.
    pub(super) fn queue(&self, name: &str, place: &dyn Fn() -> String) -> Result<QueueId, SpecError> {
        match self.queues.get(name) {
            Some(&queue) => Ok(queue_id(self.hosts[queue])),
            None => refuse(place(), format!("there is no queue `{name}`")),
        }
    }

    /// A skill; one that nobody has and nobody needs is a slip of the pen.
    fn skill(&self, name: &str, place: &dyn Fn() -> String) -> Result<SkillId, SpecError> {
        self.skills.get(name).copied().map_or_else(|| refuse(place(), format!("no queue needs a skill `{name}`, and no group has it")), Ok)
    }
}

/// Puts the rules into a profile. Tiers follow when the agents are known.
pub(super) fn set(n: usize, rules: &RulesSpec, names: &Names<'_>, profile: &mut QueueProfile) -> Result<(), SpecError> {
    let place = |field: &str| format!("queues[{n}].rules.{field}");
    if rules.rings.len() > RINGS {
        return refuse(place("rings"), format!("are {}; at most {RINGS} make sense", rules.rings.len()));
    }
    if rules.rings.windows(2).any(|two| two[1].after_seconds <= two[0].after_seconds) {
        return refuse(place("rings"), "must be in the order of `after_seconds`, each later than the one before");
    }
    if rules.score.per_minute_by_priority.len() != 10 {
        return refuse(place("score.per_minute_by_priority"), "needs ten numbers, for the priorities 0 to 9");
    }
    if rules.weight == 0 || rules.ring_seconds == 0 {
        return refuse(place("weight"), "must be above 0, and `ring_seconds` as well");
    }
    if rules.offers.is_some_and(|offers| offers.voice == 0 || offers.chat == 0 || offers.email == 0) {
        return refuse(place("offers"), "must be above 0");
    }
    let to_queue = |name: &str, field: &str| -> Result<QueueId, SpecError> {
        let to = names.queue(name, &|| place(field))?;
        if to == queue_id(n) { refuse(place(field), "is the queue itself; choose another") } else { Ok(to) }
    };
    let treat = |spec: &TreatSpec, field: &str| -> Result<Treatment, SpecError> {
        Ok(match spec {
            TreatSpec::Wait => Treatment::Wait,
            TreatSpec::Promise => Treatment::Promise,
            TreatSpec::Overflow { to } => Treatment::Overflow { to: to_queue(to, field)? },
        })
    };
    let mut rings = Vec::with_capacity(rules.rings.len());
    for (r, ring) in rules.rings.iter().enumerate() {
        if ring.lower_levels >= SKILL_LEVEL_MAX {
            return refuse(place(&format!("rings[{r}].lower_levels")), format!("is below {SKILL_LEVEL_MAX}"));
        }
        let skills = ring.drop_skills.iter().map(|skill| names.skill(skill, &|| place(&format!("rings[{r}].drop_skills"))));
        let queues = ring.add_queues.iter().map(|queue| to_queue(queue, &format!("rings[{r}].add_queues")));
        rings.push(Ring {
            after_seconds: ring.after_seconds,
            lower_levels: ring.lower_levels,
            drop_skills: skills.collect::<Result<_, _>>()?,
            add_queues: queues.collect::<Result<_, _>>()?,
        });
    }
    for (r, rule) in rules.overflows.iter().enumerate() {
        profile.overflows.push(OverflowRule { when: rule.when, to: to_queue(&rule.to, &format!("overflows[{r}].to"))? });
    }
    profile.hours = match &rules.hours {
        None => None,
        Some(name) => match names.calendars.get(name.as_str()) {
            Some(&calendar) => Some(hours_id(calendar)),
            None => return refuse(place("hours"), format!("there is no calendar `{name}`")),
        },
    };
    profile.closed = treat(&rules.closed, "closed.to")?;
    profile.closing = ClosingRule {
        sweep: match &rules.closing {
            SweepSpec::Serve => Sweep::Serve,
            SweepSpec::Promise => Sweep::Promise,
            SweepSpec::Overflow { to } => Sweep::Overflow { to: to_queue(to, "closing.to")? },
        },
    };
    let full = |full: &FullSpec| Ok(FullRule { max_waiting: full.max_waiting, then: treat(&full.then, "full.then.to")? });
    profile.full = rules.full.as_ref().map(full).transpose()?;
    profile.empty = rules.empty.as_ref().map(|then| Ok(EmptyRule { then: treat(then, "empty.to")? })).transpose()?;
    if let Some(offers) = rules.offers {
        profile.offer = OfferSeconds { voice: offers.voice, chat: offers.chat, email: offers.email };
    }
    profile.skills_mode = rules.skills_mode;
    profile.delay_seconds = rules.delay_seconds;
    profile.rings = rings;
    profile.rings_survive_transfer = rules.rings_survive_transfer;
    profile.ring_seconds = rules.ring_seconds;
    profile.preferred_seconds = rules.preferred_seconds;
    profile.window = rules.window;
    profile.score = rules.score.clone();
    profile.weight = rules.weight;
    profile.no_answer_delay_seconds = rules.no_answer_delay_seconds;
    profile.decline_delay_seconds = rules.decline_delay_seconds;
    profile.answer_within_seconds = rules.answer_within_seconds;
    profile.slots = SlotRules {
        wrapup_extensions: rules.wrapup_extensions,
        extension_seconds: rules.wrapup_extension_seconds,
        reserve: rules.reserve,
        busy_delay_seconds: rules.busy_delay_seconds,
    };
    Ok(())
}

/// The tiers of a queue: each agent once, in the order in which they are written.
pub(super) fn tiers(n: usize, tiers: &[TierSpec], groups: &BTreeMap<&str, Vec<AgentId>>) -> Result<Vec<Tier>, SpecError> {
    let mut all: Vec<Tier> = Vec::new();
    for (t, tier) in tiers.iter().enumerate() {
        let place = format!("queues[{n}].rules.tiers[{t}]");
        if tier.tier > TIER_MAX {
            return refuse(format!("{place}.tier"), format!("is 0 to {TIER_MAX}"));
        }
        let Some(agents) = groups.get(tier.group.as_str()) else {
            return refuse(format!("{place}.group"), format!("there is no group `{}`", tier.group));
        };
        let those = match tier.agent {
            None => agents.as_slice(),
            Some(number) => match (number as usize).checked_sub(1).and_then(|at| agents.get(at..=at)) {
                Some(one) => one,
                None => {
                    return refuse(
                        format!("{place}.agent"),
                        format!("is {number}; the agents of `{}` are 1 to {}", tier.group, agents.len()),
                    );
                }
            },
        };
        for &agent in those {
            if all.iter().any(|known| known.agent == agent) {
                return refuse(place, format!("an agent of `{}` has a tier already", tier.group));
            }
            all.push(Tier { agent, tier: tier.tier });
        }
    }
    Ok(all)
}

/// The rules for work of several media at once, as the engine takes them.
pub(super) fn blending(spec: &BlendingSpec) -> Blending {
    let mut doc = BlendingDoc::open(WorkspaceId::from_u128(0));
    doc.may_receive.clone_from(&spec.may_receive);
    doc.interruptible.clone_from(&spec.interruptible);
    doc.wrapup_blocks.clone_from(&spec.wrapup_blocks);
    Blending::from(&doc)
}
