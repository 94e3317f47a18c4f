//! What a leg says, as samples in the mixer's pace: jitter buffer, decoder and concealment in one.

use std::time::{Duration, Instant};

use crate::{
    codec::{Codec, CodecError, Decoder, MAX_PACKET_MS, Rate},
    jitter::{Jitter, JitterConfig, JitterStats, Pop, Put},
};

/// One stream that is decoded. [`Self::put`] takes packets, [`Self::pull`] gives exactly as many samples as the mixer wants.
pub struct Inbound {
    jitter: Jitter,
    decoder: Decoder,
    /// Decoded samples that wait; a packet may be longer than what the mixer takes at once.
    ready: Vec<i16>,
    scratch: Box<[i16]>,
    damaged: u64,
}

impl Inbound {
    /// A stream of `codec` whose samples come at `rate`.
    pub fn new(codec: Codec, rate: Rate) -> Result<Self, CodecError> {
        Self::with(codec, rate, JitterConfig::of(codec.clock()))
    }

    /// The same with other bounds of the jitter buffer.
    pub fn with(codec: Codec, rate: Rate, config: JitterConfig) -> Result<Self, CodecError> {
        Ok(Self {
            jitter: Jitter::new(config),
            decoder: Decoder::new(codec, rate)?,
            ready: Vec::with_capacity(rate.samples(2 * MAX_PACKET_MS)),
            scratch: vec![0; rate.samples(MAX_PACKET_MS)].into_boxed_slice(),
            damaged: 0,
        })
    }

    /// What it decodes.
    pub fn codec(&self) -> Codec {
        self.decoder.codec()
    }

    /// A packet arrived.
    pub fn put(&mut self, seq: u16, timestamp: u32, payload: &[u8], arrival: Instant) -> Put {
        self.jitter.put(seq, timestamp, payload, arrival)
    }

    /// A new sender: its numbers have nothing to do with the old ones.
    pub fn reset(&mut self) {
        self.jitter.reset();
        self.ready.clear();
    }

    /// Fills `out`. Returns true if any of it was really received (silence, and guesses of what was lost, are not).
    pub fn pull(&mut self, now: Instant, out: &mut [i16]) -> bool {
        let mut heard = !self.ready.is_empty();
        while self.ready.len() < out.len() {
            heard |= self.step(now, out.len() - self.ready.len());
        }
        out.copy_from_slice(&self.ready[..out.len()]);
        self.ready.drain(..out.len());
        heard
    }

    /// Appends at least one sample to what is ready.
    fn step(&mut self, now: Instant, missing: usize) -> bool {
        let hz = self.decoder.rate().hz() as usize;
        let clock = self.decoder.codec().clock() as usize;
        let limit = self.scratch.len();
        let samples = |ticks: u32| (ticks as usize * hz / clock).clamp(1, limit);
        let (count, heard) = match self.jitter.pop(now) {
            Pop::Frame { payload, .. } => match self.decoder.decode(payload, &mut self.scratch) {
                Ok(0) => (self.silence(missing.min(limit)), false),
                Ok(count) => (count, true),
                Err(_) => {
                    self.damaged += 1;
                    let count = missing.min(limit);
                    self.decoder.conceal(&mut self.scratch[..count]);
                    (count, false)
                }
            },
            Pop::Lost { ticks, next } => {
                let count = samples(ticks);
                match next {
                    Some(next) => self.decoder.recover(next, &mut self.scratch[..count]),
                    None => self.decoder.conceal(&mut self.scratch[..count]),
                }
                (count, false)
            }
            Pop::Silence { ticks } => (self.silence(samples(ticks)), false),
            Pop::Dry => {
                let count = missing.min(limit);
                self.decoder.conceal(&mut self.scratch[..count]);
                (count, false)
            }
            Pop::Filling => (self.silence(missing.min(limit)), false),
        };
        self.ready.extend_from_slice(&self.scratch[..count]);
        heard
    }

    fn silence(&mut self, count: usize) -> usize {
        self.scratch[..count].fill(0);
        count
    }

    /// Counts of the jitter buffer.
    pub fn stats(&self) -> JitterStats {
        self.jitter.stats()
    }

    /// Packets that arrived and could not be decoded.
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Audio that waits between network and ear.
    pub fn delay(&self) -> Duration {
        self.jitter.depth() + Duration::from_micros(self.ready.len() as u64 * 1_000_000 / u64::from(self.decoder.rate().hz()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        codec::{Encoder, MAX_ENCODED},
        signal::{Dice, power_at, sine},
    };

    /// Sends a tone in packets of `packet_ms` over a network that loses every `lose`-th packet, and returns what the mixer got.
    fn listen(codec: Codec, rate: Rate, packet_ms: usize, lose: usize) -> (Vec<i16>, Inbound) {
        let (mut encoder, mut inbound) = (Encoder::new(codec, rate).unwrap(), Inbound::new(codec, rate).unwrap());
        let (mut bytes, mut out, start) = ([0; MAX_ENCODED], Vec::new(), Instant::now());
        let (mut dice, mut tick) = (Dice(3), 0);
        for (seq, frame) in sine(rate.hz(), 500.0, 0.3, 3000).chunks_exact(rate.samples(packet_ms)).enumerate() {
            let now = start + Duration::from_millis((seq * packet_ms + dice.below(15)) as u64);
            let len = encoder.encode(frame, &mut bytes).unwrap();
            if seq % lose != lose - 1 {
                inbound.put(seq as u16, codec.ticks((seq * packet_ms) as u32), &bytes[..len], now);
            }
            while tick * 20 < seq * packet_ms {
                let mut heard = vec![0; rate.samples(20)];
                inbound.pull(now, &mut heard);
                out.extend(heard);
                tick += 1;
            }
        }
        (out, inbound)
    }

    #[test]
    fn packets_of_any_length_become_a_steady_stream() {
        for (codec, rate) in [(Codec::Pcmu, Rate::Narrow), (Codec::Pcma, Rate::Wide), (Codec::G722, Rate::Wide), (Codec::Opus, Rate::Wide)]
        {
            for packet_ms in [10, 20, 40, 60] {
                let (out, inbound) = listen(codec, rate, packet_ms, usize::MAX);
                let level = power_at(&out[rate.samples(500)..], rate.hz(), 500.0);
                assert!((level - (-13.47)).abs() < 1.0, "{codec:?} in {packet_ms} ms: {level:.1} dBFS");
                assert_eq!((inbound.stats().lost, inbound.damaged()), (0, 0));
            }
        }
    }

    #[test]
    fn a_tenth_of_the_packets_lost_is_still_the_tone() {
        for codec in Codec::ALL {
            let (out, inbound) = listen(codec, Rate::Wide, 20, 10);
            let level = power_at(&out[8000..], 16_000, 500.0);
            assert!((level - (-13.47)).abs() < 2.0, "{codec:?}: {level:.1} dBFS");
            assert!(inbound.stats().lost >= 12);
        }
    }

    #[test]
    fn without_packets_there_is_silence() {
        let mut inbound = Inbound::new(Codec::Pcmu, Rate::Narrow).unwrap();
        let mut out = [1; 160];
        assert!(!inbound.pull(Instant::now(), &mut out));
        assert_eq!(out, [0; 160]);
    }
}
