//! Ogg Opus files (RFC 7845): pages with their checksums, packets of bounded size, one or two channels.

use std::time::Duration;

use super::AudioError;
use crate::codec::{Codec, Decoder, MAX_PACKET_MS, Rate};

/// The largest Opus packet that can exist.
const MAX_PACKET: usize = 61_440;

/// A comment header is skipped, but not without end.
const MAX_COMMENTS: usize = 1_000_000;

struct Page<'a> {
    flags: u8,
    granule: u64,
    serial: u32,
    /// Lengths of the segments.
    table: &'a [u8],
    body: &'a [u8],
    next: usize,
}

const CONTINUED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

fn damaged(at: usize, what: &str) -> AudioError {
    AudioError::Damaged(format!("{what} at byte {at}"))
}

/// The page that begins at `at`.
fn page(bytes: &[u8], at: usize) -> Result<Page<'_>, AudioError> {
    let header = bytes.get(at..at + 27).ok_or_else(|| damaged(at, "it is cut off"))?;
    if &header[..4] != b"OggS" || header[4] != 0 {
        return Err(damaged(at, "no Ogg page"));
    }
    let table = bytes.get(at + 27..at + 27 + usize::from(header[26])).ok_or_else(|| damaged(at, "it is cut off"))?;
    let start = at + 27 + table.len();
    let length: usize = table.iter().map(|length| usize::from(*length)).sum();
    let body = bytes.get(start..start + length).ok_or_else(|| damaged(at, "it is cut off"))?;
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let whole = &bytes[at..start + length];
    let sum = checksum(checksum(checksum(0, &whole[..22]), &[0; 4]), &whole[26..]);
    if sum != word(22) {
        return Err(damaged(at, "a page with a wrong checksum"));
    }
    let granule = u64::from(word(6)) | u64::from(word(10)) << 32;
    Ok(Page { flags: header[5], granule, serial: word(14), table, body, next: start + length })
}

/// The checksum of a page whose own field is zero.
#[cfg(test)]
pub(super) fn tests_checksum(page: &[u8]) -> u32 {
    checksum(0, page)
}

fn checksum(mut sum: u32, bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = (index as u32) << 24;
            let mut bit = 0;
            while bit < 8 {
                value = (value << 1) ^ (if value & 0x8000_0000 == 0 { 0 } else { 0x04C1_1DB7 });
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    for byte in bytes {
        sum = (sum << 8) ^ TABLE[((sum >> 24) as u8 ^ byte) as usize];
    }
    sum
}

struct Head {
    pre_skip: usize,
    gain: f32,
}

fn head(packet: &[u8]) -> Result<Head, AudioError> {
    if !packet.starts_with(b"OpusHead") {
        let name = if packet.starts_with(b"\x01vorbis") {
            "Vorbis"
        } else if packet.starts_with(b"\x7FFLAC") {
            "FLAC"
        } else if packet.starts_with(b"Speex") {
            "Speex"
        } else {
            "no Opus"
        };
        return Err(AudioError::OggCoding(name.to_owned()));
    }
    let &[version, channels, skip_low, skip_high, _, _, _, _, gain_low, gain_high, family, ..] = &packet[8..] else {
        return Err(AudioError::Damaged("its Opus header is too short".to_owned()));
    };
    if version & 0xF0 != 0 {
        return Err(AudioError::OggCoding(format!("Opus of the unknown version {version}")));
    }
    if !(1..=2).contains(&channels) || family > 1 {
        return Err(AudioError::OggCoding(format!("Opus with {channels} channels")));
    }
    let gain = f32::from(i16::from_le_bytes([gain_low, gain_high])) / 256.0;
    Ok(Head { pre_skip: usize::from(u16::from_le_bytes([skip_low, skip_high])) / 3, gain: 10.0_f32.powf(gain.clamp(-60.0, 60.0) / 20.0) })
}

/// The samples of the first Opus stream, at 16 kHz, all channels as one.
pub(super) fn read(bytes: &[u8], limit: Duration) -> Result<(u32, Vec<f32>), AudioError> {
    let hz = Rate::Wide.hz() as usize;
    let most = hz * limit.as_secs() as usize;
    let first = page(bytes, 0)?;
    if first.flags & FIRST == 0 {
        return Err(damaged(0, "a stream without its beginning"));
    }
    let serial = first.serial;
    let head = head(first.body)?;
    let mut decoder = Decoder::new(Codec::Opus, Rate::Wide)?;
    let mut pcm = vec![0; Rate::Wide.samples(MAX_PACKET_MS)];
    let (mut out, mut packet, mut number, mut at) = (Vec::new(), Vec::new(), 0_u64, first.next);
    let mut end = None;
    while at < bytes.len() && end.is_none() {
        let page = page(bytes, at)?;
        at = page.next;
        if page.serial != serial {
            continue;
        }
        if page.flags & CONTINUED == 0 {
            packet.clear();
        }
        let mut rest = page.body;
        for length in page.table {
            let (segment, after) = rest.split_at(usize::from(*length));
            rest = after;
            packet.extend_from_slice(segment);
            if packet.len() > if number == 0 { MAX_COMMENTS } else { MAX_PACKET } {
                return Err(AudioError::Damaged(format!("its packet {number} is too long")));
            }
            if *length == 255 {
                continue;
            }
            // The first packet after the head are comments.
            if number > 0 && !packet.is_empty() {
                let count = decoder.decode(&packet, &mut pcm).map_err(|_| AudioError::Damaged(format!("its audio packet {number}")))?;
                out.extend(pcm[..count].iter().map(|sample| f32::from(*sample) / 32_768.0 * head.gain));
                if out.len() > most + head.pre_skip {
                    return Err(AudioError::TooLong(limit.as_secs()));
                }
            }
            number += 1;
            packet.clear();
        }
        if page.flags & LAST != 0 {
            end = Some((page.granule / 3) as usize);
        }
    }
    if let Some(end) = end {
        out.truncate(end);
    }
    out.drain(..head.pre_skip.min(out.len()));
    Ok((Rate::Wide.hz(), out))
}
