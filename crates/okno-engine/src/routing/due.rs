//! Time: what becomes due happens in the order of its time, then of its interaction.

use super::{
    Effect, Engine, Stage, Step,
    explain::words,
    slab::ItemIx,
    state::{Due, Timer},
};

impl Engine {
    /// Lets everything happen that is due by now.
    pub(super) fn fire_due(&mut self, out: &mut Vec<Effect>) {
        while let Some(&Timer { at, due, item, .. }) = self.timers.first() {
            if at > self.now {
                return;
            }
            self.timers.pop_first();
            match due {
                Due::Offer => self.miss(item, out),
                Due::Wrapup => self.wrapup_expired(item, out),
                Due::Readmit(agent) => {
                    self.readmit(item, agent);
                    if let Some(&who) = self.agent_ix.get(&agent) {
                        self.awake.push(who);
                    }
                }
                Due::Hold => self.release(item),
                Due::Overflow => self.overflow(item, out),
            }
            self.settle(out);
        }
    }

    fn overflow(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        let from = self.items[item].queue;
        let from_id = self.queues[from].profile.id;
        let Some(overflow) = self.queues[from].profile.overflow else { return };
        let (medium, skills) = (self.items[item].work.medium, self.items[item].work.skills.clone());
        let target = self.queue_ix.get(&overflow.to).copied();
        let Some((to, to_class)) = target.and_then(|to| Some((to, self.intern(to, medium, &skills).ok()?))) else {
            // The other queue is gone or full of requirements: it stays, and does not try again.
            self.items[item].visited.push(overflow.to);
            return;
        };
        if matches!(self.items[item].stage, Stage::Held { .. }) {
            self.step(item, Step::Release).expect("what is held can be released");
        }
        let (interaction, now) = (self.items[item].work.interaction, self.now);
        let waited = words(now.since(self.items[item].work.enqueued));
        self.relocate(item, to, to_class, |record| {
            record.visited.push(from_id);
            record.entered = now;
            record.work.preferred = None;
        });
        let name = &self.queues[from].profile.name;
        let text = format!(
            "it waited {waited}; after {} in {name} it goes to {}",
            words(super::stage::secs(overflow.after_seconds)),
            self.queues[to].profile.name
        );
        let decision = self.said(item, "overflowed", "wait", None, text);
        out.push(Effect::Overflowed { interaction, from: from_id, to: overflow.to, decision });
        self.returned.push(item);
    }
}
