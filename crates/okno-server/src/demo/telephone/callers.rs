//! Simulated callers: they ring, wait, say what they want once somebody answers, and hang up.

use super::{
    super::company::{CUSTOMERS, Dialogue, Dice},
    NUMBER,
    party::Party,
};
use okno_app::App;
use okno_model::{
    WorkspaceId,
    doc::{CallDoc, CallState},
};
use std::{sync::Arc, time::Duration};

/// Callers at once: agents are few.
const AT_ONCE: usize = 2;
/// How often a caller listens whether somebody is there.
const LISTEN: Duration = Duration::from_millis(500);
/// Who has said everything listens for so long before he hangs up.
const LISTENS: Duration = Duration::from_secs(20);

/// The number of a customer of the demo.
pub(in crate::demo) fn number_of(customer: usize) -> String {
    format!("+4850012{customer:04}")
}

/// Sends callers for as long as the demo runs.
pub(super) async fn come(provider: Arc<Party>, app: Arc<App>, ws: WorkspaceId, dialogues: Arc<Vec<Dialogue>>, pace: f64) {
    let lines = Arc::new(tokio::sync::Semaphore::new(AT_ONCE));
    let mut dice = Dice(2027);
    tokio::time::sleep(Duration::from_secs(6)).await;
    loop {
        let Ok(line) = Arc::clone(&lines).acquire_owned().await else { return };
        let who = dice.below(CUSTOMERS.len());
        let (name, _, language) = CUSTOMERS[who];
        let fitting: Vec<&Dialogue> = dialogues.iter().filter(|d| d.language == language).collect();
        let words = dice.pick(&fitting).ask.join(" ");
        let patience = Duration::from_secs(dice.between(40, 150));
        let (provider, app) = (Arc::clone(&provider), Arc::clone(&app));
        tokio::spawn(async move {
            let _line = line;
            if let Err(error) = call(&provider, &app, ws, &number_of(who), language, &words, patience).await {
                tracing::info!(error = format!("{error:#}"), caller = name, "a simulated caller gave up");
            }
        });
        tokio::time::sleep(Duration::from_secs(dice.between(35, 80)).div_f64(pace.clamp(0.1, 100.0))).await;
    }
}

/// One call.
async fn call(
    provider: &Party,
    app: &App,
    ws: WorkspaceId,
    from: &str,
    language: &str,
    words: &str,
    patience: Duration,
) -> anyhow::Result<()> {
    let mut leg = provider.call(from, NUMBER).await?;
    let began = tokio::time::Instant::now();
    loop {
        if leg.is_over().await {
            return Ok(());
        }
        if talks(app, ws, from).await? {
            break;
        }
        if began.elapsed() > patience {
            leg.hang_up();
            return Ok(());
        }
        tokio::time::sleep(LISTEN).await;
    }
    provider.say(&leg, language, words).await;
    leg.over_within(LISTENS).await;
    Ok(())
}

/// Whether somebody talks with who calls from this number.
async fn talks(app: &App, ws: WorkspaceId, from: &str) -> anyhow::Result<bool> {
    let from = from.to_owned();
    let talks = |call: &CallDoc| call.number == from && call.state == CallState::Talking;
    let live = app.store.read(ws, okno_store::calls::live).await?;
    Ok(live.iter().any(talks))
}
