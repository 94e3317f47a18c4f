use super::*;
use crate::cause::Cause;

#[tokio::test]
async fn a_blind_transfer_is_asked_for_accepted_and_told() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (mut caller, mut called) = call(&a, &mut b).await;
    called.control.refer("sip:300@127.0.0.1".into(), None);
    let LegEvent::Refer { to, replaces, replaces_leg } = caller.next().await else { panic!("no transfer") };
    assert_eq!((to.as_str(), replaces, replaces_leg), ("sip:300@127.0.0.1", None, None));
    caller.control.accept_refer();
    assert_eq!(called.next().await, LegEvent::ReferProgress { code: 100 });
    caller.control.refer_progress(180);
    assert_eq!(called.next().await, LegEvent::ReferProgress { code: 180 });
    caller.control.refer_progress(200);
    assert_eq!(called.next().await, LegEvent::ReferProgress { code: 200 });
    // The next one has its own subscription.
    called.control.refer("sip:301@127.0.0.1".into(), None);
    assert!(matches!(caller.next().await, LegEvent::Refer { .. }));
    caller.control.refuse_refer(603);
    assert_eq!(called.next().await, LegEvent::ReferProgress { code: 603 });
    called.control.hangup(Cause::Normal);
}

#[tokio::test]
async fn an_attended_transfer_names_a_leg_of_ours() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (mut first, first_called) = call(&a, &mut b).await;
    let (second, second_called) = call(&a, &mut b).await;
    // b transfers the caller of its first call to the caller of its second one; both are legs of a.
    first_called.control.refer(String::new(), Some(second_called.id));
    let LegEvent::Refer { replaces, replaces_leg, .. } = first.next().await else { panic!("no transfer") };
    assert!(replaces.is_some());
    assert_eq!(replaces_leg, Some(second.id));
}

#[tokio::test]
async fn a_new_call_can_take_the_place_of_an_old_one() {
    let (a, mut b) = pair(Transport::Udp).await;
    let (_caller, called) = call(&a, &mut b).await;
    let (target, replaces) = b.sip.core().registry.refer_target(called.id).unwrap();
    assert!(target.starts_with("sip:"));
    // As a's far end sees it: the tags the other way round name b's leg.
    let mut dial = Dial::new(Dialed::Trunk { trunk: "t".into(), number: "200".into() }, "1", offer(4000));
    dial.headers = vec![("Replaces".into(), replaces)];
    let _second = a.sip.dial(dial).await.unwrap();
    assert_eq!(b.incoming().await.replaces, Some(called.id));
    let mut dial = Dial::new(Dialed::Trunk { trunk: "t".into(), number: "200".into() }, "1", offer(4000));
    dial.headers = vec![("Replaces".into(), "unknown;to-tag=1;from-tag=2".into())];
    assert!(matches!(a.sip.dial(dial).await.unwrap().outcome().await, LegEvent::Failed { code: 481, .. }));
}
