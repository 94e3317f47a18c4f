//! The widget that a key names.

use super::{Sites, sites::page_origin};
use crate::{Answer, ApiState, Problem, security};
use axum::http::{HeaderMap, StatusCode};
use okno_model::{
    ChannelId,
    doc::{ChannelSettings, WidgetSettings, WorkspaceDoc},
};
use serde::Deserialize;

/// Longest key that is looked at.
const KEY_CHARS: usize = 100;

/// The key in the query of every request.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) key: String,
}

/// An enabled widget.
#[derive(Debug, Clone)]
pub(crate) struct Widget {
    /// Its channel.
    pub(crate) channel: ChannelId,
    /// Its settings.
    pub(crate) settings: WidgetSettings,
    /// Sites that may show it.
    pub(crate) sites: Sites,
    /// The company.
    pub(crate) workspace: WorkspaceDoc,
}

impl Widget {
    /// Refuses pages of sites that are not on the list. okno's own pages (the frame) pass, and so do programs: they send no origin.
    pub(super) fn check_origin(&self, state: &ApiState, headers: &HeaderMap) -> Answer<()> {
        let own = security::origin_allowed(state, headers);
        if own || page_origin(headers).is_none_or(|origin| self.sites.allow(&origin)) { Ok(()) } else { Err(self.refusal()) }
    }

    #[expect(clippy::unused_self, reason = "the refusal belongs to the widget")]
    pub(super) fn refusal(&self) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, "site_not_allowed", "this site may not show the chat; add it to the sites of the widget")
    }
}

/// The widget of a key; 404 if there is none or it is switched off.
pub(crate) async fn widget(state: &ApiState, key: &str) -> Answer<Widget> {
    if key.len() > KEY_CHARS {
        return Err(Problem::not_found("widget"));
    }
    let (workspace, channel) = okno_app::widget::find(&state.ctx(), key).await?.ok_or_else(|| Problem::not_found("widget"))?;
    match channel.settings {
        ChannelSettings::Widget(settings) => Ok(Widget { channel: channel.id, sites: Sites::new(&settings.sites), settings, workspace }),
        ChannelSettings::Mailbox(_) | ChannelSettings::Phone(_) => Err(Problem::not_found("widget")),
    }
}
