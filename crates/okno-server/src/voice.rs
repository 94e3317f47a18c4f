//! Settings of the telephone, and the door around them.

use anyhow::{Context as _, bail};
use clap::Args;
use okno_app::{Ctx, routing};
use okno_voice::{Transport, VoiceConfig, VoiceDoor};
use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle};

/// Where SIP phones and trunks expect okno.
const SIP_PORT: u16 = 5060;
/// Below Linux' ephemeral range.
const RTP_PORTS: RangeInclusive<u16> = 16384..=24575;
/// A stop waits so long for calls that go on.
const DRAIN_SECONDS: u64 = 15 * 60;
/// How often a process that stands by looks whether it decides now.
const LOOK: Duration = Duration::from_millis(200);

/// Settings of the telephone as they are written. `None`: not said.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct VoiceOptions {
    /// The telephone is on: `true` or `false`.
    #[arg(long, global = true, env = "OKNO_VOICE", value_name = "SWITCH")]
    pub(crate) voice: Option<bool>,
    /// Address of SIP over UDP and TCP; by default port 5060 where the desk listens.
    #[arg(long, global = true, env = "OKNO_SIP_LISTEN", value_name = "ADDRESS")]
    pub(crate) sip_listen: Option<String>,
    /// Address of SIP over TLS; needs a certificate.
    #[arg(long, global = true, env = "OKNO_SIP_TLS_LISTEN", value_name = "ADDRESS")]
    pub(crate) sip_tls_listen: Option<String>,
    /// Address of SIP over WebSocket, for foreign softphones; encrypted when there is a certificate.
    #[arg(long, global = true, env = "OKNO_SIP_WS_LISTEN", value_name = "ADDRESS")]
    pub(crate) sip_ws_listen: Option<String>,
    /// Certificate chain of SIP over TLS (PEM).
    #[arg(long, global = true, env = "OKNO_SIP_CERTIFICATE", value_name = "FILE")]
    pub(crate) sip_certificate: Option<PathBuf>,
    /// Key of that certificate (PEM).
    #[arg(long, global = true, env = "OKNO_SIP_KEY", value_name = "FILE")]
    pub(crate) sip_key: Option<PathBuf>,
    /// Certificates of the company's own authority (PEM), believed when a trunk is reached by TLS.
    #[arg(long, global = true, env = "OKNO_SIP_AUTHORITIES", value_name = "FILE")]
    pub(crate) sip_authorities: Option<PathBuf>,
    /// Realm of the challenges to SIP phones; by default `okno`.
    #[arg(long, global = true, env = "OKNO_SIP_REALM", value_name = "NAME")]
    pub(crate) sip_realm: Option<String>,
    /// Our address as phones, trunks and browsers see it, when a NAT stands between.
    #[arg(long, global = true, env = "OKNO_ADVERTISED_ADDRESS", value_name = "ADDRESS")]
    pub(crate) advertised_address: Option<IpAddr>,
    /// UDP ports of voice: `16384-24575`.
    #[arg(long, global = true, env = "OKNO_RTP_PORTS", value_name = "FROM-TO")]
    pub(crate) rtp_ports: Option<String>,
    /// UDP port of browsers' voice; by default any free one.
    #[arg(long, global = true, env = "OKNO_WEBRTC_PORT", value_name = "PORT")]
    pub(crate) webrtc_port: Option<u16>,
    /// Threads that carry voice; one carries several hundred calls.
    #[arg(long, global = true, env = "OKNO_MEDIA_THREADS", value_name = "COUNT")]
    pub(crate) media_threads: Option<usize>,
    /// Seconds for which a stop waits for calls that go on.
    #[arg(long, global = true, env = "OKNO_CALL_DRAIN_SECONDS", value_name = "SECONDS")]
    pub(crate) call_drain_seconds: Option<u64>,
    /// Speech endpoint of a provider (OpenAI-compatible) that speaks prompts and announcements; by default espeak-ng.
    #[arg(long, global = true, env = "OKNO_SPEECH_URL", value_name = "URL")]
    pub(crate) speech_url: Option<String>,
    /// Its key.
    #[arg(long, global = true, env = "OKNO_SPEECH_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) speech_key: Option<String>,
    /// Its model.
    #[arg(long, global = true, env = "OKNO_SPEECH_MODEL", value_name = "NAME")]
    pub(crate) speech_model: Option<String>,
    /// Its voices by language: `en=alloy,ru=nova`.
    #[arg(long, global = true, env = "OKNO_SPEECH_VOICES", value_name = "VOICES")]
    pub(crate) speech_voices: Option<String>,
}

/// The telephone as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Voice {
    /// UDP and TCP. `None`: the default port, or any free one when it is taken.
    pub(crate) listen: Option<SocketAddr>,
    /// Where the default would listen.
    pub(crate) ip: IpAddr,
    pub(crate) tls: Option<SocketAddr>,
    pub(crate) ws: Option<SocketAddr>,
    pub(crate) certificate: Option<(PathBuf, PathBuf)>,
    pub(crate) authorities: Option<PathBuf>,
    pub(crate) realm: String,
    pub(crate) advertised: Option<IpAddr>,
    pub(crate) rtp_ports: RangeInclusive<u16>,
    pub(crate) webrtc_port: u16,
    pub(crate) threads: usize,
    pub(crate) drain: Duration,
    /// Who speaks; `None` for espeak-ng.
    pub(crate) speech: Option<okno_api::SpeechProvider>,
}

impl VoiceOptions {
    /// What is said here, else what is said there.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            voice: self.voice.or(other.voice),
            sip_listen: self.sip_listen.or(other.sip_listen),
            sip_tls_listen: self.sip_tls_listen.or(other.sip_tls_listen),
            sip_ws_listen: self.sip_ws_listen.or(other.sip_ws_listen),
            sip_certificate: self.sip_certificate.or(other.sip_certificate),
            sip_key: self.sip_key.or(other.sip_key),
            sip_authorities: self.sip_authorities.or(other.sip_authorities),
            sip_realm: self.sip_realm.or(other.sip_realm),
            advertised_address: self.advertised_address.or(other.advertised_address),
            rtp_ports: self.rtp_ports.or(other.rtp_ports),
            webrtc_port: self.webrtc_port.or(other.webrtc_port),
            media_threads: self.media_threads.or(other.media_threads),
            call_drain_seconds: self.call_drain_seconds.or(other.call_drain_seconds),
            speech_url: self.speech_url.or(other.speech_url),
            speech_key: self.speech_key.or(other.speech_key),
            speech_model: self.speech_model.or(other.speech_model),
            speech_voices: self.speech_voices.or(other.speech_voices),
        }
    }

    /// Checked; `None` when the telephone is off. `ip` is where the desk listens.
    pub(crate) fn checked(self, ip: IpAddr) -> anyhow::Result<Option<Voice>> {
        if self.voice == Some(false) {
            return Ok(None);
        }
        let address = |name: &str, text: Option<String>| -> anyhow::Result<Option<SocketAddr>> {
            let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
            let parsed = text.parse();
            Ok(Some(parsed.with_context(|| format!("`{name}` is `{text}`; give an address and a port, for example 0.0.0.0:5060"))?))
        };
        let certificate = match (self.sip_certificate, self.sip_key) {
            (Some(chain), Some(key)) => Some((chain, key)),
            (None, None) => None,
            _ => bail!("`sip_certificate` and `sip_key` belong together; give both or none"),
        };
        let tls = address("sip_tls_listen", self.sip_tls_listen)?;
        if tls.is_some() && certificate.is_none() {
            bail!("`sip_tls_listen` needs `sip_certificate` and `sip_key`");
        }
        let threads = self.media_threads.unwrap_or(1);
        if !(1..=64).contains(&threads) {
            bail!("`media_threads` is {threads}; use 1 to 64");
        }
        let listen = address("sip_listen", self.sip_listen)?;
        Ok(Some(Voice {
            ip: listen.map_or(ip, |listen| listen.ip()),
            listen,
            tls,
            ws: address("sip_ws_listen", self.sip_ws_listen)?,
            certificate,
            authorities: self.sip_authorities,
            realm: self.sip_realm.unwrap_or_else(|| "okno".to_owned()),
            advertised: self.advertised_address,
            rtp_ports: ports(self.rtp_ports.as_deref())?,
            webrtc_port: self.webrtc_port.unwrap_or(0),
            threads,
            drain: Duration::from_secs(self.call_drain_seconds.unwrap_or(DRAIN_SECONDS)),
            speech: crate::speech::checked(self.speech_url, self.speech_key, self.speech_model, self.speech_voices.as_deref())?,
        }))
    }
}

fn ports(text: Option<&str>) -> anyhow::Result<RangeInclusive<u16>> {
    let Some(text) = text else { return Ok(RTP_PORTS) };
    let wrong = || format!("`rtp_ports` is `{text}`; give two ports at least four apart, for example 16384-24575");
    let (from, to) = text.split_once('-').with_context(wrong)?;
    let (from, to): (u16, u16) = (from.trim().parse().with_context(wrong)?, to.trim().parse().with_context(wrong)?);
    if from < 1024 || to.saturating_sub(from) < 4 {
        bail!("{}", wrong());
    }
    Ok(from..=to)
}

impl Voice {
    /// The address of UDP and TCP that is asked for, or tried first.
    pub(crate) fn sip(&self) -> SocketAddr {
        self.listen.unwrap_or(SocketAddr::new(self.ip, SIP_PORT))
    }

    /// Opens the door. The default port may be taken by another okno of this machine: then any free one is used, and the log says which.
    pub(crate) async fn bind(&self, speech: Option<&okno_media::tts::Provider>) -> anyhow::Result<VoiceDoor> {
        let config = |sip| anyhow::Ok(VoiceConfig { speech: speech.cloned(), ..self.config(sip)? });
        let door = match VoiceDoor::bind(config(self.sip())?).await {
            Err(error) if self.listen.is_none() => {
                tracing::warn!(%error, "SIP phones and trunks must be told another port: the usual one is taken; set `sip_listen`");
                VoiceDoor::bind(config(SocketAddr::new(self.ip, 0))?).await
            }
            other => other,
        };
        let door = door.context("cannot open the telephone; `voice = false` turns it off")?;
        for (transport, address) in door.addresses() {
            tracing::info!(transport = transport.as_str(), %address, "SIP is open");
        }
        Ok(door)
    }

    fn config(&self, sip: SocketAddr) -> anyhow::Result<VoiceConfig> {
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        let certificate = self.certificate.as_ref().map(|(chain, key)| anyhow::Ok((read(chain)?, read(key)?))).transpose()?;
        let mut listen = vec![(Transport::Udp, sip), (Transport::Tcp, sip)];
        listen.extend(self.tls.map(|address| (Transport::Tls, address)));
        let ws = if certificate.is_some() { Transport::Wss } else { Transport::Ws };
        listen.extend(self.ws.map(|address| (ws, address)));
        Ok(VoiceConfig {
            listen,
            certificate,
            authorities: self.authorities.as_ref().map(read).transpose()?.unwrap_or_default(),
            realm: self.realm.clone(),
            advertised: self.advertised,
            media_bind: sip.ip(),
            rtp_ports: self.rtp_ports.clone(),
            webrtc_port: self.webrtc_port,
            media_threads: self.threads,
            drain: self.drain,
            ..VoiceConfig::default()
        })
    }

    /// The settings as they are shown.
    pub(crate) fn shown(&self) -> [(&'static str, Option<toml::Value>); 12] {
        let path = |path: Option<&PathBuf>| path.map(|path| path.display().to_string().into());
        let address = |address: Option<SocketAddr>| address.map(|address| address.to_string().into());
        [
            ("sip_listen", Some(self.sip().to_string().into())),
            ("sip_tls_listen", address(self.tls)),
            ("sip_ws_listen", address(self.ws)),
            ("sip_certificate", path(self.certificate.as_ref().map(|pair| &pair.0))),
            ("sip_key", path(self.certificate.as_ref().map(|pair| &pair.1))),
            ("sip_authorities", path(self.authorities.as_ref())),
            ("sip_realm", Some(self.realm.clone().into())),
            ("advertised_address", self.advertised.map(|ip| ip.to_string().into())),
            ("rtp_ports", Some(format!("{}-{}", self.rtp_ports.start(), self.rtp_ports.end()).into())),
            ("webrtc_port", Some(i64::from(self.webrtc_port).into())),
            ("media_threads", Some(i64::try_from(self.threads).unwrap_or(i64::MAX).into())),
            ("call_drain_seconds", Some(i64::try_from(self.drain.as_secs()).unwrap_or(i64::MAX).into())),
        ]
    }
}

/// Serves the telephone in this process. While another process decides, its calls are not ours to end: we wait.
pub(crate) fn run(door: VoiceDoor, ctx: Ctx, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !routing::ready(&ctx) {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        door.run(ctx, stop).await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(change: impl FnOnce(&mut VoiceOptions)) -> anyhow::Result<Option<Voice>> {
        let mut options = VoiceOptions::default();
        change(&mut options);
        options.checked("127.0.0.1".parse().unwrap())
    }

    #[test]
    fn the_telephone_is_on_where_the_desk_is() {
        let voice = checked(|_| {}).unwrap().unwrap();
        assert_eq!(voice.sip().to_string(), "127.0.0.1:5060");
        assert_eq!(voice.rtp_ports, RTP_PORTS);
        assert!(checked(|options| options.voice = Some(false)).unwrap().is_none());
    }

    #[test]
    fn mistakes_are_said_in_words() {
        let text = |change: fn(&mut VoiceOptions)| format!("{:#}", checked(change).unwrap_err());
        assert!(text(|options| options.sip_listen = Some("here".into())).contains("for example 0.0.0.0:5060"));
        assert!(text(|options| options.rtp_ports = Some("16384".into())).contains("two ports"));
        assert!(text(|options| options.rtp_ports = Some("20000-20001".into())).contains("two ports"));
        assert!(text(|options| options.sip_key = Some("key.pem".into())).contains("belong together"));
        assert!(text(|options| options.sip_tls_listen = Some("0.0.0.0:5061".into())).contains("sip_certificate"));
        assert!(text(|options| options.media_threads = Some(0)).contains("1 to 64"));
    }
}
