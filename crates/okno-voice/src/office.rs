//! What the telephone door needs of the app, in the door's own words.

use okno_app::{
    AppError, Ctx, calls, routing,
    voice_config::{self, DoorConfig},
};
use okno_bus::{
    Topic, Wakeup,
    voice::{PhoneNews, Refused, VoiceRequest},
};
use okno_model::{
    AgentId, CallId, InteractionId, OfferId, PhoneId, QueueId, RecordingId, Timestamp, TrunkId,
    doc::{AgentDoc, AnnounceRule, CallDoc, CallEnder, ChannelHealth, InteractionDoc, RegistrationDoc},
};
use std::collections::BTreeMap;
use tokio::sync::mpsc;

pub(crate) use okno_app::calls::{Arrival, Arrived, Dialing, Follow, RecordingChunk};
pub(crate) use okno_app::routing::{Announcement, Announcer, Estimate, Reason, SaidPosition};

type Answer<T> = Result<T, AppError>;

/// The app as the telephone door sees it. Every method is durable when it returns.
#[derive(Debug, Clone)]
pub(crate) struct Office(pub(crate) Ctx);

impl Office {
    pub(crate) fn now(&self) -> Timestamp {
        self.0.now()
    }

    pub(crate) fn key(&self) -> String {
        self.0.app.uuid().to_string()
    }

    /// Requests of desks, widgets and users.
    pub(crate) fn open(&self) -> mpsc::Receiver<VoiceRequest> {
        self.0.app.bus.voice.open(self.0.ws)
    }

    /// Tells a page something.
    pub(crate) fn tell(&self, news: PhoneNews) {
        self.0.app.bus.voice.tell(self.0.ws, news);
    }

    /// Wake-ups when the telephone is configured.
    pub(crate) fn configured(&self) -> Wakeup {
        self.0.app.bus.listen(self.0.ws, Topic::Voice)
    }

    /// Wake-ups when channels are configured.
    pub(crate) fn channels(&self) -> Wakeup {
        self.0.app.bus.listen(self.0.ws, Topic::Channels)
    }

    pub(crate) async fn config(&self) -> Answer<DoorConfig> {
        voice_config::door(&self.0).await
    }

    pub(crate) async fn sound(&self, blob: &str) -> Answer<bytes::Bytes> {
        voice_config::sound(&self.0, blob).await
    }

    pub(crate) async fn trunk_health(&self, id: TrunkId, state: &str, detail: String) -> Answer<()> {
        voice_config::trunk_health(&self.0, id, ChannelHealth { state: state.to_owned(), detail, since: self.0.now() }).await
    }

    pub(crate) async fn phone_registered(&self, id: PhoneId, registered: Vec<RegistrationDoc>, bindings: String) -> Answer<()> {
        voice_config::phone_registered(&self.0, id, registered, bindings).await
    }

    pub(crate) async fn bindings(&self) -> Answer<Vec<(PhoneId, String)>> {
        voice_config::bindings(&self.0).await
    }

    pub(crate) async fn follow(&self) -> Answer<Follow> {
        calls::follow(&self.0).await
    }

    /// Says that this node lives, and ends the calls that nobody carries; see the app.
    pub(crate) async fn orphans(&self, fresh: bool) -> Answer<Vec<CallDoc>> {
        calls::orphans(&self.0, fresh).await
    }

    pub(crate) async fn arrived(&self, arrival: Arrival) -> Answer<Arrived> {
        calls::arrived(&self.0, arrival).await
    }

    pub(crate) async fn dialed(&self, dialing: Dialing) -> Answer<Arrived> {
        calls::dialed(&self.0, dialing).await
    }

    pub(crate) async fn number_to_dial(&self, agent: AgentId, typed: &str) -> Answer<String> {
        calls::number_to_dial(&self.0, agent, typed).await
    }

    pub(crate) async fn save(&self, call: CallDoc) -> Answer<CallDoc> {
        calls::save(&self.0, call).await
    }

    pub(crate) async fn ended(&self, call: CallDoc, by: CallEnder, cause: &str) -> Answer<CallDoc> {
        calls::ended(&self.0, call, by, cause).await
    }

    pub(crate) async fn accept(&self, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Answer<()> {
        calls::accept_by_phone(&self.0, agent, interaction, offer).await
    }

    pub(crate) async fn decline(&self, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Answer<()> {
        calls::decline_by_phone(&self.0, agent, interaction, offer).await
    }

    pub(crate) async fn busy(&self, agent: AgentId, interaction: InteractionId, offer: OfferId) -> Answer<()> {
        calls::busy_by_phone(&self.0, agent, interaction, offer).await
    }

    pub(crate) async fn unreached(&self, interaction: InteractionId, agent: AgentId) -> Answer<()> {
        calls::unreached(&self.0, interaction, agent).await
    }

    pub(crate) async fn agent_left(&self, call: CallId, agent: AgentId) -> Answer<()> {
        calls::agent_left(&self.0, call, agent).await
    }

    pub(crate) async fn handed_over(&self, call: CallId, from: Option<AgentId>, to: AgentId) -> Answer<()> {
        calls::handed_over(&self.0, call, from, to).await.map(drop)
    }

    pub(crate) async fn transferred(&self, call: CallId, by: AgentId, to: calls::To) -> Answer<()> {
        calls::transferred(&self.0, call, by, to).await
    }

    pub(crate) async fn callback_offered(&self, call: CallId) -> Answer<()> {
        calls::callback_offered(&self.0, call).await
    }

    pub(crate) async fn callback_wanted(&self, call: CallId, number: &str) -> Answer<()> {
        calls::callback_wanted(&self.0, call, number).await.map(drop)
    }

    pub(crate) async fn callback_missed(&self, call: CallId, cause: &str) -> Answer<()> {
        calls::callback_missed(&self.0, call, cause).await.map(drop)
    }

    pub(crate) async fn callback_reached(&self, call: CallId) -> Answer<()> {
        calls::callback_reached(&self.0, call).await.map(drop)
    }

    pub(crate) async fn voicemail_left(&self, call: CallId, recording: RecordingId) -> Answer<()> {
        calls::voicemail_left(&self.0, call, recording).await.map(drop)
    }

    pub(crate) async fn recording_started(&self, call: CallId, voicemail: bool) -> Answer<(RecordingId, [u8; 32])> {
        calls::recording_started(&self.0, call, voicemail).await
    }

    pub(crate) async fn recording_chunk(&self, id: RecordingId, chunk: RecordingChunk) -> Answer<()> {
        calls::recording_chunk(&self.0, id, chunk).await
    }

    pub(crate) async fn recording_ended(&self, id: RecordingId) -> Answer<()> {
        calls::recording_ended(&self.0, id).await.map(drop)
    }

    /// The agent can be called, or cannot.
    pub(crate) async fn set_phone(&self, agent: AgentId, ready: bool) -> Answer<()> {
        routing::set_phone(&self.0, agent, ready).await
    }

    /// Place of a waiting interaction, from 1.
    pub(crate) async fn position(&self, interaction: InteractionId) -> Option<u32> {
        routing::position(&self.0, interaction).await.ok().flatten()
    }

    /// Place and presumable wait of a waiting interaction.
    pub(crate) async fn standing(&self, interaction: InteractionId) -> Option<routing::Standing> {
        routing::standing(&self.0, interaction).await.ok().flatten()
    }

    /// What the queue of a waiting interaction wants to be said of places.
    pub(crate) async fn announce_rule(&self, interaction: InteractionId) -> AnnounceRule {
        routing::announce_rule(&self.0, interaction).await.unwrap_or_default()
    }

    /// When a queue opens as its customers say it: weekday (0 is Monday), hour and minute there.
    pub(crate) async fn opening(&self, queue: QueueId, at: Timestamp) -> Option<(u8, u8, u8)> {
        calls::opening(&self.0, queue, at).await.ok().flatten()
    }

    /// Everybody's name.
    pub(crate) async fn names(&self) -> Answer<BTreeMap<AgentId, String>> {
        self.0.read(|tx| Ok(tx.list::<AgentDoc>()?.into_iter().map(|agent| (agent.id, agent.name)).collect())).await
    }

    /// An interaction as the rows have it.
    /// With the number of the last event that is in it.
    pub(crate) async fn interaction_now(&self, id: InteractionId) -> Answer<Option<(InteractionDoc, i64)>> {
        calls::interaction_now(&self.0, id).await
    }

    pub(crate) async fn interaction(&self, id: InteractionId) -> Answer<Option<InteractionDoc>> {
        self.0.read(move |tx| Ok(tx.get::<InteractionDoc>(id)?)).await
    }
}

/// A refusal of the app as the asker reads it.
pub(crate) fn refused(error: &AppError) -> Refused {
    let code = match error {
        AppError::Conflict { code, .. } | AppError::Invalid { code, .. } => code,
        AppError::Throttled { .. } => "limit",
        AppError::NotFound { .. } => "no_such_call",
        AppError::Forbidden { .. } | AppError::Unauthorized => "not_allowed",
        AppError::Unavailable { .. } | AppError::Internal(_) => "busy",
    };
    Refused { code, why: error.to_string() }
}
