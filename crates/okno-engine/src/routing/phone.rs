//! What only calls need: a phone that is there, a phone that is not, a call that an agent begins himself.

use super::{Assignment, Effect, Engine, Excluded, Rejected, Stage, Step, Work, acts::check_work, floor::Left, slab::ItemIx};
use okno_model::{AgentId, InteractionId};

impl Engine {
    /// Whether an agent can take a call.
    pub(super) fn set_phone(&mut self, agent: AgentId, ready: bool, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let who = self.find_agent(agent)?;
        if self.agents[who].phone == ready {
            return Ok(());
        }
        self.agents[who].phone = ready;
        self.awake.push(who);
        self.changed.push(who);
        if !ready {
            self.recall_offers(who, Left::Phone, out);
            let held: Vec<ItemIx> = self.agents[who].held.iter().map(|place| place.item).collect();
            for item in held {
                if !self.agents[who].has_device(self.items[item].work.medium) {
                    self.release(item);
                }
            }
            self.work_ended(who, out);
        }
        Ok(())
    }

    /// He accepted, and his phone could not be reached: neither his fault nor the customer's.
    pub(super) fn unreached(&mut self, interaction: InteractionId, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        let item = self.find_item(interaction)?;
        let who = self.find_agent(agent)?;
        self.step(item, Step::Unreached { agent })?;
        self.exclude_for(item, agent, Excluded::Unreached);
        let text = || format!("the phone of {} could not be reached", self.name(who));
        let decision = self.said(item, "unreached", "no_phone", Some(agent), text);
        out.push(Effect::Unreached { interaction, agent, decision });
        self.returned.push(item);
        self.pause_without_phone(who, out);
        self.work_ended(who, out);
        Ok(())
    }

    /// An agent begins an interaction himself. It never waits, so nobody is weighed against him.
    pub(super) fn begin(&mut self, work: Work, agent: AgentId, out: &mut Vec<Effect>) -> Result<(), Rejected> {
        check_work(&work)?;
        if self.item_ix.contains_key(&work.interaction) {
            return Err(Rejected::AlreadyHere(work.interaction));
        }
        let queue = self.find_queue(work.queue)?;
        let who = self.find_agent(agent)?;
        let (interaction, medium) = (work.interaction, work.medium);
        if !self.agents[who].has_room(medium) {
            return Err(Rejected::NoCapacity(medium));
        }
        let item = self.insert_item(Work { preferred: None, ..work }, queue, self.now)?;
        let active = Stage::Active { agent, since: self.now, requested: false };
        self.items[item].stage = active;
        self.enter(item, Stage::Waiting, active);
        self.let_again(item);
        // Whoever begins something is at his desk: the misses are not in a row.
        self.agents[who].misses = [0; 5];
        self.agents[who].touched = self.now;
        let decision = self.said(item, "assigned", "began", Some(agent), || format!("{} began it", self.name(who)));
        out.push(Effect::Assigned { interaction, agent, how: Assignment::Began, decision });
        self.awake.push(who);
        Ok(())
    }
}
