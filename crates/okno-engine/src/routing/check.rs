//! The named invariants of the engine, one predicate each. Tests and the simulation check them after every step; a host
//! may check them whenever it has time, since each costs time proportional to what is in the engine.

use super::{
    Engine, Stage,
    blending::WHOLE,
    heads::firsts,
    ringing::AT_ONCE,
    slab::{AgentIx, Ix},
    state::{Agent, Door, Due, Standing, Timer, m},
    strategy::drifts,
};
use okno_model::{Medium, doc::Presence};
use std::collections::{BTreeMap, BTreeSet};

/// A named invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {detail}")]
pub struct Violation {
    /// Name: `R-1` ...
    pub name: &'static str,
    /// What was found.
    pub detail: String,
}

type Invariant = (&'static str, fn(&Engine) -> Result<(), String>);

/// Names and predicates.
const INVARIANTS: &[Invariant] = &[
    ("R-1 an agent has at most one live offer per free slot of his capacity", one_offer_per_slot),
    ("R-2 the engine never exceeds a capacity", capacity_is_kept),
    ("R-3 whatever has an end has a timer, and every timer has a cause", deadlines_are_timed),
    ("R-4 nobody who may take a waiting interaction is ready", work_is_conserved),
    ("R-5 within class and band the oldest is first", first_come_first_served),
    ("R-6 an interaction is in exactly one place", one_place),
    ("R-7 ready sets show the agents as they are", ready_sets_are_true),
    ("R-8 counts agree with what they count", counts_are_true),
    ("R-9 nothing rings at or waits for an agent who cannot take it", nothing_rings_in_vain),
    ("R-10 whoever a rule sends on does not wait", overflows_happen),
    ("R-11 queues are open by their hours, and only a closed one has parked", doors_are_true),
    ("R-12 a wrap-up after giving away is one per interaction, and of nothing that he has", notes_are_one),
    ("R-13 who stays free for calls is counted right, and has to", reserves_are_kept),
    ("R-14 what occupies an agent has a deadline, or its keeper has one", slots_are_let),
    ("R-15 nobody is ready beside work that keeps it away", media_are_kept_apart),
    ("R-16 what rings at several rings once at each, and at all who are ready if all are asked", rings_once_at_each),
];

impl Engine {
    /// Checks every named invariant. Costs time proportional to everything in the engine.
    pub fn check(&self) -> Result<(), Violation> {
        INVARIANTS.iter().try_for_each(|&(name, holds)| holds(self).map_err(|detail| Violation { name, detail }))
    }
}

fn ensure(holds: bool, detail: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(detail()) }
}

fn one_offer_per_slot(engine: &Engine) -> Result<(), String> {
    for (_, agent) in engine.agents.iter() {
        for &medium in Medium::ALL {
            let rings = |item| matches!(engine.items[item].stage, Stage::Offered { .. });
            let routed = agent.slots.iter().filter(|slot| slot.medium == medium && slot.grant == super::state::Grant::Routed);
            let offers = routed.filter(|slot| rings(slot.item)).count();
            let limit = agent.ceiling[m(medium)] / WHOLE;
            ensure(offers as u32 <= limit, || format!("{} has {offers} live {medium} offers for {limit} slots", agent.profile.name))?;
        }
    }
    Ok(())
}

fn capacity_is_kept(engine: &Engine) -> Result<(), String> {
    for (_, agent) in engine.agents.iter() {
        for &medium in Medium::ALL {
            let (routed, limit) = (agent.routed_units(medium), agent.ceiling[m(medium)].max(agent.capacity_units(medium)));
            ensure(routed <= limit, || format!("{} has {routed} % of routed {medium}, {limit} % allowed", agent.profile.name))?;
        }
    }
    Ok(())
}

fn deadlines_are_timed(engine: &Engine) -> Result<(), String> {
    let mut expected = BTreeSet::new();
    for (ix, item) in engine.items.iter() {
        let mut expect = |at, due| expected.insert(Timer { at, interaction: item.work.interaction, due, item: ix });
        for e in &item.excluded {
            expect(e.until, Due::Readmit(e.agent));
        }
        match item.stage {
            Stage::Held { until, .. } => _ = expect(until, Due::Hold),
            Stage::Offered { until, .. } => {
                expect(until, Due::Offer);
                item.others.iter().for_each(|other| _ = expect(other.until, Due::Other(other.agent)));
                item.further_at.map(|at| expect(at, Due::Further));
            }
            Stage::Wrapup { clock, .. } => _ = clock.until().map(|until| expect(until, Due::Wrapup)),
            Stage::Waiting | Stage::Parked | Stage::Active { .. } | Stage::Closed { .. } => {}
        }
        if let Some(at) = engine.lease_of(ix) {
            expect(at, Due::Lease);
        }
        if let Some(at) = engine.silent_at(ix).filter(|&at| at > engine.now) {
            expect(at, Due::Silence);
        }
        if let (Stage::Waiting | Stage::Held { .. }, Some(at)) = (item.stage, engine.overflow_at(ix)) {
            expect(at, Due::Overflow);
        }
        if item.stage.waits() {
            item.ring_at.map(|at| expect(at, Due::Ring));
            let (ring, next) = engine.ring_now(ix);
            ensure(item.ring_at == next, || format!("the next ring of {} begins at {next:?}", item.work.interaction))?;
            ensure(engine.classes[item.class].ring == ring, || format!("{} is not in ring {ring}", item.work.interaction))?;
        }
        if let (Stage::Waiting, Door::Opens(at)) = (item.stage, item.door) {
            expect(at, Due::Open);
        }
    }
    let missing = expected.difference(&engine.timers).next();
    ensure(missing.is_none(), || format!("{missing:?} is not set"))?;
    let stray = engine.timers.difference(&expected).next();
    ensure(stray.is_none(), || format!("{stray:?} has no cause"))?;
    let alarms: BTreeSet<_> = engine.agents.iter().flat_map(|(_, agent)| engine.alarms_of(agent)).collect();
    ensure(engine.alarms == alarms, || format!("the alarms of agents are {:?}, not {alarms:?}", engine.alarms))?;
    let late = engine.alarms.first().filter(|alarm| alarm.at <= engine.now);
    ensure(late.is_none(), || format!("{late:?} is due and did not happen"))?;
    let late = engine.timers.first().filter(|timer| timer.at <= engine.now);
    ensure(late.is_none(), || format!("{late:?} is due and did not happen"))
}

fn work_is_conserved(engine: &Engine) -> Result<(), String> {
    for (_, item) in engine.items.iter() {
        let candidate = match item.stage {
            Stage::Waiting if item.door != Door::Open => None,
            Stage::Waiting => engine.classes[item.class].members.keys().copied().find(|&agent| {
                let who = &engine.agents[agent];
                who.standing(item.work.medium) == Standing::Ready
                    && !item.excludes(who.profile.id)
                    && !something_else_waits(engine, agent, item.work.medium)
            }),
            Stage::Held { agent, .. } => engine.agent_ix.get(&agent).copied().filter(|&agent| {
                engine.agents[agent].standing(item.work.medium) == Standing::Ready && !something_else_waits(engine, agent, item.work.medium)
            }),
            Stage::Parked | Stage::Offered { .. } | Stage::Active { .. } | Stage::Wrapup { .. } | Stage::Closed { .. } => None,
        };
        if let Some(agent) = candidate {
            return Err(format!("{} waits and {} is ready", item.work.interaction, engine.agents[agent].profile.name));
        }
    }
    Ok(())
}

/// Something waits that only his other work keeps away from an agent: he may keep himself free for it.
fn something_else_waits(engine: &Engine, agent: AgentIx, comes: Medium) -> bool {
    let who = &engine.agents[agent];
    engine.items.iter().any(|(_, other)| {
        let for_him = match other.stage {
            Stage::Waiting => engine.classes[other.class].members.contains_key(&agent) && !other.excludes(who.profile.id),
            Stage::Held { agent: only, .. } => only == who.profile.id,
            Stage::Parked | Stage::Offered { .. } | Stage::Active { .. } | Stage::Wrapup { .. } | Stage::Closed { .. } => false,
        };
        for_him && who.standing(other.work.medium) == Standing::OtherMedia && engine.blending.keeps_away(comes, other.work.medium)
    })
}

fn first_come_first_served(engine: &Engine) -> Result<(), String> {
    for (_, class) in engine.classes.iter() {
        for place in class.waiting.iter().chain(&class.apart) {
            ensure(engine.place_of(place.item) == *place, || format!("{} stands in a wrong place", place.interaction))?;
        }
    }
    for (ix, queue) in engine.queues.iter() {
        let order = queue.profile.order;
        let firsts = queue.classes.values().flat_map(|&class| firsts(&engine.classes[class], class, order, engine.now));
        let mut firsts: Vec<_> = firsts.collect();
        firsts.sort_unstable();
        ensure(queue.heads.all() == firsts, || format!("the heads of {} are {:?}, not {firsts:?}", queue.profile.name, queue.heads))?;
        ensure(engine.nonempty.has(ix.n()) != firsts.is_empty(), || format!("the mark of {} is wrong", queue.profile.name))?;
    }
    Ok(())
}

fn one_place(engine: &Engine) -> Result<(), String> {
    let waiting: usize = engine.classes.iter().map(|(_, class)| class.waiting.len() + class.apart.len()).sum();
    let held: usize = engine.agents.iter().map(|(_, agent)| agent.held.len()).sum();
    let slots: usize = engine.agents.iter().map(|(_, agent)| agent.slots.len()).sum();
    let all = engine.items.len();
    let parked: usize = engine.queues.iter().map(|(_, queue)| queue.parked.len()).sum();
    let others: usize = engine.items.iter().map(|(_, item)| item.others.len()).sum();
    ensure(waiting + held + slots + parked == all + others, || {
        format!("{waiting} wait, {held} are held, {slots} are in slots, {parked} are parked, but {all} exist")
    })?;
    for (ix, item) in engine.items.iter() {
        let place = engine.place_of(ix);
        let there = match item.stage {
            Stage::Waiting if item.door == Door::Open => engine.classes[item.class].waiting.contains(&place),
            Stage::Waiting => engine.classes[item.class].apart.contains(&place),
            Stage::Parked => engine.queues[item.queue].parked.contains(&(item.work.interaction, ix)),
            Stage::Held { agent, .. } => engine.agent_ix.get(&agent).is_some_and(|&agent| engine.agents[agent].held.contains(&place)),
            Stage::Offered { agent, .. } | Stage::Active { agent, .. } | Stage::Wrapup { agent, .. } => {
                engine.agent_ix.get(&agent).is_some_and(|&agent| {
                    engine.agents[agent]
                        .slots
                        .iter()
                        .filter(|slot| slot.item == ix && Some(&slot.activity) == item.stage.activity().as_ref())
                        .count()
                        == 1
                })
            }
            Stage::Closed { .. } => false,
        };
        ensure(there, || format!("{} is {} but not there", item.work.interaction, item.stage.word()))?;
    }
    Ok(())
}

fn ready_sets_are_true(engine: &Engine) -> Result<(), String> {
    for (ix, agent) in engine.agents.iter() {
        let name = &agent.profile.name;
        let shown = agent.shown();
        ensure(engine.board[ix.n()] == shown, || format!("{name} is shown as {:?} but is {shown:?}", engine.board[ix.n()]))?;
        for pool in &agent.pools {
            let queue = &engine.queues[pool.queue];
            let key = shown.is_ready().then(|| agent.key(pool, ix));
            let early = drifts(pool.by.strategy) && pool.key.is_some_and(|had| key.is_none_or(|key| had.rank <= key.rank));
            ensure(early || pool.key == key, || format!("{name} stands at {:?} in a ready set, not {key:?}", pool.key))?;
            ensure(pool.key.is_none_or(|key| queue.ready.contains(&key)), || format!("{name} does not stand in a ready set"))?;
            ensure(pool.by == queue.ranked_by(), || format!("{name} is ranked by {:?}", pool.by))?;
            ensure(agent.skill(&queue.pool_needs, queue.mode()) == Some(pool.skill), || format!("the skill of {name} is wrong"))?;
            ensure(queue.tier_of(agent.profile.id) == (pool.tier, pool.place), || format!("the tier of {name} is wrong"))?;
        }
        for membership in &agent.classes {
            let class = &engine.classes[membership.class];
            let agrees = agent.eligible.has(membership.class.n())
                && class.members.contains_key(&ix)
                && class.members.get(&ix).copied() == agent.skill(&class.needs, engine.queues[class.queue].mode());
            ensure(agrees, || format!("{name} and his class disagree"))?;
        }
    }
    for (ix, queue) in engine.queues.iter() {
        let stands = |agent: &Agent| agent.pools.iter().any(|pool| pool.queue == ix && pool.key.is_some());
        let ready = engine.agents.iter().filter(|(_, agent)| stands(agent)).count();
        ensure(queue.ready.len() == ready, || format!("{} has {} ready agents, not {ready}", queue.profile.name, queue.ready.len()))?;
    }
    Ok(())
}

fn counts_are_true(engine: &Engine) -> Result<(), String> {
    for (ix, class) in engine.classes.iter() {
        let queue = &engine.queues[class.queue];
        let name = &queue.profile.name;
        let mut counts = [0; Standing::COUNT];
        for &agent in class.members.keys() {
            counts[engine.board[agent.n()].standing[m(class.medium)] as usize] += 1;
        }
        let counted = engine.counts[ix.n()];
        ensure(counts == counted, || format!("{name} counts {counted:?} agents by standing, not {counts:?}"))?;
        let guests = queue.guests.iter().filter(|&(_, &ring)| ring <= class.ring).map(|(agent, _)| agent);
        let fits = |agent: &&super::slab::AgentIx| engine.agents[**agent].skill(&class.needs, queue.mode()).is_some();
        let guests = guests.filter(fits).count();
        ensure(class.guests == guests, || format!("a class of {name} counts {} guests, not {guests}", class.guests))?;
        let members = queue.members.iter().filter(fits).count() + guests;
        ensure(class.members.len() == members, || format!("a class of {name} has {} members, not {members}", class.members.len()))?;
        let excluding = class.waiting.iter().filter(|place| !engine.items[place.item].excluded.is_empty()).count();
        ensure(class.excluding == excluding, || format!("{name} counts {} exclusions, not {excluding}", class.excluding))?;
    }
    // Interactions, those in line, and those of them who wait for anybody, by queue.
    let mut in_queues = BTreeMap::new();
    for (_, item) in engine.items.iter() {
        let (items, line, crowd) = in_queues.entry(item.queue).or_insert((0, 0, 0));
        *items += 1;
        *line += usize::from(item.stage.waits());
        *crowd += usize::from(item.stage == Stage::Waiting);
    }
    for (ix, queue) in engine.queues.iter() {
        let (items, line, crowd) = in_queues.get(&ix).copied().unwrap_or_default();
        let excluding: usize = queue.classes.values().map(|&class| engine.classes[class].excluding).sum();
        ensure(queue.excluding == excluding, || format!("{} counts {} exclusions, not {excluding}", queue.profile.name, queue.excluding))?;
        let agrees = (queue.in_line, queue.crowd) == (line, crowd);
        ensure(agrees, || format!("{} counts {} in line, not {line}, or {crowd}", queue.profile.name, queue.in_line))?;
        let there = queue.members.iter().filter(|&&agent| engine.agents[agent].on_duty()).count();
        ensure(queue.on_duty == there, || format!("{} counts {} on duty, not {there}", queue.profile.name, queue.on_duty))?;
        ensure(queue.items == items, || format!("{} counts {} interactions, not {items}", queue.profile.name, queue.items))?;
    }
    Ok(())
}

fn rings_once_at_each(engine: &Engine) -> Result<(), String> {
    for (ix, item) in engine.items.iter() {
        let id = item.work.interaction;
        let Stage::Offered { agent: first, .. } = item.stage else {
            ensure(item.others.is_empty() && !item.wide, || format!("{id} is {} and rings at others", item.stage.word()))?;
            continue;
        };
        let mut seen = BTreeSet::from([first]);
        for other in &item.others {
            ensure(seen.insert(other.agent), || format!("{id} rings twice at {}", other.agent))?;
            let activity = okno_model::doc::Activity::Offered { offer: other.offer, until: other.until };
            let slots = engine.agent_ix.get(&other.agent).map(|&agent| &engine.agents[agent].slots);
            let there = slots.is_some_and(|slots| slots.iter().filter(|slot| slot.item == ix && slot.activity == activity).count() == 1);
            ensure(there, || format!("{id} rings at {} without a slot", other.agent))?;
        }
        // Whoever is ready rings too, up to the limit.
        let queue = &engine.queues[item.queue];
        if seen.len() < AT_ONCE && queue.ringing.contains(&(id, ix)) && queue.profile.strategy == okno_model::doc::Strategy::RingAll {
            let idle = engine.classes[item.class].members.keys().copied().find(|&agent| {
                let who = &engine.agents[agent];
                who.standing(item.work.medium) == Standing::Ready
                    && !item.excludes(who.profile.id)
                    && !seen.contains(&who.profile.id)
                    && !something_else_waits(engine, agent, item.work.medium)
            });
            if let Some(agent) = idle {
                return Err(format!("{id} rings at all, and not at {}, who is ready", engine.agents[agent].profile.name));
            }
        }
    }
    Ok(())
}

fn nothing_rings_in_vain(engine: &Engine) -> Result<(), String> {
    for (_, item) in engine.items.iter() {
        let agent = match item.stage {
            Stage::Offered { agent, .. } | Stage::Held { agent, .. } => agent,
            Stage::Waiting | Stage::Parked | Stage::Active { .. } | Stage::Wrapup { .. } | Stage::Closed { .. } => continue,
        };
        let Some(&who) = engine.agent_ix.get(&agent) else { return Err(format!("{agent} is gone")) };
        let available = match engine.agents[who].duty.presence {
            Presence::Available | Presence::AvailableOnDemand => true,
            Presence::Paused { .. } | Presence::Offline => false,
        };
        // What rings since before a restart may do so until its time, although no phone has come back yet.
        let kept_in_vain = matches!(item.stage, Stage::Held { .. }) && !engine.agents[who].has_device(item.work.medium);
        ensure(!kept_in_vain, || format!("{} waits for {}, who has no phone", item.work.interaction, engine.agents[who].profile.name))?;
        ensure(available, || format!("{} rings at {} in vain", item.work.interaction, engine.agents[who].profile.name))?;
    }
    Ok(())
}

fn overflows_happen(engine: &Engine) -> Result<(), String> {
    for (ix, item) in engine.items.iter() {
        let ratio = |rule: &okno_model::doc::OverflowRule| matches!(rule.when, okno_model::doc::OverflowWhen::Ratio { .. });
        if !matches!(item.stage, Stage::Waiting | Stage::Held { .. }) {
            continue;
        }
        let stays = engine.first_rule(ix, None).filter(|rule| !ratio(rule));
        ensure(stays.is_none(), || format!("{} waits although {stays:?} holds", item.work.interaction))?;
    }
    for (ix, queue) in engine.queues.iter() {
        let last = engine.last_too_many(ix);
        ensure(last.is_none(), || format!("too many wait in {}: {last:?}", queue.profile.name))?;
    }
    Ok(())
}

fn doors_are_true(engine: &Engine) -> Result<(), String> {
    for (ix, queue) in engine.queues.iter() {
        let name = &queue.profile.name;
        ensure(queue.open == engine.is_open_now(ix), || format!("{name} is wrongly {}", if queue.open { "open" } else { "closed" }))?;
        let timed = queue.turns.is_none_or(|at| at > engine.now && engine.turns.contains(&(at, queue.profile.id, ix)));
        ensure(timed, || format!("{name} does not know when it turns"))?;
        ensure(!queue.open || queue.parked.is_empty(), || format!("{name} is open and keeps {} parked", queue.parked.len()))?;
    }
    let known = engine.queues.iter().filter(|(_, queue)| queue.turns.is_some()).count();
    ensure(known == engine.turns.len(), || format!("{} turns are set for {known} queues", engine.turns.len()))
}

fn reserves_are_kept(engine: &Engine) -> Result<(), String> {
    let callable = |agent: &Agent| agent.standing(Medium::Voice) == Standing::Ready;
    for (ix, queue) in engine.queues.iter() {
        let count = engine.agents.iter().filter(|(_, agent)| agent.pools.iter().any(|pool| pool.queue == ix) && callable(agent)).count();
        let counted = engine.callable[ix.n()];
        ensure(counted as usize == count, || format!("{} counts {counted} who can be called, not {count}", queue.profile.name))?;
    }
    for (_, agent) in engine.agents.iter() {
        let reserved = callable(agent)
            && agent.pools.iter().any(|pool| {
                let queue = &engine.queues[pool.queue];
                engine.callable[pool.queue.n()] <= u32::from(queue.profile.slots.reserve) && queue.profile.slots.reserve > 0
            });
        ensure(agent.reserved == reserved, || format!("{} stays free for calls: {}, not {reserved}", agent.profile.name, agent.reserved))?;
    }
    Ok(())
}

fn slots_are_let(engine: &Engine) -> Result<(), String> {
    let lease = &engine.limits.lease;
    for (ix, item) in engine.items.iter() {
        let ends = match item.stage {
            Stage::Waiting | Stage::Parked | Stage::Held { .. } | Stage::Offered { .. } | Stage::Closed { .. } => true,
            Stage::Wrapup { clock, .. } => clock.until().or(item.lease).is_some() || lease.wrapup == 0,
            Stage::Active { agent, .. } => {
                let lives = engine.agent_ix.get(&agent).is_some_and(|&who| engine.agents[who].connected);
                let endless = match item.work.medium {
                    Medium::Voice => lease.call == 0,
                    Medium::Chat | Medium::Message => lives || lease.chat == 0,
                    Medium::Email | Medium::Task => lives || lease.mail == 0,
                };
                endless || item.lease.is_some()
            }
        };
        ensure(ends, || format!("{} has no deadline", item.work.interaction))?;
        ensure(item.lease == engine.lease_of(ix), || format!("the lease of {} is wrong", item.work.interaction))?;
    }
    for (_, agent) in engine.agents.iter() {
        let watched = !agent.connected || lease.desk == 0 || agent.alarms.iter().any(|alarm| alarm.at > engine.now);
        ensure(watched, || format!("nobody watches the desk of {}", agent.profile.name))?;
    }
    Ok(())
}

/// The rules of blending, said a second time and slowly.
fn media_are_kept_apart(engine: &Engine) -> Result<(), String> {
    for (_, agent) in engine.agents.iter() {
        for &comes in Medium::ALL {
            if agent.standing(comes) != Standing::Ready {
                continue;
            }
            for slot in agent.slots.iter().filter(|slot| slot.medium != comes && slot.occupies()) {
                let rules = &engine.blending;
                let has = slot.medium;
                let interrupts = comes == Medium::Voice && rules.interruptible.has(has);
                let allowed = match (slot.is_wrapup(), slot.silent) {
                    (true, _) => !rules.wrapup_blocks.has(has),
                    (false, true) if rules.idle_weight == 0 => true,
                    (false, _) => rules.may_receive[m(has)].has(comes) || interrupts,
                };
                ensure(allowed, || format!("{} has {has} and is ready for {comes}", agent.profile.name))?;
            }
        }
    }
    Ok(())
}

fn notes_are_one(engine: &Engine) -> Result<(), String> {
    for (_, agent) in engine.agents.iter() {
        for (n, wrapup) in agent.wrapups.iter().enumerate() {
            let name = &agent.profile.name;
            let twice = agent.wrapups[..n].iter().any(|other| other.interaction == wrapup.interaction);
            ensure(!twice, || format!("{name} has two wrap-ups of {}", wrapup.interaction))?;
            let has = agent
                .slots
                .iter()
                .any(|slot| slot.interaction == wrapup.interaction && matches!(slot.activity, okno_model::doc::Activity::Active { .. }));
            ensure(!has, || format!("{name} has {} and wraps it up", wrapup.interaction))?;
        }
    }
    Ok(())
}
