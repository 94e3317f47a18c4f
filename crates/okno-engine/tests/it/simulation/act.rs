//! What people and customers do on the floor, at random.

use super::world::{Seen, World};
use crate::draw::{AGENTS, HOURS, QUEUES, agent, agent_id, blending, hours, needs, queue, queue_id};
use okno_engine::routing::{Input, Preferred, Speaker, Stage, Work};
use okno_model::{
    AgentId, InteractionId, Medium, OfferId,
    doc::{Closed, Presence, PresenceBy},
};
use std::time::Duration;

impl World {
    pub(super) fn act(&mut self) {
        let ids: Vec<InteractionId> = self.seen.keys().copied().collect();
        let who = agent_id(self.rng.below(AGENTS));
        let any = self.rng.pick(&ids);
        let input = match self.rng.below(100) {
            0..=19 => Some(Input::Enqueue(self.arrival())),
            20 if self.rng.chance(40) => any.map(|interaction| Input::Renew { interaction }),
            20 if self.rng.chance(20) => Some(Input::SetBlending(blending(&mut self.rng))),
            21..=22 => Some(Input::SetPhone { agent: who, ready: self.rng.chance(70) }),
            23 => Some(Input::Begin { work: self.arrival(), agent: who }),
            24..=25 => self.unreached(),
            26 if self.rng.chance(50) => any.map(|interaction| Input::Estimate { interaction, seconds: self.rng.below(900) as u32 }),
            26..=27 => any.map(|interaction| Input::SetPriority { interaction, priority: self.rng.below(11) as u8 }),
            28..=47 => self.answer(true),
            48..=49 => any.map(|interaction| Input::Spoke {
                interaction,
                speaker: if self.rng.chance(60) { Speaker::Agent } else { Speaker::Customer },
            }),
            50..=52 => self.answer(false),
            53..=64 => self.finish(),
            65..=71 => self.wrap_up(),
            72 => any.map(|interaction| Input::RequestWrapup {
                interaction,
                agent: self.holder(interaction).unwrap_or(who),
                wanted: self.rng.chance(80),
            }),
            73..=76 => self.leaver(&ids).map(|interaction| Input::Withdraw { interaction, how: Closed::CustomerLeft }),
            77..=79 => {
                any.map(|interaction| Input::TransferToQueue { interaction, queue: queue_id(self.rng.below(QUEUES)), by: Some(who) })
            }
            80..=82 => any.map(|interaction| Input::TransferToAgent { interaction, agent: who, by: None }),
            83..=84 => any.map(|interaction| Input::Pull { interaction, agent: who }),
            85..=89 => Some(Input::SetPresence { agent: who, presence: self.presence(), by: PresenceBy::Agent }),
            90..=91 => {
                let presence = self.rng.chance(70).then(|| self.presence());
                Some(Input::SetNextPresence { agent: who, presence })
            }
            92..=93 => Some(Input::Disconnected { agent: who }),
            20 | 94..=96 => Some(Input::Connected { agent: who }),
            97 => {
                let n = self.rng.below(AGENTS);
                Some(Input::SetAgent(Box::new(agent(&mut self.rng, n))))
            }
            98 => {
                let n = self.rng.below(QUEUES + 1);
                Some(Input::SetQueue(Box::new(queue(&mut self.rng, n))))
            }
            99 if self.rng.chance(20) => {
                let n = self.rng.below(HOURS);
                Some(Input::SetHours(Box::new(hours(&mut self.rng, n, self.now))))
            }
            _ if self.rng.chance(30) => Some(Input::RemoveAgent { agent: who }),
            _ => Some(Input::RemoveQueue { queue: queue_id(QUEUES) }),
        };
        let input = if self.rng.chance(6) { Some(self.wild(&ids)) } else { input };
        // A refusal is an answer too; the invariants hold after it as well.
        let _ = input.map(|input| self.feed(input));
    }

    /// Anybody asks for anything: two desks at once, a browser that is behind, a client that is wrong.
    fn wild(&mut self, ids: &[InteractionId]) -> Input {
        let interaction = self.rng.pick(ids).unwrap_or(InteractionId::from_u128(1));
        let keeper = match self.engine.stage(interaction) {
            Some(Stage::Held { agent, .. }) => Some(agent),
            Some(stage) => stage.occupies(),
            None => None,
        };
        let agent = keeper.filter(|_| self.rng.chance(50)).unwrap_or_else(|| agent_id(self.rng.below(AGENTS)));
        let offer = match self.engine.stage(interaction) {
            Some(Stage::Offered { offer, .. }) if self.rng.chance(50) => offer,
            _ => OfferId::from_u128(1),
        };
        match self.rng.below(12) {
            0 => Input::Accept { interaction, agent, offer },
            1 => Input::Decline { interaction, agent, offer },
            2 => Input::Busy { interaction, agent, offer },
            3 => Input::Finish { interaction, agent },
            4 => Input::CompleteWrapup { interaction, agent },
            5 | 6 => Input::ExtendWrapup { interaction, agent, seconds: self.rng.chance(70).then_some(self.rng.below(40) as u32) },
            7 => Input::RequestWrapup { interaction, agent, wanted: self.rng.chance(70) },
            8 => Input::Unreached { interaction, agent },
            9 => Input::TransferToQueue { interaction, queue: queue_id(self.rng.below(QUEUES)), by: None },
            10 => Input::Withdraw { interaction, how: [Closed::CustomerLeft, Closed::Refused, Closed::Joined][self.rng.below(3) as usize] },
            _ => Input::Pull { interaction, agent },
        }
    }

    fn presence(&mut self) -> Presence {
        match self.rng.below(10) {
            0..=5 => Presence::Available,
            6 => Presence::AvailableOnDemand,
            7 | 8 => Presence::Paused { code: None },
            _ => Presence::Offline,
        }
    }

    fn unreached(&mut self) -> Option<Input> {
        let active: Vec<_> = self.seen.iter().filter_map(|(id, s)| if let Seen::Active(a) = s { Some((*id, *a)) } else { None }).collect();
        self.rng.pick(&active).map(|(interaction, agent)| Input::Unreached { interaction, agent })
    }

    fn arrival(&mut self) -> Work {
        self.made += 1;
        let rng = &mut self.rng;
        let preferred =
            rng.chance(35).then(|| Preferred { agent: agent_id(rng.below(AGENTS)), until: self.now + Duration::from_secs(rng.below(180)) });
        Work {
            interaction: InteractionId::from_u128(1_000 + u128::from(self.made)),
            queue: queue_id(rng.below(QUEUES + 1)),
            medium: Medium::ALL[rng.below(5) as usize],
            priority: rng.below(10) as u8,
            enqueued: self.now - Duration::from_secs(rng.below(20)),
            due: None,
            skills: needs(rng, 20),
            preferred,
        }
    }

    /// Anybody leaves; now and then one who waits for a certain agent, which few do.
    fn leaver(&mut self, ids: &[InteractionId]) -> Option<InteractionId> {
        let held = |id: &&InteractionId| matches!(self.engine.stage(**id), Some(Stage::Held { .. }));
        let held: Vec<_> = ids.iter().filter(held).copied().collect();
        if !held.is_empty() && self.rng.chance(60) { self.rng.pick(&held) } else { self.rng.pick(ids) }
    }

    fn answer(&mut self, accept: bool) -> Option<Input> {
        let live = |(id, s): (&InteractionId, &Seen)| match s {
            Seen::Offered(live) => live.iter().map(|(a, o)| (*id, *a, *o)).collect(),
            Seen::Queued | Seen::Active(_) | Seen::Wrapup(_) => Vec::new(),
        };
        let ringing: Vec<_> = self.seen.iter().flat_map(live).collect();
        let (interaction, agent, offer) = self.rng.pick(&ringing)?;
        Some(match accept {
            true => Input::Accept { interaction, agent, offer },
            false if self.rng.chance(30) => Input::Busy { interaction, agent, offer },
            false => Input::Decline { interaction, agent, offer },
        })
    }

    fn finish(&mut self) -> Option<Input> {
        let active: Vec<_> = self.seen.iter().filter_map(|(id, s)| if let Seen::Active(a) = s { Some((*id, *a)) } else { None }).collect();
        self.rng.pick(&active).map(|(interaction, agent)| Input::Finish { interaction, agent })
    }

    fn wrap_up(&mut self) -> Option<Input> {
        let wrapping: Vec<_> =
            self.seen.iter().filter_map(|(id, s)| if let Seen::Wrapup(a) = s { Some((*id, *a)) } else { None }).collect();
        let given: Vec<_> = self.given.iter().map(|&(agent, interaction)| (interaction, agent)).collect();
        let from = if self.rng.chance(40) && !given.is_empty() { &given } else { &wrapping };
        let (interaction, agent) = self.rng.pick(from)?;
        let seconds = self.rng.chance(50).then_some(20);
        let more = self.rng.chance(20);
        Some(if more { Input::ExtendWrapup { interaction, agent, seconds } } else { Input::CompleteWrapup { interaction, agent } })
    }

    pub(super) fn holder(&self, id: InteractionId) -> Option<AgentId> {
        match self.seen.get(&id) {
            Some(Seen::Active(agent)) => Some(*agent),
            Some(Seen::Queued | Seen::Offered(..) | Seen::Wrapup(_)) | None => None,
        }
    }
}
