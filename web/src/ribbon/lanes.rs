use archive::{MediaTime, SpeakerNumber, SpeakerTurn, TimeRange};
use std::collections::BTreeMap;

/// Speakers with a lane of their own at most; more share one below them.
const OWN_LANES: usize = 8;

/// When one speaker spoke, or all those who have no lane of their own.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    pub(crate) speaker: Option<SpeakerNumber>,
    /// In the order of their start, none touching the next.
    pub(crate) turns: Vec<TimeRange>,
}

/// Sorts turns into lanes and joins what lies closer than `finest_ms`, so that a long meeting has a
/// bounded number of marks: at most `duration / finest_ms` a lane.
pub(crate) fn speaker_lanes(turns: &[SpeakerTurn], finest_ms: u64) -> Vec<Lane> {
    let mut spoken: BTreeMap<SpeakerNumber, Vec<TimeRange>> = BTreeMap::new();
    for turn in turns {
        spoken.entry(turn.speaker).or_default().push(turn.range);
    }
    let mut rest = Vec::new();
    if spoken.len() > OWN_LANES {
        let mut by_time: Vec<_> = spoken
            .iter()
            .map(|(speaker, ranges)| {
                let time = ranges.iter().map(|it| it.length()).sum::<std::time::Duration>();
                (std::cmp::Reverse(time), *speaker)
            })
            .collect();
        by_time.sort();
        for (_, speaker) in by_time.split_off(OWN_LANES - 1) {
            rest.extend(spoken.remove(&speaker).unwrap_or_default());
        }
    }
    let own = spoken.into_iter().map(|(speaker, ranges)| (Some(speaker), ranges));
    let shared = (!rest.is_empty()).then_some((None, rest));
    own.chain(shared)
        .map(|(speaker, ranges)| Lane { speaker, turns: joined(ranges, finest_ms) })
        .collect()
}

fn joined(mut ranges: Vec<TimeRange>, finest_ms: u64) -> Vec<TimeRange> {
    ranges.sort();
    let mut joined: Vec<TimeRange> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start() <= last.end().saturating_add_ms(finest_ms) => {
                *last = TimeRange::from_or_at(last.start(), last.end().max(range.end()));
            }
            _ => {
                // A turn shorter than what can be seen is drawn as long as that, which may make the
                // next one touch it.
                let shortest: MediaTime = range.start().saturating_add_ms(finest_ms);
                joined.push(TimeRange::from_or_at(range.start(), range.end().max(shortest)));
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn turn(speaker: u32, start: u64, end: u64) -> SpeakerTurn {
        let range = TimeRange::new(MediaTime::from_ms(start), MediaTime::from_ms(end)).unwrap();
        SpeakerTurn { speaker: SpeakerNumber(speaker), range }
    }

    #[test]
    fn each_speaker_has_a_lane_and_close_turns_are_one() {
        let turns = [turn(1, 0, 1_000), turn(2, 500, 900), turn(1, 1_050, 2_000)];
        let lanes = speaker_lanes(&turns, 100);
        assert_eq!(lanes.len(), 2);
        assert_eq!(lanes[0].turns, [turn(1, 0, 2_000).range]);
        assert_eq!(lanes[1].turns, [turn(2, 500, 900).range]);
    }

    #[test]
    fn who_spoke_least_shares_the_last_lane() {
        let turns: Vec<_> =
            (1..=12).map(|n| turn(n, u64::from(n) * 1_000, u64::from(n) * 1_100)).collect();
        let lanes = speaker_lanes(&turns, 1);
        assert_eq!(lanes.len(), OWN_LANES);
        assert_eq!(lanes[7].speaker, None);
        let own: Vec<_> = lanes.iter().filter_map(|it| it.speaker).map(|it| it.0).collect();
        assert_eq!(own, [6, 7, 8, 9, 10, 11, 12]);
    }

    proptest! {
        #[test]
        fn nothing_said_is_left_out_and_marks_are_bounded(
            turns in prop::collection::vec((1_u32..20, 0_u64..100_000, 0_u64..5_000), 0..200)
        ) {
            let turns: Vec<_> =
                turns.into_iter().map(|(who, at, length)| turn(who, at, at + length)).collect();
            let lanes = speaker_lanes(&turns, 100);
            prop_assert!(lanes.len() <= OWN_LANES);
            for it in &turns {
                let shown = lanes.iter().any(|lane| lane.turns.iter().any(|shown| {
                    shown.start() <= it.range.start() && it.range.end() <= shown.end()
                }));
                prop_assert!(shown);
            }
            for lane in &lanes {
                prop_assert!(lane.turns.len() <= 1_060);
                prop_assert!(lane.turns.is_sorted());
            }
        }
    }
}
