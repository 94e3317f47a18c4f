//! The one reader of a workspace's journal in this process, and whoever listens to it.

use super::{
    hub::{Hub, VisitorItem},
    presence::Presence,
};
use crate::{ApiState, visitor::VisitorLimits};
use okno_app::{AppError, Ctx, feed, visitors};
use okno_bus::{
    Ephemeral, Puller, Topic, queue,
    voice::{PhoneNews, VoiceRequest},
};
use okno_model::{ChannelId, InteractionId, VisitorId, WorkspaceId, doc::InteractionDoc, limits, phone::PhoneUp};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{
        OnceCell,
        broadcast::{self, error::RecvError},
    },
    time::{Instant, sleep_until},
};

/// Events read at once.
const BATCH: usize = 500;
/// The journal is read this often even without a poke: events of other processes, lost pokes.
const READ_EVERY: Duration = Duration::from_secs(5);
/// Rest between two reads: screens are behind by at most so much.
const REST: Duration = Duration::from_millis(50);
/// After a failed read.
const RETRY: Duration = Duration::from_millis(500);
/// Places in queues are told to those who wait at most this often.
const PLACES_EVERY: Duration = Duration::from_secs(2);
/// A visitor without a connection is gone after this; the next page of the site takes a moment to load.
const VISITOR_LINGER: Duration = Duration::from_secs(10);

/// Everything of the API that lives longer than a request.
pub(crate) struct Live {
    feeds: Mutex<BTreeMap<WorkspaceId, Arc<OnceCell<Arc<Feed>>>>>,
    pub(super) presence: Presence,
    pub(crate) visitors: VisitorLimits,
    pub(crate) files: crate::files::Door,
    pub(crate) speaker: okno_media::tts::Speaker,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live(..)")
    }
}

impl Live {
    pub(crate) fn new(config: &crate::ApiConfig) -> Self {
        Self {
            feeds: Mutex::default(),
            presence: Presence::default(),
            visitors: VisitorLimits::new(config),
            files: crate::files::Door::new(),
            speaker: okno_media::tts::Speaker::new(),
        }
    }

    /// The feed of a workspace; starts it when it is wanted for the first time.
    pub(crate) async fn feed(&self, state: &ApiState, ctx: &Ctx) -> Result<Arc<Feed>, AppError> {
        let cell = Arc::clone(self.feeds.lock().unwrap_or_else(PoisonError::into_inner).entry(ctx.ws).or_default());
        let feed = cell
            .get_or_try_init(|| async {
                let calls = ctx.app.bus.voice.hear(ctx.ws);
                let feed = Arc::new(Feed { ctx: ctx.clone(), hub: Mutex::default(), calls: Mutex::new(Some(calls)) });
                feed.begin().await?;
                tokio::spawn(keep_running(Arc::clone(&feed), state.clone()));
                Ok::<_, AppError>(feed)
            })
            .await?;
        Ok(Arc::clone(feed))
    }
}

/// The feed of one workspace.
#[derive(Debug)]
pub(crate) struct Feed {
    ctx: Ctx,
    hub: Mutex<Hub>,
    /// What the telephone door says, heard since before the first page could ask it something.
    calls: Mutex<Option<broadcast::Receiver<PhoneNews>>>,
}

impl Feed {
    pub(super) fn hub(&self) -> MutexGuard<'_, Hub> {
        // A panic in the hub is noticed by `keep_running`, which empties it.
        self.hub.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says which interaction a visitor has now.
    pub(crate) fn bind(&self, visitor: VisitorId, interaction: Option<&InteractionDoc>) {
        self.hub().bind(visitor, interaction);
    }

    async fn begin(&self) -> Result<(), AppError> {
        let head = feed::head(&self.ctx).await?;
        let mut hub = self.hub();
        hub.position = hub.position.max(head);
        Ok(())
    }

    async fn run(&self, state: &ApiState) {
        let bus = &self.ctx.app.bus;
        let (mut journal, mut sessions) = (bus.listen(self.ctx.ws, Topic::Journal), bus.listen(self.ctx.ws, Topic::Sessions));
        let mut news = bus.hear(self.ctx.ws);
        let first = self.calls.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut calls = first.unwrap_or_else(|| bus.voice.hear(self.ctx.ws));
        let closing = state.closing();
        tokio::pin!(closing);
        let mut reader = feed::Reader::default();
        let (mut read_at, mut places_at) = (Instant::now(), Instant::now());
        // A burst of commits is one look, and one write to each desk: nobody sees the difference on a screen.
        let mut rested = Instant::now();
        loop {
            let moved = self.hub().has_moved();
            tokio::select! {
                () = &mut closing => return,
                () = journal.wait() => read_at = read_at.min(rested),
                () = sleep_until(read_at) => {
                    read_at = self.read(&mut reader).await;
                    rested = Instant::now() + REST;
                }
                () = sessions.wait() => self.hub().recheck(),
                heard = news.recv() => match heard {
                    Ok(news) => self.tell(&news).await,
                    // Typing signs that are late are worth nothing.
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                heard = calls.recv() => match heard {
                    Ok(news) => self.hub().phone(&news),
                    Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "pages missed words of the telephone; they connect again"),
                    Err(RecvError::Closed) => return,
                },
                () = sleep_until(places_at), if moved => {
                    places_at = Instant::now() + PLACES_EVERY;
                    self.hub().look_at_places();
                }
            }
        }
    }

    /// Fans out what is new; returns when to read again without a poke.
    async fn read(&self, reader: &mut feed::Reader) -> Instant {
        loop {
            let from = self.hub().position;
            match reader.after(&self.ctx, from, BATCH).await {
                Ok(batch) => {
                    self.hub().hear(&batch);
                    if batch.len() < BATCH {
                        return Instant::now() + READ_EVERY;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the journal could not be read; sockets wait for it");
                    return Instant::now() + RETRY;
                }
            }
        }
    }

    async fn tell(&self, news: &Ephemeral) {
        let Ephemeral::Typing { interaction, .. } = news;
        if self.hub().knows(*interaction).is_none() {
            match feed::of_interaction(&self.ctx, *interaction).await {
                Ok(Some(facts)) => self.hub().learn(*interaction, facts),
                Ok(None) => return,
                Err(error) => return tracing::debug!(%error, "a typing sign was not told"),
            }
        }
        self.hub().tell(news);
    }
}

/// Runs the feed until the server stops. A panic costs every socket its connection, not the process its sockets.
async fn keep_running(feed: Arc<Feed>, state: ApiState) {
    loop {
        let (this, of) = (Arc::clone(&feed), state.clone());
        let run = tokio::spawn(async move { this.run(&of).await });
        let Err(error) = run.await else { return };
        if !error.is_panic() {
            return;
        }
        tracing::error!(%error, "the feed of events failed; all sockets have to resume");
        metrics::counter!("okno_faults_total").increment(1);
        feed.hub().drop_all();
        while let Err(error) = feed.begin().await {
            tracing::warn!(%error, "the feed of events cannot start again yet");
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// A connection of a visitor. Dropping it leaves.
pub(crate) struct VisitorSeat {
    feed: Arc<Feed>,
    visitor: VisitorId,
    id: u64,
    /// News for this connection.
    pub(crate) news: Puller<VisitorItem>,
    /// The channel that he called by this connection.
    pub(crate) calls: Option<ChannelId>,
}

impl VisitorSeat {
    /// Takes a seat; the visitor counts as connected from now on.
    pub(crate) async fn take(feed: &Arc<Feed>, visitor: VisitorId, page: &str) -> Result<Self, AppError> {
        let (pusher, news) = queue(limits::SOCKET_QUEUE_BYTES);
        let (id, first) = {
            let mut hub = feed.hub();
            let first = !hub.is_here(visitor);
            (hub.join_visitor(visitor, pusher), first)
        };
        let seat = Self { feed: Arc::clone(feed), visitor, id, news, calls: None };
        if first {
            visitors::connected(&feed.ctx, visitor, page).await?;
        }
        Ok(seat)
    }
}

impl Drop for VisitorSeat {
    fn drop(&mut self) {
        if !self.feed.hub().leave_visitor(self.visitor, self.id) {
            return;
        }
        let (feed, visitor, calls) = (Arc::clone(&self.feed), self.visitor, self.calls);
        tokio::spawn(async move {
            tokio::time::sleep(VISITOR_LINGER).await;
            if feed.hub().is_here(visitor) {
                return;
            }
            feed.hub().forget(visitor);
            if let Some(channel) = calls {
                // He has no page any more: nobody would end his call otherwise before its media is found silent.
                let _ = feed.ctx.app.bus.voice.ask(feed.ctx.ws, VoiceRequest::Widget { visitor, channel, up: PhoneUp::Hangup });
            }
            if let Err(error) = visitors::disconnected(&feed.ctx, visitor).await {
                tracing::warn!(%error, %visitor, "a visitor's leaving could not be stored; the sweep of silent chats finds it");
            }
            // He came back in between: his being there must be the last word.
            if feed.hub().is_here(visitor)
                && let Err(error) = visitors::connected(&feed.ctx, visitor, "").await
            {
                tracing::warn!(%error, %visitor, "a visitor's return could not be stored");
            }
        });
    }
}

/// Tells that somebody types.
pub(crate) fn typing(ctx: &Ctx, interaction: InteractionId, who: String, customer: bool, on: bool, text: Option<String>) {
    ctx.app.bus.tell(ctx.ws, Ephemeral::Typing { interaction, who, customer, on, text });
}
