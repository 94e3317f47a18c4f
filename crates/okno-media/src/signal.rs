//! Measuring and making signals for tests of this crate.

/// A sine of `amplitude` (1 is full scale) that lasts `ms`.
pub(crate) fn sine(hz: u32, frequency: f64, amplitude: f64, ms: usize) -> Vec<i16> {
    let count = hz as usize * ms / 1000;
    (0..count)
        .map(|n| ((std::f64::consts::TAU * frequency * n as f64 / f64::from(hz)).sin() * amplitude * 32_767.0).round() as i16)
        .collect()
}

/// The power of one frequency in dB of full scale: a full-scale sine has -3.01.
pub(crate) fn power_at(pcm: &[i16], hz: u32, frequency: f64) -> f64 {
    let (mut real, mut imaginary, mut weight) = (0.0, 0.0, 0.0);
    let len = pcm.len() as f64;
    for (n, sample) in pcm.iter().enumerate() {
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * n as f64 / len).cos();
        let angle = std::f64::consts::TAU * frequency * n as f64 / f64::from(hz);
        let value = f64::from(*sample) / 32_768.0 * window;
        real += value * angle.cos();
        imaginary += value * angle.sin();
        weight += window;
    }
    let power = 2.0 * (real * real + imaginary * imaginary) / (weight * weight);
    10.0 * power.max(1e-12).log10()
}

/// Mean power in dB of full scale.
pub(crate) fn level(pcm: &[i16]) -> f64 {
    let sum: f64 = pcm.iter().map(|sample| (f64::from(*sample) / 32_768.0).powi(2)).sum();
    10.0 * (sum / pcm.len().max(1) as f64).max(1e-12).log10()
}

/// How far `decoded` lies from `original` in dB, at the delay and gain where it fits best.
pub(crate) fn snr(original: &[i16], decoded: &[i16], max_delay: usize) -> f64 {
    (0..=max_delay)
        .map(|delay| {
            let pairs = || original.iter().zip(&decoded[delay.min(decoded.len())..]).map(|(a, b)| (f64::from(*a), f64::from(*b)));
            let cross: f64 = pairs().map(|(a, b)| a * b).sum();
            let energy: f64 = pairs().map(|(_, b)| b * b).sum::<f64>().max(1.0);
            let gain = cross / energy;
            let signal: f64 = pairs().map(|(a, _)| a * a).sum();
            let noise: f64 = pairs().map(|(a, b)| (a - gain * b).powi(2)).sum::<f64>().max(1.0);
            10.0 * (signal / noise).log10()
        })
        .fold(f64::MIN, f64::max)
}

/// A repeatable source of random numbers.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// White noise of that level in dB of full scale.
    pub(crate) fn noise(&mut self, count: usize, dbfs: f64) -> Vec<i16> {
        let peak = 10.0_f64.powf(dbfs / 20.0) * 3.0_f64.sqrt() * 32_768.0;
        (0..count).map(|_| ((self.next() % 20_001) as f64 / 10_000.0 - 1.0) * peak).map(|v| v.clamp(-32_768.0, 32_767.0) as i16).collect()
    }
}

/// Something like speech: voiced syllables of a gliding pitch with two formants, pauses between, `ms` long.
pub(crate) fn speech(hz: u32, ms: usize, seed: u64) -> Vec<i16> {
    let mut dice = Dice(seed | 1);
    let mut out = Vec::new();
    let mut phase = 0.0_f64;
    while out.len() < hz as usize * ms / 1000 {
        let length = hz as usize * (80 + dice.below(200)) / 1000;
        let pitch = 90.0 + dice.below(140) as f64;
        let formants = [300.0 + dice.below(500) as f64, 900.0 + dice.below(1500) as f64];
        for n in 0..length {
            let part = n as f64 / length as f64;
            phase += pitch * (1.0 + 0.2 * part) / f64::from(hz);
            let envelope = (std::f64::consts::PI * part).sin();
            let mut value = 0.0;
            for harmonic in 1..20 {
                let frequency = pitch * f64::from(harmonic);
                if frequency > f64::from(hz) * 0.45 {
                    break;
                }
                let weight: f64 = formants.iter().map(|f| 1.0 / (1.0 + ((frequency - f) / 120.0).powi(2))).sum();
                value += weight * (std::f64::consts::TAU * phase * f64::from(harmonic)).sin();
            }
            out.push((value * envelope * 5000.0).clamp(-32_000.0, 32_000.0) as i16);
        }
        out.extend(std::iter::repeat_n(0, hz as usize * dice.below(120) / 1000));
    }
    out.truncate(hz as usize * ms / 1000);
    out
}
