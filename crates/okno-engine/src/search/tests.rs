//! Inflected words are found, and what is found is shown.

use super::{words::words, *};
use proptest::prelude::*;

/// Whether the index finds `text` for `typed`: what both databases do with the terms.
fn finds(typed: &str, unfinished: bool, text: &str) -> bool {
    let (search, terms) = (Search::read(typed, unfinished), document_terms(text));
    let there = |any: &Vec<Term>| {
        any.iter().any(|term| if term.begins { terms.iter().any(|t| t.starts_with(&term.text)) } else { terms.contains(&term.text) })
    };
    search.all.iter().all(there) && !search.none.iter().any(there) && search.phrases_stand_in(&[text])
}

#[test]
fn inflected_words_are_found() {
    for (typed, text) in [
        ("order", "Where are my orders? I ordered two lamps."),
        ("refunding", "I want a refund"),
        ("customers", "The customer's lamp"),
        ("delivery", "Your deliveries come on Monday"),
        ("заказ", "Где мои заказы? Номера заказов ниже."),
        ("лампа", "Разбилась лампой о лампу"),
        ("возврат", "Хочу оформить возвратом"),
        ("счет", "Пришлите счёт"),
        ("доставка", "курьер доставки не приехал"),
        ("zamówienie", "Gdzie są moje zamówienia?"),
        ("zamowienia", "Gdzie jest zamówienie?"),
        ("paczka", "Nie ma mojej paczki, paczkę zgubiono"),
        ("lampa", "Kupiłem dwie lampy"),
        ("faktura", "Proszę o fakturę VAT"),
        ("reklamacja", "Złożyłem reklamację"),
        ("zwrot pieniędzy", "proszę o zwroty moich pieniędzy"),
        ("4711", "Order 4711 is late"),
        ("anna@example.com", "Write to anna@example.com please"),
        ("AB-123", "the code is ab-123"),
        ("e-mail", "send an e-mail"),
        ("ŁÓDŹ", "sklep w Lodz"),
    ] {
        assert!(finds(typed, false, text), "{typed} in {text}: {:?} {:?}", Search::read(typed, false), document_terms(text));
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    for (typed, text) in [
        ("refund order", "I want a refund"),
        ("order -refund", "the order and its refund"),
        ("\"two lamps\"", "lamps: two"),
        ("\"разбитая лампа\"", "лампа разбитая"),
        ("car", "we care about you and about all of your lamps"),
        ("47", "Order 4711 is late"),
    ] {
        assert!(!finds(typed, false, text), "{typed} in {text}: {:?}", document_terms(text));
    }
    assert!(finds("\"two lamps\"", false, "I bought two lamps"));
    assert!(finds("\"two lamp\" order", false, "I ordered two lamps"));
    assert!(finds("well-known", false, "a well-known fault"), "a hyphen inside a word unwants nothing");
}

#[test]
fn an_unfinished_word_finds_its_continuations() {
    for (typed, text) in
        [("ref", "a refund"), ("зака", "мои заказы"), ("paczk", "moje paczki"), ("order 47", "Order 4711"), ("pac", "paczkę")]
    {
        assert!(finds(typed, true, text), "{typed} in {text}");
    }
    assert!(!finds("ref ", true, "a refund"), "a space ends the word");
    assert!(!finds("\"ref", true, "a refund"), "what is quoted stands as it is");
}

#[test]
fn telephone_numbers_are_found_however_they_are_written() {
    let terms = phone_terms("+48221234567");
    let there = |typed: &str, unfinished| {
        let search = Search::read(typed, unfinished);
        search
            .all
            .iter()
            .all(|any| any.iter().any(|t| if t.begins { terms.iter().any(|x| x.starts_with(&t.text)) } else { terms.contains(&t.text) }))
    };
    for typed in ["+48 22 123 45 67", "0048 22 123-45-67", "22 123 45 67", "(22) 1234567", "1234567", "234567"] {
        assert!(there(typed, false), "{typed}");
    }
    assert!(there("221234", true), "typed so far");
    assert!(!there("22 123 45 68", false));
    assert_eq!(phone_terms("112").len(), 0, "too short to say whose it is");
}

#[test]
fn a_snippet_shows_where_the_words_are() {
    let show = |text: &str, typed: &str, chars| {
        let snippet = snippet(text, &Search::read(typed, false), chars);
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        let mut out = String::new();
        let mut from = 0;
        for at in &snippet.found {
            out.push_str(&String::from_utf16(&units[from..at.start]).unwrap());
            out.push('[');
            out.push_str(&String::from_utf16(&units[at.clone()]).unwrap());
            out.push(']');
            from = at.end;
        }
        out.push_str(&String::from_utf16(&units[from..]).unwrap());
        out
    };
    assert_eq!(show("Где мои\n\nзаказы? 😀 Заказ 4711 опаздывает", "заказ 4711", 200), "Где мои [заказы]? 😀 [Заказ] [4711] опаздывает");
    assert_eq!(show("nothing here", "refund", 8), "nothing …");
    let long = format!("{} the order is late and the refund of the order is late too {}", "word ".repeat(50), "tail ".repeat(50));
    assert_eq!(show(&long, "refund order", 60), "…word word word the [order] is late and the [refund] of the [order]…");
    assert_eq!(show("", "x", 60), "");
}

#[test]
fn limits_hold() {
    let many = (0..10_000).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    assert!(document_terms(&many).len() <= DOCUMENT_TERMS + 1);
    assert_eq!(Search::read(&"word ".repeat(1_000), false).all.len(), SEARCH_WORDS);
    assert_eq!(words(&"я".repeat(1_000)).next().unwrap().text.chars().count(), WORD_CHARS);
}

proptest! {
    /// A text is found by every word of it, however the word is written.
    #[test]
    fn every_word_finds_its_text(text in "[a-zA-Zа-яёА-ЯЁąćęłńóśźż0-9 .,!-]{1,80}") {
        for word in words(&text) {
            prop_assert!(finds(word.text, false, &text), "{}", word.text);
            prop_assert!(finds(&word.text.to_uppercase(), false, &text), "{}", word.text);
        }
    }

    /// Nothing is too strange to look for or to show, and terms are letters and digits.
    #[test]
    fn any_text_is_read(typed in "\\PC{0,60}", text in "\\PC{0,200}") {
        let search = Search::read(&typed, true);
        for term in search.all.iter().chain(&search.none).flatten() {
            prop_assert!(term.text.chars().all(char::is_alphanumeric), "{term:?}");
        }
        for term in document_terms(&text) {
            prop_assert!(term.chars().all(char::is_alphanumeric), "{term}");
        }
        let shown = snippet(&text, &search, 30);
        let length = shown.text.encode_utf16().count();
        prop_assert!(shown.found.iter().all(|at| at.start < at.end && at.end <= length));
    }
}
