//! Business hours: when a queue or a channel is open.

use crate::{HoursId, Timestamp};

documents! {
    /// Business hours in one time zone. What is open at an instant is decided by the first of these that knows the
    /// instant: an exception, a dated holiday, a yearly holiday, the week. `okno_engine::hours` computes with them.
    #[derive(Eq)]
    pub struct HoursDoc {
        /// Id.
        pub id: HoursId,
        /// Shown name.
        pub name: String,
        /// IANA time zone, `Europe/Warsaw`. All days and minutes are local there.
        pub time_zone: String,
        /// Open intervals of the seven days, Monday first; an empty day is closed. At most
        /// [`crate::limits::HOURS_INTERVALS_PER_DAY`] a day, in order, not overlapping.
        pub week: [Vec<OpenInterval>; 7],
        /// Days that are not as their weekday is.
        #[serde(default)]
        pub holidays: Vec<Holiday>,
        /// Stretches of time that are not as their day is ("closed now, the building is empty").
        #[serde(default)]
        pub exceptions: Vec<HoursException>,
        /// Hidden from choice; who uses it keeps it.
        #[serde(default)]
        pub archived: bool,
    }

    /// From when to when, in minutes after the local midnight at which the day begins. An interval belongs to the day
    /// on which it begins; `to_minute` above 1440 reaches into the next day (22:00-06:00 is 1320 to 1800), and the next
    /// day's holiday does not cut it. The whole day is 0 to 1440.
    #[derive(Copy, Eq)]
    pub struct OpenInterval {
        /// First minute that is open, 0-1439.
        pub from_minute: u16,
        /// First minute that is closed again: above `from_minute`, at most 1440 minutes after it.
        pub to_minute: u16,
    }

    /// A day that is not as its weekday is.
    #[derive(Eq)]
    pub struct Holiday {
        /// Which day.
        pub day: HolidayDay,
        /// Shown name.
        pub name: String,
        /// Special hours of that day; empty for closed.
        #[serde(default)]
        pub intervals: Vec<OpenInterval>,
    }

    /// Which day a holiday is.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum HolidayDay {
        /// One day of one year. It goes before a yearly holiday of the same day.
        Date {
            /// Year, 1970-9998.
            year: i16,
            /// Month, 1-12.
            month: u8,
            /// Day of the month, 1-31.
            day: u8,
        },
        /// Every year; 29 February only in leap years.
        Yearly {
            /// Month, 1-12.
            month: u8,
            /// Day of the month, 1-31.
            day: u8,
        },
    }

    /// A stretch of time that is not as its day is. The later in the list goes before the earlier.
    #[derive(Eq)]
    pub struct HoursException {
        /// From this instant.
        pub from: Timestamp,
        /// To before this instant.
        pub to: Timestamp,
        /// Open or closed meanwhile.
        pub open: bool,
        /// Why, for people.
        pub name: String,
    }
}
