//! The made-up company of the demo: people, queues, customers.

use serde::Deserialize;

/// Name of the company.
pub(super) const COMPANY: &str = "Polana Outdoor";
/// Its mail domain.
pub(super) const DOMAIN: &str = "polana.example";
/// Where the newcomer signs in.
pub(super) const YOU: Person =
    Person { name: "You (demo)", email: "you@polana.example", role: "owner", queues: &[], skills: &["en", "ru", "pl"] };
/// Password of everybody in the demo.
pub(super) const PASSWORD: &str = "open-the-window";

/// Somebody who works there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    /// Shown name.
    pub(super) name: &'static str,
    /// Sign-in name.
    pub(super) email: &'static str,
    /// Key of his role.
    pub(super) role: &'static str,
    /// Keys of his queues; empty for all.
    pub(super) queues: &'static [&'static str],
    /// Languages that he speaks.
    pub(super) skills: &'static [&'static str],
}

/// The newcomer's colleagues. The first three answer customers by themselves, fewer than are needed: the newcomer is wanted.
pub(super) const COLLEAGUES: [Person; 6] = [
    Person { name: "Anna Kowalska", email: "anna@polana.example", role: "agent", queues: &["orders", "support"], skills: &["pl", "en"] },
    Person {
        name: "Борис Орлов", email: "boris@polana.example", role: "agent", queues: &["orders", "complaints"], skills: &["ru", "en"]
    },
    Person { name: "Ewa Nowak", email: "ewa@polana.example", role: "agent", queues: &["sales", "support"], skills: &["pl", "en", "ru"] },
    Person { name: "James Reed", email: "james@polana.example", role: "senior", queues: &["sales", "complaints"], skills: &["en"] },
    Person { name: "Марина Лис", email: "marina@polana.example", role: "supervisor", queues: &[], skills: &["ru", "pl", "en"] },
    Person { name: "Tomasz Zając", email: "tomasz@polana.example", role: "auditor", queues: &[], skills: &["pl"] },
];

/// How many of the colleagues answer by themselves.
pub(super) const BUSY_COLLEAGUES: usize = 3;

/// Key, name, answer within seconds.
pub(super) const QUEUES: [(&str, &str, u32); 4] = [
    ("orders", "Orders and returns", 120),
    ("sales", "Advice before buying", 180),
    ("support", "Product support", 300),
    ("complaints", "Complaints", 120),
];

/// Language, skill name.
pub(super) const SKILLS: [(&str, &str); 3] = [("en", "English"), ("ru", "Russian"), ("pl", "Polish")];

/// Pause codes.
pub(super) const PAUSES: [&str; 4] = ["Break", "Lunch", "Training", "Meeting"];
/// Dispositions.
pub(super) const DISPOSITIONS: [&str; 5] = ["Resolved", "Promise made", "Passed on", "No answer needed", "Spam"];

/// A customer: name, mail address, language.
pub(super) const CUSTOMERS: [(&str, &str, &str); 30] = [
    ("Alice Morgan", "alice.morgan@mail.example", "en"),
    ("Ben Carter", "ben.carter@mail.example", "en"),
    ("Chloe Evans", "chloe.evans@post.example", "en"),
    ("Daniel Price", "d.price@mail.example", "en"),
    ("Emma Walsh", "emma.walsh@post.example", "en"),
    ("Frank Hughes", "frank.hughes@mail.example", "en"),
    ("Grace Kelly", "grace.k@post.example", "en"),
    ("Henry Ford", "henry.ford@mail.example", "en"),
    ("Isla Burns", "isla.burns@post.example", "en"),
    ("Jack Nolan", "jack.nolan@mail.example", "en"),
    ("Иван Петров", "ivan.petrov@pochta.example", "ru"),
    ("Ольга Смирнова", "olga.smirnova@pochta.example", "ru"),
    ("Дмитрий Соколов", "d.sokolov@pochta.example", "ru"),
    ("Елена Кузнецова", "elena.k@pochta.example", "ru"),
    ("Сергей Волков", "sergey.volkov@pochta.example", "ru"),
    ("Наталья Морозова", "n.morozova@pochta.example", "ru"),
    ("Алексей Новиков", "alexey.novikov@pochta.example", "ru"),
    ("Татьяна Павлова", "t.pavlova@pochta.example", "ru"),
    ("Михаил Фёдоров", "m.fedorov@pochta.example", "ru"),
    ("Юлия Белова", "yulia.belova@pochta.example", "ru"),
    ("Piotr Wiśniewski", "piotr.wisniewski@poczta.example", "pl"),
    ("Katarzyna Zielińska", "k.zielinska@poczta.example", "pl"),
    ("Marek Wójcik", "marek.wojcik@poczta.example", "pl"),
    ("Agnieszka Kamińska", "agnieszka.k@poczta.example", "pl"),
    ("Tomasz Lewandowski", "t.lewandowski@poczta.example", "pl"),
    ("Joanna Dąbrowska", "joanna.d@poczta.example", "pl"),
    ("Paweł Szymański", "pawel.szymanski@poczta.example", "pl"),
    ("Magdalena Woźniak", "m.wozniak@poczta.example", "pl"),
    ("Krzysztof Mazur", "k.mazur@poczta.example", "pl"),
    ("Barbara Krawczyk", "b.krawczyk@poczta.example", "pl"),
];

/// One thing that customers come with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dialogue {
    /// Language.
    pub(super) language: String,
    /// Key of the queue that it belongs to.
    pub(super) queue: String,
    /// Subject of the mail form.
    pub(super) subject: String,
    /// Customer's words, the opening first.
    pub(super) ask: Vec<String>,
    /// Colleague's words in turn.
    pub(super) answer: Vec<String>,
}

/// All dialogues.
pub(super) fn dialogues() -> anyhow::Result<Vec<Dialogue>> {
    #[derive(Deserialize)]
    struct File {
        dialogue: Vec<Dialogue>,
    }
    let file: File = toml::from_str(include_str!("dialogues.toml"))?;
    Ok(file.dialogue)
}

/// A small deterministic random source (`SplitMix64`): the demo is a show, not a secret.
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A number from `low` up to `high`.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialogue_is_whole() {
        for d in dialogues().unwrap() {
            assert!(QUEUES.iter().any(|q| q.0 == d.queue), "{}", d.subject);
            assert!(SKILLS.iter().any(|s| s.0 == d.language), "{}", d.subject);
            assert!(!d.ask.is_empty() && d.answer.len() >= d.ask.len() - 1, "{}", d.subject);
        }
    }

    #[test]
    fn every_customer_has_something_to_say() {
        let all = dialogues().unwrap();
        assert!(CUSTOMERS.iter().all(|c| all.iter().any(|d| d.language == c.2)));
    }
}
