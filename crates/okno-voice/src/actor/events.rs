//! What signaling, media, journal and people tell, in the words of the machine.

use super::{Actor, Line, Message};
use crate::call::{CUSTOMER, Input};
use okno_bus::voice::{PhoneNews, Refused};
use okno_media::{MediaEvent, QualityReport};
use okno_model::{
    AgentId,
    doc::{InteractionDoc, InteractionState, PromiseWhy, QualityDoc},
    phone::{CallCommand, DialTo, PhoneDown},
};
use okno_sip::{Cause, LegEvent, Who};

impl Actor {
    pub(super) fn on(&mut self, message: Message) {
        match message {
            Message::Input(input) => {
                if let Input::Failed { leg, cause } = *input {
                    self.failed(leg, cause);
                } else {
                    self.feed(*input);
                }
            }
            Message::Sip { leg, event } => self.signaled(leg, *event),
            Message::Media { leg, event } => self.sounded(leg, event),
            Message::Interaction(doc, seq) => {
                if seq >= self.heard {
                    self.heard = seq;
                    self.interaction(&doc);
                }
            }
            Message::Command { by, command, reply } => {
                let done = self.commanded(by, command);
                if let Some(reply) = reply {
                    let _ = reply.send(done);
                }
            }
            Message::Dialed { leg, line } => {
                if self.call.doc().legs.iter().any(|doc| doc.number == leg && doc.state != okno_model::doc::LegState::Ended) {
                    self.adopt(leg, Line::Sip(line));
                } else {
                    line.control.hangup(Cause::Canceled);
                    let media = Line::Sip(line).media();
                    let hub = std::sync::Arc::clone(&self.hub);
                    tokio::spawn(async move { hub.media.close(media).await });
                }
            }
            Message::Transfer { leg, to } => self.transfer(leg, to),
            Message::Transferred { leg, code } => self.transferred(leg, code),
            Message::Second { agent, to, line } => self.second(agent, to, line),
            Message::Replace { leg, agent, line } => self.replace(leg, agent, line),
            Message::Redirected { leg, number } => self.call_elsewhere(leg, number),
            Message::Rendered { leg, what, sounds, music } => self.rendered(leg, &what, sounds, music),
            Message::Recording { id, recorder, done } => self.recorded(id, recorder, done),
            Message::Closed { leg, quality } => self.closed(leg, quality),
            Message::Unconnected => {
                if self.call.doc().answered.is_none() {
                    self.let_go(CUSTOMER, Cause::NetworkFailure);
                    self.feed(Input::Ended { leg: CUSTOMER, far: false, cause: Cause::NetworkFailure });
                }
            }
            #[cfg(test)]
            Message::Panic => panic!("a bug in a call"),
        }
    }

    pub(super) fn commanded(&mut self, by: AgentId, command: CallCommand) -> Result<(), Refused> {
        let reached = match &command {
            CallCommand::Consult { to: DialTo::Agent { agent } } => Some(*agent),
            CallCommand::Monitor { .. } | CallCommand::TakeOver | CallCommand::Answer => Some(by),
            CallCommand::Hold { .. }
            | CallCommand::Mute { .. }
            | CallCommand::Digits { .. }
            | CallCommand::Consult { to: DialTo::Number { .. } }
            | CallCommand::Swap
            | CallCommand::Merge
            | CallCommand::EndConsult
            | CallCommand::Complete
            | CallCommand::TransferOut { .. }
            | CallCommand::Drop { .. }
            | CallCommand::Hangup
            | CallCommand::Decline
            | CallCommand::Record { .. }
            | CallCommand::StopMonitor => None,
        };
        let device = reached.and_then(|agent| self.hub.device(agent));
        let (now, mut effects) = (self.now(), Vec::new());
        let input = Input::Command { by, name: String::new(), command, device };
        let done = self.call.handle(now, input, &mut effects);
        self.execute(effects);
        done
    }

    fn interaction(&mut self, doc: &InteractionDoc) {
        self.queue = doc.queue;
        let agent = match doc.state {
            InteractionState::Offered { agent, .. } | InteractionState::Active { agent, .. } | InteractionState::Wrapup { agent, .. } => {
                Some(agent)
            }
            InteractionState::New | InteractionState::Queued | InteractionState::Closed { .. } => None,
        };
        let device = agent.and_then(|agent| self.hub.device(agent));
        self.feed(Input::Interaction { state: doc.state.clone(), device });
        let others = doc.state.ringing().skip(1).map(|other| (other, self.hub.device(other.agent))).collect();
        self.feed(Input::RingsToo { others });
        if let (InteractionState::Queued, Some(promise)) = (&doc.state, doc.promise)
            && matches!(promise.why, PromiseWhy::Closed | PromiseWhy::Closing)
        {
            self.tell_closed(promise.opens);
        }
        if doc.state == InteractionState::Queued {
            self.tell_widget();
        }
    }

    /// A leg that we called failed: by another trunk it may still succeed.
    fn failed(&mut self, leg: i64, cause: Cause) {
        let again =
            matches!(cause, Cause::Congestion | Cause::NetworkFailure | Cause::Unavailable | Cause::Forbidden | Cause::ProtocolError);
        let progressed = matches!(self.lines.get(&leg), Some(Line::Sip(line)) if line.progressed);
        match self.rest.remove(&leg) {
            Some((number, rest)) if again && !progressed && !rest.is_empty() => {
                tracing::info!(call = %self.id, cause = cause.key(), "the next trunk is tried");
                self.give_up_line(leg, cause);
                self.dial_number(leg, number, rest);
            }
            Some(_) | None => {
                self.tell_failure(leg, cause);
                self.let_go(leg, cause);
                self.feed(Input::Failed { leg, cause });
            }
        }
    }

    fn signaled(&mut self, leg: i64, event: LegEvent) {
        if leg < 0 {
            return self.signaled_parked(event);
        }
        let Some(Line::Sip(line)) = self.lines.get_mut(&leg) else { return };
        match event {
            LegEvent::Progress { code, sdp } => {
                let early = match sdp {
                    Some(sdp) => line.answered(&self.hub, &sdp).is_ok_and(|agreed| agreed.is_some()),
                    None => false,
                };
                if early {
                    line.progressed = true;
                    self.feed(Input::Early { leg });
                } else if code == 180 {
                    self.tell_progress(leg);
                    self.feed(Input::Ringing { leg });
                }
            }
            LegEvent::Answered { sdp } => {
                if let Some(sdp) = sdp
                    && let Err(error) = line.answered(&self.hub, &sdp)
                {
                    tracing::warn!(call = %self.id, leg, %error, "an answer does not fit our offer; the leg is ended");
                    return self.failed(leg, Cause::NoCommonMedia);
                }
                line.agreed();
                self.rest.remove(&leg);
                self.feed(Input::Answered { leg });
            }
            LegEvent::Confirmed { sdp } => {
                if let Some(sdp) = sdp
                    && let Err(error) = line.answered(&self.hub, &sdp)
                {
                    tracing::warn!(call = %self.id, leg, %error, "an answer in an ACK does not fit our offer; the leg is ended");
                    self.let_go(leg, Cause::NoCommonMedia);
                    return self.feed(Input::Ended { leg, far: false, cause: Cause::NoCommonMedia });
                }
                line.agreed();
                self.feed(Input::Answered { leg });
            }
            LegEvent::Met { address, phone } => line.met(address, phone.as_ref()),
            LegEvent::Moved { to } => line.moved = to,
            LegEvent::Failed { code, reason, cause } => {
                tracing::info!(call = %self.id, leg, code, reason, cause = cause.key(), "a leg failed");
                let moved = std::mem::take(&mut line.moved);
                if moved.is_empty() || !self.redirected(leg, &moved) {
                    self.failed(leg, cause);
                }
            }
            LegEvent::Reoffer { sdp } => {
                if let Some(held) = line.reoffered(&self.hub, sdp.as_ref()) {
                    self.feed(Input::HeldByFar { leg, held });
                    if !held {
                        self.resumed(leg);
                    }
                }
            }
            LegEvent::Reanswered { sdp, .. } => {
                if let Some(sdp) = sdp
                    && let Err(error) = line.answered(&self.hub, &sdp)
                {
                    tracing::warn!(call = %self.id, leg, %error, "the answer to our change does not fit; the old session goes on");
                }
                line.agreed();
            }
            LegEvent::Dtmf { digit, .. } => self.feed(Input::Digit { leg, digit }),
            LegEvent::Refer { to, replaces, replaces_leg } => {
                let control = line.control.clone();
                self.referred(leg, control, &to, replaces.is_some(), replaces_leg);
            }
            LegEvent::ReferProgress { .. } => {}
            LegEvent::Ended { .. } if self.consult_hung_up(leg) => {}
            LegEvent::Ended { by, cause } => {
                self.let_go(leg, cause);
                self.feed(Input::Ended { leg, far: by == Who::Far, cause });
            }
        }
    }

    fn sounded(&mut self, leg: i64, event: MediaEvent) {
        if leg < 0 {
            return; // nobody listens to this line now
        }
        match event {
            MediaEvent::Dtmf { digit, .. } => self.feed(Input::Digit { leg, digit }),
            MediaEvent::Silent { .. } => self.feed(Input::Silent { leg }),
            MediaEvent::Played { token, .. } => self.feed(Input::Played { leg, token }),
            MediaEvent::Connected { .. } => {
                if matches!(self.lines.get(&leg), Some(Line::Widget { .. })) {
                    self.feed(Input::Answered { leg });
                } else {
                    self.feed(Input::Back { leg });
                    self.again(leg);
                }
            }
            MediaEvent::Disconnected { .. } => self.feed(Input::Lost { leg }),
            MediaEvent::Lost { .. } => {
                self.let_go(leg, Cause::NetworkFailure);
                self.feed(Input::Ended { leg, far: leg == CUSTOMER, cause: Cause::NetworkFailure });
            }
            MediaEvent::Quality { report, .. } => {
                let quality = figures(&report);
                if let (Some(visitor), Some(Line::Widget { .. })) = (self.visitor, self.lines.get(&leg)) {
                    let down = PhoneDown::Quality {
                        tab: String::new(),
                        mos_tenths: (quality.mos * 10.0).round() as u8,
                        loss_percent: quality.loss.round() as u8,
                        jitter_ms: quality.jitter_ms.round() as u16,
                        rtt_ms: quality.rtt_ms.round() as u16,
                    };
                    self.hub.office.tell(PhoneNews::Widget { visitor, down });
                }
                self.call.set_quality(leg, quality);
            }
            MediaEvent::First { .. } => {}
        }
    }

    /// What a browser hears is told again after its connection came back.
    fn again(&mut self, leg: i64) {
        if let Some(what) = self.hears.get(&leg).cloned()
            && matches!(what, crate::call::Hears::Leg(_) | crate::call::Hears::Room)
        {
            self.execute(vec![crate::call::Effect::Hear { leg, what }]);
        }
    }

    pub(super) fn closed(&mut self, leg: i64, quality: QualityReport) {
        self.closing = self.closing.saturating_sub(1);
        if quality.received > 0 {
            self.call.set_quality(leg, figures(&quality));
        }
    }
}

/// The figures as they are stored.
pub(crate) fn figures(report: &QualityReport) -> QualityDoc {
    let expected = report.received + report.lost;
    QualityDoc {
        loss: if expected == 0 { 0.0 } else { report.lost as f64 * 100.0 / expected as f64 },
        jitter_ms: f64::from(report.jitter_ms),
        rtt_ms: f64::from(report.rtt_ms.unwrap_or(0.0)),
        mos: f64::from(report.mos),
    }
}
