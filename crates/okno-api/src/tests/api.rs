//! The way of a browser: set-up, sign-in, cookies, forged requests, repeats, limits, health.

use super::site::{PASSWORD, Site, bare, set_up};
use crate::{ApiConfig, ApiState, router, serve};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use okno_app::access;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn from_an_empty_database_to_a_signed_in_owner() {
    for site in bare(ApiConfig::default()).await {
        assert_eq!(site.call("GET", "/api/v1/setup", None, None).await.json, json!({"needed": true}));
        let token = access::setup_token(&site.app).await.unwrap().unwrap();
        let body = json!({"token": token, "company": "Borealis", "time_zone": "Europe/Warsaw", "language": "pl",
            "name": "Olga", "email": "olga@example.com", "password": PASSWORD});
        let made = site.call("POST", "/api/v1/setup", None, Some(body)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json);
        let cookie = made.session();
        let set = made.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && set.contains("Path=/") && !set.contains("Secure"), "{set}");
        let me = site.call("GET", "/api/v1/me", Some(&cookie), None).await;
        assert_eq!(
            (me.json["workspace"]["name"].as_str(), me.json["user"]["email"].as_str()),
            (Some("Borealis"), Some("olga@example.com"))
        );
        assert_eq!(me.json, made.json);
        assert_eq!(site.call("GET", "/api/v1/setup", None, None).await.json, json!({"needed": false}));

        assert_eq!(site.call("POST", "/api/v1/sign-out", Some(&cookie), None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(site.call("GET", "/api/v1/me", Some(&cookie), None).await.status, StatusCode::UNAUTHORIZED);
        let wrong = json!({"email": "olga@example.com", "password": "not the password"});
        let wrong = site.call("POST", "/api/v1/sign-in", None, Some(wrong)).await;
        assert_eq!((wrong.status, wrong.code()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
        let unknown = json!({"email": "nobody@example.com", "password": "not the password"});
        let unknown = site.call("POST", "/api/v1/sign-in", None, Some(unknown)).await;
        assert_eq!(unknown.json, wrong.json, "nobody learns which names exist");
        let right = json!({"email": "Olga@example.com", "password": PASSWORD});
        let right = site.call("POST", "/api/v1/sign-in", None, Some(right)).await;
        assert_eq!(right.status, StatusCode::OK);
        assert_ne!(right.session(), cookie);
    }
}

#[tokio::test]
async fn foreign_pages_change_nothing() {
    for (site, tenant) in set_up().await {
        let team = |origin: Option<&str>, header: Option<&str>, host: &str| {
            let mut request = Request::post("/api/v1/teams").header(header::COOKIE, &tenant.cookie).header(header::HOST, host);
            request = request.header(header::CONTENT_TYPE, "application/json");
            if let Some(origin) = origin {
                request = request.header(header::ORIGIN, origin);
            }
            if let Some(value) = header {
                request = request.header("x-okno", value);
            }
            request.body(Body::from(json!({"name": format!("team of {origin:?}")}).to_string())).unwrap()
        };
        let own = "127.0.0.1:8088";
        for request in [
            team(None, None, own),
            team(Some("http://127.0.0.1:8088"), None, own),
            team(Some("https://evil.example"), Some("1"), own),
            team(Some("null"), Some("1"), own),
            team(Some("http://127.0.0.1:8089"), Some("1"), own),
            team(None, Some("yes"), own),
        ] {
            let reply = site.send(request).await;
            assert_eq!((reply.status, reply.code()), (StatusCode::FORBIDDEN, "forged"));
        }
        assert_eq!(site.send(team(Some("http://127.0.0.1:8088"), Some("1"), own)).await.status, StatusCode::CREATED);
        assert_eq!(site.send(team(Some("http://localhost:8088"), Some("1"), "localhost:8088")).await.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_repeat_with_its_key_is_the_same_request() {
    for (site, tenant) in set_up().await {
        let post = |name: &str| {
            let request = Request::post("/api/v1/skills").header(header::COOKIE, &tenant.cookie).header("x-okno", "1");
            let request = request.header(header::CONTENT_TYPE, "application/json").header("idempotency-key", "k-1");
            request.body(Body::from(json!({"name": name}).to_string())).unwrap()
        };
        let first = site.send(post("Polish")).await;
        let again = site.send(post("Polish")).await;
        assert_eq!((first.status, first.json), (again.status, again.json));
        let other = site.send(post("Russian")).await;
        assert_eq!((other.status, other.code()), (StatusCode::CONFLICT, "idempotency_mismatch"));
        let list = site.call("GET", "/api/v1/skills", Some(&tenant.cookie), None).await;
        assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn bad_input_is_answered_by_its_field() {
    for (site, tenant) in set_up().await {
        let cookie = Some(tenant.cookie.as_str());
        let problem = async |method: &str, path: &str, body: serde_json::Value| {
            let reply = site.call(method, path, cookie, Some(body)).await;
            assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");
            (reply.status.as_u16(), reply.code().to_owned(), reply.json["field"].as_str().unwrap_or("").to_owned())
        };
        let expect = |status, code: &str, field: &str| (status, code.to_owned(), field.to_owned());
        assert_eq!(problem("POST", "/api/v1/queues", json!({"nme": "x"})).await, expect(422, "unknown", "nme"));
        assert_eq!(problem("POST", "/api/v1/queues", json!({"name": 5})).await, expect(422, "wrong_type", "name"));
        assert_eq!(problem("POST", "/api/v1/queues", json!({})).await, expect(422, "required", "name"));
        assert_eq!(problem("POST", "/api/v1/queues", json!({"name": "x".repeat(201)})).await, expect(422, "too_long", "name"));
        assert_eq!(problem("PATCH", "/api/v1/queues/nonsense", json!({})).await, expect(422, "bad_path", "path"));
        assert_eq!(problem("PATCH", "/api/v1/me", json!({"roles": []})).await, expect(422, "unknown", "roles"));
        assert_eq!(site.call("GET", "/api/v1/audit?limit=9999", cookie, None).await.code(), "out_of_range");
        assert_eq!(site.call("GET", "/api/v1/audit?after=%25", cookie, None).await.code(), "bad_cursor");
        let big = json!({"name": "x".repeat(600_000)});
        assert_eq!(site.call("POST", "/api/v1/queues", cookie, Some(big)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(site.call("GET", "/api/v1/nothing", cookie, None).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn pages_of_the_audit_log_join() {
    for (site, tenant) in set_up().await {
        for n in 0..5 {
            site.call("POST", "/api/v1/skills", Some(&tenant.cookie), Some(json!({"name": format!("skill {n}")}))).await;
        }
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = site.call("GET", &format!("/api/v1/audit?limit=2{next}"), Some(&tenant.cookie), None).await.json;
            seen.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["seq"].as_i64().unwrap()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&after={cursor}");
        }
        let newest = seen[0];
        assert_eq!(seen, (1..=newest).rev().collect::<Vec<_>>());
        let verdict = site.call("GET", "/api/v1/audit/verify", Some(&tenant.cookie), None).await.json;
        assert_eq!((verdict["intact"].as_bool(), verdict["good"].as_i64()), (Some(true), Some(newest)));
    }
}

#[tokio::test]
async fn answers_carry_safe_headers_and_an_id() {
    for (site, tenant) in set_up().await {
        let reply = site.call("GET", "/api/v1/me", Some(&tenant.cookie), None).await;
        for (name, value) in [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), ("referrer-policy", "same-origin")] {
            assert_eq!(reply.headers[name], value);
        }
        assert!(reply.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
        assert_eq!(reply.headers["x-request-id"].len(), 36);
        assert_eq!(site.call("GET", "/", None, None).await.headers["x-content-type-options"], "nosniff");
        let figures = Request::get("/metrics").body(Body::empty()).unwrap();
        assert_eq!(site.send(figures).await.status, StatusCode::OK);
        let forwarded = Request::get("/metrics").header("x-forwarded-for", "1.2.3.4").body(Body::empty()).unwrap();
        assert_eq!(site.send(forwarded).await.status, StatusCode::FORBIDDEN);
        assert_eq!(site.call("GET", "/openapi.json", None, None).await.json["info"]["title"], "okno");
    }
}

#[tokio::test]
async fn cookies_over_tls_are_secure() {
    for (site, _) in set_up().await {
        let urls = okno_app::Urls { app: "https://okno.example".into(), files: "https://files.example".into() };
        let blobs = site.app.blobs.clone();
        let (clock, ids) = (std::sync::Arc::new(okno_app::SystemClock::default()), std::sync::Arc::new(okno_app::SystemIds));
        let app = okno_app::App::new(site.app.store.clone(), blobs, site.app.secrets.clone(), urls, clock, ids);
        let state = ApiState::new(app, site.state.home, ApiConfig::default());
        let request = Request::post("/api/v1/sign-in").header("x-okno", "1").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"email": "owner@example.com", "password": PASSWORD}).to_string();
        let reply = tower::ServiceExt::oneshot(router(&state), request.body(Body::from(body)).unwrap()).await.unwrap();
        let set = reply.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(set.starts_with("__Host-okno_session=") && set.contains("Secure"), "{set}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    for site in bare(ApiConfig { requests_per_second: 1, ..ApiConfig::default() }).await {
        let mut last = None;
        for _ in 0..4 {
            last = Some(site.call("GET", "/api/v1/setup", None, None).await);
        }
        let last = last.unwrap();
        assert_eq!((last.status, last.code()), (StatusCode::TOO_MANY_REQUESTS, "throttled"));
        assert_eq!(last.headers[header::RETRY_AFTER], "1");
        assert_eq!(site.call("GET", "/health/live", None, None).await.status, StatusCode::OK, "health is never throttled");
    }
}

async fn status_of(stream: &mut TcpStream, path: &str) -> String {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
    let mut buffer = vec![0; 4096];
    let n = stream.read(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[..n]).lines().next().unwrap_or("").to_owned()
}

#[tokio::test]
async fn stopping_turns_readiness_off_and_finishes_what_runs() {
    let mut sites: Vec<(Site, _)> = set_up().await;
    let (site, tenant) = sites.remove(0);
    let config = ApiConfig { drain_delay: Duration::from_millis(300), ..ApiConfig::default() };
    let state = ApiState::new(site.app.clone(), site.state.home, config);
    let (main, files) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (address, files_address) = (main.local_addr().unwrap(), files.local_addr().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(serve(state.clone(), main, files, async { stopped.await.unwrap() }));

    let mut probe = TcpStream::connect(address).await.unwrap();
    assert_eq!(status_of(&mut probe, "/health/ready").await, "HTTP/1.1 200 OK");
    let mut other = TcpStream::connect(files_address).await.unwrap();
    assert_eq!(status_of(&mut other, "/health/live").await, "HTTP/1.1 200 OK");
    // A long poll is answered when the server stops, long before its time is over.
    let mut poll = TcpStream::connect(address).await.unwrap();
    let head = format!("GET /api/v1/events?after=100000&wait=50 HTTP/1.1\r\nhost: x\r\ncookie: {}\r\n\r\n", tenant.cookie);
    poll.write_all(head.as_bytes()).await.unwrap();
    let socket = state.socket();
    stop.send(()).unwrap();
    state.closing().await;
    assert!(!state.is_ready());
    assert_eq!(status_of(&mut probe, "/health/ready").await, "HTTP/1.1 503 Service Unavailable");
    let mut answer = vec![0; 4096];
    let n = poll.read(&mut answer).await.unwrap();
    assert!(String::from_utf8_lossy(&answer[..n]).starts_with("HTTP/1.1 200 OK"));
    drop(socket);
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn hours_are_made_given_to_a_queue_and_its_waits_are_told() {
    for (site, tenant) in set_up().await {
        let call = |method: &'static str, path: String, body: Option<Value>| {
            let (site, cookie) = (&site, tenant.cookie.clone());
            async move { site.call(method, &path, Some(&cookie), body).await }
        };
        let week = json!([[{"from_minute": 540, "to_minute": 1020}], [], [], [], [], [], []]);
        let made = call("POST", "/api/v1/hours".into(), Some(json!({"name": "Mondays", "time_zone": "Europe/Warsaw", "week": week}))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.json);
        let id = made.json["id"].as_str().unwrap().to_owned();
        let wrong = [
            (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
            (json!({"week": [[{"from_minute": 600, "to_minute": 500}], [], [], [], [], [], []]}), "week"),
            (json!({"holidays": [{"name": "x", "day": {"kind": "yearly", "month": 2, "day": 30}}]}), "holidays"),
            (json!({"exceptions": [{"name": "x", "from": 2, "to": 1, "open": true}]}), "exceptions"),
        ];
        for (body, field) in wrong {
            let refused = call("PATCH", format!("/api/v1/hours/{id}"), Some(body)).await;
            assert_eq!(
                (refused.status, refused.json["field"].as_str()),
                (StatusCode::UNPROCESSABLE_ENTITY, Some(field)),
                "{}",
                refused.json
            );
        }
        let queue = tenant.owner.queues[0];
        let given = json!({"hours": id, "closed": {"kind": "promise"}, "full": {"max_waiting": 9, "then": {"kind": "wait"}}});
        let changed = call("PATCH", format!("/api/v1/queues/{queue}"), Some(given)).await;
        assert_eq!((changed.status, changed.json["hours"].as_str()), (StatusCode::OK, Some(id.as_str())), "{}", changed.json);
        let used = call("DELETE", format!("/api/v1/hours/{id}"), None).await;
        assert_eq!((used.status, used.json["code"].as_str()), (StatusCode::CONFLICT, Some("in_use")));
        let itself = json!({"closed": {"kind": "overflow", "to": queue}});
        let circle = call("PATCH", format!("/api/v1/queues/{queue}"), Some(itself)).await;
        assert_eq!((circle.json["field"].as_str(), circle.json["code"].as_str()), (Some("closed"), Some("loop")), "{}", circle.json);
        let honest = call("GET", "/api/v1/waits/calibration?days=7".into(), None).await;
        assert_eq!((honest.status, honest.json["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{}", honest.json);
        let days = call("GET", "/api/v1/waits/calibration?days=91".into(), None).await;
        assert_eq!(days.status, StatusCode::UNPROCESSABLE_ENTITY);
        let free = call("PATCH", format!("/api/v1/queues/{queue}"), Some(json!({"hours": null}))).await;
        assert_eq!(free.json["hours"], Value::Null);
        let archived = call("DELETE", format!("/api/v1/hours/{id}"), None).await;
        assert_eq!((archived.status, archived.json["archived"].as_bool()), (StatusCode::OK, Some(true)));
    }
}
