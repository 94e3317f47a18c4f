//! The transfer keys of a desk phone: REFER, with and without another call, and INVITE with Replaces.
//!
//! A trunk may not move calls: that would be a cheap way to make them. A phone may move what is its agent's own, to whom he may dial. It hears
//! how it goes (NOTIFY): `180` when it rings there, `200` when the customer has been handed over, a refusal otherwise.

use super::{Actor, Line, Message, SipLine, moves::number_of};
use crate::{
    call::{CUSTOMER, Effect, Hears},
    incoming::channel_of,
};
use okno_model::{
    AgentId, QueueId,
    doc::{LegDevice, LegRole, LegState},
    phone::CallCommand,
};
use okno_sip::{Cause, LegControl, LegId};
use std::sync::Arc;

/// To whom a customer is transferred without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Blind {
    Agent(AgentId),
    Queue(QueueId),
    Number(String),
    /// Nobody; refused with this code.
    Nobody(u16),
}

/// A phone that waits to hear how its transfer goes.
pub(crate) struct Referrer {
    leg: i64,
    control: LegControl,
    /// The leg that rings for it.
    to: Option<i64>,
}

impl Actor {
    /// A phone asks for a transfer.
    pub(super) fn referred(&mut self, leg: i64, control: LegControl, to: &str, attended: bool, other: Option<LegId>) {
        let agent = self.call.doc().legs.iter().find(|doc| doc.number == leg && doc.device == LegDevice::Phone).and_then(|doc| doc.agent);
        let Some(agent) = agent.filter(|agent| leg != CUSTOMER && self.call.agent() == Some(*agent)) else {
            return control.refuse_refer(403);
        };
        if self.referrer.is_some() {
            return control.refuse_refer(491);
        }
        if attended {
            return self.referred_to_line(agent, &control, other);
        }
        let Some(typed) = number_of(to) else { return control.refuse_refer(400) };
        control.accept_refer();
        self.referrer = Some(Referrer { leg, control, to: None });
        let (hub, sender, call) = (Arc::clone(&self.hub), self.sender.clone(), self.id);
        tokio::spawn(async move {
            let config = hub.config();
            let phone = |login: &str| {
                let phones = &config.as_deref()?.phones;
                phones.iter().find(|phone| phone.doc.login.eq_ignore_ascii_case(login)).map(|phone| phone.doc.agent)
            };
            let queue = |number: &str| {
                let config = config.as_deref()?;
                let channel = channel_of(config, number)?;
                config.channels.iter().find(|one| one.id == channel).map(|one| one.queue)
            };
            let to = if let Some(colleague) = phone(&typed) {
                Blind::Agent(colleague)
            } else if let Some(queue) = queue(&typed) {
                Blind::Queue(queue)
            } else {
                match hub.number_to_dial(agent, &typed).await {
                    Ok(number) => Blind::Number(number),
                    Err(error) => {
                        tracing::info!(%call, %error, "a phone's transfer was refused");
                        Blind::Nobody(403)
                    }
                }
            };
            let _ = sender.send(Message::Transfer { leg, to }).await;
        });
    }

    /// Whom a phone meant is known now.
    pub(super) fn transfer(&mut self, leg: i64, to: Blind) {
        let Some(by) = self.call.agent() else { return self.transferred(leg, 481) };
        match to {
            Blind::Nobody(code) => self.transferred(leg, code),
            Blind::Number(number) => {
                let (now, mut effects) = (self.now(), Vec::new());
                let input =
                    crate::call::Input::Command { by, name: String::new(), command: CallCommand::TransferOut { number }, device: None };
                let done = self.call.handle(now, input, &mut effects);
                // Before it rings: what follows from the effects may already tell how it went.
                let rings = self.call.doc().legs.iter().rev().find(|doc| doc.role == LegRole::Consulted && doc.state == LegState::Ringing);
                if let Some(referrer) = &mut self.referrer {
                    referrer.to = rings.map(|doc| doc.number);
                }
                self.execute(effects);
                if done.is_err() {
                    self.transferred(leg, 403);
                }
            }
            Blind::Agent(_) | Blind::Queue(_) => {
                let (hub, sender, call) = (Arc::clone(&self.hub), self.sender.clone(), self.id);
                tokio::spawn(async move {
                    let done = match to {
                        Blind::Agent(to) => hub.office.transferred(call, by, okno_app::calls::To::Agent(to)).await,
                        Blind::Queue(to) => hub.office.transferred(call, by, okno_app::calls::To::Queue(to)).await,
                        Blind::Number(_) | Blind::Nobody(_) => Ok(()),
                    };
                    let code = match done {
                        Ok(()) => 200,
                        Err(error) => {
                            tracing::info!(%call, %error, "a phone's transfer was refused");
                            480
                        }
                    };
                    let _ = sender.send(Message::Transferred { leg, code }).await;
                });
            }
        }
    }

    /// The phone hears the end of its transfer.
    pub(super) fn transferred(&mut self, leg: i64, code: u16) {
        if let Some(referrer) = self.referrer.take_if(|referrer| referrer.leg == leg) {
            referrer.control.refer_progress(code);
        }
    }

    /// Whom the transfer goes to rings.
    pub(super) fn tell_progress(&self, leg: i64) {
        if let Some(referrer) = self.referrer.as_ref().filter(|referrer| referrer.to == Some(leg)) {
            referrer.control.refer_progress(180);
        }
    }

    /// Whom the transfer goes to cannot be reached; the agent has his customer again.
    pub(super) fn tell_failure(&mut self, leg: i64, cause: Cause) {
        let code = match cause {
            Cause::Busy => 486,
            Cause::Rejected => 603,
            Cause::NotFound => 404,
            Cause::Forbidden => 403,
            Cause::Normal
            | Cause::NoAnswer
            | Cause::Canceled
            | Cause::Unavailable
            | Cause::Congestion
            | Cause::NetworkFailure
            | Cause::NoCommonMedia
            | Cause::MediaTimeout
            | Cause::Expired
            | Cause::ElsewhereAnswered
            | Cause::Transferred
            | Cause::ProtocolError
            | Cause::Crash
            | Cause::Other => 480,
        };
        if let Some(referrer) = self.referrer.take_if(|referrer| referrer.to == Some(leg)) {
            referrer.control.refer_progress(code);
        }
    }

    /// The phone's leg ends: because its customer was handed over, or before that.
    pub(super) fn tell_referrer(&mut self, leg: i64, cause: Cause) {
        self.transferred(leg, if cause == Cause::Transferred { 200 } else { 487 });
        if let Some(referrer) = self.referrer.take_if(|referrer| referrer.to == Some(leg)) {
            // What rang was given up.
            referrer.control.refer_progress(487);
        }
    }

    /// The phone has a customer on one line and whom it consults on the other, and joins them.
    fn referred_to_line(&mut self, agent: AgentId, control: &LegControl, other: Option<LegId>) {
        let ours = other.is_some_and(|other| self.is_line(other)) && self.parked.is_some();
        if !ours {
            return control.refuse_refer(481);
        }
        control.accept_refer();
        let leg =
            self.call.doc().legs.iter().rev().find(|doc| doc.agent == Some(agent) && doc.state != LegState::Ended).map(|doc| doc.number);
        self.referrer = leg.map(|leg| Referrer { leg, control: control.clone(), to: None });
        if let Err(refused) = self.commanded(agent, CallCommand::Complete) {
            tracing::info!(call = %self.id, %refused, "a phone's transfer was refused");
            if let Some(referrer) = self.referrer.take() {
                referrer.control.refer_progress(480);
            }
        }
    }

    /// An agent takes his own call to another phone of his.
    pub(super) fn replace(&mut self, leg: i64, agent: AgentId, mut line: Box<SipLine>) {
        let own = self.call.doc().legs.iter().find(|doc| doc.number == leg).is_some_and(|doc| {
            doc.agent == Some(agent) && doc.role != LegRole::Supervisor && matches!(doc.state, LegState::Connected | LegState::Held)
        });
        if !own || !matches!(self.lines.get(&leg), Some(Line::Sip(_))) {
            line.control.reject(403, "Not your call");
            let (hub, media) = (Arc::clone(&self.hub), Line::Sip(line).media());
            tokio::spawn(async move { hub.media.close(media).await });
            return;
        }
        let hears = self.hears.get(&leg).cloned();
        self.let_go(leg, Cause::Transferred);
        line.answer();
        self.adopt(leg, Line::Sip(line));
        self.hears.extend(hears.map(|what| (leg, what)));
        self.hear_again(leg);
    }

    /// Another line is a leg's now: everything that names its media is told again.
    pub(super) fn hear_again(&mut self, leg: i64) {
        let named = |(other, what): &(&i64, &Hears)| **other == leg || **what == Hears::Leg(leg);
        let again: Vec<(i64, Hears)> = self.hears.iter().filter(named).map(|(other, what)| (*other, what.clone())).collect();
        self.execute(again.into_iter().map(|(leg, what)| Effect::Hear { leg, what }).collect());
    }
}
