//! A visitor's socket. Idle it costs a task, two small buffers and a place in the hub; the feed wakes it when there is news.

use super::{
    Widget,
    channel::{Key, widget},
    frames::{ClientFrame, Hello, ServerFrame},
    limits::Place,
    served::differs,
    talk::Talk,
};
use crate::{
    ApiState, ClientAddress,
    extract::Query,
    problem::{Answer, Problem},
    socket::{Ended, Got, VisitorSeat, Wire},
};
use axum::{
    Extension,
    extract::{State, ws::WebSocketUpgrade},
    http::HeaderMap,
    response::Response,
};
use okno_model::{InteractionId, limits};
use std::{net::IpAddr, time::Duration};
use tokio::time::{Instant, sleep_until, timeout};

/// The first frame has to come within this time.
const HELLO: Duration = Duration::from_secs(10);
/// The server pings after this much quiet; browsers answer even when their page sleeps.
const PING: Duration = Duration::from_secs(40);
/// Who waits is told this often where he stands, if that has changed: not more often than calls announce it (behaviour.md B6).
const WAITS: Duration = Duration::from_secs(15);
/// Without any sign of life for so long the visitor is gone.
const SILENCE: Duration = Duration::from_secs(90);
/// Frames of one visitor within [`FRAMES_PER`]: more than any hand types. Off together with the limit of requests.
const FRAMES: u32 = 100;
const FRAMES_PER: Duration = Duration::from_secs(10);

/// `GET /api/v1/visitor/socket?key=`.
pub(super) async fn open(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Query(Key { key }): Query<Key>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    let widget = widget(&state, &key).await?;
    widget.check_origin(&state, &headers)?;
    let place = Place::take(&state, address)?;
    Ok(Wire::limits(upgrade, limits::VISITOR_FRAME_BYTES).on_upgrade(move |socket| async move {
        let _guards = (state.socket(), place);
        let _ = run(state, Box::new(widget), address, Wire::new(socket)).await;
    }))
}

async fn run(state: ApiState, widget: Box<Widget>, address: IpAddr, mut wire: Wire) -> Result<(), Ended> {
    let hello = hello(&mut wire).await?;
    match begin(&state, &widget, address, hello, &mut wire).await {
        Ok(Some((talk, seat))) => {
            // What only the beginning needed must not stay in memory for hours.
            drop((state, widget));
            Session { talk, seat, wire, proven: 0, frames: 0, frames_since: Instant::now() }.listen().await
        }
        Ok(None) => Err(Ended),
        Err(problem) => refuse(&mut wire, problem).await,
    }
}

async fn hello(wire: &mut Wire) -> Result<Hello, Ended> {
    loop {
        match timeout(HELLO, wire.next()).await.map_err(|_| Ended)?? {
            Got::Text(text) => {
                if let Ok(ClientFrame::Hello(hello)) = serde_json::from_str(&text) {
                    return Ok(hello);
                }
                wire.close(1008, "the first frame is `hello`").await;
                return Err(Ended);
            }
            Got::Pong(_) | Got::Life => {}
        }
    }
}

/// `None` when the socket ended while it was greeted.
async fn begin(state: &ApiState, widget: &Widget, address: IpAddr, hello: Hello, wire: &mut Wire) -> Answer<Option<(Talk, VisitorSeat)>> {
    let (mut talk, visitor, token) = Talk::open(state, widget, &hello, address).await?;
    talk.may_call();
    let seat = VisitorSeat::take(talk.feed(), talk.visitor, &super::talk::page(&hello.page)).await?;
    for frame in talk.greet(hello, &visitor, token).await? {
        if wire.json(&frame).await.is_err() {
            return Ok(None);
        }
    }
    Ok(Some((talk, seat)))
}

/// Something is away or not allowed: says so and lets the client come back by its back-off.
async fn refuse(wire: &mut Wire, problem: Problem) -> Result<(), Ended> {
    let frame = ServerFrame::Refused { client_id: None, code: problem.code.to_owned(), detail: problem.detail, retry_ms: None };
    let _ = wire.json(&frame).await;
    wire.close(if problem.status >= 500 { 1013 } else { 1008 }, "refused").await;
    Err(Ended)
}

struct Session {
    talk: Talk,
    seat: VisitorSeat,
    wire: Wire,
    /// Last number of ours that a ping was sent behind.
    proven: i64,
    frames: u32,
    frames_since: Instant,
}

impl Session {
    async fn listen(mut self) -> Result<(), Ended> {
        let state = self.talk.state().clone();
        let closing = state.closing();
        tokio::pin!(closing);
        let mut served = self.talk.follow();
        self.prove().await?;
        let (mut heard, mut ping_at, mut look_at) = (Instant::now(), Instant::now() + PING, Instant::now() + WAITS);
        loop {
            tokio::select! {
                got = self.wire.next() => {
                    heard = Instant::now();
                    match got? {
                        Got::Text(text) => self.take(&text).await?,
                        Got::Pong(payload) => self.pong(&payload).await,
                        Got::Life => {}
                    }
                }
                item = self.seat.news.pull() => {
                    let Ok(item) = item else { return Err(too_slow()) };
                    let frames = self.talk.hear(item).await;
                    self.tell(frames).await?;
                }
                on = differs(&mut served, self.talk.online.unwrap_or_default()) => {
                    let frames = self.talk.served(on).into_iter().collect();
                    self.tell(Ok(frames)).await?;
                }
                () = sleep_until(look_at), if self.talk.waits() => {
                    look_at = Instant::now() + WAITS;
                    let frames = self.talk.look().await;
                    self.tell(frames).await?;
                }
                () = sleep_until(ping_at) => {
                    if heard.elapsed() > SILENCE {
                        return Err(Ended);
                    }
                    ping_at = Instant::now() + PING;
                    self.wire.ping(Vec::new()).await?;
                }
                () = &mut closing => {
                    self.wire.close(1012, "the server restarts").await;
                    return Err(Ended);
                }
            }
        }
    }

    async fn take(&mut self, text: &str) -> Result<(), Ended> {
        if self.frames_since.elapsed() > FRAMES_PER {
            (self.frames, self.frames_since) = (0, Instant::now());
        }
        self.frames += 1;
        if self.frames > FRAMES && self.talk.state().config.requests_per_second > 0 {
            self.wire.close(1008, "too many frames").await;
            return Err(Ended);
        }
        match serde_json::from_str(text) {
            Ok(frame) => {
                let answer = self.talk.take(frame).await;
                self.seat.calls = self.talk.calls;
                self.tell(answer).await
            }
            Err(error) => {
                tracing::debug!(%error, "a visitor's frame was not understood");
                self.wire.close(1008, "this frame is not understood here").await;
                Err(Ended)
            }
        }
    }

    async fn tell(&mut self, frames: Answer<Vec<ServerFrame>>) -> Result<(), Ended> {
        let frames = match frames {
            Ok(frames) => frames,
            Err(problem) => return refuse(&mut self.wire, problem).await,
        };
        for frame in frames {
            tokio::select! {
                sent = self.wire.json(&frame) => sent?,
                () = self.seat.news.lost() => return Err(too_slow()),
            }
        }
        self.prove().await
    }

    /// Sends a ping behind our newest message: the browser's answer proves that the message came.
    async fn prove(&mut self) -> Result<(), Ended> {
        let Some(interaction) = self.talk.interaction.filter(|_| self.talk.ours != self.proven) else { return Ok(()) };
        self.proven = self.talk.ours;
        if self.proven == 0 {
            return Ok(());
        }
        self.wire.ping(format!("{interaction}:{}", self.proven).into_bytes()).await
    }

    async fn pong(&mut self, payload: &[u8]) {
        let Some((interaction, number)) = proof(payload) else { return };
        if let Err(problem) = self.talk.delivered(interaction, number).await {
            tracing::debug!(?problem, "a delivery could not be stored; the next connection proves it again");
        }
    }
}

fn proof(payload: &[u8]) -> Option<(InteractionId, i64)> {
    let (interaction, number) = std::str::from_utf8(payload).ok()?.split_once(':')?;
    Some((interaction.parse().ok()?, number.parse().ok()?))
}

fn too_slow() -> Ended {
    metrics::counter!("okno_sockets_dropped_total", "door" => "visitor").increment(1);
    Ended
}
