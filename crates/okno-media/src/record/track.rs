//! One recording being made: payloads are placed on its time, full chunks are sealed. No thread, no clock: time comes with the calls, in samples
//! at 8 kHz since the start.

use std::{collections::VecDeque, mem};

use audio_codec::{
    Decoder as _, Encoder as _,
    pcma::{PcmaDecoder, PcmaEncoder},
    pcmu::{PcmuDecoder, PcmuEncoder},
};
use chacha20poly1305::XChaCha20Poly1305;

use super::{
    CHUNK_MS, Chunk, GRACE_MS, Hole, PER_MS, Reason, RecorderConfig, Side,
    seal::{Content, MAX_HOLES, cipher},
};
use crate::{
    codec::{Codec, Decoder, Rate},
    goertzel::{Detector, Tone},
};

const CHUNK: u64 = CHUNK_MS * PER_MS;
const GRACE: u64 = GRACE_MS * PER_MS;

/// A stream whose timestamps and arrival differ by more than this begins anew on the recording's time.
const ADRIFT: u64 = 400 * PER_MS;

/// Samples of a chunk that is open: its own, those that come early, and those of a packet.
const WINDOW: usize = (CHUNK + GRACE + ADRIFT + 200 * PER_MS) as usize;

/// Samples before a detected key that are cut out too: the detector needs two of its blocks.
const KEY_LEAD: u64 = 45 * PER_MS;

/// Sealed chunks that wait for the store at most: a minute. What comes then is dropped, and marked.
const MAX_WAITING: usize = 20;

/// One channel.
struct Channel {
    /// The coding of what is in `data`; `None` while that is silence.
    coding: Option<Codec>,
    data: Vec<u8>,
    /// An RTP timestamp, and the sample where it belongs.
    anchor: Option<(Codec, u32, u64)>,
    decoder: Option<Decoder>,
    /// The newest timestamp that was decoded.
    decoded: Option<u32>,
    keys: Option<Detector>,
    masking: bool,
}

impl Channel {
    fn new(mask_keys: bool) -> Self {
        Self {
            coding: None,
            data: Vec::new(),
            anchor: None,
            decoder: None,
            decoded: None,
            keys: mask_keys.then(|| Detector::new(Rate::Narrow)),
            masking: false,
        }
    }

    /// The sample of a timestamp: that of its stream, unless it strays too far from when it came.
    fn place(&mut self, codec: Codec, timestamp: u32, at: u64) -> u64 {
        if let Some((known, from, sample)) = self.anchor
            && known == codec
        {
            let ticks = i64::from(timestamp.wrapping_sub(from) as i32);
            let place = sample as i64 + ticks * (PER_MS as i64 * 1000) / i64::from(codec.clock());
            if place >= 0 && (place as u64).abs_diff(at) <= ADRIFT {
                // The anchor follows, so that the difference never overflows.
                self.anchor = Some((codec, timestamp, place as u64));
                return place as u64;
            }
        }
        self.anchor = Some((codec, timestamp, at));
        at
    }

    /// Overwrites from `offset` on with what is at hand, silence before it.
    fn write(&mut self, coding: Codec, offset: usize, samples: &[u8]) {
        let end = (offset + samples.len()).min(WINDOW);
        if offset >= end {
            return;
        }
        self.coding = Some(coding);
        if self.data.len() < end {
            self.data.resize(end, coding.silence());
        }
        self.data[offset..end].copy_from_slice(&samples[..end - offset]);
    }

    fn blank(&mut self, from: usize, to: usize) {
        let to = to.min(self.data.len());
        if let Some(coding) = self.coding
            && from < to
        {
            self.data[from..to].fill(coding.silence());
        }
    }

    /// Takes the first `length` samples out.
    fn take(&mut self, length: usize) -> Option<(Codec, Vec<u8>)> {
        let coding = self.coding?;
        let rest = self.data.split_off(length.min(self.data.len()));
        let mut part = mem::replace(&mut self.data, rest);
        if self.data.is_empty() {
            self.coding = None;
        }
        if part.iter().all(|byte| *byte == coding.silence()) {
            return None;
        }
        part.resize(length, coding.silence());
        Some((coding, part))
    }

    /// What is left of the old coding, in the new one; only a few frames at a change of the codec.
    fn recode(&mut self, coding: Codec) {
        if let Some(old) = self.coding
            && old != coding
        {
            let mut pcm = [0];
            for byte in &mut self.data {
                let decoded = match old {
                    Codec::Pcma => PcmaDecoder::new().decode_into(&[*byte], &mut pcm),
                    Codec::Pcmu | Codec::G722 | Codec::Opus => PcmuDecoder::new().decode_into(&[*byte], &mut pcm),
                };
                let mut out = [coding.silence()];
                if decoded.is_ok() {
                    let _ = match coding {
                        Codec::Pcma => PcmaEncoder::new().encode_into(&pcm, &mut out),
                        Codec::Pcmu | Codec::G722 | Codec::Opus => PcmuEncoder::new().encode_into(&pcm, &mut out),
                    };
                }
                *byte = out[0];
            }
            self.coding = Some(coding);
        }
    }
}

/// A recording being made.
pub(super) struct Track {
    cipher: XChaCha20Poly1305,
    channels: [Channel; 2],
    /// First sample of the open chunk.
    base: u64,
    index: u32,
    holes: Vec<Hole>,
    paused: Option<u64>,
    waiting: VecDeque<Chunk>,
    scratch: Vec<i16>,
    bytes: Vec<u8>,
    ended: bool,
}

impl Track {
    pub(super) fn new(config: &RecorderConfig) -> Self {
        Self {
            cipher: cipher(&config.key),
            channels: [Channel::new(config.mask_keys), Channel::new(config.mask_keys)],
            base: 0,
            index: 0,
            holes: Vec::new(),
            paused: None,
            waiting: VecDeque::new(),
            scratch: vec![0; Rate::Narrow.samples(crate::codec::MAX_PACKET_MS)],
            bytes: Vec::new(),
            ended: false,
        }
    }

    /// A payload that came or went at `at`.
    pub(super) fn frame(&mut self, side: Side, codec: Codec, timestamp: u32, payload: &[u8], at: u64) {
        if self.ended || payload.is_empty() {
            return;
        }
        self.advance(at);
        let coding = if codec.is_g711() { codec } else { Codec::Pcmu };
        if self.channels[side as usize].coding.is_some_and(|old| old != coding) {
            // A chunk has one coding per channel: end it here.
            self.close(at.saturating_sub(self.base).min(CHUNK), false);
            self.channels[side as usize].recode(coding);
        }
        let channel = &mut self.channels[side as usize];
        let place = channel.place(codec, timestamp, at);
        let Some(count) = decode(channel, codec, timestamp, payload, &mut self.scratch) else { return };
        if codec.is_g711() {
            self.bytes.clear();
            self.bytes.extend_from_slice(&payload[..count]);
        } else {
            self.bytes.resize(count, 0);
            if PcmuEncoder::new().encode_into(&self.scratch[..count], &mut self.bytes).is_err() {
                return;
            }
        }
        let end = place + count as u64;
        if place < self.base {
            // Its chunk is sealed already.
            self.hole(Reason::Dropped, place, end.min(self.base));
        }
        let early = self.base.saturating_sub(place).min(count as u64) as usize;
        let offset = (place.max(self.base) - self.base) as usize;
        self.channels[side as usize].write(coding, offset, &self.bytes[early..]);
        self.mask(side, place, count);
    }

    /// Cuts keys out of what was just written.
    fn mask(&mut self, side: Side, place: u64, count: usize) {
        let channel = &mut self.channels[side as usize];
        let Some(keys) = &mut channel.keys else { return };
        let (mut begun, mut ended) = (false, false);
        keys.push(&self.scratch[..count], |tone| match tone {
            Tone::Begin(_) => begun = true,
            Tone::End { .. } => ended = true,
        });
        if !(begun || channel.masking) {
            return;
        }
        let from = if channel.masking { place } else { place.saturating_sub(KEY_LEAD) };
        let to = place + count as u64;
        channel.masking = if begun { true } else { !ended };
        channel.blank(from.saturating_sub(self.base) as usize, to.saturating_sub(self.base) as usize);
        self.hole(Reason::Keys, from, to);
    }

    /// The recording pauses, or goes on.
    pub(super) fn pause(&mut self, paused: bool, at: u64) {
        self.advance(at);
        match (self.paused, paused) {
            (None, true) => self.paused = Some(at),
            (Some(since), false) => {
                self.hole(Reason::Paused, since, at.max(since));
                self.paused = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// Sound was lost on the way here.
    pub(super) fn dropped(&mut self, from: u64, to: u64) {
        self.hole(Reason::Dropped, from, to);
    }

    fn hole(&mut self, reason: Reason, from: u64, to: u64) {
        if from >= to {
            return;
        }
        if let Some(last) = self.holes.iter_mut().rev().find(|hole| hole.reason == reason)
            && from <= last.to
            && to >= last.from
        {
            (last.from, last.to) = (last.from.min(from), last.to.max(to));
        } else if self.holes.len() < MAX_HOLES {
            self.holes.push(Hole { reason, from, to });
        }
    }

    /// It is `now`: chunks whose time and grace have passed are sealed.
    pub(super) fn advance(&mut self, now: u64) {
        while !self.ended && now >= self.base + CHUNK + GRACE {
            self.close(CHUNK, false);
        }
    }

    /// The call has ended: the rest is sealed as the last chunk.
    pub(super) fn finish(&mut self, at: u64) {
        if self.ended {
            return;
        }
        self.advance(at);
        if at > self.base + CHUNK {
            self.close(CHUNK, false);
        }
        self.close(at.saturating_sub(self.base).min(CHUNK), true);
        self.ended = true;
    }

    fn close(&mut self, length: u64, last: bool) {
        if length == 0 && !last {
            return;
        }
        let end = self.base + length;
        if let Some(since) = self.paused {
            self.hole(Reason::Paused, since, end);
            self.paused = Some(end.max(since));
        }
        let sides = self.channels.each_mut().map(|channel| channel.take(length as usize));
        if self.waiting.len() >= MAX_WAITING && !last {
            // Nobody takes what is ready. Memory is bounded, so this part is lost, and the next chunk says so.
            self.hole(Reason::Dropped, self.base, end);
            self.base = end;
            return;
        }
        let content =
            Content { index: self.index, start: self.base, length: length as u32, last, holes: mem::take(&mut self.holes), sides };
        self.waiting.push_back(content.seal(&self.cipher));
        self.index += 1;
        self.base = end;
    }

    /// The oldest chunk that is ready.
    pub(super) fn next(&mut self) -> Option<Chunk> {
        self.waiting.pop_front()
    }

    /// Puts a chunk back that could not be handed over.
    pub(super) fn put_back(&mut self, chunk: Chunk) {
        self.waiting.push_front(chunk);
    }

    /// True when all is handed over and nothing can follow.
    pub(super) fn done(&self) -> bool {
        self.ended && self.waiting.is_empty()
    }
}

/// Makes samples at 8 kHz of a payload in `out`, if somebody needs them, and returns how many it has. `None` if it cannot be used.
fn decode(channel: &mut Channel, codec: Codec, timestamp: u32, payload: &[u8], out: &mut [i16]) -> Option<usize> {
    if codec.is_g711() && channel.keys.is_none() {
        return (payload.len() <= out.len()).then_some(payload.len());
    }
    if channel.decoder.as_ref().is_none_or(|decoder| decoder.codec() != codec) {
        channel.decoder = Some(Decoder::new(codec, Rate::Narrow).ok()?);
        channel.decoded = None;
    }
    // A codec with a memory cannot go back.
    if !codec.is_g711() && channel.decoded.is_some_and(|newest| (timestamp.wrapping_sub(newest) as i32) <= 0) {
        let behind = channel.decoded.unwrap_or(timestamp).wrapping_sub(timestamp);
        if behind < codec.clock() * 2 {
            return None;
        }
    }
    channel.decoded = Some(timestamp);
    channel.decoder.as_mut()?.decode(payload, out).ok()
}
