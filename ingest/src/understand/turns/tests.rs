use super::*;
use crate::understand::events::{CallerInfo, Join};
use proptest::prelude::*;

fn join(user: &str, external: &str, name: &str) -> Join {
    Join { user: user.into(), external: external.into(), name: name.into(), moderator: false }
}

fn caller(id: &str, name: &str) -> CallerInfo {
    CallerInfo { id: id.into(), name: name.into() }
}

/// A meeting of two, all of it recorded, where the voices do as told.
fn meeting(voice: &[(u64, Voice)], last: u64) -> Events {
    let mut events = Events::default();
    events.bounds = Some((EventTime(0), EventTime(last)));
    events.joins = vec![join("a", "ea", "Ada"), join("b", "eb", "Bo")];
    events.callers = vec![caller("a", "Ada"), caller("b", "Bo")];
    events.voice = voice.iter().map(|&(at, it)| (EventTime(at), it)).collect();
    events
}

fn spoken(events: &Events, timeline: &Timeline, metas: &Metas) -> Spoken {
    let people = People::new(&events.joins, &events.callers);
    of(events, timeline, &people, metas, None, |_| true)
}

/// The turns as (speaker, start, end).
fn turns(events: &Events) -> Vec<(u32, u64, u64)> {
    let (first, last) = events.bounds.unwrap();
    let timeline = Timeline::new(&events.presses, first, last);
    spoken(events, &timeline, &Metas::default())
        .turns
        .iter()
        .map(|it| (it.speaker.0, it.range.start().as_ms(), it.range.end().as_ms()))
        .collect()
}

fn names(events: &Events, metas: &Metas) -> Vec<(u32, String)> {
    let (first, last) = events.bounds.unwrap();
    let names = spoken(events, &Timeline::new(&events.presses, first, last), metas).names;
    names.into_iter().map(|(number, name)| (number.0, name)).collect()
}

const A: Caller = Caller(0);
const B: Caller = Caller(1);

#[test]
fn a_turn_ends_at_whatever_comes_first() {
    use Voice::{AllStop, Stops, Talks};
    type Case<'a> = (&'a str, &'a [(u64, Voice)], &'a [(u32, u64, u64)]);
    let cases: [Case<'_>; 6] = [
        ("silence", &[(10, Talks(A)), (500, Stops(A))], &[(1, 10, 500)]),
        (
            "the sound stops",
            &[(10, Talks(A)), (20, Talks(B)), (90, AllStop)],
            &[(1, 10, 90), (2, 20, 90)],
        ),
        ("the last event", &[(10, Talks(A))], &[(1, 10, 9_000)]),
        ("said twice", &[(10, Talks(A)), (50, Talks(A)), (90, Stops(A))], &[(1, 10, 90)]),
        ("never began", &[(10, Stops(A))], &[]),
        // Muted at 500; the next word minutes later must not reach back.
        (
            "muted",
            &[(10, Talks(A)), (500, Stops(A)), (8_000, Talks(A)), (8_100, Stops(A))],
            &[(1, 10, 500), (1, 8_000, 8_100)],
        ),
    ];
    for (name, voice, expected) in cases {
        assert_eq!(turns(&meeting(voice, 9_000)), expected, "{name}");
    }
}

#[test]
fn short_pauses_join_and_long_ones_part() {
    use Voice::{Stops, Talks};
    let voice = [
        (0, Talks(A)),
        (1_000, Stops(A)),
        (1_500, Talks(B)),
        (1_800, Stops(B)),
        (3_000, Talks(A)),
        (4_000, Stops(A)),
        (6_001, Talks(A)),
        (6_500, Stops(A)),
    ];
    let expected = [(1, 0, 4_000), (2, 1_500, 1_800), (1, 6_001, 6_500)];
    assert_eq!(turns(&meeting(&voice, 9_000)), expected);
}

#[test]
fn turns_are_cut_at_the_seams_and_not_joined_over_them() {
    use Voice::{Stops, Talks};
    let mut events =
        meeting(&[(500, Talks(B)), (600, Stops(B)), (900, Talks(A)), (5_000, Stops(A))], 9_000);
    events.presses = [1_000, 2_000, 4_000, 8_000].map(EventTime).to_vec();
    assert_eq!(turns(&events), [(1, 0, 1_000), (1, 1_000, 2_000)]);
    // Who spoke only while nothing was recorded is nobody.
    assert_eq!(names(&events, &Metas::default()), [(1, "Ada".to_owned())]);
}

#[test]
fn somebody_who_comes_back_is_the_same_speaker() {
    use Voice::{Stops, Talks};
    let voice = [(0, Talks(A)), (100, Stops(A)), (5_000, Talks(B)), (5_100, Stops(B))];
    let mut events = meeting(&voice, 9_000);
    events.joins = vec![join("a", "same", "Tom"), join("b", "same", "Tom again")];
    assert_eq!(turns(&events), [(1, 0, 100), (1, 5_000, 5_100)]);
    assert_eq!(names(&events, &Metas::default()), [(1, "Tom".to_owned())]);
    // Two guests of one name are two people.
    events.joins = vec![join("a", "a", "Tom"), join("b", "b", "Tom")];
    assert_eq!(turns(&events), [(1, 0, 100), (2, 5_000, 5_100)]);
}

#[test]
fn a_telephone_has_a_turn_and_no_name() {
    use Voice::{Stops, Talks};
    let voice = [(0, Talks(A)), (100, Stops(A)), (5_000, Talks(B)), (5_100, Stops(B))];
    let mut events = meeting(&voice, 9_000);
    events.joins.clear();
    events.callers = vec![caller("v_1", "+44 1632 960147"), caller("117", "FRED")];
    assert_eq!(turns(&events).len(), 2);
    assert_eq!(names(&events, &Metas::default()), [(2, "FRED".to_owned())]);
}

#[test]
fn names_are_hidden_where_the_meeting_asked_for_it() {
    use Voice::{Stops, Talks};
    let voice = [(0, Talks(B)), (100, Stops(B)), (5_000, Talks(A)), (5_100, Stops(A))];
    let mut events = meeting(&voice, 9_000);
    events.joins[0].moderator = true;
    let mut metas = Metas::default();
    metas.put("bbb-anonymize-chat", "true");
    assert_eq!(names(&events, &metas), [(1, "Viewer 1".to_owned()), (2, "Ada".to_owned())]);
    metas.put("bbb-anonymize-chat-moderators", "true");
    let expected = [(1, "Viewer 1".to_owned()), (2, "Moderator 1".to_owned())];
    assert_eq!(names(&events, &metas), expected);
}

proptest! {
    #[test]
    fn turns_lie_inside_the_recording_in_order_and_apart(
        voice in proptest::collection::vec((0_u64..20_000, 0_u8..5), 0..60),
        presses in proptest::collection::vec(0_u64..20_000, 0..6),
    ) {
        let mut voice: Vec<_> = voice
            .into_iter()
            .map(|(at, kind)| (at, match kind {
                0 => Voice::Talks(A),
                1 => Voice::Talks(B),
                2 => Voice::Stops(A),
                3 => Voice::Stops(B),
                _ => Voice::AllStop,
            }))
            .collect();
        voice.sort_by_key(|it| it.0);
        let mut events = meeting(&voice, 20_000);
        events.presses = presses.into_iter().map(EventTime).collect();
        let length = Timeline::new(&events.presses, EventTime(0), EventTime(20_000)).length();
        let found = turns(&events);
        prop_assert!(found.is_sorted_by_key(|it| it.1));
        for (index, one) in found.iter().enumerate() {
            prop_assert!(one.1 < one.2 && MediaTime::from_ms(one.2) <= length);
            let next = found[index + 1..].iter().find(|it| it.0 == one.0);
            prop_assert!(next.is_none_or(|next| next.1 >= one.2));
        }
        let first_turns = (1..=2).filter_map(|n| found.iter().position(|it| it.0 == n));
        prop_assert!(first_turns.is_sorted());
    }
}

/// Real logs, where they are at hand.
mod real {
    use super::*;
    use std::{fs, io::BufReader, path::Path};

    struct Expected {
        spans_length: u64,
        /// Talk intervals before and pieces after clipping to the recorded spans.
        intervals: usize,
        pieces: usize,
    }

    #[track_caller]
    fn check(path: &str, expected: &Expected) -> Option<(Events, Timeline)> {
        let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb"));
        let Ok(file) = fs::File::open(shared.join(path)) else {
            archive::testing::skipped(&format!("{path} is not at hand"));
            return None;
        };
        let events = crate::understand::events::parse(BufReader::new(file)).unwrap();
        let (first, last) = events.bounds.unwrap();
        let timeline = Timeline::new(&events.presses, first, last);
        assert_eq!(timeline.length().as_ms(), expected.spans_length, "{path}");
        let intervals = intervals(&events);
        assert_eq!(intervals.len(), expected.intervals, "{path}");
        let longest = intervals.iter().map(|it| it.stop.0 - it.start.0).max().unwrap();
        assert!(longest < 60_000, "{path}: {longest} ms is no turn but a missed mute");
        let pieces = intervals.iter().flat_map(|it| timeline.pieces(it.start, it.stop));
        assert_eq!(pieces.count(), expected.pieces, "{path}");
        Some((events, timeline))
    }

    const RAW: &str = "fixtures/bigbluebutton+bigbluebutton/record-and-playback/core/resources/raw";

    #[test]
    fn a_call_of_2021() {
        let path =
            format!("{RAW}/183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1630430006889/events.xml");
        let expected = Expected { spans_length: 1_440_011, intervals: 360, pieces: 184 };
        let Some((events, timeline)) = check(&path, &expected) else { return };
        let first = events.bounds.unwrap().0.0;
        assert_eq!(
            chat(&path, &timeline),
            [
                17_013, 27_660, 81_877, 279_898, 374_830, 810_398, 904_944, 1_241_014, 1_285_938,
                1_352_013, 1_438_454,
            ]
        );
        let presses: Vec<_> = events.presses.iter().map(|it| it.0 - first).collect();
        assert_eq!(presses, [3_113_299, 3_120_701, 3_157_824, 4_590_433]);
        let Spoken { turns, names, .. } = spoken(&events, &timeline, &Metas::default());
        // w_vk0ebqjxox9d from 1648, then w_a6odtbi2lzzl: two pieces at 7402 and 9984 are joined
        // only if less than 2 s lie between them (7759 to 9984 is more).
        let first: Vec<_> = turns
            .iter()
            .take(3)
            .map(|it| (it.speaker.0, it.range.start().as_ms(), it.range.end().as_ms()))
            .collect();
        assert_eq!(first, [(1, 1_648, 6_106), (2, 7_402, 7_759), (2, 9_984, 11_407)]);
        let spoken = intervals(&events).into_iter().filter_map(|it| {
            let piece = timeline.pieces(it.start, it.stop).next()?;
            Some((piece.range.start().as_ms(), events.callers[it.caller.0].id.as_str()))
        });
        let who: Vec<_> = spoken.take(3).collect();
        let expected =
            [(1_648, "w_vk0ebqjxox9d"), (7_402, "w_a6odtbi2lzzl"), (9_984, "w_a6odtbi2lzzl")];
        assert_eq!(who, expected);
        assert!(turns.len() < 184 && names.len() <= 15);
    }

    /// When chat messages were sent that were sent while it was recorded.
    fn chat(path: &str, timeline: &Timeline) -> Vec<u64> {
        let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/bbb"));
        let log = fs::read_to_string(shared.join(path)).unwrap();
        let events = log.lines().filter(|it| it.contains("eventname=\"PublicChatEvent\""));
        let at = events.filter_map(|it| it.split("timestamp=\"").nth(1)?.split('"').next());
        at.map(|it| EventTime(it.parse().unwrap()))
            .filter(|it| timeline.pieces(*it, EventTime(it.0 + 1)).count() == 1)
            .map(|it| timeline.published(it).as_ms())
            .collect()
    }

    #[test]
    fn a_class_of_2019() {
        let expected = Expected { spans_length: 2_331_714, intervals: 383, pieces: 348 };
        check("derived/sample-events.pseudonymised.xml", &expected);
    }

    #[test]
    fn small_logs_of_2_0_and_2_6() {
        let files = "fixtures/bigbluebutton+bbb-events/spec/fixtures/files";
        let expected = Expected { spans_length: 66_271, intervals: 1, pieces: 1 };
        check(&format!("{files}/sample.xml"), &expected);
        let expected = Expected { spans_length: 83_319, intervals: 3, pieces: 3 };
        check(&format!("{files}/new-events-2_6.xml"), &expected);
    }

    #[test]
    fn a_call_of_2011_without_a_record_button() {
        let path = format!("{RAW}/1b199e88-7df7-4842-a5f1-0e84b781c5c8/events.xml");
        let expected = Expected { spans_length: 159_939, intervals: 17, pieces: 17 };
        check(&path, &expected);
    }
}
