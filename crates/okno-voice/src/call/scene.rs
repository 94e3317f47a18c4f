//! Who hears what, derived from the state. Only differences to what was commanded before go out.

use super::{
    machine::Call,
    stage::{Message, Stage, Table, Treat},
    words::{CUSTOMER, Effect, Hears, Speech, heard_by},
};
use okno_model::doc::{LegRole, MonitorMode};
use std::collections::BTreeMap;

/// What has been commanded.
#[derive(Debug, Default)]
pub(super) struct Scene {
    hears: BTreeMap<i64, Hears>,
    /// Pairs of the room of whom the second hears the first; without an entry he does.
    gains: BTreeMap<(i64, i64), bool>,
}

impl Scene {
    /// Words are over; the music that was to follow plays already.
    pub(super) fn played(&mut self, leg: i64, said: u64) {
        if let Some(Hears::Say { token, music, .. }) = self.hears.get(&leg)
            && *token == said
        {
            let now = if *music { Hears::Music } else { Hears::Nothing };
            self.hears.insert(leg, now);
        }
    }

    /// What a leg was told to hear.
    #[cfg(test)]
    pub(super) fn of(&self, leg: i64) -> Option<&Hears> {
        self.hears.get(&leg)
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = (i64, &Hears)> {
        self.hears.iter().map(|(leg, hears)| (*leg, hears))
    }
}

impl Call {
    /// Who talks with each other now, without supervisors.
    pub(super) fn talkers(&self) -> Vec<i64> {
        let with_others = |first: i64, except: i64| {
            let mut all = vec![CUSTOMER, first];
            all.extend(self.up_with(LegRole::Consulted).into_iter().filter(|leg| *leg != except));
            all.retain(|leg| self.is_up(*leg));
            all.dedup();
            all
        };
        match &self.stage {
            Stage::Together { leg, table, .. } => match table {
                Table::Talk => with_others(*leg, 0),
                Table::Held => vec![*leg],
                Table::Consult { with, aside: true } => [*leg, *with].into_iter().filter(|leg| self.is_up(*leg)).collect(),
                Table::Consult { with, aside: false } => with_others(*leg, *with),
            },
            Stage::Lost { table: Table::Talk, .. } => {
                // Who was added keeps the customer company.
                let mut all = vec![CUSTOMER];
                all.extend(self.up_with(LegRole::Consulted));
                all
            }
            Stage::Passing { leg, .. } => {
                let mut all = with_others(*leg, 0);
                all.sort_unstable();
                all.dedup();
                all
            }
            Stage::Away { with } => with_others(*with, *with),
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => Vec::new(),
        }
    }

    /// Commands what has changed.
    pub(super) fn direct(&mut self, out: &mut Vec<Effect>) {
        let talkers = self.talkers();
        let mut listeners = if talkers.is_empty() { Vec::new() } else { self.up_with(LegRole::Supervisor) };
        // A supervisor who takes over talks already.
        listeners.retain(|leg| !talkers.contains(leg));
        let room = talkers.len() + listeners.len() > 2 || (!listeners.is_empty() && !talkers.is_empty());
        if room {
            self.gains(&talkers, &listeners, out);
        }
        let mut next = BTreeMap::new();
        for leg in self.doc.legs.iter().map(|leg| leg.number).filter(|leg| self.is_up(*leg)) {
            let hears = if talkers.contains(&leg) && self.company(leg, &talkers) {
                match talkers.iter().find(|other| **other != leg) {
                    _ if room => Hears::Room,
                    Some(other) => Hears::Leg(*other),
                    None => Hears::Nothing,
                }
            } else if listeners.contains(&leg) {
                Hears::Room
            } else {
                self.alone(leg)
            };
            next.insert(leg, hears);
        }
        for (leg, hears) in &next {
            if self.scene.hears.get(leg) != Some(hears) {
                out.push(Effect::Hear { leg: *leg, what: hears.clone() });
            }
        }
        self.scene.hears = next;
    }

    /// Whether a talker has anybody to talk with; an agent whose consulted still rings hears that instead.
    fn company(&self, leg: i64, talkers: &[i64]) -> bool {
        talkers.len() > 1 || (leg != CUSTOMER && !matches!(self.stage, Stage::Together { table: Table::Consult { .. }, .. }))
    }

    fn gains(&mut self, talkers: &[i64], listeners: &[i64], out: &mut Vec<Effect>) {
        let mut set = |from: i64, to: i64, on: bool| {
            if self.scene.gains.insert((from, to), on).unwrap_or(true) != on {
                out.push(Effect::Gain { from, to, on });
            }
        };
        for from in talkers {
            for to in talkers.iter().chain(listeners).filter(|to| *to != from) {
                set(*from, *to, true);
            }
        }
        for from in listeners {
            let mode = self.doc.legs.iter().find(|leg| leg.number == *from).and_then(|leg| leg.mode).unwrap_or(MonitorMode::Listen);
            for to in talkers {
                let agent = self.doc.legs.iter().any(|leg| leg.number == *to && leg.role == LegRole::Agent);
                set(*from, *to, heard_by(mode, agent));
            }
            for to in listeners.iter().filter(|to| *to != from) {
                set(*from, *to, mode == MonitorMode::Barge);
            }
        }
    }

    /// What a connected leg hears that talks with nobody.
    fn alone(&self, leg: i64) -> Hears {
        if leg == CUSTOMER {
            return self.customer_hears();
        }
        let is_agent = self.stage.agent().is_some_and(|(_, own)| own == leg);
        match &self.stage {
            Stage::Calling { dialing: true, early: true, .. } if is_agent => Hears::Leg(CUSTOMER),
            Stage::Calling { .. } | Stage::Sending { .. } | Stage::Together { table: Table::Consult { aside: true, .. }, .. }
                if is_agent =>
            {
                Hears::Ringback
            }
            Stage::Whispering { token, .. } if is_agent => {
                Hears::Say { words: vec![Speech::Queue, Speech::Beep], token: *token, music: false }
            }
            // Who was consulted waits for the agent to come back to him.
            Stage::Together { .. } | Stage::Lost { .. } if self.leg(leg).is_some_and(|doc| doc.role == LegRole::Consulted) => Hears::Music,
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => Hears::Nothing,
        }
    }

    fn customer_hears(&self) -> Hears {
        let say = |words: &[Speech], token: u64, music: bool| Hears::Say { words: words.to_vec(), token, music };
        match &self.stage {
            Stage::Waiting { treat, .. } => match treat {
                Treat::Greeting { token, .. } => say(&[Speech::Greeting], *token, true),
                Treat::Announcing { words, token, .. } => say(words, *token, true),
                Treat::Entering { own: true, token: Some(token), .. } => say(&[Speech::CallbackConfirm], *token, false),
                Treat::Entering { token: Some(token), .. } => say(&[Speech::CallbackNumber], *token, false),
                Treat::Entering { token: None, .. } => Hears::Comfort,
                Treat::Ringing | Treat::Music { .. } | Treat::Asking => Hears::Music,
            },
            Stage::Lost { table: Table::Talk, .. } | Stage::Passing { .. } | Stage::Away { .. } => Hears::Comfort,
            Stage::Joining { .. } | Stage::Whispering { .. } | Stage::Together { .. } | Stage::Lost { .. } => Hears::Music,
            Stage::Sending { .. } => Hears::Ringback,
            Stage::Message(Message::Prompt { token, .. }) => say(&[Speech::Voicemail, Speech::Beep], *token, false),
            Stage::Leaving { words, token, .. } => say(&[*words], *token, false),
            Stage::Message(Message::Recording { .. }) | Stage::Calling { .. } | Stage::Over => Hears::Nothing,
        }
    }
}
