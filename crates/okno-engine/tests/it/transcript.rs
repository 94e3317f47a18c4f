//! Effects as lines of a transcript.

use super::scenario::{Scenario, show};
use okno_engine::routing::{Assignment, Effect};
use okno_model::{
    AgentId, InteractionId, QueueId, Timestamp,
    doc::{DecisionDoc, Presence, WrapupKind},
};
use std::fmt::Write;

impl Scenario {
    pub(crate) fn effect(&mut self, at: Timestamp, effect: &Effect) {
        let c = |id: &InteractionId| self.names.name("interaction", id.0.as_u128());
        let a = |id: &AgentId| self.names.name("agent", id.0.as_u128());
        let q = |id: &QueueId| self.names.name("queue", id.0.as_u128());
        let why = |d: &DecisionDoc| format!(" | {}: {}", d.rule, d.because);
        let mut explained = None;
        let text = match effect {
            Effect::Queued { decision, .. } if decision.rule == "entered" => return,
            Effect::AgentChanged { .. } => return,
            Effect::Queued { interaction, queue, decision, .. } => format!("{} queued in {}{}", c(interaction), q(queue), why(decision)),
            Effect::Waits { interaction, decision } => {
                explained = Some(decision);
                format!("{} waits{}", c(interaction), why(decision))
            }
            Effect::Prioritized { interaction, priority, decision } => {
                format!("{} has priority {priority}{}", c(interaction), why(decision))
            }
            Effect::Offered { interaction, agent, until, decision, .. } => {
                explained = Some(decision);
                format!("{} offered to {} until {}{}", c(interaction), a(agent), show(*until), why(decision))
            }
            Effect::OfferEnded { interaction, agent, how, decision, .. } => {
                format!("{} offer to {} ended {how:?}{}", c(interaction), a(agent), why(decision))
            }
            Effect::Assigned { interaction, agent, how, decision } => match how {
                Assignment::Accepted => format!("{} assigned to {}", c(interaction), a(agent)),
                Assignment::Pulled => format!("{} pulled by {}{}", c(interaction), a(agent), why(decision)),
                Assignment::Began => format!("{} begun by {}", c(interaction), a(agent)),
            },
            Effect::Unreached { interaction, agent, decision } => {
                format!("{} did not reach {}{}", c(interaction), a(agent), why(decision))
            }
            Effect::Stalled { interaction, agent, decision } => {
                format!("{} taken from {}{}", c(interaction), a(agent), why(decision))
            }
            Effect::WrapupStarted { interaction, agent, until, ends } => {
                let kind = if *ends == WrapupKind::Optional { "optional wrap-up" } else { "wrap-up" };
                format!("{} in {kind} by {} until {}", c(interaction), a(agent), until.map_or("he ends it".into(), show))
            }
            Effect::WrapupRequested { interaction, agent, wanted } => {
                format!("{} {} wrap-up of {}", a(agent), if *wanted { "wants" } else { "wants no" }, c(interaction))
            }
            Effect::SegmentWrapupStarted { interaction, agent, queue, until, .. } => {
                let until = until.map_or("he ends it".into(), show);
                format!("{} gave away, {} in wrap-up of {} until {until}", c(interaction), a(agent), q(queue))
            }
            Effect::SegmentWrapupExtended { interaction, agent, until } => {
                format!("{} gave away, {} in wrap-up until {}", c(interaction), a(agent), show(*until))
            }
            Effect::SegmentWrapupEnded { interaction, agent, how } => {
                format!("{} gave away, wrap-up of {} {how:?}", c(interaction), a(agent))
            }
            Effect::WrapupExtended { interaction, until, .. } => format!("{} in wrap-up until {}", c(interaction), show(*until)),
            Effect::WrapupEnded { interaction, how, .. } => format!("{} wrap-up {how:?}", c(interaction)),
            Effect::Closed { interaction, how, agent } => {
                format!("{} closed {how:?} {}", c(interaction), agent.as_ref().map_or("unanswered".into(), |x| format!("by {}", a(x))))
            }
            Effect::Promised { interaction, promise, decision } => {
                let opens = promise.opens.map_or(String::new(), |at| format!(" (opens {})", show(at)));
                format!("{} promised an answer by {}{opens}{}", c(interaction), show(promise.due), why(decision))
            }
            Effect::Overflowed { interaction, from, to, decision } => {
                format!("{} overflowed from {} to {}{}", c(interaction), q(from), q(to), why(decision))
            }
            Effect::Transferred { interaction, from_agent, queue, to_agent, enqueued, decision, .. } => {
                let from = from_agent.as_ref().map_or(String::new(), |x| format!(" from {}", a(x)));
                let to = to_agent.as_ref().map_or(String::new(), |x| format!(" for {}", a(x)));
                format!("{} transferred{from} to {}{to}, waits since {}{}", c(interaction), q(queue), show(*enqueued), why(decision))
            }
            Effect::PresenceChanged { agent, presence, by } => format!("{} is {} by {by:?}", a(agent), presence_word(presence)),
            Effect::NextPresenceChanged { agent, next } => {
                format!("{} next {}", a(agent), next.as_ref().map_or("none", presence_word))
            }
        };
        let explained = explained.filter(|_| self.explain).map(|d| self.explanation(d));
        self.print(at, &text);
        if let Some(lines) = explained {
            self.transcript.push_str(&lines);
        }
    }

    fn explanation(&self, d: &DecisionDoc) -> String {
        let mut text = String::new();
        for x in &d.candidates {
            let name = self.names.name("agent", x.agent.0.as_u128());
            let tier = if x.tier > 0 { format!(", tier {}", x.tier) } else { String::new() };
            let _ = writeln!(
                text,
                "      candidate {name}: idle {} s, skill {}, free {}{tier}, score {}",
                x.idle_ms / 1000,
                x.skill,
                x.free,
                x.score
            );
        }
        for x in &d.removed {
            let names: Vec<String> = x.agents.iter().map(|id| self.names.name("agent", id.0.as_u128())).collect();
            let _ = writeln!(text, "      removed {} by {}: {}", x.count, x.filter, names.join(" "));
        }
        text
    }
}

const fn presence_word(presence: &Presence) -> &'static str {
    match presence {
        Presence::Available => "available",
        Presence::AvailableOnDemand => "on_demand",
        Presence::Paused { code: None } => "paused",
        Presence::Paused { code: Some(_) } => "paused with a code",
        Presence::Offline => "offline",
    }
}
