//! RTCP: sender and receiver reports (RFC 3550, 6.4), as much as round trip and loss need.

use std::time::{Duration, Instant};

/// Seconds between the beginning of NTP time and that of Unix time.
const NTP_TO_UNIX: u64 = 2_208_988_800;
/// Report blocks of one packet that are looked at; a far end has one stream from us.
const MAX_BLOCKS: usize = 31;

/// Wall time in NTP's 32.32 format, taken once from the system and then from the monotonic clock, so that it never jumps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ntp {
    start: Instant,
    unix: Duration,
}

impl Ntp {
    pub(crate) fn new(start: Instant) -> Self {
        #[expect(clippy::disallowed_methods, reason = "sender reports carry wall time; nothing is decided by it")]
        let unix = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self { start, unix }
    }

    pub(crate) fn at(self, now: Instant) -> u64 {
        let time = self.unix + now.saturating_duration_since(self.start);
        let fraction = (u64::from(time.subsec_nanos()) << 32) / 1_000_000_000;
        ((time.as_secs() + NTP_TO_UNIX) << 32) | fraction
    }
}

/// The middle 32 bits, as reports name a sender report.
pub(crate) fn middle(ntp: u64) -> u32 {
    (ntp >> 16) as u32
}

/// What we have sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub(crate) ntp: u64,
    pub(crate) timestamp: u32,
    pub(crate) packets: u32,
    pub(crate) octets: u32,
}

/// What we have received of the far end's stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    pub(crate) ssrc: u32,
    pub(crate) fraction: u8,
    pub(crate) lost: u32,
    pub(crate) highest: u32,
    pub(crate) jitter: u32,
    pub(crate) last_report: u32,
    /// In 1/65,536 s.
    pub(crate) delay: u32,
}

/// Writes a report (a sender report when something was sent), with the name that RFC 3550 asks for.
pub(crate) fn write(out: &mut Vec<u8>, ssrc: u32, sent: Option<Sent>, block: Option<Block>) {
    out.clear();
    let blocks = usize::from(block.is_some());
    let words = 1 + if sent.is_some() { 5 } else { 0 } + 6 * blocks;
    out.extend_from_slice(&[0x80 | blocks as u8, if sent.is_some() { 200 } else { 201 }]);
    out.extend_from_slice(&(words as u16).to_be_bytes());
    out.extend_from_slice(&ssrc.to_be_bytes());
    if let Some(sent) = sent {
        out.extend_from_slice(&sent.ntp.to_be_bytes());
        for word in [sent.timestamp, sent.packets, sent.octets] {
            out.extend_from_slice(&word.to_be_bytes());
        }
    }
    if let Some(block) = block {
        let lost = block.lost.min(0x7f_ffff) | u32::from(block.fraction) << 24;
        for word in [block.ssrc, lost, block.highest, block.jitter, block.last_report, block.delay] {
            out.extend_from_slice(&word.to_be_bytes());
        }
    }
    // SDES with a CNAME that says nothing: eight hex digits of the SSRC.
    out.extend_from_slice(&[0x81, 202, 0, 4]);
    out.extend_from_slice(&ssrc.to_be_bytes());
    out.extend_from_slice(&[1, 8]);
    for shift in (0..8).rev() {
        let digit = (ssrc >> (4 * shift) & 0xf) as u8;
        out.push(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
    }
    out.extend_from_slice(&[0, 0]);
}

/// What a packet from the far end tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Heard {
    /// Middle bits of its sender report's time.
    pub(crate) report: Option<u32>,
    /// Its figures about our stream.
    pub(crate) about_us: Option<About>,
    /// It says goodbye.
    pub(crate) bye: bool,
}

/// The far end's figures about our stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) lost: u32,
    pub(crate) last_report: u32,
    pub(crate) delay: u32,
}

/// Reads a compound packet; `None` when it is none.
pub(crate) fn parse(mut packet: &[u8], our_ssrc: u32) -> Option<Heard> {
    let mut heard = Heard::default();
    let word = |bytes: &[u8], at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?));
    while !packet.is_empty() {
        let [flags, kind, high, low] = *packet.first_chunk::<4>()?;
        let length = 4 + 4 * (usize::from(high) << 8 | usize::from(low));
        if flags >> 6 != 2 || packet.len() < length {
            return None;
        }
        let (part, rest) = packet.split_at(length);
        packet = rest;
        let blocks = match kind {
            200 if part.len() >= 28 => {
                heard.report = Some(middle(u64::from(word(part, 8)?) << 32 | u64::from(word(part, 12)?)));
                28
            }
            201 if part.len() >= 8 => 8,
            203 => {
                heard.bye = true;
                continue;
            }
            _ => continue,
        };
        for block in part[blocks..].chunks_exact(24).take(usize::from(flags & 0x1f).min(MAX_BLOCKS)) {
            if word(block, 0)? == our_ssrc {
                heard.about_us = Some(About { lost: signed24(word(block, 4)?), last_report: word(block, 16)?, delay: word(block, 20)? });
            }
        }
    }
    Some(heard)
}

/// Cumulative loss is signed: duplicates make it negative, which counts as none.
fn signed24(word: u32) -> u32 {
    let lost = word & 0xff_ffff;
    if lost & 0x80_0000 == 0 { lost } else { 0 }
}

/// The round trip that a block about us tells, if it answers a report of ours.
pub(crate) fn round_trip(about: About, now: u64) -> Option<Duration> {
    if about.last_report == 0 {
        return None;
    }
    let passed = middle(now).wrapping_sub(about.last_report).wrapping_sub(about.delay);
    // More than half a minute is a report of somebody else, or an answer before the question.
    (passed < 30 << 16).then(|| Duration::from_micros((u64::from(passed) * 1_000_000) >> 16))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reports_give_the_round_trip() {
        let start = Instant::now();
        let ntp = Ntp::new(start);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let sent = Sent { ntp: ntp.at(start), timestamp: 1, packets: 2, octets: 3 };
        write(&mut ours, 0xabc, Some(sent), None);
        assert_eq!(ours.len() % 4, 0);
        let report = parse(&ours, 1).unwrap().report.unwrap();
        let block = Block { ssrc: 0xabc, fraction: 5, lost: 7, highest: 9, jitter: 1, last_report: report, delay: 65_536 / 2 };
        write(&mut theirs, 0xdef, None, Some(block));
        let about = parse(&theirs, 0xabc).unwrap().about_us.unwrap();
        assert_eq!(about.lost, 7);
        let trip = round_trip(about, ntp.at(start + Duration::from_millis(580))).unwrap();
        assert!(trip.abs_diff(Duration::from_millis(80)) < Duration::from_millis(1), "{trip:?}");
        assert_eq!(round_trip(about, ntp.at(start + Duration::from_millis(100))), None, "an answer before the question");
        assert_eq!(parse(&theirs, 0x123).unwrap().about_us, None);
    }

    proptest! {
        #[test]
        fn nothing_panics(raw in proptest::collection::vec(any::<u8>(), 0..128)) {
            let _ = parse(&raw, 1);
        }

        #[test]
        fn damaged_reports_do_not_panic(at in 0usize..76, value in any::<u8>(), cut in 0usize..76) {
            let mut raw = Vec::new();
            let block = Block { ssrc: 1, fraction: 0, lost: 0, highest: 0, jitter: 0, last_report: 1, delay: 1 };
            write(&mut raw, 2, Some(Sent { ntp: 1, timestamp: 1, packets: 1, octets: 1 }), Some(block));
            if at < raw.len() { raw[at] = value; }
            raw.truncate(cut);
            let _ = parse(&raw, 1);
        }
    }
}
