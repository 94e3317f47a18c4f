//! One leg as the actor holds it: signaling and media together.

use crate::{
    hub::{Hub, terms_of_phone},
    sdp::{self as glue, Terms},
};
use okno_app::voice_config::DoorPhone;
use okno_media::{Command, LegId as MediaLeg, MediaError, RtpPort};
use okno_model::AgentId;
use okno_sip::{
    Cause, Dial, DialError, Dialed, LegControl, LegEvent, PhoneId,
    sdp::{self, Negotiated, OfferParams, Sdp, SdpError},
};
use std::{collections::BTreeMap, net::IpAddr, time::Duration};
use tokio::sync::mpsc;

/// A leg.
pub(crate) enum Line {
    /// A trunk or a SIP phone.
    Sip(Box<SipLine>),
    /// The standing media of an agent's browser.
    Browser { agent: AgentId, media: MediaLeg },
    /// A widget.
    Widget { media: MediaLeg },
}

impl Line {
    /// Its media.
    pub(crate) fn media(&self) -> MediaLeg {
        match self {
            Self::Sip(line) => line.port.leg,
            Self::Browser { media, .. } | Self::Widget { media } => *media,
        }
    }
}

/// A leg by SIP.
pub(crate) struct SipLine {
    pub(crate) control: LegControl,
    /// Until the actor takes them.
    pub(crate) events: Option<mpsc::Receiver<LegEvent>>,
    port: RtpPort,
    params: OfferParams,
    /// Our offer that has no answer yet.
    offered: Option<Sdp>,
    /// Our answer that was not sent yet.
    answer: Option<Sdp>,
    /// Where its sound may come from beside the address of its description: where its signaling is.
    symmetric: Option<IpAddr>,
    /// What each phone was offered, while several ring.
    offers: BTreeMap<PhoneId, (OfferParams, Sdp)>,
    /// Where else the number is, by a redirection.
    pub(crate) moved: Vec<String>,
    /// It was sent sound before it was answered.
    pub(crate) progressed: bool,
}

/// Why a leg cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Sdp(#[from] SdpError),
    #[error(transparent)]
    Dial(#[from] DialError),
}

impl LineError {
    /// As a cause of an end.
    pub(crate) const fn cause(&self) -> Cause {
        match self {
            Self::Media(_) => Cause::Congestion,
            Self::Sdp(_) => Cause::NoCommonMedia,
            Self::Dial(error) => match error {
                DialError::NotRegistered(_) | DialError::NoTrunk(_) | DialError::TrunkDown(_) => Cause::Unavailable,
                DialError::TrunkFull(_) | DialError::Full | DialError::Draining => Cause::Congestion,
                DialError::BadNumber(_) => Cause::NotFound,
            },
        }
    }
}

/// What a call to somebody looks like to him.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    pub(crate) number: String,
    pub(crate) name: Option<String>,
}

impl SipLine {
    /// A leg that came in. Nothing is sent yet; the media is open as far as the offer allows.
    pub(crate) async fn incoming(hub: &Hub, incoming: okno_sip::Incoming, terms: &Terms) -> Result<Self, (okno_sip::Incoming, LineError)> {
        let port = match hub.media.open_rtp().await {
            Ok(port) => port,
            Err(error) => return Err((incoming, error.into())),
        };
        let protocol = incoming.offer.as_ref().and_then(Sdp::audio).map_or("", |media| media.protocol.as_str());
        // Whoever offers keys has decided that his signaling keeps them; without an offer it must be the signaling that does.
        let secure = if incoming.offer.is_some() { protocol.contains("SAVP") } else { incoming.secure };
        let params = glue::params(&port, terms, secure, protocol.starts_with("UDP/TLS/"));
        let symmetric = Some(incoming.address.ip());
        let answer = match incoming.offer.as_ref().map(|offer| sdp::answer(offer, &params)).transpose() {
            Ok(answer) => answer,
            Err(error) => {
                hub.media.close(port.leg).await;
                return Err((incoming, error.into()));
            }
        };
        let (control, events) = incoming.leg.split();
        let mut line = Self { symmetric, ..Self::new(control, events, port, params) };
        if let Some((answer, agreed)) = answer {
            line.apply(hub, &agreed);
            line.answer = Some(answer);
        }
        Ok(line)
    }

    /// Calls somebody.
    pub(crate) async fn dial(
        hub: &Hub,
        to: Dialed,
        terms: &Terms,
        secure: bool,
        shown: Shown,
        ring_for: Duration,
    ) -> Result<Self, LineError> {
        let port = hub.media.open_rtp().await?;
        let params = glue::params(&port, terms, secure, false);
        let offer = sdp::offer(&params);
        let mut dial = Dial::new(to, &shown.number, offer.clone());
        dial.anonymous = shown.number.is_empty();
        dial.from_name = shown.name;
        dial.ring_for = Some(ring_for);
        let handle = match hub.sip.dial(dial).await {
            Ok(handle) => handle,
            Err(error) => {
                hub.media.close(port.leg).await;
                return Err(error.into());
            }
        };
        let (control, events) = handle.split();
        Ok(Self { offered: Some(offer), ..Self::new(control, events, port, params) })
    }

    /// Rings every device of some phones of one person; the first that is taken off the hook has the call.
    pub(crate) async fn ring(hub: &Hub, phones: &[DoorPhone], shown: Shown, ring_for: Duration) -> Result<Self, LineError> {
        let port = hub.media.open_rtp().await?;
        let mut offers = BTreeMap::new();
        for phone in phones {
            let id = phone.doc.id.to_string();
            let secure = hub.with(|map| map.secure.contains(&id));
            let params = glue::params(&port, &terms_of_phone(phone), secure, false);
            let offer = sdp::offer(&params);
            offers.insert(id, (params, offer));
        }
        let Some((params, offer)) = offers.values().next().cloned() else {
            hub.media.close(port.leg).await;
            return Err(DialError::NotRegistered(String::new()).into());
        };
        let to = Dialed::Phones(offers.iter().map(|(id, (_, offer))| (id.clone(), offer.clone())).collect());
        let mut dial = Dial::new(to, &shown.number, offer.clone());
        dial.anonymous = shown.number.is_empty();
        dial.from_name = shown.name;
        dial.ring_for = Some(ring_for);
        let handle = match hub.sip.dial(dial).await {
            Ok(handle) => handle,
            Err(error) => {
                hub.media.close(port.leg).await;
                return Err(error.into());
            }
        };
        let (control, events) = handle.split();
        Ok(Self { offered: Some(offer), offers, ..Self::new(control, events, port, params) })
    }

    fn new(control: LegControl, events: mpsc::Receiver<LegEvent>, port: RtpPort, params: OfferParams) -> Self {
        Self {
            control,
            events: Some(events),
            port,
            params,
            offered: None,
            answer: None,
            symmetric: None,
            offers: BTreeMap::new(),
            moved: Vec::new(),
            progressed: false,
        }
    }

    /// Whom we reached: where his signaling is, and which of several phones it is.
    pub(crate) fn met(&mut self, address: IpAddr, phone: Option<&PhoneId>) {
        self.symmetric = Some(address);
        if let Some((params, offer)) = phone.and_then(|phone| self.offers.remove(phone)) {
            (self.params, self.offered) = (params, Some(offer));
            self.offers.clear();
        }
    }

    /// Its media.
    pub(crate) fn media(&self) -> MediaLeg {
        self.port.leg
    }

    /// `200 OK`.
    pub(crate) fn answer(&mut self) {
        let sdp = match self.answer.clone() {
            Some(answer) => answer,
            None => self.offer(),
        };
        self.control.answer(sdp);
    }

    fn offer(&mut self) -> Sdp {
        let offer = sdp::offer(&self.params);
        self.offered = Some(offer.clone());
        offer
    }

    /// The far end's answer to our offer, if we wait for one.
    pub(crate) fn answered(&mut self, hub: &Hub, answer: &Sdp) -> Result<Option<Negotiated>, SdpError> {
        let Some(offer) = &self.offered else { return Ok(None) };
        let agreed = sdp::accepted(offer, answer)?;
        self.apply(hub, &agreed);
        Ok(Some(agreed))
    }

    /// The final answer came: what follows is another negotiation.
    pub(crate) fn agreed(&mut self) {
        self.offered = None;
    }

    /// The far end wants to change something. `Some(held)` when it was answered.
    pub(crate) fn reoffered(&mut self, hub: &Hub, offer: Option<&Sdp>) -> Option<bool> {
        self.params.version += 1;
        let Some(offer) = offer else {
            let own = self.offer();
            self.control.reanswer(own);
            return None;
        };
        match sdp::answer(offer, &self.params) {
            Ok((answer, agreed)) => {
                self.apply(hub, &agreed);
                self.control.reanswer(answer);
                Some(agreed.held)
            }
            Err(error) => {
                tracing::info!(leg = %self.control.id, %error, "a changed session was refused; the old one goes on");
                self.control.refuse_reoffer();
                None
            }
        }
    }

    fn apply(&self, hub: &Hub, agreed: &Negotiated) {
        if let Some(remote) = glue::remote(agreed, self.symmetric) {
            hub.media.command(self.port.leg, Command::Remote(Box::new(remote)));
        }
    }
}
