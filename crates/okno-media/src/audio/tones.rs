//! Sounds that need no file: music, signals of the telephone network, keys.

use std::sync::{Arc, OnceLock};

use super::Audio;
use crate::{codec::Rate, goertzel};

/// The frequency of signal tones that most countries use (ITU-T E.180).
const SIGNAL_HZ: f32 = 425.0;

/// Amplitude of signal tones: -20 dB of full scale as mean power.
const SIGNAL: f32 = 0.14;

/// Milliseconds in which a tone rises and falls, so that it does not click.
const EDGE_MS: usize = 5;

/// Seconds per chord, and the chords of the music, as MIDI notes from the deepest. It is a slow walk around C major that ends where it began.
const CHORD_SECONDS: usize = 4;
const CHORDS: [[u8; 5]; 18] = [
    [48, 60, 64, 67, 71],
    [45, 57, 64, 67, 72],
    [41, 60, 65, 69, 72],
    [43, 59, 62, 67, 74],
    [48, 60, 64, 67, 76],
    [52, 59, 64, 67, 71],
    [45, 60, 64, 69, 72],
    [41, 57, 60, 65, 69],
    [50, 57, 62, 65, 72],
    [43, 59, 62, 65, 71],
    [48, 60, 64, 67, 74],
    [45, 57, 60, 64, 71],
    [50, 60, 65, 69, 74],
    [43, 62, 65, 69, 74],
    [52, 59, 62, 67, 74],
    [45, 60, 64, 67, 69],
    [50, 57, 60, 65, 69],
    [43, 57, 62, 65, 71],
];

/// Which note of the chord each eighth takes.
const PATTERN: [usize; 8] = [0, 1, 2, 3, 4, 3, 2, 1];

impl Audio {
    /// The built-in music on hold: a calm arpeggio of 72 seconds whose end runs into its beginning. Made once per process, at about -23 dB of full scale, a
    /// little softer than prompts are.
    pub fn music() -> Arc<Self> {
        static MUSIC: OnceLock<Arc<Audio>> = OnceLock::new();
        Arc::clone(MUSIC.get_or_init(|| Arc::new(Self::from_wide(music()))))
    }

    /// The signal before a voicemail: 0.4 s of 1,000 Hz.
    pub fn beep() -> Self {
        Self::from_wide(tone(&[1000.0], 0.25, 400))
    }

    /// The ringing that a caller hears: one second of tone in five. To be repeated.
    pub fn ringback() -> Self {
        Self::from_wide([tone(&[SIGNAL_HZ], SIGNAL, 1000), quiet(4000)].concat())
    }

    /// Busy: half a second of tone in each second. To be repeated.
    pub fn busy() -> Self {
        Self::from_wide([tone(&[SIGNAL_HZ], SIGNAL, 500), quiet(500)].concat())
    }

    /// Congestion, "all lines are taken": a quarter of a second of tone in each half. To be repeated.
    pub fn congestion() -> Self {
        Self::from_wide([tone(&[SIGNAL_HZ], SIGNAL, 250), quiet(250)].concat())
    }

    /// Nothing for so many milliseconds.
    pub fn silence(ms: usize) -> Self {
        Self::from_wide(quiet(ms))
    }

    /// Keys as tones of 100 ms with pauses of 80 ms; `,` is a pause of a second, other characters are left out.
    pub fn keys(digits: &str) -> Self {
        let parts = digits.chars().map(|digit| match goertzel::frequencies(digit) {
            Some((low, high)) => [tone(&[low as f32, high as f32], 0.2, 100), quiet(80)].concat(),
            None => quiet(if digit == ',' { 1000 } else { 0 }),
        });
        Self::from_wide(parts.collect::<Vec<_>>().concat())
    }
}

fn quiet(ms: usize) -> Vec<f32> {
    vec![0.0; Rate::Wide.samples(ms)]
}

/// Frequencies of equal amplitude for so long, with soft edges.
fn tone(frequencies: &[f32], amplitude: f32, ms: usize) -> Vec<f32> {
    let (count, edge) = (Rate::Wide.samples(ms), Rate::Wide.samples(EDGE_MS));
    (0..count)
        .map(|n| {
            let time = n as f32 / Rate::Wide.hz() as f32;
            let soft = (n.min(count - 1 - n) as f32 / edge as f32).min(1.0);
            frequencies.iter().map(|f| (std::f32::consts::TAU * f * time).sin()).sum::<f32>() * amplitude * soft
        })
        .collect()
}

/// Plucked strings, each note fading behind the next; what is beyond the end goes to the beginning.
fn music() -> Vec<f32> {
    let hz = Rate::Wide.hz() as usize;
    let mut out = vec![0.0_f32; CHORDS.len() * CHORD_SECONDS * hz];
    let eighth = CHORD_SECONDS * hz / PATTERN.len();
    for (chord, notes) in CHORDS.iter().enumerate() {
        for (step, which) in PATTERN.iter().enumerate() {
            let loud = if step == 0 { 0.16 } else { 0.10 + 0.02 * ((chord * 5 + step * 3) % 4) as f32 };
            pluck(&mut out, (chord * PATTERN.len() + step) * eighth, notes[*which], loud);
        }
        // A quiet high note once per chord keeps the ear company.
        pluck(&mut out, chord * CHORD_SECONDS * hz + 5 * eighth / 2, notes[4] + 12, 0.05);
    }
    out
}

/// Adds one note at `start`: three harmonics that fade at their own speed.
fn pluck(out: &mut [f32], start: usize, midi: u8, loud: f32) {
    let hz = Rate::Wide.hz() as f32;
    let frequency = 440.0 * 2.0_f32.powf((f32::from(midi) - 69.0) / 12.0);
    let attack = Rate::Wide.samples(8) as f32;
    for (harmonic, share, seconds) in [(1.0, 1.0, 0.9), (2.0, 0.35, 0.5), (3.0, 0.12, 0.3)] {
        let length = (seconds * 4.0 * hz) as usize;
        let fade = (-1.0 / (seconds * hz)).exp();
        // A sine by rotation: two multiplications per sample instead of a function.
        let (sin, cos) = (std::f32::consts::TAU * frequency * harmonic / hz).sin_cos();
        let (mut x, mut y) = (loud * share, 0.0_f32);
        for n in 0..length {
            (x, y) = ((x * cos - y * sin) * fade, (x * sin + y * cos) * fade);
            let at = (start + n) % out.len();
            out[at] += y * (n as f32 / attack).min(1.0);
        }
    }
}
