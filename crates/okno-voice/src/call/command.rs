//! What agents and supervisors do with a call. Rights have been checked by the app, numbers by the dial plan.

use super::{
    machine::Call,
    stage::{OUTSIDE, Stage, Table},
    words::{Act, CUSTOMER, Effect, Person, Record},
};
use okno_bus::voice::Refused;
use okno_model::{
    AgentId, Timestamp,
    doc::{CallEnder, LegDevice, LegRole, MonitorMode, RecordingState},
    phone::{CallCommand, DialTo},
};
use okno_sip::Cause;

/// Parties that may be in a call at once.
const PARTIES: usize = 8;

fn wrong(why: &str) -> Refused {
    Refused { code: "wrong_state", why: why.to_owned() }
}

fn not_allowed(why: &str) -> Refused {
    Refused { code: "not_allowed", why: why.to_owned() }
}

impl Call {
    pub(super) fn command(
        &mut self,
        now: Timestamp,
        by: AgentId,
        name: String,
        command: CallCommand,
        device: Option<LegDevice>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        match command {
            CallCommand::Mute { on } => return self.mute(by, on, out),
            CallCommand::Monitor { mode } => return self.monitor(now, by, name, mode, device, out),
            CallCommand::StopMonitor => return self.stop_monitor(now, by, out),
            CallCommand::TakeOver => return self.take_over(now, by, out),
            CallCommand::Hangup => {
                self.hang_up(now, by, out);
                return Ok(());
            }
            CallCommand::Record { on, .. } => return self.record(on, out),
            CallCommand::Answer => return self.pick_up(by, device, out),
            CallCommand::Decline => return self.refuse(now, by, out),
            CallCommand::Hold { .. }
            | CallCommand::Digits { .. }
            | CallCommand::Consult { .. }
            | CallCommand::Swap
            | CallCommand::Merge
            | CallCommand::EndConsult
            | CallCommand::Complete
            | CallCommand::TransferOut { .. }
            | CallCommand::Drop { .. } => {}
        }
        let (agent, leg) = self.stage.agent().filter(|(agent, _)| *agent == by).ok_or_else(|| not_allowed("this call is not yours"))?;
        if let (Stage::Calling { early: true, .. }, CallCommand::Digits { digits }) = (&self.stage, &command) {
            out.push(Effect::Keys { leg: CUSTOMER, digits: digits.clone() });
            return Ok(());
        }
        let Stage::Together { table, .. } = self.stage else {
            return Err(wrong("you are not connected with the customer yet"));
        };
        let to = |table: Table| Stage::Together { agent, leg, table };
        match (command, table) {
            (CallCommand::Hold { on: true }, Table::Talk | Table::Held) => self.stage = to(Table::Held),
            (CallCommand::Hold { on: false }, Table::Talk | Table::Held) => self.stage = to(Table::Talk),
            (CallCommand::Hold { .. }, Table::Consult { .. }) => return Err(wrong("you consult somebody; swap, merge or end that first")),
            (CallCommand::Digits { digits }, table) => {
                let leg = if let Table::Consult { with, aside: true } = table { with } else { CUSTOMER };
                out.push(Effect::Keys { leg, digits });
            }
            (CallCommand::Consult { to: whom }, Table::Talk | Table::Held) => {
                let with = self.open_consulted(now, &whom, name, device, out)?;
                self.stage = to(Table::Consult { with, aside: true });
            }
            (CallCommand::Consult { .. }, Table::Consult { .. }) => {
                return Err(wrong("you consult somebody already; merge or end that first"));
            }
            (CallCommand::Swap, Table::Consult { with, aside }) if self.is_up(with) => {
                self.stage = to(Table::Consult { with, aside: !aside });
            }
            (CallCommand::Merge, Table::Consult { with, .. }) if self.is_up(with) => self.stage = to(Table::Talk),
            (CallCommand::EndConsult, Table::Consult { with, .. }) => {
                self.release(now, with, Cause::Normal, out);
                self.stage = to(Table::Talk);
            }
            (CallCommand::Complete, Table::Consult { with, .. }) if self.is_up(with) => self.hand_over(now, agent, with, out),
            (CallCommand::Complete, Table::Talk) => {
                let with =
                    *self.up_with(LegRole::Consulted).last().ok_or_else(|| wrong("there is nobody to whom the customer could go"))?;
                self.hand_over(now, agent, with, out);
            }
            (CallCommand::Swap | CallCommand::Merge | CallCommand::Complete, Table::Consult { .. }) => {
                return Err(wrong("whom you call has not answered yet"));
            }
            (CallCommand::Swap | CallCommand::Merge | CallCommand::EndConsult | CallCommand::Complete, Table::Talk | Table::Held) => {
                return Err(wrong("you consult nobody"));
            }
            (CallCommand::TransferOut { number }, table) => {
                if let Table::Consult { with, .. } = table {
                    self.release(now, with, Cause::Normal, out);
                }
                let number_leg = self.open_number(now, number, out);
                self.stage = Stage::Sending { agent, leg, to: number_leg, until: now + OUTSIDE };
            }
            (CallCommand::Drop { leg: dropped }, _) => {
                let role = self.leg(dropped).filter(|_| self.is_live(dropped)).map(|doc| doc.role);
                if role != Some(LegRole::Consulted) {
                    return Err(wrong("this party is not in the call, or cannot be taken out"));
                }
                self.release(now, dropped, Cause::Normal, out);
                self.party_left(now, dropped, out);
            }
            (
                CallCommand::Mute { .. }
                | CallCommand::Record { .. }
                | CallCommand::Monitor { .. }
                | CallCommand::StopMonitor
                | CallCommand::TakeOver
                | CallCommand::Answer
                | CallCommand::Decline
                | CallCommand::Hangup,
                _,
            ) => {}
        }
        Ok(())
    }

    fn open_consulted(
        &mut self,
        now: Timestamp,
        whom: &DialTo,
        name: String,
        device: Option<LegDevice>,
        out: &mut Vec<Effect>,
    ) -> Result<i64, Refused> {
        if self.doc.legs.iter().filter(|leg| self.is_live(leg.number)).count() >= PARTIES {
            return Err(Refused { code: "limit", why: format!("a call may have at most {PARTIES} parties") });
        }
        match whom {
            DialTo::Number { number } => Ok(self.open_number(now, number.clone(), out)),
            DialTo::Agent { agent } => {
                if self.leg_of(*agent).is_some() {
                    return Err(wrong("this colleague is in the call already"));
                }
                let device =
                    device.ok_or_else(|| Refused { code: "unreachable", why: "this colleague has no phone connected now".to_owned() })?;
                Ok(self.ask(now, Person { agent: *agent, device, name }, out))
            }
        }
    }

    fn mute(&mut self, by: AgentId, on: bool, out: &mut Vec<Effect>) -> Result<(), Refused> {
        let number = self.leg_of(by).map(|leg| leg.number).ok_or_else(|| not_allowed("you are not in this call"))?;
        if let Some(leg) = self.leg_mut(number) {
            leg.muted = on;
        }
        out.push(Effect::Mute { leg: number, on });
        Ok(())
    }

    fn monitor(
        &mut self,
        now: Timestamp,
        by: AgentId,
        name: String,
        mode: MonitorMode,
        device: Option<LegDevice>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        if let Some(leg) = self.leg_of(by) {
            let (number, role) = (leg.number, leg.role);
            if role != LegRole::Supervisor {
                return Err(wrong("you take part in this call yourself"));
            }
            if let Some(leg) = self.leg_mut(number) {
                leg.mode = Some(mode);
            }
            return Ok(());
        }
        let listened = matches!(
            self.stage,
            Stage::Together { .. } | Stage::Whispering { .. } | Stage::Lost { .. } | Stage::Sending { .. } | Stage::Joining { .. }
        );
        if !listened {
            return Err(wrong("nobody has this customer yet; there is nothing to hear"));
        }
        let device =
            device.ok_or_else(|| Refused { code: "no_phone", why: "connect your browser phone or register a phone first".to_owned() })?;
        self.open_agent(now, LegRole::Supervisor, Person { agent: by, device, name }, Some(mode), out);
        Ok(())
    }

    fn stop_monitor(&mut self, now: Timestamp, by: AgentId, out: &mut Vec<Effect>) -> Result<(), Refused> {
        let number = self
            .leg_of(by)
            .filter(|leg| leg.role == LegRole::Supervisor)
            .map(|leg| leg.number)
            .ok_or_else(|| wrong("you do not listen to this call"))?;
        self.release(now, number, Cause::Normal, out);
        Ok(())
    }

    fn take_over(&mut self, now: Timestamp, by: AgentId, out: &mut Vec<Effect>) -> Result<(), Refused> {
        let Some((agent, _)) = self.stage.agent() else {
            return Err(wrong("nobody has this customer; take the call from the queue instead"));
        };
        if agent == by {
            return Err(wrong("this customer is yours already"));
        }
        match (&self.stage, self.leg_of(by).map(|leg| leg.number)) {
            (Stage::Together { .. } | Stage::Lost { .. } | Stage::Sending { .. }, Some(leg)) if self.is_up(leg) => {
                if let Stage::Sending { to, .. } = self.stage {
                    self.release(now, to, Cause::Normal, out);
                }
                self.hand_over(now, by, leg, out);
            }
            // Without a leg of his the journal leads him here like any agent.
            _ => out.push(Effect::Act(Act::HandOver { to: by, by })),
        }
        Ok(())
    }

    /// The agent ends the call; whom he added leaves it; whoever else may do it ends it like the agent.
    fn hang_up(&mut self, now: Timestamp, by: AgentId, out: &mut Vec<Effect>) {
        let added = self.leg_of(by).filter(|leg| leg.role == LegRole::Consulted).map(|leg| leg.number);
        if let Some(number) = added
            && self.stage.agent().is_none_or(|(agent, _)| agent != by)
        {
            self.release(now, number, Cause::Normal, out);
            return self.party_left(now, number, out);
        }
        let cause = if matches!(self.stage, Stage::Calling { .. }) { Cause::Canceled } else { Cause::Normal };
        self.end(now, CallEnder::Agent, cause, out);
    }

    fn record(&mut self, on: bool, out: &mut Vec<Effect>) -> Result<(), Refused> {
        if matches!(self.stage, Stage::Message(_) | Stage::Calling { .. } | Stage::Waiting { .. } | Stage::Leaving { .. }) {
            return Err(wrong("nobody talks with the customer now; there is nothing to record"));
        }
        let (next, effect) = match (self.doc.recording, on) {
            (RecordingState::Off, true) => (RecordingState::On, Record::Start { voicemail: false }),
            (RecordingState::Paused, true) => (RecordingState::On, Record::Pause(false)),
            (RecordingState::On, false) => (RecordingState::Paused, Record::Pause(true)),
            (RecordingState::Off | RecordingState::Paused, false) | (RecordingState::On, true) => return Ok(()),
        };
        self.doc.recording = next;
        out.push(Effect::Record(effect));
        Ok(())
    }
}
