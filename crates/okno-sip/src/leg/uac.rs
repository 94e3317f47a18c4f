//! Our requests and their answers.
use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::body::Body;
use super::dialog::{Dialog, Hop};
use super::info;
use super::machine::{
    ALLOW, Authenticator, Calling, Cancel, Early, Effect, Exchange, Failure, GLARES, Machine, Purpose, ReferIn, ReferOut, Settings, State,
    cause_of, reason,
};
use super::session::{self, Due};
use crate::api::{Command, Hangup, LegEvent, Who};
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Outgoing, Reply, Response};

/// Early dialogs of one call. A proxy that rings more phones at once has lost its mind.
const MAX_EARLY: usize = 32;

impl Machine {
    /// A leg for a call that goes out; its INVITE is the first effect.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of a call that is made in one place")]
    pub(crate) fn outgoing(
        dialog: Dialog,
        to: Hop,
        offer: Option<Sdp>,
        extra: &[(String, String)],
        ring_until: Option<Instant>,
        settings: Settings,
        digest: Option<Authenticator>,
        out: &mut Vec<Effect>,
    ) -> Self {
        let calling =
            Calling { tx: 0, cseq: 1, cancel: Cancel::No, offerless: offer.is_none(), early: BTreeMap::new(), ring_until, raises: 0 };
        let mut machine = Self::new(dialog, State::Calling(calling), settings, digest);
        let mut invite = machine.dialog.request("INVITE");
        // A provisional answer that brings the offer would need an answer in its PRACK: without an offer of ours there are none of that kind.
        let supported = if offer.is_some() { "timer, replaces, 100rel" } else { "timer, replaces" };
        invite = invite
            .header("Allow", ALLOW)
            .header("Supported", supported)
            .header("Session-Expires", machine.settings.session_expires.as_secs().to_string())
            .header("Min-SE", machine.settings.min_session_expires.max(session::FLOOR).as_secs().to_string());
        invite.headers.extend_from_slice(extra);
        if let Some(offer) = &offer {
            invite = invite.body("application/sdp", offer.to_string());
        }
        machine.local_sdp = offer;
        let tx = machine.send_to(invite, to, Purpose::Invite, out);
        if let State::Calling(calling) = &mut machine.state {
            calling.tx = tx;
        }
        machine
    }

    /// Does what the owner wants, as far as the state allows it.
    pub(super) fn command(&mut self, now: Instant, command: Command, out: &mut Vec<Effect>) {
        match command {
            Command::Ring => self.progress(now, None, out),
            Command::Early(sdp) => self.progress(now, Some(sdp), out),
            Command::Answer(sdp) => self.accept(now, sdp, out),
            Command::Reject { code, reason } => self.reject(code, &reason, Vec::new(), out),
            Command::Reinvite(sdp) => self.later = Some(sdp),
            Command::Reanswer(sdp) => self.reanswer(now, sdp, out),
            Command::RefuseReoffer => self.refuse_reoffer(out),
            // The actor turns it into a URI first; a leg that does not exist any more cannot be replaced.
            Command::Refer { .. } => out.push(Effect::Tell(LegEvent::ReferProgress { code: 481 })),
            Command::AcceptRefer => self.accept_refer(out),
            Command::RefuseRefer(code) => self.refuse_refer(code, out),
            Command::ReferProgress(code) => self.notify(code, out),
            Command::InfoDtmf(digits) => {
                let idle = self.digits.is_empty() && !self.sent.values().any(|sent| sent.purpose == Purpose::Info);
                self.digits.extend(info::bodies(&digits));
                self.digits.truncate(64);
                if idle {
                    self.next_digit(out);
                }
            }
            Command::Hangup(how) => self.hangup(now, &how, out),
        }
    }

    pub(super) fn hangup(&mut self, now: Instant, how: &Hangup, out: &mut Vec<Effect>) {
        let headers = match &how.reason_header {
            Some(value) => vec![("Reason".to_owned(), value.clone())],
            None => reason(how.cause),
        };
        let ended = Effect::Tell(LegEvent::Ended { by: Who::Near, cause: how.cause });
        match &mut self.state {
            State::Offered(offered) => {
                let mut reply = Reply::new(refusal(how.cause)).tag(&self.dialog.local_tag);
                reply.headers.extend(headers);
                out.push(Effect::Reply { tx: offered.tx.clone(), reply });
                self.over(Who::Near, how.cause, out);
            }
            // BYE must not overtake our 200: it follows the ACK.
            State::Answered { then, .. } => {
                if then.is_none() {
                    *then = Some(headers);
                    out.push(ended);
                }
            }
            State::Calling(calling) => {
                if matches!(calling.cancel, Cancel::No | Cancel::Possible) {
                    out.push(ended);
                    self.cancel(now, headers, out);
                }
            }
            State::Owing { cseq, .. } => {
                let cseq = *cseq;
                out.push(Effect::Ack { request: self.dialog.ack(cseq), hop: self.dialog.hop() });
                out.push(ended);
                self.bye(&headers, out);
            }
            State::Live => {
                out.push(ended);
                self.bye(&headers, out);
            }
            State::Ending { .. } | State::Over => {}
        }
    }

    /// Ends a call that has no answer. The owner knows already.
    pub(super) fn cancel(&mut self, now: Instant, headers: Vec<(String, String)>, out: &mut Vec<Effect>) {
        let give_up = now + self.settings.t1 * 64;
        let State::Calling(calling) = &mut self.state else { return };
        calling.cancel = match &calling.cancel {
            Cancel::Possible => {
                out.push(Effect::Cancel { tx: calling.tx, headers });
                Cancel::Sent { give_up }
            }
            Cancel::No => Cancel::Wanted(headers),
            already @ (Cancel::Wanted(_) | Cancel::Sent { .. }) => already.clone(),
        };
    }

    /// An answer to one of our requests.
    pub(super) fn response(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        let code = response.code();
        let Some(purpose) = self.sent.get(&tx).map(|sent| sent.purpose) else {
            // A 2xx again: our ACK was lost. Or a second phone answered.
            if (200..300).contains(&code) {
                self.again(now, tx, response, out);
            }
            return;
        };
        if code < 200 {
            if purpose == Purpose::Invite && code > 100 {
                self.provisional(now, tx, response, out);
            } else if purpose == Purpose::Invite {
                self.possible(now, out);
            }
            return;
        }
        if matches!(code, 401 | 407) && self.authenticate(tx, response, out) {
            return;
        }
        let Some(sent) = self.sent.remove(&tx) else { return };
        match purpose {
            Purpose::Invite if code < 300 => self.answered(now, tx, response, out),
            Purpose::Invite => self.refused(tx, &sent.request, response, out),
            Purpose::Exchange => self.exchanged(now, tx, response, out),
            Purpose::Bye => self.finish(out),
            Purpose::Info => {
                if matches!(code, 408 | 481) {
                    return self.lost(out);
                }
                self.next_digit(out);
            }
            Purpose::Refer => {
                if code < 300 {
                    self.refer_out = ReferOut::Active;
                } else {
                    self.refer_out = ReferOut::None;
                    out.push(Effect::Tell(LegEvent::ReferProgress { code }));
                }
            }
            // Nobody listens to the progress of a transfer, or the fork is gone: no harm.
            Purpose::Notify | Purpose::Stray | Purpose::Prack => {}
        }
    }

    /// No answer to one of our requests.
    pub(super) fn failed(&mut self, now: Instant, tx: u32, why: &Failure, out: &mut Vec<Effect>) {
        let Some(sent) = self.sent.remove(&tx) else { return };
        match sent.purpose {
            Purpose::Invite => {
                let State::Calling(calling) = &self.state else { return };
                if matches!(calling.cancel, Cancel::No | Cancel::Possible) {
                    let (code, words) = match why {
                        Failure::Timeout => (408, "No answer from the network".to_owned()),
                        Failure::Broken(why) => (503, why.clone()),
                    };
                    out.push(Effect::Tell(LegEvent::Failed { code, reason: words, cause: Cause::NetworkFailure }));
                }
                self.finish(out);
            }
            Purpose::Exchange => {
                self.exchange = Exchange::Idle;
                out.push(Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::NetworkFailure }));
                self.bye(&reason(Cause::NetworkFailure), out);
            }
            Purpose::Bye => self.finish(out),
            Purpose::Info => self.next_digit(out),
            Purpose::Refer => {
                self.refer_out = ReferOut::None;
                out.push(Effect::Tell(LegEvent::ReferProgress { code: 408 }));
            }
            Purpose::Notify | Purpose::Stray | Purpose::Prack => {}
        }
        let _ = now;
    }

    /// The dialog does not exist for the other side.
    fn lost(&mut self, out: &mut Vec<Effect>) {
        match self.state {
            State::Ending { .. } | State::Over => {}
            State::Offered(_) | State::Answered { .. } | State::Calling(_) | State::Owing { .. } | State::Live => {
                out.push(Effect::Tell(LegEvent::Ended { by: Who::Far, cause: Cause::NetworkFailure }));
                self.finish(out);
            }
        }
    }

    /// Sends the request again with a digest. False where we have none, or it was tried.
    fn authenticate(&mut self, tx: u32, response: &Response, out: &mut Vec<Effect>) -> bool {
        let Some(digest) = &self.digest else { return false };
        let Some(sent) = self.sent.get_mut(&tx) else { return false };
        let answered = match (digest.0)(&mut sent.rounds, response, &sent.request.method, &sent.request.uri) {
            Ok(answered) => answered,
            Err(error) => {
                tracing::warn!(%error, "a SIP request was not authenticated");
                return false;
            }
        };
        let Some(mut sent) = self.sent.remove(&tx) else { return false };
        sent.request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(answered.header));
        let request = sent.request.header(answered.header, answered.value);
        self.resend(tx, request, sent.hop, sent.purpose, sent.rounds, out);
        true
    }

    /// The same request with the next number, as a transaction of its own.
    fn resend(&mut self, old: u32, mut request: Outgoing, hop: Hop, purpose: Purpose, rounds: crate::auth::Rounds, out: &mut Vec<Effect>) {
        self.dialog.local_cseq += 1;
        let cseq = self.dialog.local_cseq;
        for (name, value) in &mut request.headers {
            if name.eq_ignore_ascii_case("CSeq") {
                *value = format!("{cseq} {}", request.method);
            }
        }
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("User-Agent"));
        let tx = self.send_to(request, hop, purpose, out);
        if let Some(sent) = self.sent.get_mut(&tx) {
            sent.rounds = rounds;
        }
        match &mut self.state {
            State::Calling(calling) if calling.tx == old => {
                calling.tx = tx;
                calling.cseq = cseq;
                calling.early.clear();
                if matches!(calling.cancel, Cancel::Possible) {
                    calling.cancel = Cancel::No;
                }
            }
            State::Ending { tx: bye } if *bye == old => *bye = tx,
            State::Offered(_)
            | State::Answered { .. }
            | State::Calling(_)
            | State::Owing { .. }
            | State::Live
            | State::Ending { .. }
            | State::Over => {}
        }
        if let Exchange::Asked { tx: asked, .. } = &mut self.exchange
            && *asked == old
        {
            *asked = tx;
        }
    }

    /// A provisional answer makes CANCEL possible.
    fn possible(&mut self, now: Instant, out: &mut Vec<Effect>) {
        let State::Calling(calling) = &mut self.state else { return };
        match std::mem::replace(&mut calling.cancel, Cancel::Possible) {
            Cancel::No | Cancel::Possible => {}
            sent @ Cancel::Sent { .. } => calling.cancel = sent,
            Cancel::Wanted(headers) => {
                self.cancel(now, headers, out);
            }
        }
    }

    fn provisional(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        self.possible(now, out);
        let State::Calling(calling) = &mut self.state else { return };
        if calling.tx != tx || !matches!(calling.cancel, Cancel::Possible) {
            return;
        }
        let sdp = Body::of_response(response);
        if let Some(tag) = response.to_tag()
            && (calling.early.contains_key(&tag) || calling.early.len() < MAX_EARLY)
        {
            let early =
                calling.early.entry(tag).or_insert_with(|| Early { dialog: self.dialog.answered_by(response), rseq: None, sdp: None });
            if sdp.is_some() {
                early.sdp.clone_from(&sdp);
            }
            if response.has("Require", "100rel")
                && let Some(number) = response.number("RSeq")
            {
                // A repeat, or one that came too early: the former is acknowledged already, the latter comes again.
                if early.rseq.is_some_and(|last| number != last.wrapping_add(1)) {
                    return;
                }
                early.rseq = Some(number);
                early.dialog.local_cseq = early.dialog.local_cseq.max(self.dialog.local_cseq);
                let cseq = calling.cseq;
                let prack = early.dialog.request("PRACK").header("RAck", format!("{number} {cseq} INVITE"));
                self.dialog.local_cseq = early.dialog.local_cseq;
                let hop = early.dialog.hop();
                self.send_to(prack, hop, Purpose::Prack, out);
            }
        }
        out.push(Effect::Tell(LegEvent::Progress { code: response.code(), sdp }));
    }

    /// A 2xx to our INVITE.
    fn answered(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        let tag = response.to_tag().unwrap_or_default();
        let State::Calling(calling) = &self.state else { return self.again(now, tx, response, out) };
        let (cseq, offerless) = (calling.cseq, calling.offerless);
        let wanted = matches!(calling.cancel, Cancel::No | Cancel::Possible);
        let headers = if let Cancel::Wanted(headers) = &calling.cancel { headers.clone() } else { reason(Cause::Canceled) };
        let sdp = Body::of_response(response).or_else(|| calling.early.get(&tag).and_then(|early| early.sdp.clone()));
        let number = self.dialog.local_cseq;
        self.dialog = self.dialog.answered_by(response);
        self.dialog.local_cseq = number;
        self.updates = response.has("Allow", "update");
        self.session = session::adopt(response, now);
        let ack = (self.dialog.ack(cseq), self.dialog.hop());
        self.acks.insert((tx, tag), ack.clone());
        let (request, hop) = ack;
        if !wanted {
            // The answer crossed our CANCEL: the call is there and must be ended.
            out.push(Effect::Ack { request, hop });
            return self.bye(&headers, out);
        }
        out.push(Effect::Named);
        self.remote_sdp.clone_from(&sdp);
        if offerless && sdp.is_some() {
            self.state = State::Owing { cseq, until: now + self.settings.t1 * 60 };
        } else {
            out.push(Effect::Ack { request, hop });
            self.state = State::Live;
        }
        out.push(Effect::Tell(LegEvent::Answered { sdp }));
    }

    /// A 2xx to an INVITE that was answered before: ours again, or another phone behind a proxy.
    fn again(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        let Some((cseq, method)) = response.cseq() else { return };
        if method != "INVITE" {
            return;
        }
        let tag = response.to_tag().unwrap_or_default();
        if let Some((request, hop)) = self.acks.get(&(tx, tag.clone())) {
            if !matches!(self.state, State::Owing { .. }) {
                out.push(Effect::Ack { request: request.clone(), hop: hop.clone() });
            }
            return;
        }
        if !self.acks.keys().any(|(own, _)| *own == tx) || self.acks.len() > MAX_EARLY {
            return;
        }
        let mut loser = self.dialog.answered_by(response);
        loser.local_cseq = self.dialog.local_cseq;
        let (ack, hop) = (loser.ack(cseq), loser.hop());
        self.acks.insert((tx, tag), (ack.clone(), hop.clone()));
        out.push(Effect::Ack { request: ack, hop: hop.clone() });
        let mut bye = loser.request("BYE");
        bye.headers.extend(reason(Cause::ElsewhereAnswered));
        self.send_to(bye, hop, Purpose::Stray, out);
        let _ = now;
    }

    /// A final refusal of our INVITE.
    fn refused(&mut self, tx: u32, request: &Outgoing, response: &Response, out: &mut Vec<Effect>) {
        let code = response.code();
        let State::Calling(calling) = &mut self.state else { return };
        if !matches!(calling.cancel, Cancel::No | Cancel::Possible) {
            return self.finish(out);
        }
        if code == 422
            && calling.raises < 2
            && let Some(min) = response.number("Min-SE").filter(|seconds| *seconds <= 86_400)
        {
            calling.raises += 1;
            let mut request = request.clone();
            let wish = self.settings.session_expires.max(Duration::from_secs(u64::from(min))).as_secs();
            for (name, value) in &mut request.headers {
                if name.eq_ignore_ascii_case("Session-Expires") {
                    *value = wish.to_string();
                } else if name.eq_ignore_ascii_case("Min-SE") {
                    *value = min.to_string();
                }
            }
            let hop = Hop::At(self.dialog.flow.clone());
            return self.resend(tx, request, hop, Purpose::Invite, crate::auth::Rounds::default(), out);
        }
        let cause = cause_of(response.header("Reason"), Cause::from_code(code));
        out.push(Effect::Tell(LegEvent::Failed { code, reason: response.reason(), cause }));
        self.finish(out);
    }

    /// Starts what waits, if nothing is in its way.
    pub(super) fn start_later(&mut self, now: Instant, out: &mut Vec<Effect>) {
        let _ = now;
        if matches!((&self.state, &self.exchange), (State::Live, Exchange::Idle))
            && let Some(sdp) = self.later.take()
        {
            self.reinvite(sdp, 0, false, out);
        }
    }

    /// Offers a session, by re-INVITE.
    pub(super) fn reinvite(&mut self, sdp: Sdp, tries: u8, refresh: bool, out: &mut Vec<Effect>) {
        let mut request = self.dialog.request("INVITE").header("Allow", ALLOW).header("Supported", "timer, replaces");
        if let Some(session) = &self.session {
            request = request.header("Session-Expires", session.in_request());
        }
        let request = request.body("application/sdp", sdp.to_string());
        let tx = self.send(request, Purpose::Exchange, out);
        self.exchange = Exchange::Asked { tx, sdp: Some(sdp), tries: tries + 1, update: false, refresh };
    }

    /// The answer to our re-INVITE or UPDATE.
    fn exchanged(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        let code = response.code();
        let asked = std::mem::replace(&mut self.exchange, Exchange::Idle);
        let Exchange::Asked { tx: own, sdp, tries, update, refresh } = asked else {
            self.exchange = asked;
            return;
        };
        if own != tx {
            self.exchange = Exchange::Asked { tx: own, sdp, tries, update, refresh };
            return;
        }
        match code {
            200..=299 => {
                if !update {
                    let cseq = response.cseq().map_or(self.dialog.local_cseq, |(number, _)| number);
                    self.dialog.refresh_target(response.addresses("Contact"));
                    let ack = (self.dialog.ack(cseq), self.dialog.hop());
                    self.acks.clear();
                    self.acks.insert((tx, response.to_tag().unwrap_or_default()), ack.clone());
                    out.push(Effect::Ack { request: ack.0, hop: ack.1 });
                }
                self.session = session::adopt(response, now);
                let answer = Body::of_response(response);
                if sdp.is_some() {
                    let changed = answer != self.remote_sdp;
                    self.local_sdp = sdp;
                    self.remote_sdp.clone_from(&answer);
                    if !refresh || changed && answer.is_some() {
                        out.push(Effect::Tell(LegEvent::Reanswered { sdp: answer, code }));
                    }
                }
            }
            491 if tries < GLARES => {
                if let Some(sdp) = sdp {
                    // Whoever made the call waits longer (RFC 3261 14.1): 2.1 to 4 s, else 0 to 2 s, in steps of 10 ms.
                    let step = u64::from(self.settings.seed.rotate_left(u32::from(tries) * 5));
                    let wait = if self.caller { 2100 + step % 190 * 10 } else { step % 201 * 10 };
                    self.exchange = Exchange::Backoff { until: now + Duration::from_millis(wait), sdp, tries, refresh };
                }
            }
            408 | 481 => self.lost(out),
            405 | 501 if update => {
                self.updates = false;
                if let Some(local) = self.local_sdp.clone() {
                    self.reinvite(local, 0, true, out);
                }
            }
            _ if refresh => tracing::debug!(code, "a session refresh was refused"),
            _ => out.push(Effect::Tell(LegEvent::Reanswered { sdp: None, code })),
        }
    }

    /// Refreshes the session, or ends it when the other side does not.
    pub(super) fn tick_session(&mut self, now: Instant, out: &mut Vec<Effect>) {
        let due = self.session.as_mut().and_then(|session| session.due(now));
        match due {
            None => {}
            Some(Due::Expired) => {
                out.push(Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::Expired }));
                self.bye(&reason(Cause::Expired), out);
            }
            Some(Due::Refresh) => {
                // Whatever else is exchanged now refreshes as well.
                if !matches!(self.exchange, Exchange::Idle) {
                    return;
                }
                if self.updates {
                    let mut request = self.dialog.request("UPDATE").header("Supported", "timer");
                    if let Some(session) = &self.session {
                        request = request.header("Session-Expires", session.in_request());
                    }
                    let tx = self.send(request, Purpose::Exchange, out);
                    self.exchange = Exchange::Asked { tx, sdp: None, tries: 1, update: true, refresh: true };
                } else if let Some(local) = self.local_sdp.clone() {
                    self.reinvite(local, 0, true, out);
                }
            }
        }
    }

    fn next_digit(&mut self, out: &mut Vec<Effect>) {
        if !matches!(self.state, State::Live) {
            self.digits.clear();
            return;
        }
        if let Some(body) = self.digits.pop_front() {
            let request = self.dialog.request("INFO").body("application/dtmf-relay", body);
            self.send(request, Purpose::Info, out);
        }
    }

    /// Asks the other side to call somebody.
    pub(super) fn refer_to(&mut self, to: &str, out: &mut Vec<Effect>) {
        if !matches!(self.state, State::Live) || self.refer_out != ReferOut::None {
            return out.push(Effect::Tell(LegEvent::ReferProgress { code: 491 }));
        }
        let by = format!("<{}>", self.dialog.contact);
        let request = self.dialog.request("REFER").header("Refer-To", format!("<{to}>")).header("Referred-By", by);
        self.refer_out = ReferOut::Asked;
        self.send(request, Purpose::Refer, out);
    }

    fn accept_refer(&mut self, out: &mut Vec<Effect>) {
        let ReferIn::Asked { tx, id, silent, .. } = std::mem::replace(&mut self.refer_in, ReferIn::None) else { return };
        let mut reply = Reply::new(202).header("Contact", format!("<{}>", self.dialog.contact));
        if silent {
            reply = reply.header("Refer-Sub", "false");
        }
        out.push(Effect::Reply { tx, reply });
        if !silent {
            self.refer_in = ReferIn::Active { id };
            self.notify(100, out);
        }
    }

    pub(super) fn refuse_refer(&mut self, code: u16, out: &mut Vec<Effect>) {
        if let ReferIn::Asked { tx, .. } = std::mem::replace(&mut self.refer_in, ReferIn::None) {
            let code = if (400..=699).contains(&code) { code } else { 603 };
            out.push(Effect::Reply { tx, reply: Reply::new(code) });
        }
    }

    /// NOTIFY of the transfer that the other side asked for.
    fn notify(&mut self, code: u16, out: &mut Vec<Effect>) {
        let ReferIn::Active { id } = &self.refer_in else { return };
        if !matches!(self.state, State::Live) || !(100..700).contains(&code) {
            return;
        }
        let event = id.map_or_else(|| "refer".to_owned(), |id| format!("refer;id={id}"));
        let state = if code < 200 { "active;expires=60" } else { "terminated;reason=noresource" };
        if code >= 200 {
            self.refer_in = ReferIn::None;
        }
        let request = self
            .dialog
            .request("NOTIFY")
            .header("Event", event)
            .header("Subscription-State", state)
            .body("message/sipfrag;version=2.0", format!("SIP/2.0 {code} {}\r\n", crate::wire::words(code)));
        self.send(request, Purpose::Notify, out);
    }
}

/// The code that refuses a call for a cause.
fn refusal(cause: Cause) -> u16 {
    match cause {
        Cause::Busy => 486,
        Cause::Rejected => 603,
        Cause::NotFound => 404,
        Cause::Forbidden => 403,
        Cause::Congestion | Cause::Crash => 503,
        Cause::NoCommonMedia => 488,
        Cause::ProtocolError => 400,
        Cause::Normal
        | Cause::NoAnswer
        | Cause::Canceled
        | Cause::Unavailable
        | Cause::NetworkFailure
        | Cause::MediaTimeout
        | Cause::Expired
        | Cause::ElsewhereAnswered
        | Cause::Transferred
        | Cause::Other => 480,
    }
}
