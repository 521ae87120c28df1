use archive::MediaTime;

/// Converts `GStreamer`'s nanoseconds to a position in the recording, to the nearest millisecond.
///
/// This file is the only place where the two meet.
pub(crate) const fn media_time(ns: u64) -> MediaTime {
    MediaTime::from_ms(ns.saturating_add(500_000) / 1_000_000)
}

/// The way back; positions past 584 years stay at the end of `GStreamer`'s time.
pub(crate) const fn nanoseconds(at: MediaTime) -> u64 {
    at.as_ms().saturating_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_the_nearest_millisecond() {
        let cases = [(0, 0), (499_999, 0), (500_000, 1), (66_666_667, 67), (3_000_000_000, 3_000)];
        for (ns, ms) in cases {
            assert_eq!(media_time(ns), MediaTime::from_ms(ms), "{ns}");
        }
    }

    #[test]
    fn the_ends_of_time_stay_ends() {
        assert_eq!(media_time(u64::MAX), MediaTime::from_ms(18_446_744_073_709));
        assert_eq!(nanoseconds(MediaTime::from_ms(3)), 3_000_000);
        assert_eq!(nanoseconds(MediaTime::from_ms(u64::MAX)), u64::MAX);
    }
}
