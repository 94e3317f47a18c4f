//! One SMTP session as a state machine without IO (RFC 5321): bytes go in by [`Session::receive`], [`Session::step`] says
//! what to do next. The caller answers [`Step::Recipient`] and [`Step::Store`] before it steps on.

mod step;

pub use step::{Envelope, Recipient, Step, Stored};

use super::data::Data;
use okno_model::limits::{MAIL_BYTES, RECIPIENTS};
use smtp_proto::{
    EXT_8BIT_MIME, EXT_ENHANCED_STATUS_CODES, EXT_PIPELINING, EXT_SIZE, EXT_SMTP_UTF8, EXT_START_TLS, EhloResponse, Error,
    MAIL_BODY_BINARYMIME, Request,
};

/// Longest command line: RFC 5321 asks for 512, extensions for more.
const LINE_BYTES: usize = 4096;
/// Wrong commands and unknown recipients of one session.
const ERRORS: usize = 20;
/// Mails of one session; the other side connects again.
const MAILS: usize = 200;

/// Where a session stands.
#[derive(Debug)]
enum State {
    /// Nothing said yet.
    Connected,
    /// Greeted.
    Ready,
    /// A mail is being announced.
    Envelope { sender: String, recipients: Vec<String> },
    /// The caller looks up a recipient.
    AsksRecipient { sender: String, recipients: Vec<String>, asked: String },
    /// The mail is coming.
    Data { sender: String, recipients: Vec<String>, data: Data },
    /// The caller stores.
    Stores,
    /// The connection is being encrypted.
    Encrypts,
    /// Over.
    Closed,
}

/// An SMTP session.
#[derive(Debug)]
pub struct Session {
    state: State,
    host: String,
    helo: String,
    offers_tls: bool,
    input: Vec<u8>,
    output: String,
    errors: usize,
    mails: usize,
    overloaded: bool,
}

impl Session {
    /// A session whose greeting waits to be written. `host` is our name.
    pub fn new(host: &str, offers_tls: bool) -> Self {
        Self {
            state: State::Connected,
            output: format!("220 {host} ESMTP okno\r\n"),
            host: host.to_owned(),
            helo: String::new(),
            offers_tls,
            input: Vec::new(),
            errors: 0,
            mails: 0,
            overloaded: false,
        }
    }

    /// Bytes from the peer.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
    }

    /// Bytes of mail and input that are held in memory.
    pub fn held(&self) -> usize {
        let data = if let State::Data { data, .. } = &self.state { data.held() } else { 0 };
        data + self.input.len()
    }

    /// A mail is on its way: its sender should get an answer to it before the server stops.
    pub fn is_busy(&self) -> bool {
        matches!(self.state, State::Data { .. } | State::Stores | State::Encrypts)
    }

    /// Memory is short: the mail that is coming is refused for now (`452`), its bytes are dropped.
    pub fn overload(&mut self) {
        if let State::Data { data, .. } = &mut self.state {
            self.overloaded = true;
            data.drop_all();
        }
    }

    /// Ends the session from our side: time is up, or the server stops.
    pub fn end(&mut self, why: &str) {
        if !matches!(self.state, State::Closed) {
            self.say(421, &format!("4.4.2 {} {why}", self.host.clone()));
            self.state = State::Closed;
        }
    }

    /// What to do next.
    pub fn step(&mut self) -> Step {
        loop {
            if !self.output.is_empty() {
                return Step::Write(std::mem::take(&mut self.output));
            }
            match &mut self.state {
                State::Closed => return Step::Close,
                State::AsksRecipient { asked, .. } => return Step::Recipient(asked.clone()),
                State::Encrypts => return Step::StartTls,
                // The caller has not answered yet; he will.
                State::Stores => return Step::Read,
                State::Data { data, .. } => {
                    let (used, ended) = data.take(&self.input);
                    self.input.drain(..used);
                    if !ended {
                        return Step::Read;
                    }
                    if let Some(envelope) = self.data_ended() {
                        return Step::Store(envelope);
                    }
                }
                State::Connected | State::Ready | State::Envelope { .. } => {
                    if !self.line() {
                        return Step::Read;
                    }
                }
            }
        }
    }

    /// The answer to [`Step::Recipient`].
    pub fn recipient(&mut self, answer: Recipient) {
        let State::AsksRecipient { sender, mut recipients, asked } = std::mem::replace(&mut self.state, State::Ready) else { return };
        match answer {
            Recipient::Known => {
                recipients.push(asked);
                self.say(250, "2.1.5 OK");
            }
            Recipient::Unknown => self.wrong(550, "5.1.1 no such mailbox here, and this server relays for nobody"),
            Recipient::Unavailable => self.say(451, "4.3.0 cannot look the recipient up now, please try again"),
        }
        if !matches!(self.state, State::Closed) {
            self.state = State::Envelope { sender, recipients };
        }
    }

    /// The answer to [`Step::Store`].
    pub fn stored(&mut self, answer: Stored) {
        if !matches!(self.state, State::Stores) {
            return;
        }
        self.state = State::Ready;
        match answer {
            Stored::Durable => self.say(250, "2.0.0 stored"),
            Stored::Unavailable => self.say(451, "4.3.0 cannot store the mail now, please try again"),
        }
    }

    /// The connection is encrypted: everything said before counts for nothing (RFC 3207).
    pub fn encrypted(&mut self) {
        if matches!(self.state, State::Encrypts) {
            self.state = State::Connected;
            self.offers_tls = false;
            self.helo.clear();
            // Commands that were sent in clear together with STARTTLS must not be taken for encrypted ones.
            self.input.clear();
        }
    }

    fn say(&mut self, code: u16, text: &str) {
        self.output.push_str(&code.to_string());
        self.output.extend([" ", text, "\r\n"]);
    }

    /// An answer to something wrong; too many end the session.
    fn wrong(&mut self, code: u16, text: &str) {
        self.say(code, text);
        self.errors += 1;
        if self.errors > ERRORS {
            self.end("too many errors");
        }
    }

    fn data_ended(&mut self) -> Option<Envelope> {
        let State::Data { sender, recipients, data } = std::mem::replace(&mut self.state, State::Ready) else { return None };
        match data.finish() {
            Some(bytes) => {
                self.mails += 1;
                self.state = State::Stores;
                Some(Envelope { helo: self.helo.clone(), sender, recipients, bytes })
            }
            None if std::mem::take(&mut self.overloaded) => {
                self.say(452, "4.3.1 too much mail at once, please try again");
                None
            }
            None => {
                self.wrong(552, "5.3.4 the mail is larger than this server takes");
                None
            }
        }
    }

    /// Takes one command line; false if none is there.
    fn line(&mut self) -> bool {
        let Some(end) = memchr::memchr(b'\n', &self.input) else {
            if self.input.len() > LINE_BYTES {
                self.say(500, "5.5.2 line too long");
                self.end("closing");
                return true;
            }
            return false;
        };
        let line: Vec<u8> = self.input.drain(..=end).collect();
        if line.len() > LINE_BYTES {
            self.wrong(500, "5.5.2 line too long");
        } else if !line.ends_with(b"\r\n") || line[..line.len() - 2].iter().any(|b| matches!(b, b'\r' | 0)) {
            // Who ends lines otherwise may be a browser, or somebody who smuggles.
            self.wrong(500, "5.5.2 lines must end in CRLF");
        } else {
            match Request::parse(&mut line.iter()) {
                Ok(request) => self.command(request.into_owned()),
                Err(error) => self.bad(&error),
            }
        }
        true
    }

    fn bad(&mut self, error: &Error) {
        match error {
            Error::UnknownCommand => self.wrong(500, "5.5.1 unknown command"),
            Error::InvalidSenderAddress => self.wrong(553, "5.1.7 bad sender address"),
            Error::InvalidRecipientAddress => self.wrong(553, "5.1.3 bad recipient address"),
            Error::SyntaxError { syntax } => self.wrong(501, &format!("5.5.4 syntax: {syntax}")),
            Error::InvalidParameter { param } => self.wrong(501, &format!("5.5.4 bad parameter {param}")),
            Error::UnsupportedParameter { .. } => self.wrong(555, "5.5.4 unsupported parameter"),
            Error::NeedsMoreData { .. } | Error::ResponseTooLong | Error::InvalidResponse { .. } => {
                self.wrong(501, "5.5.2 cannot understand the line");
            }
        }
    }

    fn command(&mut self, request: Request<String>) {
        match request {
            Request::Ehlo { host } => self.greet(host, true),
            Request::Helo { host } => self.greet(host, false),
            Request::Quit => {
                self.say(221, "2.0.0 bye");
                self.state = State::Closed;
            }
            Request::Noop { .. } => self.say(250, "2.0.0 OK"),
            Request::Help { .. } => self.say(214, "2.0.0 see RFC 5321"),
            Request::Vrfy { .. } => self.say(252, "2.1.5 send some mail, I will try"),
            Request::Rset => {
                if matches!(self.state, State::Envelope { .. }) {
                    self.state = State::Ready;
                }
                self.say(250, "2.0.0 OK");
            }
            Request::StartTls => self.start_tls(),
            Request::Mail { from } => self.mail(from.address, from.size, from.flags),
            Request::Rcpt { to } => self.rcpt(to.address),
            Request::Data => self.data(),
            Request::Lhlo { .. }
            | Request::Bdat { .. }
            | Request::Auth { .. }
            | Request::Expn { .. }
            | Request::Etrn { .. }
            | Request::Atrn { .. }
            | Request::Burl { .. } => self.wrong(502, "5.5.1 not offered"),
        }
    }

    fn greet(&mut self, host: String, extended: bool) {
        self.helo = host.chars().filter(|c| !c.is_control()).take(255).collect();
        self.state = State::Ready;
        if !extended {
            return self.say(250, &self.host.clone());
        }
        let mut answer = EhloResponse::new(self.host.as_str());
        answer.capabilities = EXT_8BIT_MIME | EXT_SIZE | EXT_PIPELINING | EXT_SMTP_UTF8 | EXT_ENHANCED_STATUS_CODES;
        if self.offers_tls {
            answer.capabilities |= EXT_START_TLS;
        }
        answer.size = MAIL_BYTES;
        let mut bytes = Vec::new();
        answer.write(&mut bytes).expect("writing to memory cannot fail");
        self.output.push_str(&String::from_utf8_lossy(&bytes));
    }

    fn start_tls(&mut self) {
        if !self.offers_tls {
            return self.wrong(502, "5.5.1 not offered");
        }
        if matches!(self.state, State::Envelope { .. }) {
            return self.wrong(503, "5.5.1 finish the mail first");
        }
        self.say(220, "2.0.0 go ahead");
        self.state = State::Encrypts;
    }

    fn mail(&mut self, sender: String, size: usize, flags: u64) {
        match self.state {
            State::Ready if self.mails >= MAILS => self.end("enough mail for one session"),
            State::Ready if size > MAIL_BYTES => self.wrong(552, "5.3.4 the mail is larger than this server takes"),
            State::Ready if flags & MAIL_BODY_BINARYMIME != 0 => self.wrong(555, "5.5.4 BINARYMIME is not offered"),
            State::Ready => {
                self.state = State::Envelope { sender, recipients: Vec::new() };
                self.say(250, "2.1.0 OK");
            }
            State::Connected => self.wrong(503, "5.5.1 say EHLO first"),
            State::Envelope { .. } => self.wrong(503, "5.5.1 one mail at a time"),
            State::AsksRecipient { .. } | State::Data { .. } | State::Stores | State::Encrypts | State::Closed => {}
        }
    }

    fn rcpt(&mut self, address: String) {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Envelope { sender, recipients } if recipients.len() >= RECIPIENTS => {
                self.state = State::Envelope { sender, recipients };
                self.say(452, "4.5.3 too many recipients, send the rest in another mail");
            }
            State::Envelope { sender, recipients } => self.state = State::AsksRecipient { sender, recipients, asked: address },
            other @ (State::Connected
            | State::Ready
            | State::AsksRecipient { .. }
            | State::Data { .. }
            | State::Stores
            | State::Encrypts
            | State::Closed) => {
                self.state = other;
                self.wrong(503, "5.5.1 say MAIL first");
            }
        }
    }

    fn data(&mut self) {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Envelope { sender, recipients } if !recipients.is_empty() => {
                self.state = State::Data { sender, recipients, data: Data::new(MAIL_BYTES) };
                self.say(354, "go ahead, end with <CRLF>.<CRLF>");
            }
            State::Envelope { sender, recipients } => {
                self.state = State::Envelope { sender, recipients };
                self.wrong(554, "5.5.1 no valid recipients");
            }
            other @ (State::Connected
            | State::Ready
            | State::AsksRecipient { .. }
            | State::Data { .. }
            | State::Stores
            | State::Encrypts
            | State::Closed) => {
                self.state = other;
                self.wrong(503, "5.5.1 say MAIL first");
            }
        }
    }
}

#[cfg(test)]
mod tests;
