//! Provisional answers that must arrive (RFC 3262), the side that sends them: one at a time, repeated until its PRACK.
use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::{Reply, Request};

/// Provisional answers that wait; nobody rings that often.
const WAITING: usize = 8;

/// The provisional answers of one INVITE.
#[derive(Clone, Debug)]
pub(crate) struct Reliable {
    /// The caller demands it for every one.
    pub(crate) required: bool,
    /// The caller can do it.
    pub(crate) supported: bool,
    next: u32,
    out: Option<Out>,
    waiting: VecDeque<Reply>,
    t1: Duration,
}

#[derive(Clone, Debug)]
struct Out {
    number: u32,
    reply: Reply,
    again: Instant,
    interval: Duration,
    give_up: Instant,
}

/// What is due.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    Again(Reply),
    GiveUp,
}

impl Reliable {
    pub(crate) fn new(invite: &Request, first: u32, t1: Duration) -> Self {
        let required = invite.has("Require", "100rel");
        Self {
            required,
            supported: required || invite.has("Supported", "100rel"),
            next: first.clamp(1, 1 << 30),
            out: None,
            waiting: VecDeque::new(),
            t1,
        }
    }

    /// Takes a provisional answer; what comes back is to be sent now.
    pub(crate) fn offer(&mut self, reply: Reply, now: Instant) -> Option<Reply> {
        let reliable = self.required || self.supported && reply.body.is_some();
        if !reliable {
            return Some(reply);
        }
        if self.out.is_some() {
            if self.waiting.len() < WAITING {
                self.waiting.push_back(reply);
            }
            return None;
        }
        Some(self.launch(reply, now))
    }

    fn launch(&mut self, reply: Reply, now: Instant) -> Reply {
        let reply = reply.header("Require", "100rel").header("RSeq", self.next.to_string());
        self.out =
            Some(Out { number: self.next, reply: reply.clone(), again: now + self.t1, interval: self.t1, give_up: now + self.t1 * 64 });
        self.next += 1;
        reply
    }

    /// Whether the final answer must wait for a PRACK. RFC 3262 demands it where a description is on its way; without one it costs a round trip
    /// and saves a PRACK that comes for a call which is answered.
    pub(crate) fn holds_final(&self) -> bool {
        self.out.is_some()
    }

    /// Whether the answer to the offer is what waits for a PRACK.
    pub(crate) fn carries(&self) -> bool {
        self.out.as_ref().is_some_and(|out| out.reply.body.is_some())
    }

    /// Takes a PRACK. False: it is for nothing of ours.
    pub(crate) fn acknowledge(&mut self, prack: &Request, invite: u32) -> bool {
        let value = prack.header("RAck").unwrap_or_default();
        let words: Vec<&str> = value.split_whitespace().collect();
        let [number, cseq, "INVITE"] = words[..] else { return false };
        let fits = cseq.parse() == Ok(invite) && self.out.as_ref().is_some_and(|out| number.parse() == Ok(out.number));
        if fits {
            self.out = None;
        }
        fits
    }

    /// The next provisional answer to send, if one waits and none is on its way.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Reply> {
        if self.out.is_some() {
            return None;
        }
        self.waiting.pop_front().map(|reply| self.launch(reply, now))
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.out.as_ref().map(|out| out.again.min(out.give_up))
    }

    pub(crate) fn due(&mut self, now: Instant) -> Option<Due> {
        let out = self.out.as_mut()?;
        if now >= out.give_up {
            self.out = None;
            return Some(Due::GiveUp);
        }
        if now < out.again {
            return None;
        }
        out.interval *= 2;
        out.again = now + out.interval;
        Some(Due::Again(out.reply.clone()))
    }
}
