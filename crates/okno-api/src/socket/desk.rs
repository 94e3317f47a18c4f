//! One desk: hello, snapshot or missed events, then everything as it happens.

use super::{
    Feed, Wire,
    frames::{ClientFrame, EventFrame, ServerFrame},
    hub::{Desk, DeskItem, Shown},
    phone::{self, Offers},
    presence::{self, SILENCE},
    wire::{self, Ended, Got},
};
use crate::{
    ApiState,
    extract::Signed,
    problem::{Answer, Problem},
    security,
};
use axum::{
    extract::{State, ws::WebSocketUpgrade},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use okno_app::{
    AppError, Ctx,
    access::{self, Actor},
    feed, interactions,
};
use okno_bus::{Puller, queue, voice::VoiceRequest};
use okno_model::{InteractionId, limits, phone::PhoneUp, right::Right};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until, timeout};

/// The first frame has to come within this time.
const HELLO: Duration = Duration::from_secs(10);
/// Sessions and rights are looked at this often even if nobody pokes.
const RECHECK: Duration = Duration::from_secs(30);
/// Missed events read at once.
const BATCH: usize = 500;
/// Frames of one desk within [`FRAMES_PER`]: more than any hand types. Off together with the limit of requests.
const FRAMES: u32 = 200;
const FRAMES_PER: Duration = Duration::from_secs(10);
/// Close code: sign in again.
const SIGNED_OUT: u16 = 4401;

/// `GET /api/v1/socket`.
pub(super) async fn open(State(state): State<ApiState>, signed: Answer<Signed>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !security::origin_allowed(&state, &headers) {
        return Problem::new(StatusCode::FORBIDDEN, "forged", "the request comes from another site").into_response();
    }
    let upgrade = Wire::limits(upgrade, limits::DESK_FRAME_BYTES);
    match signed {
        Ok(signed) => upgrade.on_upgrade(move |socket| async move {
            let _guard = state.socket();
            let mut session = Session::new(state, signed, Wire::new(socket));
            let _ = session.run().await;
        }),
        // Browsers show scripts no status of a refused WebSocket: the desk learns it from the close code.
        Err(problem) if problem.status == 401 => {
            upgrade.on_upgrade(|socket| async move { Wire::new(socket).close(SIGNED_OUT, "sign in first").await })
        }
        Err(problem) => problem.into_response(),
    }
}

struct Session {
    state: ApiState,
    ctx: Ctx,
    actor: Arc<Actor>,
    wire: Wire,
    /// The interaction in which he may type; asked once, not for every letter.
    types_in: Option<InteractionId>,
    frames: u32,
    frames_since: Instant,
    offers: Offers,
}

/// A seat in the hub. Dropping it leaves.
struct Seat {
    feed: Arc<Feed>,
    id: u64,
    news: Puller<DeskItem>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.feed.hub().leave_desk(self.id);
    }
}

impl Session {
    fn new(state: ApiState, signed: Signed, wire: Wire) -> Self {
        let Signed { ctx, actor } = signed;
        Self { state, ctx, actor: Arc::new(actor), wire, types_in: None, frames: 0, frames_since: Instant::now(), offers: Offers::new() }
    }

    async fn run(&mut self) -> Result<(), Ended> {
        let mut resume = self.hello().await?;
        let works = self.actor.has(Right::AgentWork);
        if works {
            presence::arrived(&self.state, &self.ctx, self.actor.agent()).await;
        }
        // Every round begins with what he may see now; a change of rights begins a new one.
        loop {
            let feed = match self.state.live.feed(&self.state, &self.ctx).await {
                Ok(feed) => feed,
                Err(error) => return self.away(&error).await,
            };
            let mut seat = match self.join(feed, resume).await {
                Ok(seat) => seat,
                Err(Stop::Ended) => return Err(Ended),
                Err(Stop::Away(error)) => return self.away(&error).await,
            };
            self.listen(&mut seat, works).await?;
            resume = None;
        }
    }

    async fn hello(&mut self) -> Result<Option<i64>, Ended> {
        loop {
            match timeout(HELLO, self.wire.next()).await.map_err(|_| Ended)?? {
                Got::Text(text) => match serde_json::from_str(&text) {
                    Ok(ClientFrame::Hello { resume }) => return Ok(resume),
                    Ok(ClientFrame::Typing { .. } | ClientFrame::Phone { .. } | ClientFrame::Ping {}) | Err(_) => {
                        self.wire.close(1008, "the first frame is `hello`").await;
                        return Err(Ended);
                    }
                },
                Got::Pong(_) | Got::Life => {}
            }
        }
    }

    /// Brings the desk to the present and sits it down among the listeners, without a hole between the two.
    async fn join(&mut self, feed: Arc<Feed>, resume: Option<i64>) -> Result<Seat, Stop> {
        let (from, sight) = match resume {
            Some(seq) if can_resume(&self.ctx, seq).await? => {
                let (build, now) = (self.state.config.build.as_str(), self.ctx.now());
                self.wire.json(&ServerFrame::Resumed { seq, build, now }).await?;
                (seq, None)
            }
            _ => {
                let (seq, data) = interactions::snapshot(&self.ctx, &self.actor).await?;
                let (build, now) = (self.state.config.build.as_str(), self.ctx.now());
                self.wire.json(&ServerFrame::Snapshot { seq, build, now, data: &data }).await?;
                let interactions = data.interactions.iter().map(|doc| Shown::Interaction(doc.id));
                (seq, Some(interactions.chain(data.calls.iter().map(|call| Shown::Call(call.id))).collect()))
            }
        };
        let (pusher, news) = queue(limits::SOCKET_QUEUE_BYTES);
        let mut desk = Desk { actor: Arc::clone(&self.actor), from, sight, queue: pusher, hidden: None, spoken: std::time::Instant::now() };
        loop {
            let joined = feed.hub().join_desk(desk);
            match joined {
                Ok(id) => return Ok(Seat { feed, id, news }),
                Err(behind) => desk = behind,
            }
            let missed = feed::after(&self.ctx, desk.from, BATCH).await?;
            let frames: Vec<_> = missed.iter().map(|news| wire::text(&EventFrame::new(&news.event))).collect();
            let mut texts = desk.forms(&missed, &frames);
            texts.extend(desk.skipped());
            self.wire.send_all(texts).await?;
        }
    }

    /// Until the socket ends (`Err`) or the rights have changed (`Ok`).
    async fn listen(&mut self, seat: &mut Seat, works: bool) -> Result<(), Ended> {
        let state = self.state.clone();
        let closing = state.closing();
        tokio::pin!(closing);
        let (mut heard, mut recheck_at) = (Instant::now(), Instant::now() + RECHECK);
        loop {
            tokio::select! {
                got = self.wire.next() => {
                    let got = got?;
                    heard = Instant::now();
                    if works && !self.state.live.presence.alive(&self.ctx, self.actor.agent()) {
                        presence::arrived(&self.state, &self.ctx, self.actor.agent()).await;
                    }
                    if let Got::Text(text) = got {
                        self.take(&text).await?;
                    }
                }
                item = seat.news.pull() => match item {
                    Ok(DeskItem::Frame(text)) => tokio::select! {
                        sent = self.wire.send(text) => sent?,
                        () = seat.news.lost() => return self.too_slow(),
                    },
                    Ok(DeskItem::Frames(texts)) => tokio::select! {
                        sent = self.wire.send_all(texts) => sent?,
                        () = seat.news.lost() => return self.too_slow(),
                    },
                    Ok(DeskItem::Recheck) => {
                        if self.recheck().await? {
                            return Ok(());
                        }
                    }
                    Err(_) => return self.too_slow(),
                },
                () = sleep_until(recheck_at) => {
                    recheck_at = Instant::now() + RECHECK;
                    if self.recheck().await? {
                        return Ok(());
                    }
                }
                () = sleep_until(heard + SILENCE) => {
                    self.wire.close(1008, "no sign of life").await;
                    return Err(Ended);
                }
                () = &mut closing => {
                    self.wire.close(1012, "the server restarts").await;
                    return Err(Ended);
                }
            }
        }
    }

    #[expect(clippy::unused_self, reason = "reads beside the other ends of a session")]
    fn too_slow(&mut self) -> Result<(), Ended> {
        tracing::debug!("a desk read too slowly and was dropped; it resumes");
        metrics::counter!("okno_sockets_dropped_total", "door" => "desk").increment(1);
        Err(Ended)
    }

    /// Whether his rights are others than when the socket opened. Ends the socket when the session is over.
    async fn recheck(&mut self) -> Result<bool, Ended> {
        match access::refresh(&self.ctx, &self.actor).await {
            Ok(actor) if actor == *self.actor => Ok(false),
            Ok(actor) => {
                self.actor = Arc::new(actor);
                self.types_in = None;
                Ok(true)
            }
            Err(AppError::Unauthorized) => {
                self.wire.close(SIGNED_OUT, "the session is over").await;
                Err(Ended)
            }
            Err(error) => {
                // Not being able to look is no reason to throw everybody out; it is tried again.
                tracing::warn!(%error, "a session could not be checked");
                Ok(false)
            }
        }
    }

    async fn take(&mut self, text: &str) -> Result<(), Ended> {
        self.count().await?;
        match serde_json::from_str(text) {
            Ok(ClientFrame::Ping {}) => self.wire.json(&ServerFrame::Pong { now: self.ctx.now() }).await,
            Ok(ClientFrame::Typing { interaction, on }) => {
                self.type_in(interaction, on).await;
                Ok(())
            }
            Ok(ClientFrame::Phone { up }) => self.phone(up).await,
            Ok(ClientFrame::Hello { .. }) | Err(_) => {
                self.wire.close(1008, "this frame is not understood here").await;
                Err(Ended)
            }
        }
    }

    async fn count(&mut self) -> Result<(), Ended> {
        if self.frames_since.elapsed() > FRAMES_PER {
            (self.frames, self.frames_since) = (0, Instant::now());
        }
        self.frames += 1;
        if self.frames > FRAMES && self.state.config.requests_per_second > 0 {
            self.wire.close(1008, "too many frames").await;
            return Err(Ended);
        }
        Ok(())
    }

    /// His browser is a telephone, if he may be offered calls.
    async fn phone(&mut self, up: PhoneUp) -> Result<(), Ended> {
        let agent = self.actor.agent();
        let down = if self.actor.has(Right::AgentWork) {
            let limited = self.state.config.requests_per_second > 0;
            phone::pass(&self.ctx, up, &mut self.offers, limited, |up| VoiceRequest::Desk { agent, up })
        } else {
            phone::refuse(&up, "no_phone_right", "calls need the right `agent.work`; ask an administrator")
        };
        match down {
            Some(down) => self.wire.json(&ServerFrame::Phone { down: &down }).await,
            None => Ok(()),
        }
    }

    async fn type_in(&mut self, interaction: InteractionId, on: bool) {
        if self.types_in != Some(interaction) {
            if access::access_interaction(&self.ctx, &self.actor, interaction, Right::InteractionWrite).await.is_err() {
                return;
            }
            self.types_in = Some(interaction);
        }
        super::feed::typing(&self.ctx, interaction, self.actor.name.clone(), false, on, None);
    }

    async fn away(&mut self, error: &AppError) -> Result<(), Ended> {
        tracing::warn!(%error, "a desk could not be brought up to date");
        self.wire.close(1013, "okno cannot read its facts right now; try again").await;
        Err(Ended)
    }
}

/// Whether the events after `seq` are few and still kept.
async fn can_resume(ctx: &Ctx, seq: i64) -> Result<bool, AppError> {
    let (head, first) = (feed::head(ctx).await?, feed::first(ctx).await?);
    Ok(seq <= head && seq + 1 >= first && (head - seq).unsigned_abs() <= limits::RESUME_EVENTS)
}

/// Why joining failed.
enum Stop {
    Ended,
    Away(AppError),
}

impl From<Ended> for Stop {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Self {
        Self::Away(error)
    }
}
