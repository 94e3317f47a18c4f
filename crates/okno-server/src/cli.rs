//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// okno: one window for a company's customers.
#[derive(Debug, Parser)]
#[command(name = "okno", version, about, long_about = None)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Settings that every command understands. They win over the configuration file.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Options {
    /// Configuration file (TOML). Without it `okno.toml` is read, if there is one.
    #[arg(long, global = true, env = "OKNO_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Address of the desk, the API and the widget.
    #[arg(long, global = true, env = "OKNO_LISTEN", value_name = "ADDRESS")]
    pub(crate) listen: Option<String>,
    /// Address of customers' files; another origin than the desk.
    #[arg(long, global = true, env = "OKNO_FILES_LISTEN", value_name = "ADDRESS")]
    pub(crate) files_listen: Option<String>,
    /// Address of the SMTP listener for forwarded mail; without it there is none.
    #[arg(long, global = true, env = "OKNO_SMTP_LISTEN", value_name = "ADDRESS")]
    pub(crate) smtp_listen: Option<String>,
    /// Our name in SMTP greetings; by default the host of `url`.
    #[arg(long, global = true, env = "OKNO_MAIL_HOST", value_name = "NAME")]
    pub(crate) mail_host: Option<String>,
    /// Certificate chain of the SMTP listener (PEM); with it STARTTLS is offered.
    #[arg(long, global = true, env = "OKNO_SMTP_CERTIFICATE", value_name = "FILE")]
    pub(crate) smtp_certificate: Option<PathBuf>,
    /// Key of that certificate (PEM).
    #[arg(long, global = true, env = "OKNO_SMTP_KEY", value_name = "FILE")]
    pub(crate) smtp_key: Option<PathBuf>,
    /// Certificates of the company's own authority (PEM), believed when connecting to mail servers.
    #[arg(long, global = true, env = "OKNO_MAIL_AUTHORITIES", value_name = "FILE")]
    pub(crate) mail_authorities: Option<PathBuf>,
    /// Mail servers whose `Authentication-Results` are believed, separated by commas; hosts of mailboxes are anyway.
    #[arg(long, global = true, env = "OKNO_MAIL_TRUSTED", value_name = "NAMES", value_delimiter = ',')]
    pub(crate) mail_trusted: Option<Vec<String>>,
    /// Folder of the embedded database, files and the key.
    #[arg(long, global = true, env = "OKNO_DATA_DIR", value_name = "FOLDER")]
    pub(crate) data_dir: Option<PathBuf>,
    /// `sqlite:FILE` or `postgres://...`. By default SQLite in the data folder.
    #[arg(long, global = true, env = "OKNO_DATABASE", value_name = "URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
    /// Address under which people reach the desk, when a proxy stands in front.
    #[arg(long, global = true, env = "OKNO_URL", value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Address under which browsers reach customers' files, when a proxy stands in front.
    #[arg(long, global = true, env = "OKNO_FILES_URL", value_name = "URL")]
    pub(crate) files_url: Option<String>,
    /// Addresses of proxies whose `X-Forwarded-For` is believed, separated by commas.
    #[arg(long, global = true, env = "OKNO_TRUSTED_PROXIES", value_name = "ADDRESSES", value_delimiter = ',')]
    pub(crate) trusted_proxies: Option<Vec<std::net::IpAddr>>,
    /// Limits per source address: `on`, or `off` behind a proxy that limits by itself, and in load tests.
    #[arg(long, global = true, env = "OKNO_RATE_LIMITS", value_name = "SWITCH")]
    pub(crate) rate_limits: Option<String>,
    /// Token that `/metrics` asks for as a bearer token; without it the page answers this machine only.
    #[arg(long, global = true, env = "OKNO_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub(crate) metrics_token: Option<String>,
    /// What to log: `info`, `debug`, `okno_app=debug,info`.
    #[arg(long, global = true, env = "OKNO_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How to log: `text` or `json`.
    #[arg(long, global = true, env = "OKNO_LOG_FORMAT", value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// The telephone.
    #[command(flatten)]
    pub(crate) voice: crate::voice::VoiceOptions,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve (the default).
    Serve,
    /// The whole product with a made-up company and simulated customers.
    Demo(DemoArgs),
    /// Says in plain words what is wrong and how to mend it.
    Doctor,
    /// Configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// What if: simulates a contact center with the real routing engine.
    #[command(subcommand)]
    Sim(Box<crate::sim::args::SimCommand>),
    /// Prints the API description.
    Openapi,
}

/// Configuration commands.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Reads the configuration, says what is wrong, prints what would be used.
    Check,
}

/// Options of the demo.
#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// Address of the page that shows the customers' side.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDRESS")]
    pub(crate) customers_listen: String,
    /// Keep the demo's data here and go on with it at the next start. Without it every demo begins fresh.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
    /// Simulated customers come so many times as fast.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    pub(crate) pace: f64,
    /// No simulated customers and colleagues: only the company and its history.
    #[arg(long)]
    pub(crate) quiet: bool,
}
