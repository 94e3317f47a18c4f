//! Who has called how much. Pure: the time and the day are arguments.

use std::collections::BTreeMap;
use std::time::Duration;

/// How much somebody may call. `None` = no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caps {
    pub calls_at_once: Option<u32>,
    pub calls_per_day: Option<u32>,
    pub minutes_per_day: Option<u32>,
}

/// Who a call is counted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Payer {
    Trunk(String),
    Agent(String),
}

/// A moment: time since any fixed point, never going back, and the company's day, by any numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub at: Duration,
    pub day: i64,
}

/// Why a call is not counted in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapRefusal {
    /// Too many at once.
    #[error("{who} has {limit} calls at once already, which is the limit", who = name(.payer))]
    AtOnce { payer: Payer, limit: u32 },
    /// Too many today.
    #[error("{who} has made {limit} calls today, which is the limit", who = name(.payer))]
    CallsToday { payer: Payer, limit: u32 },
    /// Too long today.
    #[error("{who} has called for {limit} minutes today, which is the limit", who = name(.payer))]
    MinutesToday { payer: Payer, limit: u32 },
}

impl CapRefusal {
    /// The word for storage and API.
    pub fn key(&self) -> &'static str {
        match self {
            Self::AtOnce { .. } => "calls_at_once",
            Self::CallsToday { .. } => "calls_per_day",
            Self::MinutesToday { .. } => "minutes_per_day",
        }
    }

    /// Whose cap it is.
    pub fn payer(&self) -> &Payer {
        match self {
            Self::AtOnce { payer, .. } | Self::CallsToday { payer, .. } | Self::MinutesToday { payer, .. } => payer,
        }
    }
}

fn name(payer: &Payer) -> &'static str {
    match payer {
        Payer::Trunk(_) => "the trunk",
        Payer::Agent(_) => "the agent",
    }
}

/// What one payer has used of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    pub day: i64,
    pub calls: u32,
    /// Time of calls that have ended.
    pub time: Duration,
}

/// Calls that run, and what was used today.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    calls: BTreeMap<String, Running>,
    used: BTreeMap<Payer, Used>,
}

#[derive(Debug, Clone)]
struct Running {
    payers: Vec<(Payer, Caps)>,
    /// It costs from here on; `None` while it rings.
    answered: Option<Moment>,
}

impl Usage {
    /// Puts back what was used of a day before a restart.
    pub fn load(&mut self, used: impl IntoIterator<Item = (Payer, Used)>) {
        self.used.extend(used);
    }

    /// What everybody has used, to keep over a restart. Calls that run are in it once they have ended.
    pub fn used(&self) -> impl Iterator<Item = (&Payer, &Used)> {
        self.used.iter()
    }

    /// Counts a call in, for all of its payers or for none. A call that is counted already is counted once.
    pub fn begin(&mut self, now: Moment, call: &str, payers: &[(Payer, Caps)]) -> Result<(), CapRefusal> {
        if self.calls.contains_key(call) {
            return Ok(());
        }
        for (payer, caps) in payers {
            self.may(now, payer, *caps)?;
        }
        for (payer, _) in payers {
            self.today(now, payer).calls += 1;
        }
        self.calls.insert(call.to_owned(), Running { payers: payers.to_vec(), answered: None });
        Ok(())
    }

    /// It was answered: it costs from now on.
    pub fn answered(&mut self, now: Moment, call: &str) {
        if let Some(running) = self.calls.get_mut(call) {
            running.answered.get_or_insert(now);
        }
    }

    /// It has ended.
    pub fn end(&mut self, now: Moment, call: &str) {
        let Some(Running { payers, answered: Some(answered) }) = self.calls.remove(call) else { return };
        let time = now.at.saturating_sub(answered.at);
        for (payer, _) in &payers {
            let used = self.today(now, payer);
            // What was talked yesterday is not today's.
            if answered.day == now.day {
                used.time += time;
            }
        }
    }

    /// The calls whose payer has no minutes left: they are to be ended.
    pub fn exhausted(&self, now: Moment) -> Vec<String> {
        let over =
            |running: &Running| running.payers.iter().any(|(payer, caps)| self.minutes_left(now, payer, *caps) == Some(Duration::ZERO));
        self.calls.iter().filter(|(_, running)| running.answered.is_some() && over(running)).map(|(call, _)| call.clone()).collect()
    }

    /// How long until [`Self::exhausted`] may name a call, if all calls go on as they are.
    pub fn next_check(&self, now: Moment) -> Option<Duration> {
        let costing = self.calls.values().filter(|running| running.answered.is_some());
        costing
            .flat_map(|running| &running.payers)
            .filter_map(|(payer, caps)| {
                let left = self.minutes_left(now, payer, *caps)?;
                Some(left / self.costing(payer).max(1))
            })
            .min()
    }

    fn may(&self, now: Moment, payer: &Payer, caps: Caps) -> Result<(), CapRefusal> {
        if let Some(limit) = caps.calls_at_once
            && self.running(payer) >= limit
        {
            return Err(CapRefusal::AtOnce { payer: payer.clone(), limit });
        }
        let used = self.used.get(payer).filter(|used| used.day == now.day).copied().unwrap_or_default();
        if let Some(limit) = caps.calls_per_day
            && used.calls >= limit
        {
            return Err(CapRefusal::CallsToday { payer: payer.clone(), limit });
        }
        if let Some(limit) = caps.minutes_per_day
            && self.minutes_left(now, payer, caps) == Some(Duration::ZERO)
        {
            return Err(CapRefusal::MinutesToday { payer: payer.clone(), limit });
        }
        Ok(())
    }

    /// The time left of today, with what runs; `None` = no limit.
    fn minutes_left(&self, now: Moment, payer: &Payer, caps: Caps) -> Option<Duration> {
        let limit = Duration::from_secs(u64::from(caps.minutes_per_day?) * 60);
        let ended = self.used.get(payer).filter(|used| used.day == now.day).map_or(Duration::ZERO, |used| used.time);
        let running: Duration = self
            .calls
            .values()
            .filter(|running| running.payers.iter().any(|(own, _)| own == payer))
            .filter_map(|running| running.answered.filter(|answered| answered.day == now.day))
            .map(|answered| now.at.saturating_sub(answered.at))
            .sum();
        Some(limit.saturating_sub(ended + running))
    }

    fn running(&self, payer: &Payer) -> u32 {
        self.calls.values().filter(|running| running.payers.iter().any(|(own, _)| own == payer)).count() as u32
    }

    fn costing(&self, payer: &Payer) -> u32 {
        let mine = |running: &&Running| running.answered.is_some() && running.payers.iter().any(|(own, _)| own == payer);
        self.calls.values().filter(mine).count() as u32
    }

    fn today(&mut self, now: Moment, payer: &Payer) -> &mut Used {
        let used = self.used.entry(payer.clone()).or_default();
        if used.day != now.day {
            *used = Used { day: now.day, ..Used::default() };
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: u64) -> Moment {
        Moment { at: Duration::from_secs(seconds), day: (seconds / 86_400) as i64 + 20_000 }
    }

    fn anna(caps: Caps) -> [(Payer, Caps); 1] {
        [(Payer::Agent("anna".into()), caps)]
    }

    #[test]
    fn each_cap_refuses_in_its_own_words() {
        let mut usage = Usage::default();
        let caps = anna(Caps { calls_at_once: Some(1), calls_per_day: Some(3), minutes_per_day: Some(10) });
        usage.begin(at(0), "a", &caps).unwrap();
        usage.begin(at(0), "a", &caps).unwrap();
        assert_eq!(usage.begin(at(0), "b", &caps).unwrap_err().to_string(), "the agent has 1 calls at once already, which is the limit");
        usage.answered(at(10), "a");
        usage.end(at(10 + 300), "a");
        usage.begin(at(400), "b", &caps).unwrap();
        usage.end(at(430), "b");
        usage.begin(at(500), "c", &caps).unwrap();
        usage.answered(at(500), "c");
        assert_eq!(usage.next_check(at(500)), Some(Duration::from_secs(300)));
        assert_eq!(usage.exhausted(at(799)), [""; 0]);
        assert_eq!(usage.exhausted(at(800)), ["c"]);
        usage.end(at(800), "c");
        assert_eq!(usage.begin(at(900), "d", &caps).unwrap_err().key(), "calls_per_day");
        let caps = anna(Caps { minutes_per_day: Some(10), ..Caps::default() });
        assert_eq!(usage.begin(at(900), "d", &caps).unwrap_err().key(), "minutes_per_day");
        usage.begin(at(86_400), "e", &caps).unwrap();
    }

    #[test]
    fn a_refusal_counts_for_nobody() {
        let mut usage = Usage::default();
        let none = Caps { calls_at_once: Some(0), ..Caps::default() };
        let both = [(Payer::Trunk("t".into()), Caps { calls_per_day: Some(1), ..Caps::default() }), (Payer::Agent("anna".into()), none)];
        assert_eq!(usage.begin(at(0), "a", &both).unwrap_err().payer(), &Payer::Agent("anna".into()));
        usage.begin(at(0), "b", &both[..1]).unwrap();
    }

    #[test]
    fn what_was_used_survives_a_restart() {
        let mut old = Usage::default();
        let caps = anna(Caps { minutes_per_day: Some(5), ..Caps::default() });
        old.begin(at(0), "a", &caps).unwrap();
        old.answered(at(0), "a");
        old.end(at(300), "a");
        let mut new = Usage::default();
        new.load(old.used().map(|(payer, used)| (payer.clone(), *used)));
        assert_eq!(new.begin(at(400), "b", &caps).unwrap_err().key(), "minutes_per_day");
    }

    #[test]
    fn midnight_starts_anew_and_yesterdays_call_costs_yesterday() {
        let mut usage = Usage::default();
        let caps = anna(Caps { minutes_per_day: Some(5), ..Caps::default() });
        usage.begin(at(86_300), "a", &caps).unwrap();
        usage.answered(at(86_300), "a");
        assert_eq!(usage.exhausted(at(86_399 + 1000)), [""; 0]);
        usage.end(at(87_000), "a");
        usage.begin(at(87_000), "b", &caps).unwrap();
    }

    proptest! {
        #[test]
        fn caps_hold_whatever_happens(steps in prop::collection::vec((0..4u8, 0..6u8, 0..2u8, 0..400u64), 1..200), at_once in 0..4u32, calls in 0..20u32, minutes in 0..30u32) {
            let caps = Caps { calls_at_once: Some(at_once), calls_per_day: Some(calls), minutes_per_day: Some(minutes) };
            let mut usage = Usage::default();
            let mut seconds = 0;
            let mut live: BTreeMap<u8, (u8, Option<u64>)> = BTreeMap::new();
            let mut begun = [0u32; 2];
            let mut talked = [0u64; 2];
            for (act, call, payer, later) in steps {
                // As the door does: look when it was said, and end what is exhausted.
                let until = seconds + later;
                while let Some(wait) = usage.next_check(at(seconds)).filter(|wait| seconds + wait.as_secs() <= until) {
                    seconds += wait.as_secs();
                    let over = usage.exhausted(at(seconds));
                    if over.is_empty() { break }
                    for call in over {
                        usage.end(at(seconds), &call);
                        if let Some((payer, Some(since))) = live.remove(&call.parse().unwrap()) {
                            talked[usize::from(payer)] += seconds - since;
                        }
                    }
                }
                seconds = until.min(80_000);
                let who = [(Payer::Agent(payer.to_string()), caps)];
                match act {
                    0 | 1 if !live.contains_key(&call) && usage.begin(at(seconds), &call.to_string(), &who).is_ok() => {
                        live.insert(call, (payer, None));
                        begun[usize::from(payer)] += 1;
                    }
                    2 => {
                        usage.answered(at(seconds), &call.to_string());
                        if let Some((_, since)) = live.get_mut(&call) { since.get_or_insert(seconds); }
                    }
                    3 => {
                        usage.end(at(seconds), &call.to_string());
                        if let Some((payer, Some(since))) = live.remove(&call) { talked[usize::from(payer)] += seconds - since; }
                    }
                    _ => {}
                }
                for payer in 0..2u8 {
                    let own = live.values().filter(|(own, _)| *own == payer).count() as u32;
                    prop_assert!(own <= at_once && begun[usize::from(payer)] <= calls);
                    // Time is whole seconds here, and each of up to three calls may round up once per look.
                    prop_assert!(talked[usize::from(payer)] <= u64::from(minutes) * 60 + 3 * 400);
                }
            }
        }
    }
}
