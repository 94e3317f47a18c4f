//! The INVITE of a call that goes out, until it is answered or over.
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::body::Body;
use super::dialog::{Dialog, Hop};
use super::machine::{ALLOW, Machine};
use super::session;
use super::state::{Authenticator, Calling, Cancel, Early, Effect, Purpose, Redirector, Settings, State, cause_of, reason};
use crate::api::LegEvent;
use crate::cause::Cause;
use crate::sdp::Sdp;
use crate::wire::{Outgoing, Response, Target, UriParts};

/// Early dialogs of one call. A proxy that rings more phones at once has lost its mind.
const MAX_EARLY: usize = 32;
/// Redirections that one call follows; more is a loop.
const MAX_MOVES: u8 = 3;
/// Contacts of a redirection that are looked at.
const MAX_CONTACTS: usize = 8;
/// An address that says nothing at all for so many T1 is passed over when there is another one.
const SILENT: u32 = 8;

/// A call to be made.
pub(crate) struct Begin {
    pub(crate) dialog: Dialog,
    /// Where the INVITE goes.
    pub(crate) to: Hop,
    /// Addresses to try after that, best first.
    pub(crate) others: Vec<Target>,
    pub(crate) offer: Option<Sdp>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) ring_until: Option<Instant>,
    pub(crate) settings: Settings,
    pub(crate) digest: Option<Authenticator>,
    /// Where redirections may lead.
    pub(crate) redirect: Option<Redirector>,
}

impl Machine {
    /// A leg for a call that goes out; its INVITE is the first effect.
    pub(crate) fn outgoing(now: Instant, begin: Begin, out: &mut Vec<Effect>) -> Self {
        let Begin { dialog, to, others, offer, headers, ring_until, settings, digest, redirect } = begin;
        let calling = Calling {
            tx: 0,
            cseq: 1,
            cancel: Cancel::No,
            offerless: offer.is_none(),
            early: BTreeMap::new(),
            ring_until,
            raises: 0,
            patience: (!others.is_empty()).then(|| now + settings.t1 * SILENT),
            others: VecDeque::from(others),
            moves: 0,
            redirect,
        };
        let mut machine = Self::new(dialog, State::Calling(calling), settings, digest);
        let mut invite = machine.dialog.request("INVITE");
        // A provisional answer that brings the offer would need an answer in its PRACK: without an offer of ours there are none of that kind.
        let supported = if offer.is_some() { "timer, replaces, 100rel" } else { "timer, replaces" };
        invite = invite
            .header("Allow", ALLOW)
            .header("Supported", supported)
            .header("Session-Expires", machine.settings.session_expires.as_secs().to_string())
            .header("Min-SE", machine.settings.min_session_expires.max(session::FLOOR).as_secs().to_string());
        invite.headers.extend(headers);
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

    /// Sends the INVITE to the next address, if there is one and nobody has answered yet (RFC 3263 4.3). `silent`: the old one may still answer.
    pub(super) fn next_address(&mut self, now: Instant, tx: u32, request: &Outgoing, silent: bool, out: &mut Vec<Effect>) -> bool {
        let State::Calling(calling) = &mut self.state else { return false };
        if calling.tx != tx || !matches!(calling.cancel, Cancel::No | Cancel::Possible) || !calling.early.is_empty() {
            return false;
        }
        let Some(target) = calling.others.pop_front() else { return false };
        calling.patience = (!calling.others.is_empty()).then(|| now + self.settings.t1 * SILENT);
        out.push(Effect::Avoid(self.dialog.flow.clone()));
        if silent && let Some(sent) = self.sent.get_mut(&tx) {
            sent.purpose = Purpose::Abandoned;
        }
        self.dialog.flow = target.clone();
        self.resend(tx, request.clone(), Hop::At(target), Purpose::Invite, crate::auth::Rounds::default(), out);
        true
    }

    /// Nobody says anything: the next address is tried.
    pub(super) fn impatient(&mut self, now: Instant, out: &mut Vec<Effect>) {
        let State::Calling(calling) = &mut self.state else { return };
        calling.patience = None;
        let tx = calling.tx;
        if let Some(request) = self.sent.get(&tx).map(|sent| sent.request.clone()) {
            self.next_address(now, tx, &request, true, out);
        }
    }

    /// An answer to an INVITE that we gave up on: it is cancelled, or ended.
    pub(super) fn abandoned_answer(&mut self, tx: u32, response: &Response, out: &mut Vec<Effect>) {
        match response.code() {
            100..=199 => out.push(Effect::Cancel { tx, headers: Vec::new() }),
            200..=299 => {
                let (Some(sent), Some((cseq, _))) = (self.sent.remove(&tx), response.cseq()) else { return };
                let mut late = self.dialog.answered_by(response);
                if let Hop::At(target) = sent.hop {
                    late.flow = target;
                }
                let (ack, hop) = (late.ack(cseq), late.hop());
                self.acks.insert((tx, response.to_tag().unwrap_or_default()), (ack.clone(), hop.clone()));
                out.push(Effect::Ack { request: ack, hop: hop.clone() });
                late.local_cseq = self.dialog.local_cseq;
                let mut bye = late.request("BYE");
                bye.headers.extend(reason(Cause::ElsewhereAnswered));
                self.send_to(bye, hop, Purpose::Stray, out);
            }
            _ => {
                self.sent.remove(&tx);
            }
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

    /// A provisional answer makes CANCEL possible.
    pub(super) fn possible(&mut self, now: Instant, out: &mut Vec<Effect>) {
        let State::Calling(calling) = &mut self.state else { return };
        calling.patience = None;
        match std::mem::replace(&mut calling.cancel, Cancel::Possible) {
            Cancel::No | Cancel::Possible => {}
            sent @ Cancel::Sent { .. } => calling.cancel = sent,
            Cancel::Wanted(headers) => {
                self.cancel(now, headers, out);
            }
        }
    }

    pub(super) fn provisional(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
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
    pub(super) fn answered(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
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
    pub(super) fn again(&mut self, now: Instant, tx: u32, response: &Response, out: &mut Vec<Effect>) {
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
    pub(super) fn refused(&mut self, now: Instant, tx: u32, request: &Outgoing, response: &Response, out: &mut Vec<Effect>) {
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
        if code == 503 && self.next_address(now, tx, request, false, out) {
            return;
        }
        if (300..400).contains(&code) && self.moved(tx, request, response, out) {
            return;
        }
        let cause = cause_of(response.header("Reason"), Cause::from_code(code));
        out.push(Effect::Tell(LegEvent::Failed { code, reason: response.reason(), cause }));
        self.finish(out);
    }

    /// The other side says where else the number is. The same number at a place that belongs to the trunk is called there; anything else is for
    /// the owner, who knows what may be dialed.
    fn moved(&mut self, tx: u32, request: &Outgoing, response: &Response, out: &mut Vec<Effect>) -> bool {
        let contacts: Vec<_> = response.addresses("Contact").unwrap_or_default().into_iter().take(MAX_CONTACTS).collect();
        let user = UriParts::parse(&request.uri).and_then(|parts| parts.user);
        let State::Calling(calling) = &mut self.state else { return false };
        let place = contacts.iter().filter(|contact| contact.parts.user == user).find_map(|contact| {
            let target = calling.redirect.as_ref().and_then(|redirect| (redirect.0)(&contact.parts))?;
            Some((contact.parts.plain.clone(), target))
        });
        let Some((uri, target)) = place.filter(|_| calling.moves < MAX_MOVES) else {
            let to = contacts.into_iter().map(|contact| contact.parts.plain).collect();
            out.push(Effect::Tell(LegEvent::Moved { to }));
            return false;
        };
        calling.moves += 1;
        calling.others.clear();
        calling.patience = None;
        let mut request = request.clone();
        request.uri.clone_from(&uri);
        self.dialog.remote_target = uri;
        self.dialog.flow = target.clone();
        self.resend(tx, request, Hop::At(target), Purpose::Invite, crate::auth::Rounds::default(), out);
        true
    }
}
