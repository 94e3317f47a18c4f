//! Browser phones: one standing media leg per agent, all shift. Calls borrow it.

use crate::{
    actor::Message,
    hub::{Desk, Hub, Owner},
};
use okno_bus::voice::{PhoneNews, Refused};
use okno_media::{Command, LegId as MediaLeg, MediaError, MediaEvent, Source};
use okno_model::{
    AgentId, CallId,
    phone::{CallCommand, DIGITS, PhoneDown, PhoneUp, SDP_BYTES},
};
use std::{sync::Arc, time::Duration};

/// The test of devices ends by itself.
const ECHO: Duration = Duration::from_secs(60);

/// What an agent's browser says.
pub(crate) async fn up(hub: &Arc<Hub>, agent: AgentId, up: PhoneUp) {
    match up {
        PhoneUp::Connect { tab, sdp } => connect(hub, agent, tab, sdp).await,
        PhoneUp::Disconnect { tab } => disconnect(hub, agent, &tab).await,
        PhoneUp::Digits { digits } => {
            let call = hub.with(|map| map.desks.get(&agent).and_then(|desk| desk.used));
            if let Some((call, _)) = call
                && digits.len() <= DIGITS
            {
                hub.send(call, Message::Command { by: agent, command: CallCommand::Digits { digits }, reply: None });
            }
        }
        PhoneUp::Echo { tab, on } => echo(hub, agent, &tab, on),
        // What the browser measures of its own side is shown by the browser; we store what we receive.
        PhoneUp::Quality { .. } | PhoneUp::Hangup => {}
    }
}

/// No page of the desk is open any more. The media leg goes by itself when nobody comes back to it.
pub(crate) fn gone(hub: &Hub, agent: AgentId) {
    tracing::debug!(%agent, open = hub.with(|map| map.desks.contains_key(&agent)), "an agent's last page is gone");
}

async fn connect(hub: &Arc<Hub>, agent: AgentId, tab: String, sdp: String) {
    let tell = |down: PhoneDown| hub.office.tell(PhoneNews::Desk { agent, down });
    if sdp.len() > SDP_BYTES || tab.len() > 64 {
        let why = "the browser's offer is too long to be one".to_owned();
        return tell(PhoneDown::Refused { tab, code: "bad_offer".to_owned(), why });
    }
    let had = hub.with(|map| map.desks.get(&agent).cloned());
    let answer = match &had {
        // A page loaded again, another network, another tab: what the leg hears goes on.
        Some(desk) => match hub.media.reoffer_webrtc(desk.media, &sdp).await {
            Ok(answer) => Ok((desk.media, answer)),
            Err(MediaError::NoLeg) => hub.media.open_webrtc(&sdp).await,
            Err(error) => Err(error),
        },
        None => hub.media.open_webrtc(&sdp).await,
    };
    let (media, answer) = match answer {
        Ok(done) => done,
        Err(error) => {
            let code = match error {
                MediaError::Offer(_) => "bad_offer",
                MediaError::Stopped => "off",
                MediaError::Config(_) | MediaError::Io { .. } | MediaError::NoPort | MediaError::NoLeg => "busy",
            };
            return tell(PhoneDown::Refused { tab, code: code.to_owned(), why: error.to_string() });
        }
    };
    let taken = had.as_ref().is_some_and(|desk| desk.tab != tab);
    hub.with(|map| {
        let old = map.desks.remove(&agent);
        let same = old.filter(|desk| desk.media == media);
        let desk = match same {
            Some(desk) => Desk { tab: tab.clone(), ..desk },
            None => Desk { media, tab: tab.clone(), connected: false, used: None, echo: false },
        };
        map.desks.insert(agent, desk);
        map.owners.insert(media, Owner::Desk(agent));
    });
    if taken {
        tell(PhoneDown::Taken { tab: tab.clone() });
    }
    tell(PhoneDown::Answer { tab: tab.clone(), sdp: answer });
    let connected = hub.with(|map| map.desks.get(&agent).is_some_and(|desk| desk.connected));
    tell(PhoneDown::Media { tab, state: if connected { "connected" } else { "connecting" }.to_owned() });
}

async fn disconnect(hub: &Arc<Hub>, agent: AgentId, tab: &str) {
    // A page that is loaded again says so too: in a call its leg is kept for it.
    let closed = hub.with(|map| match map.desks.get(&agent) {
        Some(desk) if desk.tab == tab && desk.used.is_none() => map.desks.remove(&agent),
        Some(_) | None => None,
    });
    if let Some(desk) = closed {
        hub.with(|map| map.forget_owner(desk.media));
        hub.tell_phone(agent);
        hub.media.close(desk.media).await;
    }
}

fn echo(hub: &Arc<Hub>, agent: AgentId, tab: &str, on: bool) {
    let media = hub.with(|map| match map.desks.get_mut(&agent) {
        Some(desk) if desk.tab == tab && desk.used.is_none() => {
            desk.echo = on;
            Some(desk.media)
        }
        Some(_) | None => None,
    });
    let Some(media) = media else { return };
    hub.media.command(media, Command::Source(if on { Source::Relay(media) } else { Source::Silence }));
    if on {
        let (hub, tab) = (Arc::clone(hub), tab.to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(ECHO).await;
            if hub.with(|map| map.desks.get(&agent).is_some_and(|desk| desk.echo)) {
                echo(&hub, agent, &tab, false);
            }
        });
    }
}

/// The test number, dialed on the screen: the answer that its caller gets.
pub(crate) fn test(hub: &Arc<Hub>, agent: AgentId) -> Refused {
    let tab = hub.with(|map| map.desks.get(&agent).filter(|desk| desk.connected && desk.used.is_none()).map(|desk| desk.tab.clone()));
    match tab {
        Some(tab) => {
            echo(hub, agent, &tab, true);
            Refused { code: "echo_test", why: "speak and hear yourself for a minute: this was the test of your phone".to_owned() }
        }
        None => Refused { code: "no_phone", why: "connect your browser phone first, and end the call that goes on".to_owned() },
    }
}

/// Lends an agent's media leg to a call, if it stands and is free.
pub(crate) fn take(hub: &Hub, agent: AgentId, call: CallId, leg: i64) -> Option<MediaLeg> {
    hub.with(|map| {
        let desk = map.desks.get_mut(&agent).filter(|desk| desk.connected && desk.used.is_none())?;
        desk.used = Some((call, leg));
        desk.echo = false;
        Some(desk.media)
    })
}

/// The call is done with it.
pub(crate) fn release(hub: &Hub, agent: AgentId, call: CallId) {
    let media = hub.with(|map| {
        let desk = map.desks.get_mut(&agent).filter(|desk| desk.used.is_some_and(|(user, _)| user == call))?;
        desk.used = None;
        Some(desk.media)
    });
    if let Some(media) = media {
        hub.media.command(media, Command::Source(Source::Silence));
        hub.media.command(media, Command::Mute(false));
    }
}

/// A call that crashed is done with everybody's.
pub(crate) fn release_all(hub: &Hub, call: CallId) {
    let agents: Vec<AgentId> = hub.with(|map| {
        map.desks.iter().filter(|(_, desk)| desk.used.is_some_and(|(user, _)| user == call)).map(|(agent, _)| *agent).collect()
    });
    for agent in agents {
        release(hub, agent, call);
    }
}

/// What the media tells about an agent's browser.
pub(crate) fn media(hub: &Arc<Hub>, agent: AgentId, event: MediaEvent) {
    let Some(desk) = hub.with(|map| map.desks.get(&agent).cloned()) else { return };
    let tell = |down: PhoneDown| hub.office.tell(PhoneNews::Desk { agent, down });
    let state = |state: &str| PhoneDown::Media { tab: desk.tab.clone(), state: state.to_owned() };
    match &event {
        MediaEvent::Connected { .. } | MediaEvent::Disconnected { .. } => {
            let connected = matches!(event, MediaEvent::Connected { .. });
            hub.with(|map| {
                if let Some(desk) = map.desks.get_mut(&agent) {
                    desk.connected = connected;
                }
            });
            tell(state(if connected { "connected" } else { "lost" }));
            hub.tell_phone(agent);
        }
        MediaEvent::Lost { .. } => {
            hub.with(|map| {
                map.desks.remove(&agent);
                map.forget_owner(desk.media);
            });
            tell(state("lost"));
            hub.tell_phone(agent);
            let (hub, media) = (Arc::clone(hub), desk.media);
            tokio::spawn(async move { hub.media.close(media).await });
        }
        MediaEvent::Quality { report, .. } => {
            let quality = crate::actor::figures(report);
            tell(PhoneDown::Quality {
                tab: desk.tab.clone(),
                mos_tenths: (quality.mos * 10.0).round() as u8,
                loss_percent: quality.loss.round() as u8,
                jitter_ms: quality.jitter_ms.round() as u16,
                rtt_ms: quality.rtt_ms.round() as u16,
            });
        }
        MediaEvent::Dtmf { .. } | MediaEvent::First { .. } | MediaEvent::Silent { .. } | MediaEvent::Played { .. } => {}
    }
    if let Some((call, leg)) = desk.used {
        // Keys that come as media pass through to whom he talks with.
        if !matches!(event, MediaEvent::Dtmf { .. }) {
            hub.send(call, Message::Media { leg, event });
        }
    }
}
