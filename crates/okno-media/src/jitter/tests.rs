use proptest::prelude::*;

use super::*;

const FRAME: Duration = Duration::from_millis(20);

fn buffer() -> Jitter {
    Jitter::new(JitterConfig::of(8000))
}

fn bytes(seq: u16) -> [u8; 2] {
    seq.to_be_bytes()
}

/// Plays one pop and says it as text.
fn say(jitter: &mut Jitter, now: Instant) -> String {
    match jitter.pop(now) {
        Pop::Frame { payload, .. } => format!("{}", u16::from_be_bytes([payload[0], payload[1]])),
        Pop::Lost { next, .. } => if next.is_some() { "lost, next is here" } else { "lost" }.to_owned(),
        Pop::Silence { ticks } => format!("silence {ticks}"),
        Pop::Dry => "dry".to_owned(),
        Pop::Filling => "filling".to_owned(),
    }
}

/// Puts the packets of `order` one every 20 ms and pops at the same pace.
fn run(first: u16, order: &[Option<u16>], pops: usize) -> Vec<String> {
    let (mut jitter, start) = (buffer(), Instant::now());
    (0..pops)
        .map(|step| {
            let now = start + FRAME * step as u32;
            if let Some(Some(seq)) = order.get(step) {
                jitter.put(*seq, u32::from(seq.wrapping_sub(first)) * 160, &bytes(*seq), now);
            }
            say(&mut jitter, now)
        })
        .collect()
}

#[test]
fn plays_in_order_after_40_ms() {
    let said = run(65_534, &[Some(65_534), Some(65_535), Some(0), Some(1)], 5);
    assert_eq!(said, ["filling", "65534", "65535", "0", "1"], "two packets are 40 ms, and the sequence number wraps");
}

#[test]
fn reordered_packets_play_in_order() {
    let said = run(10, &[Some(10), Some(12), Some(11), Some(13), Some(14)], 6);
    assert_eq!(said, ["filling", "10", "11", "12", "13", "14"]);
}

#[test]
fn a_missing_packet_is_told_with_the_one_behind_it() {
    let said = run(10, &[Some(10), Some(11), Some(13), Some(14), Some(15)], 6);
    assert_eq!(said, ["filling", "10", "11", "lost, next is here", "13", "14"]);
}

#[test]
fn a_hole_in_arrival_is_hidden_and_then_played() {
    let said = run(1, &[Some(1), Some(2), None, None, None, Some(3), Some(4), Some(5)], 9);
    assert_eq!(said, ["filling", "1", "2", "dry", "dry", "3", "4", "5", "dry"]);
}

#[test]
fn late_and_double_packets_are_told_apart() {
    let (mut jitter, now) = (buffer(), Instant::now());
    for seq in [5, 6, 8, 9] {
        assert_eq!(jitter.put(seq, u32::from(seq) * 160, &bytes(seq), now), Put::Held);
    }
    assert_eq!(jitter.put(8, 8 * 160, &bytes(8), now), Put::Duplicate);
    for _ in 0..3 {
        say(&mut jitter, now);
    }
    assert_eq!(jitter.put(7, 7 * 160, &bytes(7), now), Put::Late);
    assert_eq!(jitter.put(10, 0, &[0; MAX_PAYLOAD + 1], now), Put::Refused);
}

#[test]
fn a_forged_sequence_number_does_not_move_the_stream_but_a_new_sender_does() {
    let (mut jitter, now) = (buffer(), Instant::now());
    for seq in 100..103 {
        jitter.put(seq, u32::from(seq) * 160, &bytes(seq), now);
    }
    assert_eq!(jitter.put(40_000, 7, &bytes(7), now), Put::Refused);
    assert_eq!(say(&mut jitter, now), "100");
    assert_eq!(jitter.put(50_000, 160, &bytes(50_000), now), Put::Refused);
    assert_eq!(jitter.put(50_001, 320, &bytes(50_001), now), Put::Held);
    assert_eq!(say(&mut jitter, now + Duration::from_millis(45)), "50001");
}

#[test]
fn silence_by_intent_is_no_loss() {
    let (mut jitter, now) = (buffer(), Instant::now());
    for (seq, timestamp) in [(1, 0), (2, 160), (3, 640), (4, 800)] {
        jitter.put(seq, timestamp, &bytes(seq), now);
    }
    let said: Vec<_> = (0..6).map(|_| say(&mut jitter, now)).collect();
    assert_eq!(said, ["1", "2", "silence 160", "silence 160", "3", "4"]);
}

#[test]
fn delay_shrinks_again_when_the_network_calms_down() {
    let (mut jitter, start) = (buffer(), Instant::now());
    // A burst of 8 packets at once leaves 160 ms in store.
    for seq in 0..8_u16 {
        jitter.put(seq, u32::from(seq) * 160, &bytes(seq), start);
    }
    for step in 0..2000_u32 {
        let now = start + FRAME * step;
        let seq = step as u16 + 8;
        jitter.put(seq, u32::from(seq) * 160, &bytes(seq), now);
        say(&mut jitter, now);
    }
    assert!(jitter.depth() <= Duration::from_millis(60), "{:?} are still held", jitter.depth());
    assert!(jitter.stats().skipped >= 5 && jitter.stats().lost == 0);
}

#[test]
fn packets_of_60_ms_are_understood() {
    let (mut jitter, start) = (buffer(), Instant::now());
    let mut said = Vec::new();
    for seq in [0, 1, 2, 3, 5, 6_u16] {
        let now = start + Duration::from_millis(60) * u32::from(seq);
        jitter.put(seq, u32::from(seq) * 480, &bytes(seq), now);
        if seq > 0 {
            said.push(say(&mut jitter, now));
        }
    }
    assert_eq!(jitter.packet(), Duration::from_millis(60));
    assert_eq!(said, ["0", "1", "2", "3", "lost, next is here"]);
}

proptest! {
    /// J-1, J-2, J-3 under any network.
    #[test]
    fn whatever_the_network_does_order_and_bounds_hold(
        first in any::<u16>(),
        steps in proptest::collection::vec((0_u16..200, any::<bool>(), 0_u64..60), 1..400),
    ) {
        let (mut jitter, start) = (buffer(), Instant::now());
        let (mut now, mut put, mut last) = (start, 0_u64, None::<u16>);
        for (step, (offset, pops, wait)) in steps.into_iter().enumerate() {
            now += Duration::from_millis(wait);
            let seq = first.wrapping_add(step as u16).wrapping_add(offset).wrapping_sub(100);
            jitter.put(seq, u32::from(seq.wrapping_sub(first)).wrapping_mul(160), &bytes(seq), now);
            put += 1;
            prop_assert!(jitter.held <= SLOTS);
            prop_assert!(jitter.depth() <= Duration::from_millis(200) || jitter.held == 1);
            if pops && let Pop::Frame { payload, .. } = jitter.pop(now) {
                let seq = u16::from_be_bytes([payload[0], payload[1]]);
                if let Some(last) = last {
                    prop_assert!((seq.wrapping_sub(last) as i16) > 0, "{} after {}", seq, last);
                }
                last = Some(seq);
            }
            let stats = jitter.stats();
            prop_assert_eq!(put, stats.played + stats.late + stats.duplicate + stats.skipped + stats.refused + jitter.held as u64);
        }
    }

    /// A lossless stream with jitter below the buffer loses and reorders nothing.
    #[test]
    fn jitter_within_the_buffer_costs_nothing(delays in proptest::collection::vec(0_u64..18, 50..300)) {
        let (mut jitter, start) = (buffer(), Instant::now());
        let mut events: Vec<(u64, u16)> = delays.iter().enumerate().map(|(seq, delay)| (seq as u64 * 20 + delay, seq as u16)).collect();
        events.sort_unstable();
        let (mut played, mut at) = (Vec::new(), 0);
        for tick in 0..delays.len() as u64 + 20 {
            let now = tick * 20 + 19;
            while at < events.len() && events[at].0 <= now {
                let (time, seq) = events[at];
                jitter.put(seq, u32::from(seq) * 160, &bytes(seq), start + Duration::from_millis(time));
                at += 1;
            }
            if let Pop::Frame { payload, .. } = jitter.pop(start + Duration::from_millis(now)) {
                played.push(u16::from_be_bytes([payload[0], payload[1]]));
            }
        }
        prop_assert_eq!(played, (0..delays.len() as u16).collect::<Vec<_>>());
    }
}
