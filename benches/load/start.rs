//! How fast the server is there again when its database is full of open work.

use crate::accept;
use anyhow::Result;
use okno_testkit::{Company, Server};
use std::time::Duration;

/// Visitors that are connected at the same time while the database is filled.
const AT_ONCE: usize = 500;

/// Opens so many interactions through the visitors' door.
pub(crate) async fn fill(server: &Server, company: &Company, count: usize) -> Result<()> {
    let mut made = 0;
    while made < count {
        let some = AT_ONCE.min(count - made);
        // Connecting says the first words, which opens the interaction.
        drop(accept::connect(server, company, some).await?);
        made += some;
    }
    Ok(())
}

/// Time from the start of the process to its readiness: after a clean stop, and after a kill.
pub(crate) fn times(server: &mut Server) -> Result<(Duration, Duration)> {
    server.stop()?;
    let clean = server.start()?;
    server.kill9()?;
    let killed = server.start()?;
    Ok((clean, killed))
}
