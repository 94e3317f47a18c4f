//! Calls and recordings over HTTP.

use super::site::{Reply, Site, Tenant, set_up};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use okno_app::calls::{self, Arrival};
use okno_media::{
    Codec,
    record::{RecorderConfig, Recorders, Side},
};
use okno_model::{
    CallId, ChannelId, RecordingId,
    input::{ChannelInput, PhoneChannelInput, SettingsInput, UserInput},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A telephone channel with a dial plan for Poland.
pub(super) async fn line(tenant: &Tenant) -> ChannelId {
    let (ctx, owner) = (&tenant.ctx, &tenant.owner);
    let queue = okno_app::routing_config::queues(ctx, owner).await.unwrap()[0].id;
    let settings = SettingsInput::Phone(PhoneChannelInput { numbers: vec!["+48220000000".into()], ..PhoneChannelInput::default() });
    let channel = ChannelInput { name: Some("Line".into()), queue: Some(queue), settings: Some(settings), ..ChannelInput::default() };
    okno_app::channels::create(ctx, owner, channel, None).await.unwrap().id
}

/// A call that rings.
pub(super) async fn ringing(tenant: &Tenant, channel: ChannelId) -> CallId {
    let arrival = Arrival {
        key: "k1".into(),
        channel,
        number: "+48221234567".into(),
        name: String::new(),
        our_number: "+48220000000".into(),
        trunk: None,
        unconfirmed: false,
        visitor: None,
    };
    calls::arrived(&tenant.ctx, arrival).await.unwrap().call.id
}

/// A recording of a second in both ears, sealed by the recorder itself.
async fn recorded(tenant: &Tenant, call: CallId) -> RecordingId {
    let (id, key) = calls::recording_started(&tenant.ctx, call, false).await.unwrap();
    let recorders = Recorders::start().unwrap();
    let begin = Instant::now();
    let (mut recorder, mut chunks) = recorders.open(&RecorderConfig::new(key), begin);
    for n in 0..50_u32 {
        let at = begin + Duration::from_millis(u64::from(n) * 20);
        for side in [Side::Customer, Side::Heard] {
            recorder.tap(side, Codec::Pcmu, n * 160, &[(n as u8) | 1; 160], at);
        }
    }
    recorder.stop(begin + Duration::from_secs(1));
    while let Some(chunk) = chunks.recv().await {
        let kept = calls::RecordingChunk {
            n: chunk.index.into(),
            started_ms: i64::try_from(chunk.started_ms).unwrap(),
            ms: chunk.length_ms.into(),
            bytes: chunk.bytes,
        };
        calls::recording_chunk(&tenant.ctx, id, kept).await.unwrap();
    }
    calls::recording_ended(&tenant.ctx, id).await.unwrap();
    id
}

async fn get(site: &Site, cookie: &str, path: &str, range: Option<&str>) -> Reply {
    let mut request = Request::builder().method("GET").uri(path).header(header::COOKIE, cookie);
    if let Some(range) = range {
        request = request.header(header::RANGE, range);
    }
    site.send(request.body(Body::empty()).unwrap()).await
}

async fn audited(site: &Site, tenant: &Tenant, act: &str) -> usize {
    let log = site.call("GET", "/api/v1/audit?limit=200", Some(&tenant.cookie), None).await;
    log.json["items"].as_array().unwrap().iter().filter(|entry| entry["act"] == act).count()
}

#[tokio::test]
async fn a_call_is_listed_shown_and_commanded() {
    for (site, tenant) in set_up().await {
        let channel = line(&tenant).await;
        let id = ringing(&tenant, channel).await;
        let cookie = Some(tenant.cookie.as_str());
        let list = site.call("GET", "/api/v1/calls?state=live&limit=1", cookie, None).await;
        assert_eq!((list.status, &list.json["items"][0]["id"]), (StatusCode::OK, &json!(id)), "{}", list.json);
        let next = list.json["next"].as_str().unwrap();
        let rest = site.call("GET", &format!("/api/v1/calls?limit=1&after={next}"), cookie, None).await;
        assert_eq!(rest.json["items"], json!([]));
        let ended = site.call("GET", "/api/v1/calls?state=ended", cookie, None).await;
        assert_eq!(ended.json["items"], json!([]));
        let shown = site.call("GET", &format!("/api/v1/calls/{id}"), cookie, None).await;
        assert_eq!(shown.json["number"], "+48221234567");
        let of = format!("/api/v1/interactions/{}/calls", shown.json["interaction"].as_str().unwrap());
        let of = site.call("GET", &of, cookie, None).await;
        assert_eq!((&of.json["calls"][0]["id"], &of.json["recordings"]), (&json!(id), &json!([])));

        let command = format!("/api/v1/calls/{id}/command");
        let held = site.call("POST", &command, cookie, Some(json!({"act": "hold", "on": true}))).await;
        assert_eq!((held.status, held.code()), (StatusCode::CONFLICT, "not_yours"), "{}", held.json);
        let listen = site.call("POST", &command, cookie, Some(json!({"act": "monitor", "mode": "listen"}))).await;
        assert_eq!((listen.status, listen.code()), (StatusCode::CONFLICT, "no_voice"), "no door runs here: {}", listen.json);
        let odd = site.call("POST", &command, cookie, Some(json!({"act": "fly"}))).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn dialing_says_why_it_is_refused() {
    for (site, tenant) in set_up().await {
        let channel = line(&tenant).await;
        let cookie = Some(tenant.cookie.as_str());
        let dial = |to: Value| json!({"channel": channel, "to": to});
        let number = |number: &str| json!({"kind": "number", "number": number});
        let closed = site.call("POST", "/api/v1/calls", cookie, Some(dial(number("+48221234567")))).await;
        assert_eq!((closed.status, closed.code()), (StatusCode::UNPROCESSABLE_ENTITY, "number_not_allowed"), "nobody has allowed anything");
        let plan = site.call("PATCH", "/api/v1/dial-plan", cookie, Some(json!({"country": "48", "allow": ["+48"]}))).await;
        assert_eq!(plan.status, StatusCode::OK, "{}", plan.json);
        let away = site.call("POST", "/api/v1/calls", cookie, Some(dial(number("22 123 45 67")))).await;
        assert_eq!((away.status, away.code()), (StatusCode::CONFLICT, "no_voice"), "{}", away.json);
        let bad = site.call("POST", "/api/v1/calls", cookie, Some(dial(number("sales")))).await;
        assert_eq!((bad.status, bad.json["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("to")), "{}", bad.json);
        let nobody = tenant.colleague("nobody", UserInput::default()).await;
        let forbidden = site.call("POST", "/api/v1/calls", Some(&nobody), Some(dial(number("22 123 45 67")))).await;
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_player_gets_the_ranges_that_it_asks_for() {
    for (site, tenant) in set_up().await {
        let channel = line(&tenant).await;
        let call = ringing(&tenant, channel).await;
        let id = recorded(&tenant, call).await;
        let path = format!("/api/v1/recordings/{id}/audio.wav");
        let whole = get(&site, &tenant.cookie, &path, None).await;
        assert_eq!(whole.status, StatusCode::OK, "{}", whole.json);
        let header = |reply: &Reply, name: header::HeaderName| reply.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header(&whole, header::CONTENT_TYPE), "audio/wav");
        assert_eq!(header(&whole, header::CONTENT_DISPOSITION), "inline");
        assert_eq!(header(&whole, header::CACHE_CONTROL), "no-store");
        let length: u64 = header(&whole, header::CONTENT_LENGTH).parse().unwrap();
        assert_eq!(length, 44 + 8_000 * 4, "a second of two channels");
        let part = get(&site, &tenant.cookie, &path, Some("bytes=10-19")).await;
        assert_eq!((part.status, header(&part, header::CONTENT_LENGTH).as_str()), (StatusCode::PARTIAL_CONTENT, "10"));
        assert_eq!(header(&part, header::CONTENT_RANGE), format!("bytes 10-19/{length}"));
        let beyond = get(&site, &tenant.cookie, &path, Some(&format!("bytes={length}-"))).await;
        assert_eq!(
            (beyond.status, header(&beyond, header::CONTENT_RANGE)),
            (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{length}"))
        );
        assert_eq!(audited(&site, &tenant, "recording.listened").await, 1, "one player is one listening");

        let shape = get(&site, &tenant.cookie, &format!("/api/v1/recordings/{id}/waveform?buckets=20"), None).await;
        assert_eq!((shape.status, &shape.json["ms"]), (StatusCode::OK, &json!(1_000)), "{}", shape.json);
        assert_eq!(shape.json["left"].as_array().unwrap().len(), 20);
        assert_eq!((&shape.json["gaps"], &shape.json["damages"]), (&json!([]), &json!([])));
        let fine = get(&site, &tenant.cookie, &format!("/api/v1/recordings/{id}/waveform?buckets=5"), None).await;
        assert_eq!(fine.status, StatusCode::UNPROCESSABLE_ENTITY);

        let nobody = tenant.colleague("nobody", UserInput::default()).await;
        assert_eq!(get(&site, &nobody, &path, None).await.status, StatusCode::NOT_FOUND);
        let gone = site.call("DELETE", &format!("/api/v1/recordings/{id}"), Some(&tenant.cookie), None).await;
        assert_eq!((gone.status, &gone.json["deleted"]), (StatusCode::OK, &json!(true)), "{}", gone.json);
        assert_eq!(get(&site, &tenant.cookie, &path, None).await.status, StatusCode::NOT_FOUND);
        let shown = get(&site, &tenant.cookie, &format!("/api/v1/recordings/{id}"), None).await;
        assert_eq!(shown.json["deleted"], true, "the record stays");
    }
}
