//! A chunk as bytes: written, taken apart, opened.

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

use super::{Chunk, Hole, MAX_CHUNK, MAX_RECORDING, PER_MS, Reason};
use crate::codec::Codec;

const MAGIC: &[u8; 4] = b"OKR1";
const HEADER: usize = 28;
const NONCE: usize = 24;
const TAG: usize = 16;
const LAST: u8 = 1;

/// Gaps that one chunk can hold.
pub(super) const MAX_HOLES: usize = 1000;

/// The largest sealed part: both sides, gaps, tag.
const MAX_BODY: usize = 2 * MAX_CHUNK as usize + 2 + 17 * MAX_HOLES + TAG;

/// What stands before the sealed part. It can be read without the key, and counts only once the chunk is opened with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkHeader {
    /// Number of the chunk.
    pub index: u32,
    /// First sample, at 8 kHz from the start of the recording.
    pub start: u64,
    /// Number of samples.
    pub length: u32,
    /// No chunk follows.
    pub last: bool,
    codings: [Option<Codec>; 2],
    body: usize,
}

impl ChunkHeader {
    /// Reads the header of a chunk; `None` if these bytes are none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let header = bytes.get(..HEADER)?;
        let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let coding = |byte| match byte {
            0 => Some(None),
            1 => Some(Some(Codec::Pcmu)),
            2 => Some(Some(Codec::Pcma)),
            _ => None,
        };
        let parsed = Self {
            index: word(8),
            start: u64::from(word(12)) << 32 | u64::from(word(16)),
            length: word(20),
            last: header[4] & LAST != 0,
            codings: [coding(header[5])?, coding(header[6])?],
            body: word(24) as usize,
        };
        let sane = &header[..4] == MAGIC && parsed.length <= MAX_CHUNK && parsed.start <= MAX_RECORDING && parsed.body <= MAX_BODY;
        sane.then_some(parsed)
    }

    /// Bytes of the whole chunk.
    pub fn size(&self) -> usize {
        HEADER + NONCE + self.body
    }
}

/// What a chunk holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) index: u32,
    pub(super) start: u64,
    pub(super) length: u32,
    pub(super) last: bool,
    pub(super) holes: Vec<Hole>,
    /// Left and right: their coding and one byte per sample; `None` is silence.
    pub(super) sides: [Option<(Codec, Vec<u8>)>; 2],
}

impl Content {
    /// Seals it. The nonce is random, so that no mistake with indexes or keys can use one twice.
    pub(super) fn seal(&self, cipher: &XChaCha20Poly1305) -> Chunk {
        let mut plain = Vec::with_capacity(2 + 17 * self.holes.len() + 2 * self.length as usize);
        plain.extend((self.holes.len() as u16).to_be_bytes());
        for hole in &self.holes {
            plain.push(match hole.reason {
                Reason::Paused => 1,
                Reason::Dropped => 2,
                Reason::Keys => 3,
                Reason::Damaged => 4,
            });
            plain.extend(hole.from.to_be_bytes());
            plain.extend((hole.to - hole.from).to_be_bytes());
        }
        self.sides.iter().flatten().for_each(|(_, samples)| plain.extend_from_slice(samples));
        let coding = |side: usize| match &self.sides[side] {
            None => 0,
            Some((Codec::Pcma, _)) => 2,
            Some((Codec::Pcmu | Codec::G722 | Codec::Opus, _)) => 1,
        };
        let mut bytes = Vec::with_capacity(HEADER + NONCE + plain.len() + TAG);
        bytes.extend_from_slice(MAGIC);
        bytes.extend([if self.last { LAST } else { 0 }, coding(0), coding(1), 0]);
        bytes.extend(self.index.to_be_bytes());
        bytes.extend(self.start.to_be_bytes());
        bytes.extend(self.length.to_be_bytes());
        bytes.extend(((plain.len() + TAG) as u32).to_be_bytes());
        let nonce: [u8; NONCE] = rand::random();
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &bytes })
            .expect("a chunk is far below the 256 GB that one nonce can seal");
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Chunk {
            index: self.index,
            started_ms: self.start / PER_MS,
            length_ms: (u64::from(self.length) / PER_MS) as u32,
            last: self.last,
            bytes,
        }
    }

    /// Opens a chunk; `None` if it is not exactly as it was sealed with this key.
    pub(super) fn open(cipher: &XChaCha20Poly1305, bytes: &[u8]) -> Option<Self> {
        let header = ChunkHeader::parse(bytes)?;
        if bytes.len() != header.size() {
            return None;
        }
        let nonce: [u8; NONCE] = bytes[HEADER..HEADER + NONCE].try_into().ok()?;
        let plain = cipher.decrypt(&XNonce::from(nonce), Payload { msg: &bytes[HEADER + NONCE..], aad: &bytes[..HEADER] }).ok()?;
        let mut rest = plain.as_slice();
        let mut holes = Vec::new();
        for _ in 0..u16::from_be_bytes(take(&mut rest)?) {
            let [reason] = take(&mut rest)?;
            let reason = match reason {
                1 => Reason::Paused,
                2 => Reason::Dropped,
                3 => Reason::Keys,
                _ => Reason::Damaged,
            };
            let from = u64::from_be_bytes(take(&mut rest)?);
            holes.push(Hole { reason, from, to: from.checked_add(u64::from_be_bytes(take(&mut rest)?))? });
        }
        let mut sides = [None, None];
        for (side, coding) in sides.iter_mut().zip(header.codings) {
            if let Some(coding) = coding {
                let (samples, after) = rest.split_at_checked(header.length as usize)?;
                *side = Some((coding, samples.to_vec()));
                rest = after;
            }
        }
        Some(Self { index: header.index, start: header.start, length: header.length, last: header.last, holes, sides })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*head)
}

/// The cipher of a recording.
pub(super) fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

/// Takes a file of chunks apart that were appended one after the other. Bytes between chunks and a cut-off end come as pieces of their own,
/// which [`super::Recording::open`] names as damage.
pub fn split(mut file: &[u8]) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !file.is_empty() {
        let end = match ChunkHeader::parse(file) {
            Some(header) if header.size() <= file.len() => header.size(),
            // Not a chunk, or cut off: look for the next one.
            Some(_) | None => (1..file.len()).find(|at| file[*at..].starts_with(MAGIC)).unwrap_or(file.len()),
        };
        let (piece, rest) = file.split_at(end);
        pieces.push(piece);
        file = rest;
    }
    pieces
}
