//! RTP headers (RFC 3550, 5.1): read from strangers, written by us.

/// Bytes of the header that we write.
pub(crate) const HEADER: usize = 12;
/// The largest datagram that is read; a longer one is cut and then refused.
pub(crate) const MAX_DATAGRAM: usize = 2048;
/// The longest payload that is relayed: what fits into one packet everywhere.
pub(crate) const MAX_PAYLOAD: usize = 1400;

/// A packet as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) seq: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) payload: &'a [u8],
}

/// The fixed part of a packet, which SRTP leaves readable.
pub(crate) fn parse(packet: &[u8]) -> Option<Packet<'_>> {
    let (head, _) = packet.split_first_chunk::<HEADER>()?;
    let [flags, kind, seq_high, seq_low, t0, t1, t2, t3, s0, s1, s2, s3] = *head;
    if flags >> 6 != 2 {
        return None;
    }
    let mut start = HEADER + 4 * usize::from(flags & 0x0f);
    if flags & 0x10 != 0 {
        let length = packet.get(start + 2..start + 4)?;
        start += 4 + 4 * (usize::from(length[0]) << 8 | usize::from(length[1]));
    }
    let mut end = packet.len();
    if flags & 0x20 != 0 {
        let padding = usize::from(*packet.last()?);
        if padding == 0 {
            return None;
        }
        end = end.checked_sub(padding)?;
    }
    Some(Packet {
        marker: kind & 0x80 != 0,
        payload_type: kind & 0x7f,
        seq: u16::from_be_bytes([seq_high, seq_low]),
        timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
        ssrc: u32::from_be_bytes([s0, s1, s2, s3]),
        payload: packet.get(start..end)?,
    })
}

/// Like [`parse`] for an encrypted packet: its padding cannot be read yet.
pub(crate) fn parse_sealed(packet: &[u8]) -> Option<Packet<'_>> {
    let flags = *packet.first()?;
    if flags & 0x20 == 0 {
        return parse(packet);
    }
    let (head, _) = packet.split_first_chunk::<HEADER>()?;
    let mut plain = *head;
    plain[0] = 0x80;
    let found = parse(&plain)?;
    let (kind, seq, timestamp, ssrc, marker) = (found.payload_type, found.seq, found.timestamp, found.ssrc, found.marker);
    Some(Packet { marker, payload_type: kind, seq, timestamp, ssrc, payload: &packet[HEADER..] })
}

/// Whether a datagram on a shared port is RTCP (RFC 5761).
pub(crate) fn is_rtcp(packet: &[u8]) -> bool {
    packet.len() >= 8 && packet[0] >> 6 == 2 && (192..=223).contains(&packet[1])
}

/// Writes a packet into `out`, whose memory is used again.
pub(crate) fn write(out: &mut Vec<u8>, packet: Packet<'_>) {
    out.clear();
    out.extend_from_slice(&[0x80, packet.payload_type & 0x7f | if packet.marker { 0x80 } else { 0 }]);
    out.extend_from_slice(&packet.seq.to_be_bytes());
    out.extend_from_slice(&packet.timestamp.to_be_bytes());
    out.extend_from_slice(&packet.ssrc.to_be_bytes());
    out.extend_from_slice(packet.payload);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut out = Vec::new();
        let packet = Packet { marker: true, payload_type: 101, seq: 65535, timestamp: 7, ssrc: 0xdead_beef, payload: b"abc" };
        write(&mut out, packet);
        assert_eq!(parse(&out), Some(packet));
    }

    #[test]
    fn sources_extensions_and_padding_are_skipped() {
        let mut raw = vec![0x80 | 0x20 | 0x10 | 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        raw.extend([0; 8]); // two sources
        raw.extend([0xbe, 0xde, 0, 1, 9, 9, 9, 9]); // extension of one word
        raw.extend([5, 6, 7, 0, 0, 3]); // payload, then three bytes of padding
        assert_eq!(parse(&raw).unwrap().payload, [5, 6, 7]);
        *raw.last_mut().unwrap() = 200;
        assert_eq!(parse(&raw), None);
        *raw.last_mut().unwrap() = 0;
        assert_eq!(parse(&raw), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(raw in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = (parse(&raw), parse_sealed(&raw), is_rtcp(&raw));
        }
    }
}
