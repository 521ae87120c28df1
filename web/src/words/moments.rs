use super::Words;
use archive::{MediaTime, Timestamp};
use jiff::tz::TimeZone;

impl Words {
    /// The day of a moment as people say it: `22 November 2026`.
    pub(crate) fn day(self, moment: Timestamp, zone: &TimeZone) -> String {
        let Some(local) = local(moment, zone) else { return moment.to_string() };
        self.tell(
            "date-day",
            &[
                ("day", u32::from(local.day().unsigned_abs()).into()),
                ("month", u32::from(local.month().unsigned_abs()).into()),
                // As text, since a year is never written in groups.
                ("year", (&local.year().to_string()).into()),
            ],
        )
    }

    /// The day and the time of day.
    pub(crate) fn day_and_time(self, moment: Timestamp, zone: &TimeZone) -> String {
        let Some(local) = local(moment, zone) else { return moment.to_string() };
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        self.tell(
            "date-day-and-time",
            &[("date", (&self.day(moment, zone)).into()), ("time", (&time).into())],
        )
    }

    /// How long something lasts: `1 h 23 min`, `45 min`, `50 s`.
    pub(crate) fn length(self, length: MediaTime) -> String {
        let seconds = length.as_ms() / 1000;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        match (hours, minutes) {
            (0, 0) => self.tell("length-seconds", &[("seconds", seconds.into())]),
            (0, _) => self.tell("length-minutes", &[("minutes", minutes.into())]),
            (_, 0) => self.tell("length-hours", &[("hours", hours.into())]),
            (_, _) => self.tell(
                "length-hours-minutes",
                &[("hours", hours.into()), ("minutes", minutes.into())],
            ),
        }
    }

    /// How large something is, in whole kB, MB or GB of a thousand each.
    pub(crate) fn size(self, bytes: u64) -> String {
        match bytes {
            0..1_000_000 => self.tell("size-kilobytes", &[("size", bytes.div_ceil(1_000).into())]),
            1_000_000..10_000_000_000 => {
                self.tell("size-megabytes", &[("size", (bytes / 1_000_000).into())])
            }
            _ => self.tell("size-gigabytes", &[("size", (bytes / 1_000_000_000).into())]),
        }
    }
}

fn local(moment: Timestamp, zone: &TimeZone) -> Option<jiff::Zoned> {
    let moment = jiff::Timestamp::from_millisecond(moment.as_unix_ms()).ok()?;
    Some(moment.to_zoned(zone.clone()))
}

/// A position as it stands in a margin, in every language the same: `0:12`, `1:02:03`.
pub(crate) fn position(at: MediaTime) -> String {
    let seconds = at.as_ms() / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// A position in seconds as URLs and data attributes have it: `12.34`, never more than three
/// decimals and no zeros at the end.
pub(crate) fn seconds(at: MediaTime) -> String {
    let (whole, ms) = (at.as_ms() / 1000, at.as_ms() % 1000);
    if ms == 0 {
        return whole.to_string();
    }
    let text = format!("{whole}.{ms:03}");
    text.trim_end_matches('0').to_owned()
}

/// Reads a position of a URL: seconds with decimals.
///
/// Returns `None` for what is none, negative or longer than a month, so that a link with rubbish
/// in it just starts at the beginning.
pub(crate) fn read_seconds(text: &str) -> Option<MediaTime> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |it: &str| it.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !digits(whole) || !digits(decimals) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let ms: String = decimals.chars().chain("000".chars()).take(3).collect();
    let ms: u64 = ms.parse().ok()?;
    (whole <= 31 * 24 * 3600).then(|| MediaTime::from_ms(whole * 1000 + ms))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Locale;
    use proptest::prelude::*;

    #[test]
    fn days_are_said_as_people_say_them() {
        let moment = Timestamp::from_unix_ms(1_795_358_707_000); // 2026-11-22T14:45:07Z
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let cases = [
            (Locale::English, "22 November 2026", "22 November 2026, 15:45"),
            (Locale::Spanish, "22 de noviembre de 2026", "22 de noviembre de 2026, 15:45"),
            (Locale::German, "22. November 2026", "22. November 2026, 15:45 Uhr"),
        ];
        for (locale, day, day_and_time) in cases {
            let words = Words::in_locale(locale);
            assert_eq!(words.day(moment, &zone), day);
            assert_eq!(words.day_and_time(moment, &zone), day_and_time);
        }
    }

    #[test]
    fn lengths_are_said_in_hours_and_minutes() {
        let cases = [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (3_600_000, "1 h"),
            (5_025_000, "1 h 23 min"),
        ];
        for (ms, expected) in cases {
            let words = Words::in_locale(Locale::German);
            assert_eq!(words.length(MediaTime::from_ms(ms)), expected);
        }
    }

    #[test]
    fn sizes_are_said_in_thousands() {
        for (bytes, expected) in [
            (0, "0 kB"),
            (1, "1 kB"),
            (999_999, "1000 kB"),
            (12_345_678, "12 MB"),
            (9_999_999_999, "9999 MB"),
            (64_000_000_000, "64 GB"),
        ] {
            assert_eq!(Words::in_locale(Locale::English).size(bytes), expected);
        }
    }

    #[test]
    fn positions_are_short() {
        for (ms, expected) in [(0, "0:00"), (72_999, "1:12"), (3_723_000, "1:02:03")] {
            assert_eq!(position(MediaTime::from_ms(ms)), expected);
        }
    }

    #[test]
    fn a_position_that_is_none_is_no_error() {
        for text in ["", "-1", "1e9", "NaN", "99999999", "1.2.3", "１", " 1", "+1", "0x10", "."] {
            assert_eq!(read_seconds(text), None, "{text:?}");
        }
        assert_eq!(read_seconds("12.3456"), Some(MediaTime::from_ms(12_345)));
        assert_eq!(read_seconds("7."), Some(MediaTime::from_ms(7_000)));
    }

    proptest! {
        #[test]
        fn seconds_are_read_as_they_are_written(ms in 0_u64..31 * 24 * 3_600_000) {
            let at = MediaTime::from_ms(ms);
            prop_assert_eq!(read_seconds(&seconds(at)), Some(at));
        }
    }
}
