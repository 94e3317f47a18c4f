//! What must hold after the story, looked at through the API: nothing lost, doubled, invented or disordered.

use super::Outcome;
use super::desk::reply_body;
use super::record::{Record, marked};
use super::world::World;
use crate::smtp::header;
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Mailboxes that send. Each has one mail on its way at a time, so that a kill can make so many of them leave twice.
const MAILBOXES: u32 = 2;

/// Everything that okno knows, by interaction.
struct Known {
    interactions: BTreeMap<String, Value>,
    messages: BTreeMap<String, Vec<Value>>,
}

/// Every submitted mail and every chat is in the ledger, and nothing there waits for an answer.
pub(super) async fn ledger_is_closed(world: &World) -> Result<bool> {
    let expected = world.with(|record| record.units());
    let units = world.api.all("/api/v1/ledger?state=all").await?;
    let open = |unit: &&Value| matches!(unit["state"].as_str(), Some("received" | "open"));
    Ok(units.len() >= expected && units.iter().filter(open).count() == 0)
}

/// All checks.
pub(super) async fn all(world: &World, record: &Record, sent: &[String], kills: u32) -> Result<Outcome> {
    let known = gather(world).await.context("read back what the server knows")?;
    let chat_texts = texts(&known, "inbound", "chat");
    let mut checks = vec![
        ("chat in: 0 acknowledged lost".to_owned(), chat_lost(record, &chat_texts)),
        ("chat in: 0 doubled".to_owned(), doubled(&chat_texts)),
        ("chat in: 0 invented".to_owned(), chat_invented(record, &chat_texts)),
        ("chat in: order kept".to_owned(), chat_disordered(record, &known)),
        ("mail in: 0 acknowledged lost".to_owned(), mail_lost(record, &known)),
        ("mail in: 0 doubled".to_owned(), mail_doubled(&known)),
        ("mail in: 0 invented".to_owned(), mail_invented(record, &known)),
        ("replies: 0 acknowledged lost, 0 doubled, 0 invented".to_owned(), replies_kept(record, &known)),
        ("replies: the same key gives the same answer".to_owned(), same_answers(world, record).await),
        ("chat out: every reply heard once, in order".to_owned(), chat_heard(record, &known)),
        (
            format!("mail out: every reply sent; repeats with the same Message-ID, at most {}", kills * MAILBOXES),
            mail_out(record, sent, kills),
        ),
        ("messages of an interaction are numbered without gaps".to_owned(), numbered(&known)),
        ("every customer has one conversation per chat".to_owned(), one_chat_each(record, &known)),
        ("ledger: conserved, nothing quarantined, no black hole".to_owned(), ledger(world, record).await),
        ("journal: a gap-free sequence".to_owned(), journal(world).await),
    ];
    checks.push(("no answer that should not have come".to_owned(), record.surprises.clone()));
    let said: usize = record.said.values().map(Vec::len).sum();
    let heard: usize = record.heard.values().map(Vec::len).sum();
    let facts = vec![format!(
        "{said} chat messages in, {} mails in, {} replies, {heard} heard by visitors, {} mails out, {} reconnects of visitors; the desk was last lost by: {}",
        record.mailed.len(),
        record.replied.len(),
        sent.len(),
        record.reconnects,
        record.desk_lost
    )];
    Ok(Outcome { facts, checks })
}

/// Why the oldest open interaction still waits, in the server's own words.
pub(super) async fn why_it_waits(world: &World) -> String {
    let Ok(open) = world.api.all("/api/v1/interactions?state=open").await else { return "the server does not answer".into() };
    let Some(first) = open.first() else { return "no interaction is open".into() };
    let decisions = world.api.get(&format!("/api/v1/interactions/{}/decisions", first["id"].as_str().unwrap_or_default())).await;
    let agents = world.api.get("/api/v1/agents").await;
    let (decisions, agents) = (decisions.unwrap_or_default(), agents.unwrap_or_default());
    format!("{} are open; the first: {first}; its decisions: {decisions}; agents: {agents}", open.len())
}

async fn gather(world: &World) -> Result<Known> {
    let mut known = Known { interactions: BTreeMap::new(), messages: BTreeMap::new() };
    for state in ["open", "closed"] {
        for interaction in world.api.all(&format!("/api/v1/interactions?state={state}")).await? {
            let id = interaction["id"].as_str().context("id of an interaction")?.to_owned();
            known.messages.insert(id.clone(), messages(world, &id).await?);
            known.interactions.insert(id, interaction);
        }
    }
    Ok(known)
}

/// Every message of an interaction, ascending. Pages go backwards from the newest.
async fn messages(world: &World, id: &str) -> Result<Vec<Value>> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let before = all.first().map(|first| format!("&before={}", first["number"])).unwrap_or_default();
        let page = world.api.get(&format!("/api/v1/interactions/{id}/messages?limit=200{before}")).await?;
        let items = page["items"].as_array().context("items")?.clone();
        if items.is_empty() {
            return Ok(all);
        }
        all.splice(0..0, items);
        if all.first().is_some_and(|first| first["number"] == 1) {
            return Ok(all);
        }
    }
}

/// Texts of one kind of message, as often as they are there.
fn texts(known: &Known, kind: &str, medium: &str) -> Vec<String> {
    let of_medium = known.interactions.iter().filter(|(_, interaction)| interaction["medium"] == medium);
    of_medium
        .flat_map(|(id, _)| &known.messages[id])
        .filter(|message| message["kind"] == kind)
        .map(|message| message["text"].as_str().unwrap_or_default().trim().to_owned())
        .collect()
}

fn doubled(all: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.iter().filter(|text| !seen.insert(text.as_str())).map(|text| format!("twice: {text}")).collect()
}

fn chat_lost(record: &Record, kept: &[String]) -> Vec<String> {
    let kept: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
    let acknowledged = record.said.values().flatten().filter(|said| said.number.is_some());
    acknowledged.filter(|said| !kept.contains(said.text.as_str())).map(|said| format!("lost: {}", said.text)).collect()
}

fn chat_invented(record: &Record, kept: &[String]) -> Vec<String> {
    let said: BTreeSet<&str> = record.said.values().flatten().map(|said| said.text.as_str()).collect();
    kept.iter().filter(|text| !said.contains(text.as_str())).map(|text| format!("never said: {text}")).collect()
}

/// Each visitor's messages stand in the order in which he sent them, under the numbers that were acknowledged.
fn chat_disordered(record: &Record, known: &Known) -> Vec<String> {
    let mut numbers = BTreeMap::new();
    for message in known.messages.values().flatten().filter(|message| message["kind"] == "inbound") {
        numbers.insert(message["text"].as_str().unwrap_or_default(), message["number"].as_i64().unwrap_or(0));
    }
    let mut faults = Vec::new();
    for said in record.said.values() {
        let mut last = 0;
        for one in said {
            let Some(number) = numbers.get(one.text.as_str()) else { continue };
            if *number <= last {
                faults.push(format!("`{}` is number {number}, after {last}", one.text));
            }
            if one.number.is_some_and(|acknowledged| acknowledged != *number) {
                faults.push(format!("`{}` was acknowledged as {:?} and is {number}", one.text, one.number));
            }
            last = *number;
        }
    }
    faults
}

/// Message-IDs of the mails that came in, as often as they are there.
fn mail_ids(known: &Known) -> Vec<String> {
    let inbound = known.messages.values().flatten().filter(|message| message["kind"] == "inbound");
    inbound.filter_map(|message| message["mail"]["message_id"].as_str()).map(str::to_owned).collect()
}

fn mail_lost(record: &Record, known: &Known) -> Vec<String> {
    let kept: BTreeSet<String> = mail_ids(known).into_iter().collect();
    let acknowledged = record.mailed.iter().filter(|(_, acknowledged)| **acknowledged);
    acknowledged.filter(|(id, _)| !kept.contains(*id)).map(|(id, _)| format!("lost: {id}")).collect()
}

fn mail_doubled(known: &Known) -> Vec<String> {
    doubled(&mail_ids(known))
}

fn mail_invented(record: &Record, known: &Known) -> Vec<String> {
    mail_ids(known).into_iter().filter(|id| !record.mailed.contains_key(id)).map(|id| format!("never submitted: {id}")).collect()
}

fn replies_kept(record: &Record, known: &Known) -> Vec<String> {
    let mut by_key: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    let mut faults = Vec::new();
    for message in known.messages.values().flatten().filter(|message| message["kind"] == "outbound" && message["author"]["kind"] == "user")
    {
        let key = message["client_id"].as_str().unwrap_or_default();
        by_key.entry(key).or_default().push(message);
        if !record.replied.contains_key(key) {
            faults.push(format!("never written: {}", message["text"]));
        }
    }
    for (key, reply) in &record.replied {
        let kept = by_key.get(key.as_str()).map_or(&[][..], Vec::as_slice);
        match (&reply.message, kept) {
            (Some(answer), [one]) if answer["id"] == one["id"] && one["interaction"] == reply.interaction.as_str() => {}
            (Some(answer), [one]) => faults.push(format!("{key}: acknowledged as {} and kept as {}", answer["id"], one["id"])),
            (Some(_), []) => faults.push(format!("{key}: lost")),
            (None, [] | [_]) => {}
            (_, more) => faults.push(format!("{key}: {} times", more.len())),
        }
    }
    faults
}

/// The last tries of some replies are made once more.
async fn same_answers(world: &World, record: &Record) -> Vec<String> {
    let mut faults = Vec::new();
    let answered = record.replied.iter().filter_map(|(key, reply)| Some((key, reply, reply.message.as_ref()?)));
    for (key, reply, message) in answered.step_by(7).take(20) {
        let path = format!("/api/v1/interactions/{}/messages", reply.interaction);
        match world.api.post_once(&path, &reply_body(&reply.text, reply.email, key), key).await {
            Ok(again) if again["id"] == message["id"] => {}
            Ok(again) => faults.push(format!("{key}: {} first, {} again", message["id"], again["id"])),
            Err(error) => faults.push(format!("{key}: {error}")),
        }
    }
    faults
}

/// A visitor hears the replies to his chat, each once, by ascending numbers.
fn chat_heard(record: &Record, known: &Known) -> Vec<String> {
    let mut faults: Vec<String> = record.unheard().into_iter().map(|text| format!("never heard: {text}")).collect();
    let mut written: BTreeSet<&str> = record.replied.values().map(|reply| reply.text.as_str()).collect();
    let system = known.messages.values().flatten().filter(|message| message["author"]["kind"] == "system");
    written.extend(system.filter_map(|message| message["text"].as_str()));
    for (visitor, heard) in &record.heard {
        let mut last = 0;
        for (number, text) in heard {
            if *number <= last {
                faults.push(format!("visitor {visitor} heard number {number} after {last}: {text}"));
            }
            if !written.contains(text.as_str()) {
                faults.push(format!("visitor {visitor} heard what nobody wrote: {text}"));
            }
            last = *number;
        }
    }
    faults
}

fn mail_out(record: &Record, sent: &[String], kills: u32) -> Vec<String> {
    let mut faults: Vec<String> = record.unsent(sent).into_iter().map(|text| format!("never sent: {text}")).collect();
    let mut repeats = 0;
    for reply in record.replied.values().filter(|reply| reply.email) {
        let mark = marked(&reply.text);
        let copies: Vec<&String> = sent.iter().filter(|mail| mail.contains(&mark)).collect();
        let ids: BTreeSet<Option<String>> = copies.iter().map(|mail| header(mail, "Message-ID")).collect();
        if ids.len() > 1 {
            faults.push(format!("`{}` was sent under {} Message-IDs: {ids:?}", reply.text, ids.len()));
        }
        repeats += copies.len().saturating_sub(1);
    }
    if repeats > (kills * MAILBOXES) as usize {
        faults.push(format!("{repeats} repeats of mails after {kills} kills"));
    }
    let written: Vec<String> = record.replied.values().filter(|reply| reply.email).map(|reply| marked(&reply.text)).collect();
    for mail in sent {
        if !written.iter().any(|mark| mail.contains(mark)) {
            faults.push(format!("sent, but nobody wrote it: {}", mail.chars().take(400).collect::<String>()));
        }
    }
    faults
}

fn numbered(known: &Known) -> Vec<String> {
    let mut faults = Vec::new();
    for (id, messages) in &known.messages {
        let numbers: Vec<i64> = messages.iter().filter_map(|message| message["number"].as_i64()).collect();
        if let Some(at) = numbers.iter().zip(1..).position(|(number, expected)| *number != expected) {
            faults.push(format!("interaction {id}: place {} holds number {}", at + 1, numbers[at]));
        }
    }
    faults
}

fn one_chat_each(record: &Record, known: &Known) -> Vec<String> {
    let chats = known.interactions.values().filter(|interaction| interaction["medium"] == "chat").count();
    let visitors = record.chatting();
    if chats == visitors { Vec::new() } else { vec![format!("{chats} chats of {visitors} visitors")] }
}

async fn ledger(world: &World, record: &Record) -> Vec<String> {
    let mut faults = Vec::new();
    match world.api.get("/api/v1/ledger/summary?days=1").await {
        Ok(summary) => {
            if summary["conserved"] != true {
                faults.push(format!("not conserved: {}", summary["violations"]));
            }
            let units = record.units();
            if summary["received"] != units {
                faults.push(format!("{} units received, {units} sent", summary["received"]));
            }
        }
        Err(error) => faults.push(format!("summary: {error}")),
    }
    match world.api.all("/api/v1/ledger?state=all").await {
        Ok(units) => {
            let ended_well = |unit: &&Value| matches!(unit["state"].as_str(), Some("answered" | "joined" | "recovered"));
            faults.extend(
                units.iter().filter(|unit| !ended_well(unit)).map(|unit| {
                    format!("{} `{}` is {} ({}) {}", unit["kind"], unit["subject"], unit["state"], unit["cause"], unit["detail"])
                }),
            );
        }
        Err(error) => faults.push(format!("ledger: {error:#}")),
    }
    faults
}

async fn journal(world: &World) -> Vec<String> {
    let mut last = 0_i64;
    loop {
        let page = match world.api.get(&format!("/api/v1/events?after={last}&limit=200")).await {
            Ok(page) => page,
            Err(error) => return vec![format!("events after {last}: {error}")],
        };
        let items = page["items"].as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            return if last == 0 { vec!["the journal is empty".into()] } else { Vec::new() };
        }
        for event in items {
            let seq = event["seq"].as_i64().unwrap_or(0);
            if seq != last + 1 {
                return vec![format!("{seq} follows {last}")];
            }
            last = seq;
        }
    }
}
