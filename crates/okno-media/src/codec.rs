//! The codecs of calls: what they are called, how long their frames are, and how a frame becomes samples and back.
//!
//! Samples are 16-bit, one channel, at a [`Rate`] that the caller chooses; a codec of another rate is resampled inside. Nothing here
//! allocates per frame: the caller passes the buffers. (Opus itself allocates a scratch buffer in rare mode changes.)

use std::panic::{AssertUnwindSafe, catch_unwind};

use audio_codec::{
    Decoder as _, Encoder as _,
    g722::{G722Decoder, G722Encoder},
    pcma::{PcmaDecoder, PcmaEncoder},
    pcmu::{PcmuDecoder, PcmuEncoder},
};

use crate::{conceal::Concealer, resample::Resampler};

/// The longest packet that is decoded, in milliseconds; it is Opus' own limit, and no telephone sends more.
pub const MAX_PACKET_MS: usize = 120;

/// The longest encoded frame in bytes: an Opus frame at its limit. A buffer of this size is enough for every codec up to 20 ms.
pub const MAX_ENCODED: usize = 1275;

/// Bits per second of Opus speech that we send.
const OPUS_BITRATE: u32 = 24_000;

/// A sample rate inside okno.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    /// 8,000 samples per second, the telephone's.
    Narrow,
    /// 16,000 samples per second, "HD voice".
    Wide,
    /// 48,000 samples per second, of files only.
    Full,
}

impl Rate {
    /// Samples per second.
    pub const fn hz(self) -> u32 {
        match self {
            Self::Narrow => 8_000,
            Self::Wide => 16_000,
            Self::Full => 48_000,
        }
    }

    /// Samples in so many milliseconds.
    pub const fn samples(self, ms: usize) -> usize {
        self.hz() as usize / 1000 * ms
    }
}

/// A codec that okno speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// G.711 µ-law.
    Pcmu,
    /// G.711 A-law.
    Pcma,
    /// G.722 at 64 kbit/s.
    G722,
    /// Opus, one channel.
    Opus,
}

impl Codec {
    /// All of them, the cheapest first.
    pub const ALL: [Self; 4] = [Self::Pcmu, Self::Pcma, Self::G722, Self::Opus];

    /// The encoding name of `a=rtpmap`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::G722 => "G722",
            Self::Opus => "opus",
        }
    }

    /// The codec of an encoding name, in any case of letters.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.name().eq_ignore_ascii_case(name))
    }

    /// The codec of a static payload type.
    pub fn of_payload_type(payload_type: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.payload_type() == Some(payload_type))
    }

    /// The static payload type; Opus has none.
    pub const fn payload_type(self) -> Option<u8> {
        match self {
            Self::Pcmu => Some(0),
            Self::Pcma => Some(8),
            Self::G722 => Some(9),
            Self::Opus => None,
        }
    }

    /// Ticks per second of RTP timestamps. That of G.722 is 8,000 by an old mistake that RFC 3551 keeps.
    pub const fn clock(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => 8_000,
            Self::Opus => 48_000,
        }
    }

    /// RTP timestamp ticks in so many milliseconds.
    pub const fn ticks(self, ms: u32) -> u32 {
        self.clock() / 1000 * ms
    }

    /// The lowest rate that loses nothing of a telephone call in this codec.
    pub const fn rate(self) -> Rate {
        match self {
            Self::Pcmu | Self::Pcma => Rate::Narrow,
            Self::G722 | Self::Opus => Rate::Wide,
        }
    }

    /// Bytes of a frame of so many milliseconds, for codecs whose frames all have one size.
    pub const fn frame_bytes(self, ms: usize) -> Option<usize> {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => Some(8 * ms),
            Self::Opus => None,
        }
    }

    /// True for the two codecs of the telephone network that carry one byte per sample and no state.
    pub const fn is_g711(self) -> bool {
        matches!(self, Self::Pcmu | Self::Pcma)
    }

    /// The byte of digital silence of G.711; for other codecs that of µ-law.
    pub const fn silence(self) -> u8 {
        match self {
            Self::Pcma => 0xD5,
            Self::Pcmu | Self::G722 | Self::Opus => 0xFF,
        }
    }
}

/// Why a frame was not decoded or encoded.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CodecError {
    /// More audio than [`MAX_PACKET_MS`] in one packet.
    #[error("a packet of {0} bytes holds more than 120 ms of audio")]
    TooLong(usize),
    /// The caller's buffer is too small.
    #[error("the buffer holds {0} values, the frame needs more")]
    Buffer(usize),
    /// The payload is not of this codec.
    #[error("the payload is damaged: {0}")]
    Damaged(String),
    /// This number of samples is no frame of the codec.
    #[error("{0} samples are no frame of the codec; use 10, 20, 40 or 60 ms")]
    FrameSize(usize),
    /// The codec could not be set up.
    #[error("the codec cannot be started: {0}")]
    Start(String),
}

enum DecoderKind {
    Pcmu(PcmuDecoder),
    Pcma(PcmaDecoder),
    G722(Box<G722Decoder>),
    Opus(Box<ropus::Decoder>),
}

/// Turns the payloads of one stream into samples and hides lost ones.
pub struct Decoder {
    codec: Codec,
    rate: Rate,
    kind: DecoderKind,
    resampler: Option<Resampler>,
    conceal: Concealer,
    scratch: Box<[i16]>,
}

impl Decoder {
    /// A decoder whose samples come at `rate`. Opus decodes straight to that rate.
    pub fn new(codec: Codec, rate: Rate) -> Result<Self, CodecError> {
        let kind = match codec {
            Codec::Pcmu => DecoderKind::Pcmu(PcmuDecoder::new()),
            Codec::Pcma => DecoderKind::Pcma(PcmaDecoder::new()),
            Codec::G722 => DecoderKind::G722(Box::new(G722Decoder::new())),
            Codec::Opus => DecoderKind::Opus(Box::new(opus_decoder(rate)?)),
        };
        let own = native(codec, rate);
        Ok(Self {
            codec,
            rate,
            kind,
            resampler: (own != rate).then(|| Resampler::new(own, rate)),
            conceal: Concealer::new(rate),
            scratch: vec![0; Rate::Wide.samples(MAX_PACKET_MS)].into_boxed_slice(),
        })
    }

    /// What it decodes.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The rate of its samples.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Decodes one payload into `out` and returns the number of samples. A buffer of [`MAX_PACKET_MS`] fits always.
    pub fn decode(&mut self, payload: &[u8], out: &mut [i16]) -> Result<usize, CodecError> {
        if payload.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.kind {
            DecoderKind::Opus(opus) => {
                let len = opus_room(out, self.rate)?;
                let result = catch_unwind(AssertUnwindSafe(|| opus.decode(payload, &mut out[..len], ropus::DecodeMode::Normal)));
                match result {
                    Ok(Ok(count)) => return Ok(count),
                    Ok(Err(error)) => return Err(CodecError::Damaged(error.to_string())),
                    Err(_) => {
                        // A packet that makes the codec panic must not end a thread that carries other people's calls.
                        **opus = opus_decoder(self.rate)?;
                        return Err(CodecError::Damaged("the Opus packet cannot be decoded".to_owned()));
                    }
                }
            }
            DecoderKind::Pcmu(_) | DecoderKind::Pcma(_) | DecoderKind::G722(_) => {
                if payload.len() > 8 * MAX_PACKET_MS {
                    return Err(CodecError::TooLong(payload.len()));
                }
                self.decode_telephone(payload, out)?
            }
        };
        self.conceal.good(&mut out[..count]);
        Ok(count)
    }

    fn decode_telephone(&mut self, payload: &[u8], out: &mut [i16]) -> Result<usize, CodecError> {
        let own = native(self.codec, self.rate).samples(payload.len()) / 8;
        let needed = own * self.rate.hz() as usize / native(self.codec, self.rate).hz() as usize;
        if out.len() < needed {
            return Err(CodecError::Buffer(out.len()));
        }
        let direct = self.resampler.is_none();
        let room: &mut [i16] = if direct { &mut out[..own] } else { &mut self.scratch[..own] };
        let count = match &mut self.kind {
            DecoderKind::Pcmu(codec) => codec.decode_into(payload, room),
            DecoderKind::Pcma(codec) => codec.decode_into(payload, room),
            DecoderKind::G722(codec) => codec.decode_into(payload, room),
            DecoderKind::Opus(_) => Ok(0),
        }
        .map_err(|error| CodecError::Damaged(error.to_string()))?;
        Ok(match &mut self.resampler {
            Some(resampler) => resampler.run(&self.scratch[..count], out),
            None => count,
        })
    }

    /// Fills `out` with a guess of audio that did not arrive: the last pitch period fading out within 60 ms, or Opus' own.
    pub fn conceal(&mut self, out: &mut [i16]) {
        if let DecoderKind::Opus(opus) = &mut self.kind {
            let done = catch_unwind(AssertUnwindSafe(|| opus.decode(&[], out, ropus::DecodeMode::Normal)));
            let count = done.ok().and_then(Result::ok).unwrap_or(0);
            out[count..].fill(0);
        } else {
            self.conceal.lost(out);
        }
    }

    /// Like [`Self::conceal`], but the packet behind the lost one is here: Opus may carry a copy of the lost one in it.
    pub fn recover(&mut self, next: &[u8], out: &mut [i16]) {
        if let DecoderKind::Opus(opus) = &mut self.kind
            && let Ok(Ok(count)) = catch_unwind(AssertUnwindSafe(|| opus.decode(next, out, ropus::DecodeMode::Fec)))
        {
            out[count..].fill(0);
            return;
        }
        self.conceal(out);
    }
}

enum EncoderKind {
    Pcmu(PcmuEncoder),
    Pcma(PcmaEncoder),
    G722(Box<G722Encoder>),
    Opus(Box<ropus::Encoder>),
}

/// Turns samples into the payloads of one stream.
pub struct Encoder {
    codec: Codec,
    rate: Rate,
    kind: EncoderKind,
    resampler: Option<Resampler>,
    scratch: Box<[i16]>,
}

impl Encoder {
    /// An encoder that is fed with samples at `rate`. Opus encodes from that rate.
    pub fn new(codec: Codec, rate: Rate) -> Result<Self, CodecError> {
        let kind = match codec {
            Codec::Pcmu => EncoderKind::Pcmu(PcmuEncoder::new()),
            Codec::Pcma => EncoderKind::Pcma(PcmaEncoder::new()),
            Codec::G722 => EncoderKind::G722(Box::new(G722Encoder::new())),
            Codec::Opus => EncoderKind::Opus(Box::new(opus_encoder(rate)?)),
        };
        let own = native(codec, rate);
        Ok(Self {
            codec,
            rate,
            kind,
            resampler: (own != rate).then(|| Resampler::new(rate, own)),
            scratch: vec![0; Rate::Wide.samples(MAX_PACKET_MS)].into_boxed_slice(),
        })
    }

    /// What it encodes to.
    pub fn codec(&self) -> Codec {
        self.codec
    }

    /// The rate of the samples that it takes.
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Encodes one frame (10, 20, 40 or 60 ms) into `out` and returns the number of bytes.
    pub fn encode(&mut self, pcm: &[i16], out: &mut [u8]) -> Result<usize, CodecError> {
        if pcm.len() > self.rate.samples(MAX_PACKET_MS) || !pcm.len().is_multiple_of(self.rate.samples(5)) {
            return Err(CodecError::FrameSize(pcm.len()));
        }
        let pcm = match &mut self.resampler {
            Some(resampler) => {
                let count = resampler.run(pcm, &mut self.scratch);
                &self.scratch[..count]
            }
            None => pcm,
        };
        match &mut self.kind {
            EncoderKind::Pcmu(codec) => codec.encode_into(pcm, out),
            EncoderKind::Pcma(codec) => codec.encode_into(pcm, out),
            EncoderKind::G722(codec) => codec.encode_into(pcm, out),
            EncoderKind::Opus(codec) => {
                return codec.encode(pcm, out).map_err(|error| CodecError::Damaged(error.to_string()));
            }
        }
        .map_err(|_| CodecError::Buffer(out.len()))
    }
}

/// The rate at which the codec itself works when the caller wants `rate`.
fn native(codec: Codec, rate: Rate) -> Rate {
    match codec {
        Codec::Pcmu | Codec::Pcma => Rate::Narrow,
        Codec::G722 => Rate::Wide,
        Codec::Opus => rate,
    }
}

fn opus_decoder(rate: Rate) -> Result<ropus::Decoder, CodecError> {
    ropus::Decoder::new(rate.hz(), ropus::Channels::Mono).map_err(|error| CodecError::Start(error.to_string()))
}

fn opus_encoder(rate: Rate) -> Result<ropus::Encoder, CodecError> {
    ropus::Encoder::builder(rate.hz(), ropus::Channels::Mono, ropus::Application::Voip)
        .bitrate(ropus::Bitrate::try_bits(OPUS_BITRATE).map_err(|error| CodecError::Start(error.to_string()))?)
        .complexity(5)
        .signal(ropus::Signal::Voice)
        .inband_fec(ropus::InbandFec::Enabled)
        .packet_loss_perc(3)
        .build()
        .map_err(|error| CodecError::Start(error.to_string()))
}

/// How much of `out` an Opus decoder may see: at most the longest packet.
fn opus_room(out: &[i16], rate: Rate) -> Result<usize, CodecError> {
    let len = out.len().min(rate.samples(MAX_PACKET_MS));
    if len < rate.samples(5) { Err(CodecError::Buffer(out.len())) } else { Ok(len) }
}

#[cfg(test)]
mod tests;
