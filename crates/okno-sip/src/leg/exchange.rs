//! Changes of a running session that we ask for: re-INVITE, refresh, and their answers.
use std::time::Duration;

use tokio::time::Instant;

use super::body::Body;
use super::machine::{ALLOW, GLARES, Machine};
use super::session::{self, Due};
use super::state::{Effect, Exchange, Purpose, State, reason};
use crate::api::{LegEvent, Who};
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::Response;

impl Machine {
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
    pub(super) fn exchanged(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
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
}
