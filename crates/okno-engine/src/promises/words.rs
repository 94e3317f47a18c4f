//! The words of times in English, Russian and Polish. Compared in lower case, with `ё` as `е` and Polish letters without their marks.

/// One word's part in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// `by`, `at`, `до`, `o`: says nothing by itself.
    Filler,
    /// `in`, `через`, `za`: a length of time follows.
    Within,
    /// So many days from today.
    Day(u8),
    /// A day of the week, 0 is Monday.
    Weekday(u8),
    /// A month, 1 to 12.
    Month(u8),
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// `business`, `рабочих`, `roboczych`.
    Working,
    /// `a`, `an`.
    One,
    /// `half`, `pół`.
    Half,
    /// `полчаса`, `полчасика`.
    HalfHour,
    /// Minutes after midnight: `noon`.
    Clock(u16),
    /// `pm`, `вечера`.
    Evening,
    /// `am`, `утра`.
    Morning,
    /// `end`, `конца`, `końca`.
    End,
    /// `of`, `day` after `end`: closing time.
    EndOfDay,
    /// `after` in `day after tomorrow`.
    After,
}

const TABLE: &[(Word, &str)] = &[
    (Word::Filler, "by at on until till before the of к до в во на не позднее do na w we o godz godz. godzinie najpozniej"),
    (Word::Within, "in within через за za"),
    (Word::Day(0), "today tonight сегодня dzis dzisiaj"),
    (Word::Day(1), "tomorrow завтра jutro jutra"),
    (Word::Day(2), "послезавтра pojutrze"),
    (Word::Weekday(0), "monday mon понедельник понедельника понедельнику пн poniedzialek poniedzialku pon"),
    (Word::Weekday(1), "tuesday tue вторник вторника вторнику вт wtorek wtorku"),
    (Word::Weekday(2), "wednesday wed среда среду среды среде ср sroda srode srody"),
    (Word::Weekday(3), "thursday thu четверг четверга четвергу чт czwartek czwartku"),
    (Word::Weekday(4), "friday fri пятница пятницу пятницы пятнице пт piatek piatku"),
    (Word::Weekday(5), "saturday sat суббота субботу субботы субботе сб sobota sobote soboty"),
    (Word::Weekday(6), "sunday sun воскресенье воскресенья воскресенью вс niedziela niedziele niedzieli"),
    (Word::Month(1), "january jan января stycznia"),
    (Word::Month(2), "february feb февраля lutego"),
    (Word::Month(3), "march mar марта marca"),
    (Word::Month(4), "april apr апреля kwietnia"),
    (Word::Month(5), "may мая maja"),
    (Word::Month(6), "june jun июня czerwca"),
    (Word::Month(7), "july jul июля lipca"),
    (Word::Month(8), "august aug августа sierpnia"),
    (Word::Month(9), "september sep sept сентября wrzesnia"),
    (Word::Month(10), "october oct октября pazdziernika"),
    (Word::Month(11), "november nov ноября listopada"),
    (Word::Month(12), "december dec декабря grudnia"),
    (Word::Minutes, "m min min. mins minute minutes мин мин. минута минуту минуты минут minute minut minuty minuta"),
    (Word::Hours, "h hr hrs hour hours ч час часа часов godz godzina godzine godziny godzin"),
    (Word::Days, "d day days день дня дней dzien dni dnia"),
    (Word::Weeks, "week weeks неделю недели недель tydzien tygodnie tygodni"),
    (Word::Working, "business working work рабочий рабочих рабочего рабочие roboczy robocze roboczych"),
    (Word::One, "a an one один одну одного jeden jedna"),
    (Word::Half, "half пол pol"),
    (Word::HalfHour, "полчаса"),
    (Word::Clock(720), "noon midday полдень полудня poludnie poludnia"),
    (Word::Evening, "pm p.m. вечера wieczorem"),
    (Word::Morning, "am a.m. утра rano"),
    (Word::End, "end конца konca"),
    (Word::EndOfDay, "eod cob"),
    (Word::After, "after"),
];

/// Every part that a word can play: `godz` is an hour and says nothing before one.
pub(super) fn parts(word: &str) -> impl Iterator<Item = Word> {
    let plain = plain(word);
    TABLE.iter().filter(move |(_, words)| words.split(' ').any(|known| known == plain)).map(|(part, _)| *part)
}

/// Whether a word can play a part.
pub(super) fn is(word: &str, part: Word) -> bool {
    parts(word).any(|known| known == part)
}

/// Lower case, without what people leave out on a keyboard of another country.
pub(super) fn plain(word: &str) -> String {
    let lower = word.to_lowercase();
    lower
        .trim_end_matches([',', ';', ':'])
        .chars()
        .map(|c| match c {
            'ё' => 'е',
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            '’' => '\'',
            other => other,
        })
        .collect()
}
