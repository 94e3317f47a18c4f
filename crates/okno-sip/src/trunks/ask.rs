//! The requests that a trunk sends by itself: REGISTER and OPTIONS, and what the answers mean.

use super::health::{Outcome, Step};
use super::resolve::next_hop;
use super::{Link, TrunkKind};
use crate::auth::{DigestError, Rounds};
use crate::net::uri_host;
use crate::wire::{Outgoing, Response, Target, Wire, WireError, escape, fresh_tag};
use std::time::{Duration, Instant};

/// How long one address has to answer before the next one is tried: four retransmissions over UDP.
const ANSWER: Duration = Duration::from_secs(10);
/// How long the farewell of a trunk that is taken away may take.
const FAREWELL: Duration = Duration::from_secs(2);
/// Addresses that are tried for one request.
const MAX_TRIES: usize = 3;

/// The identity of the registrations of one trunk, kept over all of them (RFC 3261 10.2.4).
#[derive(Debug)]
pub(super) struct Dialogue {
    call_id: String,
    tag: String,
    cseq: u32,
}

impl Dialogue {
    pub(super) fn new() -> Self {
        Self { call_id: fresh_tag() + &fresh_tag(), tag: fresh_tag(), cseq: 0 }
    }
}

/// Sends what a step wants, to one address after the other, until one answers.
pub(super) async fn perform(wire: &Wire, link: &Link, dialogue: &mut Dialogue, step: Step) -> Outcome {
    let targets = link.names.targets(wire, &link.trunk, Instant::now()).await;
    if targets.is_empty() {
        return Outcome::Failed(format!("the name `{}` cannot be resolved; check it and the name server", link.trunk.next_hop()), None);
    }
    let mut last = Outcome::Failed("no answer".to_owned(), None);
    for target in targets.iter().take(MAX_TRIES) {
        match send(wire, link, dialogue, step, target).await {
            Ok(outcome) => {
                link.names.prefer(target);
                return outcome;
            }
            Err(error) => {
                link.names.avoid(target, Instant::now());
                last = Outcome::Failed(silence(target, &error), None);
            }
        }
    }
    last
}

/// Takes the registration away, if the provider still listens.
pub(super) async fn farewell(wire: &Wire, link: &Link, dialogue: &mut Dialogue) {
    if let (TrunkKind::Register { .. }, Some(target)) = (&link.trunk.kind, link.names.known().first()) {
        let _ = tokio::time::timeout(FAREWELL, send(wire, link, dialogue, Step::Register(Duration::ZERO), target)).await;
    }
}

fn silence(target: &Target, error: &WireError) -> String {
    format!("no answer from {} over {}: {error}", target.address, target.transport.as_str())
}

async fn send(wire: &Wire, link: &Link, dialogue: &mut Dialogue, step: Step, target: &Target) -> Result<Outcome, WireError> {
    let mut rounds = Rounds::default();
    let mut authorization = match step {
        Step::Register(_) => link.in_advance("REGISTER", &registrar(link)),
        Step::Ask => None,
    };
    loop {
        dialogue.cseq += 1;
        let mut request = build(wire, link, dialogue, step, target);
        if let Some(answered) = authorization.take() {
            request = request.header(answered.header, answered.value);
        }
        let (method, uri) = (request.method.clone(), request.uri.clone());
        let response = tokio::time::timeout(ANSWER, wire.exchange(request, target)).await.map_err(|_| WireError::Timeout)??;
        let code = response.code();
        // Whoever asks who we are is there: a question needs no password.
        let asked = (code == 401 || code == 407) && matches!(step, Step::Register(_));
        if !asked {
            return Ok(understand(link, wire, step, target, &response));
        }
        match link.answer(&mut rounds, &response, &method, &uri) {
            Ok(answered) => authorization = Some(answered),
            Err(DigestError::Refused) => return Ok(Outcome::Refused(DigestError::Refused.to_string())),
            Err(error) => return Ok(Outcome::Refused(error.to_string())),
        }
    }
}

fn build(wire: &Wire, link: &Link, dialogue: &Dialogue, step: Step, target: &Target) -> Outgoing {
    let trunk = &link.trunk;
    let user = trunk.login().map_or("", |login| login.user.as_str());
    let at = if user.is_empty() { String::new() } else { format!("{}@", escape(user)) };
    let own = match step {
        Step::Register(_) => format!("sip:{at}{}", uri_host(&trunk.host)),
        Step::Ask => format!("sip:{at}{}", uri_host(trunk.domain())),
    };
    let (method, to) = match step {
        Step::Register(_) => ("REGISTER", own.clone()),
        Step::Ask => ("OPTIONS", registrar(link)),
    };
    let mut request = Outgoing::new(method, &registrar(link))
        .header("From", format!("<{own}>;tag={}", dialogue.tag))
        .header("To", format!("<{to}>"))
        .header("Call-ID", dialogue.call_id.clone())
        .header("CSeq", format!("{} {method}", dialogue.cseq))
        .header("Contact", format!("<{}>", wire.contact(user, target)))
        .header("User-Agent", &*link.user_agent);
    if let Step::Register(expires) = step {
        request = request.header("Expires", expires.as_secs().to_string());
    }
    if trunk.outbound_proxy.is_some() {
        request = request.header("Route", format!("<{};lr>", next_hop(trunk)));
    }
    request
}

/// The Request-URI: the provider itself, without a user.
fn registrar(link: &Link) -> String {
    let port = if link.trunk.port == 0 { String::new() } else { format!(":{}", link.trunk.port) };
    format!("sip:{}{port}", uri_host(&link.trunk.host))
}

fn understand(link: &Link, wire: &Wire, step: Step, target: &Target, response: &Response) -> Outcome {
    let code = response.code();
    let wish = response.number("Retry-After").map(|seconds| Duration::from_secs(seconds.into()));
    let said = format!("{code} {}", response.reason().chars().filter(|c| !c.is_control()).take(60).collect::<String>());
    match step {
        // Any answer shows that somebody is there, but for those that say that it takes no calls.
        Step::Ask if !matches!(code, 408 | 500 | 502 | 503 | 504) => Outcome::There,
        Step::Ask => Outcome::Failed(format!("the provider says {said}"), wish),
        Step::Register(asked) => match code {
            200..=299 => Outcome::Registered(granted(link, wire, target, response).unwrap_or(asked)),
            423 => Outcome::TooBrief(Duration::from_secs(response.number("Min-Expires").unwrap_or_default().into())),
            403 | 404 | 405 | 480 | 488 | 600..=699 => Outcome::Refused(format!("the provider refuses the registration: {said}")),
            _ => Outcome::Failed(format!("the provider says {said}"), wish),
        },
    }
}

/// The life of our own binding in the answer: at its address, else in the header.
fn granted(link: &Link, wire: &Wire, target: &Target, response: &Response) -> Option<Duration> {
    let user = link.trunk.login().map_or("", |login| login.user.as_str());
    let own = wire.contact(user, target);
    let listed = response.addresses("Contact").unwrap_or_default();
    // The provider may have rewritten it (NAT): a list of one is ours.
    let ours = listed.iter().find(|address| address.uri == own).or_else(|| (listed.len() == 1).then(|| &listed[0]));
    let seconds = ours.and_then(|address| address.param("expires")?.parse().ok()).or_else(|| response.number("Expires"))?;
    Some(Duration::from_secs(seconds.into()))
}
