//! One visitor's conversation as his connection sees it; the same for the socket and for the long poll.

use super::{
    Widget,
    frames::{ClientFrame, Hello, ServerFrame, Shown, Standing, Who},
    told::Told,
};
use crate::{
    ApiState,
    problem::{Answer, Problem},
    socket::{Feed, Offers, VisitorItem, pass_to_phone, refuse_call, typing},
};
use okno_app::{
    AppError, Ctx,
    ingest::{self, VisitorMessage},
    visitors::{self, Visitor, VisitorView},
    voice_config,
};
use okno_bus::voice::VoiceRequest;
use okno_model::{
    ChannelId, InteractionId, Timestamp, VisitorId,
    doc::{InteractionDoc, InteractionState, MessageDoc, MessageKind},
    limits,
    phone::{PhoneDown, PhoneUp},
};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};
use tokio::sync::watch;

/// Longest client id: any UUID or hash.
const CLIENT_ID_CHARS: usize = 64;
/// Longest address of a page that is kept.
const PAGE_CHARS: usize = 500;
/// Longest preview of what a visitor types, characters.
const TYPED_CHARS: usize = 500;
/// When a message that was refused for now may be tried again.
const RETRY: Duration = Duration::from_secs(2);

/// What a connection knows its visitor to have.
pub(super) struct Talk {
    state: ApiState,
    ctx: Ctx,
    feed: Arc<Feed>,
    pub(super) visitor: VisitorId,
    channel: ChannelId,
    address: IpAddr,
    pub(super) interaction: Option<InteractionId>,
    /// Last number that he was sent.
    pub(super) last: i64,
    /// How it stood when he was last told, as a fingerprint.
    pub(super) shown: u64,
    /// Last number of ours that he was sent; told as delivered when he proves that it came.
    pub(super) ours: i64,
    /// Whether somebody serves the widget, as he was last told; `None` if he was not.
    pub(super) online: Option<bool>,
    /// The channel that he calls; told to his seat, which hangs up when he is gone.
    pub(super) calls: Option<ChannelId>,
    /// He was last told that he waits.
    queued: bool,
    /// What he was told of his place and wait.
    told: Told,
    /// In which interaction he was told that he need not wait.
    offered: Option<InteractionId>,
    /// How often he may call; a connection that cannot carry a call has none.
    offers: Option<Offers>,
}

impl Talk {
    /// Finds the visitor of a token, or makes a new one. The token is what he has to come with from now on.
    pub(super) async fn open(state: &ApiState, widget: &Widget, hello: &Hello, address: IpAddr) -> Answer<(Self, Visitor, String)> {
        let ctx = state.ctx();
        let known = match &hello.token {
            Some(token) => visitors::resume(&ctx, widget.channel, token).await?.map(|visitor| (visitor, token.clone())),
            None => None,
        };
        let (visitor, token) = if let Some(known) = known {
            known
        } else {
            state.live.visitors.new_visitor(address)?;
            visitors::open(&ctx, widget.channel, &page(&hello.page)).await?
        };
        Ok((Self::of(state, ctx, widget.channel, visitor.id, address).await?, visitor, token))
    }

    /// The visitor of a token; 401 for an unknown one.
    pub(super) async fn resume(state: &ApiState, widget: &Widget, token: &str, address: IpAddr) -> Answer<Self> {
        let ctx = state.ctx();
        let visitor = visitors::resume(&ctx, widget.channel, token).await?.ok_or(AppError::Unauthorized)?;
        Self::of(state, ctx, widget.channel, visitor.id, address).await
    }

    async fn of(state: &ApiState, ctx: Ctx, channel: ChannelId, visitor: VisitorId, address: IpAddr) -> Answer<Self> {
        let feed = state.live.feed(state, &ctx).await?;
        let state = state.clone();
        Ok(Self {
            state,
            ctx,
            feed,
            visitor,
            channel,
            address,
            interaction: None,
            last: 0,
            shown: 0,
            ours: 0,
            online: None,
            calls: None,
            queued: false,
            told: Told::default(),
            offered: None,
            offers: None,
        })
    }

    /// He waits in a queue: his place and his wait change with what others do.
    pub(super) const fn waits(&self) -> bool {
        self.queued
    }

    pub(super) const fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    pub(super) const fn state(&self) -> &ApiState {
        &self.state
    }

    /// The answer to `hello`: welcome, then everything that he has not got.
    pub(super) async fn greet(&mut self, hello: Hello, visitor: &Visitor, token: String) -> Answer<Vec<ServerFrame>> {
        if hello.who.says_something() {
            self.identify(hello.who, hello.language).await?;
        }
        let view = visitors::view(&self.ctx, self.visitor).await?;
        let interaction = view.interaction.as_ref().map(|doc| doc.id);
        self.interaction = interaction;
        self.online = Some(view.online);
        self.last = if interaction.is_some() && hello.interaction == interaction { hello.resume.max(0) } else { 0 };
        let mut frames = vec![ServerFrame::Welcome {
            token,
            visitor: self.visitor,
            interaction,
            online: view.online,
            agent_name: view.agent_name.clone(),
            read: view.interaction.as_ref().map_or(0, |doc| doc.customer_read),
            known: !visitor.name.is_empty(),
        }];
        self.show(view, &mut frames).await?;
        Ok(frames)
    }

    /// Whatever changed since he was last told.
    pub(super) async fn look(&mut self) -> Answer<Vec<ServerFrame>> {
        let view = visitors::view(&self.ctx, self.visitor).await?;
        let mut frames = Vec::new();
        self.show(view, &mut frames).await?;
        Ok(frames)
    }

    async fn show(&mut self, view: VisitorView, frames: &mut Vec<ServerFrame>) -> Answer<()> {
        // First listen, then read: what comes between the two is seen twice rather than never.
        self.feed.bind(self.visitor, view.interaction.as_ref());
        frames.extend(self.served(view.online));
        let Some(doc) = &view.interaction else { return Ok(()) };
        if self.interaction.replace(doc.id) != Some(doc.id) {
            (self.last, self.shown, self.ours) = (0, 0, 0);
            self.told = Told::default();
        }
        loop {
            let page = visitors::messages(&self.ctx, self.visitor, doc.id, self.last, limits::PAGE_MAX).await?;
            let full = page.len() == limits::PAGE_MAX;
            frames.extend(page.iter().filter_map(|message| self.message(message)));
            if !full {
                break;
            }
        }
        let standing = standing(doc, &view, self.ctx.now(), &mut self.told);
        self.queued = matches!(standing, Standing::Queued { .. });
        // While it rings at an agent nobody is told to wait, and who is answered at once was offered nothing.
        if doc.state == InteractionState::Queued && self.offered.replace(doc.id) != Some(doc.id) {
            visitors::back_offered(&self.ctx, self.visitor).await?;
        }
        let shown = fingerprint(&(&standing, doc.agent_read));
        if shown != self.shown {
            self.shown = shown;
            frames.extend([ServerFrame::State(standing), ServerFrame::Read { number: doc.agent_read }]);
        }
        Ok(())
    }

    /// Whether somebody serves the widget, if he was told otherwise.
    pub(super) fn served(&mut self, on: bool) -> Option<ServerFrame> {
        (self.online.replace(on) != Some(on)).then_some(ServerFrame::Online { on })
    }

    /// Follows whether somebody serves the widget.
    pub(super) fn follow(&self) -> watch::Receiver<bool> {
        self.state.live.visitors.served.follow(&self.state, &self.ctx, self.channel, self.online.unwrap_or_default())
    }

    fn message(&mut self, doc: &MessageDoc) -> Option<ServerFrame> {
        if Some(doc.interaction) != self.interaction || doc.number <= self.last {
            return None;
        }
        self.last = doc.number;
        if doc.kind == MessageKind::Outbound {
            self.ours = doc.number;
        }
        Some(ServerFrame::Message(Box::new(Shown::new(&self.ctx, self.visitor, doc))))
    }

    /// News from the feed.
    pub(super) async fn hear(&mut self, item: VisitorItem) -> Answer<Vec<ServerFrame>> {
        match item {
            VisitorItem::Message(doc) => Ok(self.message(&doc).into_iter().collect()),
            VisitorItem::Typing { on, name } => Ok(vec![ServerFrame::Typing { on, name }]),
            VisitorItem::Look => self.look().await,
            VisitorItem::Phone(down) if self.offers.is_some() => Ok(vec![ServerFrame::Call { down: PhoneDown::clone(&down) }]),
            VisitorItem::Phone(_) => Ok(Vec::new()),
        }
    }

    /// A frame of his; `hello` is answered by the connection itself.
    pub(super) async fn take(&mut self, frame: ClientFrame) -> Answer<Vec<ServerFrame>> {
        match frame {
            ClientFrame::Say { client_id, text, attachments } => {
                let message = VisitorMessage { visitor: self.visitor, client_id, text, attachments };
                return self.say(message).await;
            }
            ClientFrame::Typing { on, text } => {
                if let Some(interaction) = self.interaction {
                    let text = text.map(|text| text.chars().take(TYPED_CHARS).collect());
                    typing(&self.ctx, interaction, "customer".to_owned(), true, on, text);
                }
            }
            ClientFrame::Read { number } => {
                if let Some(interaction) = self.interaction {
                    visitors::read(&self.ctx, self.visitor, interaction, number.min(self.last)).await?;
                }
            }
            ClientFrame::Identify(who) => self.identify(who, None).await?,
            ClientFrame::Call { up } => return Ok(self.call(up).await?.into_iter().collect()),
            ClientFrame::CallBack { number } => return self.back(true, number).await,
            ClientFrame::WriteBack { email } => return self.back(false, email).await,
            ClientFrame::Leave {} => visitors::left(&self.ctx, self.visitor).await?,
            ClientFrame::Ping {} => return Ok(vec![ServerFrame::Pong {}]),
            ClientFrame::Hello(_) => return Err(Problem::invalid("frames", "unexpected", "`hello` is the first frame and comes once")),
        }
        Ok(Vec::new())
    }

    /// He would rather be called or written to than wait.
    async fn back(&mut self, call: bool, to: String) -> Answer<Vec<ServerFrame>> {
        if let Err(problem) = self.state.live.visitors.message(self.visitor, self.address) {
            return Ok(vec![refused("back".to_owned(), problem)]);
        }
        let done = if call {
            visitors::call_me_back(&self.ctx, self.visitor, &to).await
        } else {
            visitors::write_me_back(&self.ctx, self.visitor, &to).await.map(|due| (to.trim().to_owned(), due))
        };
        match done {
            Ok((to, due)) => {
                let mut frames = vec![ServerFrame::Back { to, due }];
                frames.extend(self.look().await?);
                Ok(frames)
            }
            Err(error) => Ok(vec![refused("back".to_owned(), error.into())]),
        }
    }

    /// This connection can carry a call: what the telephone says comes at once.
    pub(super) fn may_call(&mut self) {
        self.offers = Some(Offers::new());
    }

    /// Click-to-call. The channel is the company's choice, never his.
    async fn call(&mut self, up: PhoneUp) -> Answer<Option<ServerFrame>> {
        let told = |down: Option<PhoneDown>| Ok(down.map(|down| ServerFrame::Call { down }));
        let Some(offers) = &mut self.offers else {
            return told(refuse_call(&up, "off", "a call needs a WebSocket, which this network does not let through"));
        };
        if matches!(up, PhoneUp::Connect { .. }) {
            if let Err(problem) = self.state.live.visitors.call(self.visitor, self.address) {
                return told(refuse_call(&up, "busy", &problem.detail));
            }
            self.calls = voice_config::click_to_call(&self.ctx).await?.map(|call| call.channel);
        }
        let Some(channel) = self.calls else {
            return told(refuse_call(&up, "off", "nobody can be called from this page now"));
        };
        let (visitor, limited) = (self.visitor, self.state.config.requests_per_second > 0);
        told(pass_to_phone(&self.ctx, up, offers, limited, |up| VoiceRequest::Widget { visitor, channel, up }))
    }

    async fn say(&mut self, message: VisitorMessage) -> Answer<Vec<ServerFrame>> {
        let client_id = message.client_id.clone();
        if client_id.is_empty() || client_id.chars().count() > CLIENT_ID_CHARS {
            let problem = Problem::invalid("client_id", "too_long", format!("`client_id` has 1 to {CLIENT_ID_CHARS} characters"));
            return Ok(vec![refused(client_id.chars().take(CLIENT_ID_CHARS).collect(), problem)]);
        }
        if let Err(problem) = self.state.live.visitors.message(self.visitor, self.address) {
            return Ok(vec![refused(client_id, problem)]);
        }
        match ingest::chat_message(&self.ctx, message).await {
            Ok(ack) => {
                let mut frames =
                    vec![ServerFrame::Ack { client_id, number: ack.number, at: ack.at, interaction: ack.interaction, id: ack.message }];
                if self.interaction != Some(ack.interaction) {
                    // The first words of a new interaction: from now on its events are his. Should this reading fail, the next
                    // news or the next connection makes up for it; the message itself is safe.
                    match self.look().await {
                        Ok(more) => frames.extend(more),
                        Err(problem) => tracing::debug!(?problem, "a new interaction could not be shown yet"),
                    }
                }
                Ok(frames)
            }
            Err(error) => Ok(vec![refused(client_id, error.into())]),
        }
    }

    async fn identify(&self, who: Who, language: Option<String>) -> Answer<()> {
        match visitors::identify(&self.ctx, self.visitor, who.identify(language)).await {
            Ok(()) => Ok(()),
            // A page that signs wrongly must see it in its log; the chat goes on without the proof.
            Err(error @ (AppError::Invalid { .. } | AppError::Conflict { .. })) => {
                tracing::info!(%error, "a visitor's identification was refused");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// He has proven that everything up to `number` came.
    pub(super) async fn delivered(&self, interaction: InteractionId, number: i64) -> Answer<()> {
        Ok(visitors::delivered(&self.ctx, self.visitor, interaction, number).await?)
    }
}

fn refused(client_id: String, problem: Problem) -> ServerFrame {
    let passes = matches!(problem.status, 429 | 500..);
    let code = if problem.status >= 500 { "unavailable" } else { problem.code };
    let retry_ms = passes.then_some(RETRY.as_millis() as u64);
    ServerFrame::Refused { client_id: Some(client_id), code: code.to_owned(), detail: problem.detail, retry_ms }
}

fn standing(doc: &InteractionDoc, view: &VisitorView, now: Timestamp, told: &mut Told) -> Standing {
    match doc.state {
        InteractionState::New | InteractionState::Queued => told.queued(now, doc, view),
        // It rings at an agent: nobody is before him any more.
        InteractionState::Offered { .. } => {
            Standing::Queued { position: Some(1), least: None, wait: None, longer: false, due: None, opens: None }
        }
        InteractionState::Active { .. } => Standing::Active { agent_name: view.agent_name.clone() },
        // While the agent writes his notes the talk is over for the customer.
        InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => Standing::Closed {},
    }
}

/// A number that is the same for the same content in every process of one build.
fn fingerprint(content: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    // 0 means: never told.
    hasher.finish() | 1
}

/// A page's address without what it may say about the visitor.
pub(super) fn page(text: &str) -> String {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    text[..end].chars().take(PAGE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_without_its_query() {
        assert_eq!(page("https://shop.example/cart?token=secret#x"), "https://shop.example/cart");
        assert_eq!(page(&"ж".repeat(600)).chars().count(), PAGE_CHARS);
    }

    #[test]
    fn what_passes_by_itself_says_when_to_try_again() {
        let later = refused("c".into(), AppError::Unavailable { detail: "disk full".into() }.into());
        let ServerFrame::Refused { code, detail, retry_ms, .. } = later else { panic!("{later:?}") };
        assert_eq!((code.as_str(), retry_ms), ("unavailable", Some(2000)));
        assert!(!detail.contains("disk"), "inner causes stay inside");
        let never = refused("c".into(), AppError::invalid("text", "too_long", "too long").into());
        assert!(matches!(never, ServerFrame::Refused { retry_ms: None, .. }));
    }
}
