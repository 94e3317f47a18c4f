//! The widget that a public key names.

use crate::{AppError, Ctx};
use okno_model::doc::{ChannelDoc, ChannelSettings, WorkspaceDoc};

/// The company and the widget channel of a key, switched on or not; `None` for an unknown key.
///
/// # Errors
/// The store's.
pub async fn find(ctx: &Ctx, key: &str) -> Result<Option<(WorkspaceDoc, ChannelDoc)>, AppError> {
    let (ws, key) = (ctx.ws, key.to_owned());
    ctx.read(move |tx| {
        let is_it = |doc: &ChannelDoc| matches!(&doc.settings, ChannelSettings::Widget(widget) if widget.key == key);
        let channel = tx.list::<ChannelDoc>()?.into_iter().find(is_it);
        let workspace = tx.get::<WorkspaceDoc>(ws)?;
        Ok(workspace.zip(channel))
    })
    .await
}
