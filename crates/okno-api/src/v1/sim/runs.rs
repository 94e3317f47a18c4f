//! Runs of the simulator.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Query, Signed},
};
use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use okno_app::{
    AppError,
    sim::{self, History, Run, RunState},
};
use okno_model::SimulationId;
use okno_sim::{Goal, Report, Spec, Staffing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A run to start.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimRequest {
    /// The model with its scenarios.
    spec: Spec,
    /// With it, the fewest agents that reach it are looked for.
    #[serde(default)]
    goal: Option<Goal>,
    /// Names of the groups whose agents are looked for; all if empty.
    #[serde(default)]
    groups: Vec<String>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SimState {
    /// It goes on.
    Running,
    /// It is done.
    Done,
    /// It was stopped, or took too long.
    Stopped,
    /// The model is wrong.
    Failed,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimRun {
    /// Id.
    id: SimulationId,
    /// State.
    state: SimState,
    /// Replications done.
    done: u64,
    /// Replications planned so far.
    total: u64,
    /// Result of a simulation.
    report: Option<Report>,
    /// Result of a search for agents.
    staffing: Option<Staffing>,
    /// What is wrong with the model.
    error: Option<String>,
}

impl From<Run> for SimRun {
    fn from(run: Run) -> Self {
        let (state, report, staffing, error) = match run.state {
            RunState::Running => (SimState::Running, None, None, None),
            RunState::Simulated(report) => (SimState::Done, Some((*report).clone()), None, None),
            RunState::Staffed(staffing) => (SimState::Done, None, Some((*staffing).clone()), None),
            RunState::Stopped => (SimState::Stopped, None, None, None),
            RunState::Failed(error) => (SimState::Failed, None, None, Some(error)),
        };
        Self { id: run.id, state, done: run.done, total: run.total, report, staffing, error }
    }
}

/// Which part of the past becomes a model.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelQuery {
    /// First day, `YYYY-MM-DD`, in the company's time zone; without it, the last days before today.
    from: Option<String>,
    /// Number of days, 1 to 92.
    #[serde(default = "week")]
    days: u32,
    /// Length of an interval, seconds: 900, 1800 or 3600.
    #[serde(default = "half_hour")]
    interval_seconds: u32,
    /// Every customer exactly when he came, instead of a typical day.
    #[serde(default)]
    replay: bool,
}

const fn week() -> u32 {
    7
}

const fn half_hour() -> u32 {
    1800
}

/// Make a model from the present configuration and the history
#[utoipa::path(get, path = "/sim/model", tag = "simulator", operation_id = "sim_model", params(ModelQuery),
    responses((status = 200, body = Spec), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn model(signed: Signed, Query(query): Query<ModelQuery>) -> Answer<Json<Spec>> {
    let zone = okno_app::workspace::get(&signed.ctx, &signed.actor).await?.time_zone;
    let from = match &query.from {
        Some(date) => sim::midnight(date, &zone)?,
        None => sim::days_before(signed.ctx.now(), query.days, &zone),
    };
    let history = History { from, days: query.days, interval_seconds: query.interval_seconds, replay: query.replay };
    Ok(Json(sim::model(&signed.ctx, &signed.actor, history).await?))
}

/// Show an example of a model
#[utoipa::path(get, path = "/sim/example", tag = "simulator", operation_id = "sim_example",
    responses((status = 200, body = Spec), (status = 403, body = Problem)))]
pub(crate) async fn example(signed: Signed) -> Answer<Json<Spec>> {
    Ok(Json(sim::example(&signed.actor)?))
}

/// Simulate a model and its scenarios, or look for the fewest agents that reach a goal
///
/// The run goes on in the background: ask for it by its id. At most two go on at once.
#[utoipa::path(post, path = "/sim", tag = "simulator", operation_id = "start_sim", request_body = SimRequest,
    responses((status = 202, body = SimRun), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn start(signed: Signed, Body(request): Body<SimRequest>) -> Answer<(StatusCode, Json<SimRun>)> {
    let run = sim::start(&signed.ctx, &signed.actor, request.spec, request.goal, request.groups)?;
    Ok((StatusCode::ACCEPTED, Json(run.into())))
}

/// Show how a run stands, and its result
#[utoipa::path(get, path = "/sim/{id}", tag = "simulator", operation_id = "show_sim", params(("id" = SimulationId, Path)),
    responses((status = 200, body = SimRun), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<SimulationId>) -> Answer<Json<SimRun>> {
    Ok(Json(sim::run(&signed.ctx, &signed.actor, id)?.into()))
}

/// Stop a run
#[utoipa::path(delete, path = "/sim/{id}", tag = "simulator", operation_id = "stop_sim", params(("id" = SimulationId, Path)),
    responses((status = 200, body = SimRun), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn stop(signed: Signed, Path(id): Path<SimulationId>) -> Answer<Json<SimRun>> {
    Ok(Json(sim::cancel(&signed.ctx, &signed.actor, id)?.into()))
}

/// Download the result of a run as a table
#[utoipa::path(get, path = "/sim/{id}/csv", tag = "simulator", operation_id = "sim_csv", params(("id" = SimulationId, Path)),
    responses((status = 200, content_type = "text/csv", body = String), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(crate) async fn table(signed: Signed, Path(id): Path<SimulationId>) -> Answer<impl IntoResponse> {
    let text = match sim::run(&signed.ctx, &signed.actor, id)?.state {
        RunState::Simulated(report) => okno_sim::csv(&report),
        RunState::Staffed(staffing) => okno_sim::staffing_csv(&staffing),
        RunState::Running | RunState::Stopped | RunState::Failed(_) => {
            return Err(AppError::conflict("no_result", "this simulation has no result; wait until it is done").into());
        }
    };
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"simulation.csv\"")];
    Ok((headers, text))
}
