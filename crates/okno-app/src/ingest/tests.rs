//! Ingest: repeats, threads, bounces, receipts, archive, quarantine, forms, hostile input. On both databases.

use crate::{
    AppError,
    access::Actor,
    customers, ingest, interactions, ledger, outbound,
    stage::{ANNA, CHIEF, MAILBOX, Stage, WIDGET, address, letter, raw, stages},
};
use okno_model::{
    IdentityKind, InteractionId, UnitId, VisitorId,
    doc::{Author, BlackHoleCause, Closed, CustomerDoc, Delivery, InteractionState, MessageKind, UnitKind, UnitState},
    limits,
    wire::{DeliveryReport, InboundMail, OutboundMail, RawUnit, Received, SendOutcome},
};

const OLGA: &str = "olga@mail.example";

/// The one interaction of a unit.
async fn of(stage: &Stage, unit: UnitId) -> InteractionId {
    stage.unit(unit).await.interaction.expect("the unit has no interaction")
}

/// Sends everything that waits; answers with the mails.
async fn relay(stage: &Stage) -> Vec<OutboundMail> {
    let mails = outbound::claim_mail(&stage.ctx, 100).await.unwrap();
    for mail in &mails {
        outbound::mail_result(&stage.ctx, mail.outbox, mail.attempt, SendOutcome::Sent("250 ok".into())).await.unwrap();
    }
    mails
}

fn answer_to(ours: &OutboundMail, message_id: &str, from: &str) -> InboundMail {
    InboundMail { references: vec![ours.message_id.clone()], ..letter(message_id, from, &ours.subject, "Thank you, one more question") }
}

async fn answered(stage: &Stage) -> (UnitId, InteractionId, OutboundMail) {
    let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Broken lamp", "It does not shine")).await;
    relay(stage).await;
    stage.available(ANNA).await;
    let id = of(stage, unit).await;
    stage.accept(ANNA, id).await;
    stage.reply(ANNA, id, "r1", "Which one is it?").await.unwrap();
    let mut mails = relay(stage).await;
    assert_eq!(mails.len(), 1);
    (unit, id, mails.remove(0))
}

#[tokio::test]
async fn a_repeat_of_a_unit_is_the_same_unit_by_key_and_by_twin() {
    for stage in stages().await {
        let Received::New(unit) = ingest::receive(&stage.ctx, raw("imap:1:1")).await.unwrap() else { panic!("not new") };
        assert_eq!(ingest::receive(&stage.ctx, raw("imap:1:1")).await.unwrap(), Received::Repeat(unit));
        let moved = RawUnit { twin: Some("mid:imap:1:1".into()), ..raw("imap:2:1") };
        assert_eq!(ingest::receive(&stage.ctx, moved).await.unwrap(), Received::Repeat(unit));
        let pending = ingest::pending(&stage.ctx, UnitKind::Mail, 10).await.unwrap();
        assert_eq!(pending.iter().map(|p| (p.id, p.raw.as_slice())).collect::<Vec<_>>(), [(unit, b"raw mail imap:1:1".as_slice())]);
        let mail = letter("a1@mail.example", OLGA, "Broken lamp", "It does not shine");
        ingest::understand_mail(&stage.ctx, unit, mail.clone()).await.unwrap();
        let (events, messages) = (stage.events().await.len(), stage.messages(of(&stage, unit).await).await);
        ingest::understand_mail(&stage.ctx, unit, mail).await.unwrap();
        assert_eq!(stage.messages(of(&stage, unit).await).await, messages);
        assert!(stage.events().await[events..].iter().all(|e| e.what.name().starts_with("interaction.")), "only routing may go on");
        assert!(ingest::pending(&stage.ctx, UnitKind::Mail, 10).await.unwrap().is_empty());
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_mail_is_answered_when_the_relay_has_taken_the_reply() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Broken lamp", "It does not shine")).await;
        let receipt = relay(&stage).await.remove(0);
        assert!(receipt.automatic && !receipt.text.contains("shine") && !receipt.subject.contains("lamp"), "{receipt:?}");
        assert_eq!(stage.unit(unit).await.state, UnitState::Open, "a receipt is no answer");
        stage.available(ANNA).await;
        let id = of(&stage, unit).await;
        stage.accept(ANNA, id).await;
        let sent = stage.reply(ANNA, id, "r1", "Which one is it?").await.unwrap();
        let again = stage.reply(ANNA, id, "r1", "Which one is it?").await.unwrap();
        assert_eq!(again.id, sent.id);
        assert_eq!(stage.unit(unit).await.state, UnitState::Open);
        let claimed = outbound::claim_mail(&stage.ctx, 10).await.unwrap();
        assert_eq!(claimed.len(), 1);
        let mail = &claimed[0];
        assert_eq!(
            (mail.to.as_slice(), mail.subject.as_str()),
            ([okno_model::doc::Address { name: "Olga Ivanova".into(), address: OLGA.into() }].as_slice(), "Re: Broken lamp")
        );
        assert_eq!(
            (mail.in_reply_to.as_deref(), mail.references.as_slice()),
            (Some("a1@mail.example"), ["a1@mail.example".to_owned()].as_slice())
        );
        assert!(mail.text.ends_with("-- \nBorealis Lamps") && mail.message_id.ends_with("@borealis.example"), "{mail:?}");
        outbound::mail_result(&stage.ctx, mail.outbox, mail.attempt, SendOutcome::Deferred("451 later".into())).await.unwrap();
        assert!(outbound::claim_mail(&stage.ctx, 10).await.unwrap().is_empty());
        stage.advance(31).await;
        let retried = outbound::claim_mail(&stage.ctx, 10).await.unwrap();
        assert_eq!(retried[0].message_id, mail.message_id);
        outbound::mail_result(&stage.ctx, retried[0].outbox, retried[0].attempt, SendOutcome::Sent("250 ok".into())).await.unwrap();
        assert_eq!(stage.unit(unit).await.state, UnitState::Answered);
        let number = sent.number as usize;
        assert!(matches!(stage.messages(id).await[number - 1].delivery, Delivery::Sent { .. }));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn an_answer_finds_its_interaction_and_needs_an_answer_of_its_own() {
    for stage in stages().await {
        let (first, id, ours) = answered(&stage).await;
        let second = stage.mail("2", answer_to(&ours, "a2@mail.example", OLGA)).await;
        assert_eq!(of(&stage, second).await, id);
        assert_eq!((stage.unit(second).await.state, stage.unit(second).await.owner), (UnitState::Open, Some(ANNA)));
        // A third one, before anybody has answered the second, goes on in it.
        let third = stage.mail("3", answer_to(&ours, "a3@mail.example", OLGA)).await;
        assert_eq!((of(&stage, third).await, stage.unit(third).await.state), (id, UnitState::Joined));
        stage.reply(ANNA, id, "r2", "Both").await.unwrap();
        let reply = relay(&stage).await.remove(0);
        assert_eq!(reply.in_reply_to.as_deref(), Some("a3@mail.example"));
        assert_eq!((stage.unit(first).await.state, stage.unit(second).await.state), (UnitState::Answered, UnitState::Answered));
        assert_eq!(stage.open().await.len(), 1);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_mail_program_that_drops_references_is_understood_by_subject_and_person() {
    for stage in stages().await {
        let (_, id, _) = answered(&stage).await;
        let same = stage.mail("2", letter("a2@mail.example", OLGA, "RE: Broken  lamp", "The green one")).await;
        assert_eq!(of(&stage, same).await, id);
        let fresh = stage.mail("3", letter("a3@mail.example", OLGA, "Broken lamp", "Another one")).await;
        assert_ne!(of(&stage, fresh).await, id, "without a reply prefix it is a new matter");
        let other = stage.mail("4", letter("a4@mail.example", "eve@mail.example", "Re: Broken lamp", "Me too")).await;
        assert_ne!(of(&stage, other).await, id);
    }
}

#[tokio::test]
async fn a_stranger_who_names_our_mail_gets_no_way_into_the_conversation() {
    for stage in stages().await {
        let (_, id, ours) = answered(&stage).await;
        let stranger = stage.mail("2", answer_to(&ours, "e1@evil.example", "eve@evil.example")).await;
        let other = of(&stage, stranger).await;
        assert_ne!(other, id);
        let doc = stage.interaction(other).await;
        assert_eq!(doc.previous, Some(id));
        assert_ne!(doc.customer, stage.interaction(id).await.customer);
        let notice = &stage.messages(other).await[0];
        assert!(matches!(&notice.author, Author::System { key } if key == "sender_not_participant"), "{notice:?}");
        // A forged sender that the receiving server has seen through is a stranger, too.
        let forged = InboundMail { dmarc: "fail".into(), ..answer_to(&ours, "e2@evil.example", OLGA) };
        let forged = stage.mail("3", forged).await;
        assert_ne!(of(&stage, forged).await, id);
        assert_eq!(relay(&stage).await.iter().filter(|m| m.to[0].address == OLGA).count(), 0, "a forged sender gets no receipt");
    }
}

#[tokio::test]
async fn a_reply_to_a_closed_interaction_opens_the_next_one() {
    for stage in stages().await {
        let (_, id, ours) = answered(&stage).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        let during = stage.mail("2", answer_to(&ours, "a2@mail.example", OLGA)).await;
        let next = of(&stage, during).await;
        assert_ne!(next, id, "who is wrapping up has said good-bye");
        assert_eq!(stage.interaction(next).await.previous, Some(id));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_bounce_opens_the_answered_unit_again_until_it_is_made_good() {
    for stage in stages().await {
        let (unit, id, ours) = answered(&stage).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        stage.advance(61).await;
        assert_eq!(stage.unit(unit).await.state, UnitState::Answered);
        let report = DeliveryReport {
            original: ours.message_id.clone(),
            recipient: OLGA.into(),
            action: "failed".into(),
            detail: "550 5.1.1 no such user".into(),
        };
        let bounce = InboundMail {
            report: Some(report),
            automatic: Some("null_sender".into()),
            ..letter("d1@mail.example", "mailer-daemon@mail.example", "Undelivered", "Sorry")
        };
        let own = stage.mail("2", bounce).await;
        assert_eq!((stage.unit(own).await.state, stage.unit(own).await.interaction), (UnitState::Joined, Some(id)));
        let opened = stage.unit(unit).await;
        assert_eq!((opened.state, opened.cause), (UnitState::Open, Some(BlackHoleCause::ReplyBounced)));
        let failed = stage.messages(id).await.into_iter().find(|m| matches!(m.author, Author::User { .. })).unwrap();
        assert!(matches!(&failed.delivery, Delivery::Failed { why, .. } if why.contains("no such user")), "{failed:?}");
        let next = of(&stage, unit).await;
        assert_ne!(next, id, "the interaction was closed, somebody has to look at it again");
        stage.conserved().await;
        stage.advance(1).await;
        stage.accept(ANNA, next).await;
        let to =
            crate::messages::NewMessage { to: Some(vec![address("olga.i@other.example")]), ..crate::stage::outbound_text("r9", "Again") };
        crate::messages::send(&stage.ctx, &stage.actor(ANNA), next, to, None).await.unwrap();
        relay(&stage).await;
        assert_eq!(stage.unit(unit).await.state, UnitState::Recovered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_relay_that_refuses_is_a_bounce_and_can_be_tried_again() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Broken lamp", "It does not shine")).await;
        relay(&stage).await;
        stage.available(ANNA).await;
        let id = of(&stage, unit).await;
        stage.accept(ANNA, id).await;
        let sent = stage.reply(ANNA, id, "r1", "Which one?").await.unwrap();
        let mail = outbound::claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        outbound::mail_result(&stage.ctx, mail.outbox, mail.attempt, SendOutcome::Failed("554 no".into())).await.unwrap();
        assert!(stage.interaction(id).await.customer_waits.is_some());
        assert_eq!(stage.unit(unit).await.cause, Some(BlackHoleCause::ReplyBounced));
        crate::messages::retry(&stage.ctx, &stage.actor(ANNA), sent.id).await.unwrap();
        let again = outbound::claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        assert_eq!(again.message_id, mail.message_id);
        outbound::mail_result(&stage.ctx, again.outbox, again.attempt, SendOutcome::Sent("250 ok".into())).await.unwrap();
        assert_eq!(stage.unit(unit).await.state, UnitState::Recovered);
        let refused = crate::messages::retry(&stage.ctx, &stage.actor(ANNA), sent.id).await.unwrap_err();
        assert!(matches!(refused, AppError::Conflict { code: "not_failed", .. }), "{refused}");
    }
}

#[tokio::test]
async fn receipts_are_few_and_never_go_to_machines() {
    for stage in stages().await {
        stage.mail("1", letter("a1@mail.example", OLGA, "One", "x")).await;
        stage.mail("2", letter("a2@mail.example", OLGA, "Two", "x")).await;
        let automatic =
            InboundMail { automatic: Some("auto_submitted".into()), ..letter("a3@mail.example", "bot@mail.example", "Out of office", "x") };
        let routed = stage.mail("3", automatic).await;
        stage.mail("4", letter("a4@mail.example", "support@borealis.example", "Loop", "x")).await;
        let to: Vec<_> = relay(&stage).await.into_iter().map(|m| m.to[0].address.clone()).collect();
        assert_eq!(to, [OLGA]);
        assert_eq!(stage.unit(routed).await.state, UnitState::Open, "automatic mail is routed all the same");
        stage.advance(25 * 3600).await;
        stage.mail("5", letter("a5@mail.example", OLGA, "Five", "x")).await;
        assert_eq!(relay(&stage).await.len(), 1, "the next day he gets one again");
        for n in 0..i64::from(limits::AUTO_REPLIES_PER_HOUR) + 5 {
            stage.mail(&format!("s{n}"), letter(&format!("s{n}@mail.example"), &format!("c{n}@mail.example"), "x", "x")).await;
        }
        let mut sent = 0;
        loop {
            match relay(&stage).await.len() {
                0 => break,
                n => sent += n,
            }
        }
        assert_eq!(sent, limits::AUTO_REPLIES_PER_HOUR as usize - 1, "the brake of the hour");
    }
}

#[tokio::test]
async fn archived_mail_goes_into_the_history_and_rings_at_nobody() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let old = RawUnit { archive: true, ..raw("old") };
        let Received::New(unit) = ingest::receive(&stage.ctx, old).await.unwrap() else { panic!("not new") };
        let date = Some(okno_model::Timestamp(crate::stage::START.millis() - 86_400_000));
        let mail = InboundMail { date, ..letter("o1@mail.example", OLGA, "Long ago", "x") };
        ingest::understand_mail(&stage.ctx, unit, mail).await.unwrap();
        let doc = stage.interaction(of(&stage, unit).await).await;
        assert!(matches!(doc.state, InteractionState::Closed { how: Closed::Finished, at } if Some(at) == date), "{doc:?}");
        let unit = stage.unit(unit).await;
        assert_eq!((unit.state, unit.detail.as_str()), (UnitState::Joined, "archive"));
        assert!(relay(&stage).await.is_empty() && stage.open().await.is_empty());
        stage.conserved().await;
    }
}

#[tokio::test]
async fn quarantine_keeps_the_unit_and_a_person_can_bring_it_back() {
    for stage in stages().await {
        let Received::New(unit) = ingest::receive(&stage.ctx, raw("bad")).await.unwrap() else { panic!("not new") };
        ingest::quarantine(&stage.ctx, unit, "nesting of 900 parts").await.unwrap();
        ingest::quarantine(&stage.ctx, unit, "again").await.unwrap();
        let doc = stage.unit(unit).await;
        assert_eq!((doc.state, doc.detail.as_str(), doc.queue.is_some()), (UnitState::Quarantined, "nesting of 900 parts", true));
        stage.conserved().await;
        let nobody = ledger::recover(&stage.ctx, &stage.actor(ANNA), unit, "").await.unwrap_err();
        assert!(matches!(nobody, AppError::NotFound { .. }), "{nobody}");
        let doc = ledger::recover(&stage.ctx, &stage.actor(CHIEF), unit, "please read").await.unwrap();
        assert_eq!(doc.state, UnitState::Open);
        let messages = stage.messages(doc.interaction.unwrap()).await;
        assert_eq!((messages[0].kind, messages[0].attachments.len()), (MessageKind::Event, 1));
        assert_eq!(messages[0].attachments[0].size, "raw mail bad".len() as i64);
        stage.conserved().await;
        // Another one that nobody looks at is lost at its deadline, and says so.
        let Received::New(late) = ingest::receive(&stage.ctx, raw("bad2")).await.unwrap() else { panic!("not new") };
        ingest::quarantine(&stage.ctx, late, "x").await.unwrap();
        stage.advance(601).await;
        stage.conserved().await;
        assert_eq!(stage.unit(late).await.cause, Some(BlackHoleCause::ParseQuarantine));
    }
}

#[tokio::test]
async fn a_form_becomes_mail_with_the_customer_of_the_address() {
    for stage in stages().await {
        let first = stage.mail("1", letter("a1@mail.example", OLGA, "Broken lamp", "x")).await;
        let (visitor, _) = stage.visitor().await;
        let form = ingest::OfflineForm {
            channel: WIDGET,
            visitor: Some(visitor),
            client_id: "f1".into(),
            name: "Olga".into(),
            email: " Olga@Mail.example ".into(),
            text: "Nobody there?".into(),
        };
        let ack = ingest::form(&stage.ctx, form.clone()).await.unwrap();
        let again = ingest::form(&stage.ctx, form.clone()).await.unwrap();
        assert_eq!((again.unit, again.repeat, ack.repeat), (ack.unit, true, false));
        crate::routing::tick(&stage.ctx).await.unwrap();
        let doc = stage.interaction(ack.interaction).await;
        assert_eq!(doc.customer, stage.interaction(of(&stage, first).await).await.customer);
        assert_eq!((doc.channel, doc.state.word()), (MAILBOX, "queued"));
        relay(&stage).await;
        stage.available(ANNA).await;
        stage.accept(ANNA, ack.interaction).await;
        stage.reply(ANNA, ack.interaction, "r1", "We are here now").await.unwrap();
        assert_eq!(relay(&stage).await[0].to[0].address, OLGA);
        assert_eq!(stage.unit(ack.unit).await.state, UnitState::Answered);
        let bad = ingest::OfflineForm { email: "olga\r\nBcc: x@y".into(), ..form };
        assert!(matches!(ingest::form(&stage.ctx, bad).await.unwrap_err(), AppError::Invalid { field: "email", .. }));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_chat_message_repeated_is_the_same_message() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let one = stage.say(visitor, "m1", "Hello").await;
        let two = stage.say(visitor, "m2", "Are you there?").await;
        assert_eq!((two.interaction, two.number, two.repeat), (one.interaction, one.number + 1, false));
        let again = stage.say(visitor, "m1", "Hello").await;
        assert_eq!((again.message, again.number, again.repeat), (one.message, one.number, true));
        assert_eq!(stage.units().await.len(), 1, "only the opening is a unit");
        // Ended meanwhile, and the acknowledgement was lost: still the same message.
        crate::visitors::left(&stage.ctx, visitor).await.unwrap();
        assert_eq!(stage.say(visitor, "m2", "Are you there?").await.message, two.message);
        let next = stage.say(visitor, "m3", "Back").await;
        assert_ne!(next.interaction, one.interaction);
        assert_eq!(stage.say(visitor, "m2", "Are you there?").await.message, two.message);
    }
}

#[tokio::test]
async fn hostile_chat_input_is_refused_with_the_field() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        for (client_id, text, field) in [
            ("", "x", "client_id"),
            ("a\u{0}", "x", "client_id"),
            ("m1", "  ", "text"),
            ("m1", &"x".repeat(limits::MESSAGE_CHARS + 1), "text"),
        ] {
            let error = stage.try_say(visitor, client_id, text).await.unwrap_err();
            assert!(matches!(error, AppError::Invalid { field: f, .. } if f == field), "{error}");
        }
        let unknown = stage.try_say(VisitorId::from_u128(99), "m1", "x").await.unwrap_err();
        assert!(matches!(unknown, AppError::NotFound { .. }), "{unknown}");
        assert!(stage.units().await.is_empty());
    }
}

#[tokio::test]
async fn a_typed_address_is_suggested_and_a_person_joins_the_histories() {
    for stage in stages().await {
        let mail = stage.mail("1", letter("a1@mail.example", OLGA, "Broken lamp", "x")).await;
        let known = stage.interaction(of(&stage, mail).await).await.customer.unwrap();
        let (visitor, _) = stage.visitor().await;
        let chat = stage.say(visitor, "m1", "Hello").await.interaction;
        let told = crate::visitors::Identify { name: Some("Olga".into()), email: Some(OLGA.into()), ..Default::default() };
        crate::visitors::identify(&stage.ctx, visitor, told).await.unwrap();
        let doc = stage.interaction(chat).await;
        assert_eq!(doc.customer_name, "Olga");
        assert_ne!(doc.customer, Some(known), "never merged blindly");
        let chief: Actor = stage.actor(CHIEF);
        let found = customers::matches(&stage.ctx, &chief, doc.customer.unwrap()).await.unwrap();
        assert_eq!((found.len(), found[0].other, found[0].state.as_str()), (1, known, "open"));
        let decided = customers::decide_match(&stage.ctx, &chief, found[0].id, customers::Verdict::Confirm).await.unwrap();
        assert_eq!(decided.state, "confirmed");
        let history = customers::timeline(&stage.ctx, &chief, known, None, 50).await.unwrap();
        assert_eq!(history.len(), 2, "one history over both channels");
        let joined: CustomerDoc = customers::get(&stage.ctx, &chief, known).await.unwrap();
        assert!(joined.identities.iter().any(|i| i.kind == IdentityKind::Visitor), "{joined:?}");
        assert_eq!(stage.say(visitor, "m2", "Still me").await.interaction, chat);
        let late = customers::decide_match(&stage.ctx, &chief, found[0].id, customers::Verdict::Reject).await.unwrap_err();
        assert!(matches!(late, AppError::Conflict { code: "already_decided", .. }), "{late}");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn the_same_proven_address_is_the_same_customer() {
    for stage in stages().await {
        let one = stage.mail("1", letter("a1@mail.example", OLGA, "One", "x")).await;
        let two = stage.mail("2", letter("a2@mail.example", "OLGA@mail.example", "Two", "x")).await;
        let (one, two) = (stage.interaction(of(&stage, one).await).await, stage.interaction(of(&stage, two).await).await);
        assert_ne!(one.id, two.id);
        assert_eq!(one.customer, two.customer);
    }
}

#[tokio::test]
async fn recipients_are_those_of_the_answered_mail_without_ourselves() {
    for stage in stages().await {
        let mail = InboundMail {
            to: vec![address("Help@Borealis.example"), address("ivan@mail.example")],
            cc: vec![
                address("support@borealis.example"),
                address("IVAN@mail.example"),
                address("lena@mail.example"),
                address("broken address"),
            ],
            ..letter("a1@mail.example", OLGA, "Broken lamp", "x")
        };
        let unit = stage.mail("1", mail).await;
        relay(&stage).await;
        stage.available(ANNA).await;
        let id = of(&stage, unit).await;
        stage.accept(ANNA, id).await;
        let sent = stage.reply(ANNA, id, "r1", "x").await.unwrap().mail.unwrap();
        assert_eq!(sent.to.iter().map(|a| a.address.as_str()).collect::<Vec<_>>(), [OLGA]);
        assert_eq!(sent.cc.iter().map(|a| a.address.as_str()).collect::<Vec<_>>(), ["ivan@mail.example", "lena@mail.example"]);
        let injected = crate::messages::NewMessage {
            to: Some(vec![address("a@b.example\r\nBcc: c@d.example")]),
            ..crate::stage::outbound_text("r2", "x")
        };
        let refused = crate::messages::send(&stage.ctx, &stage.actor(ANNA), id, injected, None).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { field: "to", .. }), "{refused}");
    }
}

#[tokio::test]
async fn our_own_copy_is_recognized() {
    for stage in stages().await {
        let (_, id, ours) = answered(&stage).await;
        let copy = stage.mail("2", letter(&ours.message_id, "help@borealis.example", "Re: Broken lamp", "x")).await;
        assert_eq!((stage.unit(copy).await.state, of(&stage, copy).await), (UnitState::Joined, id));
        // A stranger's mail with the id of ours is not ours: somebody reads it.
        let forged = stage.mail("3", letter(&ours.message_id, "mallory@mail.example", "Re: Broken lamp", "unseen?")).await;
        assert_eq!(stage.unit(forged).await.state, UnitState::Open);
        assert_ne!(of(&stage, forged).await, id);
    }
}

#[tokio::test]
async fn who_left_the_chat_with_an_address_gets_the_answer_by_mail() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let told = crate::visitors::Identify { email: Some(OLGA.into()), ..Default::default() };
        crate::visitors::identify(&stage.ctx, visitor, told).await.unwrap();
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.available(ANNA).await;
        stage.accept(ANNA, id).await;
        crate::visitors::disconnected(&stage.ctx, visitor).await.unwrap();
        stage.reply(ANNA, id, "r1", "Here is the answer").await.unwrap();
        let unit = stage.units().await.remove(0);
        assert_eq!(unit.state, UnitState::Open);
        let mail = relay(&stage).await.remove(0);
        assert_eq!(mail.to[0].address, OLGA);
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Answered);
        // He answers by mail: it stands in the same conversation.
        let back = stage
            .mail("1", InboundMail { references: vec![mail.message_id.clone()], ..letter("b1@mail.example", OLGA, "Re", "Thanks") })
            .await;
        assert_eq!(of(&stage, back).await, id);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_mail_without_a_sender_is_still_somebody() {
    for stage in stages().await {
        let nobody = InboundMail { from: address(""), ..letter("n1@mail.example", "", "Hm", "x") };
        let one = stage.mail("1", nobody.clone()).await;
        let two = stage.mail("2", InboundMail { message_id: "n2@mail.example".into(), ..nobody }).await;
        assert_eq!(stage.unit(one).await.state, UnitState::Open);
        assert_ne!(stage.unit(one).await.customer, stage.unit(two).await.customer);
        assert!(relay(&stage).await.is_empty());
    }
}
