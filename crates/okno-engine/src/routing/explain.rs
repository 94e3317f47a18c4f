//! Every decision says why, in data and in one sentence. Costs are bounded: the counts are kept up to date by the
//! indexes, and only a few agents are named.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::{
    AgentFacts, AgentRank, Engine, Excluded, QueueProfile, Stage,
    decision::Decision,
    limits::{EXPLAINED_AGENTS, EXPLAINED_SCAN},
    order::{self, urgency},
    slab::{AgentIx, ItemIx, Ix},
    span::{tenths, words},
    state::{Door, ReadyKey, Shown, Standing, m},
    strategy::{self, by_skill, fairness, skills_mode},
};
use okno_model::{
    AgentId, Timestamp,
    doc::{CandidateDoc, DecisionDoc, Ordering, RemovedDoc, SkillsMode, Strategy},
};
use std::{fmt::Write, time::Duration};

/// Why an agent is offered an interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Because {
    /// The strategy chose him: the first of these.
    Chosen(Vec<ReadyKey>),
    /// He became free and this is the first in line.
    FirstInLine,
    /// It was meant for him.
    Preferred,
    /// It rings at several at once.
    Further,
    /// A person sent it.
    Sent {
        /// Who, if it was an agent.
        by: Option<AgentIx>,
    },
}

/// A candidate as he is told, and what strategies know of him.
type Weighed<'a> = (&'a CandidateDoc, &'a AgentFacts);

impl Engine {
    /// A decision without candidates. Its words are made only where somebody reads them.
    pub(super) fn said(
        &self,
        item: ItemIx,
        act: &'static str,
        rule: &'static str,
        agent: Option<AgentId>,
        because: impl FnOnce() -> String,
    ) -> Decision {
        if self.silent {
            return Decision::SILENT;
        }
        Decision::new(DecisionDoc {
            at: self.now,
            act: act.into(),
            rule: rule.into(),
            because: because(),
            agent,
            queue: self.queues[self.items[item].queue].profile.id,
            candidates: Vec::new(),
            removed: Vec::new(),
            position: None,
            skipped: None,
        })
    }

    pub(super) fn name(&self, agent: AgentIx) -> &str {
        &self.agents[agent].profile.name
    }

    /// Why this agent. To be asked before the offer is made.
    pub(super) fn why_he(&self, item: ItemIx, agent: AgentIx, because: Because) -> Decision {
        if self.silent {
            return Decision::SILENT;
        }
        let id = self.agents[agent].profile.id;
        let name = self.name(agent);
        let (rule, sentence, candidates) = match because {
            Because::Chosen(ready) => self.choice(item, &ready),
            Because::FirstInLine => {
                let text = format!("{name} became free and it is first in line: {}", self.urgency_words(item));
                ("first_in_line", text, vec![self.candidate(item, agent)])
            }
            Because::Further => {
                let strategy = self.queues[self.items[item].queue].profile.strategy;
                (strategy::word(strategy), format!("{name} is rung as well"), vec![self.candidate(item, agent)])
            }
            Because::Preferred => ("preferred", format!("{name} is the preferred agent"), vec![self.candidate(item, agent)]),
            Because::Sent { by } => {
                let text = match by {
                    Some(by) => format!("{} sent it to {name}", self.name(by)),
                    None => format!("it was sent to {name}"),
                };
                ("sent", text, vec![self.candidate(item, agent)])
            }
        };
        let mut decision = self.said(item, "offered", rule, Some(id), || sentence);
        decision.candidates = candidates;
        decision.removed = self.removed(item, Some(agent));
        decision
    }

    /// How urgent it is, in words of the order of its queue.
    fn urgency_words(&self, item: ItemIx) -> String {
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let place = self.place_of(item).order;
        let handle = queue.handle_ms(record.work.medium);
        let urgency = urgency(&queue.profile, self.now, place, handle) / 100;
        let waited = words(self.now.since(record.work.enqueued));
        let mut text = String::with_capacity(64);
        let _ = match queue.profile.order {
            Ordering::PriorityThenAge => {
                let gained = urgency - i64::from(record.work.priority) * 10;
                let _ = write!(text, "priority {}", tenths(urgency));
                if gained > 0 {
                    let _ = write!(text, " ({} and {} for waiting)", record.work.priority, tenths(gained));
                }
                write!(text, ", waiting {waited}")
            }
            Ordering::Fifo => write!(text, "it waits longest, {waited}"),
            Ordering::Lifo => write!(text, "it came last, {waited} ago"),
            Ordering::Score => write!(text, "{urgency} points, waiting {waited}"),
            Ordering::DueFirst => {
                let due = order::due(&queue.profile, &record.work);
                if due >= self.now {
                    write!(text, "due in {}, waiting {waited}", words(due.since(self.now)))
                } else {
                    write!(text, "overdue for {}, waiting {waited}", words(self.now.since(due)))
                }
            }
            Ordering::GcMu => write!(text, "its waiting costs {}, waiting {waited}", tenths(urgency)),
        };
        text
    }

    /// A weighed agent, with what the strategy compared.
    fn weighed(&self, item: ItemIx, key: &ReadyKey, turn: usize) -> (CandidateDoc, AgentFacts) {
        self.weighed_as(item, key, turn, &self.board[key.agent.n()])
    }

    /// An agent as he is shown, with what the strategy compared.
    fn weighed_as(&self, item: ItemIx, key: &ReadyKey, turn: usize, who: &Shown) -> (CandidateDoc, AgentFacts) {
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let (strategy, window) = (queue.profile.strategy, queue.profile.window);
        let (tier, place) = queue.tier_of(key.id);
        let facts = AgentFacts {
            tier,
            place,
            skill: key.skill,
            load: who.load,
            idle_since: who.idle_since,
            touched: who.touched,
            rate: if fairness(strategy) { self.agents[key.agent].stats.rate(strategy, window) } else { 0 },
        };
        let medium = record.work.medium;
        let doc = CandidateDoc {
            agent: key.id,
            idle_ms: self.now.since(who.idle_since).as_millis() as i64,
            // The number of skills that he has leads in the mode `best`; people are told the levels.
            skill: i64::from(if queue.mode() == SkillsMode::Best { key.skill % 512 } else { key.skill }),
            free: i64::from(who.free[m(medium)]),
            score: strategy::score(strategy, self.now, &facts, turn),
            tier,
        };
        (doc, facts)
    }

    /// Rule, sentence and candidates of a choice among ready agents, best first.
    fn choice(&self, item: ItemIx, ready: &[ReadyKey]) -> (&'static str, String, Vec<CandidateDoc>) {
        let queue = &self.queues[self.items[item].queue];
        let candidates: Vec<CandidateDoc> = ready.iter().enumerate().map(|(turn, key)| self.weighed(item, key, turn).0).collect();
        let name = ready.first().map_or("", |key| self.name(key.agent));
        let [first, next, ..] = ready else {
            return ("only_candidate", format!("{name} is the only candidate"), candidates);
        };
        let (best, second) = (self.weighed(item, first, 0), self.weighed(item, next, 1));
        let text = if queue.profile.strategy == Strategy::Linear && self.items[item].tried.is_some() {
            format!("{name} is the next in the list")
        } else {
            self.why_first(name, &queue.profile, (&best.0, &best.1), (&second.0, &second.1))
        };
        (strategy::word(queue.profile.strategy), text, candidates)
    }

    /// Why the first candidate goes before the second: the leftmost part of their ranks that differs.
    fn why_first(&self, name: &str, profile: &QueueProfile, best: Weighed<'_>, second: Weighed<'_>) -> String {
        let ((doc, mine), (_, theirs)) = (best, second);
        let strategy = profile.strategy;
        let rank = |a: i64, b: i64| format!("{a} < {b}");
        match strategy {
            Strategy::Linear => return format!("{name} is the first in the list"),
            Strategy::RoundRobin => return format!("it is the turn of {name}"),
            Strategy::WeightedRandom => return format!("{name} was drawn"),
            _ => {}
        }
        if mine.tier < theirs.tier {
            return format!("{name} is in a tier before the others: {}", rank(mine.tier.into(), theirs.tier.into()));
        }
        if strategy == Strategy::Random {
            return format!("{name} was drawn");
        }
        let skilled = by_skill(strategy, profile.skills_mode);
        if skilled && mine.skill > theirs.skill {
            return match skills_mode(strategy, profile.skills_mode) {
                SkillsMode::Best => {
                    let count = |skill: u16| (skill / 512, skill % 512);
                    let ((has, levels), (had, lower)) = (count(mine.skill), count(theirs.skill));
                    if has > had {
                        format!("{name} has most of the skills: {has} > {had}")
                    } else {
                        format!("{name} has the highest skill: {levels} > {lower}")
                    }
                }
                SkillsMode::All | SkillsMode::Disregard => format!("{name} has the highest skill: {} > {}", mine.skill, theirs.skill),
            };
        }
        let text = if mine.load < theirs.load {
            format!("{name} has the least work: {} < {}", mine.load, theirs.load)
        } else {
            self.by_metric(name, strategy, best, second)
        };
        if skilled && strategy == Strategy::SkillRank { format!("{text}, among the highest skill {}", doc.skill) } else { text }
    }

    fn by_metric(&self, name: &str, strategy: Strategy, best: Weighed<'_>, second: Weighed<'_>) -> String {
        let ((doc, mine), (other, theirs)) = (best, second);
        match strategy {
            Strategy::FewestTaken if mine.rate < theirs.rate => {
                let per_hour = |rate: u32| tenths(i64::from(rate) / 100);
                format!("{name} had the fewest contacts per hour: {} < {}", per_hour(mine.rate), per_hour(theirs.rate))
            }
            Strategy::LeastTalkTime if mine.rate < theirs.rate => {
                let percent = |rate: u32| tenths(i64::from(rate) / 1000);
                format!("{name} talked least: {} % < {} %", percent(mine.rate), percent(theirs.rate))
            }
            Strategy::LeastOccupied if mine.rate < theirs.rate => {
                let percent = |rate: u32| tenths(i64::from(rate) / 1000);
                format!("{name} was occupied least: {} % < {} %", percent(mine.rate), percent(theirs.rate))
            }
            Strategy::LeastRecent if mine.touched < theirs.touched => {
                if mine.touched == Timestamp::from_millis(0) {
                    format!("{name} has not had anything yet")
                } else {
                    format!("{name} had something longest ago: {}", words(self.now.since(mine.touched)))
                }
            }
            Strategy::LeastRecent => format!("{name} and others had something equally long ago"),
            _ => {
                let idle = words(Duration::from_millis(doc.idle_ms.unsigned_abs()));
                if doc.idle_ms > other.idle_ms {
                    format!("{name} is idle longest: {idle}")
                } else {
                    format!("{name} and others are idle equally long: {idle}")
                }
            }
        }
    }

    fn candidate(&self, item: ItemIx, agent: AgentIx) -> CandidateDoc {
        let record = &self.items[item];
        let class = &self.classes[record.class];
        let skill = self.agents[agent].skill(&class.needs, self.queues[record.queue].mode()).unwrap_or(0);
        let key = ReadyKey { rank: AgentRank::ZERO, id: self.agents[agent].profile.id, agent, skill };
        self.weighed_as(item, &key, 0, &self.agents[agent].shown()).0
    }

    /// Why nobody is asked now, although it waits.
    pub(super) fn why_apart(&self, item: ItemIx) -> Decision {
        if self.silent {
            return Decision::SILENT;
        }
        let name = &self.queues[self.items[item].queue].profile.name;
        let (rule, text) = match self.items[item].door {
            Door::ByHand => ("pull", format!("agents of {name} take what they choose")),
            Door::Opens(at) => ("delayed", format!("{name} asks nobody for the first {}", words(at.since(self.items[item].entered)))),
            Door::Open => ("queued", format!("it waits in {name}")),
        };
        self.said(item, "waits", rule, None, || text)
    }

    /// Why nobody.
    pub(super) fn why_it_waits(&self, item: ItemIx) -> Decision {
        if self.silent {
            return Decision::SILENT;
        }
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let class = &self.classes[record.class];
        let name = &queue.profile.name;
        let (rule, sentence) = if queue.members.is_empty() && class.members.is_empty() {
            ("no_member", format!("no agent serves {name}"))
        } else if class.members.is_empty() {
            ("no_skill", format!("no agent of {name} has the required skills"))
        } else {
            let mut text = String::with_capacity(64);
            for standing in Standing::REASONS {
                let count = self.counts[record.class.n()][standing as usize];
                if count > 0 {
                    let comma = if text.is_empty() { "" } else { ", " };
                    let _ = write!(text, "{comma}{count} {}", standing.phrase(count));
                }
            }
            for why in Excluded::ALL {
                let count = self.excluded(item, why).count();
                if count > 0 {
                    let comma = if text.is_empty() { "" } else { ", " };
                    let _ = write!(text, "{comma}{count} {}", why.phrase());
                }
            }
            let free = self.keeping_free(item).len();
            if free > 0 {
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(text, "{comma}{free} free for what waits longer");
            }
            let ring = if class.ring > 0 { format!(" in ring {}", class.ring) } else { String::new() };
            ("no_candidate", format!("nobody of {name}{ring} can take it: {text}"))
        };
        let mut decision = self.said(item, "waits", rule, None, || sentence);
        decision.removed = self.removed(item, None);
        decision
    }

    /// Why it waits for one agent alone.
    pub(super) fn why_it_is_held(&self, item: ItemIx, agent: AgentIx, until: Timestamp) -> Decision {
        let text = || format!("kept for {}, who is busy, for {}", self.name(agent), words(until.since(self.now)));
        self.said(item, "waits", "preferred", Some(self.agents[agent].profile.id), text)
    }

    /// Ready members who are kept away from it.
    fn excluded(&self, item: ItemIx, why: Excluded) -> impl Iterator<Item = AgentId> + '_ {
        let record = &self.items[item];
        let class = &self.classes[record.class];
        let of_that_kind = record.excluded.iter().filter(move |e| e.why == why);
        of_that_kind.map(|e| e.agent).filter(move |agent| {
            self.agent_ix
                .get(agent)
                .is_some_and(|&ix| self.board[ix.n()].standing[m(record.work.medium)] == Standing::Ready && class.members.contains_key(&ix))
        })
    }

    /// How many agents each filter removed, and some of them. The chosen agent may have become free just now, and still
    /// stand under his old filter.
    fn removed(&self, item: ItemIx, chosen: Option<AgentIx>) -> Vec<RemovedDoc> {
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let class = &self.classes[record.class];
        let medium = m(record.work.medium);
        let mut all = Vec::with_capacity(Standing::COUNT + Excluded::ALL.len() + 1);
        let chosen_stood = chosen.filter(|ix| class.members.contains_key(ix)).map(|ix| self.board[ix.n()].standing[medium]);
        let mut place = [usize::MAX; Standing::COUNT];
        for standing in Standing::REASONS {
            let count = self.counts[record.class.n()][standing as usize] - u32::from(chosen_stood == Some(standing));
            if count > 0 {
                place[standing as usize] = all.len();
                let agents = Vec::with_capacity(EXPLAINED_AGENTS.min(count as usize));
                all.push(RemovedDoc { filter: standing.word().into(), count: i64::from(count), agents });
            }
        }
        // Looked at once, since an agent's line of memory is the price.
        let looked_at = if all.is_empty() { 0 } else { EXPLAINED_SCAN };
        for ix in class.members.keys().take(looked_at).filter(|&&ix| Some(ix) != chosen) {
            let shown = &self.board[ix.n()];
            if let Some(removed) = all.get_mut(place[shown.standing[medium] as usize])
                && removed.agents.len() < EXPLAINED_AGENTS
            {
                removed.agents.push(shown.id);
            }
        }
        if !record.excluded.is_empty() {
            for why in Excluded::ALL {
                let agents: Vec<AgentId> = self.excluded(item, why).take(EXPLAINED_AGENTS).collect();
                if !agents.is_empty() {
                    all.push(RemovedDoc { filter: why.word().into(), count: self.excluded(item, why).count() as i64, agents });
                }
            }
        }
        let mut free = self.keeping_free(item);
        if !free.is_empty() {
            let count = free.len() as i64;
            free.truncate(EXPLAINED_AGENTS);
            all.push(RemovedDoc { filter: "keeps_free".into(), count, agents: free });
        }
        let unskilled = queue.members.len() - (class.members.len() - class.guests);
        if unskilled > 0 {
            // Both sets are sorted: one walk along them.
            let mut skilled = class.members.keys().peekable();
            let lacking = queue.members.iter().take(EXPLAINED_SCAN).filter(|&ix| {
                while skilled.next_if(|&other| other < ix).is_some() {}
                skilled.peek() != Some(&ix)
            });
            let agents = lacking.take(EXPLAINED_AGENTS).map(|ix| self.board[ix.n()].id).collect();
            all.push(RemovedDoc { filter: "no_skill".into(), count: unskilled as i64, agents });
        }
        let others = self.agents.len() - queue.members.len() - class.guests;
        if others > 0 {
            all.push(RemovedDoc { filter: "not_member".into(), count: others as i64, agents: Vec::new() });
        }
        all
    }

    /// Where an interaction stands, for sentences about transfers.
    pub(super) fn holder(&self, item: ItemIx) -> Option<AgentId> {
        match self.items[item].stage {
            Stage::Active { agent, .. } | Stage::Wrapup { agent, .. } => Some(agent),
            Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. } => None,
        }
    }
}
