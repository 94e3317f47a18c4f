//! Who may write, what a note is, what each side has seen.

use super::*;
use crate::{
    AppError, interactions,
    stage::{ANNA, BORIS, outbound_text, stages},
    uploads::{self, Uploader},
    visitors,
};
use okno_model::doc::{Delivery, MessageKind, UnitState};

#[tokio::test]
async fn only_the_one_who_has_it_answers() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.available(ANNA).await;
        let early = stage.reply(ANNA, id, "r1", "Hi").await.unwrap_err();
        assert!(matches!(early, AppError::Conflict { code: "not_accepted", .. } | AppError::Forbidden { .. }), "{early}");
        stage.accept(ANNA, id).await;
        let foreign = stage.reply(BORIS, id, "r1", "Hi").await.unwrap_err();
        assert!(matches!(foreign, AppError::Forbidden { .. }), "{foreign}");
        assert_eq!(stage.reply(ANNA, id, "r1", "Hi").await.unwrap().number, 2);
        for (text, field) in [(" ".to_owned(), "text"), ("x".repeat(20_001), "text")] {
            let bad = stage.reply(ANNA, id, "r2", &text).await.unwrap_err();
            assert!(matches!(bad, AppError::Invalid { field: f, .. } if f == field), "{bad}");
        }
        interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        stage.advance(61).await;
        let late = stage.reply(ANNA, id, "r3", "Still there?").await.unwrap_err();
        assert!(matches!(late, AppError::Conflict { code: "already_closed", .. }), "{late}");
    }
}

#[tokio::test]
async fn a_note_answers_nobody_and_no_customer_sees_it() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.available(ANNA).await;
        stage.accept(ANNA, id).await;
        let note = NewMessage { kind: NewMessageKind::Note, ..outbound_text("n1", "he sounds angry") };
        let note = send(&stage.ctx, &stage.actor(ANNA), id, note, None).await.unwrap();
        assert_eq!((note.kind, note.delivery), (MessageKind::Note, Delivery::None));
        stage.reply(ANNA, id, "r1", "Hi").await.unwrap();
        let seen = visitors::messages(&stage.ctx, visitor, id, 0, 50).await.unwrap();
        assert_eq!(seen.iter().map(|m| m.text.as_str()).collect::<Vec<_>>(), ["Hello", "Hi"]);
        let doc = stage.interaction(id).await;
        assert_eq!((doc.preview.as_str(), doc.last_message), ("Hi", 3));
        assert_eq!(stage.units().await[0].state, UnitState::Open);
        let page = list(&stage.ctx, &stage.actor(ANNA), id, Some(3), 1).await.unwrap();
        assert_eq!(page.iter().map(|m| m.number).collect::<Vec<_>>(), [2]);
    }
}

#[tokio::test]
async fn read_marks_move_forward_only() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.say(visitor, "m2", "Anybody?").await;
        stage.available(ANNA).await;
        stage.accept(ANNA, id).await;
        let anna = stage.actor(ANNA);
        assert_eq!(mark_read(&stage.ctx, &anna, id, 99).await.unwrap().agent_read, 2);
        assert_eq!(mark_read(&stage.ctx, &anna, id, 1).await.unwrap().agent_read, 2);
        assert_eq!(mark_read(&stage.ctx, &stage.actor(BORIS), id, 2).await.unwrap().agent_read, 2);
        stage.reply(ANNA, id, "r1", "Hi").await.unwrap();
        visitors::read(&stage.ctx, visitor, id, 3).await.unwrap();
        visitors::delivered(&stage.ctx, visitor, id, 3).await.unwrap();
        assert!(matches!(stage.messages(id).await[2].delivery, Delivery::Read { .. }), "delivery never moves back");
        assert_eq!(stage.interaction(id).await.customer_read, 3);
    }
}

#[tokio::test]
async fn files_go_both_ways_and_only_once() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let png = b"\x89PNG\r\n\x1a\n0000".to_vec();
        let file = uploads::accept(&stage.ctx, Uploader::Visitor(visitor), "../lamp.html", png).await.unwrap();
        assert_eq!((file.name.as_str(), file.mime.as_str()), ("lamp.html", "image/png"));
        let said = crate::ingest::VisitorMessage { visitor, client_id: "m1".into(), text: String::new(), attachments: vec![file.id] };
        let ack = crate::ingest::chat_message(&stage.ctx, said.clone()).await.unwrap();
        assert_eq!(ack.attachments.as_slice(), std::slice::from_ref(&file));
        let twice = crate::ingest::VisitorMessage { client_id: "m2".into(), ..said };
        let refused = crate::ingest::chat_message(&stage.ctx, twice).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { field: "attachments", .. }), "{refused}");
        crate::routing::tick(&stage.ctx).await.unwrap();
        stage.available(ANNA).await;
        stage.accept(ANNA, ack.interaction).await;
        let mine = uploads::accept(&stage.ctx, Uploader::User(ANNA), "manual.pdf", b"%PDF-1.7 ...".to_vec()).await.unwrap();
        let foreign = NewMessage { attachments: vec![mine.id], ..outbound_text("r1", "") };
        let theirs = NewMessage { attachments: vec![file.id], ..outbound_text("r0", "") };
        assert!(send(&stage.ctx, &stage.actor(ANNA), ack.interaction, theirs, None).await.is_err());
        let sent = send(&stage.ctx, &stage.actor(ANNA), ack.interaction, foreign, None).await.unwrap();
        assert_eq!(sent.attachments, [mine]);
    }
}
