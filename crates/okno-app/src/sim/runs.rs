//! Runs in the background: started, watched, stopped.

use super::{History, RUNS_AT_ONCE, recorded};
use crate::{AppError, Ctx, access::Actor};
use okno_model::{
    SimulationId, Timestamp, UserId, WorkspaceId,
    right::{Right, Scope},
};
use okno_sim::{Control, Goal, Report, Spec, Staffing};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// Longest run.
const TIME_MAX: Duration = Duration::from_secs(600);
/// Finished runs that are kept for whoever asks.
const KEPT: usize = 20;
/// Replications times scenarios of one run.
const REPLICATIONS_MAX: u64 = 5_000;
/// Hours times replications times scenarios: what a server may be asked for.
const HOURS_MAX: f64 = 200_000.0;
/// Longest history of a model, days.
const DAYS_MAX: u32 = 92;

/// How a run stands.
#[derive(Debug, Clone, PartialEq)]
pub enum RunState {
    /// It goes on.
    Running,
    /// Done: scenarios were simulated.
    Simulated(Arc<Report>),
    /// Done: agents were looked for.
    Staffed(Arc<Staffing>),
    /// It was stopped by its user, or took too long.
    Stopped,
    /// The model is wrong.
    Failed(String),
}

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Id.
    pub id: SimulationId,
    /// Replications done.
    pub done: u64,
    /// Replications planned so far.
    pub total: u64,
    /// State.
    pub state: RunState,
}

struct Entry {
    ws: WorkspaceId,
    user: UserId,
    begun: Timestamp,
    control: Arc<Control>,
    state: RunState,
}

/// The runs of this process.
#[derive(Default)]
pub struct Runs(Mutex<BTreeMap<SimulationId, Entry>>);

impl Runs {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<SimulationId, Entry>> {
        self.0.lock().expect("nobody panics while he holds the runs")
    }
}

/// A model of this workspace from its configuration and history, to begin with.
///
/// # Errors
/// [`AppError::Forbidden`] without the right to configure routing; [`AppError::Invalid`].
pub async fn model(ctx: &Ctx, actor: &Actor, history: History) -> Result<Spec, AppError> {
    actor.require(Right::RoutingConfigure, Scope::Own)?;
    if history.days == 0 || history.days > DAYS_MAX {
        return Err(AppError::invalid("days", "out_of_range", format!("1 to {DAYS_MAX} days of history can be read")));
    }
    if !matches!(history.interval_seconds, 900 | 1800 | 3600) {
        return Err(AppError::invalid("interval_seconds", "out_of_range", "an interval is 900, 1800 or 3600 seconds long"));
    }
    let zone = crate::workspace::get(ctx, actor).await?.time_zone;
    ctx.read(move |tx| Ok(recorded(tx, history, &zone)?)).await
}

/// A model of a made-up center, for who has no history yet.
///
/// # Errors
/// [`AppError::Forbidden`] without the right to configure routing.
pub fn example(actor: &Actor) -> Result<Spec, AppError> {
    actor.require(Right::RoutingConfigure, Scope::Own)?;
    Ok(okno_sim::parse(okno_sim::EXAMPLE).expect("the example is a model"))
}

/// Starts a run: a simulation of the spec with its scenarios, or with a goal the search for the fewest agents of the named groups.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] for a model that is wrong or too large; [`AppError::Conflict`] while others run.
pub fn start(ctx: &Ctx, actor: &Actor, spec: Spec, goal: Option<Goal>, groups: Vec<String>) -> Result<Run, AppError> {
    actor.require(Right::RoutingConfigure, Scope::Own)?;
    check(&spec)?;
    let id = ctx.id(SimulationId::new);
    let control = Arc::new(Control::default());
    {
        let mut runs = ctx.app.sims.lock();
        if runs.values().filter(|run| run.state == RunState::Running).count() >= RUNS_AT_ONCE {
            return Err(AppError::conflict(
                "simulations_running",
                format!("{RUNS_AT_ONCE} simulations run already; wait for one to end, or stop it"),
            ));
        }
        while runs.len() >= KEPT {
            let oldest = runs.iter().filter(|(_, run)| run.state != RunState::Running).min_by_key(|(_, run)| run.begun).map(|(&id, _)| id);
            let Some(oldest) = oldest else { break };
            runs.remove(&oldest);
        }
        let entry = Entry { ws: ctx.ws, user: actor.user, begun: ctx.now(), control: Arc::clone(&control), state: RunState::Running };
        runs.insert(id, entry);
    }
    let app = Arc::clone(&ctx.app);
    tokio::spawn(async move {
        let watched = Arc::clone(&control);
        // One thread: calls and chats go first.
        let work = tokio::task::spawn_blocking(move || match goal {
            Some(goal) => okno_sim::staff(&spec, &groups, goal, 1, &watched).map(|found| RunState::Staffed(Arc::new(found))),
            None => okno_sim::simulate(&spec, 1, &watched).map(|report| RunState::Simulated(Arc::new(report))),
        });
        tokio::pin!(work);
        let ended = tokio::select! {
            ended = &mut work => ended,
            () = tokio::time::sleep(TIME_MAX) => {
                control.stop();
                work.await
            }
        };
        let state = match ended {
            Ok(Ok(state)) => state,
            Ok(Err(okno_sim::SimError::Stopped)) => RunState::Stopped,
            Ok(Err(error)) => RunState::Failed(error.to_string()),
            Err(error) => {
                tracing::error!(%error, "a simulation broke off");
                RunState::Failed("the simulation broke off; the log says why".into())
            }
        };
        if let Some(entry) = app.sims.lock().get_mut(&id) {
            entry.state = state;
        }
    });
    Ok(Run { id, done: 0, total: 0, state: RunState::Running })
}

fn check(spec: &Spec) -> Result<(), AppError> {
    if spec.scenarios.len() > 10 {
        return Err(AppError::invalid("spec.scenarios", "too_many", "at most 10 scenarios are simulated at once"));
    }
    let runs = u64::from(spec.replications) * (spec.scenarios.len() as u64 + 1);
    if runs > REPLICATIONS_MAX {
        let detail =
            format!("{runs} replications are too many for a server; at most {REPLICATIONS_MAX} with all scenarios, more with `okno sim`");
        return Err(AppError::invalid("spec.replications", "too_many", detail));
    }
    okno_sim::Model::new(spec).map_err(|error| AppError::invalid("spec", "invalid_model", error.to_string()))?;
    let customers: f64 = spec.expected_customers() * runs as f64;
    if customers > 20_000_000.0 || spec.hours.unwrap_or(24.0) * runs as f64 > HOURS_MAX {
        return Err(AppError::invalid(
            "spec",
            "too_large",
            "this is too much for a server; simulate fewer replications or hours, or use `okno sim`",
        ));
    }
    Ok(())
}

/// How a run stands.
///
/// # Errors
/// [`AppError::NotFound`]: gone, or another's.
pub fn run(ctx: &Ctx, actor: &Actor, id: SimulationId) -> Result<Run, AppError> {
    actor.require(Right::RoutingConfigure, Scope::Own)?;
    let runs = ctx.app.sims.lock();
    let entry = runs.get(&id).filter(|run| run.ws == ctx.ws && run.user == actor.user);
    let entry = entry.ok_or(AppError::not_found("simulation"))?;
    let (done, total) = entry.control.progress();
    Ok(Run { id, done, total, state: entry.state.clone() })
}

/// Stops a run; what has ended stays as it is.
///
/// # Errors
/// As [`run`].
pub fn cancel(ctx: &Ctx, actor: &Actor, id: SimulationId) -> Result<Run, AppError> {
    let found = run(ctx, actor, id)?;
    if let Some(entry) = ctx.app.sims.lock().get(&id) {
        entry.control.stop();
    }
    Ok(found)
}
