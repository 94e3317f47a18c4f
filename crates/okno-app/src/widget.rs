//! The widget that a public key names, and whose it is.

use crate::{AppError, Ctx, channels};
use okno_model::doc::{ChannelDoc, WorkspaceDoc};

/// The company and the enabled widget of a key; `None` for an unknown or disabled one.
///
/// # Errors
/// The store's.
pub async fn find(ctx: &Ctx, key: &str) -> Result<Option<(WorkspaceDoc, ChannelDoc)>, AppError> {
    let ws = ctx.ws;
    let Some(channel) = channels::widget(ctx, key).await? else { return Ok(None) };
    let workspace = ctx.read(move |tx| Ok(tx.get::<WorkspaceDoc>(ws)?)).await?;
    Ok(workspace.map(|workspace| (workspace, channel)))
}
