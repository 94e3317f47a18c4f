//! Reading a recording: what is whole plays, what is not is named.

use std::{collections::BTreeMap, ops::Range, time::Duration};

use audio_codec::{Decoder as _, pcma::PcmaDecoder, pcmu::PcmuDecoder};

use super::{
    Gap, Hole, PER_MS, Reason, Side,
    seal::{ChunkHeader, Content, cipher},
};
use crate::{
    audio::{peaks, wav_header},
    codec::{Codec, Rate},
};

/// Bytes of the WAV header, and of a sample of both channels.
const WAV_HEADER: u64 = 44;
const WAV_FRAME: u64 = 4;

/// What is wrong with a stored recording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The bytes are not what was sealed: changed, cut, or of another recording.
    #[error("chunk {index} is damaged and is silent")]
    Changed {
        /// Its number, as its header says; it may be what was changed.
        index: u32,
    },
    /// The bytes are no chunk at all.
    #[error("{bytes} bytes at position {position} are no chunk")]
    Foreign {
        /// Place among the pieces that were given.
        position: usize,
        /// Size of the piece.
        bytes: usize,
    },
    /// A chunk is not there.
    #[error("chunk {index} is missing")]
    Missing {
        /// Its number.
        index: u32,
    },
    /// The end was never written: the process died, or the last chunk is missing.
    #[error("the recording ends without its last chunk")]
    NoEnd,
}

/// A recording that was opened with its key. All chunks that it plays were verified.
#[derive(Debug)]
pub struct Recording {
    parts: BTreeMap<u64, Content>,
    length: u64,
    damages: Vec<Damage>,
    gaps: Vec<Gap>,
}

impl Recording {
    /// Opens chunks in any order. It never fails: what is wrong stands in [`Self::damages`].
    pub fn open<B: AsRef<[u8]>>(key: &[u8; 32], chunks: impl IntoIterator<Item = B>) -> Self {
        let cipher = cipher(key);
        let (mut parts, mut damages, mut indexes) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        for (position, bytes) in chunks.into_iter().enumerate() {
            let bytes = bytes.as_ref();
            match (Content::open(&cipher, bytes), ChunkHeader::parse(bytes)) {
                (Some(content), _) => {
                    indexes.insert(content.index, content.last);
                    parts.insert(content.start, content);
                }
                (None, Some(header)) => damages.push(Damage::Changed { index: header.index }),
                (None, None) => damages.push(Damage::Foreign { position, bytes: bytes.len() }),
            }
        }
        let first = indexes.keys().next().copied().unwrap_or(0);
        let end = indexes.keys().next_back().map_or(0, |index| index + 1);
        let changed: Vec<u32> =
            damages.iter().filter_map(|damage| if let Damage::Changed { index } = damage { Some(*index) } else { None }).collect();
        damages.extend(
            (0..end).filter(|index| !indexes.contains_key(index) && !changed.contains(index)).map(|index| Damage::Missing { index }),
        );
        if !indexes.values().any(|last| *last) {
            damages.push(Damage::NoEnd);
        }
        let length = parts.values().map(|part| part.start + u64::from(part.length)).max().unwrap_or(0);
        let gaps = gaps(&parts, length);
        debug_assert!(first <= end);
        Self { parts, length, damages, gaps }
    }

    /// What is wrong with it; empty for a whole recording.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    /// Where there is no sound, and why, in order.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// How long it plays.
    pub fn duration(&self) -> Duration {
        Duration::from_micros(self.length * 1000 / PER_MS)
    }

    /// One channel as samples at 8 kHz.
    pub fn channel(&self, side: Side) -> Vec<i16> {
        self.samples(side, 0..self.length)
    }

    /// The loudest samples of each of `buckets` equal parts, 0 to 255: left, right.
    pub fn waveform(&self, buckets: usize) -> [Vec<u8>; 2] {
        [Side::Customer, Side::Heard].map(|side| peaks(&self.channel(side), buckets))
    }

    /// Bytes of the WAV file of all of it.
    pub fn wav_len(&self) -> u64 {
        WAV_HEADER + self.length * WAV_FRAME
    }

    /// Some bytes of that WAV file, for a browser that asks for ranges while it seeks.
    pub fn wav_bytes(&self, range: Range<u64>) -> Vec<u8> {
        let range = range.start.min(self.wav_len())..range.end.min(self.wav_len());
        if range.is_empty() {
            return Vec::new();
        }
        let header = wav_header(Rate::Narrow.hz(), 2, self.length * WAV_FRAME);
        let mut out = header[range.start.min(WAV_HEADER) as usize..range.end.min(WAV_HEADER) as usize].to_vec();
        if range.end > WAV_HEADER {
            let start = range.start.max(WAV_HEADER) - WAV_HEADER;
            let end = range.end - WAV_HEADER;
            let first = start / WAV_FRAME;
            let pcm = self.interleaved(first..end.div_ceil(WAV_FRAME));
            let skip = (start - first * WAV_FRAME) as usize;
            out.extend_from_slice(&pcm[skip..skip + (end - start) as usize]);
        }
        out
    }

    /// A WAV file (16 bits, two channels) of a part of it.
    pub fn wav(&self, range: Range<Duration>) -> Vec<u8> {
        let sample = |at: Duration| (at.as_micros() as u64 * PER_MS / 1000).min(self.length);
        let (start, end) = (sample(range.start), sample(range.end));
        let pcm = self.interleaved(start..end.max(start));
        let mut out = wav_header(Rate::Narrow.hz(), 2, pcm.len() as u64).to_vec();
        out.extend(pcm);
        out
    }

    fn interleaved(&self, range: Range<u64>) -> Vec<u8> {
        let (left, right) = (self.samples(Side::Customer, range.clone()), self.samples(Side::Heard, range));
        left.iter().zip(&right).flat_map(|(left, right)| [left.to_le_bytes(), right.to_le_bytes()]).flatten().collect()
    }

    fn samples(&self, side: Side, range: Range<u64>) -> Vec<i16> {
        let mut out = vec![0; (range.end - range.start) as usize];
        for part in self.parts.values() {
            let (start, end) = (part.start.max(range.start), (part.start + u64::from(part.length)).min(range.end));
            if start >= end {
                continue;
            }
            if let Some((coding, bytes)) = &part.sides[side as usize] {
                let bytes = &bytes[(start - part.start) as usize..(end - part.start) as usize];
                let out = &mut out[(start - range.start) as usize..(end - range.start) as usize];
                let decoded = match coding {
                    Codec::Pcma => PcmaDecoder::new().decode_into(bytes, out),
                    Codec::Pcmu | Codec::G722 | Codec::Opus => PcmuDecoder::new().decode_into(bytes, out),
                };
                debug_assert!(decoded.is_ok());
            }
        }
        out
    }
}

/// All that chunks say about gaps, and the holes between chunks for which none of them has a reason.
fn gaps(parts: &BTreeMap<u64, Content>, length: u64) -> Vec<Gap> {
    let mut holes: Vec<Hole> = parts.values().flat_map(|part| part.holes.iter().copied()).collect();
    let mut known = holes.clone();
    known.sort_unstable_by_key(|hole| hole.from);
    let mut at = 0;
    for part in parts.values() {
        if part.start > at && !known.iter().any(|hole| hole.from <= at && hole.to >= part.start) {
            holes.push(Hole { reason: Reason::Damaged, from: at, to: part.start });
        }
        at = at.max(part.start + u64::from(part.length));
    }
    holes.retain(|hole| hole.from < length);
    holes.sort_unstable_by_key(|hole| (hole.reason, hole.from));
    let mut joined: Vec<Hole> = Vec::new();
    for hole in holes {
        match joined.last_mut() {
            Some(last) if last.reason == hole.reason && hole.from <= last.to => last.to = last.to.max(hole.to),
            Some(_) | None => joined.push(hole),
        }
    }
    let mut gaps: Vec<Gap> = joined
        .into_iter()
        .map(|hole| Gap { from_ms: hole.from / PER_MS, to_ms: hole.to.min(length).div_ceil(PER_MS), reason: hole.reason })
        .collect();
    gaps.sort_unstable();
    gaps
}
