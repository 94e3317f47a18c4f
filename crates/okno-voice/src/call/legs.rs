//! The parties of a call, kept as they are told to everybody.

use super::{
    machine::Call,
    words::{CUSTOMER, Effect, Order, Person, Reach},
};
use okno_model::{
    AgentId, Timestamp,
    doc::{LegDevice, LegDoc, LegRole, LegState, MonitorMode},
};
use okno_sip::Cause;

/// Parties that a call's record keeps. Whoever is over goes first; the customer never.
const KEPT: usize = 20;

impl Call {
    pub(super) fn leg(&self, number: i64) -> Option<&LegDoc> {
        self.doc.legs.iter().find(|leg| leg.number == number)
    }

    pub(super) fn leg_mut(&mut self, number: i64) -> Option<&mut LegDoc> {
        self.doc.legs.iter_mut().find(|leg| leg.number == number)
    }

    /// Not over.
    pub(super) fn is_live(&self, number: i64) -> bool {
        self.leg(number).is_some_and(|leg| leg.state != LegState::Ended)
    }

    /// Connected.
    pub(super) fn is_up(&self, number: i64) -> bool {
        self.leg(number).is_some_and(|leg| matches!(leg.state, LegState::Connected | LegState::Held))
    }

    /// The live leg of one of our people.
    pub(super) fn leg_of(&self, agent: AgentId) -> Option<&LegDoc> {
        self.doc.legs.iter().find(|leg| leg.agent == Some(agent) && leg.state != LegState::Ended)
    }

    /// Connected parties of a role, oldest first.
    pub(super) fn up_with(&self, role: LegRole) -> Vec<i64> {
        self.doc.legs.iter().filter(|leg| leg.role == role && self.is_up(leg.number)).map(|leg| leg.number).collect()
    }

    /// Adds a party without reaching it: the customer.
    pub(super) fn add(&mut self, now: Timestamp, role: LegRole, device: LegDevice, agent: Option<AgentId>, name: String) -> i64 {
        let number = self.doc.legs.iter().map(|leg| leg.number).max().unwrap_or(0).max(self.last_leg) + 1;
        self.last_leg = number;
        if self.doc.legs.len() >= KEPT
            && let Some(old) = self.doc.legs.iter().position(|leg| leg.number != CUSTOMER && leg.state == LegState::Ended)
        {
            self.doc.legs.remove(old);
        }
        self.doc.legs.push(LegDoc {
            number,
            role,
            device,
            agent,
            name,
            state: LegState::Ringing,
            muted: false,
            mode: None,
            started: now,
            answered: None,
            ended: None,
            cause: String::new(),
            quality: None,
        });
        number
    }

    /// Adds one of our people and reaches him.
    pub(super) fn open_agent(
        &mut self,
        now: Timestamp,
        role: LegRole,
        who: Person,
        mode: Option<MonitorMode>,
        out: &mut Vec<Effect>,
    ) -> i64 {
        let Person { agent, device, name } = who;
        let leg = self.add(now, role, device, Some(agent), name);
        if let Some(doc) = self.leg_mut(leg) {
            doc.mode = mode;
        }
        let to = if device == LegDevice::Phone { Reach::Phone(agent) } else { Reach::Browser(agent) };
        out.push(Effect::Open { leg, to });
        leg
    }

    /// Adds somebody outside and calls him.
    pub(super) fn open_number(&mut self, now: Timestamp, number: String, out: &mut Vec<Effect>) -> i64 {
        let leg = self.add(now, LegRole::Consulted, LegDevice::Trunk, None, number.clone());
        out.push(Effect::Open { leg, to: Reach::Number(number) });
        leg
    }

    /// The party is connected.
    pub(super) fn connect(&mut self, now: Timestamp, number: i64) {
        if let Some(leg) = self.leg_mut(number)
            && leg.state == LegState::Ringing
        {
            leg.state = LegState::Connected;
            leg.answered = Some(now);
            self.rings.remove(&number);
        }
    }

    /// Notes that a party is over; its signaling has ended by itself.
    pub(super) fn gone(&mut self, now: Timestamp, number: i64, cause: Cause) {
        if let Some(leg) = self.leg_mut(number)
            && leg.state != LegState::Ended
        {
            leg.state = LegState::Ended;
            leg.ended = Some(now);
            cause.key().clone_into(&mut leg.cause);
            self.held_by_far.remove(&number);
            self.rings.remove(&number);
        }
    }

    /// Ends a party.
    pub(super) fn release(&mut self, now: Timestamp, number: i64, cause: Cause, out: &mut Vec<Effect>) {
        if self.is_live(number) {
            self.gone(now, number, cause);
            out.push(Effect::Leg { leg: number, order: Order::End(cause) });
        }
    }

    /// Ends everybody of ours: agent, consulted, supervisors.
    pub(super) fn release_all_but_customer(&mut self, now: Timestamp, cause: Cause, out: &mut Vec<Effect>) {
        let live: Vec<i64> = self.doc.legs.iter().filter(|leg| leg.number != CUSTOMER).map(|leg| leg.number).collect();
        for number in live {
            self.release(now, number, cause, out);
        }
    }
}
