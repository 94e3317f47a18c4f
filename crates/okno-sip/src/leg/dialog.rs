//! What makes requests belong together (RFC 3261 12): tags, sequence numbers, routes, and where the next request goes.
use std::net::IpAddr;

use crate::wire::{NameAddr, Outgoing, Request, Response, Target, UriParts};

/// Where a request leaves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hop {
    /// This address.
    At(Target),
    /// What this URI resolves to, by the transport of the target that was used before.
    Uri(String, Target),
}

/// One dialog, as our side sees it.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: String,
    /// Our From or To without tag, as a header value.
    pub(crate) local: String,
    pub(crate) local_tag: String,
    /// The other side's, without tag.
    pub(crate) remote: String,
    pub(crate) remote_tag: Option<String>,
    /// The URI of the other side's Contact.
    pub(crate) remote_target: String,
    /// Route set, nearest first, each in angle brackets.
    pub(crate) route: Vec<NameAddr>,
    pub(crate) local_cseq: u32,
    pub(crate) remote_cseq: Option<u32>,
    /// Our Contact URI.
    pub(crate) contact: String,
    /// Where the other side was met.
    pub(crate) flow: Target,
    /// Stay with `flow` whatever the Contact says: phones behind a NAT, connections, outbound proxies.
    pub(crate) stick: bool,
}

impl Dialog {
    /// Of a call that comes in. None where a header is missing that was checked before.
    pub(crate) fn incoming(invite: &Request, source: &Target, local_tag: String, contact: String, stick: bool) -> Option<Self> {
        let from = invite.address("From")?;
        let to = invite.address("To")?;
        let remote_target = invite.addresses("Contact")?.first().map_or_else(|| from.uri.clone(), |contact| contact.uri.clone());
        Some(Self {
            call_id: invite.call_id(),
            local: bare(&to),
            local_tag,
            remote: bare(&from),
            remote_tag: from.tag().map(str::to_owned),
            remote_target,
            route: invite.addresses("Record-Route")?,
            local_cseq: 0,
            remote_cseq: invite.cseq().map(|(number, _)| number),
            contact,
            stick: stick || source.transport != crate::api::Transport::Udp,
            flow: source.clone(),
        })
    }

    /// The same dialog with what an answer to our INVITE tells: tag, routes, target.
    pub(crate) fn answered_by(&self, response: &Response) -> Self {
        let mut dialog = self.clone();
        dialog.remote_tag = response.to_tag();
        if let Some(mut route) = response.addresses("Record-Route") {
            route.reverse();
            dialog.route = route;
        }
        dialog.refresh_target(response.addresses("Contact"));
        dialog
    }

    /// Takes a new Contact of the other side (target refresh).
    pub(crate) fn refresh_target(&mut self, contacts: Option<Vec<NameAddr>>) {
        if let Some(contact) = contacts.and_then(|contacts| contacts.into_iter().next()) {
            self.remote_target = contact.uri;
        }
    }

    /// A request inside the dialog, with the next number. Not for ACK.
    pub(crate) fn request(&mut self, method: &str) -> Outgoing {
        self.local_cseq += 1;
        self.numbered(method, self.local_cseq)
    }

    /// The ACK of a 2xx to the INVITE with this number.
    pub(crate) fn ack(&self, cseq: u32) -> Outgoing {
        self.numbered("ACK", cseq)
    }

    fn numbered(&self, method: &str, cseq: u32) -> Outgoing {
        let strict = self.route.first().filter(|first| !first.parts.loose);
        let uri = strict.map_or_else(|| self.remote_target.clone(), |first| first.uri.clone());
        let mut request = Outgoing::new(method, &uri)
            .header("From", format!("{};tag={}", self.local, self.local_tag))
            .header(
                "To",
                match &self.remote_tag {
                    Some(tag) => format!("{};tag={tag}", self.remote),
                    None => self.remote.clone(),
                },
            )
            .header("Call-ID", self.call_id.clone())
            .header("CSeq", format!("{cseq} {method}"));
        // A proxy that is no loose router stands in the request URI, and the target goes to the end of the list.
        for route in self.route.iter().skip(usize::from(strict.is_some())) {
            request = request.header("Route", format!("<{}>", route.uri));
        }
        if strict.is_some() {
            request = request.header("Route", format!("<{}>", self.remote_target));
        }
        if !matches!(method, "BYE" | "ACK" | "CANCEL" | "PRACK" | "INFO") {
            request = request.header("Contact", format!("<{}>", self.contact));
        }
        request
    }

    /// Where requests of the dialog go.
    pub(crate) fn hop(&self) -> Hop {
        if self.stick && self.route.is_empty() || self.flow.transport != crate::api::Transport::Udp {
            return Hop::At(self.flow.clone());
        }
        let uri = self.route.first().map_or(self.remote_target.as_str(), |route| route.uri.as_str());
        let Some(parts) = UriParts::parse(uri) else { return Hop::At(self.flow.clone()) };
        if let Ok(ip) = parts.host.parse::<IpAddr>() {
            let same = ip == self.flow.address.ip() && parts.port.unwrap_or(5060) == self.flow.address.port();
            // A Contact with a private address that came from a public one is a NAT: the way back is the way it came.
            if same || self.route.is_empty() && private(ip) && !private(self.flow.address.ip()) {
                return Hop::At(self.flow.clone());
            }
        }
        if parts.host.is_empty() {
            return Hop::At(self.flow.clone());
        }
        Hop::Uri(uri.to_owned(), self.flow.clone())
    }

    /// `Replaces` that names this dialog, for a URI that a third party will call.
    pub(crate) fn replaces(&self) -> Option<String> {
        // In the eyes of the far end of this dialog its own tag is the to-tag.
        Some(format!("{};to-tag={};from-tag={}", self.call_id, self.remote_tag.as_deref()?, self.local_tag))
    }
}

fn bare(address: &NameAddr) -> String {
    match &address.name {
        Some(name) => format!("{} <{}>", crate::wire::quote(name), address.uri),
        None => format!("<{}>", address.uri),
    }
}

fn private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || (ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}
