//! Visitors over real sockets and without them.

use crate::socket::testing::{World, reply};
use okno_app::{callbacks, channels, interactions, messages, routing, voice_config};
use okno_model::{doc::Presence, input::DialPlanInput};
use serde_json::{Value, json};

#[tokio::test]
async fn a_message_is_acknowledged_once_whatever_happens_to_the_line() {
    let world = World::new().await;
    let (mut visitor, welcome) = world.visitor(None).await;
    let token = welcome["token"].as_str().unwrap().to_owned();
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "one"})).await;
    let ack = visitor.kind("ack").await;
    // The acknowledgement was lost: the client says it again, here and after a reconnect.
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "one"})).await;
    assert_eq!(visitor.kind("ack").await, ack);
    drop(visitor);
    let (mut again, welcome) = world.visitor(Some(&token)).await;
    assert_eq!(welcome["interaction"], ack["interaction"]);
    let first = again.kind("message").await;
    assert_eq!((&first["client_id"], &first["number"], &first["from"]), (&json!("c1"), &json!(1), &json!("me")));
    again.say(json!({"t": "say", "client_id": "c1", "text": "one"})).await;
    assert_eq!(again.kind("ack").await, ack);
    again.say(json!({"t": "say", "client_id": "c2", "text": "two"})).await;
    assert_eq!(again.kind("ack").await["number"], 2);
    // Who resumes after the last one gets nothing twice.
    let hello = json!({"t": "hello", "token": token, "resume": 2, "interaction": ack["interaction"]});
    let (mut third, _) = world.visitor_with(hello).await;
    third.say(json!({"t": "ping"})).await;
    assert!(third.until(|f| f["t"] == "pong").await.iter().all(|f| f["t"] != "message"));
}

#[tokio::test]
async fn two_tabs_show_the_same_conversation_in_the_same_order() {
    let world = World::new().await;
    let (mut one, welcome) = world.visitor(None).await;
    let (mut two, other) = world.visitor(welcome["token"].as_str()).await;
    assert_eq!(welcome["visitor"], other["visitor"]);
    for n in 1..=20 {
        let tab = if n % 2 == 0 { &mut one } else { &mut two };
        tab.say(json!({"t": "say", "client_id": format!("c{n}"), "text": format!("{n}")})).await;
        tab.until(|f| f["t"] == "ack" && f["number"] == n).await;
    }
    // A third tab sees all at once; both others have all, each once and in order.
    let (mut three, _) = world.visitor(welcome["token"].as_str()).await;
    for tab in [&mut one, &mut two, &mut three] {
        tab.say(json!({"t": "say", "client_id": "end", "text": "end"})).await;
    }
    let texts: Vec<_> = three.until(|f| f["text"] == "end").await.iter().filter_map(text).collect();
    assert_eq!(texts, (1..=20).map(|n| n.to_string()).chain(["end".to_owned()]).collect::<Vec<_>>());
    assert!(two.until(|f| f["text"] == "end").await.iter().filter_map(text).is_sorted_by_key(|t| t.parse().unwrap_or(99)));
}

fn text(frame: &Value) -> Option<String> {
    (frame["t"] == "message").then(|| frame["text"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn bad_input_is_refused_with_words_and_the_talk_goes_on() {
    let world = World::new().await;
    let (mut visitor, _) = world.visitor(None).await;
    visitor.say(json!({"t": "say", "client_id": "c1", "text": ""})).await;
    let refused = visitor.kind("refused").await;
    assert_eq!((&refused["client_id"], refused["retry_ms"].is_null()), (&json!("c1"), true), "{refused}");
    visitor.say(json!({"t": "say", "client_id": "c2", "text": "x".repeat(20_001)})).await;
    assert_eq!(visitor.kind("refused").await["client_id"], "c2");
    visitor.say(json!({"t": "say", "client_id": "x".repeat(1000), "text": "x"})).await;
    assert_eq!(visitor.kind("refused").await["code"], "too_long");
    visitor.say(json!({"t": "say", "client_id": "c3", "text": "fine"})).await;
    assert_eq!(visitor.kind("ack").await["client_id"], "c3");
    visitor.say(json!({"t": "nonsense"})).await;
    assert_eq!(visitor.maybe().await.map(|f| f["t"] != "ack"), Ok(true));
}

#[tokio::test]
async fn the_long_poll_does_what_the_socket_does() {
    let world = World::new().await;
    let frames = world.url("/api/v1/visitor/frames");
    let post = |body: Value| {
        let request = world.http.post(&frames).json(&body);
        async move { request.send().await.unwrap().error_for_status().unwrap().json::<Value>().await.unwrap() }
    };
    let hello = post(json!({"frames": [{"t": "hello", "resume": 0, "page": "https://shop.example/"}]})).await;
    let token = hello["frames"][0]["token"].as_str().unwrap().to_owned();
    let said = post(json!({"token": token, "frames": [{"t": "say", "client_id": "c1", "text": "hello"}]})).await;
    assert_eq!((&said["frames"][0]["t"], &said["frames"][0]["number"]), (&json!("ack"), &json!(1)));
    let again = post(json!({"token": token, "frames": [{"t": "say", "client_id": "c1", "text": "hello"}]})).await;
    assert_eq!(again["frames"][0], said["frames"][0]);
    let wait = |cursor: &str, seconds: u8| {
        let url = format!("{frames}&after={cursor}&wait={seconds}");
        let request = world.http.get(url).header("x-okno-visitor", &token);
        async move { request.send().await.unwrap().error_for_status().unwrap().json::<Value>().await.unwrap() }
    };
    let first = wait(hello["cursor"].as_str().unwrap(), 20).await;
    assert!(first["frames"].as_array().unwrap().iter().any(|f| f["text"] == "hello" && f["number"] == 1), "{first}");
    let cursor = first["cursor"].as_str().unwrap().to_owned();

    // A waiting poll is woken by the answer of an agent.
    let (anna, _) = world.colleague("anna", "supervisor", vec![world.queue]).await;
    let interaction = said["frames"][0]["interaction"].as_str().unwrap().parse().unwrap();
    interactions::pull(&world.ctx, &anna, interaction).await.unwrap();
    messages::send(&world.ctx, &anna, interaction, reply("a1", "Good morning"), None).await.unwrap();
    let mut cursor = cursor;
    let mut heard = Vec::new();
    while !heard.iter().any(|f: &Value| f["text"] == "Good morning") {
        let answer = wait(&cursor, 20).await;
        heard.extend(answer["frames"].as_array().unwrap().clone());
        cursor = answer["cursor"].as_str().unwrap().to_owned();
    }
    assert_eq!(heard.iter().filter(|f| f["t"] == "message").count(), 1, "{heard:?}");
    // Nothing new: an empty answer, and the same cursor.
    let mut idle = wait(&cursor, 0).await;
    while !idle["frames"].as_array().unwrap().is_empty() {
        idle = wait(idle["cursor"].as_str().unwrap(), 0).await;
    }
    assert!(idle["frames"].as_array().unwrap().iter().all(|f| f["t"] != "message"));
    let nobody = world.http.get(&frames).header("x-okno-visitor", "guess").send().await.unwrap();
    assert_eq!(nobody.status(), 401);
}

#[tokio::test]
async fn only_listed_sites_get_the_widget() {
    let world = World::new().await;
    let config = |origin: &'static str| world.http.get(world.url("/api/v1/visitor/config")).header("origin", origin).send();
    let listed = config("https://shop.example").await.unwrap();
    assert_eq!(listed.status(), 200);
    assert_eq!(listed.headers()["access-control-allow-origin"], "https://shop.example");
    assert_eq!(listed.json::<Value>().await.unwrap()["greeting"], "Hello!");
    let foreign = config("https://evil.example").await.unwrap();
    assert_eq!(foreign.status(), 403);
    assert_eq!(foreign.headers()["access-control-allow-origin"], "https://evil.example", "the loader has to read the refusal");

    let frame = world.http.get(world.url("/widget/frame?lang=en")).send().await.unwrap();
    assert_eq!(frame.status(), 200);
    let policy = frame.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !frame.headers().contains_key("x-frame-options"));
    let around =
        |site: &'static str| world.http.get(world.url("/widget/frame")).header("sec-fetch-dest", "iframe").header("referer", site).send();
    assert_eq!(around("https://shop.example/cart").await.unwrap().status(), 200);
    assert_eq!(around("https://evil.example/").await.unwrap().status(), 403);

    let path = format!("/api/v1/visitor/socket?key={}", world.key);
    assert_eq!(world.socket(&path, &[("origin", "https://evil.example")], None).await.err(), Some(403));
    let own = format!("http://{}", world.address);
    assert!(world.socket(&path, &[("origin", &own)], None).await.is_ok());
    assert_eq!(world.socket("/api/v1/visitor/socket?key=wk_none", &[], None).await.err(), Some(404));
    let hello =
        world.http.get(format!("http://{}/hello/{}", world.address, world.key)).header("accept-language", "pl").send().await.unwrap();
    let page = hello.text().await.unwrap();
    assert!(page.contains("Jak możemy pomóc?") && page.contains("Borealis") && !page.contains("/w.js"), "{page}");
}

#[tokio::test]
async fn files_of_visitors_come_back_from_another_origin() {
    let world = World::new().await;
    let (mut visitor, welcome) = world.visitor(None).await;
    let token = welcome["token"].as_str().unwrap();
    let upload = |name: &'static str, bytes: &'static [u8]| {
        let url = world.url(&format!("/api/v1/visitor/uploads?name={name}"));
        let request = world.http.post(url).header("x-okno-visitor", token).body(bytes);
        async move { request.send().await.unwrap().error_for_status().unwrap().json::<Value>().await.unwrap() }
    };
    let picture = upload("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await;
    let page = upload("page.png", b"<html><script>alert(1)</script>").await;
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "", "attachments": [picture["id"], page["id"]]})).await;
    let message = visitor.kind("message").await;
    let files = message["attachments"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    let mut shown = Vec::new();
    for file in files {
        let url = file["url"].as_str().unwrap();
        assert!(url.starts_with(&world.ctx.app.urls.files));
        let answer = world.http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let head = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(head("x-content-type-options"), "nosniff");
        assert!(head("content-security-policy").contains("sandbox"));
        shown.push((head("content-type"), head("content-disposition").split(';').next().unwrap().to_owned()));
        assert_eq!(world.http.get(format!("{url}x")).send().await.unwrap().status(), 404);
    }
    let expected = [("image/png", "inline"), ("application/octet-stream", "attachment")];
    assert_eq!(shown, expected.map(|(mime, how)| (mime.to_owned(), how.to_owned())));
    let stranger = world.http.post(world.url("/api/v1/visitor/uploads?name=x")).body("x").send().await.unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn the_offline_form_is_taken_once() {
    let world = World::new().await;
    let form = json!({"name": "Ewa", "email": "ewa@example.org", "text": "Please write to me", "client_id": "f1"});
    let send = |body: Value| world.http.post(world.url("/api/v1/visitor/form")).json(&body).send();
    let first = send(form.clone()).await.unwrap();
    assert_eq!(first.status(), 201, "{}", first.text().await.unwrap());
    let again = send(form).await.unwrap();
    assert_eq!(again.status(), 200);
    assert_eq!(again.json::<Value>().await.unwrap()["repeat"], true);
    let wrong = send(json!({"name": "", "email": "nonsense", "text": "x", "client_id": "f2"})).await.unwrap();
    assert_eq!(wrong.status(), 422);
}

#[tokio::test]
async fn an_open_window_learns_that_somebody_came_or_went() {
    let world = World::new().await;
    let (anna, token) = world.colleague("anna", "supervisor", vec![world.queue]).await;
    let (mut visitor, welcome) = world.visitor(None).await;
    assert_eq!(welcome["online"], false);
    let frames = world.url("/api/v1/visitor/frames");
    let wait = |cursor: &str| {
        let url = format!("{frames}&after={cursor}&wait=20");
        let request = world.http.get(url).header("x-okno-visitor", welcome["token"].as_str().unwrap());
        async move { request.send().await.unwrap().error_for_status().unwrap().json::<Value>().await.unwrap() }
    };
    let told = wait("").await;
    assert_eq!(told["frames"], json!([{"t": "online", "on": false}]));
    let poll = tokio::spawn(wait(told["cursor"].as_str().unwrap()));

    let _desk = world.desk_ready(&anna, &token).await;
    assert_eq!(visitor.kind("online").await["on"], true);
    assert_eq!(poll.await.unwrap()["frames"], json!([{"t": "online", "on": true}]));
    // A second window agrees, and does not disturb the first.
    let (second, welcome) = world.visitor(None).await;
    assert_eq!(welcome["online"], true);
    drop(second);
    routing::set_presence(&world.ctx, &anna, anna.agent(), Presence::Offline).await.unwrap();
    assert_eq!(visitor.kind("online").await["on"], false);
}

#[tokio::test]
async fn who_waits_may_be_called_at_one_number_once_and_is_counted() {
    let world = World::new().await;
    let (mut visitor, _) = world.visitor(None).await;
    let back = |number: &str| json!({"t": "call_back", "number": number});
    visitor.say(back("+48 22 123 45 67")).await;
    assert_eq!(visitor.kind("refused").await["code"], "waits_no_longer", "nobody waits before his first word");
    visitor.say(json!({"t": "say", "client_id": "c1", "text": "Where is my lamp?"})).await;
    let chat = visitor.kind("ack").await["interaction"].clone();
    let waits = visitor.until(|f| f["t"] == "state" && f["position"] == 1).await;
    assert!(waits.iter().all(|f| f["longer"].is_null() && f["least"].is_null()));

    // Nothing may be dialed yet; then only Poland, without its premium numbers, and there is no telephone.
    visitor.say(back("+48 22 123 45 67")).await;
    assert_eq!(visitor.kind("refused").await["code"], "number_not_allowed");
    let plan = DialPlanInput {
        country: Some("48".into()),
        allow: Some(vec!["+48".into()]),
        deny: Some(vec!["+48700".into()]),
        ..DialPlanInput::default()
    };
    voice_config::update_dial_plan(&world.ctx, &world.owner, plan).await.unwrap();
    for (number, code) in [("my phone", "bad_number"), ("700 123 456", "number_not_allowed"), ("+1 555 123 4567", "number_not_allowed")] {
        visitor.say(back(number)).await;
        let refused = visitor.kind("refused").await;
        assert_eq!((&refused["code"], &refused["client_id"]), (&json!(code), &json!("back")), "{number}: {refused}");
    }
    visitor.say(back("22 123 45 67")).await;
    assert_eq!(visitor.kind("refused").await["code"], "no_phone_channel");
    let line = json!({"kind": "phone", "name": "Line", "queue": world.queue, "enabled": true,
        "settings": {"kind": "phone", "numbers": ["+48220000000"], "answer": "at_once", "callback": true}});
    channels::create(&world.ctx, &world.owner, serde_json::from_value(line).unwrap(), None).await.unwrap();
    visitor.say(back("22 123 45 67")).await;
    let told = visitor.kind("back").await;
    assert_eq!(told["to"], "+48221234567");
    assert!(told["due"].as_i64().unwrap() > world.ctx.now().0, "{told}");
    visitor.until(|f| f["t"] == "state" && f["kind"] == "closed").await;

    // From another browser: the same number waits once, and by the same time.
    let (mut twin, _) = world.visitor(None).await;
    twin.say(json!({"t": "say", "client_id": "c1", "text": "It is me again"})).await;
    twin.until(|f| f["t"] == "state" && f["kind"] == "queued").await;
    twin.say(back("+48221234567")).await;
    assert_eq!(twin.kind("back").await["due"], told["due"]);
    let open = interactions::list(&world.ctx, &world.owner, interactions::Filter::default(), None, 10).await.unwrap();
    let waiting: Vec<_> = open.iter().filter(|doc| doc.callback.is_some()).collect();
    assert_eq!(waiting.len(), 1);
    assert_eq!(json!(waiting[0].previous), chat);
    let counts = callbacks::report(&world.ctx, &world.owner, 1).await.unwrap();
    let count = &counts[0];
    assert_eq!((counts.len(), count.offered, count.accepted, count.joined, count.open), (1, 2, 2, 1, 1));
}
