use super::*;
use crate::words::Locale;
use archive::{ChatMessage, SlideShowing, SpeakerNumber, SpeakerTurn};

const WORDS: Words = Words::in_locale(Locale::English);

fn range(start: u64, end: u64) -> TimeRange {
    TimeRange::new(MediaTime::from_ms(start), MediaTime::from_ms(end)).unwrap()
}

fn contents() -> Contents {
    Contents {
        showings: vec![
            SlideShowing { slide: 1, range: range(0, 50_000) },
            SlideShowing { slide: 2, range: range(50_000, 50_500) },
        ],
        chat: vec![ChatMessage {
            at: MediaTime::from_ms(25_000),
            sender: "Ada".to_owned(),
            text: "<script>\"hello\"</script>".to_owned(),
            reply_to: None,
            edited: false,
        }],
        turns: vec![
            SpeakerTurn { speaker: SpeakerNumber(1), range: range(0, 10_000) },
            SpeakerTurn { speaker: SpeakerNumber(9), range: range(5_000, 200_000) },
        ],
        ..Contents::default()
    }
}

fn draw(contents: &Contents, hits: &[RibbonHit]) -> String {
    Ribbon::new(
        WORDS,
        MediaTime::from_ms(100_000),
        contents,
        hits,
        |at| format!("?t={}", seconds(at)),
        |n| Some(format!("/slides/{n}/thumbnail")),
    )
    .unwrap()
    .render()
    .unwrap()
}

#[test]
fn every_mark_is_a_link_to_its_second() {
    let svg =
        draw(&contents(), &[RibbonHit { at: MediaTime::from_ms(99_900), text: "hit".into() }]);
    for href in ["?t=0", "?t=50", "?t=5", "?t=25", "?t=99.9"] {
        assert!(svg.contains(&format!("href=\"{href}\"")), "{href}: {svg}");
    }
    assert!(svg.contains("x=\"25%\""), "{svg}");
    assert!(svg.contains("speaker-1"), "{svg}");
}

#[test]
fn what_people_wrote_stays_text() {
    let svg = draw(&contents(), &[]);
    assert!(!svg.contains("<script>"), "{svg}");
}

#[test]
fn only_slides_with_room_have_a_picture() {
    let svg = draw(&contents(), &[]);
    assert!(svg.contains("/slides/1/thumbnail") && !svg.contains("/slides/2/thumbnail"), "{svg}");
}

#[test]
fn nothing_lies_beyond_the_end() {
    let scale = Scale::of(MediaTime::from_ms(100_000)).unwrap();
    assert_eq!(scale.x(MediaTime::from_ms(500_000)), "100");
    assert_eq!(scale.width(range(99_999, 500_000)), "0.001");
    assert_eq!(scale.width(range(0, 1)), "0.1");
}

#[test]
fn a_recording_without_length_has_no_ribbon() {
    let none = SmallRibbon::new(WORDS, MediaTime::ZERO, &contents(), &[], |_| String::new());
    assert!(none.is_none());
}

#[test]
fn texts_are_cut_after_a_word() {
    assert_eq!(shortened("one  two\nthree", 100), "one two three");
    assert_eq!(shortened("one two three", 9), "one two …");
    assert_eq!(shortened("ñññññññ", 3), "ñññ …");
}
