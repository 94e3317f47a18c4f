//! How well media travels: RFC 3550 reception statistics, and one figure for people.

/// Figures of one leg. "Received" is what came from the far end, "sent" what went to it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QualityReport {
    /// Packets that did not come, since the leg's first one. Late ones count as received.
    pub lost: u64,
    /// Packets received.
    pub received: u64,
    /// Packets sent.
    pub sent: u64,
    /// Packets of ours that the far end misses, by its own reports; `None` without any.
    pub far_lost: Option<u64>,
    /// Interarrival jitter by RFC 3550, in milliseconds.
    pub jitter_ms: f32,
    /// Round trip to the far end by RTCP, in milliseconds; `None` without reports from it.
    pub rtt_ms: Option<f32>,
    /// Mean opinion score of what is received, 1.0 (unusable) to 4.5 (as good as telephony gets); see [`mos`].
    pub mos: f32,
    /// Packets that were thrown away: wrong source, wrong format, forged or replayed.
    pub refused: u64,
}

/// Base of the E-model's rating without any impairment (ITU-T G.107, default values).
const BASE_RATING: f32 = 93.2;
/// Milliseconds that framing and a receiver's smallest jitter buffer add.
const FIXED_DELAY_MS: f32 = 40.0;
/// Robustness of G.711 with loss concealment (ITU-T G.113, Appendix I): Bpl.
const LOSS_ROBUSTNESS: f32 = 25.1;

/// The mean opinion score by the E-model (ITU-T G.107), with the simplifications that every monitoring tool makes:
///
/// - one-way delay `d = rtt / 2 + 2 * jitter + 40 ms`: a receiver's buffer holds about twice the jitter;
/// - delay impairment `Id = 0.024 d + 0.11 (d - 177.3)` where the second term counts above 177.3 ms only (Cole and Rosenbluth);
/// - loss impairment `Ie = 95 * p / (p + 25.1)`, `p` in percent: random loss, G.711 with concealment;
/// - `R = 93.2 - Id - Ie`, and `MOS = 1 + 0.035 R + 7e-6 R (R - 60) (100 - R)`, clamped to 1..4.5.
///
/// `loss` is a share (0 to 1), `jitter_ms` and `rtt_ms` are milliseconds.
pub fn mos(loss: f32, jitter_ms: f32, rtt_ms: f32) -> f32 {
    let delay = rtt_ms / 2.0 + 2.0 * jitter_ms + FIXED_DELAY_MS;
    let late = (delay - 177.3).max(0.0);
    let delay_impairment = 0.024 * delay + 0.11 * late;
    let percent = loss.clamp(0.0, 1.0) * 100.0;
    let loss_impairment = 95.0 * percent / (percent + LOSS_ROBUSTNESS);
    let rating = (BASE_RATING - delay_impairment - loss_impairment).clamp(0.0, 100.0);
    (1.0 + 0.035 * rating + 7e-6 * rating * (rating - 60.0) * (100.0 - rating)).clamp(1.0, 4.5)
}

/// A jump of the sequence number beyond this is a restart of the stream, not loss (RFC 3550, A.1).
const MAX_DROPOUT: u16 = 3000;

/// What has been received of one stream (RFC 3550, A.1, A.3, A.8).
#[derive(Debug, Clone, Default)]
pub(crate) struct Reception {
    started: bool,
    cycles: u32,
    first: u32,
    highest: u16,
    /// Packets of streams that ended before: received and expected.
    past_received: u64,
    past_expected: u64,
    received: u64,
    /// Jitter in clock ticks, times 16.
    jitter: u32,
    transit: Option<i64>,
    expected_at_report: u64,
    received_at_report: u64,
}

impl Reception {
    /// A packet came. `arrival` is its arrival in ticks of the stream's clock.
    pub(crate) fn packet(&mut self, seq: u16, timestamp: u32, arrival: u32) {
        if self.started {
            let delta = seq.wrapping_sub(self.highest);
            if delta < MAX_DROPOUT {
                if seq < self.highest {
                    self.cycles = self.cycles.wrapping_add(1 << 16);
                }
                self.highest = seq;
            } else if delta <= u16::MAX - MAX_DROPOUT {
                self.restart();
                self.begin(seq);
            }
        } else {
            self.begin(seq);
        }
        self.received += 1;
        let transit = i64::from(arrival.wrapping_sub(timestamp));
        if let Some(last) = self.transit.replace(transit) {
            // Both are ticks modulo 2^32: the difference is small and may have wrapped.
            let d = ((transit - last) as u32).cast_signed().unsigned_abs();
            if d < 1 << 20 {
                self.jitter = (self.jitter + d).saturating_sub((self.jitter + 8) >> 4);
            }
        }
    }

    fn begin(&mut self, seq: u16) {
        self.started = true;
        self.first = u32::from(seq);
        self.highest = seq;
        self.cycles = 0;
    }

    /// The stream ends; what follows is another one.
    pub(crate) fn restart(&mut self) {
        self.past_expected += self.expected_now();
        self.past_received += self.received;
        self.received = 0;
        self.started = false;
        self.transit = None;
        self.cycles = 0;
    }

    fn expected_now(&self) -> u64 {
        if self.started { u64::from((self.cycles + u32::from(self.highest)).wrapping_sub(self.first)) + 1 } else { 0 }
    }

    pub(crate) fn received(&self) -> u64 {
        self.past_received + self.received
    }

    pub(crate) fn expected(&self) -> u64 {
        self.past_expected + self.expected_now()
    }

    pub(crate) fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received())
    }

    /// The highest sequence number with its cycles.
    pub(crate) fn extended(&self) -> u32 {
        self.cycles.wrapping_add(u32::from(self.highest))
    }

    pub(crate) fn jitter_ticks(&self) -> u32 {
        self.jitter >> 4
    }

    /// Lost share of what was expected since the last call, as RTCP's fraction of 256.
    pub(crate) fn fraction_lost(&mut self) -> u8 {
        let (expected, received) = (self.expected(), self.received());
        let of = expected.saturating_sub(self.expected_at_report);
        let got = received.saturating_sub(self.received_at_report);
        (self.expected_at_report, self.received_at_report) = (expected, received);
        if of == 0 || got >= of { 0 } else { (((of - got) << 8) / of).min(255) as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_falls_with_loss_delay_and_jitter() {
        let best = mos(0.0, 0.0, 0.0);
        assert!(best > 4.3 && best <= 4.5, "{best}");
        assert!(mos(0.01, 0.0, 0.0) < best);
        assert!(mos(0.05, 0.0, 0.0) < 3.9);
        assert!(mos(0.0, 0.0, 400.0) < 4.2);
        assert!(mos(0.0, 0.0, 800.0) < 3.0);
        assert!(mos(0.0, 60.0, 0.0) < best);
        assert!((mos(1.0, 500.0, 5000.0) - 1.0).abs() < 0.05);
    }

    #[test]
    fn loss_is_counted_over_wraps_and_restarts() {
        let mut reception = Reception::default();
        for i in 0..1000u32 {
            if i % 10 != 3 {
                reception.packet((65000 + i) as u16, i * 160, i * 160);
            }
        }
        assert_eq!((reception.received(), reception.expected(), reception.lost()), (900, 1000, 100));
        assert_eq!(reception.fraction_lost(), 25);
        assert_eq!(reception.fraction_lost(), 0);
        assert_eq!(reception.jitter_ticks(), 0);
        reception.packet(30_000, 5, 9); // far away: another stream
        assert_eq!((reception.expected(), reception.lost()), (1001, 100));
    }

    #[test]
    fn jitter_follows_the_arrival() {
        let mut reception = Reception::default();
        for i in 0..500u32 {
            reception.packet(i as u16, i * 160, i * 160 + (i % 2) * 80);
        }
        assert!((60..=80).contains(&reception.jitter_ticks()), "{}", reception.jitter_ticks());
    }

    #[test]
    fn late_packets_are_not_lost() {
        let mut reception = Reception::default();
        for seq in [1u16, 2, 4, 3, 5] {
            reception.packet(seq, u32::from(seq) * 160, u32::from(seq) * 160);
        }
        assert_eq!(reception.lost(), 0);
    }
}
