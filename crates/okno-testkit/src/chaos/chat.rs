//! Customers who chat: they keep what was not acknowledged and say it again, with the same id, after every loss.

use super::record::Said;
use super::world::{Moment, World, pause};
use crate::visitor::{Socket, visit};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A customer types this often.
const PACE: Duration = Duration::from_millis(70);
/// So many of his messages may be on their way at once; their order must be kept.
const WINDOW: usize = 3;

struct Customer {
    n: usize,
    token: Option<String>,
    interaction: Option<String>,
    /// Highest number that came as a message frame. Acknowledgements do not move it: a reply with a lower number may
    /// still be on its way.
    seen: i64,
    waiting: VecDeque<usize>,
}

/// One customer, until the story ends.
pub(super) async fn visits(world: Arc<World>, n: usize) {
    let mut customer = Customer { n, token: None, interaction: None, seen: 0, waiting: VecDeque::new() };
    while !world.finished() {
        let (token, interaction) = (customer.token.as_deref(), customer.interaction.as_deref());
        if let Ok((socket, welcome)) = visit(world.port, &world.widget_key, token, interaction, customer.seen).await {
            customer.welcomed(&world, &welcome);
            // The connection was lost, which is what this story is about.
            let _ = customer.talk(&world, socket).await;
            world.with(|record| record.reconnects += 1);
        }
        pause().await;
    }
}

impl Customer {
    fn welcomed(&mut self, world: &World, welcome: &Value) {
        if let Some(token) = welcome["token"].as_str() {
            if self.token.as_deref().is_some_and(|had| had != token) && self.seen > 0 {
                world.surprise(format!("visitor {} got another token after he had talked", self.n));
            }
            self.token = Some(token.to_owned());
        }
    }

    /// Numbers begin at 1 again in another interaction.
    fn enter(&mut self, frame: &Value) {
        if let Some(id) = frame["interaction"].as_str()
            && self.interaction.as_deref() != Some(id)
        {
            self.interaction = Some(id.to_owned());
            self.seen = 0;
        }
    }

    async fn talk(&mut self, world: &World, mut socket: Socket) -> Result<()> {
        for at in self.waiting.clone() {
            self.say(world, &mut socket, at).await?;
        }
        let mut clock = tokio::time::interval(PACE);
        let mut ticks = 0_u64;
        loop {
            tokio::select! {
                frame = socket.next() => self.hear(world, &frame?),
                _ = clock.tick() => {
                    ticks += 1;
                    if world.finished() {
                        return Ok(());
                    }
                    if ticks.is_multiple_of(100) {
                        socket.send(&json!({"t": "ping"})).await?;
                    }
                    if self.waiting.len() < WINDOW && !world.input_stopped() {
                        let at = self.think(world);
                        self.say(world, &mut socket, at).await?;
                    }
                }
            }
        }
    }

    /// Thinks of something new; returns its place in the record.
    fn think(&mut self, world: &World) -> usize {
        let n = self.n;
        let at = world.with(|record| {
            let said = record.said.entry(n).or_default();
            said.push(Said { text: format!("visitor {n} says {}", said.len()), number: None });
            said.len() - 1
        });
        self.waiting.push_back(at);
        at
    }

    async fn say(&self, world: &World, socket: &mut Socket, at: usize) -> Result<()> {
        let n = self.n;
        let frame = json!({"t": "say", "client_id": format!("v{n}-{at}"), "text": format!("visitor {n} says {at}"), "attachments": []});
        socket.send(&frame).await?;
        world.hit(Moment::ChatIn);
        Ok(())
    }

    fn hear(&mut self, world: &World, frame: &Value) {
        match frame["t"].as_str() {
            Some("ack") => {
                self.enter(frame);
                self.acknowledged(world, frame);
            }
            Some("message") => {
                self.enter(frame);
                let number = frame["number"].as_i64().unwrap_or(0);
                self.seen = self.seen.max(number);
                if frame["from"] == "me" {
                    self.acknowledged(world, frame);
                } else {
                    let text = frame["text"].as_str().unwrap_or_default().to_owned();
                    world.with(|record| record.heard.entry(self.n).or_default().push((number, text)));
                }
            }
            Some("refused") => {
                // `unavailable` and the like mean: again, with the same id. The next connection does that.
                world.surprise(format!("visitor {} was refused: {frame}", self.n));
            }
            _ => {}
        }
    }

    fn acknowledged(&mut self, world: &World, frame: &Value) {
        let Some(at) = frame["client_id"].as_str().and_then(|id| id.split_once('-')).and_then(|(_, at)| at.parse::<usize>().ok()) else {
            return;
        };
        let number = frame["number"].as_i64();
        self.waiting.retain(|waiting| *waiting != at);
        world.with(|record| {
            let said = &mut record.said.entry(self.n).or_default()[at];
            match (said.number, number) {
                (Some(had), Some(now)) if had != now => {
                    record.surprises.push(format!("visitor {}: message {at} was acknowledged as {had} and as {now}", self.n));
                }
                _ => said.number = number,
            }
        });
    }
}
