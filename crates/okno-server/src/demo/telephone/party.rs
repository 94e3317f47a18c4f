//! Somebody with a telephone: signaling and sound.

use anyhow::{Context as _, bail};
use okno_media::{
    Codec, Command, Direction, DtmfFormat, Media, MediaConfig, MediaEvent, RtpPort, RtpRemote, Source,
    audio::Audio,
    tts::{Speaker, Speech, announce::Language},
};
use okno_sip::{
    Cause, Dial, Dialed, Hangup, Incoming, LegControl, LegEvent, Listen, Login, Sip, SipConfig, SipEvent, Transport, Trunk, TrunkKind,
    sdp::{self, Negotiated, OfferParams, Protection, Rtcp},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, mpsc};

/// Ports of one party: a few calls at once.
const PORTS: u16 = 399;
/// Nobody talks longer.
const LONGEST: Duration = Duration::from_secs(90);
/// After the last word one waits for the other's.
const MANNERS: Duration = Duration::from_secs(3);

/// A party.
pub(super) struct Party {
    sip: Sip,
    events: Mutex<mpsc::Receiver<SipEvent>>,
    media: Media,
    speaker: Speaker,
    /// Media threads stop telling when nobody listens.
    _sounds: mpsc::Receiver<MediaEvent>,
}

/// A call of a party.
pub(super) struct Talk {
    control: LegControl,
    events: mpsc::Receiver<LegEvent>,
    media: Media,
    port: RtpPort,
}

impl Party {
    /// Listens at an address of its own.
    pub(super) async fn open(ip: IpAddr, first_port: u16) -> anyhow::Result<Self> {
        let (media, sounds) = Media::start(MediaConfig { bind: ip, ports: first_port..=first_port + PORTS, ..MediaConfig::default() })?;
        let listen = vec![Listen { transport: Transport::Udp, address: SocketAddr::new(ip, 0) }];
        let (sip, events) = Sip::bind(SipConfig { listen, ..SipConfig::default() }).await?;
        Ok(Self { sip, events: Mutex::new(events), media, speaker: Speaker::new(), _sounds: sounds })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.sip.addresses()[0].1
    }

    /// Knows okno as the other end; with a login it registers there.
    pub(super) async fn connect(&self, okno: SocketAddr, login: Option<(&str, &str)>) {
        let mut trunk = Trunk::new("okno", &okno.ip().to_string(), Transport::Udp);
        trunk.port = okno.port();
        trunk.keep_alive = None;
        if let Some((user, secret)) = login {
            let login = Login { user: user.into(), auth_user: None, secret: secret.into(), realm: None };
            trunk.kind = TrunkKind::Register { login, expires: Duration::from_secs(300) };
        }
        self.sip.set_trunks(vec![trunk]).await;
    }

    /// What happens next; `None` at the end.
    pub(super) async fn event(&self) -> Option<SipEvent> {
        self.events.lock().await.recv().await
    }

    /// Calls a number at okno and waits until it is answered.
    pub(super) async fn call(&self, from: &str, to: &str) -> anyhow::Result<Talk> {
        let port = self.media.open_rtp().await?;
        let params = params(&port);
        let dial = Dial::new(Dialed::Trunk { trunk: "okno".into(), number: to.into() }, from, sdp::offer(&params));
        let (control, events) = self.sip.dial(dial).await?.split();
        let mut talk = Talk { control, events, media: self.media.clone(), port };
        loop {
            match talk.events.recv().await.context("the call is gone")? {
                LegEvent::Answered { sdp: Some(answer) } => {
                    talk.hear(&sdp::accepted(&sdp::offer(&params), &answer)?)?;
                    return Ok(talk);
                }
                LegEvent::Failed { code, reason, .. } => bail!("{code} {reason}"),
                LegEvent::Ended { .. } => bail!("the call ended before an answer"),
                LegEvent::Answered { sdp: None }
                | LegEvent::Met { .. }
                | LegEvent::Moved { .. }
                | LegEvent::Progress { .. }
                | LegEvent::Confirmed { .. }
                | LegEvent::Reoffer { .. }
                | LegEvent::Reanswered { .. }
                | LegEvent::Dtmf { .. }
                | LegEvent::Refer { .. }
                | LegEvent::ReferProgress { .. } => {}
            }
        }
    }

    /// Lets it ring, answers, says something, and hangs up, unless the other side does.
    pub(super) async fn take(&self, call: Incoming, after: Duration, language: &str, words: &str) {
        if let Err(error) = self.talk(call, after, language, words).await {
            tracing::info!(error = format!("{error:#}"), "a simulated call ended");
        }
    }

    async fn talk(&self, call: Incoming, after: Duration, language: &str, words: &str) -> anyhow::Result<()> {
        call.leg.control.ring();
        let Some(offer) = call.offer else { bail!("a call without an offer") };
        let port = self.media.open_rtp().await?;
        let (answer, agreed) = sdp::answer(&offer, &params(&port))?;
        let (control, events) = call.leg.split();
        let mut talk = Talk { control, events, media: self.media.clone(), port };
        if talk.over_within_quietly(after).await {
            return Ok(());
        }
        talk.hear(&agreed)?;
        talk.control.answer(answer);
        self.say(&talk, language, words).await;
        let spoken = Duration::from_millis(words.chars().count() as u64 * 75).min(LONGEST) + MANNERS;
        talk.over_within(spoken).await;
        Ok(())
    }

    /// Says words; without a synthesizer, something that is heard.
    pub(super) async fn say(&self, talk: &Talk, language: &str, words: &str) {
        let voice = Language::parse(language).map_or("en", Language::voice);
        let spoken = match Speech::new(voice, words) {
            Ok(speech) => self.speaker.speak(&speech).await.ok(),
            Err(_) => None,
        };
        let audio = spoken.unwrap_or_else(Audio::music);
        // Not on the media thread.
        let ready = Arc::clone(&audio);
        let encoded = tokio::task::spawn_blocking(move || ready.encoded(Codec::Pcma).is_ok()).await;
        if matches!(encoded, Ok(true)) {
            talk.media.command(talk.port.leg, Command::Source(Source::Play { audio, repeat: false, token: 0 }));
        }
    }
}

impl Talk {
    fn hear(&mut self, agreed: &Negotiated) -> anyhow::Result<()> {
        let remote = RtpRemote {
            addr: agreed.remote,
            rtcp: match agreed.rtcp {
                Rtcp::At(address) => address,
                Rtcp::Mux => agreed.remote,
            },
            codec: Codec::parse(&agreed.codec.name).context("an unknown codec")?,
            pt_send: agreed.codec.send,
            pt_receive: agreed.codec.receive,
            dtmf: agreed.dtmf.map(|event| DtmfFormat { send: event.send, receive: event.receive, clock: event.clock }),
            srtp: None,
            direction: Direction::Both,
            dtls: None,
            symmetric: None,
        };
        self.media.command(self.port.leg, Command::Remote(Box::new(remote)));
        Ok(())
    }

    /// Whether the other side has hung up.
    pub(super) async fn is_over(&mut self) -> bool {
        self.over_within_quietly(Duration::ZERO).await
    }

    /// Waits so long for the other side to hang up, then does it.
    pub(super) async fn over_within(&mut self, time: Duration) {
        if !self.over_within_quietly(time).await {
            self.hang_up();
        }
    }

    async fn over_within_quietly(&mut self, time: Duration) -> bool {
        let over = async {
            while let Some(event) = self.events.recv().await {
                if matches!(event, LegEvent::Ended { .. } | LegEvent::Failed { .. }) {
                    return;
                }
            }
        };
        tokio::time::timeout(time, over).await.is_ok()
    }

    pub(super) fn hang_up(&self) {
        self.control.hangup(Hangup { cause: Cause::Normal, reason_header: None });
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let (media, leg) = (self.media.clone(), self.port.leg);
        tokio::spawn(async move { media.close(leg).await });
    }
}

fn params(port: &RtpPort) -> OfferParams {
    OfferParams {
        address: port.local,
        rtcp: None,
        session: port.leg.get(),
        version: 1,
        codecs: vec![sdp::Codec::pcma()],
        dtmf: true,
        ptime: 20,
        direction: sdp::Direction::SendRecv,
        protection: Protection::None,
        rtcp_mux: true,
    }
}
