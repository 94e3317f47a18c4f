//! Trunks that register with another SIP side, which asks who they are.

use crate::tests::{Side, answer, config, offer};
use crate::{Dial, Dialed, LegEvent, Login, Phone, SipEvent, Source, Transport, Trunk, TrunkKind, TrunkState};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

fn trunk(provider: &Side, secret: &str, realm: Option<&str>) -> Trunk {
    let login = Login { user: "100".into(), auth_user: None, secret: secret.into(), realm: realm.map(Into::into) };
    Trunk {
        port: provider.address.port(),
        kind: TrunkKind::Register { login, expires: Duration::from_secs(300) },
        ..Trunk::new("provider", "127.0.0.1", Transport::Udp)
    }
}

async fn provider(sha256: bool) -> Side {
    let side = Side::start(config(Transport::Udp)).await;
    side.sip.set_phones(vec![Phone { id: "customer".into(), login: "100".into(), secret: "right".into(), sha256 }]).await;
    side
}

async fn state(side: &mut Side) -> (TrunkState, String) {
    loop {
        match tokio::time::timeout(PATIENCE, side.news.recv()).await.expect("news").expect("the side lives") {
            SipEvent::Trunk { state: TrunkState::Unknown, .. } | SipEvent::Incoming(_) | SipEvent::Phone { .. } => {}
            SipEvent::Trunk { state, detail, .. } => return (state, detail),
        }
    }
}

async fn registered(side: &mut Side) -> usize {
    loop {
        match tokio::time::timeout(PATIENCE, side.news.recv()).await.expect("news").expect("the side lives") {
            SipEvent::Phone { bindings, .. } => return bindings.len(),
            SipEvent::Incoming(_) | SipEvent::Trunk { .. } => {}
        }
    }
}

#[tokio::test]
async fn a_trunk_registers_carries_calls_both_ways_and_leaves() {
    for sha256 in [false, true] {
        let mut provider = provider(sha256).await;
        let mut own = Side::start(config(Transport::Udp)).await;
        own.sip.set_trunks(vec![trunk(&provider, "right", Some("okno"))]).await;
        assert_eq!(state(&mut own).await, (TrunkState::Ok, "registered".into()));
        assert_eq!(registered(&mut provider).await, 1);

        // In: the provider knows where we are by our registration.
        let mut caller = provider.sip.dial(Dial::new(Dialed::Phone("customer".into()), "+4930100", offer(4000))).await.unwrap();
        let incoming = own.incoming().await;
        assert_eq!(incoming.source, Source::Trunk("provider".into()));
        incoming.leg.control.answer(answer(incoming.offer.as_ref().unwrap(), 5000));
        assert!(matches!(caller.outcome().await, LegEvent::Answered { .. }));
        assert_eq!(own.sip.trunk_calls("provider"), 1);

        // Out: the INVITE is challenged and answered.
        let to = Dialed::Trunk { trunk: "provider".into(), number: "+49302".into() };
        let mut caller = own.sip.dial(Dial::new(to, "100", offer(4002))).await.unwrap();
        let incoming = provider.incoming().await;
        assert_eq!((incoming.source, incoming.to.as_str()), (Source::Phone("customer".into()), "+49302"));
        incoming.leg.control.answer(answer(incoming.offer.as_ref().unwrap(), 5002));
        assert!(matches!(caller.outcome().await, LegEvent::Answered { .. }));

        own.sip.close().await;
        assert_eq!(registered(&mut provider).await, 0, "it said farewell");
        provider.sip.close().await;
    }
}

#[tokio::test]
async fn a_trunk_that_does_not_work_says_why() {
    let provider = provider(false).await;
    let mut own = Side::start(config(Transport::Udp)).await;
    for (trunk, words) in [
        (trunk(&provider, "wrong", None), "refuses user name or password"),
        (trunk(&provider, "right", Some("another")), "asks for the realm `okno`"),
        (Trunk { host: "no-such-host.invalid".into(), ..trunk(&provider, "right", None) }, "cannot be resolved"),
    ] {
        own.sip.set_trunks(vec![trunk]).await;
        let (state, detail) = state(&mut own).await;
        assert_eq!(state, TrunkState::Error);
        assert!(detail.contains(words), "{detail}");
        assert_eq!(own.sip.trunk_state("provider").map(|(state, _)| state), Some(TrunkState::Error));
    }
    own.sip.close().await;
    provider.sip.close().await;
}

#[tokio::test]
async fn a_trunk_by_address_is_asked_whether_it_is_there() {
    let (mut own, there) = (Side::start(config(Transport::Udp)).await, Side::start(config(Transport::Udp)).await);
    there.know(Transport::Udp, own.address).await;
    let trunk = Trunk { port: there.address.port(), ..Trunk::new("peer", "127.0.0.1", Transport::Udp) };
    own.sip.set_trunks(vec![trunk]).await;
    assert_eq!(state(&mut own).await, (TrunkState::Ok, "answers".into()));
    assert_eq!(own.sip.route("+49301"), ["peer"]);
    own.sip.close().await;
    there.sip.close().await;
}
