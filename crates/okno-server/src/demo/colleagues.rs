//! Simulated colleagues: agents who sign in, take offers and answer, through the same REST and socket as the desk.

use super::company::{Dialogue, Dice, PASSWORD, Person};
use anyhow::{Context as _, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// One colleague at his desk.
struct Colleague {
    http: reqwest::Client,
    url: String,
    cookie: String,
    me: String,
    dialogues: Arc<Vec<Dialogue>>,
    dispositions: Vec<Value>,
}

/// Works a shift for as long as the demo runs; signs in again when the connection is lost.
pub(super) async fn work(url: String, person: Person, dialogues: Arc<Vec<Dialogue>>, seed: u64) {
    loop {
        if let Err(error) = shift(&url, person, Arc::clone(&dialogues), seed).await {
            tracing::info!(error = format!("{error:#}"), colleague = person.email, "a simulated colleague lost the connection");
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
}

async fn shift(url: &str, person: Person, dialogues: Arc<Vec<Dialogue>>, seed: u64) -> anyhow::Result<()> {
    let http = reqwest::Client::new();
    let answer = http
        .post(format!("{url}/api/v1/sign-in"))
        .header("x-okno", "1")
        .json(&json!({"email": person.email, "password": PASSWORD}))
        .send()
        .await?
        .error_for_status()
        .context("cannot sign in")?;
    let cookie =
        answer.headers().get("set-cookie").and_then(|c| c.to_str().ok()).and_then(|c| c.split(';').next()).context("no cookie")?.to_owned();
    let me: Value = answer.json().await?;
    let me = me["user"]["id"].as_str().context("no user in the answer")?.to_owned();
    let mut colleague = Colleague { http, url: url.to_owned(), cookie, me, dialogues, dispositions: Vec::new() };
    colleague.dispositions = colleague.get("/dispositions").await?["items"].as_array().cloned().unwrap_or_default();

    let mut request = format!("{}/api/v1/socket", url.replacen("http", "ws", 1)).into_client_request()?;
    request.headers_mut().insert("cookie", colleague.cookie.parse()?);
    request.headers_mut().insert("origin", url.parse()?);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await?;
    socket.send(Message::text(json!({"t": "hello", "resume": null}).to_string())).await?;
    colleague.put("/me/presence", json!({"presence": {"kind": "available"}})).await?;

    let colleague = Arc::new(colleague);
    let mut dice = Dice(seed);
    let mut beat = tokio::time::interval(Duration::from_secs(15));
    loop {
        let frame = tokio::select! {
            frame = socket.next() => frame.context("the desk's socket closed")??,
            _ = beat.tick() => { socket.send(Message::text(r#"{"t":"ping"}"#)).await?; continue; }
        };
        let Message::Text(text) = frame else { continue };
        let frame: Value = serde_json::from_str(&text)?;
        match frame["t"].as_str() {
            Some("snapshot") => {
                for interaction in frame["data"]["interactions"].as_array().into_iter().flatten() {
                    colleague.look(interaction, Dice(dice.next()));
                }
            }
            Some("event") if frame["type"].as_str().is_some_and(|t| t.starts_with("interaction.")) => {
                colleague.look(&frame["data"], Dice(dice.next()));
            }
            _ => {}
        }
    }
}

impl Colleague {
    /// Sees whether an interaction asks something of him.
    fn look(self: &Arc<Self>, interaction: &Value, mut dice: Dice) {
        let state = &interaction["state"];
        if state["agent"] != self.me.as_str() {
            return;
        }
        // A call is answered by his phone; at the desk he only finishes his notes.
        if interaction["medium"] == "voice" && state["kind"] != "wrapup" {
            return;
        }
        let (this, interaction) = (Arc::clone(self), interaction.clone());
        tokio::spawn(async move {
            let done = match interaction["state"]["kind"].as_str() {
                Some("offered") => this.take(&interaction, &mut dice).await,
                Some("active") if !interaction["customer_waits"].is_null() => this.answer(&interaction, &mut dice).await,
                Some("wrapup") => this.wrap_up(&interaction, &mut dice).await,
                _ => Ok(()),
            };
            if let Err(error) = done {
                // Somebody else was faster, or the customer left: as in life.
                tracing::debug!(error = format!("{error:#}"), "a colleague's act was refused");
            }
        });
    }

    async fn take(&self, interaction: &Value, dice: &mut Dice) -> anyhow::Result<()> {
        tokio::time::sleep(Duration::from_millis(dice.between(1500, 6000))).await;
        let path = format!("/interactions/{}/accept", text(&interaction["id"]));
        self.post(&path, json!({"offer": interaction["state"]["offer"]})).await
    }

    /// Answers the customer's last words once: the client id is the number of the message that it answers.
    async fn answer(&self, interaction: &Value, dice: &mut Dice) -> anyhow::Result<()> {
        let (id, number) = (text(&interaction["id"]), interaction["last_message"].as_i64().unwrap_or(0));
        self.post(&format!("/interactions/{id}/read"), json!({"number": number})).await?;
        tokio::time::sleep(Duration::from_millis(dice.between(5000, 14_000))).await;
        let page = self.get(&format!("/interactions/{id}/messages?limit=10")).await?;
        let messages = page["items"].as_array().context("no messages")?;
        let Some(last) = messages.iter().rev().find(|m| m["kind"] == "inbound") else { return Ok(()) };
        if last["number"].as_i64() != Some(number) {
            return Ok(());
        }
        let (words, over) = self.words(text(&last["text"]), interaction["language"].as_str().unwrap_or("en"));
        let body = json!({"kind": "outbound", "text": words, "client_id": format!("colleague-{number}"), "attachments": []});
        self.post(&format!("/interactions/{id}/messages"), body).await?;
        if over || interaction["medium"] == "email" {
            tokio::time::sleep(Duration::from_millis(dice.between(6000, 12_000))).await;
            self.post(&format!("/interactions/{id}/finish"), json!({})).await?;
        }
        Ok(())
    }

    /// What to say to these words, and whether that is all.
    fn words(&self, asked: &str, language: &str) -> (String, bool) {
        for d in self.dialogues.iter() {
            if let Some(turn) = d.ask.iter().position(|a| a.trim() == asked.trim()) {
                return (d.answer.get(turn).or(d.answer.last()).cloned().unwrap_or_default(), turn + 1 >= d.ask.len());
            }
        }
        let generic = match language.get(..2) {
            Some("ru") => "Спасибо, что написали. Я проверю и сегодня же вам отвечу.",
            Some("pl") => "Dziękuję za wiadomość. Sprawdzę i odpowiem jeszcze dziś.",
            _ => "Thank you for writing. I will look into it and answer you today.",
        };
        (generic.to_owned(), false)
    }

    async fn wrap_up(&self, interaction: &Value, dice: &mut Dice) -> anyhow::Result<()> {
        tokio::time::sleep(Duration::from_millis(dice.between(3000, 9000))).await;
        let disposition = if self.dispositions.is_empty() {
            Value::Null
        } else {
            dice.pick(&self.dispositions[..self.dispositions.len().min(3)])["id"].clone()
        };
        self.post(&format!("/interactions/{}/wrap-up", text(&interaction["id"])), json!({"disposition": disposition})).await
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.http.get(format!("{}/api/v1{path}", self.url)).header("cookie", &self.cookie).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    async fn post(&self, path: &str, body: Value) -> anyhow::Result<()> {
        self.send(reqwest::Method::POST, path, body).await
    }

    async fn put(&self, path: &str, body: Value) -> anyhow::Result<()> {
        self.send(reqwest::Method::PUT, path, body).await
    }

    async fn send(&self, method: reqwest::Method, path: &str, body: Value) -> anyhow::Result<()> {
        let url = format!("{}/api/v1{path}", self.url);
        let answer = self.http.request(method, url).header("x-okno", "1").header("cookie", &self.cookie).json(&body).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "{path}: {status} {}", answer.text().await.unwrap_or_default());
        Ok(())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
