//! The transfer keys of desk phones.

use crate::{
    peer::{Leg, Peer},
    world::{ANNA, BORIS, NUMBER, OLGA, World, login},
};
use okno_model::doc::{CallDoc, CallEnder, CallState};
use okno_sip::{Cause, LegEvent, sdp::Direction};
use std::time::Duration;

const THIRD: &str = "+48601000000";

/// A customer and Anna talk; she has a desk phone.
async fn talk() -> (World, Peer, Leg, Leg) {
    let world = World::new(|_| {}).await;
    let mut phone = world.agent(ANNA).await;
    let mut customer = world.provider.call(OLGA, NUMBER).await;
    customer.answered().await;
    customer.sing(500.0);
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    agent.sing(1_100.0);
    customer.hears(1_100.0, true).await;
    agent.hears(500.0, true).await;
    (world, phone, customer, agent)
}

async fn progress(leg: &mut Leg) -> u16 {
    let event = leg.wait(|event| matches!(event, LegEvent::ReferProgress { .. })).await;
    let LegEvent::ReferProgress { code } = event else { panic!("{event:?}") };
    code
}

/// The only record, once the customer is with somebody outside.
async fn one_record(world: &World) -> CallDoc {
    let calls = world.ctx.read(|tx| Ok(tx.list::<CallDoc>()?)).await.unwrap();
    assert_eq!(calls.len(), 1, "one call is one record");
    calls.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_transfers_its_caller_to_a_number() {
    let (mut world, _phone, mut customer, mut agent) = talk().await;
    agent.control.refer(format!("sip:{THIRD}@okno.example"), None);
    assert_eq!(progress(&mut agent).await, 100);
    let asked = world.provider.incoming().await;
    assert_eq!(asked.to, THIRD);
    asked.leg.control.ring();
    assert_eq!(progress(&mut agent).await, 180);
    let mut third = world.provider.answer(asked).await;
    third.sing(2_000.0);
    assert_eq!(progress(&mut agent).await, 200);
    agent.ended().await;
    customer.hears(2_000.0, true).await;
    third.hears(500.0, true).await;
    assert_eq!(one_record(&world).await.legs.len(), 3);
    customer.control.hangup(Cause::Normal);
    third.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_agent_may_not_dial_his_phone_may_not_transfer_to() {
    let (mut world, _phone, mut customer, mut agent) = talk().await;
    for number in ["+48700123456", "+4930123456"] {
        agent.control.refer(format!("sip:{number}@okno.example"), None);
        assert_eq!(progress(&mut agent).await, 100);
        assert_eq!(progress(&mut agent).await, 403);
    }
    // A trunk may not transfer at all.
    customer.control.refer(format!("sip:{THIRD}@okno.example"), None);
    assert_eq!(progress(&mut customer).await, 403);
    // A number that is busy: they go on as before.
    agent.control.refer(format!("sip:{THIRD}@okno.example"), None);
    world.provider.incoming().await.leg.control.reject(486, "Busy Here");
    assert_eq!((progress(&mut agent).await, progress(&mut agent).await), (100, 486));
    customer.hears(1_100.0, true).await;
    agent.hears(500.0, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_transfers_its_caller_to_a_colleague() {
    let (world, _phone, mut customer, mut agent) = talk().await;
    let mut colleague = world.agent(BORIS).await;
    agent.control.refer(format!("sip:{}@okno.example", login(BORIS)), None);
    assert_eq!((progress(&mut agent).await, progress(&mut agent).await), (100, 200));
    let ringing = colleague.incoming().await;
    let mut boris = colleague.answer(ringing).await;
    boris.sing(2_000.0);
    customer.hears(2_000.0, true).await;
    boris.hears(500.0, true).await;
    agent.ended().await;
    let call = one_record(&world).await;
    assert_eq!(call.legs.iter().filter(|leg| leg.agent == Some(BORIS.into())).count(), 1);
    customer.control.hangup(Cause::Normal);
    boris.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_consults_and_joins_its_two_calls() {
    for second_first in [false, true] {
        let (mut world, phone, mut customer, mut first) = talk().await;
        first.change(Direction::SendOnly).await;
        let mut second = phone.call(&login(ANNA), THIRD).await;
        second.answered().await;
        second.sing(1_300.0);
        let asked = world.provider.incoming().await;
        assert_eq!(asked.to, THIRD);
        let mut third = world.provider.answer(asked).await;
        third.sing(2_000.0);
        second.hears(2_000.0, true).await;
        third.hears(1_300.0, true).await;
        // Whichever of its calls the phone names.
        if second_first {
            second.control.refer(String::new(), Some(first.control.id));
            assert_eq!((progress(&mut second).await, progress(&mut second).await), (100, 200));
        } else {
            first.control.refer(String::new(), Some(second.control.id));
            assert_eq!((progress(&mut first).await, progress(&mut first).await), (100, 200));
        }
        first.ended().await;
        second.ended().await;
        customer.hears(2_000.0, true).await;
        third.hears(500.0, true).await;
        assert_eq!(one_record(&world).await.legs.len(), 3);
        third.control.hangup(Cause::Normal);
        customer.ended().await;
        let over =
            |call: &CallDoc| matches!(call.state, CallState::Ended { by: CallEnder::Agent | CallEnder::System | CallEnder::Customer, .. });
        world.call_that("the end", over).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_a_phone_consults_goes_and_the_customer_is_taken_back() {
    let (mut world, phone, mut customer, mut first) = talk().await;
    for phone_hangs_up in [true, false] {
        first.change(Direction::SendOnly).await;
        let mut second = phone.call(&login(ANNA), THIRD).await;
        second.answered().await;
        let asked = world.provider.incoming().await;
        let mut third = world.provider.answer(asked).await;
        third.sing(2_000.0);
        second.hears(2_000.0, true).await;
        if phone_hangs_up {
            second.control.hangup(Cause::Normal);
            third.ended().await;
        } else {
            third.control.hangup(Cause::Normal);
            second.ended().await;
        }
        first.change(Direction::SendRecv).await;
        first.sing(1_100.0);
        customer.hears(1_100.0, true).await;
        first.hears(500.0, true).await;
    }
    customer.control.hangup(Cause::Normal);
    first.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_takes_his_call_to_another_phone_of_his() {
    let (world, desk, mut customer, mut agent) = talk().await;
    let home = world.another_phone(ANNA).await;
    let replaces = desk.sip.replaces(agent.control.id).unwrap();
    let mut elsewhere = home.call_with(&format!("{}b", login(ANNA)), NUMBER, vec![("Replaces".into(), replaces.clone())]).await;
    elsewhere.answered().await;
    elsewhere.sing(2_000.0);
    agent.ended().await;
    customer.hears(2_000.0, true).await;
    elsewhere.hears(500.0, true).await;
    // Somebody else's phone may not.
    let foreign = world.agent(BORIS).await;
    let replaces = home.sip.replaces(elsewhere.control.id).unwrap();
    let mut thief = foreign.call_with(&login(BORIS), NUMBER, vec![("Replaces".into(), replaces)]).await;
    let refused = thief.wait(|event| matches!(event, LegEvent::Failed { .. })).await;
    assert!(matches!(refused, LegEvent::Failed { code: 403, .. }), "{refused:?}");
    customer.control.hangup(Cause::Normal);
    elsewhere.ended().await;
    tokio::time::timeout(Duration::from_secs(20), async { drop(one_record(&world).await) }).await.unwrap();
}
