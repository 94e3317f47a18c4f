//! What happens to the legs of a call.

use super::{
    machine::Call,
    stage::{ASK, Asked, BLINK, Message, OUTSIDE, PASS, RECOVER, RING, Stage, Table, Treat},
    words::{Act, CUSTOMER, Effect, Order, Reach},
};
use okno_model::{
    AgentId, Timestamp,
    doc::{CallDirection, CallEnder, LegDevice, LegDoc, LegRole},
};
use okno_sip::Cause;

impl Call {
    pub(super) fn ringing(&mut self, now: Timestamp, leg: i64) {
        let first = if let Stage::Waiting { asked, .. } = &mut self.stage { asked.as_mut() } else { None };
        if let Some(asked) = first.into_iter().chain(&mut self.others).find(|asked| asked.leg == Some(leg)) {
            asked.rang = true;
        }
        // A phone that rings has been reached: from now on it is the person that is waited for.
        if let Stage::Joining { leg: Some(joining), until, .. } = &mut self.stage
            && *joining == leg
        {
            *until = now + RING;
        }
    }

    pub(super) fn early(&mut self, leg: i64) {
        if let Stage::Calling { early, .. } = &mut self.stage
            && leg == CUSTOMER
        {
            *early = true;
        }
    }

    pub(super) fn answered(&mut self, now: Timestamp, leg: i64, out: &mut Vec<Effect>) {
        if !self.is_live(leg) {
            // It was let go before its answer came.
            out.push(Effect::Leg { leg, order: Order::End(Cause::ElsewhereAnswered) });
            return;
        }
        self.connect(now, leg);
        if leg == CUSTOMER {
            self.doc.answered = self.doc.answered.or(Some(now));
        }
        match self.stage.clone() {
            Stage::Calling { agent, leg: own, dialing, early, .. } => {
                if leg == own && !dialing {
                    let to = self.plan.whom.clone().unwrap_or_else(|| Reach::Number(self.doc.number.clone()));
                    if matches!(to, Reach::Browser(_)) {
                        self.rings.insert(CUSTOMER, now + ASK);
                    } else {
                        out.push(Effect::Open { leg: CUSTOMER, to });
                    }
                    self.stage = Stage::Calling { agent, leg, dialing: true, early, until: now + OUTSIDE };
                } else if leg == CUSTOMER {
                    if self.plan.callback {
                        out.push(Effect::Act(Act::CallbackReached));
                    }
                    self.talk(now, agent, own, out);
                }
            }
            Stage::Waiting { treat: Treat::Ringing, asked } if leg == CUSTOMER => self.welcome(now, asked),
            Stage::Waiting { asked: Some(Asked { agent, offer, leg: Some(ringing), .. }), .. } if ringing == leg => {
                out.push(Effect::Act(Act::Accept { agent, offer }));
            }
            Stage::Waiting { .. } => self.other_answered(leg, out),
            Stage::Joining { agent, leg: Some(joining), .. } if joining == leg => self.join(now, agent, leg, out),
            Stage::Sending { agent, to, .. } if to == leg => {
                self.stage = Stage::Away { with: to };
                self.release_agents(now, Cause::Transferred, out);
                out.push(Effect::Act(Act::Finish { agent }));
            }
            Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    pub(super) fn failed(&mut self, now: Timestamp, leg: i64, cause: Cause, out: &mut Vec<Effect>) {
        self.gone(now, leg, cause);
        if self.other_failed(leg, cause, out) {
            return;
        }
        match self.stage.clone() {
            Stage::Calling { leg: own, .. } => {
                if leg == CUSTOMER && self.plan.callback {
                    out.push(Effect::Act(Act::CallbackMissed));
                }
                if leg == CUSTOMER || leg == own {
                    self.end(now, CallEnder::System, cause, out);
                }
            }
            Stage::Waiting { treat, asked: Some(asked) } if asked.leg == Some(leg) => {
                self.stage = Stage::Waiting { treat, asked: Some(Asked { leg: None, ..asked }) };
                match (asked.refusal(cause), cause) {
                    (Some(no), _) => out.push(Effect::Act(no)),
                    // He was rung and did not come: the offer ends by itself, as a miss.
                    (None, Cause::NoAnswer | Cause::Canceled | Cause::ElsewhereAnswered) => {}
                    (None, _) => out.push(Effect::Act(Act::Unreached { agent: asked.agent })),
                }
            }
            Stage::Joining { agent, leg: Some(joining), .. } if joining == leg => self.unreached(now, agent, out),
            Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => self.party_left(now, leg, out),
        }
    }

    pub(super) fn ended(&mut self, now: Timestamp, leg: i64, far: bool, cause: Cause, out: &mut Vec<Effect>) {
        if !self.is_live(leg) {
            return;
        }
        self.gone(now, leg, cause);
        if leg == CUSTOMER {
            return self.customer_left(now, far, cause, out);
        }
        match self.stage.agent() {
            Some((agent, own)) if own == leg => self.agent_left(now, agent, far && by_person(cause), out),
            Some(_) | None => self.party_left(now, leg, out),
        }
    }

    /// The customer is gone: so is the call.
    pub(super) fn customer_left(&mut self, now: Timestamp, far: bool, cause: Cause, out: &mut Vec<Effect>) {
        if let Stage::Message(Message::Recording { .. }) = self.stage {
            self.keep_message(now, out);
        }
        if let (Stage::Calling { .. }, true) = (&self.stage, self.plan.callback) {
            out.push(Effect::Act(Act::CallbackMissed));
        }
        let by = if far { CallEnder::Customer } else { CallEnder::System };
        self.end(now, by, cause, out);
    }

    /// The agent's leg is over. `person`: he hung up; otherwise his device or line broke.
    pub(super) fn agent_left(&mut self, now: Timestamp, agent: AgentId, person: bool, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Calling { .. } => self.end(now, CallEnder::Agent, Cause::Canceled, out),
            Stage::Together { table: Table::Consult { with, .. }, .. } if person && self.is_up(with) => {
                // Hanging up in a consultation hands the customer over, as on every desk phone.
                self.hand_over(now, agent, with, out);
            }
            Stage::Together { leg, table: Table::Talk, .. } if person && self.blinked(now, leg) => self.unreached(now, agent, out),
            Stage::Together { .. } if person => self.end(now, CallEnder::Agent, Cause::Normal, out),
            Stage::Joining { .. } | Stage::Whispering { .. } | Stage::Together { .. } | Stage::Lost { .. } | Stage::Passing { .. } => {
                self.unreached(now, agent, out);
            }
            Stage::Sending { .. }
            // The number still rings; the agent has done what he could.
            | Stage::Waiting { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    /// Whether a phone was hung up in the moment in which it was answered: nobody has talked with the customer who waits there.
    fn blinked(&self, now: Timestamp, leg: i64) -> bool {
        let phone = |leg: &LegDoc| leg.device == LegDevice::Phone && leg.answered.is_some_and(|at| now.since(at) < BLINK);
        self.doc.direction == CallDirection::Inbound && self.leg(leg).is_some_and(phone)
    }

    /// Somebody who was consulted, added or listens is gone.
    pub(super) fn party_left(&mut self, now: Timestamp, leg: i64, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Together { agent, leg: own, table: Table::Consult { with, aside } } if with == leg => {
                let table = if aside { Table::Held } else { Table::Talk };
                self.stage = Stage::Together { agent, leg: own, table };
            }
            Stage::Sending { agent, leg: own, to, .. } if to == leg => {
                if self.is_up(own) {
                    self.stage = Stage::Together { agent, leg: own, table: Table::Talk };
                } else {
                    self.unreached(now, agent, out);
                }
            }
            Stage::Away { with } if with == leg => self.end(now, CallEnder::Agent, Cause::Normal, out),
            Stage::Lost { agent, leg: own, table: Table::Consult { with, .. }, until } if with == leg => {
                self.stage = Stage::Lost { agent, leg: own, table: Table::Held, until };
            }
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    pub(super) fn lost(&mut self, now: Timestamp, leg: i64) {
        match self.stage.clone() {
            Stage::Together { agent, leg: own, table } if own == leg => {
                self.stage = Stage::Lost { agent, leg, table, until: now + RECOVER };
            }
            Stage::Whispering { agent, leg: own, .. } if own == leg => {
                self.stage = Stage::Lost { agent, leg, table: Table::Talk, until: now + RECOVER };
            }
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    pub(super) fn back(&mut self, leg: i64) {
        if let Stage::Lost { agent, leg: own, table, .. } = self.stage
            && own == leg
        {
            self.stage = Stage::Together { agent, leg, table };
        }
    }

    pub(super) fn silent(&mut self, now: Timestamp, leg: i64, out: &mut Vec<Effect>) {
        if self.held_by_far.contains(&leg) || !self.is_up(leg) {
            return;
        }
        if leg == CUSTOMER {
            return self.end(now, CallEnder::System, Cause::MediaTimeout, out);
        }
        // A browser tells by its connection whether it is there.
        if self.leg(leg).is_some_and(|doc| doc.device == LegDevice::Browser) {
            return;
        }
        let agent = self.stage.agent().filter(|(_, own)| *own == leg);
        self.release(now, leg, Cause::MediaTimeout, out);
        match agent {
            Some((agent, _)) => self.agent_left(now, agent, false, out),
            None => self.party_left(now, leg, out),
        }
    }

    /// Hands the customer to a party that is connected already.
    pub(super) fn hand_over(&mut self, now: Timestamp, by: AgentId, with: i64, out: &mut Vec<Effect>) {
        if let Some(to) = self.leg(with).and_then(|leg| leg.agent) {
            self.stage = Stage::Passing { from: by, to, leg: with, until: now + PASS };
            if let Some(doc) = self.leg_mut(with) {
                doc.mode = None;
            }
            self.release_agents_but(now, with, Cause::Transferred, out);
            out.push(Effect::Act(Act::HandOver { to, by }));
        } else {
            self.stage = Stage::Away { with };
            self.release_agents(now, Cause::Transferred, out);
            out.push(Effect::Act(Act::Finish { agent: by }));
        }
    }

    pub(super) fn release_agents(&mut self, now: Timestamp, cause: Cause, out: &mut Vec<Effect>) {
        self.release_agents_but(now, 0, cause, out);
    }

    /// Agents and supervisors leave; who was added stays.
    pub(super) fn release_agents_but(&mut self, now: Timestamp, stays: i64, cause: Cause, out: &mut Vec<Effect>) {
        let ours = |role: LegRole| matches!(role, LegRole::Agent | LegRole::Supervisor);
        let leaving: Vec<i64> = self.doc.legs.iter().filter(|leg| ours(leg.role) && leg.number != stays).map(|leg| leg.number).collect();
        for leg in leaving {
            self.release(now, leg, cause, out);
        }
    }
}

/// Whether a leg ended because somebody wanted it.
fn by_person(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::Normal | Cause::Busy | Cause::Rejected | Cause::Canceled | Cause::ElsewhereAnswered | Cause::Transferred | Cause::Other
    )
}
