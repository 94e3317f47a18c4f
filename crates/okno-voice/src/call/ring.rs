//! A colleague's browser rings before it is connected: he is asked who calls and about whom, and says yes or no. SIP phones ring by themselves;
//! here they only get a limit. Supervisors who listen have asked for it and are connected at once.

use super::{
    machine::Call,
    stage::ASK,
    words::{Effect, Person, Reach},
};
use okno_bus::voice::Refused;
use okno_model::{
    AgentId, Timestamp,
    doc::{LegDevice, LegRole, LegState},
};
use okno_sip::Cause;

impl Call {
    /// Calls a colleague into the call.
    pub(super) fn ask(&mut self, now: Timestamp, who: Person, out: &mut Vec<Effect>) -> i64 {
        let leg = if who.device == LegDevice::Browser {
            self.add(now, LegRole::Consulted, who.device, Some(who.agent), who.name)
        } else {
            self.open_agent(now, LegRole::Consulted, who, None, out)
        };
        self.rings.insert(leg, now + ASK);
        leg
    }

    /// The leg of one of our people that rings on his screen.
    fn asked_on_screen(&self, who: AgentId) -> Option<i64> {
        let leg = self.leg_of(who)?;
        (leg.state == LegState::Ringing && self.rings.contains_key(&leg.number)).then_some(leg.number)
    }

    /// He says yes: his device is connected.
    pub(super) fn pick_up(&mut self, by: AgentId, device: Option<LegDevice>, out: &mut Vec<Effect>) -> Result<(), Refused> {
        let leg = self.asked_on_screen(by).ok_or_else(nobody)?;
        let device =
            device.ok_or_else(|| Refused { code: "no_phone", why: "connect your browser phone or register a phone first".to_owned() })?;
        if self.leg(leg).is_some_and(|doc| doc.device == LegDevice::Phone) {
            // It rings; he has to take it off the hook.
            return Err(Refused { code: "wrong_state", why: "your phone rings; answer there".to_owned() });
        }
        self.rings.remove(&leg);
        if let Some(doc) = self.leg_mut(leg) {
            doc.device = device;
        }
        let to = if device == LegDevice::Phone { Reach::Phone(by) } else { Reach::Browser(by) };
        out.push(Effect::Open { leg, to });
        Ok(())
    }

    /// He says no.
    pub(super) fn refuse(&mut self, now: Timestamp, by: AgentId, out: &mut Vec<Effect>) -> Result<(), Refused> {
        let leg = self.asked_on_screen(by).ok_or_else(nobody)?;
        self.release(now, leg, Cause::Rejected, out);
        self.failed(now, leg, Cause::Rejected, out);
        Ok(())
    }

    /// When the first of them has rung for long enough.
    pub(super) fn rings_until(&self) -> Option<Timestamp> {
        self.rings.values().min().copied()
    }

    /// Who did not answer is asked no longer.
    pub(super) fn ring_out(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let late: Vec<i64> = self.rings.iter().filter(|(_, until)| **until <= now).map(|(leg, _)| *leg).collect();
        for leg in late {
            self.release(now, leg, Cause::NoAnswer, out);
            self.failed(now, leg, Cause::NoAnswer, out);
        }
    }
}

fn nobody() -> Refused {
    Refused { code: "wrong_state", why: "nobody calls you into this call any more".to_owned() }
}
