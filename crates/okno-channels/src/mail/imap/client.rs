//! Connecting to a mailbox, and what went wrong in words for the administrator.

use super::patient::{Connection, Patient};
use crate::mail::tls::Trust;
use async_imap::{Client, Session, error::Error as ImapError};
use okno_model::doc::{ServerSettings, TlsMode};
use rustls::pki_types::ServerName;
use std::{io, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// Time for name look-up, TCP, TLS and the greeting.
const CONNECT: Duration = Duration::from_secs(30);
/// Silence of a server that ends a connection. Longer than one slice of IDLE, shorter than the 90 s of reliability.md F20.
pub(super) const SILENCE: Duration = Duration::from_secs(80);

/// A signed-in connection.
pub(super) type Imap = Session<Patient>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// Cannot be reached.
    #[error("cannot reach {host}:{port}: {why}; check host and port, and that the server runs")]
    Connect { host: String, port: u16, why: String },
    /// TLS.
    #[error("the connection to {host} cannot be encrypted: {why}; check the encryption setting and the server's certificate")]
    Tls { host: String, why: String },
    /// Name or password.
    #[error("{host} refused user `{user}`: {why}; check the user name and the password")]
    SignIn { host: String, user: String, why: String },
    /// No inbox.
    #[error("the mailbox has no usable INBOX: {0}")]
    Inbox(String),
    /// During work.
    #[error("the connection to the mail server broke: {0}")]
    Broken(String),
    /// The app.
    #[error("okno could not store mail: {0}; it stays on the server and is fetched again")]
    Office(#[from] crate::mail::office::OfficeError),
}

impl From<ImapError> for Trouble {
    fn from(error: ImapError) -> Self {
        Self::Broken(error.to_string())
    }
}

impl Trouble {
    /// Trying soon again doesn't help and may lock the account.
    pub(super) fn needs_a_person(&self) -> bool {
        matches!(self, Self::SignIn { .. } | Self::Inbox(_))
    }
}

/// Connects and signs in.
pub(super) async fn connect(server: &ServerSettings, password: &str, trust: &Trust) -> Result<Imap, Trouble> {
    let opened = timeout(CONNECT, open(server, trust)).await;
    let mut client = opened.unwrap_or_else(|_| Err(unreachable(server, "no answer within 30 seconds")))?;
    if server.tls == TlsMode::Starttls {
        client = timeout(CONNECT, starttls(client, server, trust))
            .await
            .unwrap_or_else(|_| Err(unreachable(server, "no answer to STARTTLS")))?;
    }
    client.login(quotable(&server.user), quotable(password)).await.map_err(|(error, _)| match refusal(&error) {
        Some(why) => Trouble::SignIn { host: server.host.clone(), user: server.user.clone(), why },
        None => error.into(),
    })
}

async fn open(server: &ServerSettings, trust: &Trust) -> Result<Client<Patient>, Trouble> {
    let tcp = TcpStream::connect((server.host.as_str(), server.port)).await.map_err(|error| unreachable(server, error))?;
    tcp.set_nodelay(true).map_err(|error| unreachable(server, error))?;
    let stream: Box<dyn Connection> = match server.tls {
        TlsMode::Tls => encrypt(Box::new(tcp), server, trust).await?,
        TlsMode::Starttls | TlsMode::None => Box::new(tcp),
    };
    let mut client = Client::new(Patient::new(stream, SILENCE));
    match client.read_response().await {
        Ok(Some(_)) => Ok(client),
        Ok(None) => Err(unreachable(server, "the server closed the connection without a greeting")),
        Err(error) => Err(unreachable(server, format!("this is no IMAP server, or it wants encryption from the start ({error})"))),
    }
}

async fn starttls(mut client: Client<Patient>, server: &ServerSettings, trust: &Trust) -> Result<Client<Patient>, Trouble> {
    client
        .run_command_and_check_ok("STARTTLS", None)
        .await
        .map_err(|error| Trouble::Tls { host: server.host.clone(), why: format!("no STARTTLS ({error})") })?;
    let plain = client.into_inner().into_inner();
    Ok(Client::new(Patient::new(encrypt(plain, server, trust).await?, SILENCE)))
}

async fn encrypt(stream: Box<dyn Connection>, server: &ServerSettings, trust: &Trust) -> Result<Box<dyn Connection>, Trouble> {
    let failed = |why: String| Trouble::Tls { host: server.host.clone(), why };
    let name = ServerName::try_from(server.host.clone()).map_err(|error| failed(error.to_string()))?;
    let stream = trust.connector().connect(name, stream).await.map_err(|error| failed(error.to_string()))?;
    Ok(Box::new(stream))
}

fn unreachable(server: &ServerSettings, why: impl ToString) -> Trouble {
    Trouble::Connect { host: server.host.clone(), port: server.port, why: why.to_string() }
}

/// async-imap quotes values and refuses line ends; what cannot be in a quoted string can be in no password either.
fn quotable(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect()
}

pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// What a server that answered no said.
pub(super) fn refusal(error: &ImapError) -> Option<String> {
    if let ImapError::No(why) | ImapError::Bad(why) = error { Some(short(why)) } else { None }
}

/// Whether an IO error is only silence.
pub(super) fn is_silence(error: &ImapError) -> bool {
    matches!(error, ImapError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}
