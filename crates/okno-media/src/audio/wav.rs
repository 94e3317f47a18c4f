//! WAV files that strangers upload: chunks are walked with their sizes checked, nothing is believed.

use std::time::Duration;

use audio_codec::{pcma::PcmaDecoder, pcmu::PcmuDecoder};

use super::AudioError;

/// Sample rates that are read.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=384_000;

/// Channels that are read; they become one.
const MAX_CHANNELS: u16 = 64;

#[derive(Clone, Copy)]
enum Coding {
    Unsigned8,
    Signed { bytes: usize },
    Float32,
    Float64,
    MuLaw,
    ALaw,
}

impl Coding {
    fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::MuLaw | Self::ALaw => 1,
            Self::Signed { bytes } => bytes,
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// One sample from -1 to 1.
    fn sample(self, bytes: &[u8]) -> f32 {
        let value = match (self, bytes) {
            (Self::Unsigned8, [byte]) => (f32::from(*byte) - 128.0) / 128.0,
            (Self::Signed { .. }, [a, b]) => f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
            (Self::Signed { .. }, [a, b, c]) => (i32::from_le_bytes([0, *a, *b, *c]) >> 8) as f32 / 8_388_608.0,
            (Self::Signed { .. }, [a, b, c, d]) => i32::from_le_bytes([*a, *b, *c, *d]) as f32 / 2_147_483_648.0,
            (Self::Float32, [a, b, c, d]) => f32::from_le_bytes([*a, *b, *c, *d]),
            (Self::Float64, bytes) => bytes.try_into().map_or(0.0, |bytes| f64::from_le_bytes(bytes) as f32),
            (Self::MuLaw, [byte]) => law(&mut PcmuDecoder::new(), *byte),
            (Self::ALaw, [byte]) => law(&mut PcmaDecoder::new(), *byte),
            (Self::Unsigned8 | Self::Signed { .. } | Self::Float32 | Self::MuLaw | Self::ALaw, _) => 0.0,
        };
        if value.is_finite() { value.clamp(-1.0, 1.0) } else { 0.0 }
    }
}

fn law(decoder: &mut impl audio_codec::Decoder, byte: u8) -> f32 {
    let mut out = [0];
    decoder.decode_into(&[byte], &mut out).map_or(0.0, |_| f32::from(out[0]) / 32_768.0)
}

struct Format {
    coding: Coding,
    channels: u16,
    rate: u32,
}

/// The rate and the samples of a file, all channels as one.
pub(super) fn read(bytes: &[u8], limit: Duration) -> Result<(u32, Vec<f32>), AudioError> {
    if bytes.get(8..12) != Some(b"WAVE") {
        return Err(AudioError::UnknownFormat);
    }
    let (mut format, mut at) = (None, 12);
    while let Some(header) = bytes.get(at..at + 8) {
        let (name, size) = header.split_at(4);
        let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
        let body = &bytes[at + 8..];
        match name {
            b"fmt " => {
                let body = body.get(..size.min(64)).ok_or_else(|| AudioError::Damaged("its format chunk is cut off".to_owned()))?;
                format = Some(parse_format(body)?);
            }
            b"data" => {
                let Some(format) = format else { return Err(AudioError::Damaged("its data come before its format".to_owned())) };
                // Programs that write to a pipe cannot know the size and put a huge one: what is there counts.
                return samples(&format, &body[..size.min(body.len())], limit).map(|mono| (format.rate, mono));
            }
            _ => {}
        }
        at = at.saturating_add(8).saturating_add(size).saturating_add(size % 2);
    }
    Err(AudioError::Damaged("it has no data chunk".to_owned()))
}

fn parse_format(body: &[u8]) -> Result<Format, AudioError> {
    let word = |at: usize| body.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let missing = || AudioError::Damaged("its format chunk is too short".to_owned());
    let (tag, channels) = (word(0).ok_or_else(missing)?, word(2).ok_or_else(missing)?);
    let rate = body.get(4..8).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).ok_or_else(missing)?;
    let bits = word(14).ok_or_else(missing)?;
    // The extensible form has the real coding at the head of its identifier.
    let tag = if tag == 0xFFFE { word(24).ok_or_else(missing)? } else { tag };
    let coding = match (tag, bits) {
        (1, 8) => Coding::Unsigned8,
        (1, 16 | 24 | 32) => Coding::Signed { bytes: usize::from(bits / 8) },
        (3, 32) => Coding::Float32,
        (3, 64) => Coding::Float64,
        (6, 8) => Coding::ALaw,
        (7, 8) => Coding::MuLaw,
        (1 | 3 | 6 | 7, _) => return Err(AudioError::WavCoding(format!("samples of {bits} bits"))),
        (2 | 0x11, _) => return Err(AudioError::WavCoding("ADPCM".to_owned())),
        (0x31, _) => return Err(AudioError::WavCoding("GSM".to_owned())),
        (0x55, _) => return Err(AudioError::WavCoding("MP3".to_owned())),
        _ => return Err(AudioError::WavCoding(format!("the unknown coding {tag:#06x}"))),
    };
    if channels == 0 || channels > MAX_CHANNELS {
        return Err(AudioError::Damaged(format!("it claims {channels} channels")));
    }
    if !RATES.contains(&rate) {
        return Err(AudioError::Damaged(format!("it claims {rate} samples per second")));
    }
    Ok(Format { coding, channels, rate })
}

fn samples(format: &Format, data: &[u8], limit: Duration) -> Result<Vec<f32>, AudioError> {
    let size = format.coding.bytes();
    let frame = size * usize::from(format.channels);
    let count = data.len() / frame;
    if count as u64 > u64::from(format.rate) * limit.as_secs() {
        return Err(AudioError::TooLong(limit.as_secs()));
    }
    let share = 1.0 / f32::from(format.channels);
    Ok(data
        .chunks_exact(frame)
        .map(|frame| frame.chunks_exact(size).map(|bytes| format.coding.sample(bytes)).sum::<f32>() * share)
        .collect())
}

/// The 44 bytes before 16-bit samples.
pub(crate) fn header(rate: u32, channels: u16, data_bytes: u64) -> [u8; 44] {
    let size = u32::try_from(data_bytes).unwrap_or(u32::MAX - 36);
    let mut out = [0; 44];
    out[..4].copy_from_slice(b"RIFF");
    out[4..8].copy_from_slice(&(size + 36).to_le_bytes());
    out[8..16].copy_from_slice(b"WAVEfmt ");
    out[16..20].copy_from_slice(&16_u32.to_le_bytes());
    out[20..22].copy_from_slice(&1_u16.to_le_bytes());
    out[22..24].copy_from_slice(&channels.to_le_bytes());
    out[24..28].copy_from_slice(&rate.to_le_bytes());
    out[28..32].copy_from_slice(&(rate * 2 * u32::from(channels)).to_le_bytes());
    out[32..34].copy_from_slice(&(2 * channels).to_le_bytes());
    out[34..36].copy_from_slice(&16_u16.to_le_bytes());
    out[36..40].copy_from_slice(b"data");
    out[40..].copy_from_slice(&size.to_le_bytes());
    out
}
