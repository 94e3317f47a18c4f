//! Lines that lose packets.
use super::*;

/// Bridged legs of different codecs; what `a` says reaches `b` decoded and encoded anew. One packet in `every` is lost on the way.
fn through(every: Option<u16>) -> (u64, crate::QualityReport) {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcma));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    b.socket.set_read_timeout(Some(Duration::from_millis(60))).unwrap();
    let (mut bytes, mut heard) = ([0; 2048], 0);
    for n in 0..300_u16 {
        if every.is_some_and(|every| n % every == every - 1) {
            (a.seq, a.timestamp) = (a.seq.wrapping_add(1), a.timestamp.wrapping_add(160));
        } else {
            a.say(&[0x30; 160]);
        }
        if b.socket.recv(&mut bytes).is_ok() {
            heard += 1;
        }
    }
    (heard, stage.settle(a.leg))
}

#[test]
fn a_line_that_loses_packets_goes_on_and_is_called_worse() {
    let (_, well) = through(None);
    for (every, least) in [(20, 270), (10, 255)] {
        let (heard, report) = through(Some(every));
        let lost = 300 / u64::from(every);
        assert!((lost - 1..=lost).contains(&report.lost), "{report:?}");
        assert!(heard >= least, "only {heard} of 300 came through with one in {every} lost");
        assert!(report.mos < well.mos - 0.1, "{} is not worse than {}", report.mos, well.mos);
    }
    assert_eq!(well.lost, 0);
}
