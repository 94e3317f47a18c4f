//! Sentences that callers hear while they wait, in three languages, with the right forms of their words. Numbers are digits: every synthesizer reads those.

/// A language that callers are spoken to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Polish.
    Pl,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Pl];

    /// The language of a tag such as `en`, `ru-RU` or `pl_PL`.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "ru" => Some(Self::Ru),
            "pl" => Some(Self::Pl),
            _ => None,
        }
    }

    /// Its tag: `en`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Pl => "pl",
        }
    }

    /// The voice of espeak-ng for it.
    pub fn voice(self) -> &'static str {
        match self {
            Self::En => "en-us",
            Self::Ru => "ru",
            Self::Pl => "pl",
        }
    }
}

/// The form of a word that a number wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    One,
    Few,
    Many,
}

/// How a number stands before a word in the nominative ("3 customers").
fn form(language: Language, number: u32) -> Form {
    let (tens, ones) = (number % 100, number % 10);
    let few = (2..=4).contains(&ones) && !(12..=14).contains(&tens);
    match language {
        Language::En => {
            if number == 1 {
                Form::One
            } else {
                Form::Many
            }
        }
        Language::Ru if ones == 1 && tens != 11 => Form::One,
        Language::Pl if number == 1 => Form::One,
        Language::Ru | Language::Pl => {
            if few {
                Form::Few
            } else {
                Form::Many
            }
        }
    }
}

/// "minutes" as it stands behind "about" and "to", which want the genitive in Russian and Polish.
fn minutes(language: Language, number: u32) -> &'static str {
    match (language, form(language, number)) {
        (Language::En, Form::One) => "minute",
        (Language::En, Form::Few | Form::Many) => "minutes",
        (Language::Ru, Form::One) => "минуты",
        (Language::Ru, Form::Few | Form::Many) => "минут",
        (Language::Pl, Form::One) => "minuty",
        (Language::Pl, Form::Few | Form::Many) => "minut",
    }
}

/// Where the caller stands; 1 is the next.
pub fn position(language: Language, place: u32) -> String {
    match (language, place) {
        (Language::En, 0 | 1) => "You are next in line.".to_owned(),
        (Language::Ru, 0 | 1) => "Вы следующий в очереди.".to_owned(),
        (Language::Pl, 0 | 1) => "Jesteś następną osobą w kolejce.".to_owned(),
        (Language::En, _) => format!("You are number {place} in the queue."),
        (Language::Ru, _) => format!("Ваш номер в очереди: {place}."),
        (Language::Pl, _) => format!("Twoje miejsce w kolejce: {place}."),
    }
}

/// The place of somebody so far back that only the least number before him is said.
pub fn at_least(language: Language, count: u32) -> String {
    let one = count == 1;
    match language {
        Language::En if one => "At least 1 caller is before you.".to_owned(),
        Language::En => format!("At least {count} callers are before you."),
        // The genitive: 1, 21 человека; 2, 5, 11 человек.
        Language::Ru if form(language, count) == Form::One => format!("Перед вами не меньше {count} человека."),
        Language::Ru => format!("Перед вами не меньше {count} человек."),
        Language::Pl => match form(language, count) {
            Form::One => "Przed Tobą czeka co najmniej 1 osoba.".to_owned(),
            Form::Few => format!("Przed Tobą czekają co najmniej {count} osoby."),
            Form::Many => format!("Przed Tobą czeka co najmniej {count} osób."),
        },
    }
}

/// How many stand before the caller.
pub fn ahead(language: Language, count: u32) -> String {
    match (language, count, form(language, count)) {
        (_, 0, _) => position(language, 1),
        (Language::En, _, Form::One) => "There is 1 caller ahead of you.".to_owned(),
        (Language::En, _, Form::Few | Form::Many) => format!("There are {count} callers ahead of you."),
        (Language::Ru, _, Form::One) => format!("Перед вами {count} звонок."),
        (Language::Ru, _, Form::Few) => format!("Перед вами {count} звонка."),
        (Language::Ru, _, Form::Many) => format!("Перед вами {count} звонков."),
        (Language::Pl, _, Form::One) => "Przed Tobą czeka 1 osoba.".to_owned(),
        (Language::Pl, _, Form::Few) => format!("Przed Tobą czekają {count} osoby."),
        (Language::Pl, _, Form::Many) => format!("Przed Tobą czeka {count} osób."),
    }
}

/// How long it takes: between `low` and `high` minutes. Equal numbers are said as one.
pub fn wait(language: Language, low: u32, high: u32) -> String {
    let (low, high) = (low.min(high), low.max(high));
    if high == 0 {
        return match language {
            Language::En => "The expected wait is less than 1 minute.",
            Language::Ru => "Время ожидания меньше одной минуты.",
            Language::Pl => "Czas oczekiwania: poniżej jednej minuty.",
        }
        .to_owned();
    }
    let word = minutes(language, high);
    // "from 0" is no beginning.
    match (language, low == high || low == 0) {
        (Language::En, true) => format!("The expected wait is about {high} {word}."),
        (Language::En, false) => format!("The expected wait is about {low} to {high} {word}."),
        (Language::Ru, true) => format!("Время ожидания около {high} {word}."),
        (Language::Ru, false) => format!("Время ожидания от {low} до {high} {word}."),
        (Language::Pl, true) => format!("Czas oczekiwania: około {high} {word}."),
        (Language::Pl, false) => format!("Czas oczekiwania: od {low} do {high} {word}."),
    }
}

/// The offer to be called back without losing the place.
pub fn callback_offer(language: Language, key: char) -> String {
    match language {
        Language::En => format!("Press {key} if you would like us to call you back. You keep your place in the queue."),
        Language::Ru => format!("Нажмите {key}, если хотите, чтобы мы вам перезвонили. Ваше место в очереди сохранится."),
        Language::Pl => format!("Naciśnij {key}, jeśli mamy oddzwonić. Twoje miejsce w kolejce pozostanie bez zmian."),
    }
}

/// That the call is recorded.
pub fn recorded(language: Language) -> &'static str {
    match language {
        Language::En => "This call may be recorded.",
        Language::Ru => "Разговор может быть записан.",
        Language::Pl => "Rozmowa może być nagrywana.",
    }
}

/// What a voicemail says before its beep.
pub fn leave_message(language: Language) -> &'static str {
    match language {
        Language::En => "Please leave a message after the tone. Press the pound key when you have finished.",
        Language::Ru => "Оставьте сообщение после сигнала. Закончив, нажмите решётку.",
        Language::Pl => "Zostaw wiadomość po sygnale. Po zakończeniu naciśnij krzyżyk.",
    }
}

/// What the agent hears before he is connected.
pub fn whisper(language: Language, queue: &str, waited_minutes: u32) -> String {
    let word = minutes(language, waited_minutes);
    match (language, waited_minutes) {
        (_, 0) => format!("{queue}."),
        (Language::En, _) => format!("{queue}. Waiting for {waited_minutes} {word}."),
        (Language::Ru, _) => format!("{queue}. Ожидание более {waited_minutes} {word}."),
        (Language::Pl, _) => format!("{queue}. Oczekiwanie ponad {waited_minutes} {word}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        assert_eq!(position(Language::En, 3), "You are number 3 in the queue.");
        assert_eq!(position(Language::En, 1), "You are next in line.");
        assert_eq!(position(Language::Ru, 12), "Ваш номер в очереди: 12.");
        assert_eq!(position(Language::Pl, 2), "Twoje miejsce w kolejce: 2.");
        assert_eq!(ahead(Language::Pl, 0), "Jesteś następną osobą w kolejce.");
    }

    #[test]
    fn words_have_the_form_that_their_number_wants() {
        let last = |text: String| text.trim_end_matches('.').rsplit(' ').next().unwrap().to_owned();
        for (number, ru, pl) in [
            (1, "звонок", "osoba"),
            (2, "звонка", "osoby"),
            (4, "звонка", "osoby"),
            (5, "звонков", "osób"),
            (11, "звонков", "osób"),
            (12, "звонков", "osób"),
            (14, "звонков", "osób"),
            (21, "звонок", "osób"),
            (22, "звонка", "osoby"),
            (25, "звонков", "osób"),
            (101, "звонок", "osób"),
            (111, "звонков", "osób"),
            (112, "звонков", "osób"),
            (122, "звонка", "osoby"),
        ] {
            assert_eq!(last(ahead(Language::Ru, number)), ru, "{number}");
            assert_eq!(last(ahead(Language::Pl, number)), pl, "{number}");
        }
        for (number, en, ru, pl) in [
            (1, "minute", "минуты", "minuty"),
            (2, "minutes", "минут", "minut"),
            (5, "minutes", "минут", "minut"),
            (11, "minutes", "минут", "minut"),
            (21, "minutes", "минуты", "minut"),
        ] {
            assert_eq!(last(wait(Language::En, number, number)), en, "{number}");
            assert_eq!(last(wait(Language::Ru, number, number)), ru, "{number}");
            assert_eq!(last(wait(Language::Pl, number, number)), pl, "{number}");
        }
        assert_eq!(ahead(Language::Pl, 3), "Przed Tobą czekają 3 osoby.");
        assert_eq!(ahead(Language::Pl, 5), "Przed Tobą czeka 5 osób.");
        assert_eq!(ahead(Language::En, 1), "There is 1 caller ahead of you.");
    }

    #[test]
    fn waits_are_said_honestly() {
        assert_eq!(wait(Language::En, 4, 7), "The expected wait is about 4 to 7 minutes.");
        assert_eq!(wait(Language::En, 7, 4), "The expected wait is about 4 to 7 minutes.");
        assert_eq!(wait(Language::En, 0, 1), "The expected wait is about 1 minute.");
        assert_eq!(wait(Language::En, 0, 0), "The expected wait is less than 1 minute.");
        assert_eq!(wait(Language::Ru, 4, 21), "Время ожидания от 4 до 21 минуты.");
        assert_eq!(wait(Language::Ru, 1, 2), "Время ожидания от 1 до 2 минут.");
        assert_eq!(wait(Language::Pl, 4, 7), "Czas oczekiwania: od 4 do 7 minut.");
        assert_eq!(whisper(Language::En, "Billing", 2), "Billing. Waiting for 2 minutes.");
        assert_eq!(whisper(Language::Ru, "Оплата", 0), "Оплата.");
    }

    #[test]
    fn every_sentence_of_every_language_can_be_spoken() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.voice()), Some(language));
            for text in [callback_offer(language, '1'), recorded(language).to_owned(), leave_message(language).to_owned()] {
                crate::tts::Speech::new(language.voice(), &text).unwrap();
            }
        }
        assert_eq!(Language::parse("de-DE"), None);
    }
}
