//! Calls that go out.

use crate::world::{ANNA, LINE, OLGA, World, actor, login};
use okno_app::calls::{self, DialRequest};
use okno_model::{
    doc::{CallEnder, CallState},
    phone::{CallCommand, DialTo},
};
use okno_sip::Cause;

fn to(number: &str) -> DialRequest {
    DialRequest { to: DialTo::Number { number: number.into() }, channel: LINE }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_calls_a_customer() {
    let mut world = World::new(|_| {}).await;
    let mut phone = world.agent(ANNA).await;
    let call = calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.unwrap();
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    agent.sing(1_100.0);
    let asked = world.provider.incoming().await;
    assert_eq!(asked.to, OLGA);
    asked.leg.control.ring();
    agent.hears(425.0, true).await;
    let mut customer = world.provider.answer(asked).await;
    customer.sing(500.0);
    customer.hears(1_100.0, true).await;
    agent.hears(500.0, true).await;
    calls::command(&world.ctx, &actor(ANNA), call.id, CallCommand::Hangup).await.unwrap();
    customer.ended().await;
    agent.ended().await;
    let over = |state: &CallState| matches!(state, CallState::Ended { by: CallEnder::Agent, cause, .. } if cause == "normal");
    assert_eq!(world.call_that("the record", |call| over(&call.state)).await.id, call.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_is_busy_is_told_so() {
    let mut world = World::new(|_| {}).await;
    let mut phone = world.agent(ANNA).await;
    calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.unwrap();
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    let asked = world.provider.incoming().await;
    asked.leg.control.reject(486, "Busy Here");
    agent.ended().await;
    world.call_that("the record", |call| matches!(&call.state, CallState::Ended { cause, .. } if cause == "busy")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_phone_or_a_rule_nobody_is_called() {
    let world = World::new(|_| {}).await;
    assert!(calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.is_err(), "no phone");
    let _phone = world.agent(ANNA).await;
    assert!(calls::dial(&world.ctx, &actor(ANNA), to("+4930123456"), None).await.is_err(), "not allowed");
    assert!(calls::dial(&world.ctx, &actor(ANNA), to("+48700123456"), None).await.is_err(), "a premium number");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_echo_gives_back_what_is_said() {
    let world = World::new(|_| {}).await;
    let phone = world.agent(ANNA).await;
    let mut leg = phone.call(&login(ANNA), "*43").await;
    leg.answered().await;
    leg.sing(900.0);
    leg.hears(900.0, true).await;
    leg.control.hangup(Cause::Normal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trunk_that_fails_hands_over_to_the_next() {
    let mut world = World::new(|_| {}).await;
    let mut second = world.second_provider().await;
    let mut phone = world.agent(ANNA).await;
    calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.unwrap();
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    world.provider.incoming().await.leg.control.reject(503, "Service Unavailable");
    let asked = second.incoming().await;
    let customer = second.answer(asked).await;
    customer.sing(500.0);
    agent.hears(500.0, true).await;
}
