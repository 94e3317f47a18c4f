//! Phones with several devices.
use super::raw::{Heard, Raw};
use super::*;
use crate::api::{Binding, Phone, PhoneId, Who};
use crate::cause::Cause;

async fn devices() -> (Side, [Raw; 2]) {
    let side = Side::start(config(Transport::Udp)).await;
    let raws = [Raw::new(side.address).await, Raw::new(side.address).await];
    side.sip.set_phones(vec![Phone { id: "p".into(), login: "p".into(), secret: "s".into(), sha256: false }]).await;
    side.sip.load_bindings(vec![(PhoneId::from("p"), raws.iter().map(binding).collect())]);
    (side, raws)
}

fn binding(raw: &Raw) -> Binding {
    Binding {
        uri: format!("sip:p@{};ob", raw.local),
        transport: Transport::Udp,
        source: raw.local,
        path: Vec::new(),
        instance: None,
        reg_id: None,
        q: 1000,
        user_agent: String::new(),
        call_id: raw.local.to_string(),
        cseq: 1,
        expires_in: Duration::from_secs(600),
    }
}

async fn ring(side: &Side, raws: &[Raw; 2]) -> (LegHandle, [Heard; 2]) {
    let leg = side.sip.dial(Dial::new(Dialed::Phone("p".into()), "100", offer(4000))).await.unwrap();
    let mut invites = Vec::new();
    for raw in raws {
        let invite = raw.hear(|heard| heard.method() == "INVITE").await;
        assert!(invite.text.starts_with(&format!("INVITE sip:p@{};ob SIP/2.0", raw.local)));
        raw.send(&invite.reply("180 Ringing", "t", "", "")).await;
        invites.push(invite);
    }
    (leg, invites.try_into().unwrap())
}

fn ok(raw: &Raw, invite: &Heard) -> String {
    invite.reply("200 OK", "t", &format!("Contact: <sip:p@{}>\r\n", raw.local), &answer(&offer(4000), 6000).to_string())
}

#[tokio::test]
async fn the_first_answer_has_the_call_and_the_others_are_told() {
    let (side, raws) = devices().await;
    let (mut leg, invites) = ring(&side, &raws).await;
    assert_eq!(leg.next().await, LegEvent::Progress { code: 180, sdp: None });
    raws[1].send(&ok(&raws[1], &invites[1])).await;
    raws[1].hear(|heard| heard.method() == "ACK").await;
    assert!(matches!(leg.next().await, LegEvent::Answered { sdp: Some(_) }));
    let cancel = raws[0].hear(|heard| heard.method() == "CANCEL").await;
    assert_eq!(cancel.header("Reason"), Some("SIP;cause=200;text=\"Call completed elsewhere\""));
    raws[0].send(&cancel.reply("200 OK", "t", "", "")).await;
    raws[0].send(&invites[0].reply("487 Request Terminated", "t", "", "")).await;
    raws[0].hear(|heard| heard.method() == "ACK").await;
    // From now on the winner is the call.
    leg.control.info_dtmf("5".into());
    let info = raws[1].hear(|heard| heard.method() == "INFO").await;
    raws[1].send(&info.reply("200 OK", "", "", "")).await;
    leg.control.hangup(Cause::Normal);
    let bye = raws[1].hear(|heard| heard.method() == "BYE").await;
    raws[1].send(&bye.reply("200 OK", "", "", "")).await;
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Normal });
    quiet(&side).await;
}

#[tokio::test]
async fn two_answers_at_once_end_the_second_call() {
    let (side, raws) = devices().await;
    let (mut leg, invites) = ring(&side, &raws).await;
    for (raw, invite) in raws.iter().zip(&invites) {
        raw.send(&ok(raw, invite)).await;
    }
    let mut byes = 0;
    for raw in &raws {
        raw.hear(|heard| heard.method() == "ACK").await;
    }
    assert!(matches!(leg.outcome().await, LegEvent::Answered { .. }));
    tokio::select! {
        bye = raws[0].hear(|heard| heard.method() == "BYE") => { byes += 1; raws[0].send(&bye.reply("200 OK", "", "", "")).await; }
        bye = raws[1].hear(|heard| heard.method() == "BYE") => { byes += 1; raws[1].send(&bye.reply("200 OK", "", "", "")).await; }
    }
    assert_eq!(byes, 1);
    let until = tokio::time::Instant::now() + PATIENCE;
    while side.sip.legs() != 1 {
        assert!(tokio::time::Instant::now() < until, "{} legs stay", side.sip.legs());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn one_no_means_no_and_busy_devices_say_busy() {
    for (codes, cause) in
        [(["603 Decline", ""], Cause::Rejected), (["486 Busy Here", "480 Away"], Cause::Busy), (["480 Away", "486 Busy Here"], Cause::Busy)]
    {
        let (side, raws) = devices().await;
        let (mut leg, invites) = ring(&side, &raws).await;
        for ((raw, invite), code) in raws.iter().zip(&invites).zip(codes) {
            if !code.is_empty() {
                raw.send(&invite.reply(code, "t", "", "")).await;
            }
        }
        let LegEvent::Failed { cause: told, .. } = leg.outcome().await else { panic!("not failed") };
        assert_eq!(told, cause, "{codes:?}");
        if codes[1].is_empty() {
            raws[1].hear(|heard| heard.method() == "CANCEL").await;
        }
    }
}

#[tokio::test]
async fn hanging_up_stops_every_device() {
    let (side, raws) = devices().await;
    let (mut leg, _invites) = ring(&side, &raws).await;
    assert!(matches!(leg.next().await, LegEvent::Progress { .. }));
    leg.control.hangup(Cause::Canceled);
    for raw in &raws {
        raw.hear(|heard| heard.method() == "CANCEL").await;
    }
    assert!(matches!(leg.outcome().await, LegEvent::Ended { by: Who::Near, cause: Cause::Canceled }));
}
