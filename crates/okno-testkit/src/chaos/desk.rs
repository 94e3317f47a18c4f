//! An agent at the desk: connected by the desk's socket, accepts what rings, answers chats and mails by REST.

use super::record::Replied;
use super::world::{Moment, World, pause};
use crate::CallError;
use crate::visitor::Socket;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// How often the agent looks at his work.
const LOOK: Duration = Duration::from_millis(100);
/// How often one replier answers a chat.
const PACE: Duration = Duration::from_millis(80);

/// Keeps the desk connected and the agent available, accepts offers, and hands the work to the repliers.
pub(super) async fn sits(world: Arc<World>) {
    let mut taken = BTreeSet::new();
    while !world.finished() {
        // A lost connection is expected; the desk comes back as a browser does.
        if let Err(error) = works(&world, &mut taken).await {
            world.with(|record| record.desk_lost = format!("{error:#}"));
        }
        pause().await;
    }
}

async fn works(world: &World, taken: &mut BTreeSet<String>) -> Result<()> {
    let mut socket = Socket::connect(world.port, "/api/v1/socket", world.api.origin(), &world.api.cookie()).await?;
    socket.send(&json!({"t": "hello", "resume": null})).await?;
    socket.expect("snapshot").await?;
    world.api.put("/api/v1/me/presence", &json!({"presence": {"kind": "available"}})).await?;
    let mut clock = tokio::time::interval(LOOK);
    let mut ticks = 0_u64;
    loop {
        tokio::select! {
            frame = socket.next() => { frame?; }
            _ = clock.tick() => {
                if world.finished() {
                    return Ok(());
                }
                ticks += 1;
                if ticks.is_multiple_of(50) {
                    socket.send(&json!({"t": "ping"})).await?;
                }
                look(world, taken).await?;
            }
        }
    }
}

/// Accepts what rings; remembers what is his.
async fn look(world: &World, taken: &mut BTreeSet<String>) -> Result<()> {
    for item in world.api.all("/api/v1/interactions?state=open").await? {
        let Some(id) = item["id"].as_str() else { continue };
        match item["state"]["kind"].as_str() {
            Some("offered") if item["state"]["agent"] == world.owner.as_str() => {
                let offer = json!({"offer": item["state"]["offer"]});
                match world.api.post(&format!("/api/v1/interactions/{id}/accept"), &offer).await {
                    Ok(_) | Err(CallError::Refused { status: 409, .. }) => {}
                    Err(CallError::Lost(_)) => return Ok(()),
                    Err(error) => world.surprise(format!("accept of {id}: {error}")),
                }
            }
            Some("active") if item["agent"] == world.owner.as_str() && taken.insert(id.to_owned()) => {
                if item["medium"] == "email" {
                    world.mails.lock().unwrap_or_else(PoisonError::into_inner).push_back(id.to_owned());
                } else {
                    world.chats.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Answers: every mail once, then it is finished; chats in turn, again and again.
pub(super) async fn replies(world: Arc<World>, n: usize) {
    for i in 0_usize.. {
        if world.desk_stopped() {
            return;
        }
        let busy = world.replying();
        let mail = world.mails.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        if let Some(id) = mail {
            reply(&world, &id, true, &format!("reply-{n}-{i}")).await;
            finish(&world, &id).await;
        } else if let Some(id) = next_chat(&world, i * 7 + n) {
            reply(&world, &id, false, &format!("reply-{n}-{i}")).await;
        }
        drop(busy);
        tokio::time::sleep(PACE).await;
    }
}

/// A chat to reply to. When every customer has said his last word, each chat gets one last reply.
fn next_chat(world: &World, any: usize) -> Option<String> {
    let said_all = world.input_stopped() && world.with(|record| record.unacknowledged()) == 0;
    let mut chats = world.chats.lock().unwrap_or_else(PoisonError::into_inner);
    if said_all { chats.pop() } else { chats.get(any % chats.len().max(1)).cloned() }
}

/// Sends one reply until it is answered, always with the same key.
async fn reply(world: &World, interaction: &str, email: bool, key: &str) {
    let text = format!("Here is {key}");
    let replied = Replied { interaction: interaction.to_owned(), email, text: text.clone(), message: None };
    world.with(|record| record.replied.insert(key.to_owned(), replied));
    let body = reply_body(&text, email, key);
    match answered(world, &format!("/api/v1/interactions/{interaction}/messages"), &body, key).await {
        Ok(message) => world.with(|record| {
            if let Some(replied) = record.replied.get_mut(key) {
                replied.message = Some(message);
            }
        }),
        Err(why) => world.surprise(format!("{key} to {interaction}: {why}")),
    }
}

/// The body of a reply; the same for every try.
pub(super) fn reply_body(text: &str, email: bool, key: &str) -> Value {
    // A mail's text is found again in the relay by its end mark.
    let text = if email { super::record::marked(text) } else { text.to_owned() };
    json!({"kind": "outbound", "text": text, "client_id": key, "attachments": []})
}

async fn finish(world: &World, interaction: &str) {
    let key = format!("finish-{interaction}");
    match answered(world, &format!("/api/v1/interactions/{interaction}/finish"), &json!({}), &key).await {
        Ok(_) => {}
        // A try whose answer was lost has done it.
        Err(why) if why.starts_with("409") => {}
        Err(why) => world.surprise(format!("finish of {interaction}: {why}")),
    }
}

async fn answered(world: &World, path: &str, body: &Value, key: &str) -> Result<Value, String> {
    loop {
        world.hit(Moment::Rest);
        match world.api.post_once(path, body, key).await {
            Ok(answer) => return Ok(answer),
            Err(CallError::Lost(_)) if !world.finished() => pause().await,
            Err(error) => return Err(error.to_string()),
        }
    }
}
