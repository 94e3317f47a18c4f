//! Hides lost packets: the last pitch period is repeated and fades out, and the first good frame is blended in.
//!
//! The idea is that of G.711 Appendix I: up to 10 ms at full level, silence after 60 ms, so that a long loss does not buzz.

use crate::{codec::Rate, resample::to_sample};

/// Milliseconds of audio that are remembered: two periods of the deepest voice and the window that they are compared in.
const HISTORY_MS: usize = 50;

/// Milliseconds at full level, and until silence.
const FULL_MS: usize = 10;
const END_MS: usize = 60;

/// Milliseconds over which the first good frame is blended with the guess.
const BLEND_MS: usize = 4;

/// The highest and the deepest pitch that is looked for, in Hz.
const PITCH_HIGH: usize = 400;
const PITCH_LOW: usize = 66;

/// What one stream sounded like, and how long it has been missing.
pub(crate) struct Concealer {
    rate: Rate,
    history: Vec<i16>,
    /// One pitch period that joins its own beginning; empty when nothing is lost.
    cycle: Vec<i16>,
    lost: usize,
}

impl Concealer {
    /// For a stream of that rate.
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, history: vec![0; rate.samples(HISTORY_MS)], cycle: Vec::with_capacity(rate.hz() as usize / PITCH_LOW + 1), lost: 0 }
    }

    /// Takes a frame that arrived; after a loss its beginning is blended with the guess.
    pub(crate) fn good(&mut self, pcm: &mut [i16]) {
        if self.lost > 0 {
            let blend = self.rate.samples(BLEND_MS).min(pcm.len());
            for (index, sample) in pcm[..blend].iter_mut().enumerate() {
                let share = (index + 1) as f32 / (blend + 1) as f32;
                *sample = to_sample(f32::from(*sample) * share + self.guess(self.lost + index) * (1.0 - share));
            }
            self.lost = 0;
        }
        self.remember(pcm);
    }

    /// Fills `out` with what might have been there.
    pub(crate) fn lost(&mut self, out: &mut [i16]) {
        if self.lost == 0 {
            self.find_cycle();
        }
        for (index, sample) in out.iter_mut().enumerate() {
            *sample = to_sample(self.guess(self.lost + index));
        }
        self.lost += out.len();
    }

    fn remember(&mut self, pcm: &[i16]) {
        let len = self.history.len();
        if pcm.len() >= len {
            self.history.copy_from_slice(&pcm[pcm.len() - len..]);
        } else {
            self.history.copy_within(pcm.len().., 0);
            self.history[len - pcm.len()..].copy_from_slice(pcm);
        }
    }

    fn guess(&self, at: usize) -> f32 {
        let (full, end) = (self.rate.samples(FULL_MS), self.rate.samples(END_MS));
        if self.cycle.is_empty() || at >= end {
            return 0.0;
        }
        let gain = if at < full { 1.0 } else { (end - at) as f32 / (end - full) as f32 };
        f32::from(self.cycle[at % self.cycle.len()]) * gain
    }

    /// The lag at which the end of the history is most like what was before; only every second or sixth sample counts at higher rates.
    fn find_cycle(&mut self) {
        let step = self.rate.samples(1) / 8;
        let hz = self.rate.hz() as usize;
        let window = self.rate.samples(20);
        let end = self.history.len();
        let recent = &self.history[end - window..];
        let mut best = (f64::MIN, hz / 200);
        for lag in (hz / PITCH_HIGH..=hz / PITCH_LOW).step_by(step) {
            let before = &self.history[end - window - lag..end - lag];
            let (mut cross, mut energy) = (0.0, 1.0);
            for (a, b) in recent.iter().zip(before).step_by(step) {
                cross += f64::from(*a) * f64::from(*b);
                energy += f64::from(*b) * f64::from(*b);
            }
            let likeness = cross / energy.sqrt();
            // A longer lag must be clearly better, or a multiple of the period is taken.
            if likeness > best.0 + best.0.abs() * 0.0005 {
                best = (likeness, lag);
            }
        }
        let lag = best.1;
        self.cycle.clear();
        self.cycle.extend_from_slice(&self.history[end - lag..]);
        let blend = lag / 4;
        for index in 0..blend {
            let share = (index + 1) as f32 / (blend + 1) as f32;
            let before = f32::from(self.history[end - lag - blend + index]);
            let slot = &mut self.cycle[lag - blend + index];
            *slot = to_sample(f32::from(*slot) * (1.0 - share) + before * share);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::sine;

    #[test]
    fn a_lost_frame_of_a_tone_goes_on_and_fades() {
        for rate in [Rate::Narrow, Rate::Wide] {
            let mut tone = sine(rate.hz(), 200.0, 0.5, 240);
            let expected = tone.clone();
            let frame = rate.samples(20);
            let mut concealer = Concealer::new(rate);
            for at in (0..6 * frame).step_by(frame) {
                concealer.good(&mut tone[at..at + frame]);
            }
            let mut guess = vec![0; frame];
            concealer.lost(&mut guess);
            let error: f64 =
                guess[..rate.samples(10)].iter().zip(&expected[6 * frame..]).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
            let power: f64 = expected[6 * frame..6 * frame + rate.samples(10)].iter().map(|s| f64::from(*s).powi(2)).sum();
            assert!(error < power * 0.02, "the guess is {:.1} dB off", 10.0 * (error / power).log10());
            let mut long = vec![1; rate.samples(100)];
            concealer.lost(&mut long);
            assert!(long[rate.samples(50)..].iter().all(|sample| *sample == 0), "a long loss becomes silence");
        }
    }

    #[test]
    fn the_first_good_frame_is_blended_without_a_step() {
        let rate = Rate::Narrow;
        let mut concealer = Concealer::new(rate);
        let mut before = sine(8000, 200.0, 0.5, 100);
        concealer.good(&mut before);
        let mut guess = vec![0; 160];
        concealer.lost(&mut guess);
        let mut after = sine(8000, 200.0, 0.5, 20);
        concealer.good(&mut after);
        let step = i32::from(after[0]) - i32::from(guess[159]);
        assert!(step.abs() < 3500, "a step of {step} is a click");
    }
}
