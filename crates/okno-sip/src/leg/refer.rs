//! Transfers: those that we ask for, and what the other side hears of its own.
use super::machine::Machine;
use super::state::{Effect, Purpose, ReferIn, ReferOut, State};
use crate::api::LegEvent;
use crate::wire::Reply;

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
}
