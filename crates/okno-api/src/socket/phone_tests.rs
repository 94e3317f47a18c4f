//! The telephone over real sockets: what browsers say to it, what it says to them.

use super::{presence, testing::World};
use crate::{ApiConfig, ApiState};
use okno_app::{
    calls::{self, Arrival},
    channels,
    interactions::{self, Transfer},
    routing, routing_config,
};
use okno_bus::voice::{PhoneNews, VoiceRequest};
use okno_model::{
    ChannelId, VisitorId,
    input::{ChannelInput, PhoneChannelInput, QueueInput, SettingsInput},
    phone::{PhoneDown, PhoneUp},
};
use serde_json::{Value, json};
use std::time::Duration;

const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\n";

/// A telephone channel that widgets may call.
async fn line(world: &World) -> ChannelId {
    let settings = PhoneChannelInput { click_to_call: true, ..PhoneChannelInput::default() };
    let input = ChannelInput {
        name: Some("Hotline".into()),
        queue: Some(world.queue),
        settings: Some(SettingsInput::Phone(settings)),
        ..ChannelInput::default()
    };
    channels::create(&world.ctx, &world.owner, input, None).await.unwrap().id
}

fn connect(tab: &str) -> Value {
    json!({"t": "phone", "up": {"do": "connect", "tab": tab, "sdp": OFFER}})
}

#[tokio::test]
async fn every_desk_of_an_agent_hears_his_telephone_and_nobody_elses() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (boris, other) = world.colleague("boris", "agent", vec![world.queue]).await;
    let (mut one, _) = world.desk_ready(&anna, &token).await;
    // Without a telephone he is told so, with the name of his page.
    one.say(connect("t1")).await;
    let refused = one.kind("phone").await;
    assert_eq!(
        (&refused["down"]["kind"], &refused["down"]["tab"], &refused["down"]["code"]),
        (&json!("refused"), &json!("t1"), &json!("off"))
    );

    let mut door = world.ctx.app.bus.voice.open(world.ctx.ws);
    let (mut two, _) = world.desk_ready(&anna, &token).await;
    let (mut stranger, _) = world.desk_ready(&boris, &other).await;
    one.say(connect("t1")).await;
    let Some(VoiceRequest::Desk { agent, up }) = door.recv().await else { panic!("the door is asked") };
    assert_eq!((agent, up), (anna.agent(), PhoneUp::Connect { tab: "t1".into(), sdp: OFFER.into() }));

    let answer = PhoneDown::Answer { tab: "t1".into(), sdp: "v=0".into() };
    world.ctx.app.bus.voice.tell(world.ctx.ws, PhoneNews::Desk { agent, down: answer });
    for desk in [&mut one, &mut two] {
        assert_eq!(desk.kind("phone").await["down"], json!({"kind": "answer", "tab": "t1", "sdp": "v=0"}));
    }
    let his = PhoneDown::Media { tab: "b".into(), state: "connected".into() };
    world.ctx.app.bus.voice.tell(world.ctx.ws, PhoneNews::Desk { agent: boris.agent(), down: his });
    assert_eq!(stranger.kind("phone").await["down"]["tab"], "b", "the first that Boris hears is his own");

    one.say(json!({"t": "phone", "up": {"do": "quality", "tab": "t1", "loss_percent": 1, "jitter_ms": 20, "rtt_ms": 40}})).await;
    one.say(json!({"t": "phone", "up": {"do": "digits", "digits": "12#"}})).await;
    let heard = [door.recv().await, door.recv().await];
    assert!(matches!(&heard[0], Some(VoiceRequest::Desk { up: PhoneUp::Quality { loss_percent: 1, .. }, .. })), "{heard:?}");
    assert!(matches!(&heard[1], Some(VoiceRequest::Desk { up: PhoneUp::Digits { .. }, .. })), "{heard:?}");
}

#[tokio::test]
async fn what_no_telephone_wants_is_refused_before_it() {
    let world = World::new().await;
    let mut door = world.ctx.app.bus.voice.open(world.ctx.ws);
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut desk, _) = world.desk_ready(&anna, &token).await;
    let huge = format!("v=0\r\n{}", "a".repeat(okno_model::phone::SDP_BYTES));
    desk.say(json!({"t": "phone", "up": {"do": "connect", "tab": "t1", "sdp": huge}})).await;
    assert_eq!(desk.kind("phone").await["down"]["code"], "bad_offer");
    desk.say(json!({"t": "phone", "up": {"do": "digits", "digits": "rm -rf"}})).await;
    assert_eq!(desk.kind("phone").await["down"]["code"], "bad_offer");

    let (_, token) = world.colleague("rita", "auditor", vec![]).await;
    let mut auditor = world.desk(&token).await;
    auditor.say(json!({"t": "hello", "resume": null})).await;
    auditor.kind("snapshot").await;
    auditor.say(connect("t9")).await;
    let refused = auditor.kind("phone").await;
    assert_eq!((&refused["down"]["code"], &refused["down"]["tab"]), (&json!("no_phone_right"), &json!("t9")));
    assert!(door.try_recv().is_err(), "nothing of it came to the telephone");
}

#[tokio::test]
async fn the_telephone_hears_when_the_last_desk_is_gone() {
    let world = World::new().await;
    let mut door = world.ctx.app.bus.voice.open(world.ctx.ws);
    let state = ApiState::new(world.ctx.app.clone(), world.ctx.ws, ApiConfig::default());
    let agent = world.owner.agent();
    // Nobody gives a sign of life after this one.
    presence::here(&state, &world.ctx, agent, Duration::from_millis(20)).await;
    let gone = door.recv().await;
    assert!(matches!(gone, Some(VoiceRequest::DeskGone { agent: who }) if who == agent), "{gone:?}");
}

#[tokio::test]
async fn a_visitor_calls_from_his_browser_what_the_company_offers() {
    let world = World::new().await;
    let config = || async {
        let request = world.http.get(world.url("/api/v1/visitor/config")).header("origin", "https://shop.example");
        serde_json::from_slice::<Value>(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
    };
    let channel = line(&world).await;
    assert_eq!(config().await["call"], Value::Null, "nobody serves the telephone");
    let (mut visitor, welcome) = world.visitor(None).await;
    let up = json!({"t": "call", "up": {"do": "connect", "tab": "w1", "sdp": OFFER}});
    visitor.say(up.clone()).await;
    assert_eq!(visitor.kind("call").await["down"]["code"], "off");

    let mut door = world.ctx.app.bus.voice.open(world.ctx.ws);
    assert_eq!(config().await["call"], json!({"channel": channel}));
    visitor.say(json!({"t": "call", "up": {"do": "hangup"}})).await;
    assert_eq!(visitor.kind("call").await["down"]["code"], "off", "there is no call yet");
    visitor.say(up).await;
    let id: VisitorId = welcome["visitor"].as_str().unwrap().parse().unwrap();
    let asked = door.recv().await;
    let right = matches!(&asked, Some(VoiceRequest::Widget { visitor, channel: called, up: PhoneUp::Connect { .. } })
        if *visitor == id && *called == channel);
    assert!(right, "{asked:?}");
    let down = PhoneDown::Call { state: "waiting".into(), position: Some(2) };
    world.ctx.app.bus.voice.tell(world.ctx.ws, PhoneNews::Widget { visitor: id, down });
    let told = visitor.kind("call").await;
    assert_eq!(told["down"], json!({"kind": "call", "state": "waiting", "position": 2}));
    visitor.say(json!({"t": "call", "up": {"do": "hangup"}})).await;
    assert!(matches!(door.recv().await, Some(VoiceRequest::Widget { up: PhoneUp::Hangup, .. })));

    // Without a socket there is no call.
    let token = welcome["token"].as_str().unwrap();
    let posted = json!({"token": token, "frames": [{"t": "call", "up": {"do": "connect", "tab": "w1", "sdp": OFFER}}]});
    let request = world.http.post(world.url("/api/v1/visitor/frames")).header("origin", "https://shop.example");
    let request = request.header("content-type", "application/json").body(posted.to_string());
    let answer: Value = serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert_eq!(answer["frames"][0]["down"]["code"], "off", "{answer}");
    assert!(door.try_recv().is_err());
}

#[tokio::test]
async fn a_call_leaves_the_sight_of_a_desk_with_its_interaction() {
    let world = World::new().await;
    let (ctx, owner) = (&world.ctx, &world.owner);
    let sales = QueueInput { name: Some("Sales".into()), ..QueueInput::default() };
    let sales = routing_config::create_queue(ctx, owner, sales, None).await.unwrap().id;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut desk, snapshot) = world.desk_ready(&anna, &token).await;
    assert_eq!(snapshot["data"]["calls"], json!([]));
    let arrival = Arrival {
        key: "call-1".into(),
        channel: line(&world).await,
        number: "+48221234567".into(),
        name: String::new(),
        our_number: "500".into(),
        trunk: None,
        unconfirmed: true,
        visitor: None,
    };
    let arrived = calls::arrived(ctx, arrival).await.unwrap();
    assert_eq!(desk.event("call.changed").await["data"]["id"], json!(arrived.call.id));
    desk.event("interaction.queued").await;
    let (_, snapshot) = world.desk_ready(&anna, &token).await;
    assert_eq!(snapshot["data"]["calls"][0]["id"], json!(arrived.call.id));

    interactions::transfer(ctx, owner, arrived.interaction.id, Transfer::Queue(sales), None).await.unwrap();
    routing::tick(ctx).await.unwrap();
    let gone = desk.kind("gone").await;
    assert_eq!((&gone["kind"], &gone["id"]), (&json!("interaction"), &json!(arrived.interaction.id)));
    let gone = desk.kind("gone").await;
    assert_eq!((&gone["kind"], &gone["id"]), (&json!("call"), &json!(arrived.call.id)));
}
