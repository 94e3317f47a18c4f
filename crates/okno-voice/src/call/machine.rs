//! The machine itself: legs, facts of the journal and time.

use super::{
    scene::Scene,
    stage::{Message, REACH, RING, SAY, Stage, Table, Treat, WHISPER},
    words::{Act, CUSTOMER, Effect, Input, Order, Person, Reach, Record, Speech, earlier},
};
use okno_bus::voice::Refused;
use okno_model::{
    AgentId, Timestamp,
    doc::{AnswerMode, CallDirection, CallDoc, CallEnder, CallState, LegDevice, LegRole, LegState, PhoneSettings, RecordingState},
};
use okno_sip::Cause;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Colleagues who are asked, and until when.
    pub(super) rings: BTreeMap<i64, Timestamp>,
    pub(super) last_leg: i64,
    pub(super) last_token: u64,
    /// Since when he waits, and what he was told.
    pub(super) waits_since: Timestamp,
    pub(super) told: super::queue::Told,
    /// Talk and hold are counted up to here.
    counted: Timestamp,
    /// When the customer's message began.
    pub(super) spoke: Option<Timestamp>,
    /// Further agents who are asked at the same time.
    pub(super) others: Vec<super::stage::Asked>,
}

impl Call {
    fn new(now: Timestamp, doc: CallDoc, plan: Plan, stage: Stage) -> Self {
        Self {
            doc,
            plan,
            stage,
            scene: Scene::default(),
            held_by_far: BTreeSet::new(),
            rings: BTreeMap::new(),
            last_leg: 0,
            last_token: 0,
            waits_since: now,
            told: super::queue::Told::default(),
            counted: now,
            spoke: None,
            others: Vec::new(),
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

    /// The trunk that is tried now: after a fail-over another one than was meant.
    pub(crate) const fn set_trunk(&mut self, trunk: okno_model::TrunkId) {
        self.doc.trunk = Some(trunk);
    }

    /// For the quality that only the actor knows.
    pub(crate) fn set_quality(&mut self, leg: i64, quality: okno_model::doc::QualityDoc) {
        if let Some(leg) = self.leg_mut(leg) {
            leg.quality = Some(quality);
        }
    }

    /// Gives names to our people who have none yet; `true` if there were any.
    pub(crate) fn name_people(&mut self, name: impl Fn(AgentId) -> Option<String>) -> bool {
        let nameless = self.doc.legs.iter_mut().filter(|leg| leg.name.is_empty());
        let named = nameless.filter_map(|leg| Some((leg.agent.and_then(&name)?, leg)));
        named.map(|(name, leg)| leg.name = name).count() > 0
    }

    /// Nothing follows.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// When the machine wants a [`Input::Tick`].
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        earlier(self.stage.deadline(), self.rings_until())
    }

    /// The agent who has the customer.
    pub(crate) fn agent(&self) -> Option<AgentId> {
        if let Stage::Joining { agent, .. } = self.stage {
            return Some(agent);
        }
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
            Input::RingsToo { others } => self.rings_too(now, &others, out),
            Input::Interaction { state, device } => self.interaction(now, &state, device, out),
            Input::Device { agent, device } => self.device(now, agent, device, out),
            Input::Place { place, wait, rule } => self.place(now, place, wait.as_deref(), rule, out),
            Input::Promised { opens } => self.promised(now, opens, out),
            Input::ActFailed { act } => self.act_failed(now, &act, out),
            Input::Stop => self.end(now, CallEnder::System, Cause::Unavailable, out),
            Input::Tick => self.tick(now, out),
            // Handled by `handle`.
            Input::Command { .. } => {}
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

    fn tick(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.ring_out(now, out);
        if self.stage.deadline().is_none_or(|at| at > now) {
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
