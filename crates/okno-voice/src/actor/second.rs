//! The second line of a desk phone: an agent who has a customer puts him on hold at his phone and dials somebody else.
//!
//! For the call this is a consultation like one that is begun on the screen, with the same rights and in the same record. The agent has one
//! leg; the phone has two dialogs for it. The one that he listens to is in `lines`, the other one is parked here.

use super::{Actor, Line, SipLine};
use crate::{
    call::Input,
    hub::{Owner, Place},
};
use okno_model::{
    AgentId,
    doc::{CallState, LegState},
    phone::{CallCommand, DialTo},
};
use okno_sip::{Cause, LegEvent, LegId, Who};
use std::sync::Arc;

/// The line that an agent does not listen to.
pub(super) struct Parked {
    leg: i64,
    line: Box<SipLine>,
    /// It is the one to whom he consults; else the customer's.
    consult: bool,
}

impl Actor {
    /// The agent dials with his second line.
    pub(super) fn second(&mut self, agent: AgentId, to: DialTo, mut line: Box<SipLine>) {
        let own = self.call.doc().legs.iter().find(|doc| doc.agent == Some(agent) && doc.state != LegState::Ended).map(|doc| doc.number);
        let own = own.filter(|leg| self.parked.is_none() && matches!(self.lines.get(leg), Some(Line::Sip(_))));
        let done = match own {
            Some(leg) => self.commanded(agent, CallCommand::Consult { to }).map(|()| leg),
            None => Err(okno_bus::voice::Refused { code: "wrong_state", why: "you have a call already, and not at this phone".to_owned() }),
        };
        match done {
            Ok(leg) => {
                // From now on he hears how it rings there.
                line.answer();
                if let Some(Line::Sip(first)) = self.lines.remove(&leg) {
                    self.adopt(leg, Line::Sip(line));
                    self.park(leg, first, false);
                    self.hear_again(leg);
                }
            }
            Err(refused) => {
                tracing::info!(call = %self.id, %refused, "a second call of a phone was refused");
                line.control.reject(486, "Busy Here");
                self.drop_line(line, Cause::Busy);
            }
        }
    }

    fn park(&mut self, leg: i64, line: Box<SipLine>, consult: bool) {
        let (media, id) = (line.media(), line.control.id);
        let place = Place { tray: self.sender.clone(), call: self.id, leg: -leg };
        self.hub.with(|map| {
            map.legs.insert(id, place);
            map.owners.insert(media, Owner::Call(self.sender.clone(), -leg));
        });
        self.parked = Some(Parked { leg, line, consult });
    }

    fn drop_line(&mut self, line: Box<SipLine>, cause: Cause) {
        let media = line.media();
        self.hub.with(|map| {
            map.legs.remove(&line.control.id);
            map.forget_owner(media);
        });
        line.control.hangup(cause);
        let hub = Arc::clone(&self.hub);
        tokio::spawn(async move { hub.media.close(media).await });
    }

    /// Whether a dialog is one of the two.
    pub(super) fn is_line(&self, id: LegId) -> bool {
        let live = self.lines.values().any(|line| matches!(line, Line::Sip(line) if line.control.id == id));
        live || self.parked.as_ref().is_some_and(|parked| parked.line.control.id == id)
    }

    /// The agent's leg ends: so does its other line.
    pub(super) fn drop_parked(&mut self, leg: i64, cause: Cause) {
        if let Some(parked) = self.parked.take_if(|parked| parked.leg == leg) {
            self.drop_line(parked.line, cause);
        }
    }

    /// The lines change places.
    fn swap(&mut self) {
        let Some(Parked { leg, line, consult }) = self.parked.take() else { return };
        if let Some(Line::Sip(other)) = self.lines.remove(&leg) {
            self.adopt(leg, Line::Sip(line));
            self.park(leg, other, !consult);
        } else {
            self.adopt(leg, Line::Sip(line));
        }
        self.hear_again(leg);
    }

    /// The agent hangs up the line with whom he consults: he is back with the customer. False: it is not that line.
    pub(super) fn consult_hung_up(&mut self, leg: i64) -> bool {
        if self.parked.as_ref().is_none_or(|parked| parked.leg != leg || parked.consult) {
            return false;
        }
        self.swap();
        self.end_consult();
        true
    }

    /// The parked line is over for the phone; what it was for ends.
    fn end_consult(&mut self) {
        let Some(Parked { leg, line, .. }) = self.parked.take() else { return };
        self.drop_line(line, Cause::Normal);
        let agent = self.call.doc().legs.iter().find(|doc| doc.number == leg).and_then(|doc| doc.agent);
        if let Some(agent) = agent.filter(|_| self.call.doc().consulting) {
            // He may have been left by whom he consulted at the same moment.
            let _ = self.commanded(agent, CallCommand::EndConsult);
        }
    }

    /// Whom he consulted is gone: the phone's line for that is hung up, and the customer waits until it takes him back.
    pub(super) fn tidy_lines(&mut self) {
        if self.parked.is_none() || self.call.doc().consulting {
            return;
        }
        if self.parked.as_ref().is_some_and(|parked| !parked.consult) {
            self.swap();
        }
        if let Some(parked) = self.parked.take() {
            self.drop_line(parked.line, Cause::Normal);
        }
    }

    /// A phone takes its other side back from hold.
    pub(super) fn resumed(&mut self, leg: i64) {
        let doc = self.call.doc().legs.iter().find(|doc| doc.number == leg).and_then(|doc| doc.agent);
        if let Some(agent) = doc.filter(|agent| self.call.agent() == Some(*agent))
            && self.call.doc().state == CallState::Held
            && !self.call.doc().consulting
        {
            let _ = self.commanded(agent, CallCommand::Hold { on: false });
        }
    }

    /// News of the line that the agent does not listen to.
    pub(super) fn signaled_parked(&mut self, event: LegEvent) {
        let Some(parked) = &mut self.parked else { return };
        let (leg, consult) = (parked.leg, parked.consult);
        match event {
            LegEvent::Confirmed { .. } => parked.line.agreed(),
            LegEvent::Reanswered { sdp, .. } => {
                if let Some(sdp) = sdp
                    && let Err(error) = parked.line.answered(&self.hub, &sdp)
                {
                    tracing::warn!(call = %self.id, %error, "the answer to our change does not fit; the old session goes on");
                }
                parked.line.agreed();
            }
            LegEvent::Reoffer { sdp } => {
                if parked.line.reoffered(&self.hub, sdp.as_ref()) == Some(false) {
                    // He listens to this one now.
                    self.swap();
                    if let Some(agent) = self.call.agent() {
                        let _ = self.commanded(agent, CallCommand::Swap);
                    }
                }
            }
            LegEvent::Refer { to, replaces, replaces_leg } => {
                let control = parked.line.control.clone();
                self.referred(leg, control, &to, replaces.is_some(), replaces_leg);
            }
            LegEvent::Ended { .. } | LegEvent::Failed { .. } if consult => self.end_consult(),
            LegEvent::Ended { by, cause } => {
                // The customer's line: as with every desk phone, hanging up hands him over.
                if let Some(parked) = self.parked.take() {
                    self.drop_line(parked.line, Cause::Normal);
                }
                self.let_go(leg, cause);
                self.feed(Input::Ended { leg, far: by == Who::Far, cause });
            }
            LegEvent::Met { .. }
            | LegEvent::Moved { .. }
            | LegEvent::Progress { .. }
            | LegEvent::Answered { .. }
            | LegEvent::Failed { .. }
            | LegEvent::Dtmf { .. }
            | LegEvent::ReferProgress { .. } => {}
        }
    }
}
