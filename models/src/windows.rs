//! Where somebody speaks, and the windows in which a model is made to listen there. Pure.

use crate::recogniser::{FRAME_MS, MAX_WINDOW_MS};
use archive::{Language, MediaTime, TimeRange};

/// Speech begins where it is at least this likely, and goes on while it is above [`STAYS`].
const BEGINS: f32 = 0.5;
const STAYS: f32 = 0.35;
/// A pause that is shorter belongs to the speech around it.
const PAUSE_MS: u64 = 500;
/// A sound that is shorter is a click.
const CLICK_MS: u64 = 100;
/// Speech is faint at its ends: so much is added before and behind.
const PAD_MS: u64 = 200;

/// How speech is cut for one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The longest window.
    max_ms: u64,
    /// The longest silence inside a window.
    max_gap_ms: u64,
}

impl Rules {
    /// English is so well known to every model that short windows lose nothing, and the encoder's
    /// time grows by their square. The other languages need what was said before.
    pub(crate) fn of(language: Language) -> Self {
        if language.as_str() == "en" {
            Self { max_ms: 12_000, max_gap_ms: 2_000 }
        } else {
            Self::longest()
        }
    }

    /// As much as can be heard at once.
    pub(crate) const fn longest() -> Self {
        Self { max_ms: MAX_WINDOW_MS, max_gap_ms: 5_000 }
    }
}

/// How likely somebody speaks, frame by frame, in a whole recording.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speech {
    /// One for each [`FRAME_MS`].
    pub(crate) frames: Vec<f32>,
    /// Nothing is behind it, though the last frame may end there.
    pub(crate) length: MediaTime,
}

impl Speech {
    /// Where somebody speaks: in order, apart from each other.
    pub(crate) fn ranges(&self) -> Vec<TimeRange> {
        let mut spoken: Vec<(u64, u64)> = Vec::new();
        let mut speaking = false;
        for (start, &probability) in (0..).step_by(frame_step()).zip(&self.frames) {
            speaking = probability >= if speaking { STAYS } else { BEGINS };
            if !speaking {
                continue;
            }
            match spoken.last_mut() {
                Some((_, end)) if start < *end + PAUSE_MS => *end = start + FRAME_MS,
                _ => spoken.push((start, start + FRAME_MS)),
            }
        }
        let mut ranges: Vec<TimeRange> = Vec::new();
        for (start, end) in spoken.into_iter().filter(|it| it.1 - it.0 >= CLICK_MS) {
            let start = MediaTime::from_ms(start.saturating_sub(PAD_MS));
            let end = MediaTime::from_ms(end + PAD_MS).min(self.length);
            match ranges.last_mut() {
                Some(last) if start <= last.end() => {
                    *last = TimeRange::from_or_at(last.start(), end);
                }
                _ => ranges.push(TimeRange::from_or_at(start, end)),
            }
        }
        ranges
    }

    /// The windows that cover all speech: in order, apart from each other, none longer than the
    /// rules allow.
    pub(crate) fn windows(&self, rules: Rules) -> Vec<TimeRange> {
        let mut windows: Vec<TimeRange> = Vec::new();
        for range in self.ranges() {
            let mut rest = range;
            while ms(rest) > rules.max_ms {
                let cut = self.quietest(rest.start(), rules.max_ms);
                windows.push(TimeRange::from_or_at(rest.start(), cut));
                rest = TimeRange::from_or_at(cut, rest.end());
            }
            windows.push(rest);
        }
        windows.into_iter().fold(Vec::new(), |mut joined: Vec<TimeRange>, window| {
            match joined.last_mut() {
                Some(last)
                    if window.end().as_ms() - last.start().as_ms() <= rules.max_ms
                        && window.start().as_ms() - last.end().as_ms() <= rules.max_gap_ms =>
                {
                    *last = TimeRange::from_or_at(last.start(), window.end());
                }
                _ => joined.push(window),
            }
            joined
        })
    }

    /// Where speech from `start` on is least likely, in the second half of the next `max_ms`.
    fn quietest(&self, start: MediaTime, max_ms: u64) -> MediaTime {
        let from = start.as_ms() + max_ms / 2;
        let to = start.as_ms() + max_ms;
        let frames = (0..)
            .step_by(frame_step())
            .zip(&self.frames)
            .filter(|(at, _)| (from..to).contains(&(at + FRAME_MS / 2)));
        let quietest = frames.min_by(|one, two| one.1.total_cmp(two.1));
        MediaTime::from_ms(quietest.map_or(to, |(at, _)| at + FRAME_MS / 2))
    }
}

fn frame_step() -> usize {
    usize::try_from(FRAME_MS).expect("a frame is short")
}

fn ms(range: TimeRange) -> u64 {
    range.end().as_ms() - range.start().as_ms()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Frames of these milliseconds and likelihoods.
    fn speech(parts: &[(u64, f32)]) -> Speech {
        let frames: Vec<f32> = parts
            .iter()
            .flat_map(|&(ms, it)| std::iter::repeat_n(it, usize::try_from(ms / FRAME_MS).unwrap()))
            .collect();
        let length = MediaTime::from_ms(u64::try_from(frames.len()).unwrap() * FRAME_MS);
        Speech { frames, length }
    }

    fn plain(ranges: &[TimeRange]) -> Vec<(u64, u64)> {
        ranges.iter().map(|it| (it.start().as_ms(), it.end().as_ms())).collect()
    }

    #[test]
    fn speech_is_found_with_its_faint_ends() {
        type Case<'a> = (&'a str, &'a [(u64, f32)], &'a [(u64, u64)]);
        let cases: [Case<'_>; 6] = [
            ("nothing", &[], &[]),
            ("silence", &[(3200, 0.1)], &[]),
            ("one sentence", &[(960, 0.1), (1600, 0.9), (960, 0.1)], &[(760, 2760)]),
            ("a click", &[(960, 0.1), (64, 0.9), (960, 0.1)], &[]),
            (
                "a short pause",
                &[(960, 0.1), (640, 0.9), (320, 0.1), (640, 0.9), (960, 0.1)],
                &[(760, 2760)],
            ),
            ("a long pause", &[(960, 0.9), (960, 0.1), (960, 0.9)], &[(0, 1160), (1720, 2880)]),
        ];
        for (what, parts, expected) in cases {
            assert_eq!(plain(&speech(parts).ranges()), expected, "{what}");
        }
    }

    #[test]
    fn long_speech_is_cut_where_it_is_quietest() {
        let english = Rules::of("en".parse().unwrap());
        let speech = speech(&[(8_000, 0.9), (32, 0.6), (8_000, 0.9)]);
        assert_eq!(plain(&speech.windows(english)), [(0, 8_016), (8_016, 16_032)]);
        let spanish = Rules::of("es".parse().unwrap());
        assert_eq!(plain(&speech.windows(spanish)), [(0, 16_032)]);
    }

    proptest! {
        #[test]
        fn windows_cover_all_speech_in_order_and_within_bounds(
            parts in prop::collection::vec((32_u64..20_000, 0.0_f32..1.0), 0..40),
            short: bool,
        ) {
            let rules = Rules::of(if short { "en" } else { "de" }.parse().unwrap());
            let speech = speech(&parts);
            let (ranges, windows) = (speech.ranges(), speech.windows(rules));
            for window in &windows {
                prop_assert!(ms(*window) > 0 && ms(*window) <= rules.max_ms.min(MAX_WINDOW_MS));
                prop_assert!(window.end() <= speech.length);
            }
            for pair in windows.windows(2) {
                prop_assert!(pair[0].end() <= pair[1].start());
            }
            for range in &ranges {
                let covered: u128 = windows.iter().map(|it| it.overlap(*range).as_millis()).sum();
                prop_assert_eq!(covered, range.length().as_millis());
            }
            for pair in ranges.windows(2) {
                prop_assert!(pair[0].end() < pair[1].start());
            }
        }
    }
}
