//! What it costs when somebody has a page with the widget open and says nothing.

use anyhow::Result;
use okno_testkit::visitor::visit;
use okno_testkit::{Company, Server};

/// How many connect at the same time.
const CONNECTING: usize = 100;

/// Bytes of the server's memory for each of so many connected visitors.
pub(crate) async fn memory_of_each(server: &Server, company: &Company, count: usize) -> Result<f64> {
    // The first ones pay for what is made once.
    let mut sockets = connect(server, company, CONNECTING).await?;
    let before = server.memory()?;
    while sockets.len() < count + CONNECTING {
        sockets.extend(connect(server, company, CONNECTING).await?);
    }
    let after = server.memory()?;
    let grown = after.saturating_sub(before) as f64;
    Ok(grown / (sockets.len() - CONNECTING) as f64)
}

async fn connect(server: &Server, company: &Company, count: usize) -> Result<Vec<okno_testkit::visitor::Socket>> {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let (port, key) = (server.port, company.widget_key.clone());
            tokio::spawn(async move { visit(port, &key, None, None, 0).await.map(|(socket, _)| socket) })
        })
        .collect();
    let mut sockets = Vec::new();
    for task in tasks {
        sockets.push(task.await??);
    }
    Ok(sockets)
}
