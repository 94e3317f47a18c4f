use super::*;
use crate::api::{DialError, Who};
use crate::cause::Cause;

#[tokio::test]
async fn a_call_over_udp_tcp_tls_and_websocket() {
    for transport in [Transport::Udp, Transport::Tcp, Transport::Tls, Transport::Ws, Transport::Wss] {
        let (a, mut b) = pair(transport).await;
        let mut caller = a.dial("+49301234").await;
        let incoming = b.incoming().await;
        assert_eq!(incoming.to, "+49301234");
        assert_eq!(incoming.from.user, "+4930100");
        assert_eq!(incoming.secure, transport.is_secure());
        let mut called = incoming.leg;
        called.control.ring();
        assert_eq!(caller.next().await, LegEvent::Progress { code: 180, sdp: None }, "{transport:?}");
        let theirs = answer(&incoming.offer.unwrap(), 5000);
        called.control.answer(theirs.clone());
        assert_eq!(caller.next().await, LegEvent::Answered { sdp: Some(theirs.clone()) });
        assert_eq!(called.next().await, LegEvent::Confirmed { sdp: None });
        let negotiated = sdp::accepted(&offer(4000), &theirs).unwrap();
        assert_eq!(negotiated.remote.port(), 5000);
        caller.control.hangup(Cause::Normal);
        assert_eq!(caller.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Normal });
        assert_eq!(called.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::Normal });
        called.silent().await;
        caller.silent().await;
        quiet(&a).await;
        quiet(&b).await;
    }
}

#[tokio::test]
async fn early_media_and_the_end_by_the_called_side() {
    let (a, mut b) = pair(Transport::Udp).await;
    let mut caller = a.dial("1").await;
    let incoming = b.incoming().await;
    let mut called = incoming.leg;
    let theirs = answer(&incoming.offer.unwrap(), 5000);
    called.control.early(theirs.clone());
    // Both sides know 100rel: the answer goes in the provisional one, and waits for its PRACK.
    assert_eq!(caller.next().await, LegEvent::Progress { code: 183, sdp: Some(theirs.clone()) });
    called.control.answer(theirs.clone());
    assert_eq!(caller.next().await, LegEvent::Answered { sdp: Some(theirs) });
    assert_eq!(called.next().await, LegEvent::Confirmed { sdp: None });
    called.control.hangup(Cause::Busy);
    assert_eq!(called.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Busy });
    assert_eq!(caller.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::Busy });
}

#[tokio::test]
async fn refusals_keep_their_cause() {
    for (code, cause) in [(486, Cause::Busy), (603, Cause::Rejected), (404, Cause::NotFound), (480, Cause::Unavailable)] {
        let (a, mut b) = pair(Transport::Udp).await;
        let mut caller = a.dial("1").await;
        let incoming = b.incoming().await;
        incoming.leg.control.reject(code, "");
        let LegEvent::Failed { code: seen, cause: told, .. } = caller.next().await else { panic!("not failed") };
        assert_eq!((seen, told), (code, cause));
        quiet(&b).await;
    }
}

#[tokio::test]
async fn a_call_that_nobody_takes_is_canceled() {
    let (a, mut b) = pair(Transport::Udp).await;
    let mut caller = a.dial("1").await;
    let mut called = b.incoming().await.leg;
    called.control.ring();
    assert_eq!(caller.next().await, LegEvent::Progress { code: 180, sdp: None });
    caller.control.hangup(Cause::Canceled);
    assert_eq!(caller.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Canceled });
    assert_eq!(called.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::Canceled });
    quiet(&a).await;
    quiet(&b).await;
}

#[tokio::test]
async fn ringing_has_an_end() {
    let (a, mut b) = pair(Transport::Udp).await;
    let mut dial = Dial::new(Dialed::Trunk { trunk: "t".into(), number: "1".into() }, "2", offer(4000));
    dial.ring_for = Some(Duration::from_millis(100));
    let mut caller = a.sip.dial(dial).await.unwrap();
    let mut called = b.incoming().await.leg;
    called.control.ring();
    assert!(matches!(caller.outcome().await, LegEvent::Failed { cause: Cause::NoAnswer, .. }));
    assert!(matches!(called.next().await, LegEvent::Ended { by: Who::Far, .. }));
}

#[tokio::test]
async fn a_dropped_handle_hangs_up() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (caller, mut called) = call(&a, &mut b).await;
    drop(caller);
    assert_eq!(called.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::Normal });
    let mut caller = a.dial("1").await;
    drop(b.incoming().await);
    assert!(matches!(caller.next().await, LegEvent::Failed { code: 500, .. }));
}

#[tokio::test]
async fn hold_and_resume_by_both_sides() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (mut caller, mut called) = call(&a, &mut b).await;
    for (asks, answers) in [(0, 1), (1, 0)] {
        let legs = [&mut caller, &mut called];
        let held = offer(4000).newer().with_direction(Direction::SendOnly);
        legs[asks].control.reinvite(held.clone());
        let LegEvent::Reoffer { sdp: Some(asked) } = legs[answers].next().await else { panic!("no offer") };
        assert_eq!(asked, held);
        let (reply, negotiated) = sdp::answer(&asked, &params(5000)).unwrap();
        assert!(negotiated.direction == Direction::RecvOnly);
        legs[answers].control.reanswer(reply.clone());
        assert_eq!(legs[asks].next().await, LegEvent::Reanswered { sdp: Some(reply.clone()), code: 200 });
        assert!(!sdp::accepted(&held, &reply).unwrap().direction.receives());
    }
    // A refused change leaves the call alone.
    caller.control.reinvite(offer(4002).newer());
    assert!(matches!(called.next().await, LegEvent::Reoffer { .. }));
    called.control.refuse_reoffer();
    assert_eq!(caller.next().await, LegEvent::Reanswered { sdp: None, code: 488 });
    called.control.hangup(Cause::Normal);
    assert!(matches!(caller.next().await, LegEvent::Ended { by: Who::Far, .. }));
}

#[tokio::test]
async fn two_offers_that_meet_are_both_answered() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (mut caller, mut called) = call(&a, &mut b).await;
    caller.control.reinvite(offer(4000).newer().with_direction(Direction::SendOnly));
    called.control.reinvite(offer(5000).newer().with_direction(Direction::SendOnly));
    let mut done = (0, 0);
    // Whoever comes second gets 491 and tries again.
    while done != (2, 2) {
        tokio::select! {
            event = caller.next() => done.0 += settle(&caller, event, 4000),
            event = called.next() => done.1 += settle(&called, event, 5000),
        }
    }
}

fn settle(leg: &LegHandle, event: LegEvent, port: u16) -> u32 {
    if let LegEvent::Reoffer { sdp } = event {
        leg.control.reanswer(answer(&sdp.unwrap(), port));
    } else {
        assert!(matches!(event, LegEvent::Reanswered { sdp: Some(_), code: 200 }), "{event:?}");
    }
    1
}

#[tokio::test]
async fn a_call_without_offer_is_answered_with_one() {
    let (a, mut b) = pair(Transport::Udp).await;
    let mut dial = Dial::new(Dialed::Trunk { trunk: "t".into(), number: "1".into() }, "2", offer(4000));
    dial.offer = None;
    let mut caller = a.sip.dial(dial).await.unwrap();
    let incoming = b.incoming().await;
    assert_eq!(incoming.offer, None);
    let mut called = incoming.leg;
    called.control.answer(offer(5000));
    assert_eq!(caller.outcome().await, LegEvent::Answered { sdp: Some(offer(5000)) });
    let ours = answer(&offer(5000), 4000);
    caller.control.reanswer(ours.clone());
    assert_eq!(called.next().await, LegEvent::Confirmed { sdp: Some(ours) });
}

#[tokio::test]
async fn digits_go_by_info_in_order() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (caller, mut called) = call(&a, &mut b).await;
    caller.control.info_dtmf("12#".into());
    for digit in ['1', '2', '#'] {
        assert_eq!(called.next().await, LegEvent::Dtmf { digit, ms: Some(160) });
    }
}

#[tokio::test]
async fn drain_refuses_new_calls_and_keeps_old_ones() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (caller, mut called) = call(&a, &mut b).await;
    b.sip.drain().await;
    let mut refused = a.dial("1").await;
    assert!(matches!(refused.next().await, LegEvent::Failed { code: 503, cause: Cause::Congestion, .. }));
    assert_eq!(b.sip.dial(Dial::new(Dialed::Phone("x".into()), "1", offer(1))).await.err(), Some(DialError::NotRegistered("x".into())));
    caller.control.hangup(Cause::Normal);
    assert!(matches!(called.next().await, LegEvent::Ended { by: Who::Far, .. }));
}

#[tokio::test]
async fn channels_of_a_trunk_are_limited_in_both_directions() {
    let (a, mut b) = pair(Transport::Udp).await;
    let trunk = |peer: SocketAddr| Trunk {
        port: peer.port(),
        sources: vec!["127.0.0.1".parse().unwrap()],
        max_calls: Some(1),
        keep_alive: None,
        ..Trunk::new("t", "127.0.0.1", Transport::Udp)
    };
    b.sip.set_trunks(vec![trunk(a.address)]).await;
    let (caller, mut called) = call(&a, &mut b).await;
    assert!(matches!(a.dial("2").await.outcome().await, LegEvent::Failed { code: 503, .. }));
    let to = Dialed::Trunk { trunk: "t".into(), number: "1".into() };
    assert_eq!(b.sip.dial(Dial::new(to, "1", offer(1))).await.err(), Some(DialError::TrunkFull("t".into())));
    drop(caller);
    assert!(matches!(called.next().await, LegEvent::Ended { .. }));
    quiet(&b).await;
    assert_eq!(b.sip.trunk_calls("t"), 0);
}

#[tokio::test]
async fn closing_ends_every_call() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (_caller, mut called) = call(&a, &mut b).await;
    a.sip.close().await;
    assert!(matches!(called.next().await, LegEvent::Ended { by: Who::Far, .. }));
}

#[tokio::test]
async fn numbers_that_would_break_a_request_are_refused() {
    let (a, _b) = pair(Transport::Udp).await;
    for number in ["", "1\r\nVia: x", "a b", "1@evil", "1;x=y", &"9".repeat(100)] {
        let to = Dialed::Trunk { trunk: "t".into(), number: number.into() };
        assert!(matches!(a.sip.dial(Dial::new(to, "1", offer(1))).await.err(), Some(DialError::BadNumber(_))), "{number:?}");
    }
}
