use super::*;

/// Open descriptors of this process, which runs one test.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn two_thousand_legs_give_everything_back() {
    let mut stage = Stage::with(|config| config.ports = 20_000..=20_999);
    let (before, free) = (descriptors(), stage.media.port_counts());
    for _ in 0..20 {
        let phones: Vec<_> = (0..100).map(|_| stage.open()).collect();
        for pair in phones.chunks(2) {
            stage.bridge(pair[0].leg, pair[1].leg);
        }
        stage.settle(phones[99].leg);
        assert_eq!(stage.media.legs(), 100);
        for phone in phones {
            stage.runtime.block_on(stage.media.close(phone.leg));
        }
    }
    assert_eq!(stage.media.legs(), 0);
    assert_eq!(descriptors(), before);
    let (still_free, resting) = stage.media.port_counts();
    assert_eq!(still_free + resting, free.0 + free.1);
    stage.open();
}

#[test]
fn the_engine_ends_with_its_last_handle() {
    drop(Stage::new()); // what the runtime keeps for the process is there now
    let before = descriptors();
    let mut stage = Stage::new();
    let other = stage.media.clone();
    let leg = stage.open().leg;
    stage.settle(leg);
    let Stage { runtime, media, mut events } = stage;
    drop(media);
    assert_eq!(other.legs(), 1);
    drop(other);
    assert!(events.blocking_recv().is_none(), "the events end with the engine");
    drop(runtime);
    assert_eq!(descriptors(), before);
}

#[test]
fn a_closed_leg_is_silent_for_who_hears_it() {
    let mut stage = Stage::new();
    let (mut a, b) = (stage.phone(Codec::Pcmu), stage.phone(Codec::Pcmu));
    stage.bridge(a.leg, b.leg);
    stage.settle(b.leg);
    a.say(&[1; 160]);
    b.hear();
    let report = stage.runtime.block_on(stage.media.close(a.leg));
    assert_eq!((report.quality.received, report.heard), (1, true));
    // Its slot goes to another leg, which nobody hears.
    let mut c = stage.phone(Codec::Pcmu);
    stage.settle(c.leg);
    c.say(&[2; 160]);
    while stage.settle(c.leg).received == 0 {}
    assert!(b.hears_nothing());
    stage.media.command(a.leg, Command::Dtmf("1".to_owned()));
    stage.source(b.leg, Source::Relay(c.leg));
    stage.settle(b.leg);
    c.say(&[3; 160]);
    assert_eq!(b.hear().payload, [3; 160]);
}
