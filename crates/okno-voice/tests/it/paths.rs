//! The ways of sound and signaling: NATs, several phones, numbers that are elsewhere.

use crate::{
    peer::{Leg, Peer},
    world::{ANNA, BORIS, LINE, NUMBER, OLGA, World, actor},
};
use okno_app::calls::{self, DialRequest};
use okno_model::{
    doc::{AgentDoc, CallState, Presence},
    phone::{CallCommand, DialTo},
};
use okno_sip::{Cause, Incoming, LegEvent};
use okno_store::interactions;
use std::{net::UdpSocket, time::Duration};

fn to(number: &str) -> DialRequest {
    DialRequest { to: DialTo::Number { number: number.into() }, channel: LINE }
}

/// Somebody who has nothing to do with the call sends sound to where okno waits for it.
fn intrude(incoming: &Incoming) {
    let offer = incoming.offer.as_ref().unwrap();
    let media = offer.audio().unwrap();
    let at = (media.connection.as_ref().or(offer.connection.as_ref()).unwrap().as_str(), media.port);
    let stranger = UdpSocket::bind("127.0.0.9:0").unwrap();
    for seq in 0..20_u8 {
        let mut packet = vec![0x80, 8, 0, seq, 0, 0, 0, seq, 1, 2, 3, 4];
        packet.extend([0x2a; 160]);
        stranger.send_to(&packet, at).unwrap();
    }
}

async fn answered_behind_nat(peer: &mut Peer, hz: f64) -> Leg {
    let incoming = peer.incoming().await;
    intrude(&incoming);
    // Nobody is at that address; what comes from the peer has another one.
    peer.claims = Some("192.0.2.77:4000".parse().unwrap());
    let leg = peer.answer(incoming).await;
    leg.sing(hz);
    leg
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_we_dial_is_heard_from_behind_a_nat() {
    let mut world = World::new(|_| {}).await;
    let mut phone = world.agent(ANNA).await;
    let call = calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.unwrap();
    // The phone is dialed, and so is the customer by the trunk: both say an address that leads nowhere.
    let mut agent = answered_behind_nat(&mut phone, 1_100.0).await;
    let mut customer = answered_behind_nat(&mut world.provider, 500.0).await;
    agent.hears(500.0, true).await;
    customer.hears(1_100.0, true).await;
    calls::command(&world.ctx, &actor(ANNA), call.id, CallCommand::Hangup).await.unwrap();
    customer.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_phones_of_an_agent_ring_and_one_has_the_call() {
    let world = World::new(|_| {}).await;
    let mut desk = world.agent(ANNA).await;
    let mut home = world.another_phone(ANNA).await;
    let mut customer = world.provider.call(OLGA, NUMBER).await;
    customer.answered().await;
    customer.sing(500.0);
    let (at_desk, at_home) = (desk.incoming().await, home.incoming().await);
    at_desk.leg.control.ring();
    let mut agent = home.answer(at_home).await;
    agent.sing(1_100.0);
    let (_, mut events) = at_desk.leg.split();
    loop {
        if let LegEvent::Ended { cause, .. } = events.recv().await.expect("the other phone is told") {
            break assert_eq!(cause, Cause::ElsewhereAnswered);
        }
    }
    customer.hears(1_100.0, true).await;
    agent.hears(500.0, true).await;
    customer.control.hangup(Cause::Normal);
    agent.ended().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_phone_is_neither_a_refusal_nor_a_miss() {
    let world = World::new(|_| {}).await;
    let mut annas = world.agent(ANNA).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    let call = world.call_that("it waits", |call| call.state == CallState::Waiting).await;
    // It has not rung: she talks with somebody of whom okno knows nothing.
    annas.incoming().await.leg.control.reject(486, "Busy Here");
    let decision = async |act: &'static str| {
        world
            .until(act, async |ctx| {
                let said = ctx.read(move |tx| Ok(interactions::decisions(tx, call.interaction, 50)?)).await.unwrap();
                said.into_iter().find(|decision| decision.act == act)
            })
            .await
    };
    assert_eq!(decision("busy").await.agent, Some(ANNA.into()));
    let state = world.ctx.read(|tx| Ok(tx.get::<AgentDoc>(ANNA.into())?.unwrap())).await.unwrap();
    assert_eq!(state.presence, Presence::Available, "she still takes calls");

    // This one rings, and its one key for "no" says the same.
    let mut boriss = world.agent(BORIS).await;
    let ringing = boriss.incoming().await;
    ringing.leg.control.ring();
    ringing.leg.control.reject(486, "Busy Here");
    assert_eq!(decision("declined").await.agent, Some(BORIS.into()));
    caller.control.hangup(Cause::Normal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_moved_is_called_where_the_dial_plan_allows_it() {
    let mut world = World::new(|_| {}).await;
    let mut phone = world.agent(ANNA).await;
    calls::dial(&world.ctx, &actor(ANNA), to(OLGA), None).await.unwrap();
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    // Another number, at a host of somebody else: the number is called, by our own trunk.
    world.provider.incoming().await.leg.control.redirect("sip:+48601000000@198.51.100.7");
    let asked = world.provider.incoming().await;
    assert_eq!(asked.to, "+48601000000");
    asked.leg.control.redirect("sip:+48700999999@127.0.0.2");
    // A premium number: no trunk hears of it.
    agent.ended().await;
    world.call_that("the record", |call| matches!(&call.state, CallState::Ended { cause, .. } if cause == "forbidden")).await;
    assert!(tokio::time::timeout(Duration::from_millis(300), world.provider.events.recv()).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_protects_what_the_signaling_cannot() {
    let mut world = World::new(|_| {}).await;
    world.require_encryption(ANNA).await;
    let mut phone = world.agent(ANNA).await;
    phone.shakes = true;
    // We offer it to the phone, whose signaling is in the clear; a caller offers it to us, and the trunk takes it.
    world.provider.shakes = true;
    let mut customer = world.provider.call(OLGA, NUMBER).await;
    customer.answered().await;
    customer.sing(500.0);
    let ringing = phone.incoming().await;
    let protocol = |incoming: &Incoming| incoming.offer.as_ref().unwrap().audio().unwrap().protocol.clone();
    assert_eq!(protocol(&ringing), "UDP/TLS/RTP/SAVP");
    let mut agent = phone.answer(ringing).await;
    agent.sing(1_100.0);
    customer.hears(1_100.0, true).await;
    agent.hears(500.0, true).await;
    // Hold and back: the same keys go on.
    agent.change(okno_sip::sdp::Direction::SendOnly).await;
    agent.change(okno_sip::sdp::Direction::SendRecv).await;
    agent.sing(2_000.0);
    customer.hears(2_000.0, true).await;
    customer.control.hangup(Cause::Normal);
    agent.ended().await;
}
