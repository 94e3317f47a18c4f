//! One party of a call, from outside: commands in, events out.
use std::net::IpAddr;

use tokio::sync::mpsc;

use super::config::PhoneId;
use crate::cause::Cause;
use crate::sdp::Sdp;

/// Events that wait for whoever holds the leg. A leg whose owner does not read this many ends itself.
pub(crate) const EVENTS: usize = 128;
/// Commands that wait for a leg.
pub(crate) const COMMANDS: usize = 128;

/// The number of a leg, unique in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId(pub u64);

impl std::fmt::Display for LegId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "leg {}", self.0)
    }
}

/// A leg and its news. Dropping it hangs up (`500` to a call that nobody answered yet).
#[derive(Debug)]
pub struct LegHandle {
    pub id: LegId,
    pub control: LegControl,
    pub events: mpsc::Receiver<LegEvent>,
}

impl LegHandle {
    /// Both halves, for tasks that share the control.
    pub fn split(self) -> (LegControl, mpsc::Receiver<LegEvent>) {
        (self.control, self.events)
    }
}

/// Gives orders to a leg. When all copies are gone the leg hangs up.
#[derive(Clone, Debug)]
pub struct LegControl {
    pub id: LegId,
    commands: mpsc::Sender<Box<Command>>,
}

/// Who ended a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Far,
    Near,
    /// No ACK, no session refresh, no answer.
    Timer,
}

/// How to hang up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hangup {
    pub cause: Cause,
    /// A whole `Reason` header value, instead of the one made from `cause`.
    pub reason_header: Option<String>,
}

impl From<Cause> for Hangup {
    fn from(cause: Cause) -> Self {
        Self { cause, reason_header: None }
    }
}

/// What happens on a leg, in order. After `Failed` or `Ended` nothing follows.
#[derive(Clone, Debug, PartialEq)]
pub enum LegEvent {
    /// Who answers our call; comes before the first `Progress` with a description and before `Answered`.
    Met {
        /// Where its signaling is. Its sound may come from there when it is behind a NAT.
        address: IpAddr,
        /// The phone, of a call to phones.
        phone: Option<PhoneId>,
    },
    /// Where else the number is, says a redirection that was not followed (3xx); `Failed` comes next.
    Moved { to: Vec<String> },
    /// A provisional answer to our call, with early media where the other side sends some.
    Progress { code: u16, sdp: Option<Sdp> },
    /// The other side answered our call, with its description, also where that came in an earlier `Progress`. To a call without an offer it is the
    /// offer: give our answer by [`LegControl::reanswer`].
    Answered { sdp: Option<Sdp> },
    /// The other side acknowledged our answer; with SDP when the INVITE had no offer, and this is the answer to ours.
    Confirmed { sdp: Option<Sdp> },
    /// The call never came to be.
    Failed { code: u16, reason: String, cause: Cause },
    /// The other side wants to change the session (re-INVITE or UPDATE). Answer by [`LegControl::reanswer`], or
    /// [`LegControl::refuse_reoffer`]. Without SDP the other side asks for an offer.
    Reoffer { sdp: Option<Sdp> },
    /// The answer to our re-INVITE; none when it was refused and the old session stays, with the code.
    Reanswered { sdp: Option<Sdp>, code: u16 },
    /// A digit by SIP INFO, with its length in milliseconds where it was told.
    Dtmf { digit: char, ms: Option<u32> },
    /// The other side asks us to transfer it (RFC 3515). Answer by `accept_refer` or `refuse_refer`.
    Refer {
        /// The URI to call, without its embedded headers.
        to: String,
        /// The raw `Replaces` of the URI, unescaped.
        replaces: Option<String>,
        /// The leg of ours that `replaces` names, where it is one: the transfer can be done locally.
        replaces_leg: Option<LegId>,
    },
    /// How the transfer goes that we asked the other side for: 100 to 699, from its NOTIFY, or the answer to the REFER where it was refused.
    ReferProgress { code: u16 },
    /// It is over.
    Ended { by: Who, cause: Cause },
}

impl LegControl {
    pub(crate) fn new(id: LegId, commands: mpsc::Sender<Box<Command>>) -> Self {
        Self { id, commands }
    }

    /// `180 Ringing`.
    pub fn ring(&self) {
        self.order(Command::Ring);
    }

    /// `183 Session Progress` with an answer (or, without an offer in the INVITE, an offer): the caller hears what we send.
    pub fn early(&self, sdp: Sdp) {
        self.order(Command::Early(sdp));
    }

    /// `200 OK`.
    pub fn answer(&self, sdp: Sdp) {
        self.order(Command::Answer(sdp));
    }

    /// Refuses a call that was not answered. A code outside 300..=699 becomes 500.
    pub fn reject(&self, code: u16, reason: &str) {
        self.order(Command::Reject { code, reason: reason.to_owned() });
    }

    /// Refuses a call that was not answered, and says where else it may be tried (`302`).
    pub fn redirect(&self, uri: &str) {
        self.order(Command::Redirect(uri.to_owned()));
    }

    /// Offers a changed session (hold, other address, other codec); its answer comes as [`LegEvent::Reanswered`].
    pub fn reinvite(&self, sdp: Sdp) {
        self.order(Command::Reinvite(sdp));
    }

    /// Answers [`LegEvent::Reoffer`].
    pub fn reanswer(&self, sdp: Sdp) {
        self.order(Command::Reanswer(sdp));
    }

    /// Refuses [`LegEvent::Reoffer`] with `488`; the session stays as it is.
    pub fn refuse_reoffer(&self) {
        self.order(Command::RefuseReoffer);
    }

    /// Asks the other side to call `to` (a SIP URI), replacing the far end of `replaces` where one is named.
    pub fn refer(&self, to: String, replaces: Option<LegId>) {
        self.order(Command::Refer { to, replaces });
    }

    /// Accepts [`LegEvent::Refer`] with `202` and a first NOTIFY.
    pub fn accept_refer(&self) {
        self.order(Command::AcceptRefer);
    }

    /// Refuses [`LegEvent::Refer`].
    pub fn refuse_refer(&self, code: u16) {
        self.order(Command::RefuseRefer(code));
    }

    /// Tells the other side how its transfer goes. A final code ends the subscription.
    pub fn refer_progress(&self, code: u16) {
        self.order(Command::ReferProgress(code));
    }

    /// Digits by SIP INFO, one request each.
    pub fn info_dtmf(&self, digits: String) {
        self.order(Command::InfoDtmf(digits));
    }

    /// BYE, CANCEL or a refusal, whatever fits.
    pub fn hangup(&self, how: impl Into<Hangup>) {
        self.order(Command::Hangup(how.into()));
    }

    pub(crate) fn downgrade(&self) -> mpsc::WeakSender<Box<Command>> {
        self.commands.downgrade()
    }

    /// Whether the leg still takes orders.
    pub fn is_live(&self) -> bool {
        !self.commands.is_closed()
    }

    pub(crate) fn order(&self, command: Command) {
        match self.commands.try_send(Box::new(command)) {
            // A leg that is gone has told so by its last event.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => {}
            Err(mpsc::error::TrySendError::Full(command)) => {
                tracing::warn!(leg = self.id.0, ?command, "a call leg does not take its orders; one was dropped");
                metrics::counter!("okno_sip_orders_dropped_total").increment(1);
            }
        }
    }
}

/// What a leg is told to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    Ring,
    Early(Sdp),
    Answer(Sdp),
    Reject { code: u16, reason: String },
    Redirect(String),
    Reinvite(Sdp),
    Reanswer(Sdp),
    RefuseReoffer,
    Refer { to: String, replaces: Option<LegId> },
    AcceptRefer,
    RefuseRefer(u16),
    ReferProgress(u16),
    InfoDtmf(String),
    Hangup(Hangup),
}

/// The inner ends of a leg's channels.
#[derive(Debug)]
pub(crate) struct LegParts {
    pub(crate) id: LegId,
    /// Boxed: a channel keeps room for 32, of which a call needs one or two at a time.
    pub(crate) commands: mpsc::Receiver<Box<Command>>,
    pub(crate) events: mpsc::Sender<LegEvent>,
}

impl LegParts {
    /// A new pair: what the owner holds, what the actor holds.
    pub(crate) fn pair(id: LegId) -> (LegHandle, Self) {
        let (commands, orders) = mpsc::channel(COMMANDS);
        let (events, news) = mpsc::channel(EVENTS);
        (LegHandle { id, control: LegControl::new(id, commands), events: news }, Self { id, commands: orders, events })
    }
}
