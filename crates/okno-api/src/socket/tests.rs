//! Desks over real sockets.

use super::testing::{World, reply};
use okno_app::{access, interactions, messages};
use okno_model::{InteractionId, OfferId};
use serde_json::{Value, json};

fn id<T: std::str::FromStr>(value: &Value) -> T
where
    T::Err: std::fmt::Debug,
{
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_chat_goes_from_the_visitor_to_the_agent_and_back() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut desk, snapshot) = world.desk_ready(&anna, &token).await;
    assert_eq!(snapshot["data"]["interactions"], json!([]));
    let (mut visitor, welcome) = world.visitor(None).await;
    assert_eq!(welcome["interaction"], Value::Null);
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "Where is my order?"})).await;
    let ack = visitor.kind("ack").await;
    assert_eq!(ack["number"], 1);

    let offered = desk.event("interaction.offered").await;
    assert_eq!(offered["data"]["id"], ack["interaction"]);
    let interaction: InteractionId = id(&ack["interaction"]);
    let offer: OfferId = id(&offered["data"]["state"]["offer"]);
    interactions::accept(&world.ctx, &anna, interaction, offer).await.unwrap();
    let state = visitor.until(|f| f["t"] == "state" && f["kind"] == "active").await.pop().unwrap();
    assert_eq!(state["agent_name"], "anna");

    // Typing both ways.
    visitor.say(json!({"t": "typing", "on": true, "text": "It was"})).await;
    let typing = desk.kind("typing").await;
    assert_eq!((&typing["who"], &typing["text"]), (&json!("customer"), &json!("It was")));
    desk.say(json!({"t": "typing", "interaction": interaction, "on": true})).await;
    assert_eq!(visitor.kind("typing").await["name"], "anna");

    let sent = messages::send(&world.ctx, &anna, interaction, reply("a1", "On its way."), None).await.unwrap();
    let heard = visitor.kind("message").await;
    assert_eq!((&heard["text"], &heard["from"], &heard["author"]), (&json!("On its way."), &json!("agent"), &json!("anna")));
    assert!(heard.get("client_id").is_none());

    // The browser's pong (sent while it reads) proves that it came: the agent sees it.
    visitor.say(json!({"t": "ping"})).await;
    visitor.kind("pong").await;
    let changed = desk.event("message.changed").await;
    assert_eq!((&changed["data"]["id"], &changed["data"]["delivery"]["kind"]), (&json!(sent.id), &json!("sent")));
    visitor.say(json!({"t": "read", "number": sent.number})).await;
    let read = desk.until(|f| f["data"]["delivery"]["kind"] == "read").await.pop().unwrap();
    assert_eq!(read["data"]["id"], json!(sent.id));
}

/// The number of a frame's last event, which follows the one before without a hole.
fn after(last: i64, frame: &Value) -> i64 {
    let Some(seq) = frame["seq"].as_i64() else { return last };
    assert_eq!(frame["from"].as_i64().unwrap_or(seq), last + 1, "{frame}");
    seq
}

#[tokio::test]
async fn a_desk_resumes_without_a_hole() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut desk, snapshot) = world.desk_ready(&anna, &token).await;
    let mut last = snapshot["seq"].as_i64().unwrap();
    let (mut visitor, _) = world.visitor(None).await;
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "one"})).await;
    for frame in desk.until(|f| f["type"] == "message.created").await {
        last = after(last, &frame);
    }
    drop(desk);
    for n in 2..40 {
        visitor.say(json!({"t": "say", "client_id": format!("c{n}"), "text": format!("{n}")})).await;
        visitor.until(|f| f["t"] == "ack" && f["number"] == n).await;
    }
    let mut desk = world.desk(&token).await;
    desk.say(json!({"t": "hello", "resume": last})).await;
    assert_eq!(desk.next().await["t"], "resumed");
    for frame in desk.until(|f| f["data"]["text"] == "39").await {
        last = after(last, &frame);
    }
    // A number from another life of the database is answered by a snapshot.
    let mut desk = world.desk(&token).await;
    desk.say(json!({"t": "hello", "resume": last + 1_000_000})).await;
    let snapshot = desk.next().await;
    assert_eq!(snapshot["t"], "snapshot");
    assert_eq!(snapshot["data"]["interactions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_desk_may_not_see_is_a_number_only() {
    let world = World::new().await;
    let (_, token) = world.colleague("boris", "agent", Vec::new()).await;
    let mut desk = world.desk(&token).await;
    desk.say(json!({"t": "hello", "resume": null})).await;
    let mut last = desk.next().await["seq"].as_i64().unwrap();
    let (mut visitor, _) = world.visitor(None).await;
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "secret words"})).await;
    let ack = visitor.kind("ack").await;
    let head = okno_app::feed::head(&world.ctx).await.unwrap();
    for frame in desk.until(|f| f["seq"].as_i64() >= Some(head)).await {
        assert!(!frame.to_string().contains("secret words") && frame["type"] != "interaction.created", "{frame}");
        assert!(!frame.to_string().contains(ack["interaction"].as_str().unwrap()), "{frame}");
        last = after(last, &frame);
    }
    // Nor does typing reach him; his own typing elsewhere reaches nobody.
    visitor.say(json!({"t": "typing", "on": true})).await;
    desk.say(json!({"t": "typing", "interaction": ack["interaction"], "on": true})).await;
    desk.say(json!({"t": "ping"})).await;
    assert!(desk.until(|f| f["t"] == "pong").await.iter().all(|f| f["t"] == "skip" || f["t"] == "pong"));
    visitor.say(json!({"t": "ping"})).await;
    assert!(visitor.until(|f| f["t"] == "pong").await.iter().all(|f| f["t"] != "typing"));
}

#[tokio::test]
async fn new_rights_begin_with_a_new_snapshot_and_lost_ones_end_the_sight() {
    let world = World::new().await;
    let (boris, token) = world.colleague("boris", "agent", Vec::new()).await;
    let mut desk = world.desk(&token).await;
    desk.say(json!({"t": "hello", "resume": null})).await;
    assert_eq!(desk.next().await["data"]["interactions"], json!([]));
    let (mut visitor, _) = world.visitor(None).await;
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "hello"})).await;
    visitor.kind("ack").await;
    let serves = okno_model::input::UserInput { queues: Some(vec![world.queue]), ..Default::default() };
    okno_app::users::update(&world.ctx, &world.owner, boris.user, serves).await.unwrap();
    let snapshot = desk.kind("snapshot").await;
    assert_eq!(snapshot["data"]["interactions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_ended_session_ends_its_socket() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut desk, _) = world.desk_ready(&anna, &token).await;
    access::sign_out(&world.ctx, &anna).await.unwrap();
    let code = loop {
        if let Err(code) = desk.maybe().await {
            break code;
        }
    };
    assert_eq!(code, 4401);
    // Without a session the socket opens only to say so: scripts see no status of a refused one.
    let mut desk = world.desk(&token).await;
    assert_eq!(desk.maybe().await, Err(4401));
    let forged = world.socket("/api/v1/socket", &[("origin", "https://evil.example")], None).await;
    assert_eq!(forged.err(), Some(403));
}

#[tokio::test]
async fn a_desk_that_does_not_read_is_dropped_and_holds_up_nobody() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "agent", vec![world.queue]).await;
    let (mut awake, _) = world.desk_ready(&anna, &token).await;
    let cookie = format!("okno_session={token}");
    let mut asleep = world.socket("/api/v1/socket", &[("cookie", &cookie)], Some(4096)).await.unwrap();
    asleep.say(json!({"t": "hello", "resume": null})).await;
    asleep.kind("snapshot").await;
    let reader = tokio::spawn(async move { awake.until(|f| f["data"]["client_id"] == "c399").await.len() });
    let (mut visitor, _) = world.visitor(None).await;
    let long = "ж".repeat(19_000);
    for n in 0..400 {
        visitor.say(json!({"t": "say", "client_id": format!("c{n}"), "text": long})).await;
        visitor.kind("ack").await;
    }
    assert!(reader.await.unwrap() >= 400);
    // He finds what the network still held, then the end; never the last message.
    let mut last = None;
    while let Ok(frame) = asleep.maybe().await {
        last = Some(frame);
    }
    assert_ne!(last.unwrap()["data"]["client_id"], "c399");
}
