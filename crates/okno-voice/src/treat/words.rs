//! The words of announcements in the languages that callers are spoken to in.

use crate::call::Speech;
use okno_media::tts::{
    Language,
    announce::{at_least, callback_offer, leave_message, position, wait, whisper},
};

/// What is said.
pub(super) fn text(language: Language, speech: Speech, queue: &str) -> String {
    let choose = |en: &str, ru: &str, pl: &str| {
        match language {
            Language::En => en,
            Language::Ru => ru,
            Language::Pl => pl,
        }
        .to_owned()
    };
    match speech {
        Speech::Place(place) => position(language, place),
        Speech::AtLeast(count) => at_least(language, count),
        Speech::Wait(low, high) => wait(language, low, high),
        Speech::Longer(low, high) => {
            let sorry = choose(
                "We are sorry, it takes longer than we said.",
                "Извините, ожидание дольше, чем мы говорили.",
                "Przepraszamy, to potrwa dłużej, niż mówiliśmy.",
            );
            format!("{sorry} {}", wait(language, low, high))
        }
        Speech::Closed(opens) => closed(language, opens),
        Speech::Goodbye => choose("Goodbye.", "До свидания.", "Do widzenia."),
        Speech::OfferCallback => callback_offer(language, '1'),
        Speech::OfferVoicemail => {
            choose("To leave a message, press 2.", "Чтобы оставить сообщение, нажмите 2.", "Aby zostawić wiadomość, naciśnij 2.")
        }
        Speech::CallbackConfirm => choose(
            "We will call you at the number that you call from. To confirm, press hash. For another number, enter it and press hash.",
            "Мы перезвоним на номер, с которого вы звоните. Чтобы подтвердить, нажмите решётку. Для другого номера введите его и нажмите решётку.",
            "Oddzwonimy na numer, z którego dzwonisz. Aby potwierdzić, naciśnij krzyżyk. Aby podać inny numer, wpisz go i naciśnij krzyżyk.",
        ),
        Speech::CallbackNumber => choose(
            "Enter the number at which we may call you, and press hash.",
            "Введите номер, по которому вам перезвонить, и нажмите решётку.",
            "Wpisz numer, na który mamy oddzwonić, i naciśnij krzyżyk.",
        ),
        Speech::CallbackDone => choose(
            "Thank you. You keep your place, and we will call you back.",
            "Спасибо. Ваше место в очереди сохранено, мы перезвоним.",
            "Dziękujemy. Twoje miejsce zostaje zachowane, oddzwonimy.",
        ),
        Speech::Voicemail => leave_message(language).to_owned(),
        Speech::VoicemailDone => choose(
            "Thank you for your message. We will answer it.",
            "Спасибо за сообщение. Мы ответим на него.",
            "Dziękujemy za wiadomość. Odpowiemy na nią.",
        ),
        Speech::Queue => whisper(language, queue, 0),
        // Sounds of their own.
        Speech::Greeting | Speech::Beep => String::new(),
    }
}

/// "We are closed now. We open on Monday at 9 o'clock."
fn closed(language: Language, opens: Option<(u8, u8, u8)>) -> String {
    const EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const RU: [&str; 7] = ["в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"];
    const PL: [&str; 7] = ["w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę"];
    let text = match language {
        Language::En => "We are closed now.",
        Language::Ru => "Сейчас мы не работаем.",
        Language::Pl => "Teraz mamy zamknięte.",
    };
    let Some((day, hour, minute)) = opens else { return text.to_owned() };
    let day = usize::from(day % 7);
    match language {
        Language::En => format!("{text} We open on {} at {hour}:{minute:02}.", EN[day]),
        Language::Ru => format!("{text} Мы откроемся {} в {hour}:{minute:02}.", RU[day]),
        Language::Pl => format!("{text} Otwieramy {} o {hour}:{minute:02}.", PL[day]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_announcement_has_words_in_every_language() {
        let all = [
            Speech::Place(3),
            Speech::AtLeast(5),
            Speech::Closed(None),
            Speech::Closed(Some((2, 9, 0))),
            Speech::Goodbye,
            Speech::Wait(4, 7),
            Speech::Longer(8, 12),
            Speech::OfferCallback,
            Speech::OfferVoicemail,
            Speech::CallbackConfirm,
            Speech::CallbackNumber,
            Speech::CallbackDone,
            Speech::Voicemail,
            Speech::VoicemailDone,
            Speech::Queue,
        ];
        for language in Language::ALL {
            for speech in all {
                assert!(text(language, speech, "Support").len() > 5, "{speech:?}");
            }
        }
    }
}
