//! Requests of the other side: its call, and everything inside a call.
use tokio::time::Instant;

use super::body::Body;
use super::dialog::Dialog;
use super::info::{self, Info};
use super::machine::{ALLOW, EXTENSIONS, Machine, THINK};
use super::reliable::Reliable;
use super::session;
use super::state::{Cancel, Effect, Exchange, Offered, Retry, RetryDue, Settings, State, cause_of, reason};
use crate::api::{LegEvent, Who};
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Arrived, Reply, Request};

impl Machine {
    /// A leg for a call that came in. The router has checked the INVITE.
    pub(crate) fn incoming(arrived: &Arrived, dialog: Dialog, offer: Option<Sdp>, settings: Settings) -> Self {
        let reliable = Reliable::new(&arrived.request, settings.seed, settings.t1);
        let updates = arrived.request.has("Allow", "update");
        let state =
            State::Offered(Offered { tx: arrived.tx.clone(), reliable, offerless: offer.is_none(), answered_early: false, held: None });
        let mut machine = Self::new(dialog, state, settings, None);
        machine.updates = updates;
        machine.remote_sdp = offer;
        machine
    }

    /// `180` or, with a description, `183`.
    pub(super) fn progress(&mut self, now: Instant, sdp: Option<Sdp>, out: &mut Vec<Effect>) {
        let State::Offered(offered) = &self.state else { return };
        let mut reply = self.in_dialog(Reply::new(if sdp.is_some() { 183 } else { 180 }));
        // Without an offer in the INVITE the description would be one, which only a reliable answer may carry; the caller hears nothing early then.
        if let Some(sdp) = sdp
            && !offered.offerless
        {
            reply = reply.body("application/sdp", sdp.to_string());
            self.local_sdp = Some(sdp);
        }
        let State::Offered(offered) = &mut self.state else { return };
        if let Some(reply) = offered.reliable.offer(reply, now) {
            out.push(Effect::Reply { tx: offered.tx.clone(), reply });
        }
    }

    /// `200`, or as soon as the PRACK allows it.
    pub(super) fn accept(&mut self, now: Instant, sdp: Sdp, out: &mut Vec<Effect>) {
        let State::Offered(offered) = &mut self.state else { return };
        if offered.reliable.holds_final() {
            offered.held = Some(sdp);
            return;
        }
        let (tx, offerless, early) = (offered.tx.clone(), offered.offerless, offered.answered_early);
        let mut ok = self.in_dialog(Reply::new(200)).header("Supported", "timer, replaces, 100rel");
        if !early {
            ok = ok.body("application/sdp", sdp.to_string());
        }
        self.local_sdp = Some(sdp);
        if let Some((session, headers)) = session::answer(tx.request(), self.settings.session_expires, now) {
            self.session = Some(session);
            ok.headers.extend(headers);
        }
        out.push(Effect::Reply { tx: tx.clone(), reply: ok.clone() });
        out.push(Effect::Named);
        self.state = State::Answered { tx, ok, retry: Retry::new(self.settings.t1, now), offerless, then: None };
    }

    /// A final refusal of a call that came in.
    pub(super) fn reject(&mut self, code: u16, words: &str, headers: Vec<(String, String)>, out: &mut Vec<Effect>) {
        let State::Offered(offered) = &self.state else { return };
        let code = if (300..=699).contains(&code) { code } else { 500 };
        let mut reply = Reply::new(code).reason(words).tag(&self.dialog.local_tag);
        reply.headers.extend(headers);
        if code == 503 {
            reply = reply.header("Retry-After", "10");
        }
        out.push(Effect::Reply { tx: offered.tx.clone(), reply });
        self.over(Who::Near, Cause::from_code(code), out);
    }

    /// Nobody holds the leg: the call must not stay.
    pub(super) fn abandoned(&mut self, now: Instant, out: &mut Vec<Effect>) {
        if matches!(self.state, State::Offered(_)) {
            self.reject(500, "", Vec::new(), out);
        } else {
            self.hangup(now, &Cause::Normal.into(), out);
        }
    }

    /// Any request of the other side.
    pub(super) fn request(&mut self, now: Instant, arrived: &Arrived, out: &mut Vec<Effect>) {
        let request = &arrived.request;
        match request.method() {
            "ACK" => return self.acknowledged(request, out),
            "CANCEL" => return self.canceled(arrived, out),
            _ => {}
        }
        let reply = |reply: Reply, out: &mut Vec<Effect>| out.push(Effect::Reply { tx: arrived.tx.clone(), reply });
        if matches!(self.state, State::Over) {
            return reply(Reply::new(481), out);
        }
        let Some((cseq, _)) = request.cseq() else { return reply(Reply::new(400), out) };
        if self.dialog.remote_cseq.is_some_and(|last| cseq <= last) {
            return reply(Reply::new(500).reason("CSeq out of order"), out);
        }
        self.dialog.remote_cseq = Some(cseq);
        let foreign: Vec<String> = request.tokens("Require").into_iter().filter(|tag| !EXTENSIONS.contains(&tag.as_str())).collect();
        if !foreign.is_empty() {
            return reply(Reply::new(420).header("Unsupported", foreign.join(", ")), out);
        }
        match request.method() {
            "BYE" => self.far_bye(arrived, out),
            "INVITE" | "UPDATE" => self.reoffered(now, arrived, out),
            "PRACK" => self.pracked(now, arrived, out),
            "INFO" => match info::read(request.content_type().as_deref(), request.body()) {
                Info::Digits(digits) => {
                    reply(Reply::new(200), out);
                    out.extend(digits.into_iter().map(|(digit, ms)| Effect::Tell(LegEvent::Dtmf { digit, ms })));
                }
                Info::Nothing => reply(Reply::new(200), out),
                Info::Unknown => reply(Reply::new(415).header("Accept", info::ACCEPT), out),
            },
            "REFER" => self.referred(now, arrived, cseq, out),
            "NOTIFY" => self.notified(arrived, out),
            "OPTIONS" => reply(Reply::new(200).header("Allow", ALLOW).header("Accept", "application/sdp"), out),
            _ => reply(Reply::new(405).header("Allow", ALLOW), out),
        }
    }

    fn acknowledged(&mut self, ack: &Request, out: &mut Vec<Effect>) {
        let body = Body::of_request(ack).sdp();
        if let State::Answered { tx, offerless, then, .. } = &mut self.state {
            if tx.request().cseq().map(|(number, _)| number) != ack.cseq().map(|(number, _)| number) {
                return;
            }
            let (offerless, then) = (*offerless, then.take());
            if let Some(headers) = then {
                return self.bye(&headers, out);
            }
            let sdp = if offerless { body } else { None };
            if sdp.is_some() {
                self.remote_sdp.clone_from(&sdp);
            }
            self.state = State::Live;
            out.push(Effect::Tell(LegEvent::Confirmed { sdp }));
            return;
        }
        if let Exchange::Unacked { tx, offerless, .. } = &self.exchange {
            if tx.request().cseq().map(|(number, _)| number) != ack.cseq().map(|(number, _)| number) {
                return;
            }
            let offerless = *offerless;
            self.exchange = Exchange::Idle;
            if offerless {
                if body.is_some() {
                    self.remote_sdp.clone_from(&body);
                }
                out.push(Effect::Tell(LegEvent::Reanswered { sdp: body, code: 200 }));
            }
        }
    }

    fn canceled(&mut self, arrived: &Arrived, out: &mut Vec<Effect>) {
        out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(200).tag(&self.dialog.local_tag) });
        let branch = arrived.request.branch();
        if let State::Offered(offered) = &self.state
            && offered.tx.request().branch() == branch
        {
            out.push(Effect::Reply { tx: offered.tx.clone(), reply: Reply::new(487).tag(&self.dialog.local_tag) });
            return self.over(Who::Far, canceled_by(&arrived.request), out);
        }
        // The CANCEL of a re-INVITE that waits for its answer; the session stays. After a final answer a CANCEL changes nothing.
        if let Exchange::Owed { tx, update: false, .. } = &self.exchange
            && tx.request().branch() == branch
        {
            out.push(Effect::Reply { tx: tx.clone(), reply: Reply::new(487) });
            self.exchange = Exchange::Idle;
        }
    }

    fn far_bye(&mut self, arrived: &Arrived, out: &mut Vec<Effect>) {
        let cause = cause_of(arrived.request.header("Reason"), Cause::Normal);
        let ok = Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(200) };
        match &self.state {
            State::Offered(offered) => {
                out.push(ok);
                out.push(Effect::Reply { tx: offered.tx.clone(), reply: Reply::new(487).tag(&self.dialog.local_tag) });
                self.over(Who::Far, canceled_by(&arrived.request), out);
            }
            State::Calling(calling) => {
                // Only a confirmed dialog can be ended by the side that was called.
                out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(481) });
                debug_assert!(!matches!(calling.cancel, Cancel::Sent { .. }) || calling.tx > 0);
            }
            State::Answered { then: None, .. } | State::Owing { .. } | State::Live => {
                out.push(ok);
                self.over(Who::Far, cause, out);
            }
            // Both sides hung up at once, and the owner knows the end.
            State::Answered { .. } | State::Ending { .. } => {
                out.push(ok);
                self.finish(out);
            }
            State::Over => out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(481) }),
        }
    }

    fn pracked(&mut self, now: Instant, arrived: &Arrived, out: &mut Vec<Effect>) {
        let State::Offered(offered) = &mut self.state else {
            return out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(481) });
        };
        let carried = offered.reliable.carries();
        let invite = offered.tx.request().cseq().map_or(0, |(number, _)| number);
        if !offered.reliable.acknowledge(&arrived.request, invite) {
            return out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(481) });
        }
        let next = offered.reliable.next(now);
        offered.answered_early |= carried;
        let (tx, held) = (offered.tx.clone(), offered.held.take());
        out.push(Effect::Reply { tx: arrived.tx.clone(), reply: Reply::new(200) });
        if let Some(reply) = next {
            out.push(Effect::Reply { tx, reply });
        }
        if let Some(sdp) = held {
            self.accept(now, sdp, out);
        }
    }

    /// A re-INVITE or UPDATE.
    fn reoffered(&mut self, now: Instant, arrived: &Arrived, out: &mut Vec<Effect>) {
        let request = &arrived.request;
        let update = request.method() == "UPDATE";
        let mut reply = |reply: Reply| out.push(Effect::Reply { tx: arrived.tx.clone(), reply });
        let busy = || Reply::new(500).header("Retry-After", "3");
        match &self.state {
            State::Live => {}
            // Before the call is answered only UPDATE is possible, and an offer only once ours or theirs is settled.
            State::Offered(offered) if update => {
                if !request.body().is_empty() && !offered.answered_early {
                    return reply(busy());
                }
            }
            State::Calling(_) if update => {}
            State::Answered { .. } | State::Owing { .. } if update && request.body().is_empty() => {}
            State::Answered { .. } | State::Owing { .. } | State::Offered(_) | State::Calling(_) => return reply(Reply::new(491)),
            State::Ending { .. } | State::Over => return reply(Reply::new(481)),
        }
        let offer = match Body::of_request(request) {
            Body::Nothing => None,
            Body::Sdp(sdp) => Some(sdp),
            Body::Broken(_) => return reply(Reply::new(488)),
            Body::Foreign => return reply(Reply::new(415).header("Accept", "application/sdp")),
        };
        if let Some(refused) = session::too_brief(request, self.settings.min_session_expires) {
            return reply(refused);
        }
        match &self.exchange {
            Exchange::Asked { .. } | Exchange::Unacked { .. } if offer.is_some() || !update => return reply(Reply::new(491)),
            Exchange::Owed { .. } if offer.is_some() || !update => return reply(busy()),
            // Whoever comes first has it; ours is tried again when this one is done.
            Exchange::Idle | Exchange::Backoff { .. } | Exchange::Asked { .. } | Exchange::Owed { .. } | Exchange::Unacked { .. } => {}
        }
        if update && offer.is_none() {
            self.dialog.refresh_target(request.addresses("Contact"));
            let ok = self.session_headers(now, request, Reply::new(200));
            return out.push(Effect::Reply { tx: arrived.tx.clone(), reply: ok.header("Contact", format!("<{}>", self.dialog.contact)) });
        }
        if let Exchange::Backoff { sdp, refresh: false, .. } = &self.exchange {
            self.later.get_or_insert_with(|| sdp.clone());
        }
        self.exchange = Exchange::Owed { tx: arrived.tx.clone(), update, offerless: offer.is_none(), until: now + THINK };
        // A refresh repeats the description; its answer is ours, repeated.
        if offer.is_some()
            && offer == self.remote_sdp
            && let Some(local) = self.local_sdp.clone()
        {
            return self.reanswer(now, local, out);
        }
        out.push(Effect::Tell(LegEvent::Reoffer { sdp: offer }));
    }

    /// Answers their re-INVITE or UPDATE.
    pub(super) fn reanswer(&mut self, now: Instant, sdp: Sdp, out: &mut Vec<Effect>) {
        if let State::Owing { cseq, .. } = &self.state {
            let cseq = *cseq;
            let request = self.dialog.ack(cseq).body("application/sdp", sdp.to_string());
            self.local_sdp = Some(sdp);
            let hop = self.dialog.hop();
            if let Some(slot) = self.acks.values_mut().next_back() {
                *slot = (request.clone(), hop.clone());
            }
            out.push(Effect::Ack { request, hop });
            self.state = State::Live;
            return;
        }
        let Exchange::Owed { tx, update, offerless, .. } = &self.exchange else { return };
        let (tx, update, offerless) = (tx.clone(), *update, *offerless);
        let request = tx.request().clone();
        self.dialog.refresh_target(request.addresses("Contact"));
        if let Some(offer) = Body::of_request(&request).sdp() {
            self.remote_sdp = Some(offer);
        }
        let ok = Reply::new(200)
            .header("Contact", format!("<{}>", self.dialog.contact))
            .header("Allow", ALLOW)
            .body("application/sdp", sdp.to_string());
        let ok = self.session_headers(now, &request, ok);
        self.local_sdp = Some(sdp);
        out.push(Effect::Reply { tx: tx.clone(), reply: ok.clone() });
        self.exchange =
            if update { Exchange::Idle } else { Exchange::Unacked { tx, ok, retry: Retry::new(self.settings.t1, now), offerless } };
    }

    pub(super) fn refuse_reoffer(&mut self, out: &mut Vec<Effect>) {
        if let Exchange::Owed { tx, .. } = &self.exchange {
            out.push(Effect::Reply { tx: tx.clone(), reply: Reply::new(488) });
            self.exchange = Exchange::Idle;
        }
    }

    fn session_headers(&mut self, now: Instant, request: &Request, mut reply: Reply) -> Reply {
        match session::answer(request, self.settings.session_expires, now) {
            Some((session, headers)) => {
                reply.headers.extend(headers);
                self.session = Some(session);
            }
            // A request without a word about timers ends the timer (RFC 4028 9).
            None => self.session = None,
        }
        reply
    }

    /// Ends the call by BYE when a re-INVITE's 200 is never acknowledged, answers what the owner left unanswered, tries again after glare.
    pub(super) fn tick_exchange(&mut self, now: Instant, out: &mut Vec<Effect>) {
        match &mut self.exchange {
            Exchange::Unacked { tx, ok, retry, .. } => match retry.due(now) {
                Some(RetryDue::Again) => out.push(Effect::Reply { tx: tx.clone(), reply: ok.clone() }),
                Some(RetryDue::GiveUp) => {
                    out.push(Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::NetworkFailure }));
                    self.exchange = Exchange::Idle;
                    self.bye(&reason(Cause::NetworkFailure), out);
                }
                None => {}
            },
            Exchange::Owed { until, .. } if now >= *until => self.refuse_reoffer(out),
            Exchange::Backoff { until, sdp, tries, refresh } if now >= *until => {
                let (sdp, tries, refresh) = (sdp.clone(), *tries, *refresh);
                self.exchange = Exchange::Idle;
                self.reinvite(sdp, tries, refresh, out);
            }
            Exchange::Idle | Exchange::Asked { .. } | Exchange::Owed { .. } | Exchange::Backoff { .. } => {}
        }
    }
}

/// Why a call was given up before an answer. "Normal" says no more than that it was.
fn canceled_by(request: &Request) -> Cause {
    let cause = cause_of(request.header("Reason"), Cause::Canceled);
    if cause == Cause::Normal { Cause::Canceled } else { cause }
}
