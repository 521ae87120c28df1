//! Steady time: which source frame shows at which tick, and where sound must be filled or cut.
//!
//! Pure functions of time, so that a source's gaps, doubles and rounded time stamps (`WebM` counts
//! milliseconds) never reach an encoder, and every rendition has its frames at the same times.

use std::ops::Range;

const SECOND_NS: u64 = 1_000_000_000;

/// Frames a second, as a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameRate {
    numerator: u32,
    denominator: u32,
}

impl FrameRate {
    /// Returns `None` for zero, for no rate at all, and for fractions that no camera has.
    pub(crate) fn new(numerator: u32, denominator: u32) -> Option<Self> {
        let plausible =
            (1..=1_000_000).contains(&numerator) && (1..=100_000).contains(&denominator);
        plausible.then_some(Self { numerator, denominator })
    }

    /// A whole number of frames a second; zero is taken for one.
    pub(crate) const fn whole(frames: u32) -> Self {
        Self { numerator: if frames == 0 { 1 } else { frames }, denominator: 1 }
    }

    pub(crate) const fn numerator(self) -> u32 {
        self.numerator
    }

    pub(crate) const fn denominator(self) -> u32 {
        self.denominator
    }

    pub(crate) const fn halved(self) -> Self {
        if self.numerator.is_multiple_of(2) {
            Self { numerator: self.numerator / 2, denominator: self.denominator }
        } else {
            Self { numerator: self.numerator, denominator: self.denominator * 2 }
        }
    }

    /// Ticks a second and ticks a frame for a track of this rate: every frame lasts exactly as long.
    pub(crate) const fn time_base(self) -> (u32, u32) {
        if self.numerator < 1_000 {
            (self.numerator * 1_000, self.denominator * 1_000)
        } else {
            (self.numerator, self.denominator)
        }
    }

    /// How many frames last `seconds`, to the nearest, at least one.
    pub(crate) fn frames_in(self, seconds: u32) -> u32 {
        let frames = (u64::from(seconds) * u64::from(self.numerator)
            + u64::from(self.denominator) / 2)
            / u64::from(self.denominator);
        u32::try_from(frames).unwrap_or(u32::MAX).max(1)
    }

    /// When frame `n` begins.
    pub(crate) fn start_ns(self, n: u64) -> u64 {
        let ns = u128::from(n) * u128::from(self.denominator) * u128::from(SECOND_NS)
            / u128::from(self.numerator);
        u64::try_from(ns).unwrap_or(u64::MAX)
    }

    /// The frame that begins nearest to `at_ns`.
    pub(crate) fn nearest(self, at_ns: u64) -> u64 {
        let frame = u128::from(self.denominator) * u128::from(SECOND_NS);
        let n = (u128::from(at_ns) * u128::from(self.numerator) + frame / 2) / frame;
        u64::try_from(n).unwrap_or(u64::MAX)
    }

    /// How many frames cover `length_ns`; a last frame of which less than a tenth is needed is not.
    pub(crate) fn frames_covering(self, length_ns: u64) -> u64 {
        let frame = u128::from(self.denominator) * u128::from(SECOND_NS);
        let length =
            (u128::from(length_ns) * u128::from(self.numerator)).saturating_sub(frame / 10);
        u64::try_from(length.div_ceil(frame)).unwrap_or(u64::MAX).max(1)
    }
}

/// Hands out the frames of the grid, each once and in order, as the source's frames come by.
///
/// A grid frame shows the last source frame that begins no later than half a frame after it; half a
/// frame, since time stamps are rounded.
#[derive(Debug)]
pub(crate) struct FrameSampler {
    rate: FrameRate,
    next: u64,
}

impl FrameSampler {
    pub(crate) const fn new(rate: FrameRate) -> Self {
        Self { rate, next: 0 }
    }

    /// The grid frames that still show the current source frame, when the following one begins at
    /// `following_ns`. Empty for a source frame that comes too soon or in the wrong order.
    pub(crate) fn until(&mut self, following_ns: u64) -> Range<u64> {
        // Grid frame n shows the following one from start(n) + half a frame >= following on.
        let end = self.rate.nearest(following_ns);
        self.take(end)
    }

    /// The grid frames that are left of `total`, all of which show the last source frame.
    pub(crate) fn rest(&mut self, total: u64) -> Range<u64> {
        self.take(total)
    }

    fn take(&mut self, end: u64) -> Range<u64> {
        let taken = self.next..end.max(self.next);
        self.next = taken.end;
        taken
    }
}

/// What to do with a stretch of decoded sound so that sample `n` stands at time `n` / rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placement {
    /// Samples of silence to put before it.
    pub(crate) silence: u64,
    /// Samples to leave out at its beginning.
    pub(crate) skip: u64,
}

/// Lays stretches of decoded sound end to end on the time line.
#[derive(Debug)]
pub(crate) struct SoundLine {
    rate: u32,
    laid: u64,
}

impl SoundLine {
    /// Differences below this are rounding, not gaps. `GStreamer`'s `audiorate` has the same limit.
    const TOLERANCE_MS: u64 = 40;

    pub(crate) const fn new(rate: u32) -> Self {
        Self { rate, laid: 0 }
    }

    /// Samples laid so far.
    pub(crate) const fn laid(&self) -> u64 {
        self.laid
    }

    /// Places `samples` samples whose first is said to sound at `at_ns`.
    pub(crate) fn place(&mut self, at_ns: u64, samples: u64) -> Placement {
        let due = u128::from(at_ns) * u128::from(self.rate) / u128::from(SECOND_NS);
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        let tolerance = u64::from(self.rate) * Self::TOLERANCE_MS / 1_000;
        let (silence, skip) = if self.laid + tolerance < due {
            (due - self.laid, 0)
        } else if due + tolerance < self.laid {
            (0, (self.laid - due).min(samples))
        } else {
            (0, 0)
        };
        self.laid = self.laid.saturating_add(silence).saturating_add(samples - skip);
        Placement { silence, skip }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn a_frame_lasts_exactly_as_long_as_it_should() {
        let cases = [
            // rate, time base, frames in four seconds, frames covering 10 s
            (FrameRate::whole(15), (15_000, 1_000), 60, 150),
            (FrameRate::whole(5), (5_000, 1_000), 20, 50),
            (FrameRate::new(30_000, 1_001).unwrap(), (30_000, 1_001), 120, 300),
            (FrameRate::new(1, 2).unwrap(), (1_000, 2_000), 2, 5),
        ];
        for (rate, base, group, covering) in cases {
            let got = (rate.time_base(), rate.frames_in(4), rate.frames_covering(10_000 * MS));
            assert_eq!(got, (base, group, covering), "{rate:?}");
        }
    }

    #[test]
    fn rounded_time_stamps_make_no_gaps_and_no_doubles() {
        // 15 a second as WebM writes them, the first one late: 14, 67, 133, 200, 267 ms.
        let mut sampler = FrameSampler::new(FrameRate::whole(15));
        let shown: Vec<_> = [67, 133, 200, 267].map(|ms| sampler.until(ms * MS)).to_vec();
        assert_eq!(shown, [0..1, 1..2, 2..3, 3..4]);
        assert_eq!(sampler.rest(5), 4..5);
    }

    #[test]
    fn a_gap_repeats_the_last_frame_and_a_frame_out_of_order_is_left_out() {
        let mut sampler = FrameSampler::new(FrameRate::whole(5));
        assert_eq!(sampler.until(2_000 * MS), 0..10);
        assert_eq!(sampler.until(1_000 * MS), 10..10);
        assert_eq!(sampler.rest(12), 10..12);
        assert_eq!(sampler.rest(3), 12..12);
    }

    #[test]
    fn sound_is_filled_cut_or_left_alone() {
        let mut line = SoundLine::new(48_000);
        let cases = [
            // what, at (ms), samples, expected, laid after
            ("starts late", 500, 960, Placement { silence: 24_000, skip: 0 }, 24_960),
            ("rounded", 519, 960, Placement { silence: 0, skip: 0 }, 25_920),
            ("overlaps a little", 440, 960, Placement { silence: 0, skip: 960 }, 25_920),
            ("overlaps in part", 490, 9_600, Placement { silence: 0, skip: 2_400 }, 33_120),
            ("a gap", 1_000, 480, Placement { silence: 14_880, skip: 0 }, 48_480),
        ];
        for (what, at_ms, samples, expected, laid) in cases {
            assert_eq!((line.place(at_ms * MS, samples), line.laid()), (expected, laid), "{what}");
        }
    }

    proptest! {
        #[test]
        fn every_frame_of_the_grid_shows_once(
            numerator in 1_u32..60_000,
            times in proptest::collection::vec(0_u64..20_000, 0..200),
        ) {
            let rate = FrameRate::new(numerator, 1_000).unwrap();
            let mut sampler = FrameSampler::new(rate);
            let total = rate.frames_covering(20_000 * MS);
            let mut shown: Vec<u64> =
                times.iter().flat_map(|ms| sampler.until(ms * MS)).collect();
            shown.extend(sampler.rest(total.max(shown.len() as u64)));
            prop_assert!(shown.iter().copied().eq(0..shown.len() as u64));
            prop_assert!(total <= shown.len() as u64);
        }

        #[test]
        fn a_steady_source_on_its_own_grid_passes_through(n in 0_u64..100_000, fps in 1_u32..60) {
            let rate = FrameRate::whole(fps);
            prop_assert_eq!(rate.nearest(rate.start_ns(n)), n);
            // WebM rounds to milliseconds; at up to 60 a second that still finds the frame.
            prop_assert_eq!(rate.nearest(rate.start_ns(n) / MS * MS), n);
        }

        #[test]
        fn sound_never_strays_from_its_time(
            stretches in proptest::collection::vec((0_u64..60_000, 0_u64..5_000), 1..100),
        ) {
            let mut line = SoundLine::new(48_000);
            for (at_ms, samples) in stretches {
                let before = line.laid();
                let placed = line.place(at_ms * MS, samples);
                prop_assert!(placed.skip <= samples);
                prop_assert_eq!(line.laid(), before + placed.silence + samples - placed.skip);
                if placed.skip < samples {
                    let stands = before + placed.silence;
                    let due = (at_ms * 48) + placed.skip;
                    prop_assert!(stands.abs_diff(due) <= 1_920);
                }
            }
        }
    }
}
