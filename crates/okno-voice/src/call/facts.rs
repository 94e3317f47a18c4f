//! What the journal says about the interaction of a call, and what the app refuses.

use super::{
    machine::Call,
    stage::{Asked, REACH, RING, Stage, Table, Treat},
    words::{Act, CUSTOMER, Effect, Person, Record},
};
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{AnnounceRule, CallEnder, InteractionState, LegDevice, LegRole, RecordingState},
};
use okno_sip::Cause;

impl Call {
    /// The journal has the last word about whose the customer is.
    pub(super) fn interaction(&mut self, now: Timestamp, state: &InteractionState, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        match state {
            InteractionState::New => {}
            InteractionState::Queued => self.unassigned(now, None, out),
            InteractionState::Offered { agent, offer, .. } => {
                self.first_is(*offer);
                self.unassigned(now, Some(*offer), out);
                self.offered(now, *agent, *offer, device, out);
            }
            InteractionState::Active { agent, .. } => {
                self.first_is_agent(*agent);
                self.assigned(now, *agent, device, out);
            }
            InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => self.finished(now, out),
        }
    }

    /// Nobody has the customer: he waits.
    pub(super) fn unassigned(&mut self, now: Timestamp, offer: Option<OfferId>, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Waiting { treat, asked: Some(asked) } if Some(asked.offer) != offer => {
                if let Some(leg) = asked.leg {
                    // RONA, or somebody else was quicker: the phone stops ringing.
                    self.release(now, leg, Cause::Canceled, out);
                }
                self.stage = Stage::Waiting { treat, asked: None };
            }
            Stage::Joining { .. } | Stage::Whispering { .. } | Stage::Together { .. } | Stage::Lost { .. } | Stage::Sending { .. } => {
                self.requeue(now, Cause::Transferred, out);
            }
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            // Routing still has to learn who has him.
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    pub(super) fn offered(&mut self, now: Timestamp, agent: AgentId, offer: OfferId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        let Stage::Waiting { treat, asked } = &self.stage else { return };
        if asked.is_some_and(|asked| asked.offer == offer) {
            return;
        }
        let treat = treat.clone();
        // A browser rings by itself: its desk shows the offer.
        let leg = (device == Some(LegDevice::Phone))
            .then(|| self.open_agent(now, LegRole::Agent, Person::nameless(agent, LegDevice::Phone), None, out));
        self.stage = Stage::Waiting { treat, asked: Some(Asked { agent, offer, leg, rang: false }) };
    }

    pub(super) fn assigned(&mut self, now: Timestamp, agent: AgentId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Waiting { asked, .. } => {
                let ringing = asked.and_then(|asked| asked.leg.map(|leg| (asked.agent, leg)));
                match ringing {
                    Some((rings, leg)) if rings == agent && self.is_up(leg) => self.join(now, agent, leg, out),
                    Some((rings, leg)) if rings == agent && self.is_live(leg) => {
                        self.stage = Stage::Joining { agent, leg: Some(leg), until: now + RING };
                    }
                    // Answered and hung up before routing knew of it.
                    Some((rings, _)) if rings == agent => self.unreached(now, agent, out),
                    Some((_, leg)) => {
                        self.release(now, leg, Cause::ElsewhereAnswered, out);
                        self.reach(now, agent, device, out);
                    }
                    None => self.reach(now, agent, device, out),
                }
            }
            Stage::Message(_) => {
                out.push(Effect::Record(Record::Stop));
                self.doc.recording = RecordingState::Off;
                self.spoke = None;
                self.reach(now, agent, device, out);
            }
            Stage::Passing { to, leg, .. } if to == agent => {
                if let Some(doc) = self.leg_mut(leg) {
                    doc.role = LegRole::Agent;
                    doc.mode = None;
                }
                self.stage = Stage::Together { agent, leg, table: Table::Talk };
            }
            Stage::Joining { agent: had, .. }
            | Stage::Whispering { agent: had, .. }
            | Stage::Together { agent: had, .. }
            | Stage::Lost { agent: had, .. }
            | Stage::Sending { agent: had, .. }
            | Stage::Passing { to: had, .. }
                if had != agent =>
            {
                self.release_all_but_customer(now, Cause::Transferred, out);
                self.reach(now, agent, device, out);
            }
            Stage::Calling { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    /// Reaches the device of the agent who has accepted.
    pub(super) fn reach(&mut self, now: Timestamp, agent: AgentId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        let leg = device.map(|device| self.open_agent(now, LegRole::Agent, Person::nameless(agent, device), None, out));
        self.stage = Stage::Joining { agent, leg, until: now + REACH };
    }

    pub(super) fn device(&mut self, now: Timestamp, agent: AgentId, device: LegDevice, out: &mut Vec<Effect>) {
        if let Stage::Joining { agent: joining, leg: None, .. } = self.stage
            && joining == agent
        {
            self.reach(now, agent, Some(device), out);
        }
    }

    /// The agent has finished on the screen, or somebody closed it.
    pub(super) fn finished(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        match self.stage {
            // They end by themselves: the customer talks with somebody else, or to us.
            Stage::Away { .. } | Stage::Message(_) | Stage::Leaving { .. } | Stage::Over => {}
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. } => self.end(now, CallEnder::Agent, Cause::Normal, out),
        }
    }

    /// The agent's device failed: the customer goes back to the head of his queue, and nobody is to blame.
    pub(super) fn unreached(&mut self, now: Timestamp, agent: AgentId, out: &mut Vec<Effect>) {
        out.push(Effect::Act(Act::Unreached { agent }));
        self.requeue(now, Cause::Unavailable, out);
    }

    pub(super) fn requeue(&mut self, now: Timestamp, cause: Cause, out: &mut Vec<Effect>) {
        self.release_all_but_customer(now, cause, out);
        let treat = if self.is_up(CUSTOMER) { self.music(now) } else { Treat::Ringing };
        self.stage = Stage::Waiting { treat, asked: None };
    }

    pub(super) fn act_failed(&mut self, now: Timestamp, act: &Act, out: &mut Vec<Effect>) {
        match act {
            Act::Accept { agent, .. } => {
                self.other_refused(now, *agent, out);
                // The offer was over before the phone was off the hook.
                if let Stage::Waiting { asked: Some(asked), .. } = &self.stage
                    && asked.agent == *agent
                    && let Some(leg) = asked.leg
                {
                    self.release(now, leg, Cause::ElsewhereAnswered, out);
                }
            }
            Act::HandOver { to, .. } => {
                if let Stage::Passing { to: passing, .. } = self.stage
                    && passing == *to
                {
                    self.unreached(now, *to, out);
                }
            }
            Act::Callback { .. } => {
                if let Stage::Leaving { .. } = self.stage {
                    let treat = self.music(now);
                    self.stage = Stage::Waiting { treat, asked: None };
                }
            }
            Act::AskPlace => self.place(now, None, None, AnnounceRule::default(), out),
            // The journal is read again after every refusal; nothing else is to be done.
            Act::Decline { .. }
            | Act::Busy { .. }
            | Act::Unreached { .. }
            | Act::CallbackOffered
            | Act::CallbackMissed
            | Act::CallbackReached
            | Act::Voicemail
            | Act::Finish { .. }
            | Act::Ended => {}
        }
    }
}
