//! A SIP peer with sound: a provider or a desk phone.

use okno_media::{
    Codec, Command, Direction, DtlsRemote, DtmfFormat, Media, MediaConfig, MediaEvent, RtpPort, RtpRemote, Source,
    audio::Audio,
    codec::Rate,
    record::{Chunk, Recorder, RecorderConfig, Recorders, Recording, Side},
};
use okno_sip::{
    Cause, Dial, Dialed, Incoming, LegControl, LegEvent, Listen, Login, Sip, SipConfig, SipEvent, Transport, Trunk, TrunkKind,
    sdp::{self, Negotiated, OfferParams, Protection, Rtcp, Setup},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time::timeout};

/// Everything here happens much sooner.
const PATIENCE: Duration = Duration::from_secs(30);
/// Each peer of this process has ports of its own.
static PORTS: AtomicU16 = AtomicU16::new(26_000);

/// A peer.
pub(crate) struct Peer {
    pub(crate) sip: Sip,
    pub(crate) events: mpsc::Receiver<SipEvent>,
    media: Media,
    _sounds: mpsc::Receiver<MediaEvent>,
    recorders: Recorders,
    /// The address that its descriptions tell: another one than it has, behind a NAT.
    pub(crate) claims: Option<SocketAddr>,
    /// Sound is encrypted by keys of a handshake.
    pub(crate) shakes: bool,
}

/// A leg of a peer.
pub(crate) struct Leg {
    pub(crate) control: LegControl,
    pub(crate) events: mpsc::Receiver<LegEvent>,
    media: Media,
    port: RtpPort,
    params: OfferParams,
    chunks: mpsc::Receiver<Chunk>,
    recorder: Option<Recorder>,
    key: [u8; 32],
}

impl Peer {
    /// Listens at an address of its own.
    pub(crate) async fn new(ip: &str) -> Self {
        let ip: IpAddr = ip.parse().unwrap();
        let first = PORTS.fetch_add(40, Ordering::Relaxed);
        let (media, sounds) = Media::start(MediaConfig { bind: ip, ports: first..=first + 39, ..MediaConfig::default() }).unwrap();
        let config = SipConfig {
            listen: vec![Listen { transport: Transport::Udp, address: SocketAddr::new(ip, 0) }],
            t1: Duration::from_millis(200),
            ..SipConfig::default()
        };
        let (sip, events) = Sip::bind(config).await.unwrap();
        Self { sip, events, media, _sounds: sounds, recorders: Recorders::start().unwrap(), claims: None, shakes: false }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.sip.addresses()[0].1
    }

    /// Knows okno as the other end; with a login it registers there.
    pub(crate) async fn connect(&self, okno: SocketAddr, login: Option<(&str, &str)>) {
        let mut trunk = Trunk::new("okno", &okno.ip().to_string(), Transport::Udp);
        trunk.port = okno.port();
        trunk.keep_alive = None;
        if let Some((user, secret)) = login {
            let login = Login { user: user.into(), auth_user: None, secret: secret.into(), realm: None };
            trunk.kind = TrunkKind::Register { login, expires: Duration::from_secs(300) };
        }
        self.sip.set_trunks(vec![trunk]).await;
    }

    fn params(&self, port: &RtpPort) -> OfferParams {
        OfferParams {
            address: self.claims.unwrap_or(port.local),
            rtcp: None,
            session: port.leg.get(),
            version: 1,
            codecs: vec![sdp::Codec::pcma()],
            dtmf: true,
            ptime: 20,
            direction: sdp::Direction::SendRecv,
            protection: if self.shakes {
                Protection::Dtls { fingerprint: port.fingerprint.to_string(), setup: Setup::ActPass }
            } else {
                Protection::None
            },
            rtcp_mux: true,
        }
    }

    fn leg(&self, control: LegControl, events: mpsc::Receiver<LegEvent>, port: RtpPort, params: OfferParams) -> Leg {
        let key = [7; 32];
        let (recorder, chunks) = self.recorders.open(&RecorderConfig::new(key), Instant::now());
        Leg { control, events, media: self.media.clone(), port, params, chunks, recorder: Some(recorder), key }
    }

    /// Calls a number at okno.
    pub(crate) async fn call(&self, from: &str, to: &str) -> Leg {
        self.call_with(from, to, Vec::new()).await
    }

    /// The same with more headers.
    pub(crate) async fn call_with(&self, from: &str, to: &str, headers: Vec<(String, String)>) -> Leg {
        let port = self.media.open_rtp().await.unwrap();
        let params = self.params(&port);
        let mut dial = Dial::new(Dialed::Trunk { trunk: "okno".into(), number: to.into() }, from, sdp::offer(&params));
        dial.headers = headers;
        let (control, events) = self.sip.dial(dial).await.unwrap().split();
        self.leg(control, events, port, params)
    }

    /// The next call that comes in.
    pub(crate) async fn incoming(&mut self) -> Incoming {
        loop {
            match timeout(PATIENCE, self.events.recv()).await.expect("nobody calls").expect("the peer runs") {
                SipEvent::Incoming(incoming) => return *incoming,
                SipEvent::Phone { .. } | SipEvent::Trunk { .. } => {}
            }
        }
    }

    /// Answers it.
    pub(crate) async fn answer(&self, incoming: Incoming) -> Leg {
        let port = self.media.open_rtp().await.unwrap();
        let params = self.params(&port);
        let (answer, agreed) = sdp::answer(incoming.offer.as_ref().expect("okno offers"), &params).unwrap();
        let (control, events) = incoming.leg.split();
        let mut leg = self.leg(control, events, port, params);
        leg.apply(&agreed);
        leg.control.answer(answer);
        leg.wait(|event| matches!(event, LegEvent::Confirmed { .. })).await;
        leg
    }
}

impl Leg {
    fn apply(&mut self, agreed: &Negotiated) {
        let remote = RtpRemote {
            addr: agreed.remote,
            rtcp: match agreed.rtcp {
                Rtcp::At(address) => address,
                Rtcp::Mux => agreed.remote,
            },
            codec: Codec::parse(&agreed.codec.name).unwrap(),
            pt_send: agreed.codec.send,
            pt_receive: agreed.codec.receive,
            dtmf: agreed.dtmf.map(|event| DtmfFormat { send: event.send, receive: event.receive, clock: event.clock }),
            srtp: None,
            direction: Direction::Both,
            dtls: agreed.dtls.as_ref().map(|dtls| DtlsRemote { active: dtls.we_connect, fingerprint: dtls.fingerprint.clone() }),
            symmetric: None,
        };
        self.media.command(self.port.leg, Command::Remote(Box::new(remote)));
        if let Some(recorder) = self.recorder.take() {
            self.media.command(self.port.leg, Command::StartRecording(Box::new(recorder)));
        }
    }

    /// The next event for which it is true; others are passed over.
    pub(crate) async fn wait(&mut self, wanted: impl Fn(&LegEvent) -> bool) -> LegEvent {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await.expect("it does not happen").expect("the leg is over");
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Waits until our call is answered.
    pub(crate) async fn answered(&mut self) {
        let event = self.wait(|event| matches!(event, LegEvent::Answered { .. } | LegEvent::Failed { .. })).await;
        let LegEvent::Answered { sdp: Some(answer) } = event else { panic!("not answered: {event:?}") };
        let agreed = sdp::accepted(&sdp::offer(&self.params), &answer).unwrap();
        self.apply(&agreed);
    }

    /// Holds, or takes back.
    pub(crate) async fn change(&mut self, direction: sdp::Direction) {
        self.params.version += 1;
        self.params.direction = direction;
        self.control.reinvite(sdp::offer(&self.params));
        let event = self.wait(|event| matches!(event, LegEvent::Reanswered { .. })).await;
        assert!(matches!(event, LegEvent::Reanswered { sdp: Some(_), .. }), "{event:?}");
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) -> Cause {
        let event = self.wait(|event| matches!(event, LegEvent::Ended { .. } | LegEvent::Failed { .. })).await;
        let (LegEvent::Ended { cause, .. } | LegEvent::Failed { cause, .. }) = event else { panic!("{event:?}") };
        cause
    }

    /// Sends a tone from now on. Tones of two parties must not make a key together (ITU-T Q.23): keys are cut out of recordings.
    pub(crate) fn sing(&self, hz: f64) {
        let wide = Rate::Wide.hz();
        let samples: Vec<i16> =
            (0..wide).map(|n| ((std::f64::consts::TAU * hz * f64::from(n) / f64::from(wide)).sin() * 8_000.0) as i16).collect();
        let audio = Arc::new(Audio::from_pcm(&samples));
        audio.encoded(Codec::Pcma).unwrap();
        self.media.command(self.port.leg, Command::Source(Source::Play { audio, repeat: true, token: 0 }));
    }

    /// Presses keys.
    pub(crate) fn press(&self, keys: &str) {
        self.media.command(self.port.leg, Command::Dtmf(keys.to_owned()));
    }

    /// Waits until a tone is heard (or, with `false`, until it is not) in a whole second of what comes in.
    pub(crate) async fn hears(&mut self, hz: f64, yes: bool) {
        self.listen(|pcm| pcm.chunks_exact(8_000).any(|second| (power(second, hz) > -35.0) == yes), &format!("{hz} Hz: {yes}")).await;
    }

    /// Waits for three seconds of sound, by the sound.
    pub(crate) async fn three_seconds(&mut self) {
        while self.chunks.try_recv().is_ok() {}
        for _ in 0..2 {
            timeout(PATIENCE, self.chunks.recv()).await.expect("no sound comes").expect("the recording goes on");
        }
    }

    /// Waits until anything is heard.
    pub(crate) async fn hears_something(&mut self) {
        self.listen(|pcm| okno_media::level::rms_dbfs(pcm) > -45.0, "anything").await;
    }

    async fn listen(&mut self, enough: impl Fn(&[i16]) -> bool, what: &str) {
        let listened = async {
            loop {
                let chunk = self.chunks.recv().await.expect("the recording goes on");
                let recording = Recording::open(&self.key, [&chunk.bytes]);
                let pcm = recording.channel(Side::Customer);
                let from = (chunk.started_ms * 8) as usize;
                if enough(pcm.get(from..).unwrap_or(&pcm)) {
                    return;
                }
            }
        };
        timeout(PATIENCE, listened).await.unwrap_or_else(|_| panic!("not heard: {what}"));
    }
}

/// The power of one frequency in dB of full scale.
pub(crate) fn power(pcm: &[i16], hz: f64) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (n, sample) in pcm.iter().enumerate() {
        let angle = std::f64::consts::TAU * hz * n as f64 / 8_000.0;
        let value = f64::from(*sample) / 32_768.0;
        real += value * angle.cos();
        imaginary += value * angle.sin();
    }
    let count = pcm.len() as f64;
    10.0 * (2.0 * (real * real + imaginary * imaginary) / (count * count)).max(1e-12).log10()
}
