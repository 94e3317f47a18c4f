//! Orders of the owner, our requests and their answers.
use tokio::time::Instant;

use super::dialog::Hop;
use super::info;
use super::machine::Machine;
use super::state::{Cancel, Effect, Exchange, Failure, Purpose, ReferOut, State, reason};
use crate::api::{Command, Hangup, LegEvent, Who};
use crate::cause::Cause;
use crate::wire::{Outgoing, Reply, Response};

impl Machine {
    /// Does what the owner wants, as far as the state allows it.
    pub(super) fn command(&mut self, now: Instant, command: Command, out: &mut Vec<Effect>) {
        match command {
            Command::Ring => self.progress(now, None, out),
            Command::Early(sdp) => self.progress(now, Some(sdp), out),
            Command::Answer(sdp) => self.accept(now, sdp, out),
            Command::Reject { code, reason } => self.reject(code, &reason, Vec::new(), out),
            Command::Redirect(uri) => self.reject(302, "", vec![("Contact".to_owned(), format!("<{uri}>"))], out),
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
        if purpose == Purpose::Abandoned {
            return self.abandoned_answer(tx, response, out);
        }
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
            Purpose::Invite => self.refused(now, tx, &sent.request, response, out),
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
                    // Over UDP the NOTIFY that ends the transfer may come before this.
                    if self.refer_out == ReferOut::Asked {
                        self.refer_out = ReferOut::Active;
                    }
                } else {
                    self.refer_out = ReferOut::None;
                    out.push(Effect::Tell(LegEvent::ReferProgress { code }));
                }
            }
            // Nobody listens to the progress of a transfer, or the fork is gone: no harm.
            Purpose::Notify | Purpose::Stray | Purpose::Prack | Purpose::Abandoned => {}
        }
    }

    /// No answer to one of our requests.
    pub(super) fn failed(&mut self, now: Instant, tx: u32, why: &Failure, out: &mut Vec<Effect>) {
        let Some(sent) = self.sent.remove(&tx) else { return };
        match sent.purpose {
            Purpose::Invite => {
                if self.next_address(now, tx, &sent.request, false, out) {
                    return;
                }
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
            Purpose::Notify | Purpose::Stray | Purpose::Prack | Purpose::Abandoned => {}
        }
    }

    /// The dialog does not exist for the other side.
    pub(super) fn lost(&mut self, out: &mut Vec<Effect>) {
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
    pub(super) fn resend(
        &mut self,
        old: u32,
        mut request: Outgoing,
        hop: Hop,
        purpose: Purpose,
        rounds: crate::auth::Rounds,
        out: &mut Vec<Effect>,
    ) {
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

    pub(super) fn next_digit(&mut self, out: &mut Vec<Effect>) {
        if !matches!(self.state, State::Live) {
            self.digits.clear();
            return;
        }
        if let Some(body) = self.digits.pop_front() {
            let request = self.dialog.request("INFO").body("application/dtmf-relay", body);
            self.send(request, Purpose::Info, out);
        }
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
