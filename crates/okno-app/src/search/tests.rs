//! What people look for, and what they may find.

use super::*;
use crate::stage::{ANNA, CHIEF, SECOND, Stage, letter, stages};
use okno_model::{
    CustomerId, UserId,
    doc::{InteractionDoc, SearchKind},
    right::{Grant, Right, Scope},
};

/// Takes everything in that was said so far.
async fn taken_in(stage: &Stage) {
    let mut reader = work::Reader::default();
    while reader.take_in(&stage.ctx).await.unwrap() {}
}

fn wanted(text: &str) -> Wanted {
    Wanted { text: text.into(), ..Wanted::default() }
}

/// What a user finds: kind and the part of the text, with what was looked for in brackets.
async fn found(stage: &Stage, user: UserId, wanted: Wanted) -> Vec<String> {
    let (hits, next) = search(&stage.ctx, &stage.actor(user), wanted, None, 10).await.unwrap();
    assert_eq!(next, None, "all of it is on one page");
    hits.iter()
        .map(|hit| {
            let units: Vec<u16> = hit.snippet.text.encode_utf16().collect();
            let (mut out, mut from) = (format!("{}: ", hit.kind), 0);
            for mark in &hit.snippet.found {
                out += &String::from_utf16(&units[from..mark.from as usize]).unwrap();
                out.push('[');
                out += &String::from_utf16(&units[mark.from as usize..mark.until as usize]).unwrap();
                out.push(']');
                from = mark.until as usize;
            }
            out + &String::from_utf16(&units[from..]).unwrap()
        })
        .map(|line| line.trim().to_owned())
        .collect()
}

#[tokio::test]
async fn words_are_found_over_channels_and_languages() {
    for stage in stages().await {
        stage.mail("m1", letter("m1@x", "olga@example.com", "Доставка", "Где мои заказы? Номер 4711.")).await;
        let (visitor, _) = stage.visitor().await;
        let chat = stage.say(visitor, "c1", "My lamps arrived broken, order 4711").await;
        stage.available(ANNA).await;
        taken_in(&stage).await;
        assert_eq!(found(&stage, CHIEF, wanted("заказ")).await, ["message: Где мои [заказы]? Номер 4711."]);
        assert_eq!(found(&stage, CHIEF, wanted("lamp 4711")).await, ["message: My [lamps] arrived broken, order [4711]"]);
        assert_eq!(found(&stage, CHIEF, wanted("\"order 4711\"")).await.len(), 1);
        assert_eq!(found(&stage, CHIEF, wanted("\"4711 order\"")).await.len(), 0, "the words do not follow each other");
        assert_eq!(found(&stage, CHIEF, wanted("4711 -заказ")).await.len(), 1);
        let typing = Wanted { unfinished: true, ..wanted("доста") };
        assert!(found(&stage, CHIEF, typing).await[0].starts_with("interaction:"));
        let olga = found(&stage, CHIEF, Wanted { kinds: vec![SearchKind::Customer], ..wanted("olga") }).await;
        assert_eq!(olga, ["customer: [olga]@example.com"]);
        assert_eq!(found(&stage, CHIEF, wanted("refund")).await, [""; 0]);
        assert_eq!(found(&stage, CHIEF, wanted("  \" - ")).await, [""; 0], "nothing is looked for");
        drop(chat);
    }
}

#[tokio::test]
async fn nobody_finds_what_he_may_not_read() {
    for stage in stages().await {
        stage.mail("m1", letter("m1@x", "olga@example.com", "Lamp", "The secret lamp")).await;
        taken_in(&stage).await;
        assert_eq!(found(&stage, ANNA, wanted("secret")).await.len(), 1, "it waits in her queue");
        let mut doc: InteractionDoc = stage.open().await.remove(0);
        doc.queue = SECOND;
        stage.ctx.write(move |tx| Ok(tx.put(&doc)?)).await.unwrap();
        assert_eq!(found(&stage, ANNA, wanted("secret")).await, [""; 0], "it went to a queue that she does not serve");
        assert_eq!(found(&stage, CHIEF, wanted("secret")).await.len(), 1);

        let mut stranger = stage.actor(ANNA);
        stranger.grants = vec![Grant { right: Right::AuditRead, scope: Scope::All }];
        let refused = search(&stage.ctx, &stranger, wanted("secret"), None, 10).await;
        assert!(matches!(refused, Err(crate::AppError::Forbidden { .. })), "{refused:?}");
        stranger.grants = vec![Grant { right: Right::CustomerRead, scope: Scope::All }];
        let only = search(&stage.ctx, &stranger, wanted("olga"), None, 10).await.unwrap().0;
        assert!(only.iter().all(|hit| hit.kind == SearchKind::Customer) && only.len() == 1, "{only:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_filters_hold() {
    for stage in stages().await {
        for n in 0..5 {
            let (visitor, _) = stage.visitor().await;
            stage.say(visitor, "c", &format!("refund number {n}")).await;
            stage.advance(60).await;
        }
        taken_in(&stage).await;
        let messages = Wanted { kinds: vec![SearchKind::Message], ..wanted("refund") };
        let (first, next) = search(&stage.ctx, &stage.actor(CHIEF), messages.clone(), None, 3).await.unwrap();
        let (second, end) = search(&stage.ctx, &stage.actor(CHIEF), messages.clone(), next, 3).await.unwrap();
        let texts: Vec<_> = first.iter().chain(&second).map(|hit| hit.snippet.text.trim().to_owned()).collect();
        assert_eq!(texts, ["refund number 4", "refund number 3", "refund number 2", "refund number 1", "refund number 0"], "newest first");
        assert_eq!(end, None);
        let since = Wanted { from: Some(first[1].at), ..messages.clone() };
        assert_eq!(found(&stage, CHIEF, since).await.len(), 2);
        let of = Wanted { customer: first[0].customer, ..messages.clone() };
        assert_eq!(found(&stage, CHIEF, of).await.len(), 1);
        let nobody = Wanted { customer: Some(CustomerId::from_u128(1)), ..messages };
        assert_eq!(found(&stage, CHIEF, nobody).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_index_is_derived() {
    for stage in stages().await {
        stage.mail("m1", letter("m1@x", "olga@example.com", "Lamp", "The secret lamp")).await;
        // Two processes read the same journal; each text is there once.
        let twin = stage.twin();
        let (mut one, mut two) = (work::Reader::default(), work::Reader::default());
        let (a, b) = tokio::join!(one.take_in(&stage.ctx), two.take_in(&twin));
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        taken_in(&stage).await;
        assert_eq!(found(&stage, CHIEF, wanted("secret")).await.len(), 1);
        rebuild(&stage.ctx).await.unwrap();
        taken_in(&stage).await;
        assert_eq!(found(&stage, CHIEF, wanted("secret")).await.len(), 1);
        stage.mail("m2", letter("m2@x", "olga@example.com", "Again", "Another secret")).await;
        taken_in(&stage).await;
        assert_eq!(found(&stage, CHIEF, wanted("secret")).await.len(), 2, "what comes after the rows is read from the journal");
    }
}
