use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};

/// A position in a recording, in milliseconds from the start of its published media.
///
/// Not a wall-clock time and not a BigBlueButton event timestamp: those pass through
/// `ingest::timeline` once and come out as this type. `GStreamer`'s nanoseconds are converted in
/// `transcode::clock`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MediaTime(u64);

impl MediaTime {
    pub const ZERO: Self = Self(0);

    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Converts one of whisper.cpp's timestamps, which count hundredths of a second.
    ///
    /// Returns `None` for a negative value; whisper.cpp uses `-1` for "no timestamp".
    pub fn from_whisper(centiseconds: i64) -> Option<Self> {
        u64::try_from(centiseconds).ok()?.checked_mul(10).map(Self)
    }

    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Seconds, for JSON that browsers read and for `currentTime`.
    #[expect(clippy::cast_precision_loss, reason = "exact below 285 000 years")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// How long after `earlier` this is; zero if it is not after.
    pub fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    #[must_use]
    pub const fn saturating_add_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// Writes `HH:MM:SS.mmm`, the form that `WebVTT` uses.
impl fmt::Display for MediaTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (total_s, ms) = (self.0 / 1000, self.0 % 1000);
        let (hours, minutes, seconds) = (total_s / 3600, total_s / 60 % 60, total_s % 60);
        write!(f, "{hours:02}:{minutes:02}:{seconds:02}.{ms:03}")
    }
}

/// A stretch of a recording; it starts no later than it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TimeRange {
    start: MediaTime,
    end: MediaTime,
}

impl TimeRange {
    /// Returns `None` if `end` lies before `start`.
    pub fn new(start: MediaTime, end: MediaTime) -> Option<Self> {
        (start <= end).then_some(Self { start, end })
    }

    /// The range from `start`, or an empty one at `start` if `end` lies before it.
    pub fn from_or_at(start: MediaTime, end: MediaTime) -> Self {
        Self { start, end: end.max(start) }
    }

    pub const fn start(self) -> MediaTime {
        self.start
    }

    pub const fn end(self) -> MediaTime {
        self.end
    }

    pub fn length(self) -> Duration {
        self.end.saturating_since(self.start)
    }

    /// Whether `at` lies inside; the end does not.
    pub fn contains(self, at: MediaTime) -> bool {
        self.start <= at && at < self.end
    }

    /// How long both ranges last together.
    pub fn overlap(self, other: Self) -> Duration {
        self.end.min(other.end).saturating_since(self.start.max(other.start))
    }
}

impl<'de> Deserialize<'de> for TimeRange {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            start: MediaTime,
            end: MediaTime,
        }
        let Stored { start, end } = Stored::deserialize(deserializer)?;
        Self::new(start, end)
            .ok_or_else(|| serde::de::Error::custom(format!("{end} lies before {start}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_as_webvtt() {
        let cases = [
            // (milliseconds, expected)
            (0, "00:00:00.000"),
            (999, "00:00:00.999"),
            (61_001, "00:01:01.001"),
            (100 * 3_600_000, "100:00:00.000"),
        ];
        for (ms, expected) in cases {
            assert_eq!(MediaTime::from_ms(ms).to_string(), expected);
        }
    }

    #[test]
    fn whisper_counts_hundredths_and_says_minus_one_for_none() {
        assert_eq!(MediaTime::from_whisper(150), Some(MediaTime::from_ms(1_500)));
        assert_eq!(MediaTime::from_whisper(-1), None);
        assert_eq!(MediaTime::from_whisper(i64::MAX), None);
    }

    #[test]
    fn ranges_run_forwards_and_overlap_symmetrically() {
        let at = MediaTime::from_ms;
        assert_eq!(TimeRange::new(at(2), at(1)), None);
        let first = TimeRange::new(at(0), at(1_000)).unwrap();
        let second = TimeRange::new(at(400), at(2_000)).unwrap();
        assert_eq!(first.overlap(second), Duration::from_millis(600));
        assert_eq!(second.overlap(first), Duration::from_millis(600));
        assert!(first.contains(at(0)) && !first.contains(at(1_000)));
    }
}
