//! Rate conversion of whole files, and the loudness that all prompts have.

use crate::resample::{kaiser, to_sample};

/// Zero crossings of the interpolation filter on each side.
const CROSSINGS: usize = 16;

/// Steps of the filter's table per zero crossing; between them it is linear.
const STEPS: usize = 512;

/// Loudness of a prompt in dB of full scale, over the parts where there is something to hear.
pub(super) const TARGET_DBFS: f32 = -19.0;

/// The loudest sample, so that no codec clips (-1 dB).
pub(super) const PEAK: f32 = 0.891;

/// What is weaker than this is a pause.
const GATE_DBFS: f32 = -50.0;

/// Gain at most: a whisper becomes no shout with all its noise.
const MAX_GAIN_DB: f32 = 24.0;

/// Any rate to any other, without delay.
pub(super) fn convert(input: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to {
        return input.to_vec();
    }
    // Above the lower of both rates' half nothing may pass.
    let narrow = (f64::from(to) / f64::from(from)).min(1.0) * 0.96;
    let reach = CROSSINGS as f64 / narrow;
    let table: Vec<f32> = (0..=CROSSINGS * STEPS + 1)
        .map(|index| {
            let x = index as f64 / STEPS as f64;
            let sinc = if index == 0 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) };
            if x >= CROSSINGS as f64 { 0.0 } else { (sinc * kaiser(x / CROSSINGS as f64) * narrow) as f32 }
        })
        .collect();
    let count = (input.len() as u64 * u64::from(to)).div_ceil(u64::from(from));
    (0..count)
        .map(|index| {
            let whole = index * u64::from(from) / u64::from(to);
            let part = (index * u64::from(from) % u64::from(to)) as f64 / f64::from(to);
            let center = whole as f64 + part;
            let first = (center - reach).ceil().max(0.0) as usize;
            let last = ((center + reach).floor() as usize).min(input.len().saturating_sub(1));
            let mut sum = 0.0;
            for (at, sample) in input[first..=last].iter().enumerate() {
                let place = ((center - (first + at) as f64).abs() * narrow * STEPS as f64) as f32;
                let slot = place as usize;
                if let (Some(a), Some(b)) = (table.get(slot), table.get(slot + 1)) {
                    sum += sample * (a + (b - a) * (place - slot as f32));
                }
            }
            sum
        })
        .collect()
}

/// Brings speech and music to [`TARGET_DBFS`] and holds peaks below [`PEAK`] without cutting them.
pub(super) fn normalize(pcm: &mut [f32], hz: u32) {
    let Some(loudness) = loudness(pcm, hz) else { return };
    let gain = 10.0_f32.powf((TARGET_DBFS - loudness).min(MAX_GAIN_DB) / 20.0);
    for sample in &mut *pcm {
        *sample *= gain;
    }
    limit(pcm, hz as usize / 1000);
}

/// Mean power of the blocks of 50 ms that are no pauses, in dB of full scale; `None` for silence.
pub(super) fn loudness(pcm: &[f32], hz: u32) -> Option<f32> {
    let power = |db: f32| 10.0_f32.powf(db / 10.0);
    let blocks: Vec<f32> = pcm
        .chunks(hz as usize / 20)
        .map(|block| block.iter().map(|s| s * s).sum::<f32>() / block.len() as f32)
        .filter(|p| *p > power(GATE_DBFS))
        .collect();
    let mean = |blocks: &[f32]| blocks.iter().sum::<f32>() / blocks.len() as f32;
    let gate = mean(&blocks) * 0.1;
    let loud: Vec<f32> = blocks.into_iter().filter(|p| *p > gate).collect();
    (!loud.is_empty()).then(|| 10.0 * mean(&loud).log10())
}

/// A limiter that sees 5 ms ahead: the gain that each millisecond needs, the smallest of its neighbors, and a line between them.
fn limit(pcm: &mut [f32], block: usize) {
    const AHEAD: usize = 5;
    let needed: Vec<f32> = pcm
        .chunks(block)
        .map(|part| {
            let peak = part.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
            if peak > PEAK { PEAK / peak } else { 1.0 }
        })
        .collect();
    let smallest: Vec<f32> = (0..needed.len())
        .map(|at| needed[at.saturating_sub(AHEAD)..(at + AHEAD + 1).min(needed.len())].iter().copied().fold(1.0, f32::min))
        .collect();
    for (at, part) in pcm.chunks_mut(block).enumerate() {
        // Both ends of the line are no more than this block needs, since each is the smallest of a range that holds it.
        let (start, end) = (smallest[at.saturating_sub(1)], smallest[at]);
        let length = part.len() as f32;
        for (index, sample) in part.iter_mut().enumerate() {
            *sample = (*sample * (start + (end - start) * index as f32 / length)).clamp(-PEAK, PEAK);
        }
    }
}

/// As 16-bit samples.
pub(super) fn to_pcm(samples: &[f32]) -> Vec<i16> {
    samples.iter().map(|sample| to_sample(sample * 32_767.0)).collect()
}
