//! The machine alone: hours pass in no time.
use std::time::Duration;

use tokio::time::Instant;

use super::dialog::Dialog;
use super::machine::Machine;
use super::state::{Effect, Failure, Input, Settings};
use crate::api::{Command, LegEvent, Transport, Who};
use crate::cause::Cause;
use crate::sdp::{self, OfferParams, Sdp};
use crate::wire::{Arrived, Outgoing, Response, Target};

fn offer() -> Sdp {
    sdp::offer(&OfferParams { address: "192.0.2.1:4000".parse().unwrap(), ..OfferParams::default() })
}

fn settings() -> Settings {
    Settings {
        t1: Duration::from_millis(500),
        session_expires: Duration::from_secs(1800),
        min_session_expires: Duration::from_secs(90),
        user_agent: "test".into(),
        allow_refer: true,
        seed: 1,
    }
}

fn arrived(method: &str, cseq: u32, more: &str, body: &str) -> Arrived {
    let kind = match (body, method) {
        ("", _) => "",
        (_, "NOTIFY") => "Content-Type: message/sipfrag\r\n",
        _ => "Content-Type: application/sdp\r\n",
    };
    let text = format!(
        "{method} sip:200@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{method}{cseq}\r\nMax-Forwards: 70\r\nFrom: <sip:1@h>;tag=far\r\nTo: <sip:200@h>;tag=near\r\nCall-ID: c\r\nCSeq: {cseq} {method}\r\nContact: <sip:1@192.0.2.1>\r\n{kind}{more}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Arrived::read(&text, Target::new("192.0.2.1:5060".parse().unwrap(), Transport::Udp)).unwrap()
}

fn response(request: &Outgoing, code: u16, more: &str, body: &str) -> Response {
    let header = |name: &str| request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap();
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    let text = format!(
        "SIP/2.0 {code} X\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: {}\r\n{kind}{more}Content-Length: {}\r\n\r\n{body}",
        header("From"),
        header("To"),
        header("Call-ID"),
        header("CSeq"),
        body.len()
    );
    Response::read(text.as_bytes()).unwrap()
}

/// A machine with a clock.
struct Bench {
    machine: Machine,
    now: Instant,
}

impl Bench {
    /// A call that came in, was answered and acknowledged.
    fn live(headers: &str) -> Self {
        let invite = arrived("INVITE", 1, headers, &offer().to_string());
        let dialog = Dialog::incoming(&invite.request, &invite.source, "near".into(), "sip:200@192.0.2.9".into(), false).unwrap();
        let machine = Machine::incoming(&invite, dialog, Some(offer()), settings());
        let mut bench = Self { machine, now: Instant::now() };
        bench.put(Input::Command(Command::Answer(offer())));
        let effects = bench.put(Input::Request(Box::new(arrived("ACK", 1, "", ""))));
        assert!(matches!(effects[..], [Effect::Tell(LegEvent::Confirmed { .. })]), "{effects:?}");
        bench
    }

    fn put(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.machine.handle(self.now, input, &mut effects);
        effects
    }

    /// Lets time pass until something happens, at most this long. What happened, and after how many seconds.
    fn wait(&mut self, seconds: u64) -> (Vec<Effect>, u64) {
        let start = self.now;
        let end = start + Duration::from_secs(seconds);
        while let Some(deadline) = self.machine.deadline().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            let effects = self.put(Input::Tick);
            if !effects.is_empty() {
                return (effects, (self.now - start).as_secs());
            }
        }
        self.now = end;
        (Vec::new(), seconds)
    }
}

fn sent(effects: &[Effect]) -> (u32, Outgoing) {
    let found =
        effects.iter().find_map(|effect| if let Effect::Send { tx, request, .. } = effect { Some((*tx, request.clone())) } else { None });
    found.unwrap_or_else(|| panic!("nothing sent: {effects:?}"))
}

fn header<'a>(request: &'a Outgoing, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_session_that_the_other_side_does_not_refresh_ends() {
    let mut bench = Bench::live("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
    let (effects, after) = bench.wait(1000);
    assert_eq!(after, 60, "the interval less a third of it");
    assert!(matches!(effects[0], Effect::Tell(LegEvent::Ended { by: Who::Timer, cause: Cause::Expired })));
    let (tx, bye) = sent(&effects);
    assert_eq!(bye.method, "BYE");
    assert!(matches!(bench.put(Input::Failed { tx, why: Failure::Timeout })[..], [Effect::Done]));
    assert!(bench.machine.is_over());
}

#[test]
fn a_transfer_may_be_refused_before_it_was_taken() {
    let mut bench = Bench::live("");
    let (tx, refer) = sent(&bench.put(Input::Refer("sip:1@h".into())));
    let news = "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n";
    let effects = bench.put(Input::Request(Box::new(arrived("NOTIFY", 2, news, "SIP/2.0 403 Forbidden\r\n"))));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(LegEvent::ReferProgress { code: 403 }))), "{effects:?}");
    // Over UDP the answer to the request itself comes when it comes.
    bench.put(Input::Response { tx, response: response(&refer, 202, "", "") });
    assert_eq!(sent(&bench.put(Input::Refer("sip:2@h".into()))).1.method, "REFER", "another transfer may be asked for");
}

#[test]
fn a_refresh_of_the_other_side_keeps_the_call() {
    let mut bench = Bench::live("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
    for round in 2..20 {
        assert!(bench.wait(45).0.is_empty());
        let effects =
            bench.put(Input::Request(Box::new(arrived("UPDATE", round, "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n", ""))));
        assert!(matches!(&effects[..], [Effect::Reply { reply, .. }] if reply.code == 200));
    }
}

#[test]
fn we_refresh_by_update_where_it_is_known_and_by_invite_where_not() {
    let mut bench = Bench::live("Allow: INVITE, UPDATE\r\nSupported: timer\r\nSession-Expires: 600;refresher=uas\r\n");
    let (effects, after) = bench.wait(1000);
    let (tx, update) = sent(&effects);
    assert_eq!((update.method.as_str(), after), ("UPDATE", 300));
    assert_eq!(header(&update, "Session-Expires"), Some("600;refresher=uac"), "in our request the caller is we");
    assert_eq!(update.body, None);
    let ok = response(&update, 200, "Session-Expires: 600;refresher=uac\r\n", "");
    assert!(bench.put(Input::Response { tx, response: ok }).is_empty());
    // The next one is refused: from now on by re-INVITE, with the description that both know.
    let (effects, after) = bench.wait(1000);
    assert_eq!(after, 300);
    let (tx, update) = sent(&effects);
    let effects = bench.put(Input::Response { tx, response: response(&update, 405, "", "") });
    let (tx, invite) = sent(&effects);
    assert_eq!(invite.method, "INVITE");
    assert_eq!(invite.body.as_ref().map(|(_, body)| body.clone()), Some(offer().to_string().into_bytes()), "the same version");
    let ok = response(&invite, 200, "Contact: <sip:1@192.0.2.1>\r\nSession-Expires: 600;refresher=uac\r\n", &offer().to_string());
    let effects = bench.put(Input::Response { tx, response: ok });
    assert!(matches!(effects[..], [Effect::Ack { .. }]), "nobody is told of a refresh that changes nothing: {effects:?}");
}

#[test]
fn a_refresh_that_finds_nobody_ends_the_call() {
    for code in [481, 408] {
        let mut bench = Bench::live("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n");
        let (tx, invite) = sent(&bench.wait(1000).0);
        let effects = bench.put(Input::Response { tx, response: response(&invite, code, "", "") });
        assert!(matches!(effects[0], Effect::Tell(LegEvent::Ended { by: Who::Far, cause: Cause::NetworkFailure })));
        assert!(bench.machine.is_over());
    }
    let mut bench = Bench::live("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n");
    let (tx, _) = sent(&bench.wait(1000).0);
    let effects = bench.put(Input::Failed { tx, why: Failure::Timeout });
    assert!(matches!(effects[0], Effect::Tell(LegEvent::Ended { by: Who::Timer, .. })));
    assert_eq!(sent(&effects).1.method, "BYE");
}

#[test]
fn without_timers_a_call_lasts() {
    let mut bench = Bench::live("");
    assert!(bench.wait(100_000).0.is_empty());
}

#[test]
fn an_owner_who_does_not_answer_an_offer_refuses_it() {
    let mut bench = Bench::live("");
    let other = offer().newer();
    let effects = bench.put(Input::Request(Box::new(arrived("INVITE", 2, "", &other.to_string()))));
    assert!(matches!(effects[..], [Effect::Tell(LegEvent::Reoffer { .. })]));
    let (effects, after) = bench.wait(100);
    assert_eq!(after, 20);
    assert!(matches!(&effects[..], [Effect::Reply { reply, .. }] if reply.code == 488));
    // The other side may try again.
    let effects = bench.put(Input::Request(Box::new(arrived("INVITE", 3, "", &other.to_string()))));
    assert!(matches!(effects[..], [Effect::Tell(LegEvent::Reoffer { .. })]));
}

#[test]
fn after_glare_ours_is_tried_again_but_not_forever() {
    let mut bench = Bench::live("");
    let mut tries = 0;
    let mut effects = bench.put(Input::Command(Command::Reinvite(offer().newer())));
    loop {
        let (tx, invite) = sent(&effects);
        tries += 1;
        let told = bench.put(Input::Response { tx, response: response(&invite, 491, "", "") });
        if let [Effect::Tell(LegEvent::Reanswered { sdp: None, code: 491 })] = told[..] {
            break;
        }
        assert!(told.is_empty());
        let (again, after) = bench.wait(10);
        assert!(after <= 2, "whoever was called waits at most 2 s");
        effects = again;
    }
    assert_eq!(tries, 4);
}

#[test]
fn an_end_while_an_offer_waits_answers_it() {
    let mut bench = Bench::live("");
    bench.put(Input::Request(Box::new(arrived("INVITE", 2, "", &offer().newer().to_string()))));
    let effects = bench.put(Input::Request(Box::new(arrived("BYE", 3, "Reason: Q.850;cause=17\r\n", ""))));
    let codes: Vec<u16> =
        effects.iter().filter_map(|effect| if let Effect::Reply { reply, .. } = effect { Some(reply.code) } else { None }).collect();
    assert_eq!(codes, [200, 487]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(LegEvent::Ended { by: Who::Far, cause: Cause::Busy }))));
}

#[test]
fn every_input_in_every_order_ends_without_a_panic() {
    use rand::{RngExt as _, SeedableRng as _};
    for seed in 0..300 {
        let mut dice = rand::rngs::StdRng::seed_from_u64(seed);
        let invite = arrived(
            "INVITE",
            1,
            ["", "Require: 100rel\r\n", "Supported: timer, 100rel\r\n"][dice.random_range(0..3)],
            &offer().to_string(),
        );
        let dialog = Dialog::incoming(&invite.request, &invite.source, "near".into(), "sip:200@192.0.2.9".into(), false).unwrap();
        let mut bench = Bench { machine: Machine::incoming(&invite, dialog, Some(offer()), settings()), now: Instant::now() };
        let mut open: Vec<(u32, Outgoing)> = Vec::new();
        let mut ended = 0;
        let mut cseq = 1;
        for _ in 0..60 {
            let effects = match dice.random_range(0..20) {
                0 => bench.put(Input::Command(Command::Ring)),
                1 => bench.put(Input::Command(Command::Early(offer()))),
                2 => bench.put(Input::Command(Command::Answer(offer()))),
                3 => bench.put(Input::Command(Command::Reinvite(offer().newer()))),
                4 => bench.put(Input::Command(Command::Reanswer(offer()))),
                5 => bench.put(Input::Refer("sip:1@h".into())),
                6 => bench.put(Input::Command(Command::AcceptRefer)),
                7 => bench.put(Input::Command(Command::InfoDtmf("12".into()))),
                8 if dice.random_range(0..4) == 0 => bench.put(Input::Command(Command::Hangup(Cause::Normal.into()))),
                9 => bench.put(Input::Request(Box::new(arrived("ACK", 1, "", "")))),
                10..=14 => {
                    cseq += 1;
                    let kinds = if dice.random_range(0..6) == 0 { 8 } else { 7 };
                    let (method, more, body) = [
                        ("INVITE", "", offer().newer().to_string()),
                        ("UPDATE", "", offer().to_string()),
                        ("PRACK", "RAck: 1 1 INVITE\r\n", String::new()),
                        ("REFER", "Refer-To: <sip:2@h>\r\n", String::new()),
                        ("NOTIFY", "Event: refer\r\n", String::new()),
                        ("CANCEL", "", String::new()),
                        ("ACK", "", String::new()),
                        ("BYE", "", String::new()),
                    ][dice.random_range(0..kinds)]
                    .clone();
                    bench.put(Input::Request(Box::new(arrived(method, cseq, more, &body))))
                }
                15..=17 if !open.is_empty() => {
                    let (tx, request) = open.swap_remove(dice.random_range(0..open.len()));
                    let code = [200, 200, 491, 481, 500, 407][dice.random_range(0..6)];
                    bench.put(Input::Response {
                        tx,
                        response: response(&request, code, "Contact: <sip:1@192.0.2.1>\r\n", &offer().to_string()),
                    })
                }
                18 if !open.is_empty() => {
                    let (tx, _) = open.swap_remove(0);
                    bench.put(Input::Failed { tx, why: Failure::Timeout })
                }
                _ => bench.wait(dice.random_range(0..40)).0,
            };
            for effect in effects {
                match effect {
                    Effect::Send { tx, request, .. } => open.push((tx, request)),
                    Effect::Tell(LegEvent::Ended { .. } | LegEvent::Failed { .. }) => ended += 1,
                    Effect::Tell(event) => assert_eq!(ended, 0, "{event:?} after the end, seed {seed}"),
                    Effect::Reply { .. } | Effect::Ack { .. } | Effect::Cancel { .. } | Effect::Avoid(_) | Effect::Named | Effect::Done => {
                    }
                }
            }
            assert!(ended <= 1, "told twice, seed {seed}");
        }
    }
}
