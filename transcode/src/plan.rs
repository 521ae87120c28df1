//! Decides what to make of a source, before anything is made. No I/O here.

use crate::grid::FrameRate;

/// The steps of the ladder: lines of the shorter side, and the most bits a second an encode of
/// that size may take, in thousands.
///
/// Quality is constant (CRF), so these are ceilings for restless footage; a meeting stays far below.
const LADDER: [(u32, u32); 5] = [(1080, 4_500), (720, 2_500), (480, 1_200), (360, 800), (240, 450)];

/// More renditions cost encoding time and give a viewer nothing.
const MOST_RUNGS: usize = 3;

/// Each rung has at most this part of the lines of the one above; nearer ones are hardly told apart.
const STEP_DOWN: (u32, u32) = (2, 3);

/// Two screens side by side may be this wide.
const LONGEST_SIDE: u32 = 2_560;

/// One encoding of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rung {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The rendition's name: lines of its shorter side.
    pub(crate) lines: u32,
    pub(crate) most_kbps: u32,
}

/// Chooses which renditions to make of a picture of `width` × `height` square pixels, largest first.
///
/// Never scales up. The first keeps the source's own size, up to the top of the ladder, since text
/// on a shared screen does not survive a small change of scale; the others are steps of the ladder.
pub(crate) fn ladder(width: u32, height: u32) -> Vec<Rung> {
    let short = width.min(height).max(1);
    let long = width.max(height).max(1);
    let (top, _) = LADDER[0];
    let fitting = u64::from(short) * u64::from(LONGEST_SIDE) / u64::from(long);
    let first = short.min(top).min(u32::try_from(fitting).unwrap_or(u32::MAX)).max(2);

    let mut lines = vec![first];
    for (step, _) in LADDER {
        let last = lines.last().copied().unwrap_or(first);
        if lines.len() < MOST_RUNGS && step * STEP_DOWN.1 <= last * STEP_DOWN.0 {
            lines.push(step);
        }
    }
    lines
        .into_iter()
        .map(|lines| Rung {
            width: scaled(width, lines, short),
            height: scaled(height, lines, short),
            lines: scaled(short, lines, short),
            most_kbps: most_kbps(lines),
        })
        .collect()
}

/// The ceiling of the nearest step that is not smaller.
fn most_kbps(lines: u32) -> u32 {
    let step = LADDER.iter().rev().find(|&&(step, _)| lines <= step);
    step.unwrap_or(&LADDER[0]).1
}

/// `side` when `short` becomes `lines`: even, since 4:2:0 has one colour sample for two pixels, and
/// never more than the source has.
fn scaled(side: u32, lines: u32, short: u32) -> u32 {
    let exact = u64::from(side) * u64::from(lines);
    let halves = (exact + u64::from(short)) / (2 * u64::from(short));
    let even = u32::try_from(halves * 2).unwrap_or(u32::MAX - 1);
    even.min(side & !1).max(2)
}

/// The steady rate that most cameras and screens are recorded at.
const USUAL_RATES: [u32; 11] = [1, 2, 3, 5, 8, 10, 12, 15, 20, 25, 30];
const FASTEST: u32 = 30;

/// Chooses the steady rate to encode at.
///
/// `declared` is what the file says, if it says something; `packets` over `span_ns` is what it
/// has. `WebM` written by a browser declares nothing or a thousand frames a second. Without either,
/// `fallback` frames a second.
pub(crate) fn frame_rate(
    declared: Option<FrameRate>,
    packets: u64,
    span_ns: u64,
    fallback: u32,
) -> FrameRate {
    // Packets a second, in hundredths.
    let measured = (1 < packets && 0 < span_ns)
        .then(|| u128::from(packets - 1) * 100_000_000_000 / u128::from(span_ns));
    let believed = declared.filter(|it| {
        let declared = u128::from(it.numerator()) * 100 / u128::from(it.denominator());
        // Twice as many as there are is a time base, not a rate; fewer than there are would drop some.
        (100..=12_000).contains(&declared)
            && measured.is_none_or(|measured| declared <= 2 * measured && measured <= 2 * declared)
    });
    if let Some(mut rate) = believed {
        while u64::from(FASTEST) * u64::from(rate.denominator()) < u64::from(rate.numerator()) {
            rate = rate.halved();
        }
        return rate;
    }
    let Some(measured) = measured else { return FrameRate::whole(fallback) };
    // A camera drops frames now and then: the usual rate is the first that is not clearly exceeded.
    let usual = USUAL_RATES.into_iter().find(|&it| measured <= u128::from(it) * 105);
    FrameRate::whole(usual.unwrap_or(FASTEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(width: u32, height: u32, expected: &[(u32, u32)]) {
        let sizes: Vec<_> = ladder(width, height).iter().map(|it| (it.width, it.height)).collect();
        assert_eq!(sizes, expected, "source {width}x{height}");
    }

    #[test]
    fn follows_the_ladder_down_from_the_source() {
        check(1920, 1080, &[(1920, 1080), (1280, 720), (854, 480)]);
        check(1280, 720, &[(1280, 720), (854, 480), (426, 240)]);
        check(1280, 800, &[(1280, 800), (768, 480), (384, 240)]); // a laptop's screen, 16:10
        check(640, 480, &[(640, 480), (320, 240)]);
        check(320, 240, &[(320, 240)]);
        check(160, 120, &[(160, 120)]); // below the smallest step
        check(641, 481, &[(640, 480), (320, 240)]);
    }

    #[test]
    fn odd_shapes_keep_their_shape() {
        check(1080, 1920, &[(1080, 1920), (720, 1280), (480, 854)]); // a telephone held upright
        check(3840, 2160, &[(1920, 1080), (1280, 720), (854, 480)]);
        check(3840, 1080, &[(2560, 720), (1706, 480), (854, 240)]); // two screens
        check(1, 1, &[(2, 2)]);
    }

    proptest! {
        #[test]
        fn never_scales_up_and_always_plans_something(width in 16_u32..8_000, height in 16_u32..8_000) {
            let planned = ladder(width, height);
            prop_assert!((1..=MOST_RUNGS).contains(&planned.len()));
            for it in &planned {
                prop_assert!(it.width <= width && it.height <= height);
                prop_assert!(it.width <= LONGEST_SIDE && it.height <= LONGEST_SIDE);
                prop_assert!(it.width % 2 == 0 && it.height % 2 == 0 && 2 <= it.width.min(it.height));
                prop_assert!(LADDER.iter().any(|step| step.1 == it.most_kbps));
            }
            prop_assert!(planned.is_sorted_by(|a, b| a.lines > b.lines && a.most_kbps >= b.most_kbps));
        }

        #[test]
        fn a_rate_is_always_between_one_and_thirty(
            declared in proptest::option::of((1_u32..100_000, 1_u32..2_000)),
            packets in 0_u64..1_000_000,
            span_ns in 0_u64..100_000_000_000_000,
        ) {
            let declared = declared.and_then(|(n, d)| FrameRate::new(n, d));
            let rate = frame_rate(declared, packets, span_ns, 15);
            prop_assert!(rate.denominator() <= rate.numerator());
            prop_assert!(rate.numerator() <= FASTEST * rate.denominator());
        }
    }

    #[test]
    fn rates() {
        const SECOND: u64 = 1_000_000_000;
        let rate = |n, d| FrameRate::new(n, d).unwrap();
        let cases = [
            // what, declared, packets, seconds, expected
            ("a declared rate that fits is kept", Some(rate(15, 1)), 900, 60, rate(15, 1)),
            ("film's odd rate too", Some(rate(30_000, 1_001)), 1_798, 60, rate(30_000, 1_001)),
            ("fast footage is halved", Some(rate(60, 1)), 3_600, 60, rate(30, 1)),
            ("a time base is no rate", Some(rate(1_000, 1)), 900, 60, rate(15, 1)),
            ("a claim far from the truth is not believed", Some(rate(30, 1)), 300, 60, rate(5, 1)),
            ("dropped frames do not lower it", None, 880, 60, rate(15, 1)),
            ("nothing known", None, 0, 0, rate(15, 1)),
            ("a picture now and then", None, 3, 600, rate(1, 1)),
        ];
        for (what, declared, packets, seconds, expected) in cases {
            assert_eq!(frame_rate(declared, packets, seconds * SECOND, 15), expected, "{what}");
        }
    }
}
