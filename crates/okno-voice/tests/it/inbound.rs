//! Calls that come in.

use crate::world::{ANNA, BORIS, LINE, NUMBER, OLGA, World, actor, supervisor};
use okno_app::{calls, interactions};
use okno_media::record::{Recording, Side};
use okno_model::{
    doc::{AnswerMode, CallEnder, CallState, Closed, InteractionState, LegRole, MonitorMode, UnitState},
    phone::{CallCommand, DialTo},
};
use okno_sip::{Cause, LegEvent};

fn is_over(state: &CallState, by: CallEnder, why: &str) -> bool {
    matches!(state, CallState::Ended { by: who, cause, .. } if *who == by && cause == why)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_hears_music_then_the_agent_and_is_held() {
    let world = World::new(|_| {}).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    caller.sing(500.0);
    caller.hears_something().await;
    let mut phone = world.agent(ANNA).await;
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    agent.sing(1_100.0);
    agent.hears(500.0, true).await;
    caller.hears(1_100.0, true).await;
    let call = world.call_that("they talk", |call| call.state == CallState::Talking).await;
    assert_eq!((call.number.as_str(), call.unconfirmed), (OLGA, true), "nobody asserted the number");

    calls::command(&world.ctx, &actor(ANNA), call.id, CallCommand::Hold { on: true }).await.unwrap();
    caller.hears(1_100.0, false).await;
    agent.hears(500.0, false).await;
    assert_eq!(world.call_that("held", |call| call.state == CallState::Held).await.id, call.id);
    calls::command(&world.ctx, &actor(ANNA), call.id, CallCommand::Hold { on: false }).await.unwrap();
    caller.hears(1_100.0, true).await;

    caller.control.hangup(Cause::Normal);
    assert_eq!(agent.ended().await, Cause::Normal);
    let call = world.call_that("the record", |call| is_over(&call.state, CallEnder::Customer, "normal")).await;
    assert!(call.talk_ms > 0 && call.hold_ms > 0 && call.connected.is_some());
    let quality = call.legs[0].quality.expect("figures of the caller's leg");
    assert!(quality.loss < 5.0 && quality.mos > 3.5, "{quality:?}");
    let interaction = world.until("wrap-up", async |_| {
        let doc = world.interaction(call.interaction).await;
        matches!(doc.state, InteractionState::Wrapup { .. }).then_some(doc)
    });
    assert_eq!(interaction.await.agent, Some(ANNA.into()));
    assert!(matches!(world.unit(call.interaction).await.state, UnitState::Answered));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_gives_up_stops_every_ringing() {
    let world = World::new(|settings| settings.answer = AnswerMode::WithAgent).await;
    let mut phone = world.agent(ANNA).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.wait(|event| matches!(event, LegEvent::Progress { code: 180, .. })).await;
    let ringing = phone.incoming().await;
    ringing.leg.control.ring();
    let (_control, mut events) = ringing.leg.split();
    caller.control.hangup(Cause::Canceled);
    while !matches!(events.recv().await.expect("the phone hears of it"), LegEvent::Ended { .. } | LegEvent::Failed { .. }) {}
    let call = world.call_that("the record", |call| is_over(&call.state, CallEnder::Customer, "canceled")).await;
    assert_eq!(call.answered, None);
    let doc = world
        .until("abandoned", async |_| {
            let doc = world.interaction(call.interaction).await;
            matches!(doc.state, InteractionState::Closed { how: Closed::Abandoned, .. }).then_some(doc)
        })
        .await;
    assert!(doc.answered.is_none());
    let unit = world.unit(call.interaction).await;
    assert_eq!(unit.state, UnitState::Withdrawn, "nobody calls back who rang for a second: {unit:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_of_a_process_that_died_has_its_record() {
    let mut world = World::new(|_| {}).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    world.call_that("it waits", |call| call.state == CallState::Waiting).await;
    world.crash().await;
    let call = world.call_that("the record", |call| is_over(&call.state, CallEnder::System, "crash")).await;
    assert!(matches!(world.unit(call.interaction).await.state, UnitState::Open), "she is owed a call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consultation_is_completed_and_recorded() {
    let world = World::new(|settings| settings.record = true).await;
    let mut annas = world.agent(ANNA).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    caller.sing(500.0);
    let ringing = annas.incoming().await;
    let mut anna = annas.answer(ringing).await;
    anna.sing(1_100.0);
    caller.hears(1_100.0, true).await;
    let call = world.call_that("they talk", |call| call.state == CallState::Talking).await;

    let mut boriss = world.agent(BORIS).await;
    let consult = CallCommand::Consult { to: DialTo::Agent { agent: BORIS.into() } };
    calls::command(&world.ctx, &actor(ANNA), call.id, consult).await.unwrap();
    let ringing = boriss.incoming().await;
    let mut boris = boriss.answer(ringing).await;
    boris.sing(1_900.0);
    anna.hears(1_900.0, true).await;
    boris.hears(500.0, false).await;
    calls::command(&world.ctx, &actor(ANNA), call.id, CallCommand::Complete).await.unwrap();
    assert_eq!(anna.ended().await, Cause::Normal);
    caller.hears(1_900.0, true).await;
    boris.hears(500.0, true).await;
    let doc = world
        .until("it is Boris's", async |_| {
            let doc = world.interaction(call.interaction).await;
            matches!(doc.state, InteractionState::Active { agent, .. } if agent == BORIS.into()).then_some(doc)
        })
        .await;
    assert_eq!(doc.agent, Some(BORIS.into()));

    boris.control.hangup(Cause::Normal);
    caller.ended().await;
    let call = world.call_that("the record", |call| is_over(&call.state, CallEnder::Agent, "normal")).await;
    assert_eq!(call.legs.iter().filter(|leg| leg.role == LegRole::Agent).count(), 2);
    // Its last part may come after the end of the call.
    let opened = world
        .until("the whole recording", async |ctx| {
            let recording = world.recordings(call.id).await.into_iter().find(|recording| recording.ended.is_some())?;
            let sound = okno_app::recordings::sound(&ctx, &supervisor(ANNA), recording.id).await.unwrap();
            let opened = Recording::open(&sound.key, sound.chunks.iter().map(|chunk| &chunk.bytes));
            opened.damages().is_empty().then_some(opened)
        })
        .await;
    assert!(okno_media::level::rms_dbfs(&opened.channel(Side::Customer)) > -40.0, "what she said");
    assert!(okno_media::level::rms_dbfs(&opened.channel(Side::Heard)) > -40.0, "what she heard");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blind_transfer_brings_music_and_the_next_agent() {
    let world = World::new(|_| {}).await;
    let mut annas = world.agent(ANNA).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    let ringing = annas.incoming().await;
    let mut anna = annas.answer(ringing).await;
    let call = world.call_that("they talk", |call| call.state == CallState::Talking).await;
    let mut boriss = world.agent(BORIS).await;
    interactions::transfer(&world.ctx, &actor(ANNA), call.interaction, interactions::Transfer::Agent(BORIS.into()), None).await.unwrap();
    anna.ended().await;
    caller.hears_something().await;
    let ringing = boriss.incoming().await;
    let boris = boriss.answer(ringing).await;
    boris.sing(1_900.0);
    caller.hears(1_900.0, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_leaves_a_message() {
    let world = World::new(|settings| settings.voicemail = true).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    world.call_that("she waits", |call| call.state == CallState::Waiting).await;
    caller.sing(500.0);
    caller.press("2");
    let call = world
        .call_that("she speaks", |call| call.state == CallState::Voicemail && call.recording == okno_model::doc::RecordingState::On)
        .await;
    caller.three_seconds().await;
    caller.control.hangup(Cause::Normal);
    world.call_that("the record", |call| is_over(&call.state, CallEnder::Customer, "normal")).await;
    let message = world
        .until("the message", async |_| {
            world.recordings(call.id).await.into_iter().find(|recording| recording.voicemail && recording.ended.is_some())
        })
        .await;
    assert!(message.ms >= 2_000, "{message:?}");
    let task = world
        .until("a task", async |ctx| {
            let all = ctx.read(|tx| Ok(tx.list::<okno_model::doc::InteractionDoc>()?)).await.unwrap();
            all.into_iter().find(|doc| doc.medium == okno_model::Medium::Task)
        })
        .await;
    assert_eq!((task.previous, task.channel), (Some(call.interaction), LINE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_cuts_no_call() {
    let world = World::new(|_| {}).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    world.stop();
    caller.hears_something().await;
    assert!(!world.stopped(), "the call goes on");
    let mut late = world.provider.call("+48601234568", NUMBER).await;
    let refused = late.wait(|event| matches!(event, LegEvent::Failed { .. })).await;
    assert!(matches!(refused, LegEvent::Failed { code: 503, .. }), "{refused:?}");
    caller.control.hangup(Cause::Normal);
    world.until("it stops", async |_| world.stopped().then_some(())).await;
    world.call_that("the record", |call| is_over(&call.state, CallEnder::Customer, "normal")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_nobody_is_refused() {
    let world = World::new(|_| {}).await;
    let mut caller = world.provider.call(OLGA, "+48221119999").await;
    let refused = caller.wait(|event| matches!(event, LegEvent::Failed { .. })).await;
    assert!(matches!(refused, LegEvent::Failed { code: 404, .. }), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_keeps_the_place_and_is_called_back() {
    let mut world = World::new(|settings| settings.callback = true).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    world.call_that("she waits", |call| call.state == CallState::Waiting).await;
    caller.sing(500.0);
    caller.press("1");
    caller.three_seconds().await;
    caller.press("#");
    caller.ended().await;
    let first = world.call_that("the record", |call| !call.is_live()).await;
    let doc = world.interaction(first.interaction).await;
    assert_eq!(doc.callback.as_ref().map(|callback| callback.number.as_str()), Some(OLGA));

    let mut phone = world.agent(ANNA).await;
    let offer = world
        .until("it is offered", async |_| {
            let doc = world.interaction(first.interaction).await;
            if let InteractionState::Offered { offer, .. } = doc.state { Some(offer) } else { None }
        })
        .await;
    interactions::accept(&world.ctx, &actor(ANNA), first.interaction, offer).await.unwrap();
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    let asked = world.provider.incoming().await;
    assert_eq!(asked.to, OLGA);
    let customer = world.provider.answer(asked).await;
    customer.sing(500.0);
    agent.hears(500.0, true).await;
    customer.control.hangup(Cause::Normal);
    agent.ended().await;
    world.until("she waits no more", async |_| world.interaction(first.interaction).await.callback.is_none().then_some(())).await;
    let unit = world
        .until("the unit ends", async |_| {
            let unit = world.unit(first.interaction).await;
            (unit.ended.is_some()).then_some(unit)
        })
        .await;
    assert!(matches!(unit.state, UnitState::Answered | UnitState::Recovered), "{unit:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_listens_and_barges_in() {
    let world = World::new(|_| {}).await;
    let mut annas = world.agent(ANNA).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    caller.sing(500.0);
    let ringing = annas.incoming().await;
    let mut anna = annas.answer(ringing).await;
    anna.sing(1_100.0);
    let call = world.call_that("they talk", |call| call.state == CallState::Talking).await;
    let mut boriss = world.agent(BORIS).await;
    let chief = supervisor(BORIS);
    let monitor = |mode| calls::command(&world.ctx, &chief, call.id, CallCommand::Monitor { mode });
    monitor(MonitorMode::Listen).await.unwrap();
    let ringing = boriss.incoming().await;
    let mut boris = boriss.answer(ringing).await;
    boris.sing(1_900.0);
    boris.hears(500.0, true).await;
    boris.hears(1_100.0, true).await;
    caller.hears(1_900.0, false).await;
    monitor(MonitorMode::Coach).await.unwrap();
    anna.hears(1_900.0, true).await;
    caller.hears(1_900.0, false).await;
    monitor(MonitorMode::Barge).await.unwrap();
    caller.hears(1_900.0, true).await;
    calls::command(&world.ctx, &chief, call.id, CallCommand::StopMonitor).await.unwrap();
    boris.ended().await;
    caller.hears(1_100.0, true).await;
}
