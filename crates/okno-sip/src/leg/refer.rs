//! Transfers: those that we ask for, and what the other side hears of its own.
use tokio::time::Instant;

use super::info;
use super::machine::{Machine, THINK};
use super::state::{Effect, Purpose, ReferIn, ReferOut, State};
use crate::api::LegEvent;
use crate::wire::{Arrived, Reply};

impl Machine {
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

    pub(super) fn accept_refer(&mut self, out: &mut Vec<Effect>) {
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
    pub(super) fn notify(&mut self, code: u16, out: &mut Vec<Effect>) {
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

    /// The other side asks for a transfer.
    pub(super) fn referred(&mut self, now: Instant, arrived: &Arrived, cseq: u32, out: &mut Vec<Effect>) {
        let request = &arrived.request;
        let mut reply = |reply: Reply| out.push(Effect::Reply { tx: arrived.tx.clone(), reply });
        if !self.settings.allow_refer {
            return reply(Reply::new(403));
        }
        if !matches!(self.state, State::Live) {
            return reply(Reply::new(481));
        }
        if !matches!(self.refer_in, ReferIn::None) {
            return reply(Reply::new(491));
        }
        if request.headers("Refer-To").len() != 1 {
            return reply(Reply::new(400).reason("One Refer-To, please"));
        }
        let Some(to) = request.address("Refer-To") else { return reply(Reply::new(400).reason("Bad Refer-To")) };
        if !matches!(to.parts.scheme.as_str(), "sip" | "sips" | "tel") {
            return reply(Reply::new(416));
        }
        let id = (self.refers_seen > 0).then_some(cseq);
        self.refers_seen += 1;
        let silent = request.header("Refer-Sub").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
        self.refer_in = ReferIn::Asked { tx: arrived.tx.clone(), until: now + THINK, id, silent };
        let replaces = to.parts.header("replaces").map(str::to_owned);
        out.push(Effect::Tell(LegEvent::Refer { to: to.parts.plain, replaces, replaces_leg: None }));
    }

    /// The other side tells how our transfer goes.
    pub(super) fn notified(&mut self, arrived: &Arrived, out: &mut Vec<Effect>) {
        let request = &arrived.request;
        let mut reply = |reply: Reply| out.push(Effect::Reply { tx: arrived.tx.clone(), reply });
        let event = request.header("Event").unwrap_or_default();
        if !event.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("refer") {
            return reply(Reply::new(489).header("Allow-Events", "refer"));
        }
        if self.refer_out == ReferOut::None {
            return reply(Reply::new(481));
        }
        reply(Reply::new(200));
        let state = request.header("Subscription-State").unwrap_or_default().to_ascii_lowercase();
        let code = info::fragment(request.body());
        if code.is_some_and(|code| code >= 200) || state.trim_start().starts_with("terminated") {
            self.refer_out = ReferOut::None;
        }
        if let Some(code) = code {
            out.push(Effect::Tell(LegEvent::ReferProgress { code }));
        }
    }
}
