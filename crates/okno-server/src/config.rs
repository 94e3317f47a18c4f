//! Configuration: command line over environment over one TOML file over defaults.

use crate::{
    cli::Options,
    voice::{Voice, VoiceOptions},
};
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Name of the file that is read without being asked for.
const DEFAULT_FILE: &str = "okno.toml";

/// Everything that the process needs to know before it can read the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Desk, API, widget.
    pub(crate) listen: SocketAddr,
    /// Customers' files.
    pub(crate) files_listen: SocketAddr,
    /// SMTP listener.
    pub(crate) smtp_listen: Option<SocketAddr>,
    /// The mail door.
    pub(crate) mail: Mail,
    /// Folder of files, key and the embedded database.
    pub(crate) data_dir: PathBuf,
    /// `sqlite:..` or `postgres://..`.
    pub(crate) database: String,
    /// Public origin of the desk.
    pub(crate) url: String,
    /// Public origin of files.
    pub(crate) files_url: String,
    /// Proxies whose forwarded addresses are believed.
    pub(crate) trusted_proxies: Vec<std::net::IpAddr>,
    /// Limits per source address are on.
    pub(crate) rate_limits: bool,
    /// Token of the metrics page.
    pub(crate) metrics_token: Option<String>,
    /// Log filter.
    pub(crate) log: String,
    /// Log as JSON lines.
    pub(crate) log_json: bool,
    /// The telephone; `None` when it is off.
    pub(crate) voice: Option<Voice>,
}

/// Settings of the mail door that belong to the installation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    /// Our name in greetings.
    pub(crate) host: String,
    /// Certificate chain and key of the listener.
    pub(crate) certificate: Option<(PathBuf, PathBuf)>,
    /// Own authority.
    pub(crate) authorities: Option<PathBuf>,
    /// Servers whose verdicts are believed.
    pub(crate) trusted: Vec<String>,
}

/// The TOML file. Unknown keys are errors: a misspelled setting must not be silently ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    files_listen: Option<String>,
    smtp_listen: Option<String>,
    mail_host: Option<String>,
    smtp_certificate: Option<PathBuf>,
    smtp_key: Option<PathBuf>,
    mail_authorities: Option<PathBuf>,
    mail_trusted: Option<Vec<String>>,
    data_dir: Option<PathBuf>,
    database: Option<String>,
    url: Option<String>,
    files_url: Option<String>,
    trusted_proxies: Option<Vec<std::net::IpAddr>>,
    rate_limits: Option<String>,
    metrics_token: Option<String>,
    log: Option<String>,
    log_format: Option<String>,
    voice: Option<bool>,
    sip_listen: Option<String>,
    sip_tls_listen: Option<String>,
    sip_ws_listen: Option<String>,
    sip_certificate: Option<PathBuf>,
    sip_key: Option<PathBuf>,
    sip_authorities: Option<PathBuf>,
    sip_realm: Option<String>,
    advertised_address: Option<std::net::IpAddr>,
    rtp_ports: Option<String>,
    webrtc_port: Option<u16>,
    media_threads: Option<usize>,
    call_drain_seconds: Option<u64>,
    speech_url: Option<String>,
    speech_key: Option<String>,
    speech_model: Option<String>,
    speech_voices: Option<String>,
}

impl Config {
    /// Puts the sources together.
    pub(crate) fn load(options: &Options) -> anyhow::Result<Self> {
        let file = match &options.config {
            Some(path) => read(path)?,
            None if Path::new(DEFAULT_FILE).exists() => read(Path::new(DEFAULT_FILE))?,
            None => File::default(),
        };
        Self::merge(options.clone(), file)
    }

    fn merge(options: Options, file: File) -> anyhow::Result<Self> {
        let listen = address("listen", options.listen.or(file.listen).as_deref().unwrap_or("127.0.0.1:8088"))?;
        let files_listen = match options.files_listen.or(file.files_listen) {
            Some(text) => address("files_listen", &text)?,
            None => SocketAddr::new(listen.ip(), if listen.port() == 0 { 0 } else { listen.port().wrapping_add(1) }),
        };
        if listen == files_listen && listen.port() != 0 {
            bail!("`files_listen` must differ from `listen`: customers' files need an origin of their own");
        }
        let smtp_listen =
            options.smtp_listen.or(file.smtp_listen).filter(|s| !s.is_empty()).map(|s| address("smtp_listen", &s)).transpose()?;
        let data_dir = options.data_dir.or(file.data_dir).unwrap_or_else(|| PathBuf::from("okno-data"));
        let database = options.database.or(file.database).unwrap_or_else(|| format!("sqlite:{}", data_dir.join("okno.db").display()));
        if !["sqlite:", "postgres://", "postgresql://"].iter().any(|p| database.starts_with(p)) {
            bail!("`database` must begin with `sqlite:` or `postgres://`");
        }
        let url = origin("url", options.url.or(file.url), listen)?;
        let files_url = origin("files_url", options.files_url.or(file.files_url), files_listen)?;
        if url == files_url {
            bail!("`files_url` must be another origin than `url`: another host name, or another port");
        }
        let log_json = match options.log_format.or(file.log_format).as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => bail!("`log_format` is `{other}`; use `text` or `json`"),
        };
        let certificate = match (options.smtp_certificate.or(file.smtp_certificate), options.smtp_key.or(file.smtp_key)) {
            (Some(chain), Some(key)) => Some((chain, key)),
            (None, None) => None,
            _ => bail!("`smtp_certificate` and `smtp_key` belong together; give both or none"),
        };
        let host =
            url.split("://").nth(1).and_then(|h| h.rsplit_once(':').map_or(Some(h), |(h, _)| Some(h))).unwrap_or("localhost").to_owned();
        let mail = Mail {
            host: options.mail_host.or(file.mail_host).unwrap_or(host),
            certificate,
            authorities: options.mail_authorities.or(file.mail_authorities),
            trusted: options.mail_trusted.or(file.mail_trusted).unwrap_or_default(),
        };
        let written = VoiceOptions {
            voice: file.voice,
            sip_listen: file.sip_listen,
            sip_tls_listen: file.sip_tls_listen,
            sip_ws_listen: file.sip_ws_listen,
            sip_certificate: file.sip_certificate,
            sip_key: file.sip_key,
            sip_authorities: file.sip_authorities,
            sip_realm: file.sip_realm,
            advertised_address: file.advertised_address,
            rtp_ports: file.rtp_ports,
            webrtc_port: file.webrtc_port,
            media_threads: file.media_threads,
            call_drain_seconds: file.call_drain_seconds,
            speech_url: file.speech_url,
            speech_key: file.speech_key,
            speech_model: file.speech_model,
            speech_voices: file.speech_voices,
        };
        let voice = options.voice.or(written).checked(listen.ip())?;
        let rate_limits = match options.rate_limits.or(file.rate_limits).as_deref() {
            None | Some("on") => true,
            Some("off") => false,
            Some(other) => bail!("`rate_limits` is `{other}`; use `on` or `off`"),
        };
        let trusted_proxies = options.trusted_proxies.or(file.trusted_proxies).unwrap_or_default();
        let metrics_token = options.metrics_token.or(file.metrics_token);
        let log = options.log.or(file.log).unwrap_or_else(|| "info".into());
        Ok(Self {
            listen,
            files_listen,
            smtp_listen,
            mail,
            data_dir,
            database,
            url,
            files_url,
            trusted_proxies,
            rate_limits,
            metrics_token,
            log,
            log_json,
            voice,
        })
    }

    /// The effective configuration as TOML, without passwords.
    pub(crate) fn shown(&self) -> String {
        let path = |p: &Path| p.display().to_string();
        let certificate = self.mail.certificate.as_ref();
        let proxies: Vec<_> = self.trusted_proxies.iter().map(ToString::to_string).collect();
        let lines: [(&str, Option<toml::Value>); 17] = [
            ("listen", Some(self.listen.to_string().into())),
            ("files_listen", Some(self.files_listen.to_string().into())),
            ("smtp_listen", self.smtp_listen.map(|a| a.to_string().into())),
            ("mail_host", Some(self.mail.host.clone().into())),
            ("smtp_certificate", certificate.map(|c| path(&c.0).into())),
            ("smtp_key", certificate.map(|c| path(&c.1).into())),
            ("mail_authorities", self.mail.authorities.as_deref().map(|p| path(p).into())),
            ("mail_trusted", Some(self.mail.trusted.clone().into())),
            ("data_dir", Some(path(&self.data_dir).into())),
            ("database", Some(without_password(&self.database).into())),
            ("url", Some(self.url.clone().into())),
            ("files_url", Some(self.files_url.clone().into())),
            ("trusted_proxies", Some(proxies.into())),
            ("rate_limits", Some(if self.rate_limits { "on" } else { "off" }.into())),
            ("metrics_token", self.metrics_token.is_some().then(|| "(set)".into())),
            ("log", Some(self.log.clone().into())),
            ("log_format", Some(if self.log_json { "json" } else { "text" }.into())),
        ];
        let line = |(key, value): (&str, Option<toml::Value>)| value.map_or_else(|| format!("# {key} is off"), |v| format!("{key} = {v}"));
        let voice = match &self.voice {
            Some(voice) => {
                let speech = voice.speech.iter().flat_map(crate::speech::shown);
                voice.shown().into_iter().chain(speech).map(line).collect::<Vec<_>>().join("\n")
            }
            None => "voice = false".to_owned(),
        };
        format!("{}\n{voice}", lines.map(line).join("\n"))
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration file {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration file {} is wrong", path.display()))
}

fn address(name: &str, text: &str) -> anyhow::Result<SocketAddr> {
    text.parse().with_context(|| format!("`{name}` is `{text}`; give an address and a port, for example 127.0.0.1:8088"))
}

/// A public origin: as configured, or the listening address.
fn origin(name: &str, given: Option<String>, listen: SocketAddr) -> anyhow::Result<String> {
    let Some(text) = given else {
        let host = if listen.ip().is_unspecified() { "localhost".to_owned() } else { listen.ip().to_string() };
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        return Ok(format!("http://{host}:{}", listen.port()));
    };
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains('/') => Ok(text.to_owned()),
        _ => bail!("`{name}` is `{text}`; give an origin without a path, for example https://desk.example.com"),
    }
}

/// Replaces the password in a database URL.
fn without_password(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| rest.split_once('@').map(|(user, host)| (scheme, user, host))) {
        Some((scheme, user, host)) => format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(options: Options, toml: &str) -> anyhow::Result<Config> {
        Config::merge(options, toml::from_str(toml)?)
    }

    #[test]
    fn defaults_serve_on_loopback() {
        let config = merged(Options::default(), "").unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8088");
        assert_eq!(config.files_url, "http://127.0.0.1:8089");
        assert_eq!(config.smtp_listen, None);
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let options = Options { listen: Some("127.0.0.1:1".into()), ..Options::default() };
        let config = merged(options, "listen = '127.0.0.1:2'\nlog = 'debug'").unwrap();
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.log, "debug");
    }

    #[test]
    fn mistakes_are_said_in_words() {
        let text = |toml: &str| format!("{:#}", merged(Options::default(), toml).unwrap_err());
        assert!(text("lisen = 'x'").contains("lisen"));
        assert!(text("listen = 'here'").contains("give an address and a port"));
        assert!(text("files_listen = '127.0.0.1:8088'").contains("origin of their own"));
        assert!(text("database = 'mysql://x'").contains("sqlite:"));
        assert!(text("url = 'https://a/b'").contains("without a path"));
        assert!(text("log_format = 'xml'").contains("json"));
    }

    #[test]
    fn passwords_are_not_shown() {
        let config = merged(Options::default(), "database = 'postgres://okno:secret@db/okno'").unwrap();
        assert!(!config.shown().contains("secret"));
        assert!(config.shown().contains("postgres://okno@db/okno"));
    }
}
