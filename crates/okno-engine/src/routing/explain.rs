//! Every decision says why, in data and in one sentence. Costs are bounded: the counts are kept up to date by the
//! indexes, and only a few agents are named.

use super::{
    Engine, Excluded, Stage,
    limits::{EXPLAINED_AGENTS, EXPLAINED_SCAN},
    policy::aged_priority,
    slab::{AgentIx, ItemIx, Ix},
    state::{ReadyKey, Standing, m},
};
use okno_model::{
    AgentId, Timestamp,
    doc::{CandidateDoc, DecisionDoc, RemovedDoc, Strategy},
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
    /// A person sent it.
    Sent {
        /// Who, if it was an agent.
        by: Option<AgentIx>,
    },
}

impl Engine {
    /// A decision without candidates.
    pub(super) fn said(&self, item: ItemIx, act: &str, rule: &str, agent: Option<AgentId>, because: String) -> Box<DecisionDoc> {
        let queue = self.queues[self.items[item].queue].profile.id;
        let (act, rule) = if self.silent { ("", "") } else { (act, rule) };
        Box::new(DecisionDoc {
            at: self.now,
            act: act.into(),
            rule: rule.into(),
            because,
            agent,
            queue,
            candidates: Vec::new(),
            removed: Vec::new(),
        })
    }

    pub(super) fn name(&self, agent: AgentIx) -> &str {
        &self.agents[agent].profile.name
    }

    /// Why this agent. To be asked before the offer is made.
    pub(super) fn why_he(&self, item: ItemIx, agent: AgentIx, because: Because) -> Box<DecisionDoc> {
        let record = &self.items[item];
        let id = self.agents[agent].profile.id;
        if self.silent {
            return self.said(item, "", "", Some(id), String::new());
        }
        let name = self.name(agent);
        let (rule, sentence, candidates) = match because {
            Because::Chosen(ready) => self.choice(item, &ready),
            Because::FirstInLine => {
                let ageing = self.queues[record.queue].profile.ageing_seconds;
                let waited = words(self.now.since(record.work.enqueued));
                let aged = aged_priority(self.now, self.place_of(item).order, ageing) / 100;
                let gained = aged - i64::from(record.work.priority) * 10;
                let mut text = format!("{name} became free and it is first in line: priority {}", tenths(aged));
                if gained > 0 {
                    let _ = write!(text, " ({} and {} for waiting)", record.work.priority, tenths(gained));
                }
                let _ = write!(text, ", waiting {waited}");
                ("first_in_line", text, vec![self.candidate(item, agent)])
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
        let mut decision = self.said(item, "offered", rule, Some(id), sentence);
        decision.candidates = candidates;
        decision.removed = self.removed(item, Some(agent));
        decision
    }

    /// Rule, sentence and candidates of a choice among ready agents, best first.
    fn choice(&self, item: ItemIx, ready: &[ReadyKey]) -> (&'static str, String, Vec<CandidateDoc>) {
        let record = &self.items[item];
        let medium = m(record.work.medium);
        let candidate = |key: &ReadyKey| {
            let shown = &self.board[key.agent.n()];
            CandidateDoc {
                agent: shown.id,
                idle_ms: self.now.since(shown.idle_since).as_millis() as i64,
                skill: i64::from(key.skill),
                free: i64::from(shown.free[medium]),
            }
        };
        let candidates: Vec<CandidateDoc> = ready.iter().map(candidate).collect();
        let name = ready.first().map_or("", |key| self.name(key.agent));
        let ([best, second, ..], [first, next, ..]) = (candidates.as_slice(), ready) else {
            return ("only_candidate", format!("{name} is the only candidate"), candidates);
        };
        let load = |key: &ReadyKey| self.board[key.agent.n()].load;
        let (mine, theirs) = (load(first), load(next));
        let idle = words(Duration::from_millis(best.idle_ms.unsigned_abs()));
        let by_idle = || {
            if mine < theirs {
                format!("{name} has the least work: {mine} < {theirs}")
            } else if best.idle_ms > second.idle_ms {
                format!("{name} is idle longest: {idle}")
            } else {
                format!("{name} and others are idle equally long: {idle}")
            }
        };
        match self.queues[record.queue].profile.strategy {
            Strategy::LongestIdle => ("longest_idle", by_idle(), candidates),
            Strategy::SkillRank if best.skill > second.skill => {
                let text = format!("{name} has the highest skill: {} > {}", best.skill, second.skill);
                ("skill_rank", text, candidates)
            }
            Strategy::SkillRank => {
                let text = format!("{}, among the highest skill {}", by_idle(), best.skill);
                ("skill_rank", text, candidates)
            }
        }
    }

    fn candidate(&self, item: ItemIx, agent: AgentIx) -> CandidateDoc {
        let record = &self.items[item];
        let who = &self.agents[agent];
        let medium = record.work.medium;
        CandidateDoc {
            agent: who.profile.id,
            idle_ms: self.now.since(who.idle_since).as_millis() as i64,
            skill: i64::from(who.skill(&self.classes[record.class].needs).unwrap_or(0)),
            free: i64::from(who.capacity(medium)) - i64::from(who.used(medium)),
        }
    }

    /// Why nobody.
    pub(super) fn why_it_waits(&self, item: ItemIx) -> Box<DecisionDoc> {
        if self.silent {
            return self.said(item, "", "", None, String::new());
        }
        let record = &self.items[item];
        let queue = &self.queues[record.queue];
        let class = &self.classes[record.class];
        let name = &queue.profile.name;
        let (rule, sentence) = if queue.members.is_empty() {
            ("no_member", format!("no agent serves {name}"))
        } else if class.members.is_empty() {
            ("no_skill", format!("no agent of {name} has the required skills"))
        } else {
            let mut text = String::with_capacity(64);
            for standing in Standing::REASONS {
                let count = class.counts[standing as usize];
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
            ("no_candidate", format!("nobody of {name} can take it: {text}"))
        };
        let mut decision = self.said(item, "waits", rule, None, sentence);
        decision.removed = self.removed(item, None);
        decision
    }

    /// Why it waits for one agent alone.
    pub(super) fn why_it_is_held(&self, item: ItemIx, agent: AgentIx, until: Timestamp) -> Box<DecisionDoc> {
        let text = format!("kept for {}, who is busy, for {}", self.name(agent), words(until.since(self.now)));
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
        for standing in Standing::REASONS {
            let stale = chosen.is_some_and(|ix| self.board[ix.n()].standing[medium] == standing && class.members.contains_key(&ix));
            let count = class.counts[standing as usize] - u32::from(stale);
            if count > 0 {
                let mut agents = Vec::with_capacity(EXPLAINED_AGENTS.min(count as usize));
                let members = class.members.keys().take(EXPLAINED_SCAN);
                let those = members.filter(|&&ix| self.board[ix.n()].standing[medium] == standing && Some(ix) != chosen);
                agents.extend(those.take(EXPLAINED_AGENTS.min(count as usize)).map(|ix| self.board[ix.n()].id));
                all.push(RemovedDoc { filter: standing.word().into(), count: i64::from(count), agents });
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
        let unskilled = queue.members.len() - class.members.len();
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
        let others = self.agents.len() - queue.members.len();
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

/// Tenths as a person writes them: `8`, `8.4`.
fn tenths(n: i64) -> String {
    if n % 10 == 0 { format!("{}", n / 10) } else { format!("{}.{}", n / 10, n % 10) }
}

/// A span of time for a sentence: `4 min 10 s`.
pub(super) fn words(time: Duration) -> String {
    let s = time.as_secs();
    match (s / 3600, s / 60 % 60, s % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, min, 0) => format!("{min} min"),
        (0, min, s) => format!("{min} min {s} s"),
        (h, 0, _) => format!("{h} h"),
        (h, min, _) => format!("{h} h {min} min"),
    }
}
