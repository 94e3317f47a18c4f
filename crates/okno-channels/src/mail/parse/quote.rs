//! Folding of quoted history: nothing is lost, every line is either in the new text or in the quoted one.
//!
//! Replies above the quote (most mail) and below one leading quote are folded; replies between quoted lines are not, because
//! they would lose their sense.

use crate::mail::limits::MARKER_CHARS;

/// Text divided into what is new and what is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// New text.
    pub text: String,
    /// Quoted history with its introduction; empty if none.
    pub quoted: String,
}

/// Separates quoted history. Line ends are `\n`.
pub fn fold(text: &str) -> Folded {
    let lines: Vec<&str> = text.lines().collect();
    let whole = || Folded { text: text.trim_matches('\n').to_owned(), quoted: String::new() };
    let Some(mark) = first_mark(&lines) else { return whole() };
    let Some(folded) = (match mark {
        Mark::All { at } => Some(split(&lines, at, lines.len())),
        Mark::Quoted { at, first } => quoted_block(&lines, at, first),
    }) else {
        return whole();
    };
    // A mail that is nothing but quote (a forward, an empty reply) is shown as it is.
    if folded.text.trim().is_empty() { whole() } else { folded }
}

/// How the history begins.
enum Mark {
    /// A separator: everything from here on is history.
    All { at: usize },
    /// Lines with `>` from `first` on, introduced from `at` on.
    Quoted { at: usize, first: usize },
}

fn first_mark(lines: &[&str]) -> Option<Mark> {
    for at in 0..lines.len() {
        if is_quoted(lines[at]) {
            return Some(Mark::Quoted { at, first: at });
        }
        if is_separator(lines[at]) || is_header_block(&lines[at..]) {
            let at = if at > 0 && is_rule(lines[at - 1]) { at - 1 } else { at };
            return Some(Mark::All { at });
        }
        if let Some(length) = introduction(&lines[at..]) {
            let next = (at + length..lines.len()).find(|n| !lines[*n].trim().is_empty());
            return match next {
                Some(first) if is_quoted(lines[first]) => Some(Mark::Quoted { at, first }),
                // A line that only looks like an introduction, with a separator of its own after it, is still one.
                Some(_) | None => Some(Mark::All { at }),
            };
        }
    }
    None
}

/// The block of `>` lines: to the end, or leading with the reply below it.
fn quoted_block(lines: &[&str], at: usize, first: usize) -> Option<Folded> {
    let mut end = first;
    for (n, line) in lines.iter().enumerate().skip(first) {
        if is_quoted(line) {
            end = n + 1;
        } else if !line.trim().is_empty() && lines[n..].iter().any(|l| is_quoted(l)) && !is_wrapped_rest(lines, n) {
            // More quotes follow after other text: answers stand between them.
            return None;
        }
    }
    let blank = |from: usize, to: usize| lines[from..to].iter().all(|line| line.trim().is_empty());
    if blank(end, lines.len()) {
        return Some(split(lines, at, lines.len()));
    }
    if blank(0, at) {
        return Some(split(lines, at, end));
    }
    // Text above and below: a short rest below is a signature or a footer and stays visible.
    Some(split(lines, at, end))
}

/// The wrapped rest of a quoted line that some programs leave without its `>`.
fn is_wrapped_rest(lines: &[&str], n: usize) -> bool {
    let short = lines[n].chars().count() <= 30;
    short && n > 0 && is_quoted(lines[n - 1]) && lines[n - 1].chars().count() >= 60 && lines.get(n + 1).is_some_and(|next| is_quoted(next))
}

fn split(lines: &[&str], from: usize, to: usize) -> Folded {
    let above = lines[..from].join("\n");
    let below = lines[to..].join("\n");
    let text = match (above.trim_end_matches('\n'), below.trim_matches('\n')) {
        (above, "") => above.trim_start_matches('\n').to_owned(),
        ("", below) => below.to_owned(),
        (above, below) => format!("{}\n\n{below}", above.trim_start_matches('\n')),
    };
    Folded { text, quoted: lines[from..to].join("\n").trim_matches('\n').to_owned() }
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    // `>From` at a line's begin is an escape of old mail stores, not a quote.
    line.starts_with('>') && !line.starts_with(">From ")
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 10 && line.chars().all(|c| matches!(c, '_' | '-' | '=' | '*' | '\u{2014}'))
}

/// Words between the dashes of a separator.
const SEPARATORS: &[&str] = &[
    "original message",
    "forwarded message",
    "reply message",
    "исходное сообщение",
    "оригинальное сообщение",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "исходное письмо",
    "пересылаемое письмо",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "treść oryginalnej wiadomości",
    "wiadomość przekazana",
    "przekazana wiadomość",
    "ursprüngliche nachricht",
    "weitergeleitete nachricht",
    "originalnachricht",
    "message d'origine",
    "message transféré",
    "mensaje original",
    "messaggio originale",
];

/// `-----Original Message-----` and its relatives.
fn is_separator(line: &str) -> bool {
    let line = line.trim();
    if !line.starts_with("--") || line.chars().count() > MARKER_CHARS {
        return false;
    }
    let words = line.trim_matches(|c: char| c == '-' || c.is_whitespace()).to_lowercase();
    SEPARATORS.iter().any(|w| words.starts_with(w))
}

/// Labels of the header block that Outlook puts above history: sender, and what must follow it.
const FROM: &[&str] = &["from", "от", "od", "von", "de", "da"];
const OTHERS: &[&str] = &[
    "sent",
    "date",
    "to",
    "subject",
    "cc",
    "reply-to",
    "отправлено",
    "дата",
    "кому",
    "тема",
    "копия",
    "wysłano",
    "data",
    "do",
    "temat",
    "dw",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "enviado",
    "para",
    "asunto",
    "inviato",
    "a",
    "oggetto",
];

fn is_header_block(lines: &[&str]) -> bool {
    let Some(first) = lines.first().and_then(|line| label(line)) else { return false };
    FROM.contains(&first.as_str())
        && lines.iter().skip(1).take(7).filter_map(|line| label(line)).filter(|l| OTHERS.contains(&l.as_str())).count() >= 2
}

fn label(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches(['*', '>', ' ']);
    let (label, rest) = line.split_once(':')?;
    let label = label.trim_end_matches(['*', ' ']);
    let short = label.chars().count() <= 12 && rest.chars().count() <= MARKER_CHARS * 3;
    short.then(|| label.to_lowercase())
}

/// `On ..., X wrote:` in one to three lines: how many lines it takes.
fn introduction(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (n, line) in lines.iter().take(3).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.chars().count() > MARKER_CHARS {
            return None;
        }
        if n > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if line.ends_with(':') || line.ends_with("：") {
            return is_introduction(&joined).then_some(n + 1);
        }
        // Only a line that begins like one may be wrapped.
        if n == 0 && !begins_like_introduction(line) {
            return None;
        }
    }
    None
}

const VERBS: &[&str] = &[
    " wrote",
    " writes",
    "пишет",
    "писал",
    "написал",
    "пишете",
    " pisze",
    " napisał",
    " napisała",
    " napisał(a)",
    " pisał",
    " schrieb",
    " a écrit",
    " escribió",
    " ha scritto",
    " escreveu",
];

fn is_introduction(line: &str) -> bool {
    let lower = line.to_lowercase();
    let dated = lower.chars().filter(char::is_ascii_digit).count() >= 3;
    let addressed = lower.contains('@');
    let tail: String = {
        let count = lower.chars().count();
        lower.chars().skip(count.saturating_sub(120)).collect()
    };
    let says = VERBS.iter().any(|verb| tail.contains(verb)) || (lower.starts_with("am ") && lower.contains(" schrieb "));
    if says && (dated || addressed) {
        return true;
    }
    // `12.05.2021, 12:00, "Name" <a@b>:` and `Среда, 12 мая 2021, 12:00 +03:00 от Name <a@b>:` have no verb.
    let begins = lower.starts_with(|c: char| c.is_ascii_digit()) || WEEKDAYS.iter().any(|day| lower.starts_with(day));
    begins && dated && addressed && lower.trim_end_matches(':').trim_end().ends_with('>')
}

const WEEKDAYS: &[&str] =
    &["понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресенье", "пн,", "вт,", "ср,", "чт,", "пт,", "сб,", "вс,"];

fn begins_like_introduction(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["on ", "am ", "w dniu ", "dnia ", "le ", "el ", "il ", "em "].iter().any(|start| lower.starts_with(start))
        || lower.starts_with(|c: char| c.is_ascii_digit())
        || WEEKDAYS.iter().any(|day| lower.starts_with(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mail: &str, text: &str, quoted_begins: &str) {
        let folded = fold(mail);
        assert_eq!(folded.text, text, "{mail}");
        assert!(
            folded.quoted.starts_with(quoted_begins) && folded.quoted.is_empty() == quoted_begins.is_empty(),
            "{:?}\n{mail}",
            folded.quoted
        );
    }

    #[test]
    fn folds_what_programs_write() {
        check("Thanks!\n\nOn Mon, 3 May 2021 at 10:00, Help <help@okno.test> wrote:\n> Hello\n> there\n", "Thanks!", "On Mon");
        check(
            "Thanks!\n\nOn Mon, 3 May 2021 at 10:00, Help Desk of Some Long Company\n<help@okno.test> wrote:\n\n> Hello\n",
            "Thanks!",
            "On Mon",
        );
        check("Спасибо\n\nпн, 3 мая 2021 г. в 10:00, Помощь <help@okno.test>:\n\n> Здравствуйте\n", "Спасибо", "пн, 3 мая");
        check("Спасибо\n\n03.05.2021 10:00, Иван пишет:\n> Здравствуйте", "Спасибо", "03.05.2021");
        check("Да\n\n>Понедельник, 3 мая 2021, 10:00 +03:00 от Помощь <help@okno.test>:\n>\n>Здравствуйте\n", "Да", ">Понедельник");
        check("Да\n\nПонедельник, 3 мая 2021, 10:00 +03:00 от Помощь <help@okno.test>:\nЗдравствуйте\n", "Да", "Понедельник");
        check("Да\n\n03.05.2021, 10:00, \"Помощь\" <help@okno.test>:\n\nЗдравствуйте\n", "Да", "03.05.2021");
        check("Dzięki\n\nW dniu 3.05.2021 o 10:00, Pomoc pisze:\n> Dzień dobry", "Dzięki", "W dniu");
        check("Dzięki\n\npon., 3 maj 2021 o 10:00 Pomoc <help@okno.test> napisał(a):\n\n> Dzień dobry", "Dzięki", "pon.");
        check("Danke\n\nAm 03.05.2021 um 10:00 schrieb Hilfe:\n> Guten Tag", "Danke", "Am 03");
        check("Danke\n\nAm Mo., 3. Mai 2021 um 10:00 Uhr schrieb Hilfe <help@okno.test>:\n\n> Guten Tag", "Danke", "Am Mo");
        check("Ok\n\n-----Original Message-----\nFrom: Help\nhello", "Ok", "-----Original");
        check("Ок\n\n-------- Исходное сообщение --------\nhello", "Ок", "-------- Исход");
        check(
            "Ok\n\n________________________________\nFrom: Help <help@okno.test>\nSent: Monday\nTo: Ivan\nSubject: Hi\n\nHello",
            "Ok",
            "____",
        );
        check("Ок\n\nОт: Помощь <help@okno.test>\nОтправлено: 3 мая\nКому: Иван\nТема: Привет\n\nЗдравствуйте", "Ок", "От: Помощь");
        check("Ok\n\n*Od:* Pomoc\n*Wysłano:* 3 maja\n*Do:* Jan\n*Temat:* Cześć\n\nDzień dobry", "Ok", "*Od:*");
        check("Ok\n\nVon: Hilfe\nGesendet: 3. Mai\nAn: Jan\nBetreff: Hallo\n\nGuten Tag", "Ok", "Von: Hilfe");
    }

    #[test]
    fn keeps_what_is_new() {
        check("Just a text\nwith From: in it: yes", "Just a text\nwith From: in it: yes", "");
        check("> You said A\n\nI say B\n", "I say B", "> You said A");
        check("> A?\nYes.\n> B?\nNo.\n", "> A?\nYes.\n> B?\nNo.", "");
        check("---------- Forwarded message ----------\nFrom: X\nhello", "---------- Forwarded message ----------\nFrom: X\nhello", "");
        check("Ok\n\n> Hello\n\n--\nIvan", "Ok\n\n--\nIvan", "> Hello");
        check(">From the beginning it was bad", ">From the beginning it was bad", "");
        check("I wrote:\nnothing", "I wrote:\nnothing", "");
        check("", "", "");
        check("a\n> this line was so long that the program of the sender had to\nwrap it\n> here\n", "a", "> this");
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_lost(lines in proptest::collection::vec("(> ?)?[a-zA-Zа-я:@ ]{0,12}|On 3 May 2021 A wrote:|From: a|Sent: b|To: c|-----Original Message-----|", 0..30)) {
            let mail = lines.join("\n");
            let folded = fold(&mail);
            let mut kept: Vec<&str> = folded.text.lines().chain(folded.quoted.lines()).filter(|l| !l.trim().is_empty()).collect();
            let mut given: Vec<&str> = mail.lines().filter(|l| !l.trim().is_empty()).collect();
            kept.sort_unstable();
            given.sort_unstable();
            proptest::prop_assert_eq!(kept, given);
        }
    }
}
