//! Merging and taking it back, on both databases.

use super::*;
use crate::{
    AppError,
    stage::{CHIEF, Stage, letter, stages},
};
use okno_model::{CustomerId, InteractionId, MergeId, doc::CustomerDoc, event::What};
use okno_store::named;
use std::collections::{BTreeMap, BTreeSet};

/// A mail of a customer; his id and the interaction's as they are now.
async fn mail(stage: &Stage, key: &str, from: &str) -> (CustomerId, InteractionId) {
    let mut letter = letter(&format!("{key}@mail.example"), from, key, "x");
    letter.from.name = from.split('@').next().unwrap().into();
    let unit = stage.mail(key, letter).await;
    let unit = stage.unit(unit).await;
    (unit.customer.unwrap(), unit.interaction.unwrap())
}

async fn customer(stage: &Stage, id: CustomerId) -> CustomerDoc {
    get(&stage.ctx, &stage.actor(CHIEF), id).await.unwrap()
}

async fn history(stage: &Stage, id: CustomerId) -> Vec<InteractionId> {
    let mut all: Vec<_> =
        timeline(&stage.ctx, &stage.actor(CHIEF), id, None, 200).await.unwrap().into_iter().map(|item| item.interaction.id).collect();
    all.sort();
    all
}

fn code(error: &AppError) -> &'static str {
    if let AppError::Conflict { code, .. } = error { code } else { "other" }
}

#[tokio::test]
async fn a_merge_shows_one_history_and_undone_gives_back_exactly_what_came_by_it() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (olga, first) = mail(&stage, "1", "olga@mail.example").await;
        let (work, second) = mail(&stage, "2", "ivanova@work.example").await;
        let note =
            |text: &str, language: &str| CustomerChange { notes: Some(text.into()), language: Some(language.into()), ..Default::default() };
        update(&stage.ctx, &chief, olga, note("likes lamps", "ru")).await.unwrap();
        update(&stage.ctx, &chief, work, note("tall", "")).await.unwrap();
        let before = (customer(&stage, olga).await, customer(&stage, work).await);

        let edge = merge(&stage.ctx, &chief, olga, work).await.unwrap();
        assert_eq!(history(&stage, work).await, [first, second]);
        assert_eq!(history(&stage, olga).await, []);
        let one = customer(&stage, work).await;
        assert_eq!(one.identities.len(), 2);
        assert_eq!(
            (one.language.as_deref(), one.notes.as_str()),
            (Some("ru"), "tall"),
            "what is lacking is filled, nothing is overwritten"
        );
        let fields: Vec<_> = one.contradictions.iter().map(|c| c.field.as_str()).collect();
        assert_eq!(fields, ["name", "notes"]);
        assert_eq!(one.parts.iter().map(|part| (part.merge, part.customer)).collect::<Vec<_>>(), [(edge.id, olga)]);
        assert_eq!(customer(&stage, olga).await.part_of, Some(work));
        let listed: Vec<_> = search(&stage.ctx, &chief, "", None, 10).await.unwrap().into_iter().map(|c| c.id).collect();
        assert_eq!(listed, [work]);

        // What comes now comes for one customer, and is kept for the part whose address it names.
        let (for_olga, third) = mail(&stage, "3", "olga@mail.example").await;
        let (for_work, fourth) = mail(&stage, "4", "ivanova@work.example").await;
        assert_eq!((for_olga, for_work), (work, work));

        undo_merge(&stage.ctx, &chief, edge.id).await.unwrap();
        assert_eq!((customer(&stage, olga).await, customer(&stage, work).await), before);
        assert_eq!(history(&stage, olga).await, [first, third]);
        assert_eq!(history(&stage, work).await, [second, fourth]);
        let units = stage.units().await;
        for unit in &units {
            let interaction = stage.interaction(unit.interaction.unwrap()).await;
            assert_eq!(unit.customer, interaction.customer, "the ledger follows");
        }
        let again = undo_merge(&stage.ctx, &chief, edge.id).await.unwrap_err();
        assert_eq!(code(&again), "already_undone");
        stage.conserved().await;
        let told: Vec<_> =
            stage.events().await.into_iter().filter(|e| matches!(e.what, What::CustomerMerged(_) | What::CustomerUnmerged(_))).collect();
        assert_eq!(told.len(), 2);
    }
}

#[tokio::test]
async fn merging_twice_and_merging_a_part_are_refused_in_words() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (a, _) = mail(&stage, "1", "a@mail.example").await;
        let (b, _) = mail(&stage, "2", "b@mail.example").await;
        let (c, _) = mail(&stage, "3", "c@mail.example").await;
        let both = tokio::join!(merge(&stage.ctx, &chief, a, b), merge(&stage.ctx, &chief, a, c));
        // Two people at once: one of them was first, and the other is told.
        let refused = match both {
            (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(&refused), "part_of_another");
        let stands = customer(&stage, a).await.part_of.unwrap();
        for (from, into) in [(a, stands), (stands, a), (b, b)] {
            assert_eq!(code(&merge(&stage.ctx, &chief, from, into).await.unwrap_err()), "already_one");
        }
        let change = CustomerChange { notes: Some("x".into()), ..Default::default() };
        assert_eq!(code(&update(&stage.ctx, &chief, a, change).await.unwrap_err()), "part_of_another");
    }
}

#[tokio::test]
async fn chains_are_undone_in_any_order() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (a, of_a) = mail(&stage, "1", "a@mail.example").await;
        let (b, of_b) = mail(&stage, "2", "b@mail.example").await;
        let (c, of_c) = mail(&stage, "3", "c@mail.example").await;
        let first = merge(&stage.ctx, &chief, a, b).await.unwrap();
        let second = merge(&stage.ctx, &chief, b, c).await.unwrap();
        assert_eq!(history(&stage, c).await, [of_a, of_b, of_c]);
        assert_eq!(customer(&stage, c).await.parts.len(), 2);
        // The older one first: what came by the newer one stays.
        undo_merge(&stage.ctx, &chief, first.id).await.unwrap();
        assert_eq!((history(&stage, a).await, history(&stage, c).await), (vec![of_a], vec![of_b, of_c]));
        undo_merge(&stage.ctx, &chief, second.id).await.unwrap();
        assert_eq!((history(&stage, b).await, history(&stage, c).await), (vec![of_b], vec![of_c]));
        // And the newer one first: whoever stood before stands again.
        let first = merge(&stage.ctx, &chief, a, b).await.unwrap();
        let second = merge(&stage.ctx, &chief, b, c).await.unwrap();
        undo_merge(&stage.ctx, &chief, second.id).await.unwrap();
        assert_eq!((history(&stage, b).await, history(&stage, c).await), (vec![of_a, of_b], vec![of_c]));
        assert_eq!(customer(&stage, a).await.part_of, Some(b));
        undo_merge(&stage.ctx, &chief, first.id).await.unwrap();
        assert_eq!(history(&stage, a).await, [of_a]);
    }
}

#[tokio::test]
async fn a_confirmed_suggestion_is_a_merge_and_its_undo_says_that_they_are_two() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (visitor, _) = stage.visitor().await;
        let told = crate::visitors::Identify { email: Some("olga@mail.example".into()), ..Default::default() };
        crate::visitors::identify(&stage.ctx, visitor, told).await.unwrap();
        let chat = stage.say(visitor, "c1", "hello").await.interaction;
        let browser = stage.interaction(chat).await.customer.unwrap();
        let (olga, letter) = mail(&stage, "1", "olga@mail.example").await;
        let suggested = matches(&stage.ctx, &chief, browser).await.unwrap();
        let suggested = decide_match(&stage.ctx, &chief, suggested[0].id, Verdict::Confirm).await.unwrap();
        assert_eq!(suggested.state, "confirmed");
        let stands = customer(&stage, browser).await.part_of.unwrap_or(browser);
        assert_eq!(history(&stage, stands).await.len(), 2);
        // He goes on in his browser, and types another address.
        let told = crate::visitors::Identify { email: Some("o.ivanova@mail.example".into()), ..Default::default() };
        crate::visitors::identify(&stage.ctx, visitor, told).await.unwrap();
        stage.say(visitor, "c2", "hello again").await;
        let edge = customer(&stage, stands).await.parts[0].merge;
        undo_merge(&stage.ctx, &chief, edge).await.unwrap();
        assert_eq!((history(&stage, browser).await, history(&stage, olga).await), (vec![chat], vec![letter]));
        let typed = customer(&stage, browser).await;
        assert!(typed.identities.iter().any(|i| i.value == "o.ivanova@mail.example"), "what the browser typed is the browser's");
        assert!(typed.identities.iter().filter(|i| i.kind == okno_model::IdentityKind::Email).all(|i| !i.verified));
        let state = matches(&stage.ctx, &chief, browser).await.unwrap().into_iter().find(|m| m.id == suggested.id).unwrap().state;
        assert_eq!(state, "rejected");
    }
}

/// Numbers for the property test: the same ones each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// What should be: the edges that hold, and whom each interaction named when it came.
#[derive(Default)]
struct Model {
    edges: BTreeMap<MergeId, (CustomerId, CustomerId)>,
    named: BTreeMap<InteractionId, CustomerId>,
}

impl Model {
    fn with(&self, of: CustomerId) -> BTreeSet<CustomerId> {
        let mut all = BTreeSet::from([of]);
        loop {
            let before = all.len();
            for (a, b) in self.edges.values() {
                if all.contains(a) || all.contains(b) {
                    all.extend([*a, *b]);
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }
}

#[tokio::test]
async fn any_merges_and_undos_are_the_components_of_the_edges_that_are_left() {
    const PEOPLE: usize = 6;
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (mut dice, mut model, mut people) = (Dice(7), Model::default(), Vec::new());
        for n in 0..PEOPLE {
            let (id, interaction) = mail(&stage, &format!("start{n}"), &format!("p{n}@mail.example")).await;
            model.named.insert(interaction, id);
            people.push(id);
        }
        for round in 0..60 {
            match dice.roll(4) {
                0 | 1 => {
                    let (a, b) = (people[dice.roll(PEOPLE)], people[dice.roll(PEOPLE)]);
                    let (a, b) = (customer(&stage, a).await.part_of.unwrap_or(a), customer(&stage, b).await.part_of.unwrap_or(b));
                    match merge(&stage.ctx, &chief, a, b).await {
                        Ok(edge) => drop(model.edges.insert(edge.id, (a, b))),
                        Err(refused) => assert_eq!((a, code(&refused)), (b, "already_one")),
                    }
                }
                2 => {
                    let edges: Vec<_> = model.edges.keys().copied().collect();
                    if !edges.is_empty() {
                        let gone = edges[dice.roll(edges.len())];
                        undo_merge(&stage.ctx, &chief, gone).await.unwrap();
                        model.edges.remove(&gone);
                    }
                }
                _ => {
                    let n = dice.roll(PEOPLE);
                    let (_, interaction) = mail(&stage, &format!("round{round}"), &format!("p{n}@mail.example")).await;
                    model.named.insert(interaction, people[n]);
                }
            }
            holds(&stage, &model, &people).await;
        }
        stage.conserved().await;
    }
}

/// Everything stands where the edges say, once.
async fn holds(stage: &Stage, model: &Model, people: &[CustomerId]) {
    let mut seen = BTreeSet::new();
    let mut shown = 0;
    for person in people {
        let all = model.with(*person);
        let stands = customer(stage, *person).await.part_of.unwrap_or(*person);
        assert!(all.contains(&stands));
        for other in &all {
            assert_eq!(customer(stage, *other).await.part_of.unwrap_or(*other), stands, "one of them stands for all");
        }
        if stands == *person {
            shown += 1;
            let doc = customer(stage, stands).await;
            assert_eq!((doc.identities.len(), doc.parts.len()), (all.len(), all.len() - 1));
            let wanted: Vec<_> = model.named.iter().filter(|(_, origin)| all.contains(origin)).map(|(id, _)| *id).collect();
            assert_eq!(history(stage, stands).await, wanted);
            seen.extend(wanted);
        }
    }
    assert_eq!(seen.len(), model.named.len(), "no interaction is lost");
    let found = search(&stage.ctx, &stage.actor(CHIEF), "", None, 50).await.unwrap();
    assert_eq!(found.len(), shown);
    let tables = stage
        .ctx
        .read(|tx| named::TABLES.iter().map(|table| Ok((table.name, named::counts(tx, table)?))).collect::<Result<Vec<_>, AppError>>());
    for (table, counts) in tables.await.unwrap() {
        for (names, origin, _) in &counts {
            assert_eq!(customer(stage, *origin).await.part_of.unwrap_or(*origin), *names, "{table}");
        }
        let rows: i64 = counts.iter().map(|row| row.2).sum();
        let wanted = match table {
            "identities" => people.len(),
            "interactions" | "ledger" => model.named.len(),
            // Of the other tables nobody has a row here.
            _ => 0,
        };
        assert_eq!(rows, wanted as i64, "{table}");
    }
}
