//! Settings of a telephone channel, checked.

use crate::AppError;
use okno_model::{
    doc::{AnswerMode, PhoneSettings, default_callback_gaps, default_callback_hours, default_callback_retries},
    input::PhoneChannelInput,
};

const NUMBERS: usize = 1_000;
/// Announcements closer together would be all that a caller hears.
const ANNOUNCE_MIN_SECONDS: u32 = 15;
const DAYS_MAX: u32 = 3_650;
const SECONDS_MAX: u32 = 3_600;
const RETRIES_MAX: u32 = 10;
const GAPS: usize = 10;
const GAP_MAX_MINUTES: u32 = 24 * 60;
/// Two weeks: longer than anybody waits.
const HOURS_MAX: u32 = 14 * 24;

/// The settings after a write.
pub(super) fn phone(input: PhoneChannelInput, had: Option<&PhoneSettings>) -> Result<PhoneSettings, AppError> {
    if input.numbers.len() > NUMBERS {
        return Err(AppError::invalid("numbers", "too_many", format!("a channel may have at most {NUMBERS} numbers")));
    }
    let mut numbers = Vec::new();
    for text in &input.numbers {
        let number = number(text)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    let language = input.language.or_else(|| had.map(|had| had.language.clone())).unwrap_or_else(|| "en".to_owned());
    if !["en", "ru", "pl"].contains(&language.as_str()) {
        return Err(AppError::invalid("language", "unknown", "the language must be `en`, `ru` or `pl`"));
    }
    let announce_seconds = input.announce_seconds.or(had.map(|had| had.announce_seconds)).unwrap_or(45);
    if announce_seconds != 0 && !(ANNOUNCE_MIN_SECONDS..=SECONDS_MAX).contains(&announce_seconds) {
        let words = format!("seconds between announcements must be 0 for none, or {ANNOUNCE_MIN_SECONDS} to {SECONDS_MAX}");
        return Err(AppError::invalid("announce_seconds", "bad_interval", words));
    }
    let record_days = input.record_days.or(had.map(|had| had.record_days)).unwrap_or(90);
    if record_days > DAYS_MAX {
        return Err(AppError::invalid(
            "record_days",
            "too_long",
            format!("recordings are kept for at most {DAYS_MAX} days, or 0 for ever"),
        ));
    }
    let voicemail_seconds = input.voicemail_seconds.or(had.map(|had| had.voicemail_seconds)).unwrap_or(0);
    if voicemail_seconds > SECONDS_MAX {
        return Err(AppError::invalid("voicemail_seconds", "too_long", format!("at most {SECONDS_MAX} seconds, or 0 for never")));
    }
    let callback_retries = input.callback_retries.or(had.map(|had| had.callback_retries)).unwrap_or_else(default_callback_retries);
    if callback_retries > RETRIES_MAX {
        return Err(AppError::invalid(
            "callback_retries",
            "too_many",
            format!("at most {RETRIES_MAX} tries more; nobody likes to be chased"),
        ));
    }
    let callback_gaps = input.callback_gaps.or_else(|| had.map(|had| had.callback_gaps.clone())).unwrap_or_else(default_callback_gaps);
    if callback_gaps.is_empty() || callback_gaps.len() > GAPS || callback_gaps.iter().any(|gap| !(1..=GAP_MAX_MINUTES).contains(gap)) {
        let words = format!("give 1 to {GAPS} waits of 1 to {GAP_MAX_MINUTES} minutes, for example 10, 30, 60");
        return Err(AppError::invalid("callback_gaps", "bad_gaps", words));
    }
    let callback_hours = input.callback_hours.or(had.map(|had| had.callback_hours)).unwrap_or_else(default_callback_hours);
    if !(1..=HOURS_MAX).contains(&callback_hours) {
        return Err(AppError::invalid("callback_hours", "bad_hours", format!("a callback is given up after 1 to {HOURS_MAX} hours")));
    }
    Ok(PhoneSettings {
        numbers,
        answer: input.answer.or(had.map(|had| had.answer)).unwrap_or(AnswerMode::AtOnce),
        language,
        greeting: input.greeting,
        music: input.music,
        announce_position: input.announce_position,
        announce_wait: input.announce_wait,
        announce_seconds,
        whisper: input.whisper,
        record: input.record,
        record_days,
        callback: input.callback,
        callback_retries,
        callback_gaps,
        callback_hours,
        voicemail: input.voicemail,
        voicemail_seconds,
        click_to_call: input.click_to_call,
    })
}

/// A number as trunks send it: `+48221234567`, or an extension. Spaces, dashes, dots and brackets are left out.
pub(crate) fn number(text: &str) -> Result<String, AppError> {
    let digits: String = text.chars().filter(|c| !" -.()/".contains(*c)).collect();
    let bare = digits.strip_prefix('+').unwrap_or(&digits);
    let fits = !bare.is_empty() && bare.len() <= 32 && bare.chars().all(|c| c.is_ascii_digit() || c == '*' || c == '#');
    if fits {
        return Ok(digits);
    }
    let shown: String = text.chars().take(40).collect();
    Err(AppError::invalid("numbers", "bad_number", format!("`{shown}` is no telephone number; write it as `+48 22 123 45 67`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lose_what_people_write_between_digits() {
        assert_eq!(number("+48 (22) 123-45.67").unwrap(), "+48221234567");
        assert_eq!(number("500").unwrap(), "500");
        assert!(number("sales").is_err());
        assert!(number("").is_err());
        assert!(number("+").is_err());
    }

    #[test]
    fn a_channel_gets_sensible_defaults_and_refuses_nagging() {
        let made = phone(PhoneChannelInput { numbers: vec!["500".into(), "5 0 0".into()], ..Default::default() }, None).unwrap();
        assert_eq!((made.numbers.len(), made.announce_seconds, made.record), (1, 45, false));
        assert!(phone(PhoneChannelInput { announce_seconds: Some(5), ..Default::default() }, None).is_err());
        assert_eq!((made.callback_retries, made.callback_gaps.clone(), made.callback_hours), (3, vec![10, 30, 60], 24));
        let kept = PhoneChannelInput { callback_gaps: Some(vec![5]), ..Default::default() };
        assert_eq!(phone(kept, Some(&made)).unwrap().callback_gaps, [5]);
        assert!(phone(PhoneChannelInput { callback_gaps: Some(vec![]), ..Default::default() }, None).is_err());
        assert!(phone(PhoneChannelInput { callback_retries: Some(11), ..Default::default() }, None).is_err());
        assert!(phone(PhoneChannelInput { callback_hours: Some(0), ..Default::default() }, None).is_err());
    }
}
