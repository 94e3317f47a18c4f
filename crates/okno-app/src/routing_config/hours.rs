//! Commands and queries of business hours.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    config,
};
use okno_model::{
    HoursId,
    doc::{HolidayDay, HoursDoc, OpenInterval, QueueDoc, WorkspaceDoc},
    event::What,
    input::HoursInput,
    limits::{HOURS_EXCEPTIONS, HOURS_HOLIDAYS, HOURS_INTERVALS_PER_DAY},
    right::{Right, Scope},
};
use okno_store::Tx;

/// Minutes of a day.
const DAY: u16 = 1440;

/// All hours, archived ones too. Seen by everybody who works here.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<HoursDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: HoursId) -> Result<HoursDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("hours"))).await
}

/// Monday to Friday, 9 to 17.
pub fn default_hours(id: HoursId, name: &str, time_zone: &str) -> HoursDoc {
    let office = vec![OpenInterval { from_minute: 9 * 60, to_minute: 17 * 60 }];
    let week = std::array::from_fn(|day| if day < 5 { office.clone() } else { Vec::new() });
    let (holidays, exceptions) = (Vec::new(), Vec::new());
    HoursDoc { id, name: name.to_owned(), time_zone: time_zone.to_owned(), week, holidays, exceptions, archived: false }
}

/// Makes hours. Without a week: Monday to Friday, 9 to 17.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: HoursInput, once: Option<Once>) -> Result<HoursDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let ws = tx.ws();
            let zone = tx.get::<WorkspaceDoc>(ws)?.map_or_else(|| "UTC".to_owned(), |workspace| workspace.time_zone);
            let mut hours = default_hours(ctx_in.id(HoursId::new), "", &zone);
            apply(&mut hours, input)?;
            check(tx, &hours)?;
            config::save(tx, &ctx_in, &actor, None, &hours, &hours.name, What::HoursChanged)?;
            Ok(hours)
        })
    })
    .await
}

/// Changes hours. Queues that have them open or close at once if they have to.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`]; [`AppError::Conflict`] `in_use` for archiving hours that a queue has.
pub async fn update(ctx: &Ctx, actor: &Actor, id: HoursId, input: HoursInput) -> Result<HoursDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: HoursDoc = tx.lock(id)?.ok_or(AppError::not_found("hours"))?;
        let mut after = before.clone();
        apply(&mut after, input)?;
        check(tx, &after)?;
        if after.archived && !before.archived {
            let used = tx.list::<QueueDoc>()?.into_iter().filter(|q| !q.archived && q.hours == Some(id));
            let names: Vec<String> = used.map(|q| format!("queue `{}`", q.name)).collect();
            if !names.is_empty() {
                return Err(AppError::conflict("in_use", format!("give {} other hours first", names.join(", "))));
            }
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::HoursChanged)?;
        Ok(after)
    })
    .await
}

/// Archives hours.
///
/// # Errors
/// As [`update`].
pub async fn archive(ctx: &Ctx, actor: &Actor, id: HoursId) -> Result<HoursDoc, AppError> {
    update(ctx, actor, id, HoursInput { archived: Some(true), ..HoursInput::default() }).await
}

fn apply(hours: &mut HoursDoc, input: HoursInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        hours.name = config::name("name", &name)?;
    }
    macro_rules! take {
        ($($field:ident)*) => { $(if let Some(value) = input.$field { hours.$field = value; })* };
    }
    take! { time_zone week holidays exceptions archived }
    Ok(())
}

fn check(tx: &mut Tx<'_>, hours: &HoursDoc) -> Result<(), AppError> {
    config::name("name", &hours.name)?;
    config::unique(tx, "set of hours", hours, |h| &h.name, |a, b| a.id == b.id)?;
    if jiff::tz::TimeZone::get(&hours.time_zone).is_err() {
        let detail = format!("`{}` is no time zone; write it as Europe/Warsaw", hours.time_zone.chars().take(60).collect::<String>());
        return Err(AppError::invalid("time_zone", "unknown", detail));
    }
    for day in &hours.week {
        intervals("week", day)?;
    }
    if hours.holidays.len() > HOURS_HOLIDAYS {
        return Err(AppError::invalid("holidays", "too_many", format!("at most {HOURS_HOLIDAYS} holidays are kept; remove past ones")));
    }
    for (n, holiday) in hours.holidays.iter().enumerate() {
        config::name("holidays", &holiday.name)?;
        intervals("holidays", &holiday.intervals)?;
        let there = match holiday.day {
            HolidayDay::Date { year, month, day } => is_day(year, month, day) && year >= 1970,
            // A leap year has every day.
            HolidayDay::Yearly { month, day } => is_day(2024, month, day),
        };
        if !there {
            return Err(AppError::invalid("holidays", "no_such_day", format!("`{}` is on a day that does not exist", holiday.name)));
        }
        if hours.holidays[..n].iter().any(|other| other.day == holiday.day) {
            return Err(AppError::invalid("holidays", "repeated", format!("`{}` is on a day that has a holiday already", holiday.name)));
        }
    }
    if hours.exceptions.len() > HOURS_EXCEPTIONS {
        return Err(AppError::invalid(
            "exceptions",
            "too_many",
            format!("at most {HOURS_EXCEPTIONS} exceptions are kept; remove past ones"),
        ));
    }
    for exception in &hours.exceptions {
        config::name("exceptions", &exception.name)?;
        if exception.from >= exception.to {
            return Err(AppError::invalid("exceptions", "out_of_order", format!("`{}` ends before it begins", exception.name)));
        }
    }
    Ok(())
}

fn is_day(year: i16, month: u8, day: u8) -> bool {
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => jiff::civil::Date::new(year, month, day).is_ok(),
        (Err(_), _) | (_, Err(_)) => false,
    }
}

fn intervals(field: &'static str, day: &[OpenInterval]) -> Result<(), AppError> {
    if day.len() > HOURS_INTERVALS_PER_DAY {
        return Err(AppError::invalid(field, "too_many", format!("a day has at most {HOURS_INTERVALS_PER_DAY} open intervals")));
    }
    let mut end = 0;
    for interval in day {
        let OpenInterval { from_minute, to_minute } = *interval;
        if from_minute >= DAY || to_minute <= from_minute || to_minute - from_minute > DAY {
            let detail = "an interval begins at minute 0 to 1439 and ends later, within 24 hours";
            return Err(AppError::invalid(field, "out_of_range", detail));
        }
        if from_minute < end {
            return Err(AppError::invalid(field, "overlap", "the intervals of a day must be in order and may not overlap"));
        }
        end = to_minute;
    }
    Ok(())
}
