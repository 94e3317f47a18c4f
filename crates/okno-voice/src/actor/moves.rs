//! Numbers that are elsewhere: a trunk answers 3xx with another number.
//!
//! The other number is dialed like one that the agent has typed himself: the dial plan holds again, and the call goes by our own trunks, never
//! to a host that somebody else names. A phone that forwards its calls is not followed: routing decides who gets a customer.

use super::{Actor, Message};
use crate::call::{CUSTOMER, Input};
use okno_model::doc::{LegDevice, LegState};
use okno_sip::Cause;
use std::sync::Arc;

/// Redirections that one call follows.
const MOVES: u8 = 3;

impl Actor {
    /// Whether a redirection is looked into. Then the leg goes on, or fails when it is decided.
    pub(super) fn redirected(&mut self, leg: i64, to: &[String]) -> bool {
        let device = self.call.doc().legs.iter().find(|doc| doc.number == leg).map(|doc| doc.device);
        if device != Some(LegDevice::Trunk) {
            tracing::warn!(call = %self.id, ?to, "an agent's phone forwards its calls; okno does not follow: switch the forwarding off at the phone");
            return false;
        }
        let number = to.iter().find_map(|uri| number_of(uri));
        let (Some(number), Some(agent)) = (number, self.call.agent()) else { return false };
        if self.moves == MOVES {
            tracing::warn!(call = %self.id, "a number leads to the next one again and again; the call is given up");
            return false;
        }
        self.moves += 1;
        self.give_up_line(leg, Cause::Transferred);
        let (hub, sender, call) = (Arc::clone(&self.hub), self.sender.clone(), self.id);
        tokio::spawn(async move {
            let message = match hub.number_to_dial(agent, &number).await {
                Ok(number) => Message::Redirected { leg, number },
                Err(error) => {
                    tracing::warn!(%call, %error, "a number leads to one that may not be dialed; the call is given up");
                    Message::input(Input::Failed { leg, cause: Cause::Forbidden })
                }
            };
            let _ = sender.send(message).await;
        });
        true
    }

    /// Ends the signaling of a leg that is tried again another way: what it hears, and who waits for it, stays.
    pub(super) fn give_up_line(&mut self, leg: i64, cause: Cause) {
        let (heard, referrer) = (self.hears.remove(&leg), self.referrer.take());
        self.let_go(leg, cause);
        self.hears.extend(heard.map(|heard| (leg, heard)));
        self.referrer = referrer;
    }

    /// Calls the number, if the leg is still wanted.
    pub(super) fn call_elsewhere(&mut self, leg: i64, number: String) {
        if self.call.doc().legs.iter().any(|doc| doc.number == leg && doc.state != LegState::Ended) {
            tracing::info!(call = %self.id, leg, customer = leg == CUSTOMER, "a redirection is followed");
            let trunks = self.hub.sip.route(&number);
            self.dial_number(leg, number, trunks);
        }
    }
}

/// The number in a SIP or telephone URI.
pub(super) fn number_of(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once(':')?;
    if !["sip", "sips", "tel"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let user = if scheme.eq_ignore_ascii_case("tel") { rest } else { rest.split_once('@')?.0 };
    let user = user.split([';', '?', ':']).next().unwrap_or_default();
    let plain = percent_decoded(user);
    (!plain.is_empty()).then_some(plain)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let pair: String = bytes.by_ref().take(2).map(char::from).collect();
        out.push(u8::from_str_radix(&pair, 16).unwrap_or(b'?'));
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn a_uri_has_a_number() {
        for (uri, number) in [
            ("sip:+4930123@host:5070;user=phone", "+4930123"),
            ("tel:+4930123;phone-context=x", "+4930123"),
            ("sips:%2B49301@h", "+49301"),
            ("sip:anna;ext=1:secret@h?Replaces=x", "anna"),
        ] {
            assert_eq!(number_of(uri).as_deref(), Some(number), "{uri}");
        }
        for uri in ["sip:host", "mailto:x@y", "", "sip:@h"] {
            assert_eq!(number_of(uri), None, "{uri}");
        }
    }
}
