//! A bug in one call.

use super::{Line, Message};
use crate::{
    hub::Hub,
    incoming,
    office::{Arrival, Office},
    treat::Sounds,
};
use okno_app::{App, SystemClock, SystemIds, Urls, routing, secrets::Secrets};
use okno_media::{Media, MediaConfig, record::Recorders};
use okno_model::{
    ChannelId, ChannelKind, QueueId, Timestamp, WorkspaceId,
    doc::{
        AnswerMode, CallDoc, CallEnder, CallState, ChannelDoc, ChannelHealth, ChannelSettings, LegDevice, PhoneSettings, QueueDoc,
        WorkspaceDoc, WrapupMode,
    },
};
use okno_sip::{Listen, Sip, SipConfig, Transport};
use okno_store::{blobs::Blobs, testing::Fresh};
use std::{sync::Arc, time::Duration};

const QUEUE: QueueId = QueueId::from_u128(1);
const LINE: ChannelId = ChannelId::from_u128(2);

async fn office(fresh: &Fresh) -> Office {
    let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
    let urls = Urls { app: "http://desk.example".into(), files: "http://files.example".into() };
    let secrets = Secrets::load_or_create(&fresh.dir().join("secret.key")).unwrap();
    let app = App::new(fresh.store(), blobs, secrets, urls, Arc::new(SystemClock::default()), Arc::new(SystemIds));
    let ctx = app.at(WorkspaceId::from_u128(1));
    let ws = ctx.ws;
    let queue = QueueDoc {
        ageing_seconds: 0,
        chat_offer_seconds: 45,
        email_offer_seconds: 300,
        no_answer_delay_seconds: 30,
        decline_delay_seconds: 30,
        wrapup: WrapupMode::None,
        answer_within_seconds: 600,
        ..QueueDoc::new(QUEUE, "Support")
    };
    let settings = PhoneSettings {
        numbers: vec!["100".into()],
        answer: AnswerMode::AtOnce,
        language: "en".into(),
        greeting: None,
        music: None,
        announce_position: false,
        announce_wait: false,
        announce_seconds: 0,
        whisper: false,
        record: false,
        record_days: 0,
        callback: false,
        voicemail: false,
        callback_retries: 3,
        callback_gaps: vec![10, 30, 60],
        callback_hours: 24,
        voicemail_seconds: 0,
        click_to_call: false,
    };
    let line = ChannelDoc {
        id: LINE,
        kind: ChannelKind::Phone,
        name: "Line".into(),
        queue: QUEUE,
        enabled: true,
        settings: ChannelSettings::Phone(settings),
        health: ChannelHealth { state: "ok".into(), detail: String::new(), since: Timestamp(0) },
    };
    ctx.write(move |tx| {
        tx.put(&WorkspaceDoc { id: ws, name: "Borealis".into(), time_zone: "Europe/Warsaw".into(), language: "en".into() })?;
        tx.put(&queue)?;
        tx.put(&line)?;
        Ok(())
    })
    .await
    .unwrap();
    routing::start(&ctx).await.unwrap();
    Office(ctx)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_panics_ends_with_its_record_and_nothing_else() {
    let fresh = okno_store::testing::fresh_sqlite().await;
    let office = office(&fresh).await;
    let listen = vec![Listen { transport: Transport::Udp, address: "127.0.0.1:0".parse().unwrap() }];
    let (sip, _signals) = Sip::bind(SipConfig { listen, ..SipConfig::default() }).await.unwrap();
    let config = MediaConfig { bind: "127.0.0.1".parse().unwrap(), ports: 28_000..=28_039, ..MediaConfig::default() };
    let (media, _sounds) = Media::start(config).unwrap();
    let (hub, _phones) = Hub::new(office.clone(), sip, media.clone(), Recorders::start().unwrap(), Sounds::new(None).await);
    let hub = Arc::new(hub);
    for key in ["one", "two"] {
        let arrival = Arrival {
            key: key.into(),
            channel: LINE,
            number: format!("+4860123456{}", key.len()),
            name: String::new(),
            our_number: "100".into(),
            trunk: None,
            unconfirmed: true,
            visitor: None,
        };
        let arrived = office.arrived(arrival).await.unwrap();
        let leg = media.open_rtp().await.unwrap().leg;
        incoming::begin(&hub, arrived, Line::Widget { media: leg }, LegDevice::Widget, None, 0);
    }
    let (first, second) = hub.with(|map| {
        let all: Vec<_> = map.calls.keys().copied().collect();
        (all[0], all[1])
    });
    assert!(hub.send(first, Message::Panic));
    let read = |id| office.0.read(move |tx| Ok(tx.get::<CallDoc>(id)?.unwrap()));
    let found = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let doc = read(first).await.unwrap();
            if !doc.is_live() {
                return doc;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let doc = found.await.expect("the record ends");
    assert!(matches!(&doc.state, CallState::Ended { by: CallEnder::System, cause, .. } if cause == "crash"), "{doc:?}");
    assert!(read(second).await.unwrap().is_live(), "the other call goes on");
    assert!(hub.with(|map| map.calls.contains_key(&second) && !map.calls.contains_key(&first)));
    routing::stop(&office.0.app).await;
}
