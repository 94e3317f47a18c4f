//! The progress bar: on standard error, and only on a terminal.

use okno_sim::{Control, SimError};
use std::{
    fmt::Write as _,
    io::{IsTerminal as _, Write as _},
    sync::Arc,
    time::Duration,
};

const WIDTH: u64 = 40;

/// Runs a simulation on a thread of its own and shows how far it is; Ctrl-C stops it.
pub(crate) async fn watched<T: Send + 'static>(
    work: impl FnOnce(&Control) -> Result<T, SimError> + Send + 'static,
) -> anyhow::Result<Result<T, SimError>> {
    let control = Arc::new(Control::default());
    let theirs = Arc::clone(&control);
    let running = tokio::task::spawn_blocking(move || work(&theirs));
    tokio::pin!(running);
    let shown = std::io::stderr().is_terminal();
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            ended = &mut running => {
                if shown {
                    show("");
                }
                return Ok(ended?);
            }
            _ = tick.tick(), if shown => show(&line(&control)),
            _ = tokio::signal::ctrl_c() => control.stop(),
        }
    }
}

fn line(control: &Control) -> String {
    let (done, total) = control.progress();
    let (customers, _) = control.work();
    let full = (done * WIDTH).checked_div(total).unwrap_or(0).min(WIDTH) as usize;
    let mut text = format!("[{:<width$}]", "#".repeat(full), width = WIDTH as usize);
    let _ = write!(text, " {done} of {total} replications, {customers} customers");
    text
}

/// One line that is written over.
fn show(text: &str) {
    let mut out = std::io::stderr().lock();
    // A terminal that is gone is no reason to stop.
    let _ = write!(out, "\r\x1b[2K{text}");
    let _ = out.flush();
}
