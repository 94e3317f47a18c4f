//! Keys: RFC 4733 events in and out, and tones where events are not agreed.

use std::collections::VecDeque;

use crate::codec::Rate;

/// Keys that wait to be sent; a calling card number is shorter.
const MAX_QUEUE: usize = 256;
/// Milliseconds of a key and of the pause behind it: what every receiver takes (Q.24 asks for 40 and 40).
const TONE_MS: u32 = 100;
const GAP_MS: u32 = 60;
/// Milliseconds of a `,`.
const PAUSE_MS: u32 = 1000;
/// How often the end of an event is sent (RFC 4733, 2.5.1.4).
const ENDS: u8 = 3;
/// The loudness in events: -10 dBm0.
const VOLUME: u8 = 10;

const KEYS: &[u8; 16] = b"0123456789*#ABCD";

/// The key of an event number.
fn key(event: u8) -> Option<char> {
    KEYS.get(usize::from(event)).map(|key| char::from(*key))
}

/// The event number of a key.
fn event(key: char) -> Option<u8> {
    KEYS.iter().position(|own| char::from(*own) == key.to_ascii_uppercase()).map(|at| at as u8)
}

/// An event's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "RFC 4733 calls the number of an event `event`")]
pub(crate) struct Event {
    pub(crate) event: u8,
    pub(crate) end: bool,
    pub(crate) volume: u8,
    /// In ticks of the event's clock.
    pub(crate) duration: u16,
}

impl Event {
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let [event, flags, high, low] = *payload.first_chunk::<4>()?;
        Some(Self { event, end: flags & 0x80 != 0, volume: flags & 0x3f, duration: u16::from_be_bytes([high, low]) })
    }

    pub(crate) fn bytes(self) -> [u8; 4] {
        let [high, low] = self.duration.to_be_bytes();
        [self.event, self.volume & 0x3f | if self.end { 0x80 } else { 0 }, high, low]
    }

    /// The same event in another clock.
    pub(crate) fn in_clock(self, from: u32, to: u32) -> Self {
        let duration = u64::from(self.duration) * u64::from(to) / u64::from(from.max(1));
        Self { duration: duration.min(u64::from(u16::MAX)) as u16, ..self }
    }

    pub(crate) fn key(self) -> Option<char> {
        key(self.event)
    }
}

/// Tells new keys from repetitions of the same one.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    last: Option<(u32, Event)>,
}

impl Receiver {
    /// Takes an event packet. Gives the key and how many milliseconds it has lasted, once per key.
    pub(crate) fn packet(&mut self, event: Event, timestamp: u32, clock: u32) -> Option<(char, u32)> {
        if let Some((at, last)) = self.last {
            let ahead = timestamp.wrapping_sub(at);
            if ahead == 0 || ahead.cast_signed() < 0 {
                if ahead == 0 {
                    self.last = Some((at, Event { end: last.end || event.end, ..event }));
                }
                return None;
            }
            self.last = Some((timestamp, event));
            // A key that is held for long goes on in a new event, which begins where the counter of the old one ended (2.5.1.3).
            if last.event == event.event && !last.end && ahead == u32::from(u16::MAX) {
                return None;
            }
        }
        self.last = Some((timestamp, event));
        event.key().map(|key| (key, u32::from(event.duration) * 1000 / clock.max(1)))
    }

    /// Another stream.
    pub(crate) fn reset(&mut self) {
        self.last = None;
    }
}

/// What a leg has to send instead of audio in one tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// An event packet. `begins`: it is the key's first one.
    Event { event: Event, begins: bool },
    /// A piece of the key's tone; `at` is where it begins, in milliseconds.
    Tone { key: char, at: u32 },
    /// Nothing: a pause between keys.
    Pause,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Idle,
    Tone { event: u8, ms: u32 },
    End { event: u8, ends: u8 },
    Gap { left: u32 },
}

/// Sends queued keys one after the other.
#[derive(Debug)]
pub(crate) struct Sender {
    queue: VecDeque<char>,
    state: State,
}

impl Default for Sender {
    fn default() -> Self {
        Self { queue: VecDeque::new(), state: State::Idle }
    }
}

impl Sender {
    /// Queues the keys in a text; what is no key is left out.
    pub(crate) fn push(&mut self, keys: &str) {
        for key in keys.chars().filter(|key| event(*key).is_some() || *key == ',') {
            if self.queue.len() < MAX_QUEUE {
                self.queue.push_back(key);
            }
        }
    }

    pub(crate) fn busy(&self) -> bool {
        !self.queue.is_empty() || !matches!(self.state, State::Idle)
    }

    /// What to send in a tick of `ms` milliseconds. `clock`: that of events, when they are agreed; without it tones come.
    pub(crate) fn tick(&mut self, ms: u32, clock: Option<u32>) -> Option<Step> {
        if matches!(self.state, State::Idle) {
            self.state = match self.queue.pop_front()? {
                ',' => State::Gap { left: PAUSE_MS },
                key => State::Tone { event: event(key)?, ms: 0 },
            };
        }
        let (step, next) = match (self.state, clock) {
            (State::Idle, _) => return None,
            (State::Tone { event, ms: at }, Some(clock)) => {
                let report = Event { event, end: false, volume: VOLUME, duration: ticks(at + ms, clock) };
                let next = if at + ms >= TONE_MS { State::End { event, ends: ENDS } } else { State::Tone { event, ms: at + ms } };
                (Step::Event { event: report, begins: at == 0 }, next)
            }
            (State::End { event, ends }, Some(clock)) => {
                let report = Event { event, end: true, volume: VOLUME, duration: ticks(TONE_MS, clock) };
                let next = if ends > 1 { State::End { event, ends: ends - 1 } } else { State::Gap { left: GAP_MS } };
                (Step::Event { event: report, begins: false }, next)
            }
            (State::Tone { event, ms: at }, None) => {
                let next = if at + ms >= TONE_MS { State::Gap { left: GAP_MS } } else { State::Tone { event, ms: at + ms } };
                (Step::Tone { key: key(event)?, at }, next)
            }
            (State::End { .. }, None) => (Step::Pause, State::Gap { left: GAP_MS }),
            (State::Gap { left }, _) => (Step::Pause, if left > ms { State::Gap { left: left - ms } } else { State::Idle }),
        };
        self.state = next;
        Some(step)
    }
}

fn ticks(ms: u32, clock: u32) -> u16 {
    (ms * (clock / 1000)).min(u32::from(u16::MAX)) as u16
}

/// Fills `out` with a key's two tones, beginning `at` milliseconds into it, at -10 dBFS each.
pub(crate) fn tone(key: char, at: u32, rate: Rate, out: &mut [i16]) {
    const LOW: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
    const HIGH: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    const PAD: [&[u8; 4]; 4] = [b"123A", b"456B", b"789C", b"*0#D"];
    let place =
        PAD.iter().enumerate().find_map(|(row, keys)| keys.iter().position(|own| char::from(*own) == key).map(|column| (row, column)));
    let Some((row, column)) = place else {
        out.fill(0);
        return;
    };
    let begin = u64::from(at) * u64::from(rate.hz()) / 1000;
    for (n, sample) in out.iter_mut().enumerate() {
        let time = (begin + n as u64) as f64 / f64::from(rate.hz());
        let wave = |hz: f64| (std::f64::consts::TAU * hz * time).sin();
        *sample = ((wave(LOW[row]) + wave(HIGH[column])) * 0.316 * 32_767.0 / 1.0) as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_once_at_its_first_packet() {
        let mut receiver = Receiver::default();
        let mut packet = |event: u8, end, duration, timestamp| receiver.packet(Event { event, end, volume: 10, duration }, timestamp, 8000);
        assert_eq!(packet(5, false, 160, 1000), Some(('5', 20)));
        assert_eq!(packet(5, false, 320, 1000), None);
        assert_eq!(packet(5, true, 800, 1000), None);
        assert_eq!(packet(5, true, 800, 1000), None);
        assert_eq!(packet(5, false, 160, 2400), Some(('5', 20)), "the same key again");
        assert_eq!(packet(5, true, 800, 1000), None, "a late end of the first");
        assert_eq!(packet(11, true, 800, 9000), Some(('#', 100)), "only the end arrived");
        assert_eq!(packet(16, false, 160, 12_000), None, "a hook flash is no key");
    }

    #[test]
    fn a_long_key_is_one_key() {
        let mut receiver = Receiver::default();
        let event = |end, duration| Event { event: 1, end, volume: 0, duration };
        assert!(receiver.packet(event(false, 160), 0, 8000).is_some());
        assert!(receiver.packet(event(false, 65_535), 0, 8000).is_none());
        assert!(receiver.packet(event(false, 160), 65_535, 8000).is_none());
        assert!(receiver.packet(event(true, 400), 65_535, 8000).is_none());
    }

    #[test]
    fn a_key_is_five_packets_and_three_ends() {
        let mut sender = Sender::default();
        sender.push("1x#");
        let mut steps = Vec::new();
        while let Some(step) = sender.tick(20, Some(48_000)) {
            steps.push(step);
        }
        let events: Vec<_> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Event { event, begins } => Some((event.event, event.end, event.duration, *begins)),
                Step::Tone { .. } | Step::Pause => None,
            })
            .collect();
        assert_eq!(events.len(), 16);
        assert_eq!(events[..2], [(1, false, 960, true), (1, false, 1920, false)]);
        assert_eq!(events[4..8], [(1, false, 4800, false), (1, true, 4800, false), (1, true, 4800, false), (1, true, 4800, false)]);
        assert_eq!(events[8], (11, false, 960, true));
        assert!(!sender.busy());
    }

    #[test]
    fn without_events_a_tone_comes() {
        let mut sender = Sender::default();
        sender.push("7");
        assert_eq!(sender.tick(20, None), Some(Step::Tone { key: '7', at: 0 }));
        let mut pcm = vec![0; 800];
        tone('7', 0, Rate::Narrow, &mut pcm);
        let (low, high) = (crate::signal::power_at(&pcm, 8000, 852.0), crate::signal::power_at(&pcm, 8000, 1209.0));
        assert!(low > -15.0 && high > -15.0, "{low} {high}");
        assert!(crate::signal::power_at(&pcm, 8000, 697.0) < -30.0);
    }

    #[test]
    fn clocks_are_mapped() {
        let event = Event { event: 3, end: true, volume: 7, duration: 800 };
        assert_eq!(event.in_clock(8000, 48_000).duration, 4800);
        assert_eq!(Event::parse(&event.bytes()), Some(event));
        assert_eq!(Event { duration: 20_000, ..event }.in_clock(8000, 48_000).duration, u16::MAX);
    }
}
