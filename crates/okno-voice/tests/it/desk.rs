//! The agent's browser as his phone, and the widget as the caller's.

use crate::{
    browser::{Browser, Talking},
    peer::power,
    world::{ANNA, LINE, NUMBER, OLGA, QUEUE, World, actor},
};
use okno_app::{interactions, routing};
use okno_bus::voice::{PhoneNews, VoiceRequest};
use okno_model::{
    AgentId, VisitorId,
    doc::{CallState, InteractionState, LegDevice, Presence},
    phone::{PhoneDown, PhoneUp},
};
use okno_sip::Cause;
use std::time::Duration;
use tokio::{sync::broadcast, time::timeout};

const PATIENCE: Duration = Duration::from_secs(30);

/// The next frame for which there is something.
async fn frame<T>(news: &mut broadcast::Receiver<PhoneNews>, wanted: impl Fn(&PhoneDown) -> Option<T>) -> T {
    let found = async {
        loop {
            let (PhoneNews::Desk { down, .. } | PhoneNews::Widget { down, .. }) = news.recv().await.unwrap();
            if let Some(found) = wanted(&down) {
                return found;
            }
        }
    };
    timeout(PATIENCE, found).await.expect("no such frame")
}

fn answer(down: &PhoneDown) -> Option<String> {
    match down {
        PhoneDown::Answer { sdp, .. } => Some(sdp.clone()),
        PhoneDown::Refused { why, .. } => panic!("refused: {why}"),
        PhoneDown::Media { .. } | PhoneDown::Taken { .. } | PhoneDown::Quality { .. } | PhoneDown::Call { .. } => None,
    }
}

fn connected(down: &PhoneDown) -> Option<()> {
    matches!(down, PhoneDown::Media { state, .. } if state == "connected").then_some(())
}

/// A page of Anna's desk becomes her phone.
async fn page(world: &World, news: &mut broadcast::Receiver<PhoneNews>, tab: &str, hz: f64) -> Talking {
    let (browser, sdp) = Browser::offer();
    // The door may not have opened yet, as after each start.
    world
        .until("the telephone is there", async |ctx| {
            let up = PhoneUp::Connect { tab: tab.into(), sdp: sdp.clone() };
            ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::Desk { agent: ANNA.into(), up }).ok()
        })
        .await;
    let sdp = frame(news, answer).await;
    let talking = browser.talk(&sdp, hz);
    frame(news, connected).await;
    talking
}

async fn hears(browser: &Talking, hz: f64) {
    let heard = async {
        let mut pcm = Vec::new();
        loop {
            pcm.extend(browser.heard());
            if pcm.chunks_exact(4_000).any(|half| power(half, hz) > -35.0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("{hz} Hz is not heard"));
}

/// Anna accepts on her screen.
async fn accept(world: &World) -> okno_model::InteractionId {
    let doc = world
        .until("it rings on the screen", async |ctx| {
            let all = ctx.read(|tx| Ok(tx.list::<okno_model::doc::InteractionDoc>()?)).await.unwrap();
            all.into_iter().find(|doc| matches!(doc.state, InteractionState::Offered { .. }))
        })
        .await;
    let InteractionState::Offered { offer, .. } = doc.state else { panic!("{doc:?}") };
    interactions::accept(&world.ctx, &actor(ANNA), doc.id, offer).await.unwrap();
    doc.id
}

async fn available(world: &World) {
    let agent: AgentId = ANNA.into();
    routing::desk_connected(&world.ctx, agent).await.unwrap();
    routing::set_presence(&world.ctx, &actor(ANNA), agent, Presence::Available).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_answers_and_survives_a_reload() {
    let world = World::new(|_| {}).await;
    let mut news = world.ctx.app.bus.voice.hear(world.ctx.ws);
    let desk = page(&world, &mut news, "one", 1_100.0).await;
    available(&world).await;
    let mut caller = world.provider.call(OLGA, NUMBER).await;
    caller.answered().await;
    caller.sing(500.0);
    let interaction = accept(&world).await;
    hears(&desk, 500.0).await;
    caller.hears(1_100.0, true).await;
    let call = world.call_that("they talk", |call| call.state == CallState::Talking).await;
    assert_eq!((call.interaction, call.legs[1].device, call.legs[1].name.as_str()), (interaction, LegDevice::Browser, "Anna"));

    // The page is loaded again: another connection, the same call.
    drop(desk);
    let desk = page(&world, &mut news, "two", 1_900.0).await;
    hears(&desk, 500.0).await;
    caller.hears(1_900.0, true).await;
    assert_eq!(world.call_that("they talk again", |call| call.state == CallState::Talking).await.id, call.id);
    caller.control.hangup(Cause::Normal);
    world.call_that("the record", |call| !call.is_live()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_widget_calls_and_hangs_up() {
    let world = World::new(|settings| settings.click_to_call = true).await;
    let mut news = world.ctx.app.bus.voice.hear(world.ctx.ws);
    let mut phone = world.agent(ANNA).await;
    let visitor = world.visitor().await;
    let (browser, sdp) = Browser::offer();
    let ask = |up: PhoneUp| world.ctx.app.bus.voice.ask(world.ctx.ws, VoiceRequest::Widget { visitor, channel: LINE, up }).unwrap();
    ask(PhoneUp::Connect { tab: "page".into(), sdp });
    let page = browser.talk(&frame(&mut news, answer).await, 500.0);
    let ringing = phone.incoming().await;
    let mut agent = phone.answer(ringing).await;
    agent.sing(1_100.0);
    agent.hears(500.0, true).await;
    hears(&page, 1_100.0).await;
    ask(PhoneUp::Hangup);
    frame(&mut news, |down| matches!(down, PhoneDown::Call { state, .. } if state == "ended").then_some(())).await;
    agent.ended().await;
    let call = world.call_that("the record", |call| !call.is_live()).await;
    assert_eq!(call.legs[0].device, LegDevice::Widget);
    assert_eq!(world.interaction(call.interaction).await.queue, QUEUE);
    let _: VisitorId = visitor;
}
