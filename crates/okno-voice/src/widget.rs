//! Click-to-call: a visitor's browser is the customer's leg.

use crate::{
    actor::{Line, Message},
    call::{CUSTOMER, Input},
    hub::Hub,
    incoming,
    office::Arrival,
};
use okno_bus::voice::PhoneNews;
use okno_media::MediaError;
use okno_model::{
    CallId, ChannelId, VisitorId,
    doc::LegDevice,
    phone::{DIGITS, PhoneDown, PhoneUp, SDP_BYTES},
};
use okno_sip::Cause;
use std::{sync::Arc, time::Duration};

/// A browser whose media does not stand by then cannot reach us.
const CONNECT: Duration = Duration::from_secs(30);

/// What a visitor's browser says.
pub(crate) async fn up(hub: Arc<Hub>, visitor: VisitorId, channel: ChannelId, up: PhoneUp) {
    let call = hub.with(|map| map.widgets.get(&visitor).copied());
    match (up, call) {
        (PhoneUp::Connect { tab, sdp }, call) => connect(&hub, visitor, channel, tab, sdp, call).await,
        (PhoneUp::Hangup | PhoneUp::Disconnect { .. }, Some(call)) => {
            hub.send(call, Message::input(Input::Ended { leg: CUSTOMER, far: true, cause: Cause::Normal }));
        }
        (PhoneUp::Digits { digits }, Some(call)) => {
            for digit in digits.chars().take(DIGITS) {
                hub.send(call, Message::input(Input::Digit { leg: CUSTOMER, digit }));
            }
        }
        (PhoneUp::Hangup | PhoneUp::Disconnect { .. } | PhoneUp::Digits { .. }, None)
        | (PhoneUp::Quality { .. } | PhoneUp::Echo { .. }, _) => {}
    }
}

async fn connect(hub: &Arc<Hub>, visitor: VisitorId, channel: ChannelId, tab: String, sdp: String, call: Option<CallId>) {
    let tell = |down: PhoneDown| hub.office.tell(PhoneNews::Widget { visitor, down });
    let refuse = |tab: String, code: &str, why: String| tell(PhoneDown::Refused { tab, code: code.to_owned(), why });
    if sdp.len() > SDP_BYTES || tab.len() > 64 {
        return refuse(tab, "bad_offer", "the browser's offer is too long to be one".to_owned());
    }
    if let Some(call) = call {
        let media = hub.with(|map| map.widget_media.get(&call).copied());
        // The page was loaded again, or the network changed: the call goes on.
        if let Some(media) = media
            && let Ok(answer) = hub.media.reoffer_webrtc(media, &sdp).await
        {
            return tell(PhoneDown::Answer { tab, sdp: answer });
        }
        return refuse(tab, "busy", "a call from this page goes on already; end it first".to_owned());
    }
    let allowed = hub.channel(channel).is_some_and(|(_, settings)| settings.click_to_call);
    if !allowed || hub.with(|map| map.draining) {
        return refuse(tab, "off", "calls from this page are switched off now".to_owned());
    }
    let (media, answer) = match hub.media.open_webrtc(&sdp).await {
        Ok(open) => open,
        Err(error) => {
            let code = if matches!(error, MediaError::Offer(_)) { "bad_offer" } else { "busy" };
            return refuse(tab, code, error.to_string());
        }
    };
    let arrival = Arrival {
        key: format!("widget:{}", hub.office.key()),
        channel,
        number: String::new(),
        name: String::new(),
        our_number: String::new(),
        trunk: None,
        unconfirmed: false,
        visitor: Some(visitor),
    };
    let since = hub.with(|map| map.early.heard());
    match hub.office.arrived(arrival).await {
        Ok(arrived) => {
            let id = arrived.call.id;
            hub.with(|map| map.widget_media.insert(id, media));
            tell(PhoneDown::Answer { tab, sdp: answer });
            incoming::begin(hub, arrived, Line::Widget { media }, LegDevice::Widget, Some(visitor), since);
            let hub = Arc::clone(hub);
            tokio::spawn(async move {
                tokio::time::sleep(CONNECT).await;
                hub.send(id, Message::Unconnected);
            });
        }
        Err(error) => {
            tracing::error!(%error, "a call from a page cannot be recorded and is refused");
            hub.media.close(media).await;
            refuse(tab, "busy", "this cannot be done now; try again in a moment".to_owned());
        }
    }
}
