//! The door itself: opens, follows the configuration, gives everything that comes to whom it is for, and closes without cutting calls.

mod configure;

use crate::{
    actor::Message,
    call::Input,
    config::{VoiceConfig, VoiceError},
    desk, dial, echo, follow,
    hub::{Hub, Owner},
    incoming,
    office::Office,
    treat::Sounds,
    widget,
};
use okno_app::Ctx;
use okno_bus::voice::{Refused, VoiceRequest};
use okno_media::{Media, MediaConfig, MediaEvent, record::Recorders};
use okno_model::{AgentId, phone::DialTo};
use okno_sip::{Listen, Sip, SipConfig, SipEvent, Transport};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

/// The end of the last calls is waited for this long after they were told.
const LAST: Duration = Duration::from_secs(5);
/// How often the drain looks whether calls are over.
const LOOK: Duration = Duration::from_millis(100);
/// Routing is told again after this, when it could not be.
const AGAIN: Duration = Duration::from_secs(1);

/// The telephone door of one process: bound, not yet running.
pub struct VoiceDoor {
    sip: Sip,
    signals: mpsc::Receiver<SipEvent>,
    media: Media,
    sounds: mpsc::Receiver<MediaEvent>,
    recorders: Recorders,
    speech: Option<okno_media::tts::Provider>,
    drain: Duration,
}

impl VoiceDoor {
    /// Opens sockets and starts media threads. No call is taken before [`Self::run`].
    pub async fn bind(config: VoiceConfig) -> Result<Self, VoiceError> {
        let media = MediaConfig {
            bind: config.media_bind,
            advertised: config.advertised,
            ports: config.rtp_ports,
            webrtc_port: config.webrtc_port,
            threads: config.media_threads,
            silent_after: config.silent_after,
            ..MediaConfig::default()
        };
        let (media, sounds) = Media::start(media)?;
        let recorders = Recorders::start().map_err(VoiceError::Recording)?;
        let listen = config.listen.into_iter().map(|(transport, address)| Listen { transport, address }).collect();
        let sip = SipConfig {
            listen,
            tls: config.certificate,
            authorities: config.authorities,
            realm: config.realm,
            user_agent: concat!("okno/", env!("CARGO_PKG_VERSION")).to_owned(),
            advertised: config.advertised,
            max_calls: config.max_calls,
            ..SipConfig::default()
        };
        let (sip, signals) = Sip::bind(sip).await?;
        Ok(Self { sip, signals, media, sounds, recorders, speech: config.speech, drain: config.drain })
    }

    /// Where SIP is listened to, with the ports that were taken.
    pub fn addresses(&self) -> Vec<(Transport, SocketAddr)> {
        self.sip.addresses()
    }

    /// Where browsers' media goes.
    pub fn webrtc_addresses(&self) -> Vec<SocketAddr> {
        self.media.webrtc_addresses().to_vec()
    }

    /// Serves until `stop` is true, then takes no new calls and ends when the last one is over, or the time for that is.
    pub async fn run(self, ctx: Ctx, mut stop: watch::Receiver<bool>) {
        let office = Office(ctx);
        let sip = self.sip.clone();
        let requests = office.open();
        let (hub, phones) = Hub::new(office, self.sip, self.media, self.recorders, Sounds::new(self.speech).await);
        let hub = Arc::new(hub);
        let mut tasks = JoinSet::new();
        // The journal first, then the rows: nothing falls in between.
        let Some(journal) = start(&hub).await else { return };
        tasks.spawn(follow::run(Arc::clone(&hub), journal));
        tasks.spawn(tell_phones(Arc::clone(&hub), phones));
        tasks.spawn(configure::run(Arc::clone(&hub)));
        tasks.spawn(beat(Arc::clone(&hub)));
        tasks.spawn(signals(Arc::clone(&hub), self.signals));
        tasks.spawn(sounds(Arc::clone(&hub), self.sounds));
        tasks.spawn(serve(Arc::clone(&hub), requests));
        // An error means that the process ends.
        let _ = stop.wait_for(|stop| *stop).await;
        drain(&hub, self.drain).await;
        tasks.shutdown().await;
        sip.close().await;
    }
}

/// Reads what is there. Calls of a process that died are ended before new ones are taken.
async fn start(hub: &Arc<Hub>) -> Option<okno_app::calls::Follow> {
    loop {
        let begun = async {
            let journal = hub.office.follow().await?;
            hub.office.orphans(true).await?;
            Ok::<_, okno_app::AppError>(journal)
        };
        match begun.await {
            Ok(journal) => {
                configure::read(hub).await;
                configure::restore(hub).await;
                return Some(journal);
            }
            Err(okno_app::AppError::Unavailable { detail }) => {
                tracing::warn!(detail, "the telephone waits for the database");
                tokio::time::sleep(AGAIN).await;
            }
            Err(error) => {
                tracing::error!(%error, "the telephone cannot start");
                return None;
            }
        }
    }
}

/// Says now and then that this node lives, and looks for calls of nodes that do not.
async fn beat(hub: Arc<Hub>) {
    loop {
        tokio::time::sleep(okno_app::calls::BEAT).await;
        if let Err(error) = hub.office.orphans(false).await {
            tracing::warn!(%error, "other nodes do not hear that this one lives");
        }
    }
}

/// Waits for the calls that go on.
async fn drain(hub: &Arc<Hub>, limit: Duration) {
    hub.with(|map| map.draining = true);
    hub.sip.drain().await;
    let live = || hub.with(|map| map.calls.len());
    let end = tokio::time::Instant::now() + limit;
    if live() > 0 {
        tracing::info!(calls = live(), seconds = limit.as_secs(), "the telephone takes no new calls and waits for those that go on");
    }
    while live() > 0 && tokio::time::Instant::now() < end {
        tokio::time::sleep(LOOK).await;
    }
    if live() == 0 {
        return;
    }
    tracing::warn!(calls = live(), "calls are cut: okno has waited long enough");
    let all: Vec<_> = hub.with(|map| map.calls.keys().copied().collect());
    for call in all {
        hub.send(call, Message::input(Input::Stop));
    }
    let end = tokio::time::Instant::now() + LAST;
    while live() > 0 && tokio::time::Instant::now() < end {
        tokio::time::sleep(LOOK).await;
    }
}

/// Tells routing about phones, one after the other.
async fn tell_phones(hub: Arc<Hub>, mut phones: mpsc::Receiver<AgentId>) {
    while let Some(agent) = phones.recv().await {
        if !hub.phone_told(agent).await {
            tokio::time::sleep(AGAIN).await;
            hub.tell_phone(agent);
        }
    }
}

/// What the signaling tells.
async fn signals(hub: Arc<Hub>, mut events: mpsc::Receiver<SipEvent>) {
    while let Some(event) = events.recv().await {
        match event {
            SipEvent::Incoming(incoming) => {
                tokio::spawn(incoming::take(Arc::clone(&hub), *incoming));
            }
            SipEvent::Phone { id, bindings } => configure::registered(&hub, &id, bindings).await,
            SipEvent::Trunk { id, state, detail } => configure::trunk(&hub, &id, state, detail).await,
        }
    }
}

/// What the media tells.
async fn sounds(hub: Arc<Hub>, mut events: mpsc::Receiver<MediaEvent>) {
    while let Some(event) = events.recv().await {
        let media = match &event {
            MediaEvent::Dtmf { leg, .. }
            | MediaEvent::First { leg }
            | MediaEvent::Silent { leg }
            | MediaEvent::Played { leg, .. }
            | MediaEvent::Connected { leg }
            | MediaEvent::Disconnected { leg }
            | MediaEvent::Lost { leg }
            | MediaEvent::Quality { leg, .. } => *leg,
        };
        match hub.with(|map| map.owners.get(&media).cloned()) {
            Some(Owner::Call(tray, leg)) => {
                if let Err(mpsc::error::TrySendError::Full(_)) = tray.try_send(Message::Media { leg, event }) {
                    metrics::counter!("okno_voice_messages_dropped_total").increment(1);
                }
            }
            Some(Owner::Desk(agent)) => desk::media(&hub, agent, event),
            None => {}
        }
    }
}

/// What desks, widgets and users want.
async fn serve(hub: Arc<Hub>, mut requests: mpsc::Receiver<VoiceRequest>) {
    while let Some(request) = requests.recv().await {
        match request {
            VoiceRequest::Desk { agent, up } => desk::up(&hub, agent, up).await,
            VoiceRequest::DeskGone { agent } => desk::gone(&hub, agent),
            VoiceRequest::Widget { visitor, channel, up } => {
                tokio::spawn(widget::up(Arc::clone(&hub), visitor, channel, up));
            }
            VoiceRequest::Command { call, by, command, reply } => {
                let tray = hub.with(|map| map.calls.get(&call).map(|entry| entry.tray.clone()));
                let told = match tray {
                    Some(tray) => {
                        tray.try_send(Message::Command { by, command, reply: Some(reply) }).map_err(mpsc::error::TrySendError::into_inner)
                    }
                    None => Err(Message::Command { by, command, reply: Some(reply) }),
                };
                if let Err(Message::Command { reply: Some(reply), .. }) = told {
                    let _ = reply.send(Err(Refused { code: "no_such_call", why: "this call is over".to_owned() }));
                }
            }
            VoiceRequest::Dial { by, to: DialTo::Number { number }, reply, .. } if echo::Test::of(&number).is_some() => {
                let _ = reply.send(Err(desk::test(&hub, by)));
            }
            VoiceRequest::Dial { by, to, channel, reply } => {
                tokio::spawn(dial::request(Arc::clone(&hub), by, to, channel, reply));
            }
        }
    }
}
