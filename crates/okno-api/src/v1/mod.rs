//! The REST API, a folder per feature, a file per resource.

pub(crate) mod access;
pub(crate) mod agents;
pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod cases;
pub(crate) mod channels;
pub(crate) mod customers;
pub(crate) mod interactions;
pub(crate) mod ledger;
pub(crate) mod messages;
pub(crate) mod promises;
pub(crate) mod recordings;
pub(crate) mod routing;
pub(crate) mod search;
pub(crate) mod sim;
pub(crate) mod sla;
pub(crate) mod uploads;
pub(crate) mod users;
pub(crate) mod voice;
pub(crate) mod workspace;

use crate::{ApiState, permissions::Rule};
use utoipa_axum::router::OpenApiRouter;

/// All routes below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .merge(access::routes())
        .merge(users::routes())
        .merge(workspace::routes())
        .merge(routing::routes())
        .merge(channels::routes())
        .merge(audit::routes())
        .merge(agents::routes())
        .merge(customers::routes())
        .merge(cases::routes())
        .merge(interactions::routes())
        .merge(ledger::routes())
        .merge(messages::routes())
        .merge(uploads::routes())
        .merge(voice::routes())
        .merge(calls::routes())
        .merge(recordings::routes())
        .merge(search::routes())
        .merge(sim::routes())
        .merge(promises::routes())
        .merge(sla::routes())
}

/// Who may call them.
pub(crate) const RULES: &[&[Rule]] = &[
    access::RULES,
    users::RULES,
    workspace::RULES,
    routing::RULES,
    channels::RULES,
    audit::RULES,
    agents::RULES,
    customers::RULES,
    cases::RULES,
    interactions::RULES,
    ledger::RULES,
    messages::RULES,
    uploads::RULES,
    voice::RULES,
    calls::RULES,
    recordings::RULES,
    search::RULES,
    sim::RULES,
    promises::RULES,
    sla::RULES,
];
