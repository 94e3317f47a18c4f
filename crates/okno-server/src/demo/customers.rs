//! Simulated customers. They come through the public doors: the widget's socket and the SMTP listener.

use super::{
    company::{CUSTOMERS, DOMAIN, Dialogue, Dice},
    world::{Arrived, World},
};
use anyhow::{Context as _, bail};
use futures_util::{SinkExt, StreamExt};
use lettre::{AsyncTransport, address::Envelope};
use okno_app::App;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpStream, time::Instant};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

/// Most customers at once, so that a newcomer is not drowned.
const AT_ONCE: usize = 9;

/// Where the customers find the company.
#[derive(Debug, Clone)]
pub(super) struct Street {
    /// Origin of okno.
    pub(super) url: String,
    /// Key of the widget.
    pub(super) widget: String,
    /// SMTP listener of okno.
    pub(super) smtp: std::net::SocketAddr,
    /// Customers come so many times as fast.
    pub(super) pace: f64,
}

impl Street {
    fn pause(&self, dice: &mut Dice, low: u64, high: u64) -> Duration {
        Duration::from_millis(dice.between(low * 1000, high * 1000)).div_f64(self.pace.clamp(0.1, 100.0))
    }
}

/// Sends customers for as long as the demo runs.
pub(super) async fn come_and_go(app: Arc<App>, street: Street, world: World, dialogues: Vec<Dialogue>) {
    let seats = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut dice = Dice(2026);
    for number in 0_u64.. {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        let customer = CUSTOMERS[dice.below(CUSTOMERS.len())];
        let fitting: Vec<&Dialogue> = dialogues.iter().filter(|d| d.language == customer.2).collect();
        let visit = Visit {
            number,
            name: customer.0,
            address: customer.1,
            dialogue: (*dice.pick(&fitting)).clone(),
            app: Arc::clone(&app),
            street: street.clone(),
            world: world.clone(),
            dice: Dice(dice.next()),
        };
        let by_chat = number == 0 || dice.below(5) < 3;
        tokio::spawn(async move {
            let _seat = seat;
            let (id, world) = (visit.number, visit.world.clone());
            let done = if by_chat { visit.chat().await } else { visit.mail().await };
            if let Err(error) = done {
                tracing::info!(error = format!("{error:#}"), "a simulated customer went away");
                world.end(id, "gave up");
            }
        });
        // The first two come at once, so that the window is alive from the start.
        let pause = if number < 2 { Duration::from_secs(2) } else { street.pause(&mut dice, 8, 18) };
        tokio::time::sleep(pause).await;
    }
}

/// One customer with one thing on his mind.
struct Visit {
    number: u64,
    name: &'static str,
    address: &'static str,
    dialogue: Dialogue,
    app: Arc<App>,
    street: Street,
    world: World,
    dice: Dice,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Visit {
    async fn chat(mut self) -> anyhow::Result<()> {
        self.world.open(self.number, "chat", self.name, self.address, &self.dialogue.subject);
        let mut socket = self.connect().await?;
        let asks = self.dialogue.ask.clone();
        for (turn, ask) in asks.iter().enumerate() {
            send(&mut socket, json!({"t": "typing", "on": true})).await?;
            tokio::time::sleep(self.street.pause(&mut self.dice, 3, 8)).await;
            send(&mut socket, json!({"t": "say", "client_id": format!("demo-{turn}"), "text": ask, "attachments": []})).await?;
            self.world.say(self.number, "customer", ask, self.app.now());
            let last = turn + 1 == asks.len();
            let patience = if last { self.street.pause(&mut self.dice, 20, 60) } else { self.street.pause(&mut self.dice, 240, 480) };
            if !self.listen(&mut socket, patience).await? && !last {
                send(&mut socket, json!({"t": "leave"})).await?;
                self.world.end(self.number, "gave up");
                return Ok(());
            }
        }
        send(&mut socket, json!({"t": "leave"})).await?;
        socket.close(None).await.ok();
        self.world.end(self.number, "over");
        Ok(())
    }

    async fn connect(&self) -> anyhow::Result<Socket> {
        use tokio_tungstenite::tungstenite::client::IntoClientRequest;
        let url = format!("{}/api/v1/visitor/socket?key={}", self.street.url.replacen("http", "ws", 1), self.street.widget);
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("origin", self.street.url.parse()?);
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.context("the widget's door does not answer")?;
        // Two of three customers give their address; the others stay visitors, as in life.
        let email = (self.number % 3 != 2).then_some(self.address);
        let hello = json!({
            "t": "hello", "token": null, "resume": 0, "language": self.dialogue.language, "name": self.name, "email": email,
            "page": format!("https://www.{DOMAIN}/{}", self.dialogue.queue),
        });
        send(&mut socket, hello).await?;
        Ok(socket)
    }

    /// Waits for an answer; true if one came within `patience`.
    async fn listen(&mut self, socket: &mut Socket, patience: Duration) -> anyhow::Result<bool> {
        let until = Instant::now() + patience;
        let mut keep_alive = tokio::time::interval(Duration::from_secs(15));
        loop {
            let frame = tokio::select! {
                frame = socket.next() => frame.context("the door closed")??,
                _ = keep_alive.tick() => { send(socket, json!({"t": "ping"})).await?; continue; }
                () = tokio::time::sleep_until(until) => return Ok(false),
            };
            let Message::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_str(&text)?;
            if frame["t"] == "refused" {
                bail!("a message was refused: {}", frame["detail"]);
            }
            if frame["t"] == "message" && frame["from"] == "agent" {
                let (who, words) = (frame["author"].as_str().unwrap_or("agent"), frame["text"].as_str().unwrap_or_default());
                self.world.say(self.number, who, words, self.app.now());
                send(socket, json!({"t": "read", "number": frame["number"]})).await?;
                return Ok(true);
            }
        }
    }

    async fn mail(mut self) -> anyhow::Result<()> {
        self.world.open(self.number, "email", self.name, self.address, &self.dialogue.subject);
        let mut mailbox = self.world.mailbox();
        let mut answered: Option<Arrived> = None;
        for (turn, ask) in self.dialogue.ask.clone().iter().enumerate() {
            let mine =
                format!("demo.{}.{turn}.{}@{}", self.number, self.app.uuid(), self.address.split('@').nth(1).unwrap_or("mail.example"));
            self.post(ask, &mine, answered.as_ref()).await?;
            self.world.say(self.number, "customer", ask, self.app.now());
            let until = Instant::now() + Duration::from_secs(1800);
            answered = loop {
                let arrived = tokio::select! {
                    arrived = mailbox.recv() => match arrived {
                        Ok(arrived) => arrived,
                        Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => continue,
                        Err(error) => return Err(error.into()),
                    },
                    () = tokio::time::sleep_until(until) => { self.world.end(self.number, "gave up"); return Ok(()); }
                };
                if arrived.to == self.address && arrived.references.contains(&mine) {
                    self.world.say(self.number, &arrived.from, &arrived.text, self.app.now());
                    break Some(arrived);
                }
            };
            tokio::time::sleep(self.street.pause(&mut self.dice, 20, 60)).await;
        }
        self.world.end(self.number, "over");
        Ok(())
    }

    async fn post(&self, text: &str, message_id: &str, answers: Option<&Arrived>) -> anyhow::Result<()> {
        let subject = answers.map_or_else(|| self.dialogue.subject.clone(), |a| a.subject.clone());
        let quoted = answers.map_or_else(String::new, |a| format!("\n\n> {}", a.text.replace('\n', "\n> ")));
        let mut mail = mail_builder::MessageBuilder::new()
            .message_id(message_id)
            .from((self.name, self.address))
            .to(super::MAILBOX)
            .subject(subject)
            .date(self.app.now().millis() / 1000)
            .text_body(format!("{text}{quoted}\n"));
        if let Some(a) = answers {
            mail = mail.in_reply_to(a.message_id.clone()).references(a.message_id.clone());
        }
        send_mail(self.street.smtp, self.address, &mail.write_to_vec()?).await
    }
}

/// Hands a mail to the company's SMTP listener, as the customer's provider would.
pub(super) async fn send_mail(smtp: std::net::SocketAddr, from: &str, raw: &[u8]) -> anyhow::Result<()> {
    let envelope = Envelope::new(Some(from.parse()?), vec![super::MAILBOX.parse()?])?;
    let transport =
        lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
    transport.send_raw(&envelope, raw).await.context("the company's mail server did not take the mail")?;
    Ok(())
}

async fn send(socket: &mut Socket, frame: Value) -> anyhow::Result<()> {
    socket.send(Message::text(frame.to_string())).await?;
    Ok(())
}
