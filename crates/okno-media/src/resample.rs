//! Streaming conversion between 8, 16 and 48 kHz: a linear-phase filter of Kaiser shape, one branch per phase.
//!
//! The pass band reaches 3.4 kHz (6.8 kHz between 16 and 48), images and aliases lie 60 dB below. Frames of whole milliseconds give exactly
//! `n * to / from` samples each, so that a stream never drifts.

use crate::codec::Rate;

/// Filter taps per sample of the lower rate. Twice that many milliseconds/8 is the delay: 2 ms at 8 kHz.
const TAPS: usize = 32;

/// Input samples taken at once; longer inputs go in several rounds.
const BLOCK: usize = 960;

/// Converts one stream from one rate to another.
pub struct Resampler {
    up: usize,
    down: usize,
    /// Per phase one branch of coefficients in the order of the input.
    branches: Vec<Vec<f32>>,
    /// The last inputs, then the block at hand.
    line: Vec<f32>,
    history: usize,
    /// Inputs left over that did not fill a group of `down`.
    skip: usize,
}

impl Resampler {
    /// A converter; equal rates are allowed and copy.
    pub fn new(from: Rate, to: Rate) -> Self {
        let (from, to) = (from.hz() as usize, to.hz() as usize);
        let (up, down) = if to >= from { (to / from, 1) } else { (1, from / to) };
        let ratio = up.max(down);
        let length = if ratio == 1 { 1 } else { TAPS * ratio };
        let prototype = lowpass(length, 0.5 * 0.96 / ratio as f64);
        let per_branch = length / up;
        let branches =
            (0..up).map(|phase| (0..per_branch).rev().map(|tap| (prototype[tap * up + phase] * up as f64) as f32).collect()).collect();
        let history = per_branch - 1;
        Self { up, down, branches, line: vec![0.0; history + BLOCK], history, skip: 0 }
    }

    /// Converts `input` into `out`, returns the number of samples written. `out` must have room for `input.len() * up / down + 1`.
    pub fn run(&mut self, input: &[i16], out: &mut [i16]) -> usize {
        let mut written = 0;
        for block in input.chunks(BLOCK) {
            let end = self.history + block.len();
            for (to, from) in self.line[self.history..end].iter_mut().zip(block) {
                *to = f32::from(*from);
            }
            let mut at = self.skip;
            while at < block.len() {
                let window = &self.line[at..=at + self.history];
                for branch in &self.branches {
                    let Some(slot) = out.get_mut(written) else { break };
                    *slot = to_sample(dot(window, branch));
                    written += 1;
                }
                at += self.down;
            }
            self.skip = at - block.len();
            self.line.copy_within(block.len()..end, 0);
        }
        debug_assert!(self.up == 1 || self.down == 1);
        written
    }
}

/// The nearest 16-bit value.
pub(crate) fn to_sample(value: f32) -> i16 {
    value.round().clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16
}

/// Eight sums side by side, which the compiler turns into vector instructions.
fn dot(left: &[f32], right: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (left_chunks, right_chunks) = (left.chunks_exact(8), right.chunks_exact(8));
    let rest: f32 = left_chunks.remainder().iter().zip(right_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left_chunks.zip(right_chunks) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// A Kaiser-windowed low pass of `length` taps with its edge at `cutoff` (in parts of the sample rate), of gain 1.
pub(crate) fn lowpass(length: usize, cutoff: f64) -> Vec<f64> {
    if length == 1 {
        return vec![1.0];
    }
    let center = (length - 1) as f64 / 2.0;
    let mut taps: Vec<f64> = (0..length)
        .map(|index| {
            let x = index as f64 - center;
            let sinc = if x.abs() < 1e-9 { 2.0 * cutoff } else { (std::f64::consts::TAU * cutoff * x).sin() / (std::f64::consts::PI * x) };
            sinc * kaiser(x / center)
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    for tap in &mut taps {
        *tap /= sum;
    }
    taps
}

/// The Kaiser window with about 63 dB of stop band, `x` from -1 to 1.
pub(crate) fn kaiser(x: f64) -> f64 {
    const BETA: f64 = 6.0;
    bessel(BETA * (1.0 - x * x).max(0.0).sqrt()) / bessel(BETA)
}

fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{power_at, sine};

    fn convert(from: Rate, to: Rate, input: &[i16], frame_ms: usize) -> Vec<i16> {
        let mut resampler = Resampler::new(from, to);
        let mut out = Vec::new();
        let mut buffer = vec![0; to.samples(frame_ms) + 8];
        for frame in input.chunks(from.samples(frame_ms)) {
            let count = resampler.run(frame, &mut buffer);
            assert_eq!(count, frame.len() * to.hz() as usize / from.hz() as usize);
            out.extend_from_slice(&buffer[..count]);
        }
        out
    }

    #[test]
    fn keeps_a_tone_and_makes_no_image() {
        for (from, to) in [(Rate::Narrow, Rate::Wide), (Rate::Narrow, Rate::Full), (Rate::Wide, Rate::Full)] {
            let out = convert(from, to, &sine(from.hz(), 1000.0, 0.5, 1000), 20);
            let settled = &out[to.samples(100)..];
            let own = power_at(settled, to.hz(), 1000.0);
            let image = power_at(settled, to.hz(), f64::from(from.hz()) - 1000.0);
            assert!((own - (-9.03)).abs() < 0.3, "{from:?} to {to:?}: tone at {own} dBFS");
            assert!(image < -60.0, "{from:?} to {to:?}: image at {image} dBFS");
        }
    }

    #[test]
    fn lets_no_alias_through() {
        for (from, to, high) in [
            (Rate::Full, Rate::Narrow, 5000.0),
            (Rate::Full, Rate::Narrow, 7000.0),
            (Rate::Wide, Rate::Narrow, 5500.0),
            (Rate::Full, Rate::Wide, 11_000.0),
        ] {
            let out = convert(from, to, &sine(from.hz(), high, 0.9, 1000), 20);
            let loudest = out[to.samples(100)..].iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!(loudest < 60, "{high} Hz leaks from {from:?} to {to:?} with {loudest}");
        }
    }

    #[test]
    fn frames_of_any_length_give_the_same_stream() {
        let input = sine(48_000, 700.0, 0.5, 300);
        assert_eq!(convert(Rate::Full, Rate::Narrow, &input, 10), convert(Rate::Full, Rate::Narrow, &input, 60));
    }
}
