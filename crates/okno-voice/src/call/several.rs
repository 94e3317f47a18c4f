//! Phones of further agents that ring at the same time: the first to answer has the customer, the others stop ringing.

use super::{
    machine::Call,
    stage::{Asked, Stage},
    words::{Act, Effect, Person},
};
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{LegDevice, LegRole, OtherOffer},
};
use okno_sip::Cause;

impl Call {
    /// At whom else it rings now: new phones are rung, those that are not asked any more fall silent.
    pub(super) fn rings_too(&mut self, now: Timestamp, others: &[(OtherOffer, Option<LegDevice>)], out: &mut Vec<Effect>) {
        let waits = matches!(self.stage, Stage::Waiting { .. });
        let cause = if waits { Cause::Canceled } else { Cause::ElsewhereAnswered };
        for asked in std::mem::take(&mut self.others) {
            if waits && others.iter().any(|(other, _)| other.offer == asked.offer) {
                self.others.push(asked);
            } else if let Some(leg) = asked.leg {
                self.release(now, leg, cause, out);
            }
        }
        if !waits {
            return;
        }
        for &(OtherOffer { offer, agent, .. }, device) in others {
            if self.others.iter().any(|asked| asked.offer == offer) {
                continue;
            }
            // A browser rings by itself: its desk shows the offer.
            let leg = (device == Some(LegDevice::Phone))
                .then(|| self.open_agent(now, LegRole::Agent, Person::nameless(agent, LegDevice::Phone), None, out));
            self.others.push(Asked { agent, offer, leg, rang: false });
        }
    }

    /// One of the others is the first now; the first is one of the others until routing says that he is not asked any more.
    pub(super) fn first_is(&mut self, offer: OfferId) {
        if let Some(at) = self.others.iter().position(|asked| asked.offer == offer) {
            self.swap_first(at);
        }
    }

    /// One of the others has it.
    pub(super) fn first_is_agent(&mut self, agent: AgentId) {
        let Stage::Waiting { asked, .. } = &self.stage else { return };
        if asked.is_none_or(|asked| asked.agent != agent)
            && let Some(at) = self.others.iter().position(|asked| asked.agent == agent)
        {
            self.swap_first(at);
        }
    }

    fn swap_first(&mut self, at: usize) {
        if let Stage::Waiting { treat, asked } = self.stage.clone() {
            let next = self.others.remove(at);
            self.others.extend(asked);
            self.stage = Stage::Waiting { treat, asked: Some(next) };
        }
    }

    /// A phone of the others was answered.
    pub(super) fn other_answered(&self, leg: i64, out: &mut Vec<Effect>) {
        if let (Stage::Waiting { .. }, Some(asked)) = (&self.stage, self.others.iter().find(|asked| asked.leg == Some(leg))) {
            out.push(Effect::Act(Act::Accept { agent: asked.agent, offer: asked.offer }));
        }
    }

    /// A phone of the others failed. Says whether it was one.
    pub(super) fn other_failed(&mut self, leg: i64, cause: Cause, out: &mut Vec<Effect>) -> bool {
        let Some(asked) = self.others.iter_mut().find(|asked| asked.leg == Some(leg)) else { return false };
        asked.leg = None;
        out.extend(asked.refusal(cause).map(Effect::Act));
        // Whoever cannot be reached does not answer: his offer ends by itself.
        true
    }

    /// The accept of one of the others was refused: he was too late.
    pub(super) fn other_refused(&mut self, now: Timestamp, agent: AgentId, out: &mut Vec<Effect>) {
        if let Some(asked) = self.others.iter_mut().find(|asked| asked.agent == agent)
            && let Some(leg) = asked.leg.take()
        {
            self.release(now, leg, Cause::ElsewhereAnswered, out);
        }
    }
}
