use super::*;
use crate::Transport;
use proptest::prelude::*;
use sipx_sip::auth::{Challenge, Credentials, respond};
use std::fmt::Write as _;
use std::time::Duration;

const DESK: &str = "192.0.2.10:5060";

struct Stage {
    registrar: Registrar,
    now: Instant,
    cseq: u32,
}

struct Ask<'a> {
    user: &'a str,
    source: &'a str,
    transport: Transport,
    call_id: &'a str,
    headers: &'a [&'a str],
}

fn desk<'a>(headers: &'a [&'a str]) -> Ask<'a> {
    Ask { user: "anna", source: DESK, transport: Transport::Udp, call_id: "one", headers }
}

fn stage() -> Stage {
    let now = Instant::now();
    let registrar = Registrar::new(now, "okno", [5; 32]);
    let phone = |login: &str| Phone { id: format!("p-{login}"), login: login.into(), secret: format!("{login}-secret"), sha256: false };
    registrar.set_phones(vec![phone("anna"), phone("boris")]);
    Stage { registrar, now, cseq: 0 }
}

fn message(ask: &Ask<'_>, cseq: u32, authorization: Option<&str>) -> Request {
    let mut text = format!(
        "REGISTER sip:okno SIP/2.0\r\nVia: SIP/2.0/UDP {source};branch=z9hG4bK{cseq}\r\nFrom: <sip:{user}@okno>;tag=1\r\nTo: <sip:{user}@okno>\r\nCall-ID: {id}\r\nCSeq: {cseq} REGISTER\r\nMax-Forwards: 70\r\n",
        source = ask.source,
        user = ask.user,
        id = ask.call_id
    );
    for header in ask.headers {
        write!(text, "{header}\r\n").unwrap();
    }
    if let Some(value) = authorization {
        write!(text, "Authorization: {value}\r\n").unwrap();
    }
    text.push_str("Content-Length: 0\r\n\r\n");
    Request::read(text.as_bytes()).unwrap()
}

fn header(reply: &Reply, name: &str) -> Vec<String> {
    reply.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect()
}

impl Stage {
    /// Sends it, answers the challenge, and gives the answer to that.
    fn register(&mut self, ask: &Ask<'_>) -> Reply {
        self.cseq += 1;
        self.register_as(ask, self.cseq)
    }

    fn register_as(&mut self, ask: &Ask<'_>, cseq: u32) -> Reply {
        let target = Target::new(ask.source.parse().unwrap(), ask.transport);
        let Said::Refuse(reply) = self.registrar.register(self.now, &message(ask, cseq, None), &target) else { panic!("not asked") };
        assert_eq!(reply.code, 401);
        let challenge = Challenge::parse(header(&reply, "WWW-Authenticate")[0].as_bytes(), false).unwrap();
        let credentials = Credentials::new(ask.user, format!("{}-secret", ask.user));
        let value = respond(&challenge, &credentials, "REGISTER", "sip:okno", 1, "c");
        match self.registrar.register(self.now, &message(ask, cseq, Some(&value)), &target) {
            Said::Accept(reply) => reply,
            other @ (Said::Silence | Said::Refuse(_)) => panic!("{other:?}"),
        }
    }

    fn uris(&self) -> Vec<String> {
        self.registrar.bindings(self.now, "p-anna").into_iter().map(|binding| binding.uri).collect()
    }

    fn told(&self) -> Vec<(PhoneId, usize)> {
        self.registrar.collect(self.now).0.into_iter().map(|(id, list)| (id, list.len())).collect()
    }
}

#[test]
fn a_phone_comes_stays_and_goes() {
    let mut stage = stage();
    let reply = stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>", "Expires: 600", "User-Agent: Desk 1"]));
    assert_eq!(reply.code, 200);
    assert!(header(&reply, "Contact")[0].starts_with("<sip:anna@192.0.2.10:5060>;expires=5"), "{reply:?}");
    let binding = &stage.registrar.bindings(stage.now, "p-anna")[0];
    assert_eq!((binding.source.to_string().as_str(), binding.user_agent.as_str()), (DESK, "Desk 1"));
    assert_eq!(stage.told(), [("p-anna".into(), 1)]);
    stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>", "Expires: 600", "User-Agent: Desk 1"]));
    assert_eq!(stage.told(), [], "a refresh is no news");
    stage.now += Duration::from_secs(601);
    assert_eq!(stage.uris(), [""; 0], "ended");
    assert_eq!(stage.told(), [("p-anna".into(), 0)]);
    stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>"]));
    stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>;expires=0"]));
    assert_eq!(stage.uris(), [""; 0], "unregistered");
}

#[test]
fn several_devices_have_several_bindings() {
    let mut stage = stage();
    stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>;q=0.5"]));
    let soft = Ask {
        source: "192.0.2.20:40000",
        transport: Transport::Tls,
        call_id: "two",
        ..desk(&["Contact: <sip:anna@192.0.2.20:40000;transport=tls>"])
    };
    let reply = stage.register(&soft);
    assert_eq!(header(&reply, "Contact").len(), 2);
    assert_eq!(stage.uris(), ["sip:anna@192.0.2.20:40000;transport=tls", "sip:anna@192.0.2.10:5060"], "by preference");
    let reply = stage.register(&desk(&[]));
    assert_eq!((reply.code, header(&reply, "Contact").len()), (200, 2), "only asked");
    stage.registrar.closed(&Target::new("192.0.2.20:40000".parse().unwrap(), Transport::Tls));
    assert_eq!(stage.uris().len(), 1, "its connection is gone");
    let reply = stage.register(&desk(&["Contact: *", "Expires: 0"]));
    assert_eq!((reply.code, header(&reply, "Contact").len()), (200, 0));
}

#[test]
fn one_header_may_name_several_places_and_each_has_its_own_life() {
    let mut stage = stage();
    let reply = stage.register(&desk(&[
        "Contact: <sip:a@192.0.2.10>;expires=3600, <sip:b@192.0.2.10>",
        "Contact: <sip:c@192.0.2.10>",
        "Expires: 120",
    ]));
    let lives: Vec<u64> = header(&reply, "Contact").iter().map(|value| value.rsplit("expires=").next().unwrap().parse().unwrap()).collect();
    assert_eq!(lives.len(), 3);
    assert!((3240..=3600).contains(&lives[0]) && (108..=120).contains(&lives[1]) && (108..=120).contains(&lives[2]), "{lives:?}");
}

#[test]
fn short_lives_are_refused_and_long_ones_cut() {
    let mut stage = stage();
    let reply = stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>", "Expires: 10"]));
    assert_eq!((reply.code, header(&reply, "Min-Expires")), (423, vec!["60".into()]));
    assert_eq!(stage.uris(), [""; 0], "nothing was done");
    for text in ["4294967295", "99999999999999999999"] {
        stage.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>", &format!("Expires: {text}")]));
        assert!(stage.registrar.bindings(stage.now, "p-anna")[0].expires_in <= Duration::from_secs(3600));
    }
}

#[test]
fn behind_a_nat_the_life_is_short_and_the_way_back_is_the_source() {
    let mut stage = stage();
    let ask = Ask { source: "198.51.100.7:33333", ..desk(&["Contact: <sip:anna@10.0.0.5:5060>", "Expires: 3600"]) };
    stage.register(&ask);
    let binding = &stage.registrar.bindings(stage.now, "p-anna")[0];
    assert_eq!(binding.source.to_string(), "198.51.100.7:33333");
    assert!(binding.expires_in <= Duration::from_secs(55));
    assert!(stage.registrar.has_source("198.51.100.7".parse().unwrap()));
    assert!(!stage.registrar.has_source("198.51.100.8".parse().unwrap()));
}

#[test]
fn a_restarted_phone_replaces_itself() {
    let mut stage = stage();
    stage.register(&desk(&["Contact: <sip:anna-0xaaaa@192.0.2.10:5060>"]));
    stage.register(&Ask { call_id: "after", ..desk(&["Contact: <sip:anna-0xbbbb@192.0.2.10:5060>"]) });
    assert_eq!(stage.uris(), ["sip:anna-0xbbbb@192.0.2.10:5060"], "the same socket");
    let instance = "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"";
    let one = format!("Contact: <sip:anna@192.0.2.11:1>;{instance};reg-id=1");
    let other = format!("Contact: <sip:anna@192.0.2.11:2>;{instance};reg-id=1");
    let supported = "Supported: path, outbound";
    let reply = stage.register(&Ask { source: "192.0.2.11:1", call_id: "x", ..desk(&[&one, supported]) });
    assert_eq!(header(&reply, "Require"), ["outbound"]);
    stage.register(&Ask { source: "192.0.2.11:2", call_id: "y", ..desk(&[&other, supported]) });
    assert_eq!(stage.uris().len(), 2, "the same device and flow");
    assert!(stage.uris().contains(&"sip:anna@192.0.2.11:2".to_owned()));
}

#[test]
fn an_older_register_undoes_nothing() {
    let mut stage = stage();
    stage.register_as(&desk(&["Contact: <sip:anna@192.0.2.10:5060>"]), 10);
    for cseq in [9, 10] {
        assert_eq!(stage.register_as(&desk(&["Contact: *", "Expires: 0"]), cseq).code, 500);
    }
    assert_eq!(stage.uris().len(), 1);
    assert_eq!(
        stage.register_as(&Ask { call_id: "another", ..desk(&["Contact: *", "Expires: 0"]) }, 1).code,
        200,
        "another Call-ID has its own order"
    );
}

#[test]
fn nonsense_is_refused() {
    let mut stage = stage();
    for headers in [
        &["Contact: *"][..],
        &["Contact: *", "Expires: 5"],
        &["Contact: *", "Contact: <sip:a@b>", "Expires: 0"],
        &["Contact: <tel:+1555>"],
        &["Contact: <http://example.net>"],
        &["Contact: <>"],
        &["Path: nonsense<", "Contact: <sip:a@b>"],
    ] {
        assert_eq!(stage.register(&desk(headers)).code, 400, "{headers:?}");
    }
    let many: Vec<String> = (0..11).map(|n| format!("Contact: <sip:{n}@192.0.2.10>")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(stage.register(&desk(&many)).code, 400);
    assert_eq!(stage.uris(), [""; 0]);
}

#[test]
fn headers_inside_a_uri_do_not_become_ours() {
    let mut stage = stage();
    stage.register(&desk(&["Contact: <sip:anna@192.0.2.10?Route=%3Csip:sip.example.com%3E>"]));
    assert_eq!(stage.uris(), ["sip:anna@192.0.2.10"]);
}

#[test]
fn devices_are_bounded() {
    let mut stage = stage();
    for n in 0..20 {
        let place = format!("Contact: <sip:anna@192.0.2.10:{}>", 6000 + n);
        let source = format!("192.0.2.10:{}", 6000 + n);
        let call_id = format!("c{n}");
        stage.now += Duration::from_secs(1);
        stage.register(&Ask { source: &source, call_id: &call_id, ..desk(&[&place]) });
    }
    assert_eq!(stage.uris().len(), 8);
    assert_eq!(stage.uris()[0], "sip:anna@192.0.2.10:6019", "the newest is first, the oldest are gone");
}

#[test]
fn bindings_survive_a_restart_and_a_changed_password_does_not() {
    let mut old = stage();
    old.register(&desk(&["Contact: <sip:anna@192.0.2.10:5060>", "Expires: 600"]));
    old.register(&Ask {
        source: "192.0.2.20:4",
        transport: Transport::Wss,
        call_id: "w",
        ..desk(&["Contact: <sip:anna@x.invalid;transport=ws>"])
    });
    let kept = old.registrar.bindings(old.now, "p-anna");
    assert_eq!(kept.len(), 2);
    let new = stage();
    new.registrar.load(new.now, vec![("p-anna".into(), kept.clone()), ("p-nobody".into(), kept)]);
    assert_eq!(new.uris(), ["sip:anna@192.0.2.10:5060"], "its WebSocket is gone");
    assert_eq!(new.told(), [("p-anna".into(), 1)]);
    assert!(new.registrar.bindings(new.now, "p-nobody").is_empty());
    new.registrar.set_phones(vec![Phone { id: "p-anna".into(), login: "anna".into(), secret: "another".into(), sha256: false }]);
    assert_eq!(new.uris(), [""; 0]);
    assert_eq!(new.told(), [("p-anna".into(), 0)]);
}

#[test]
fn who_has_no_phones_says_nothing() {
    let registrar = Registrar::new(Instant::now(), "okno", [5; 32]);
    let source = Target::new(DESK.parse().unwrap(), Transport::Udp);
    assert_eq!(registrar.register(Instant::now(), &message(&desk(&[]), 1, None), &source), Said::Silence);
}

#[test]
fn a_phone_registers_for_itself_only() {
    let stage = stage();
    let target = Target::new(DESK.parse().unwrap(), Transport::Udp);
    let ask = Ask { user: "boris", ..desk(&["Contact: <sip:x@192.0.2.10>"]) };
    let Said::Refuse(reply) = stage.registrar.register(stage.now, &message(&ask, 1, None), &target) else { panic!() };
    let challenge = Challenge::parse(header(&reply, "WWW-Authenticate")[0].as_bytes(), false).unwrap();
    let value = respond(&challenge, &Credentials::new("anna", "anna-secret"), "REGISTER", "sip:okno", 1, "c");
    let Said::Refuse(reply) = stage.registrar.register(stage.now, &message(&ask, 1, Some(&value)), &target) else {
        panic!("anna took boris' calls")
    };
    assert_eq!(reply.code, 401);
}

#[tokio::test]
async fn the_end_of_a_binding_is_told() {
    let now = Instant::now();
    let registrar = std::sync::Arc::new(Registrar::new(now, "okno", [5; 32]));
    registrar.set_phones(vec![Phone { id: "p".into(), login: "anna".into(), secret: "s".into(), sha256: false }]);
    let (events, mut told) = mpsc::channel(4);
    let task = tokio::spawn({
        let registrar = registrar.clone();
        async move { registrar.run(events).await }
    });
    let binding = Binding {
        uri: "sip:a@192.0.2.1".into(),
        transport: Transport::Udp,
        source: DESK.parse().unwrap(),
        path: vec![],
        instance: None,
        reg_id: None,
        q: 1000,
        user_agent: String::new(),
        call_id: "c".into(),
        cseq: 1,
        expires_in: Duration::from_millis(300),
    };
    registrar.load(Instant::now(), vec![("p".into(), vec![binding])]);
    for left in [1, 0] {
        let Some(SipEvent::Phone { bindings, .. }) = told.recv().await else { panic!() };
        assert_eq!(bindings.len(), left);
    }
    drop(told);
    task.await.unwrap();
}

proptest! {
    #[test]
    fn whatever_phones_send_the_table_keeps_its_bounds(steps in prop::collection::vec((0..4u8, 0..12u16, 0..4000u32, any::<bool>(), 0..90u64), 1..60)) {
        let mut table = Table::default();
        let mut now = Instant::now();
        for (at, (phone, place, expires, star, later)) in steps.into_iter().enumerate() {
            let ask = if star && place == 0 { read::Ask::Clear } else {
                read::Ask::Set(vec![read::Place { uri: format!("sip:x@192.0.2.1:{}", 5000 + place), expires: Some(expires), q: 1000, instance: None, reg_id: None }])
            };
            let register = read::Register { call_id: place.to_string(), cseq: at as u32, ask, path: vec![], outbound: false, user_agent: String::new() };
            let source = Target::new(format!("192.0.2.1:{}", 5000 + place).parse().unwrap(), Transport::Udp);
            let id = phone.to_string();
            let (reply, changed) = table.register(now, &id, &register, &source, 0.5);
            prop_assert!([200, 423].contains(&reply.code));
            prop_assert!(reply.code == 200 || !changed, "refused as a whole");
            let list = table.bindings(now, &id);
            prop_assert!(list.len() <= 8);
            prop_assert!(list.iter().all(|b| b.expires_in <= Duration::from_secs(3600) && !b.expires_in.is_zero()));
            now += Duration::from_secs(later);
            for id in table.expire(now) {
                prop_assert!(table.bindings(now, &id).len() < 8);
            }
            prop_assert!(table.next_deadline().is_none_or(|end| end > now));
        }
    }
}
