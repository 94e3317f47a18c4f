//! Who hears whom in a room, and how loud.
//!
//! Each party puts one frame per tick and takes the sum of the others, each times `gain[from][to]`: listen, whisper, barge, mute and hold are
//! only gains. Sums are made in 32 bits and clamped at the end; a changed gain takes one frame, so that it does not click.

/// Parties of a room at most.
pub const MAX_PARTIES: usize = 16;

/// The longest frame: 20 ms at 48 kHz.
const MAX_FRAME: usize = 960;

/// A gain of 1 in the mixer's fixed point.
const UNITY: i32 = 1 << 12;

/// The loudest gain that can be set (12 dB).
const MAX_GAIN: f32 = 4.0;

/// A party's place in one mixer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat(u8);

#[derive(Clone, Copy, Default)]
struct Gain {
    now: i32,
    wanted: i32,
}

/// What a supervisor does in a call. [`Mixer::supervise`] sets the gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supervision {
    /// Hears both, nobody hears him.
    Listen,
    /// The agent hears him, the customer does not.
    Whisper,
    /// Everybody hears him.
    Barge,
}

/// One room.
pub struct Mixer {
    frame: usize,
    taken: [bool; MAX_PARTIES],
    present: [bool; MAX_PARTIES],
    gains: [[Gain; MAX_PARTIES]; MAX_PARTIES],
    frames: Box<[[i16; MAX_FRAME]]>,
}

impl Mixer {
    /// A room whose frames have `frame` samples (at most 960). All memory is reserved now.
    pub fn new(frame: usize) -> Self {
        Self {
            frame: frame.min(MAX_FRAME),
            taken: [false; MAX_PARTIES],
            present: [false; MAX_PARTIES],
            gains: [[Gain::default(); MAX_PARTIES]; MAX_PARTIES],
            frames: vec![[0; MAX_FRAME]; MAX_PARTIES].into_boxed_slice(),
        }
    }

    /// Seats a party that hears all and is heard by all. `None` if the room is full.
    pub fn join(&mut self) -> Option<Seat> {
        let seat = self.taken.iter().position(|taken| !taken)?;
        self.taken[seat] = true;
        self.present[seat] = false;
        for other in 0..MAX_PARTIES {
            let gain = if other == seat { 0 } else { UNITY };
            self.gains[seat][other] = Gain { now: gain, wanted: gain };
            self.gains[other][seat] = Gain { now: gain, wanted: gain };
        }
        Some(Seat(seat as u8))
    }

    /// Frees a seat.
    pub fn leave(&mut self, seat: Seat) {
        self.taken[usize::from(seat.0)] = false;
        self.present[usize::from(seat.0)] = false;
    }

    /// Parties that are seated.
    pub fn parties(&self) -> usize {
        self.taken.iter().filter(|taken| **taken).count()
    }

    /// How loud `to` hears `from`: 0 is not at all, 1 as it is, at most 4. Hearing oneself stays off.
    pub fn gain(&mut self, from: Seat, to: Seat, gain: f32) {
        if from != to {
            let gain = if gain.is_finite() { gain.clamp(0.0, MAX_GAIN) } else { 0.0 };
            self.gains[usize::from(from.0)][usize::from(to.0)].wanted = (gain * UNITY as f32).round() as i32;
        }
    }

    /// Nobody hears `who` (mute), or all do again. Whoever is whispering must be set again by [`Self::supervise`].
    pub fn mute(&mut self, who: Seat, muted: bool) {
        for to in 0..MAX_PARTIES as u8 {
            self.gain(who, Seat(to), if muted { 0.0 } else { 1.0 });
        }
    }

    /// `who` neither hears nor is heard (hold), or both again.
    pub fn hold(&mut self, who: Seat, held: bool) {
        self.mute(who, held);
        for from in 0..MAX_PARTIES as u8 {
            self.gain(Seat(from), who, if held { 0.0 } else { 1.0 });
        }
    }

    /// What `supervisor` may say to the `agent` and to all others. He always hears everybody.
    pub fn supervise(&mut self, supervisor: Seat, agent: Seat, mode: Supervision) {
        for other in 0..MAX_PARTIES as u8 {
            let other = Seat(other);
            let heard = match mode {
                Supervision::Listen => false,
                Supervision::Whisper => other == agent,
                Supervision::Barge => true,
            };
            self.gain(supervisor, other, if heard { 1.0 } else { 0.0 });
            self.gain(other, supervisor, 1.0);
        }
    }

    /// This tick's frame of a party. Shorter frames are filled with silence.
    pub fn put(&mut self, seat: Seat, pcm: &[i16]) {
        let seat = usize::from(seat.0);
        let count = pcm.len().min(self.frame);
        self.frames[seat][..count].copy_from_slice(&pcm[..count]);
        self.frames[seat][count..self.frame].fill(0);
        self.present[seat] = self.taken[seat];
    }

    /// What a party hears in this tick. Returns false if that is silence.
    pub fn mix(&mut self, to: Seat, out: &mut [i16]) -> bool {
        let to = usize::from(to.0);
        let out_len = out.len().min(self.frame);
        let mut sums = [0_i32; MAX_FRAME];
        let mut any = false;
        for from in 0..MAX_PARTIES {
            let gain = &mut self.gains[from][to];
            let (start, end) = (gain.now, gain.wanted);
            gain.now = end;
            if !self.present[from] || from == to || (start == 0 && end == 0) {
                continue;
            }
            any = true;
            let frame = &self.frames[from][..out_len];
            if start == end && end == UNITY {
                sums.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += i32::from(*sample));
            } else if start == end {
                sums.iter_mut().zip(frame).for_each(|(sum, sample)| *sum += (i32::from(*sample) * end) >> 12);
            } else {
                for (index, (sum, sample)) in sums.iter_mut().zip(frame).enumerate() {
                    let gain = start + (end - start) * (index as i32 + 1) / out_len as i32;
                    *sum += (i32::from(*sample) * gain) >> 12;
                }
            }
        }
        for (slot, sum) in out.iter_mut().zip(&sums[..out_len]) {
            *slot = (*sum).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
        }
        out[out_len..].fill(0);
        any
    }

    /// Ends the tick: who puts nothing in the next one is silent in it.
    pub fn tick(&mut self) {
        self.present = [false; MAX_PARTIES];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{power_at, sine};

    const AGENT: f64 = 400.0;
    const CUSTOMER: f64 = 900.0;
    const BOSS: f64 = 1700.0;

    /// Three parties with a tone each speak for a second; returns who hears which of the three, customer, agent and boss in turn.
    fn heard(set: impl Fn(&mut Mixer, [Seat; 3])) -> [[bool; 3]; 3] {
        let mut mixer = Mixer::new(160);
        let seats = [mixer.join().unwrap(), mixer.join().unwrap(), mixer.join().unwrap()];
        set(&mut mixer, seats);
        let tones = [CUSTOMER, AGENT, BOSS].map(|f| sine(8000, f, 0.2, 1000));
        let mut ears = [vec![], vec![], vec![]];
        for tick in 0..50 {
            for (seat, tone) in seats.iter().zip(&tones) {
                mixer.put(*seat, &tone[tick * 160..][..160]);
            }
            for (seat, ear) in seats.iter().zip(&mut ears) {
                let mut out = [0; 160];
                mixer.mix(*seat, &mut out);
                ear.extend_from_slice(&out);
            }
            mixer.tick();
        }
        ears.map(|ear| [CUSTOMER, AGENT, BOSS].map(|f| power_at(&ear[800..], 8000, f) > -30.0))
    }

    #[test]
    fn everybody_hears_the_others_and_nobody_himself() {
        assert_eq!(heard(|_, _| ()), [[false, true, true], [true, false, true], [true, true, false]]);
    }

    #[test]
    fn listen_whisper_and_barge_are_gains() {
        let mode = |mode| heard(move |mixer, [_, agent, boss]| mixer.supervise(boss, agent, mode));
        assert_eq!(mode(Supervision::Listen), [[false, true, false], [true, false, false], [true, true, false]]);
        assert_eq!(mode(Supervision::Whisper), [[false, true, false], [true, false, true], [true, true, false]]);
        assert_eq!(mode(Supervision::Barge), [[false, true, true], [true, false, true], [true, true, false]]);
    }

    #[test]
    fn mute_and_hold() {
        assert_eq!(
            heard(|mixer, [_, agent, _]| mixer.mute(agent, true)),
            [[false, false, true], [true, false, true], [true, false, false]]
        );
        assert_eq!(
            heard(|mixer, [customer, ..]| mixer.hold(customer, true)),
            [[false, false, false], [false, false, true], [false, true, false]]
        );
    }

    #[test]
    fn loud_parties_are_clamped_and_do_not_wrap() {
        let mut mixer = Mixer::new(160);
        let seats: Vec<_> = (0..4).map(|_| mixer.join().unwrap()).collect();
        for seat in &seats {
            mixer.put(*seat, &[30_000; 160]);
        }
        let mut out = [0; 160];
        assert!(mixer.mix(seats[0], &mut out));
        assert_eq!(out, [i16::MAX; 160]);
        mixer.gain(seats[1], seats[0], f32::NAN);
        mixer.gain(seats[2], seats[0], 1e9);
        mixer.mix(seats[0], &mut out);
        assert_eq!(out, [i16::MAX; 160]);
    }

    #[test]
    fn a_gain_changes_without_a_click() {
        let mut mixer = Mixer::new(160);
        let (one, two) = (mixer.join().unwrap(), mixer.join().unwrap());
        mixer.gain(one, two, 0.0);
        mixer.put(one, &[10_000; 160]);
        let mut out = [0; 160];
        mixer.mix(two, &mut out);
        assert!(out.windows(2).all(|pair| (i32::from(pair[0]) - i32::from(pair[1])).abs() < 100));
        assert_eq!(out[159], 0);
        assert!(!mixer.mix(two, &mut out), "a muted room is silent");
    }

    #[test]
    fn a_room_has_sixteen_seats_and_an_empty_one_is_silent() {
        let mut mixer = Mixer::new(160);
        let seats: Vec<_> = std::iter::from_fn(|| mixer.join()).collect();
        assert_eq!(seats.len(), MAX_PARTIES);
        let mut out = [7; 160];
        assert!(!mixer.mix(seats[3], &mut out));
        assert_eq!(out, [0; 160]);
        mixer.leave(seats[3]);
        assert_eq!(mixer.join(), Some(seats[3]));
    }
}
