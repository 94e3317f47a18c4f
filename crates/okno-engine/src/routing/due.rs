//! Time: what becomes due happens in the order of its time, then of its interaction.

use super::{
    Effect, Engine, Stage,
    slab::ItemIx,
    state::{Due, Timer},
};

const fn joins(due: Due) -> bool {
    matches!(due, Due::Open | Due::Ring)
}

impl Engine {
    /// Lets everything happen that is due by now.
    pub(super) fn fire_due(&mut self, out: &mut Vec<Effect>) {
        loop {
            // What is due of agents comes first within one instant: a place that gets free is there for what returns.
            if let Some(&alarm) = self.alarms.first()
                && alarm.at <= self.now
                && self.timers.first().is_none_or(|timer| alarm.at <= timer.at)
                && self.next_turn().is_none_or(|(at, ..)| alarm.at < at)
            {
                self.alarms.pop_first();
                self.alarmed(alarm, out);
                self.settle(out);
                continue;
            }
            let first = self.timers.first().map(|timer| timer.at).filter(|&at| at <= self.now);
            // Whatever happens at the moment of closing or opening finds the door as it is from then on.
            if let Some((at, _, queue)) = self.next_turn()
                && at <= self.now
                && first.is_none_or(|first| at <= first)
            {
                self.turn(queue, out);
                self.settle(out);
                continue;
            }
            if first.is_none() {
                return;
            }
            let Some(&Timer { at, due, item, .. }) = self.timers.first() else { return };
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
                Due::Silence => self.weigh_silence(item),
                Due::Lease => self.stalled(item, out),
                Due::Overflow => self.overflow(item, out),
                Due::Open => self.open(item, out),
                Due::Ring => self.widen(item),
                Due::Further => self.ring_one_more(item, out),
                Due::Other(agent) => self.miss_other(item, agent, out),
            }
            // What joins the competition in one instant is weighed together: the order decides, not the id.
            if joins(due) && self.timers.first().is_some_and(|next| next.at <= at && joins(next.due)) {
                continue;
            }
            self.settle(out);
        }
    }

    /// What waited apart joins the competition: its preferred agent first.
    fn open(&mut self, item: ItemIx, out: &mut Vec<Effect>) {
        // The timer is gone already; the door still says that it was set.
        self.leave(item, Stage::Waiting, Stage::Waiting);
        self.enter(item, Stage::Waiting, Stage::Waiting);
        self.prefer_or_return(item, out);
    }
}
