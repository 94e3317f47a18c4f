//! Prompts over HTTP: what people upload.

use super::site::{Reply, Site, Tenant, set_up};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

/// Half a second of a tone: a WAV file of 16 bits at 8 kHz.
fn wav() -> Vec<u8> {
    let samples: Vec<i16> = (0..4000).map(|n| if n / 10 % 2 == 0 { 8000 } else { -8000 }).collect();
    let bytes = samples.len() as u32 * 2;
    let mut all = Vec::new();
    all.extend_from_slice(b"RIFF");
    all.extend_from_slice(&(36 + bytes).to_le_bytes());
    all.extend_from_slice(b"WAVEfmt ");
    all.extend_from_slice(&16_u32.to_le_bytes());
    for word in [1_u16, 1] {
        all.extend_from_slice(&word.to_le_bytes());
    }
    all.extend_from_slice(&8000_u32.to_le_bytes());
    all.extend_from_slice(&16_000_u32.to_le_bytes());
    for word in [2_u16, 16] {
        all.extend_from_slice(&word.to_le_bytes());
    }
    all.extend_from_slice(b"data");
    all.extend_from_slice(&bytes.to_le_bytes());
    all.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    all
}

async fn prompt(site: &Site, tenant: &Tenant) -> String {
    let made = site.call("POST", "/api/v1/prompts", Some(&tenant.cookie), Some(json!({"name": "Welcome"}))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.json);
    format!("/api/v1/prompts/{}", made.json["id"].as_str().unwrap())
}

async fn upload(site: &Site, tenant: &Tenant, path: &str, bytes: Vec<u8>) -> Reply {
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("x-okno", "1")
        .header(header::COOKIE, &tenant.cookie)
        .header(header::CONTENT_TYPE, "audio/wav");
    site.send(request.body(Body::from(bytes)).unwrap()).await
}

#[tokio::test]
async fn a_sound_is_uploaded_heard_and_taken_away() {
    for (site, tenant) in set_up().await {
        let prompt = prompt(&site, &tenant).await;
        let reply = upload(&site, &tenant, &format!("{prompt}/parts/en"), wav()).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.json);
        let part = &reply.json["parts"][0];
        assert_eq!((&part["language"], &part["ms"], &part["text"]), (&json!("en"), &json!(500), &json!("")));
        let heard = site.call("GET", &format!("{prompt}/parts/en/audio.wav"), Some(&tenant.cookie), None).await;
        assert_eq!((heard.status, &heard.headers[header::CONTENT_TYPE]), (StatusCode::OK, &"audio/wav".parse().unwrap()));
        let none = site.call("GET", &format!("{prompt}/parts/pl/audio.wav"), Some(&tenant.cookie), None).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        let gone = site.call("DELETE", &format!("{prompt}/parts/en"), Some(&tenant.cookie), None).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        let shown = site.call("GET", &prompt, Some(&tenant.cookie), None).await;
        assert_eq!(shown.json["parts"], json!([]));
    }
}

#[tokio::test]
async fn what_is_no_sound_is_refused_in_words() {
    for (site, tenant) in set_up().await {
        let prompt = prompt(&site, &tenant).await;
        let path = format!("{prompt}/parts/en");
        let mut lying = wav();
        // Says that it has four gigabytes of samples at a rate of zero.
        lying[24..28].copy_from_slice(&0_u32.to_le_bytes());
        lying[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
        for (name, bytes) in [
            ("html", b"<html><script>alert(1)</script>".to_vec()),
            ("mp3", b"ID3\x04\x00\x00\x00\x00\x00\x00".to_vec()),
            ("nothing", Vec::new()),
            ("a header alone", wav()[..44].to_vec()),
            ("a lie", lying),
            ("ogg without opus", b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x04abcd".to_vec()),
        ] {
            let reply = upload(&site, &tenant, &path, bytes).await;
            assert_eq!((reply.status, reply.code()), (StatusCode::UNPROCESSABLE_ENTITY, "bad_audio"), "{name}: {}", reply.json);
            assert!(reply.json["detail"].as_str().unwrap().len() > 10, "{name}");
        }
        let large = upload(&site, &tenant, &path, vec![0; okno_app::voice_config::PROMPT_BYTES + 1]).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.json);
        let unknown = upload(&site, &tenant, &format!("{prompt}/parts/xx"), wav()).await;
        assert_eq!((unknown.status, unknown.json["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("language")));
        let empty = site.call("POST", &format!("{path}/speak"), Some(&tenant.cookie), Some(json!({"text": "  "}))).await;
        assert_eq!((empty.status, empty.json["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("text")));
    }
}

#[tokio::test]
async fn passwords_come_in_and_never_out() {
    for (site, tenant) in set_up().await {
        let trunk = json!({"name": "Main", "host": "sip.example.com", "user": "borealis", "password": "violet-harbor-91"});
        let made = site.call("POST", "/api/v1/trunks", Some(&tenant.cookie), Some(trunk)).await;
        assert_eq!((made.status, &made.json["has_password"]), (StatusCode::CREATED, &Value::Bool(true)), "{}", made.json);
        let phone = json!({"name": "Desk", "agent": tenant.owner.user, "login": "anna", "password": "violet-harbor-91"});
        let made = site.call("POST", "/api/v1/phones", Some(&tenant.cookie), Some(phone)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json);
        for path in ["trunks", "phones", "events", "audit"] {
            let reply = site.call("GET", &format!("/api/v1/{path}"), Some(&tenant.cookie), None).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert!(!reply.json.to_string().contains("violet"), "{path}");
        }
        let open = site.call("PATCH", "/api/v1/dial-plan", Some(&tenant.cookie), Some(json!({"allow": ["+48"]}))).await;
        assert_eq!((open.status, &open.json["allow"]), (StatusCode::OK, &json!(["+48"])));
    }
}
