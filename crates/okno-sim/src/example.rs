//! A model to start from.

/// A commented model of a small center with two queues of three media, two groups of agents and scenarios, as `okno sim example` writes it.
pub const EXAMPLE: &str = r#"{
  // A model for `okno sim run FILE`. Times are seconds unless a name says otherwise; `//` begins a comment.
  "name": "Support of a small shop",
  "opens": "08:00",
  // The day, for business hours: a Monday. Without hours it is not needed.
  "date": "2026-11-02",
  "time_zone": "Europe/Berlin",
  "calendars": [
    {
      "name": "office",
      "week": { "mon": ["08:00-16:00"], "tue": ["08:00-16:00"], "wed": ["08:00-16:00"], "thu": ["08:00-16:00"], "fri": ["08:00-12:00", "13:00-15:00"] },
      "holidays": [ { "day": "12-25", "name": "Christmas" }, { "day": "12-24", "name": "Christmas Eve", "open": ["08:00-12:00"] } ]
    }
  ],
  // An agent who talks is offered no chats meanwhile, but one who chats may be called.
  "blending": { "may_receive": [ { "while_on": "voice", "media": [] } ] },
  "interval_seconds": 1800,
  "seed": 1,
  // Each scenario is simulated so often with other customers; the intervals of the results come from the differences.
  "replications": 30,
  // 80 % within 20 s. F6 leaves out who hung up within 5 s; F1 to F5 are in the results as well.
  "service_level": { "seconds": 20, "share": 0.8, "short_seconds": 5, "variant": "F6" },
  // Some days are busier than others: a gamma factor on all arrivals of a day. Leave it out for days that are alike.
  "busyness_shape": 60,
  "queues": [
    {
      "name": "support",
      "medium": "voice",
      // The strategies of the engine: longest_idle, skill_rank, ...
      "strategy": "longest_idle",
      "priority": 5,
      // Expected customers of each interval from 08:00 on. Instead: {"kind": "rate", "per_hour": 60},
      // {"kind": "times", "seconds": [12, 95.5]}, {"kind": "file", "path": "calls.csv"}.
      "arrivals": { "kind": "poisson", "per_interval": [18, 26, 34, 38, 36, 30, 26, 24, 28, 32, 34, 30, 26, 22, 18, 14] },
      // constant, uniform, exponential, lognormal, gamma, weibull, empirical, survival.
      "patience": { "kind": "weibull", "mean": 240, "shape": 0.8 },
      "handle": { "kind": "lognormal", "mean": 210, "sd": 180 },
      "wrapup": { "kind": "timed", "time": { "kind": "exponential", "mean": 30 }, "seconds": 60 },
      "places": 40,
      // Who hung up tries again with 40 % after about 5 minutes.
      "redial": { "probability": 0.4, "delay": { "kind": "exponential", "mean": 300 }, "tries": 4 },
      // One in five wants to speak German.
      "classes": [ { "share": 0.2, "skills": { "de": 3 } } ],
      "transfers": [ { "to": "chat", "probability": 0.02 } ],
      // All the other rules of a queue, as its administrator has them; each may be left out.
      "rules": {
        "hours": "office",
        "closed": { "kind": "promise" },
        "closing": { "kind": "serve" },
        "answer_within_seconds": 3600,
        // Who goes first; `agent` names one of the group by number.
        "tiers": [ { "group": "phones", "tier": 0 }, { "group": "mixed", "tier": 1 } ],
        // With the strategy `bullseye`: what is required relaxes with the wait.
        "rings": [ { "after_seconds": 30, "lower_levels": 2 }, { "after_seconds": 60, "drop_skills": ["de"] } ],
        "overflows": [ { "when": { "kind": "ratio", "waiting_per_agent_percent": 300 }, "to": "chat" } ]
      }
    },
    {
      // Customers of another medium in the same queue, under its rules.
      "name": "support by mail",
      "medium": "email",
      "joins": "support",
      "arrivals": { "kind": "rate", "per_hour": 6 },
      "handle": { "kind": "lognormal", "mean": 300, "sd": 200 }
    },
    {
      "name": "chat",
      "medium": "chat",
      "strategy": "longest_idle",
      "priority": 4,
      "ageing_seconds": 60,
      "arrivals": { "kind": "poisson", "per_interval": [8, 10, 14, 16, 16, 14, 12, 12, 14, 16, 16, 14, 12, 10, 8, 6] },
      "patience": { "kind": "exponential", "mean": 300 },
      "handle": { "kind": "gamma", "mean": 420, "shape": 2 },
      // Each further chat at the same time makes a chat 25 % longer.
      "concurrency_penalty": 0.25,
      "overflow": { "after_seconds": 180, "to": "support" }
    }
  ],
  "groups": [
    {
      "name": "phones",
      // `agents`: so many all day; `per_interval`: so many in each interval; `shifts`: with breaks.
      "shifts": [
        { "agents": 5, "from": "08:00", "to": "16:00", "breaks": [ { "from": "12:00", "to": "12:30" } ] },
        { "agents": 3, "from": "09:00", "to": "16:00", "breaks": [ { "from": "12:30", "to": "13:00" } ] }
      ],
      "queues": [ "support" ],
      "pace_varies": 0.1,
      // It rings two to six seconds until an agent accepts, and one offer in a hundred is missed.
      "answer": { "kind": "uniform", "from": 2, "to": 6 },
      "misses": 0.01
    },
    {
      "name": "mixed",
      "agents": 4,
      "queues": [ "support", "chat" ],
      "skills": { "de": 5 },
      "capacity": { "voice": 1, "chat": 2 }
    }
  ],
  // What if? Each scenario meets the same customers. The same short form works behind `--scenario`.
  "scenarios": [
    { "name": "two more on the phones", "changes": [ "+2 agents of phones" ] },
    { "name": "everybody speaks German", "changes": [ "skill de" ] },
    { "name": "10 % more customers", "changes": [ "+10% volume" ] },
    { "name": "faster", "changes": [ "aht 190 of support" ] },
    { "name": "rings", "changes": [ "strategy bullseye of support" ] }
  ]
}
"#;
