//! Clocks as text: every file of `tests/sla/` is a history, a line `---`, and how the clocks stand then. `OKNO_BLESS=1` rewrites the transcripts; read
//! the difference before you commit it.
//!
//! ```text
//! hours Europe/Warsaw mon-fri 09:00-17:00
//! policy first 1h warn 50 80; next 2h; pause waiting_customer on_hold
//! 2026-11-23 09:00 opened
//! 2026-11-23 09:30 we_spoke
//! at 2026-11-23 12:00
//! ```

use jiff::{civil::DateTime, tz::TimeZone};
use okno_engine::{
    hours::Calendar,
    sla::{Fact, What, clocks},
};
use okno_model::{
    HoursId, PolicyId, Timestamp,
    doc::{
        Because, Cause, ClockDoc, ClockKind, ClockState, Holiday, HolidayDay, HoursDoc, OpenInterval, Phase, PolicyDoc, ReopenRule,
        SlaSelector, SlaTarget,
    },
};
use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

struct Stage {
    zone: TimeZone,
    hours: Option<HoursDoc>,
    policy: PolicyDoc,
    facts: Vec<Fact>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn minutes(text: &str) -> u32 {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u32 = number.parse().expect("a number");
    number
        * match unit {
            "m" => 1,
            "h" => 60,
            other => panic!("no unit: {other}"),
        }
}

impl Stage {
    fn hours(&mut self, words: &[&str]) {
        self.zone = TimeZone::get(words[0]).expect("a zone");
        let Some(days) = words.get(1) else { return };
        let (first, last) = days.split_once('-').expect("days");
        let place = |day: &str| DAYS.iter().position(|had| *had == day).expect("a day");
        let (from, to) = words[2].split_once('-').expect("times");
        let minute = |text: &str| {
            let (hour, minute) = text.split_once(':').expect("a time");
            hour.parse::<u16>().expect("an hour") * 60 + minute.parse::<u16>().expect("a minute")
        };
        let open = vec![OpenInterval { from_minute: minute(from), to_minute: minute(to) }];
        let week = std::array::from_fn(|n| if (place(first)..=place(last)).contains(&n) { open.clone() } else { Vec::new() });
        self.hours = Some(HoursDoc {
            id: HoursId::from_u128(1),
            name: "office".into(),
            time_zone: words[0].into(),
            week,
            holidays: Vec::new(),
            exceptions: Vec::new(),
            archived: false,
        });
    }

    fn holiday(&mut self, words: &[&str]) {
        let day: jiff::civil::Date = words[0].parse().expect("a day");
        let day = HolidayDay::Date { year: day.year(), month: day.month().unsigned_abs(), day: day.day().unsigned_abs() };
        let hours = self.hours.as_mut().expect("hours come first");
        hours.holidays.push(Holiday { day, name: words[1].into(), intervals: Vec::new() });
    }

    fn policy(&mut self, line: &str) {
        for part in line.split(';') {
            let words: Vec<&str> = part.split_whitespace().collect();
            let kind = match words[0] {
                "first" => ClockKind::FirstResponse,
                "next" => ClockKind::NextResponse,
                "update" => ClockKind::Update,
                "resolve" => ClockKind::Resolution,
                "accept" => ClockKind::Acceptance,
                "pause" => {
                    self.policy.pauses = words[1..].iter().map(|word| Phase::parse(word).expect("a phase")).collect();
                    continue;
                }
                "reopen" => {
                    self.policy.reopen = ReopenRule::parse(words[1]).expect("a rule");
                    continue;
                }
                other => panic!("unknown part of a policy: {other}"),
            };
            let warn = words.iter().skip(3).map(|word| word.parse().expect("percent")).collect();
            self.policy.targets.retain(|target| target.kind != kind);
            self.policy.targets.push(SlaTarget { kind, minutes: minutes(words[1]), warn });
        }
    }

    fn instant(&self, day: &str, time: &str) -> Timestamp {
        let at: DateTime = format!("{day}T{time}").parse().expect("a time");
        Timestamp::from_millis(at.to_zoned(self.zone.clone()).expect("a time of the zone").timestamp().as_millisecond())
    }

    fn fact(&mut self, words: &[&str]) {
        let forward = words.get(3).map_or(1, |word| word.parse().expect("a number"));
        let what = match words[2] {
            "opened" => What::Opened,
            "customer_spoke" => What::CustomerSpoke,
            "we_spoke" => What::WeSpoke,
            "forwarded" => What::Forwarded { forward },
            "accepted" => What::Accepted { forward },
            "withdrawn" => What::Withdrawn { forward },
            phase => What::Entered(Phase::parse(phase).unwrap_or_else(|| panic!("nothing that happens: {phase}"))),
        };
        let at = self.instant(words[0], words[1]);
        self.facts.push(Fact { at, what });
    }

    fn said(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_millisecond(at.millis()).expect("in range").to_zoned(self.zone.clone());
        at.strftime("%a %d %b %H:%M").to_string()
    }

    fn tell(&self, clock: &ClockDoc, out: &mut String) {
        let state = match clock.state {
            ClockState::Running => "runs".to_owned(),
            ClockState::Paused { since, left_ms } => format!("rests since {}, {} min left", self.said(since), left_ms / 60_000),
            ClockState::Met { at } => format!("met {}", self.said(at)),
            ClockState::Breached { at, met } => {
                format!("breached {}{}", self.said(at), met.map_or(String::new(), |met| format!(", done {}", self.said(met))))
            }
            ClockState::Canceled { at } => format!("not needed since {}", self.said(at)),
        };
        let due = clock.due.map_or_else(|| "no time".to_owned(), |due| self.said(due));
        let warns: Vec<String> = clock.warns.iter().map(|warn| format!(" {}% {}", warn.percent, self.said(warn.at))).collect();
        let warns = if warns.is_empty() { String::new() } else { format!("; warns{}", warns.join(",")) };
        let _ = writeln!(out, "{} {}: due {due}; {state}{warns}", clock.kind, clock.number);
        for because in &clock.why {
            let words = match *because {
                Because::Started { at, by } => format!("began {} ({})", self.said(at), cause(by)),
                Because::Target { minutes } => format!("{minutes} open minutes"),
                Because::Shut { from, to } => format!("closed {} - {}", self.said(from), self.said(to)),
                Because::ShutMore { count } => format!("closed {count} times more"),
                Because::Paused { from, to, phase } => {
                    format!("{phase} {} - {}", self.said(from), to.map_or_else(|| "now".to_owned(), |to| self.said(to)))
                }
                Because::NeverOpen => "never open again".to_owned(),
            };
            let _ = writeln!(out, "    {words}");
        }
    }
}

const fn cause(by: Cause) -> &'static str {
    match by {
        Cause::Opened => "opened",
        Cause::CustomerSpoke => "the customer spoke",
        Cause::WeSpoke => "we spoke",
        Cause::Reopened => "opened again",
        Cause::Forwarded => "forwarded",
    }
}

fn run(text: &str) -> String {
    let policy = PolicyDoc {
        id: PolicyId::from_u128(1),
        name: "policy".into(),
        order: 0,
        selector: SlaSelector::default(),
        hours: None,
        targets: Vec::new(),
        pauses: Vec::new(),
        reopen: ReopenRule::Continue,
        actions: Vec::new(),
        archived: false,
    };
    let mut stage = Stage { zone: TimeZone::UTC, hours: None, policy, facts: Vec::new() };
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0] {
            "hours" => stage.hours(&words[1..]),
            "holiday" => stage.holiday(&words[1..]),
            "policy" => stage.policy(line.trim_start_matches("policy")),
            "at" => {
                let calendar = stage.hours.as_ref().map(|doc| Calendar::of(doc).expect("good hours"));
                let now = stage.instant(words[1], words[2]);
                let _ = writeln!(out, "{}", stage.said(now));
                for clock in clocks(&stage.policy, calendar.as_ref(), &stage.facts, now) {
                    stage.tell(&clock, &mut out);
                }
            }
            _ => stage.fact(&words),
        }
    }
    out
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sla");
    let mut files: Vec<_> = fs::read_dir(&folder).expect("there are histories").map(|entry| entry.expect("a name").path()).collect();
    files.sort();
    files
}

#[test]
fn clocks_stand_as_written() {
    let bless = std::env::var_os("OKNO_BLESS").is_some();
    let mut wrong = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        let (scenario, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let transcript = run(scenario);
        if transcript == expected {
            continue;
        }
        if bless {
            fs::write(&file, format!("{}\n---\n{transcript}", scenario.trim_end())).unwrap();
        } else {
            wrong.push(format!("{}\n{transcript}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
