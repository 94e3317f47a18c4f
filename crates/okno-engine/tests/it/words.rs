//! The part of a scenario's language that says how a queue chooses and in which order it serves.

use super::scenario::{Names, span};
use okno_engine::routing::QueueProfile;
use okno_model::doc::{Ordering, Ring, SkillsMode, Strategy, Tier, Window};

fn number<T: std::str::FromStr>(word: &str) -> T {
    word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"))
}

pub(crate) const STRATEGIES: [(&str, Strategy); 16] = [
    ("longest_idle", Strategy::LongestIdle),
    ("least_recent", Strategy::LeastRecent),
    ("fewest_contacts", Strategy::FewestTaken),
    ("least_talk_time", Strategy::LeastTalkTime),
    ("least_occupied", Strategy::LeastOccupied),
    ("round_robin", Strategy::RoundRobin),
    ("linear", Strategy::Linear),
    ("ring_all", Strategy::RingAll),
    ("ring_progressively", Strategy::RingProgressively),
    ("random", Strategy::Random),
    ("weighted_random", Strategy::WeightedRandom),
    ("skill_rank", Strategy::SkillRank),
    ("best_available_skills", Strategy::BestAvailableSkills),
    ("bullseye", Strategy::Bullseye),
    ("preferred_then_pool", Strategy::PreferredThenPool),
    ("pull", Strategy::Pull),
];

pub(crate) const ORDERS: [(&str, Ordering); 6] = [
    ("priority_then_age", Ordering::PriorityThenAge),
    ("fifo", Ordering::Fifo),
    ("lifo", Ordering::Lifo),
    ("score", Ordering::Score),
    ("due_first", Ordering::DueFirst),
    ("gc_mu", Ordering::GcMu),
];

/// Understands the first words, or gives `None`; returns the words after them.
pub(crate) fn choice<'a, 'b>(q: &mut QueueProfile, names: &mut Names, words: &'a [&'b str]) -> Option<&'a [&'b str]> {
    let ring = |q: &mut QueueProfile, change: &dyn Fn(&mut Ring)| change(q.rings.last_mut().expect("a ring is begun by `after`"));
    Some(match words {
        [word, rest @ ..] if STRATEGIES.iter().any(|(name, _)| name == word) => {
            q.strategy = STRATEGIES.iter().find(|(name, _)| name == word)?.1;
            rest
        }
        ["order", word, rest @ ..] => {
            q.order = ORDERS.iter().find(|(name, _)| name == word)?.1;
            rest
        }
        ["skills", word @ ("all" | "best" | "disregard"), rest @ ..] => {
            q.skills_mode = match *word {
                "all" => SkillsMode::All,
                "best" => SkillsMode::Best,
                _ => SkillsMode::Disregard,
            };
            rest
        }
        ["window", word @ ("shift" | "hour" | "day"), rest @ ..] => {
            q.window = match *word {
                "shift" => Window::Shift,
                "hour" => Window::Hour,
                _ => Window::Day,
            };
            rest
        }
        ["delay", s, rest @ ..] => {
            q.delay_seconds = span(s);
            rest
        }
        ["tier", agent, tier, rest @ ..] => {
            q.tiers.push(Tier { agent: names.agent(agent), tier: number(tier) });
            rest
        }
        ["after", s, rest @ ..] => {
            q.rings.push(Ring { after_seconds: span(s), lower_levels: 0, drop_skills: vec![], add_queues: vec![] });
            rest
        }
        ["lower", n, rest @ ..] => {
            ring(q, &|ring| ring.lower_levels = number(n));
            rest
        }
        ["drop", skill, rest @ ..] => {
            let skill = names.skill(skill);
            ring(q, &|ring| ring.drop_skills.push(skill));
            rest
        }
        ["add", queue, rest @ ..] => {
            let queue = names.queue(queue);
            ring(q, &|ring| ring.add_queues.push(queue));
            rest
        }
        ["rings_survive", rest @ ..] => {
            q.rings_survive_transfer = true;
            rest
        }
        ["every", s, rest @ ..] => {
            q.ring_seconds = span(s);
            rest
        }
        ["preferred_for", s, rest @ ..] => {
            q.preferred_seconds = span(s);
            rest
        }
        ["weight", n, rest @ ..] => {
            q.weight = number(n);
            rest
        }
        ["within", s, rest @ ..] => {
            q.answer_within_seconds = span(s);
            rest
        }
        ["base", n, rest @ ..] => {
            q.score.base = number(n);
            rest
        }
        ["rate", priority, n, rest @ ..] => {
            q.score.per_minute_by_priority[number::<usize>(priority)] = number(n);
            rest
        }
        ["urgency", n, rest @ ..] => {
            q.priority = number(n);
            rest
        }
        _ => return None,
    })
}
