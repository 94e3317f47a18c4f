//! How loud, whether somebody speaks, when he has finished, and the noise that says that the line is alive.

use std::time::Duration;

use crate::codec::Rate;

/// The level of digital silence here, in dB of full scale.
pub const SILENT: f32 = -96.0;

/// Loudness of a frame in dB of full scale: mean power, where a full-scale square wave has 0.
pub fn rms_dbfs(pcm: &[i16]) -> f32 {
    let sum: i64 = pcm.iter().map(|sample| i64::from(*sample) * i64::from(*sample)).sum();
    to_dbfs(sum as f64 / pcm.len().max(1) as f64 / (32_768.0 * 32_768.0))
}

/// The loudest sample in dB of full scale.
pub fn peak_dbfs(pcm: &[i16]) -> f32 {
    let peak = pcm.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    to_dbfs((f64::from(peak) / 32_768.0).powi(2))
}

fn to_dbfs(power: f64) -> f32 {
    if power <= 0.0 { SILENT } else { ((10.0 * power.log10()) as f32).max(SILENT) }
}

/// The level of a talker as a meter shows it: quick to rise, slow to fall.
#[derive(Clone, Copy, Debug)]
pub struct Meter(f32);

impl Default for Meter {
    fn default() -> Self {
        Self(SILENT)
    }
}

impl Meter {
    /// Takes a frame of 20 ms and returns the level in dB of full scale.
    pub fn push(&mut self, pcm: &[i16]) -> f32 {
        let level = rms_dbfs(pcm);
        self.0 = if level > self.0 { level } else { self.0 + (level - self.0) * 0.15 };
        self.0
    }

    /// The level now.
    pub fn level(self) -> f32 {
        self.0
    }
}

/// Tells speech from background by energy: speech is what stands [`Self::ABOVE`] dB above a floor that follows the background.
#[derive(Clone, Copy, Debug, Default)]
pub struct Voice {
    /// The background's level; unknown before the first frame.
    floor: Option<f32>,
    hold: u32,
}

impl Voice {
    /// How far speech stands above the background, in dB.
    const ABOVE: f32 = 9.0;
    /// What is weaker than this is never speech.
    const LEAST: f32 = -50.0;
    /// Frames of 20 ms that speech goes on after the last loud one, so that word ends and short pauses belong to it.
    const HOLD: u32 = 10;

    /// Takes a frame of 20 ms; true while somebody speaks.
    pub fn push(&mut self, pcm: &[i16]) -> bool {
        let level = rms_dbfs(pcm);
        let floor = self.floor.unwrap_or(level.clamp(-75.0, -35.0));
        let loud = level > Self::LEAST && level > floor + Self::ABOVE;
        // The floor falls at once and rises by 3 dB a second, faster while nobody speaks.
        self.floor = Some(if level < floor { level.max(-75.0) } else { (floor + if loud { 0.06 } else { 0.3 }).min(level) });
        self.hold = if loud { Self::HOLD } else { self.hold.saturating_sub(1) };
        self.hold > 0
    }
}

/// Tells a voicemail when its caller has finished: after so much silence, or when he never began.
#[derive(Clone, Copy, Debug)]
pub struct SilenceDetector {
    voice: Voice,
    rate: Rate,
    limit: Duration,
    quiet: Duration,
    spoken: Duration,
}

impl SilenceDetector {
    /// Ends after `limit` of silence.
    pub fn new(rate: Rate, limit: Duration) -> Self {
        Self { voice: Voice::default(), rate, limit, quiet: Duration::ZERO, spoken: Duration::ZERO }
    }

    /// Takes any number of samples. True once it has been silent for the limit, and until somebody speaks again.
    pub fn push(&mut self, pcm: &[i16]) -> bool {
        for frame in pcm.chunks(self.rate.samples(20)) {
            let length = Duration::from_micros(frame.len() as u64 * 1_000_000 / u64::from(self.rate.hz()));
            if self.voice.push(frame) {
                self.spoken += length;
                self.quiet = Duration::ZERO;
            } else {
                self.quiet += length;
            }
        }
        self.quiet >= self.limit
    }

    /// Silence at the end so far: this much may be cut off.
    pub fn quiet(&self) -> Duration {
        self.quiet
    }

    /// Speech in all. A message of less than half a second is none.
    pub fn spoken(&self) -> Duration {
        self.spoken
    }
}

/// Faint noise that keeps a line from sounding dead.
#[derive(Clone, Debug)]
pub struct ComfortNoise {
    state: u32,
    amplitude: f32,
    smooth: f32,
}

impl ComfortNoise {
    /// Noise of that level in dB of full scale; -60 is what a quiet office sounds like. Equal seeds give equal noise.
    pub fn new(dbfs: f32, seed: u32) -> Self {
        // White noise of +-1 has -4.8 dB, and the smoothing below takes another 4.8 dB.
        Self { state: seed | 1, amplitude: 10.0_f32.powf(dbfs.min(-20.0) / 20.0) * 32_768.0 * 3.0, smooth: 0.0 }
    }

    /// Fills `out`.
    pub fn fill(&mut self, out: &mut [i16]) {
        for slot in out {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 17;
            self.state ^= self.state << 5;
            let white = self.state as f32 / (u32::MAX as f32) * 2.0 - 1.0;
            // Softer at the top, as rooms are.
            self.smooth += 0.5 * (white - self.smooth);
            *slot = (self.smooth * self.amplitude) as i16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{Dice, sine, speech};

    #[test]
    fn levels_are_in_db_of_full_scale() {
        assert!((rms_dbfs(&sine(8000, 440.0, 1.0, 1000)) - (-3.01)).abs() < 0.05);
        assert!((rms_dbfs(&sine(8000, 440.0, 0.1, 1000)) - (-23.01)).abs() < 0.05);
        assert!((peak_dbfs(&sine(8000, 440.0, 0.5, 1000)) - (-6.02)).abs() < 0.1);
        assert!((rms_dbfs(&[0; 160]) - SILENT).abs() < 0.01 && (rms_dbfs(&[]) - SILENT).abs() < 0.01);
        let mut meter = Meter::default();
        meter.push(&sine(8000, 440.0, 1.0, 20));
        assert!(meter.push(&[0; 160]) > -30.0, "it falls slowly");
        for _ in 0..100 {
            meter.push(&[0; 160]);
        }
        assert!(meter.level() < -90.0);
    }

    #[test]
    fn comfort_noise_has_the_level_that_was_asked_for() {
        for wanted in [-40.0, -50.0, -60.0] {
            let mut noise = vec![0; 16_000];
            ComfortNoise::new(wanted, 1).fill(&mut noise);
            let level = rms_dbfs(&noise);
            assert!((level - wanted).abs() < 2.0, "{level:.1} for {wanted}");
        }
    }

    #[test]
    fn a_voice_is_told_from_noise_of_any_steady_level() {
        for floor in [-70.0, -50.0, -38.0] {
            let mut voice = Voice::default();
            let noise = Dice(3).noise(8000 * 20, floor);
            let wrong = noise.chunks(160).skip(400).filter(|frame| voice.push(frame)).count();
            assert!(wrong <= 6, "{wrong} frames of noise at {floor} were taken for speech");
            let talk = speech(8000, 3000, 5);
            let spoken = talk.chunks(160).filter(|frame| voice.push(frame)).count();
            assert!(spoken > 110, "only {spoken} of 150 frames at a floor of {floor}");
        }
    }

    #[test]
    fn a_caller_who_has_finished_is_noticed_and_not_before() {
        let mut detector = SilenceDetector::new(Rate::Narrow, Duration::from_secs(3));
        let mut pcm = speech(8000, 5000, 9);
        pcm.extend(Dice(2).noise(8000 * 6, -60.0));
        let ends = pcm.chunks(160).position(|frame| detector.push(frame)).unwrap() * 20;
        assert!((7800..8700).contains(&ends), "ended after {ends} ms");
        assert!(detector.spoken() > Duration::from_secs(3));
        let mut nobody = SilenceDetector::new(Rate::Wide, Duration::from_secs(3));
        assert!(nobody.push(&vec![0; 16_000 * 3]));
        assert!(nobody.spoken() < Duration::from_millis(100));
    }
}
