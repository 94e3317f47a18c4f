//! The machine itself: legs, facts of the journal and time.

use super::{
    scene::Scene,
    stage::{Asked, Message, OUTSIDE, PASS, REACH, RECOVER, RING, SAY, Stage, Table, Treat, WHISPER},
    words::{Act, CUSTOMER, Effect, Input, Order, Person, Reach, Record, Speech},
};
use okno_bus::voice::Refused;
use okno_model::{
    AgentId, OfferId, Timestamp,
    doc::{
        AnswerMode, CallDirection, CallDoc, CallEnder, CallState, InteractionState, LegDevice, LegRole, LegState, PhoneSettings,
        RecordingState,
    },
};
use okno_sip::Cause;
use std::collections::BTreeSet;

/// What a call follows: settings as they were at its start.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Of its channel.
    pub(crate) settings: PhoneSettings,
    /// It is the call that a customer was promised.
    pub(crate) callback: bool,
    /// Whom an outgoing call reaches, when it is not the number of its record.
    pub(crate) whom: Option<Reach>,
}

/// A call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(super) doc: CallDoc,
    pub(super) plan: Plan,
    pub(super) stage: Stage,
    pub(super) scene: Scene,
    pub(super) held_by_far: BTreeSet<i64>,
    pub(super) last_leg: i64,
    pub(super) last_token: u64,
    /// Since when he waits, and what he was told.
    pub(super) waits_since: Timestamp,
    pub(super) told: super::queue::Told,
    /// Talk and hold are counted up to here.
    counted: Timestamp,
    /// When the customer's message began.
    pub(super) spoke: Option<Timestamp>,
}

impl Call {
    fn new(now: Timestamp, doc: CallDoc, plan: Plan, stage: Stage) -> Self {
        Self {
            doc,
            plan,
            stage,
            scene: Scene::default(),
            held_by_far: BTreeSet::new(),
            last_leg: 0,
            last_token: 0,
            waits_since: now,
            told: super::queue::Told::default(),
            counted: now,
            spoke: None,
        }
    }

    /// A customer calls. His leg is there; nothing has been answered.
    pub(crate) fn inbound(now: Timestamp, doc: CallDoc, plan: Plan, device: LegDevice, name: String, out: &mut Vec<Effect>) -> Self {
        let order = match plan.settings.answer {
            AnswerMode::AtOnce => Order::Answer,
            AnswerMode::WithAgent => Order::Ring,
        };
        let mut call = Self::new(now, doc, plan, Stage::Waiting { treat: Treat::Ringing, asked: None });
        call.doc.legs.clear();
        call.add(now, LegRole::Customer, device, None, name);
        out.push(Effect::Leg { leg: CUSTOMER, order });
        call.settle(now, out);
        call
    }

    /// An agent calls a customer or a colleague: his own device comes first.
    pub(crate) fn outbound(now: Timestamp, doc: CallDoc, plan: Plan, agent: Person, out: &mut Vec<Effect>) -> Self {
        let mut call = Self::new(now, doc, plan, Stage::Over);
        call.doc.legs.clear();
        let name = call.doc.number.clone();
        let (device, called) = match call.plan.whom {
            Some(Reach::Browser(called)) => (LegDevice::Browser, Some(called)),
            Some(Reach::Phone(called)) => (LegDevice::Phone, Some(called)),
            Some(Reach::Number(_)) | None => (LegDevice::Trunk, None),
        };
        call.add(now, LegRole::Customer, device, called, name);
        let until = now + if agent.device == LegDevice::Phone { RING } else { REACH };
        let by = agent.agent;
        let leg = call.open_agent(now, LegRole::Agent, agent, None, out);
        call.stage = Stage::Calling { agent: by, leg, dialing: false, early: false, until };
        call.settle(now, out);
        call
    }

    /// The call as everybody is told.
    pub(crate) const fn doc(&self) -> &CallDoc {
        &self.doc
    }

    /// For the quality that only the actor knows.
    pub(crate) fn set_quality(&mut self, leg: i64, quality: okno_model::doc::QualityDoc) {
        if let Some(leg) = self.leg_mut(leg) {
            leg.quality = Some(quality);
        }
    }

    /// Nothing follows.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// When the machine wants a [`Input::Tick`].
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.stage.deadline()
    }

    /// The agent who has the customer.
    pub(crate) fn agent(&self) -> Option<AgentId> {
        self.stage.agent().map(|(agent, _)| agent)
    }

    /// The word of its stage, for logs.
    pub(crate) const fn word(&self) -> &'static str {
        self.stage.word()
    }

    /// Something happened. What has to be done is added to `out`, in order.
    ///
    /// # Errors
    /// [`Refused`] for a command that does not fit; then nothing has changed.
    pub(crate) fn handle(&mut self, now: Timestamp, input: Input, out: &mut Vec<Effect>) -> Result<(), Refused> {
        if self.is_over() {
            // A leg that was answered while we let it go must not stay alone on the line.
            if let Input::Answered { leg } = input {
                out.push(Effect::Leg { leg, order: Order::End(Cause::ElsewhereAnswered) });
            }
            return Ok(());
        }
        let done = if let Input::Command { by, name, command, device } = input {
            self.command(now, by, name, command, device, out)
        } else {
            self.happened(now, input, out);
            Ok(())
        };
        self.settle(now, out);
        done
    }

    fn happened(&mut self, now: Timestamp, input: Input, out: &mut Vec<Effect>) {
        match input {
            Input::Ringing { leg } => self.ringing(now, leg),
            Input::Early { leg } => self.early(leg),
            Input::Answered { leg } => self.answered(now, leg, out),
            Input::Failed { leg, cause } => self.failed(now, leg, cause, out),
            Input::Ended { leg, far, cause } => self.ended(now, leg, far, cause, out),
            Input::HeldByFar { leg, held } => {
                if held {
                    self.held_by_far.insert(leg);
                } else {
                    self.held_by_far.remove(&leg);
                }
            }
            Input::Lost { leg } => self.lost(now, leg),
            Input::Back { leg } => self.back(leg),
            Input::Silent { leg } => self.silent(now, leg, out),
            Input::Digit { leg, digit } => self.digit(now, leg, digit, out),
            Input::Played { leg, token } => {
                self.scene.played(leg, token);
                self.played(now, token, out);
            }
            Input::Interaction { state, device } => self.interaction(now, &state, device, out),
            Input::Device { agent, device } => self.device(now, agent, device, out),
            Input::Place { place, minutes } => self.place(now, place, minutes),
            Input::ActFailed { act } => self.act_failed(now, &act, out),
            Input::Stop => self.end(now, CallEnder::System, Cause::Unavailable, out),
            Input::Tick => self.tick(now, out),
            // Handled by `handle`.
            Input::Command { .. } => {}
        }
    }

    fn ringing(&mut self, now: Timestamp, leg: i64) {
        // A phone that rings has been reached: from now on it is the person that is waited for.
        if let Stage::Joining { leg: Some(joining), until, .. } = &mut self.stage
            && *joining == leg
        {
            *until = now + RING;
        }
    }

    fn early(&mut self, leg: i64) {
        if let Stage::Calling { early, .. } = &mut self.stage
            && leg == CUSTOMER
        {
            *early = true;
        }
    }

    fn answered(&mut self, now: Timestamp, leg: i64, out: &mut Vec<Effect>) {
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
                    out.push(Effect::Open { leg: CUSTOMER, to });
                    self.stage = Stage::Calling { agent, leg, dialing: true, early, until: now + OUTSIDE };
                } else if leg == CUSTOMER {
                    if self.plan.callback {
                        out.push(Effect::Act(Act::CallbackReached));
                    }
                    self.talk(now, agent, own, out);
                }
            }
            Stage::Waiting { treat: Treat::Ringing, asked } if leg == CUSTOMER => self.welcome(now, asked),
            Stage::Waiting { asked: Some(Asked { agent, offer, leg: Some(ringing) }), .. } if ringing == leg => {
                out.push(Effect::Act(Act::Accept { agent, offer }));
            }
            Stage::Joining { agent, leg: Some(joining), .. } if joining == leg => self.join(now, agent, leg, out),
            Stage::Sending { agent, to, .. } if to == leg => {
                self.stage = Stage::Away { with: to };
                self.release_agents(now, Cause::Transferred, out);
                out.push(Effect::Act(Act::Finish { agent }));
            }
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
            | Stage::Over => {}
        }
    }

    /// Agent and customer are both there.
    pub(super) fn join(&mut self, now: Timestamp, agent: AgentId, leg: i64, out: &mut Vec<Effect>) {
        if !self.is_up(CUSTOMER) && self.doc.direction == CallDirection::Inbound {
            out.push(Effect::Leg { leg: CUSTOMER, order: Order::Answer });
        }
        if self.plan.settings.whisper && self.doc.direction == CallDirection::Inbound {
            let token = self.token();
            self.stage = Stage::Whispering { agent, leg, token, until: now + WHISPER };
        } else {
            self.talk(now, agent, leg, out);
        }
    }

    /// They talk.
    pub(super) fn talk(&mut self, now: Timestamp, agent: AgentId, leg: i64, out: &mut Vec<Effect>) {
        self.stage = Stage::Together { agent, leg, table: Table::Talk };
        self.doc.connected = self.doc.connected.or(Some(now));
        if self.plan.settings.record && self.doc.recording == RecordingState::Off {
            self.doc.recording = RecordingState::On;
            out.push(Effect::Record(Record::Start { voicemail: false }));
        }
    }

    fn failed(&mut self, now: Timestamp, leg: i64, cause: Cause, out: &mut Vec<Effect>) {
        self.gone(now, leg, cause);
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
                match cause {
                    Cause::Busy | Cause::Rejected => out.push(Effect::Act(Act::Decline { agent: asked.agent, offer: asked.offer })),
                    // He was rung and did not come: the offer ends by itself, as a miss.
                    Cause::NoAnswer | Cause::Canceled | Cause::ElsewhereAnswered => {}
                    Cause::Normal
                    | Cause::Unavailable
                    | Cause::NotFound
                    | Cause::Forbidden
                    | Cause::Congestion
                    | Cause::NetworkFailure
                    | Cause::NoCommonMedia
                    | Cause::MediaTimeout
                    | Cause::Expired
                    | Cause::Transferred
                    | Cause::ProtocolError
                    | Cause::Crash
                    | Cause::Other => out.push(Effect::Act(Act::Unreached { agent: asked.agent })),
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

    fn ended(&mut self, now: Timestamp, leg: i64, far: bool, cause: Cause, out: &mut Vec<Effect>) {
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
    fn customer_left(&mut self, now: Timestamp, far: bool, cause: Cause, out: &mut Vec<Effect>) {
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
    fn agent_left(&mut self, now: Timestamp, agent: AgentId, person: bool, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Calling { .. } => self.end(now, CallEnder::Agent, Cause::Canceled, out),
            Stage::Together { table: Table::Consult { with, .. }, .. } if person && self.is_up(with) => {
                // Hanging up in a consultation hands the customer over, as on every desk phone.
                self.hand_over(now, agent, with, out);
            }
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

    fn lost(&mut self, now: Timestamp, leg: i64) {
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

    fn back(&mut self, leg: i64) {
        if let Stage::Lost { agent, leg: own, table, .. } = self.stage
            && own == leg
        {
            self.stage = Stage::Together { agent, leg, table };
        }
    }

    fn silent(&mut self, now: Timestamp, leg: i64, out: &mut Vec<Effect>) {
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

    /// The journal has the last word about whose the customer is.
    fn interaction(&mut self, now: Timestamp, state: &InteractionState, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        match state {
            InteractionState::New => {}
            InteractionState::Queued => self.unassigned(now, None, out),
            InteractionState::Offered { agent, offer, .. } => {
                self.unassigned(now, Some(*offer), out);
                self.offered(now, *agent, *offer, device, out);
            }
            InteractionState::Active { agent, .. } => self.assigned(now, *agent, device, out),
            InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => self.finished(now, out),
        }
    }

    /// Nobody has the customer: he waits.
    fn unassigned(&mut self, now: Timestamp, offer: Option<OfferId>, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Waiting { treat, asked: Some(asked) } if Some(asked.offer) != offer => {
                if let Some(leg) = asked.leg {
                    // RONA, or somebody else was quicker: the phone stops ringing.
                    self.release(now, leg, Cause::Canceled, out);
                }
                self.stage = Stage::Waiting { treat, asked: None };
            }
            Stage::Joining { .. } | Stage::Whispering { .. } | Stage::Together { .. } | Stage::Lost { .. } | Stage::Sending { .. } => {
                self.to_queue(now, Cause::Transferred, out);
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

    fn offered(&mut self, now: Timestamp, agent: AgentId, offer: OfferId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        let Stage::Waiting { treat, asked } = &self.stage else { return };
        if asked.is_some_and(|asked| asked.offer == offer) {
            return;
        }
        let treat = treat.clone();
        // A browser rings by itself: its desk shows the offer.
        let leg = (device == Some(LegDevice::Phone))
            .then(|| self.open_agent(now, LegRole::Agent, Person::nameless(agent, LegDevice::Phone), None, out));
        self.stage = Stage::Waiting { treat, asked: Some(Asked { agent, offer, leg }) };
    }

    fn assigned(&mut self, now: Timestamp, agent: AgentId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Waiting { asked, .. } => {
                let ringing = asked.and_then(|asked| asked.leg.map(|leg| (asked.agent, leg)));
                match ringing {
                    Some((rings, leg)) if rings == agent && self.is_up(leg) => self.join(now, agent, leg, out),
                    Some((rings, leg)) if rings == agent && self.is_live(leg) => {
                        self.stage = Stage::Joining { agent, leg: Some(leg), until: now + RING };
                    }
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
    fn reach(&mut self, now: Timestamp, agent: AgentId, device: Option<LegDevice>, out: &mut Vec<Effect>) {
        let leg = device.map(|device| self.open_agent(now, LegRole::Agent, Person::nameless(agent, device), None, out));
        self.stage = Stage::Joining { agent, leg, until: now + REACH };
    }

    fn device(&mut self, now: Timestamp, agent: AgentId, device: LegDevice, out: &mut Vec<Effect>) {
        if let Stage::Joining { agent: joining, leg: None, .. } = self.stage
            && joining == agent
        {
            self.reach(now, agent, Some(device), out);
        }
    }

    /// The agent has finished on the screen, or somebody closed it.
    fn finished(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
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
        self.to_queue(now, Cause::Unavailable, out);
    }

    fn to_queue(&mut self, now: Timestamp, cause: Cause, out: &mut Vec<Effect>) {
        self.release_all_but_customer(now, cause, out);
        let treat = if self.is_up(CUSTOMER) { self.music(now) } else { Treat::Ringing };
        self.stage = Stage::Waiting { treat, asked: None };
    }

    fn act_failed(&mut self, now: Timestamp, act: &Act, out: &mut Vec<Effect>) {
        match act {
            Act::Accept { agent, .. } => {
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
            Act::AskPlace => self.place(now, None, None),
            // The journal is read again after every refusal; nothing else is to be done.
            Act::Decline { .. }
            | Act::Unreached { .. }
            | Act::CallbackMissed
            | Act::CallbackReached
            | Act::Voicemail
            | Act::Finish { .. }
            | Act::Ended => {}
        }
    }

    fn tick(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.deadline().is_none_or(|at| at > now) {
            return;
        }
        match self.stage.clone() {
            Stage::Calling { agent: _, dialing, .. } => {
                if dialing && self.plan.callback {
                    out.push(Effect::Act(Act::CallbackMissed));
                }
                let cause = if dialing { Cause::NoAnswer } else { Cause::Unavailable };
                self.end(now, CallEnder::System, cause, out);
            }
            Stage::Waiting { .. } => self.tick_waiting(now, out),
            Stage::Joining { agent, .. } | Stage::Lost { agent, .. } => self.unreached(now, agent, out),
            Stage::Whispering { agent, leg, .. } => self.talk(now, agent, leg, out),
            Stage::Sending { to, .. } => {
                self.release(now, to, Cause::NoAnswer, out);
                self.party_left(now, to, out);
            }
            Stage::Passing { to, .. } => self.unreached(now, to, out),
            Stage::Message(Message::Prompt { .. }) => self.speak(now, out),
            Stage::Message(Message::Recording { .. }) => self.message_done(now, out),
            Stage::Leaving { .. } => self.end(now, CallEnder::System, Cause::Normal, out),
            Stage::Together { .. } | Stage::Away { .. } | Stage::Over => {}
        }
    }

    /// Hands the customer to a party that is connected already.
    pub(super) fn hand_over(&mut self, now: Timestamp, by: AgentId, with: i64, out: &mut Vec<Effect>) {
        match self.leg(with).and_then(|leg| leg.agent) {
            Some(to) => {
                self.stage = Stage::Passing { from: by, to, leg: with, until: now + PASS };
                if let Some(doc) = self.leg_mut(with) {
                    doc.mode = None;
                }
                self.release_agents_but(now, with, Cause::Transferred, out);
                out.push(Effect::Act(Act::HandOver { to, by }));
            }
            None => {
                self.stage = Stage::Away { with };
                self.release_agents(now, Cause::Transferred, out);
                out.push(Effect::Act(Act::Finish { agent: by }));
            }
        }
    }

    fn release_agents(&mut self, now: Timestamp, cause: Cause, out: &mut Vec<Effect>) {
        self.release_agents_but(now, 0, cause, out);
    }

    /// Agents and supervisors leave; who was added stays.
    fn release_agents_but(&mut self, now: Timestamp, stays: i64, cause: Cause, out: &mut Vec<Effect>) {
        let ours = |role: LegRole| matches!(role, LegRole::Agent | LegRole::Supervisor);
        let leaving: Vec<i64> = self.doc.legs.iter().filter(|leg| ours(leg.role) && leg.number != stays).map(|leg| leg.number).collect();
        for leg in leaving {
            self.release(now, leg, cause, out);
        }
    }

    /// The one end of a call.
    pub(super) fn end(&mut self, now: Timestamp, by: CallEnder, cause: Cause, out: &mut Vec<Effect>) {
        if self.stage == Stage::Over {
            return;
        }
        self.count(now);
        self.stage = Stage::Over;
        self.release_all_but_customer(now, if by == CallEnder::Customer { Cause::Normal } else { cause }, out);
        self.release(now, CUSTOMER, cause, out);
        if self.doc.recording != RecordingState::Off {
            self.doc.recording = RecordingState::Off;
            out.push(Effect::Record(Record::Stop));
        }
        self.doc.consulting = false;
        self.doc.conference = false;
        self.doc.state = CallState::Ended { at: now, by, cause: cause.key().to_owned() };
        out.push(Effect::Act(Act::Ended));
    }

    pub(super) fn token(&mut self) -> u64 {
        self.last_token += 1;
        self.last_token
    }

    /// Everything that follows from the state: counts, the record, who hears whom.
    fn settle(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.count(now);
        if self.stage == Stage::Over {
            return;
        }
        self.doc.state = self.state();
        self.doc.consulting = matches!(self.stage, Stage::Together { table: Table::Consult { .. }, .. });
        let talkers = self.talkers();
        self.doc.conference = talkers.len() > 2;
        for number in self.doc.legs.iter().map(|leg| leg.number).collect::<Vec<_>>() {
            let held =
                !talkers.contains(&number) && matches!(self.stage, Stage::Together { .. } | Stage::Lost { .. } | Stage::Sending { .. });
            let role = self.leg(number).map(|leg| leg.role);
            if self.is_up(number)
                && let Some(leg) = self.leg_mut(number)
            {
                leg.state = if held && role != Some(LegRole::Supervisor) { LegState::Held } else { LegState::Connected };
            }
        }
        self.direct(out);
    }

    /// Adds the time since the last look to talk or hold.
    fn count(&mut self, now: Timestamp) {
        let ms = now.since(self.counted).as_millis() as i64;
        match self.doc.state {
            CallState::Talking => self.doc.talk_ms += ms,
            CallState::Held => self.doc.hold_ms += ms,
            CallState::Ringing | CallState::Waiting | CallState::Voicemail | CallState::Ended { .. } => {}
        }
        self.counted = now.max(self.counted);
    }

    fn state(&self) -> CallState {
        let waiting = if self.is_up(CUSTOMER) { CallState::Waiting } else { CallState::Ringing };
        match &self.stage {
            Stage::Calling { .. } => CallState::Ringing,
            Stage::Waiting { .. } | Stage::Joining { .. } | Stage::Whispering { .. } | Stage::Leaving { .. } => waiting,
            Stage::Together { table, .. } => match table {
                Table::Talk | Table::Consult { aside: false, .. } => CallState::Talking,
                Table::Held | Table::Consult { aside: true, .. } => CallState::Held,
            },
            Stage::Lost { .. } | Stage::Sending { .. } => CallState::Held,
            Stage::Passing { .. } | Stage::Away { .. } => CallState::Talking,
            Stage::Message(_) => CallState::Voicemail,
            Stage::Over => self.doc.state.clone(),
        }
    }

    /// Words, then the end.
    pub(super) fn leave(&mut self, now: Timestamp, words: Speech) {
        let token = self.token();
        self.stage = Stage::Leaving { words, token, until: now + SAY };
    }
}

/// Whether a leg ended because somebody wanted it.
fn by_person(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::Normal | Cause::Busy | Cause::Rejected | Cause::Canceled | Cause::ElsewhereAnswered | Cause::Transferred | Cause::Other
    )
}
