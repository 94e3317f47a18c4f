//! A customer's browser with the widget, without the browser: the public visitor socket.

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long the greeting may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A connected JSON socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Connects to a path of the server, with an origin and a session cookie if there is one.
    pub async fn connect(port: u16, path: &str, origin: &str, cookie: &str) -> Result<Self> {
        let mut request = format!("ws://127.0.0.1:{port}{path}").into_client_request()?;
        request.headers_mut().insert("origin", origin.parse()?);
        if !cookie.is_empty() {
            request.headers_mut().insert("cookie", cookie.parse()?);
        }
        let (stream, _) = tokio::time::timeout(LIMIT, connect_async(request)).await.context("no answer to the upgrade")??;
        Ok(Self { stream })
    }

    /// Sends one frame.
    pub async fn send(&mut self, frame: &Value) -> Result<()> {
        self.stream.send(Message::text(frame.to_string())).await.context("send")
    }

    /// The next frame; an error when the connection is gone. Safe to be dropped while waiting.
    pub async fn next(&mut self) -> Result<Value> {
        loop {
            match self.stream.next().await.context("the socket ended")?? {
                Message::Text(text) => return serde_json::from_str(&text).context("a frame that is not JSON"),
                Message::Close(why) => bail!("the server closed the socket: {why:?}"),
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// The next frame with this tag, within the limit; others are dropped.
    pub async fn expect(&mut self, tag: &str) -> Result<Value> {
        tokio::time::timeout(LIMIT, async {
            loop {
                let frame = self.next().await?;
                if frame["t"] == tag {
                    return Ok(frame);
                }
            }
        })
        .await
        .with_context(|| format!("no `{tag}` came"))?
    }
}

/// Connects a visitor and greets; `interaction` and `resume` say what he has seen so far. Returns the socket and the
/// `welcome` frame.
pub async fn visit(port: u16, key: &str, token: Option<&str>, interaction: Option<&str>, resume: i64) -> Result<(Socket, Value)> {
    let mut socket = Socket::connect(port, &format!("/api/v1/visitor/socket?key={key}"), "http://shop.test", "").await?;
    let hello = json!({
        "t": "hello", "token": token, "interaction": interaction, "resume": resume, "language": "en", "page": "http://shop.test/cart",
    });
    socket.send(&hello).await?;
    let welcome = socket.expect("welcome").await?;
    Ok((socket, welcome))
}
