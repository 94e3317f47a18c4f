//! Prompts and music: files become samples of one loudness once, and frames of each codec once, which all listeners share.

mod convert;
mod ogg;
mod tones;
mod wav;

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::codec::{Codec, Encoder, MAX_ENCODED, Rate};

pub(crate) use wav::header as wav_header;

/// Milliseconds of a frame that is played.
pub const FRAME_MS: usize = 20;

/// How large a file may be that people upload.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Length of what it plays.
    pub length: Duration,
}

impl Default for Limits {
    /// 20 MB and 10 minutes: the longest music on hold that makes sense, as 44.1 kHz stereo it would be 100 MB and is better sent as Opus.
    fn default() -> Self {
        Self { bytes: 20_000_000, length: Duration::from_secs(600) }
    }
}

/// Why a file is no prompt.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AudioError {
    /// Larger than allowed.
    #[error("the file has {bytes} bytes, at most {limit} are allowed; save it as mono at 16 kHz, or as Opus")]
    TooLarge {
        /// Of the file.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Longer than allowed.
    #[error("the audio is longer than {0} seconds, which is the limit")]
    TooLong(u64),
    /// Neither WAV nor Ogg.
    #[error("this is neither a WAV nor an Ogg Opus file; convert it to one of them")]
    UnknownFormat,
    /// A WAV file with a coding that is not read.
    #[error("the WAV file uses {0}; save it as 16-bit PCM")]
    WavCoding(String),
    /// An Ogg file without Opus.
    #[error("the Ogg file holds {0}; only Opus is played, convert it with opusenc")]
    OggCoding(String),
    /// The file contradicts itself.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// Nothing to hear.
    #[error("the file holds no audio")]
    Empty,
    /// A codec failed.
    #[error(transparent)]
    Codec(#[from] crate::codec::CodecError),
}

/// Encoded frames of 20 ms that any number of legs play at once, each at its own place.
#[derive(Clone, Debug)]
pub struct Encoded {
    data: Arc<[u8]>,
    /// Where each frame begins, and the end.
    starts: Arc<[u32]>,
}

impl Encoded {
    /// Number of frames.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// True if there is no frame.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One frame; `None` at the end.
    pub fn frame(&self, index: usize) -> Option<&[u8]> {
        let (start, end) = (*self.starts.get(index)?, *self.starts.get(index + 1)?);
        self.data.get(start as usize..end as usize)
    }
}

/// Something that can be played.
pub struct Audio {
    narrow: Arc<[i16]>,
    wide: Arc<[i16]>,
    encoded: [OnceLock<Encoded>; Codec::ALL.len()],
}

impl fmt::Debug for Audio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audio").field("duration", &self.duration()).finish_non_exhaustive()
    }
}

impl Audio {
    /// Reads a WAV file (PCM of 8, 16, 24 or 32 bits, floating point, µ-law, A-law; any rate and channels) or an Ogg Opus file, and brings it to
    /// the loudness that all prompts have. Work and memory are bounded by `limits`, whatever the file says.
    pub fn decode(bytes: &[u8], limits: Limits) -> Result<Self, AudioError> {
        if bytes.len() > limits.bytes {
            return Err(AudioError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
        }
        let (rate, mono) = if bytes.starts_with(b"RIFF") || bytes.starts_with(b"RF64") {
            wav::read(bytes, limits.length)?
        } else if bytes.starts_with(b"OggS") {
            ogg::read(bytes, limits.length)?
        } else {
            return Err(AudioError::UnknownFormat);
        };
        if mono.is_empty() {
            return Err(AudioError::Empty);
        }
        let mut wide = convert::convert(&mono, rate, Rate::Wide.hz());
        drop(mono);
        convert::normalize(&mut wide, Rate::Wide.hz());
        Ok(Self::from_wide(wide))
    }

    /// Samples from -1 to 1 at 16 kHz, as they are.
    fn from_wide(mut wide: Vec<f32>) -> Self {
        // Frames are whole, and both rates hold the same time.
        wide.resize(wide.len().next_multiple_of(2), 0.0);
        let narrow = convert::convert(&wide, Rate::Wide.hz(), Rate::Narrow.hz());
        Self::from_parts(convert::to_pcm(&narrow), convert::to_pcm(&wide))
    }

    fn from_parts(narrow: Vec<i16>, wide: Vec<i16>) -> Self {
        Self { narrow: narrow.into(), wide: wide.into(), encoded: std::array::from_fn(|_| OnceLock::new()) }
    }

    /// Samples at 16 kHz, as they are.
    pub fn from_pcm(wide: &[i16]) -> Self {
        Self::from_wide(wide.iter().map(|sample| f32::from(*sample) / 32_768.0).collect())
    }

    /// How long it plays.
    pub fn duration(&self) -> Duration {
        Duration::from_micros(self.wide.len() as u64 * 1_000_000 / u64::from(Rate::Wide.hz()))
    }

    /// Its samples at 8 or 16 kHz. For [`Rate::Full`] those at 16 kHz are given, because nothing in a call is better.
    pub fn pcm(&self, rate: Rate) -> &Arc<[i16]> {
        match rate {
            Rate::Narrow => &self.narrow,
            Rate::Wide | Rate::Full => &self.wide,
        }
    }

    /// Its frames in a codec, the last one filled up with silence. The first call for a codec encodes all of it (up to 10 µs per frame of G.722, 150 of
    /// Opus): call it before a media thread needs it.
    pub fn encoded(&self, codec: Codec) -> Result<&Encoded, AudioError> {
        let cell = &self.encoded[codec as usize];
        if let Some(encoded) = cell.get() {
            return Ok(encoded);
        }
        let encoded = self.encode(codec)?;
        Ok(cell.get_or_init(|| encoded))
    }

    /// The frames, if [`Self::encoded`] was called before. Never works, never waits.
    pub fn ready(&self, codec: Codec) -> Option<&Encoded> {
        self.encoded[codec as usize].get()
    }

    fn encode(&self, codec: Codec) -> Result<Encoded, AudioError> {
        let rate = codec.rate();
        let pcm = self.pcm(rate);
        let size = rate.samples(FRAME_MS);
        let frames = pcm.len().div_ceil(size);
        let mut encoder = Encoder::new(codec, rate)?;
        let (mut data, mut starts) = (Vec::with_capacity(frames * 160), Vec::with_capacity(frames + 1));
        let (mut bytes, mut last) = ([0; MAX_ENCODED], vec![0; size]);
        for frame in pcm.chunks(size) {
            starts.push(data.len() as u32);
            let len = if frame.len() == size {
                encoder.encode(frame, &mut bytes)?
            } else {
                last[..frame.len()].copy_from_slice(frame);
                encoder.encode(&last, &mut bytes)?
            };
            data.extend_from_slice(&bytes[..len]);
        }
        starts.push(data.len() as u32);
        Ok(Encoded { data: data.into(), starts: starts.into() })
    }

    /// One after the other.
    pub fn concat(parts: &[&Self]) -> Self {
        let join = |rate: Rate| parts.iter().flat_map(|part| part.pcm(rate).iter().copied()).collect();
        Self::from_parts(join(Rate::Narrow), join(Rate::Wide))
    }

    /// The loudest sample of each of `buckets` equal parts, 0 to 255, to draw it.
    pub fn waveform(&self, buckets: usize) -> Vec<u8> {
        peaks(&self.narrow, buckets)
    }

    /// A WAV file of it, 16-bit PCM, for the administrator's ear.
    pub fn to_wav(&self, rate: Rate) -> Vec<u8> {
        let pcm = self.pcm(rate);
        let hz = if rate == Rate::Narrow { Rate::Narrow.hz() } else { Rate::Wide.hz() };
        let mut out = Vec::with_capacity(44 + 2 * pcm.len());
        out.extend_from_slice(&wav::header(hz, 1, 2 * pcm.len() as u64));
        out.extend(pcm.iter().flat_map(|sample| sample.to_le_bytes()));
        out
    }
}

/// The loudest sample of each of `buckets` equal parts, 0 to 255.
pub(crate) fn peaks(pcm: &[i16], buckets: usize) -> Vec<u8> {
    (0..buckets)
        .map(|bucket| {
            let (start, end) = (pcm.len() * bucket / buckets, pcm.len() * (bucket + 1) / buckets);
            let end = end.max(start + 1).min(pcm.len());
            pcm[start.min(end)..end].iter().map(|sample| (sample.unsigned_abs() >> 7).min(255) as u8).max().unwrap_or(0)
        })
        .collect()
}

#[cfg(test)]
mod tests;
