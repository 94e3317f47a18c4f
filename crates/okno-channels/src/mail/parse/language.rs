//! A guess of the language of a text, good enough for choosing a translation of a receipt.

const WORDS: &[(&str, &[&str])] = &[
    ("en", &["the", "and", "you", "is", "to", "my", "not", "have", "for", "please", "hello", "thanks", "i"]),
    ("de", &["der", "die", "und", "ich", "nicht", "ist", "sie", "das", "mit", "bitte", "für", "wir", "ein"]),
    ("pl", &["nie", "się", "jest", "proszę", "dzień", "dobry", "mam", "na", "czy", "dziękuję", "że", "do", "w"]),
    ("fr", &["le", "la", "les", "je", "vous", "est", "pas", "bonjour", "merci", "une", "pour", "et"]),
    ("es", &["el", "los", "que", "por", "hola", "gracias", "una", "con", "para", "no", "está", "y"]),
];

/// The language, BCP 47; `None` for short or undecided texts.
pub(super) fn guess(text: &str) -> Option<String> {
    let head: String = text.chars().take(2_000).collect::<String>().to_lowercase();
    let letters = head.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 12 {
        return None;
    }
    let cyrillic = head.chars().filter(|c| matches!(c, '\u{400}'..='\u{4ff}')).count();
    if cyrillic * 2 > letters {
        let ukrainian = head.chars().filter(|c| matches!(c, 'і' | 'ї' | 'є' | 'ґ')).count();
        return Some(if ukrainian * 20 > cyrillic { "uk" } else { "ru" }.to_owned());
    }
    let mut best: Option<(usize, &str)> = None;
    for (language, words) in WORDS {
        let hits = head.split(|c: char| !c.is_alphabetic()).filter(|word| words.contains(word)).count();
        let marks = if *language == "pl" { head.chars().filter(|c| "ąćęłńśźż".contains(*c)).count() } else { 0 };
        let score = hits + marks;
        if score >= 2 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, language));
        }
    }
    best.map(|(_, language)| language.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn guesses() {
        for (text, language) in [
            ("Hello, I have not received my order, please help", Some("en")),
            ("Здравствуйте, где мой заказ?", Some("ru")),
            ("Доброго дня, де моє замовлення і її номер?", Some("uk")),
            ("Dzień dobry, proszę o zwrot, nie działa", Some("pl")),
            ("Guten Tag, ich habe die Ware nicht bekommen", Some("de")),
            ("ok", None),
        ] {
            assert_eq!(super::guess(text).as_deref(), language, "{text}");
        }
    }
}
