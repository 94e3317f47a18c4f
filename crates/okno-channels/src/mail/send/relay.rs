//! One conversation with a relay, and what its answers mean.

use crate::mail::{build::Built, tls::Trust};
use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Response,
    },
};
use okno_model::{
    doc::{ServerSettings, TlsMode},
    wire::SendOutcome,
};
use std::time::Duration;
use tokio::time::timeout;

/// Time for connecting, TLS and sign-in together.
const CONNECT: Duration = Duration::from_secs(20);
/// Time for one mail: shorter than the outbox's lease of five minutes, so that no second try overlaps.
const SEND: Duration = Duration::from_secs(200);

/// The relay as a whole doesn't work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Down(pub(crate) String);

/// An open, signed-in connection.
pub(crate) struct Relay(AsyncSmtpConnection);

impl Relay {
    /// Connects and signs in.
    pub(crate) async fn connect(server: &ServerSettings, password: &str, trust: &Trust, hello: &str) -> Result<Self, Down> {
        timeout(CONNECT, open(server, password, trust, hello)).await.unwrap_or_else(|_| {
            Err(Down(format!("{}:{} did not answer within {} seconds; check host and port", server.host, server.port, CONNECT.as_secs())))
        })
    }

    /// Says goodbye.
    pub(crate) async fn quit(mut self) {
        let _ = timeout(Duration::from_secs(5), self.0.quit()).await;
    }

    /// Whether an idle connection still works.
    pub(crate) async fn is_alive(&mut self) -> bool {
        matches!(timeout(Duration::from_secs(5), self.0.test_connected()).await, Ok(true))
    }

    /// Sends one mail. `Err` means that the connection cannot be used any more; the mail is tried again.
    pub(crate) async fn send(&mut self, mail: &Built) -> Result<SendOutcome, Down> {
        timeout(SEND, self.transmit(mail)).await.unwrap_or_else(|_| Err(Down("the relay did not take the mail in time".to_owned())))
    }

    async fn transmit(&mut self, mail: &Built) -> Result<SendOutcome, Down> {
        let (sender, recipients) = match envelope(mail) {
            Ok(envelope) => envelope,
            Err(bad) => return Ok(SendOutcome::Failed(format!("`{bad}` is not a mail address"))),
        };
        let international = std::iter::once(&mail.sender).flatten().chain(&mail.recipients).any(|address| !address.is_ascii());
        let info = self.0.server_info();
        if international && !info.supports_feature(Extension::SmtpUtfEight) {
            return Ok(SendOutcome::Failed("the relay cannot send to addresses with letters outside of ASCII".to_owned()));
        }
        let mut parameters = Vec::new();
        if international {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !mail.bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if let Err(error) = self.0.command(Mail::new(sender, parameters)).await {
            return self.refused(&error, "the sender").await;
        }
        let mut missed = Vec::new();
        for (n, recipient) in recipients.into_iter().enumerate() {
            let address = recipient.to_string();
            if let Err(error) = self.0.command(Rcpt::new(recipient, vec![])).await {
                // A copy that cannot be delivered does not keep the answer from the customer.
                if n < mail.primary || !is_permanent(&error) {
                    return self.refused(&error, &address).await;
                }
                missed.push(format!("{address}: {}", words(&error)));
            }
        }
        if let Err(error) = self.0.command(Data).await {
            return self.refused(&error, "the mail").await;
        }
        match self.0.message(&mail.bytes).await {
            Ok(answer) if missed.is_empty() => Ok(SendOutcome::Sent(spoken(&answer))),
            Ok(answer) => Ok(SendOutcome::Sent(format!("{}; not to {}", spoken(&answer), missed.join(", ")))),
            Err(error) => self.refused(&error, "the mail").await,
        }
    }

    /// What a refusal means; the conversation is reset for the next mail.
    async fn refused(&mut self, error: &Error, what: &str) -> Result<SendOutcome, Down> {
        let Some(_) = error.status() else { return Err(Down(words(error))) };
        let said = format!("the relay refused {what}: {}", words(error));
        // 421 announces that the relay closes.
        if error.status().is_some_and(|code| code.to_string() == "421") || self.0.command(Rset).await.is_err() {
            return if is_permanent(error) { Ok(SendOutcome::Failed(said)) } else { Err(Down(said)) };
        }
        Ok(if is_permanent(error) { SendOutcome::Failed(said) } else { SendOutcome::Deferred(said) })
    }
}

async fn open(server: &ServerSettings, password: &str, trust: &Trust, hello: &str) -> Result<Relay, Down> {
    let place = format!("{}:{}", server.host, server.port);
    let hello = ClientId::Domain(hello.to_owned());
    let tls = match server.tls {
        TlsMode::None => None,
        TlsMode::Tls | TlsMode::Starttls => Some(parameters(&server.host, trust)?),
    };
    let direct = if server.tls == TlsMode::Tls { tls.clone() } else { None };
    let mut connection = AsyncSmtpConnection::connect_tokio1((server.host.as_str(), server.port), Some(CONNECT), &hello, direct, None)
        .await
        .map_err(|error| Down(format!("cannot reach {place}: {}; check host, port and encryption", words(&error))))?;
    if let (TlsMode::Starttls, Some(tls)) = (server.tls, tls) {
        connection
            .starttls(tls, &hello)
            .await
            .map_err(|error| Down(format!("{place} cannot be encrypted by STARTTLS: {}", words(&error))))?;
    }
    if !server.user.is_empty() {
        let credentials = Credentials::new(server.user.clone(), password.to_owned());
        connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(|error| {
            Down(format!("{place} refused user `{}`: {}; check the user name and the password", server.user, words(&error)))
        })?;
    }
    Ok(Relay(connection))
}

fn parameters(host: &str, trust: &Trust) -> Result<TlsParameters, Down> {
    let mut builder = TlsParameters::builder(host.to_owned());
    let bad = |error: Error| Down(format!("the certificates for mail servers cannot be used: {error}"));
    for certificate in trust.extra() {
        builder = builder.add_root_certificate(Certificate::from_der(certificate.to_vec()).map_err(bad)?);
    }
    builder.build_rustls().map_err(bad)
}

fn envelope(mail: &Built) -> Result<(Option<Address>, Vec<Address>), String> {
    let parse = |address: &String| address.parse::<Address>().map_err(|_| address.clone());
    Ok((mail.sender.as_ref().map(parse).transpose()?, mail.recipients.iter().map(parse).collect::<Result<_, _>>()?))
}

fn is_permanent(error: &Error) -> bool {
    error.status().is_some_and(|code| !code.is_positive()) && error.is_permanent()
}

fn spoken(answer: &Response) -> String {
    format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" ")).chars().filter(|c| !c.is_control()).take(300).collect()
}

/// An error with its cause, in one line.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    text.chars().filter(|c| !c.is_control()).take(400).collect()
}
