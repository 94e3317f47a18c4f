//! What is counted of callbacks: offered, wanted, kept, late.

use super::*;
use crate::callbacks;
use okno_model::doc::CallbackCountsDoc;

/// Offered, accepted, owed, kept, late, failed, canceled, joined, open.
type Counts = [u32; 9];

async fn counts(stage: &Stage, medium: Medium) -> Counts {
    stage.conserved().await;
    let report = callbacks::report(&stage.ctx, &stage.actor(CHIEF), 30).await.unwrap();
    let mut sum = [0; 9];
    for day in report.iter().filter(|day| day.medium == medium) {
        let CallbackCountsDoc { offered, accepted, owed, kept, late, failed, canceled, joined, open, .. } = *day;
        assert_eq!(accepted + owed, kept + late + failed + canceled + joined + open, "{day:?}");
        for (sum, n) in sum.iter_mut().zip([offered, accepted, owed, kept, late, failed, canceled, joined, open]) {
            *sum += n;
        }
    }
    sum
}

/// He asks to be called, and Anna calls him after so many seconds: reached, or not.
async fn called_back(stage: &Stage, key: &str, number: &str, after: u64, reached: bool) -> InteractionId {
    let came = stage.incoming(key, number).await;
    callback_offered(&stage.ctx, came.call.id).await.unwrap();
    callback_offered(&stage.ctx, came.call.id).await.unwrap();
    let doc = callback_wanted(&stage.ctx, came.call.id, number).await.unwrap();
    assert_eq!(doc.callback.unwrap().due, doc.due, "as he was promised");
    stage.hang_up(came.call.id, CallEnder::System).await;
    stage.advance(after).await;
    stage.at_the_phone(ANNA).await;
    stage.accept(ANNA, came.interaction.id).await;
    let to = DialTo::Number { number: number.into() };
    let out = dialed(&stage.ctx, Dialing { to, ..dialing(&format!("d-{key}"), Some(came.interaction.id)) }).await.unwrap();
    if reached {
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
    } else {
        callback_missed(&stage.ctx, out.call.id, "busy").await.unwrap();
    }
    stage.hang_up(out.call.id, CallEnder::Agent).await;
    stage.advance(61).await;
    routing::set_phone(&stage.ctx, ANNA.into(), false).await.unwrap();
    came.interaction.id
}

#[tokio::test]
async fn kept_late_failed_and_canceled_are_told_apart() {
    for stage in stages().await {
        stage.line(|settings| settings.callback_retries = 0).await;
        called_back(&stage, "k1", OLGA, 300, true).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [1, 1, 0, 1, 0, 0, 0, 0, 0], "in time: ten minutes were promised");
        called_back(&stage, "k2", "+48500600700", 700, true).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [2, 2, 0, 1, 1, 0, 0, 0, 0]);
        called_back(&stage, "k3", "+48500600701", 10, false).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [3, 3, 0, 1, 1, 1, 0, 0, 0]);

        // Offered and not wanted; wanted twice at one number; wanted, and then he comes first.
        let came = stage.incoming("k4", "+48500600702").await;
        callback_offered(&stage.ctx, came.call.id).await.unwrap();
        let twin = stage.incoming("k5", "+48500600703").await;
        callback_wanted(&stage.ctx, twin.call.id, "+48500600703").await.unwrap();
        stage.hang_up(twin.call.id, CallEnder::System).await;
        let other = stage.incoming("k6", "+48500600704").await;
        callback_wanted(&stage.ctx, other.call.id, "+48500600703").await.unwrap();
        stage.hang_up(other.call.id, CallEnder::System).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [4, 5, 0, 1, 1, 1, 0, 1, 1]);
        stage.incoming("k7", "+48500600703").await;
        assert_eq!(counts(&stage, Medium::Voice).await, [4, 5, 0, 1, 1, 1, 1, 1, 0]);

        let forbidden = callbacks::report(&stage.ctx, &without(&stage.actor(ANNA), Right::LedgerRead), 30).await.unwrap_err();
        assert!(matches!(forbidden, AppError::Forbidden { .. }), "{forbidden}");
        let days = callbacks::report(&stage.ctx, &stage.actor(CHIEF), 367).await.unwrap_err();
        assert!(matches!(days, AppError::Invalid { .. }), "{days}");
    }
}

#[tokio::test]
async fn only_his_voicemail_is_not_kept() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let id = called_back(&stage, "k1", OLGA, 30, true).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [1, 1, 0, 1, 0, 0, 0, 0, 0]);
        let came = stage.incoming("k2", "+48500600700").await;
        callback_wanted(&stage.ctx, came.call.id, "+48500600700").await.unwrap();
        stage.hang_up(came.call.id, CallEnder::System).await;
        stage.at_the_phone(ANNA).await;
        stage.accept(ANNA, came.interaction.id).await;
        let out = dialed(&stage.ctx, dialing("d1", Some(came.interaction.id))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        only_voicemail(&stage.ctx, &stage.actor(ANNA), came.interaction.id).await.unwrap();
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        stage.advance(61).await;
        assert_ne!(id, came.interaction.id);
        assert_eq!(counts(&stage, Medium::Voice).await, [1, 2, 0, 1, 0, 0, 0, 0, 1], "he is called again");
    }
}

#[tokio::test]
async fn who_left_a_queue_is_owed_by_its_rule() {
    for stage in stages().await {
        stage.line(|settings| settings.callback = true).await;
        let queue = stage.ctx.read(|tx| Ok(tx.get::<okno_model::doc::QueueDoc>(QUEUE)?.unwrap())).await.unwrap();
        let rule = okno_model::doc::RecoveryRule { after_seconds: 15, quiet_seconds: 120 };
        let changed = okno_model::doc::QueueDoc { recovery: Some(rule), ..queue.clone() };
        stage.ctx.write(move |tx| Ok(tx.put(&changed)?)).await.unwrap();
        let soon = stage.incoming("k1", "+48500600700").await;
        stage.advance(10).await;
        stage.hang_up(soon.call.id, CallEnder::Customer).await;
        let left = stage.incoming("k2", OLGA).await;
        stage.advance(20).await;
        stage.hang_up(left.call.id, CallEnder::Customer).await;
        stage.advance(110).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [0; 9], "he may ring back");
        stage.advance(20).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [0, 0, 1, 0, 0, 0, 0, 0, 1], "who left after ten seconds has changed his mind");
        stage.at_the_phone(ANNA).await;
        let waits = stage.open().await.pop().unwrap();
        assert_eq!(waits.callback.as_ref().map(|callback| callback.due), Some(Some(stage.unit_of(waits.id).await.deadline)));
        stage.accept(ANNA, waits.id).await;
        let out = dialed(&stage.ctx, dialing("d1", Some(waits.id))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [0, 0, 1, 1, 0, 0, 0, 0, 0]);

        let off = okno_model::doc::QueueDoc { recovery: None, ..queue };
        stage.ctx.write(move |tx| Ok(tx.put(&off)?)).await.unwrap();
        let alone = stage.incoming("k3", "+48500600705").await;
        routing::set_phone(&stage.ctx, ANNA.into(), false).await.unwrap();
        stage.advance(30).await;
        stage.hang_up(alone.call.id, CallEnder::Customer).await;
        stage.advance(600).await;
        assert_eq!(counts(&stage, Medium::Voice).await, [0, 0, 1, 1, 0, 0, 0, 0, 0], "this queue comes back to nobody");
    }
}

#[tokio::test]
async fn a_visitor_who_wants_a_call_is_counted_by_his_chat() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let (visitor, _) = stage.visitor().await;
        let chat = stage.say(visitor, "m1", "Hello").await.interaction;
        crate::visitors::back_offered(&stage.ctx, visitor).await.unwrap();
        for (bad, code) in [("not a number", "bad_number"), ("700 123 456", "number_not_allowed")] {
            let error = crate::visitors::call_me_back(&stage.ctx, visitor, bad).await.unwrap_err();
            assert!(matches!(&error, AppError::Invalid { code: found, .. } if *found == code), "{bad}: {error}");
        }
        let (number, due) = crate::visitors::call_me_back(&stage.ctx, visitor, "22 123 45 67").await.unwrap();
        assert_eq!((number.as_str(), due), (OLGA, stage.ctx.now() + std::time::Duration::from_secs(600)));
        let late = crate::visitors::call_me_back(&stage.ctx, visitor, "22 123 45 67").await.unwrap_err();
        assert!(matches!(late, AppError::Conflict { code: "waits_no_longer", .. }), "{late}");
        routing::tick(&stage.ctx).await.unwrap();
        assert_eq!(closed_as(&stage.interaction(chat).await), Some(Closed::Joined));
        let back = stage.open().await.pop().unwrap();
        assert_eq!((back.enqueued, back.previous, back.callback.as_ref().map(|c| c.due)), (START, Some(chat), Some(Some(due))));

        // Another browser of his, the same number: one place, one call.
        let (second, _) = stage.visitor().await;
        stage.say(second, "m1", "Me again").await;
        let (_, same) = crate::visitors::call_me_back(&stage.ctx, second, OLGA).await.unwrap();
        assert_eq!(same, due, "he is told what holds");
        routing::tick(&stage.ctx).await.unwrap();
        assert_eq!(stage.open().await.len(), 1);
        assert_eq!(counts(&stage, Medium::Chat).await, [2, 2, 0, 0, 0, 0, 0, 1, 1]);
        stage.at_the_phone(ANNA).await;
        stage.accept(ANNA, back.id).await;
        let out = dialed(&stage.ctx, dialing("d1", Some(back.id))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(counts(&stage, Medium::Chat).await, [2, 2, 0, 1, 0, 0, 0, 1, 0]);
    }
}
