//! DTMF that is heard in the audio, for trunks that send no telephone events.
//!
//! Blocks of 102 samples at 8 kHz (12.75 ms). A block is a digit if one low and one high frequency stand out of their groups, hold nearly all
//! of its energy, differ by no more than a telephone network makes them differ (twist), and have no second harmonic, which a voice would have.
//! Two blocks in a row begin a digit and three without it end it, so that 40 ms of tone are enough and 20 ms are not (ITU-T Q.24).

use crate::codec::Rate;

const BLOCK: usize = 102;

const LOW: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const DIGITS: [[char; 4]; 4] = [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

/// Power of the weaker tone at least, in full scale: -43 dB.
const FLOOR: f32 = 5e-5;

/// How much the best of a group must be above each other of it (8 dB).
const SELECTIVE: f32 = 6.3;

/// The high tone may be 4 dB louder than the low one, and 8 dB weaker.
const HIGH_OVER_LOW: f32 = 2.51;
const LOW_OVER_HIGH: f32 = 6.3;

/// The part of the block's energy that the two tones hold.
const PURE: f32 = 0.82;

/// Power of a second harmonic at most, in parts of its tone.
const HARMONIC: f32 = 0.08;

/// Blocks that begin a digit, and blocks without it that end it.
const BEGIN: u32 = 2;
const END: u32 = 3;

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A digit has begun.
    Begin(char),
    /// It has ended after about so many milliseconds.
    End {
        /// `0` to `9`, `*`, `#`, `A` to `D`.
        digit: char,
        /// Length of the tone.
        ms: u32,
    },
}

/// The filters: four low tones, four high ones, and twice each. They are side by side so that one instruction feeds several.
#[derive(Clone)]
struct Bank {
    coefficients: [f32; BINS],
    one: [f32; BINS],
    two: [f32; BINS],
}

const BINS: usize = 16;

impl Bank {
    fn new() -> Self {
        let mut frequencies = LOW.into_iter().chain(HIGH).chain(LOW.map(|f| 2.0 * f)).chain(HIGH.map(|f| 2.0 * f));
        let coefficients =
            std::array::from_fn(|_| frequencies.next().map_or(0.0, |f| (2.0 * (std::f64::consts::TAU * f / 8000.0).cos()) as f32));
        Self { coefficients, one: [0.0; BINS], two: [0.0; BINS] }
    }

    fn feed(&mut self, sample: f32) {
        for bin in 0..BINS {
            let next = sample + self.coefficients[bin] * self.one[bin] - self.two[bin];
            self.two[bin] = self.one[bin];
            self.one[bin] = next;
        }
    }

    /// The power of the block at each frequency: a sine of amplitude `a` gives a²/2. Low, high, twice low, twice high.
    fn take(&mut self) -> [[f32; 4]; 4] {
        let powers = std::array::from_fn(|group| {
            std::array::from_fn(|place| {
                let bin = group * 4 + place;
                let (one, two) = (self.one[bin], self.two[bin]);
                (one * one + two * two - self.coefficients[bin] * one * two) * 2.0 / (BLOCK * BLOCK) as f32
            })
        });
        (self.one, self.two) = ([0.0; BINS], [0.0; BINS]);
        powers
    }
}

/// Listens to one direction of one call.
pub struct Detector {
    bank: Bank,
    energy: f32,
    filled: usize,
    /// Every how many samples one counts (2 at 16 kHz, averaged).
    step: usize,
    carry: Option<f32>,
    last: Option<char>,
    hits: u32,
    misses: u32,
    digit: Option<char>,
    blocks: u32,
}

impl Detector {
    /// A detector of audio of that rate (8 or 16 kHz).
    pub fn new(rate: Rate) -> Self {
        Self {
            bank: Bank::new(),
            energy: 0.0,
            filled: 0,
            step: if rate == Rate::Narrow { 1 } else { 2 },
            carry: None,
            last: None,
            hits: 0,
            misses: 0,
            digit: None,
            blocks: 0,
        }
    }

    /// Listens to samples, and tells what begins and ends in them.
    pub fn push(&mut self, pcm: &[i16], mut tell: impl FnMut(Tone)) {
        for sample in pcm {
            let mut sample = f32::from(*sample) / 32_768.0;
            if self.step == 2 {
                let Some(before) = self.carry.take() else {
                    self.carry = Some(sample);
                    continue;
                };
                sample = f32::midpoint(before, sample);
            }
            self.bank.feed(sample);
            self.energy += sample * sample;
            self.filled += 1;
            if self.filled == BLOCK {
                let heard = self.block();
                self.follow(heard, &mut tell);
            }
        }
    }

    /// The digit of the block that just ended.
    fn block(&mut self) -> Option<char> {
        let energy = self.energy / BLOCK as f32;
        (self.energy, self.filled) = (0.0, 0);
        let [low, high, low_second, high_second] = self.bank.take();
        let (row, column) = (outstanding(&low)?, outstanding(&high)?);
        let (a, b) = (low[row], high[column]);
        let loud = a > FLOOR && b > FLOOR;
        let twist = b <= a * HIGH_OVER_LOW && a <= b * LOW_OVER_HIGH;
        let pure = a + b >= energy * PURE;
        // Twice the low tone of `2`, `6` and `C` is so near their high tone that this filter cannot tell them apart.
        let hidden = (2.0 * LOW[row] - HIGH[column]).abs() < 80.0;
        let plain = (hidden || low_second[row] <= a * HARMONIC) && high_second[column] <= b * HARMONIC;
        (loud && twist && pure && plain).then_some(DIGITS[row][column])
    }

    fn follow(&mut self, heard: Option<char>, tell: &mut impl FnMut(Tone)) {
        if let Some(digit) = self.digit {
            self.blocks += 1;
            if heard == Some(digit) {
                self.misses = 0;
                return;
            }
            self.misses += 1;
            if self.misses >= END || (heard.is_some() && heard == self.last) {
                tell(Tone::End { digit, ms: (self.blocks - self.misses) * BLOCK as u32 / 8 });
                (self.digit, self.hits) = (None, 0);
            }
        }
        self.hits = if heard.is_some() && heard == self.last { self.hits + 1 } else { u32::from(heard.is_some()) };
        self.last = heard;
        if self.digit.is_none()
            && self.hits >= BEGIN
            && let Some(digit) = heard
        {
            (self.digit, self.misses, self.blocks) = (Some(digit), 0, BEGIN);
            tell(Tone::Begin(digit));
        }
    }
}

/// The place of the strongest, if all others are well below it.
fn outstanding(powers: &[f32; 4]) -> Option<usize> {
    let best = (0..4).max_by(|a, b| powers[*a].total_cmp(&powers[*b]))?;
    (0..4).all(|other| other == best || powers[best] >= powers[other] * SELECTIVE).then_some(best)
}

/// The two frequencies of a digit in Hz.
pub(crate) fn frequencies(digit: char) -> Option<(f64, f64)> {
    let digit = digit.to_ascii_uppercase();
    DIGITS.iter().zip(LOW).find_map(|(row, low)| row.iter().position(|d| *d == digit).map(|column| (low, HIGH[column])))
}

#[cfg(test)]
mod tests;
