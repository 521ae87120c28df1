//! Which slide was on the screen, as the log has it.

use super::{
    Events,
    event::{Fields, Kind},
};
use crate::understand::{
    slides::Page,
    timeline::{EventTime, Timeline},
};
use archive::{MediaTime, TimeRange};
use std::collections::HashMap;

/// The only pod that BigBlueButton's pages show.
const POD: &str = "DEFAULT_PRESENTATION_POD";

/// Something happened to what is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A presentation became the current one; it shows the page that it showed last.
    Shared { presentation: String },
    /// A presentation shows another page, which counts from 1. Without a name: the current one.
    Page { presentation: Option<String>, page: u32 },
    /// A shared screen covers the slides, or ceases to.
    Screen(bool),
}

impl Event {
    pub(super) fn of(kind: Kind, fields: Fields) -> Option<Self> {
        if fields.pod.is_some_and(|it| !it.is_empty() && it != POD) {
            return None;
        }
        let presentation = fields.presentation.filter(|it| !it.is_empty());
        if kind == Kind::PresentationShared {
            return Some(Self::Shared { presentation: presentation? });
        }
        // `slide` counts from 0, the number at the end of `id` from 1.
        let page = fields.slide.and_then(|it| it.parse::<u32>().ok()?.checked_add(1));
        let page = page.or_else(|| fields.id?.rsplit_once('/')?.1.parse().ok());
        Some(Self::Page { presentation, page: page.filter(|&it| it > 0)? })
    }

    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::Shared { presentation } => presentation.len(),
            Self::Page { presentation, .. } => presentation.as_ref().map_or(0, String::len),
            Self::Screen(_) => 0,
        }
    }
}

/// The pages that were on the screen in the published media, in order, none of them for no time.
///
/// As in BigBlueButton's own `shapes.svg` a page that is shown when the recording begins is shown
/// from its start, and one over which the recording pauses is shown on both sides.
pub(crate) fn showings(events: &Events, timeline: &Timeline) -> Vec<(TimeRange, Page)> {
    let mut pages: HashMap<&str, u32> = HashMap::new();
    let mut current: Option<&str> = None;
    let mut screen = false;
    let mut shown: Option<(EventTime, Page)> = None;
    let mut found = Vec::new();
    let mut close = |shown: Option<(EventTime, Page)>, until: MediaTime| {
        if let Some((since, page)) = shown {
            let range = TimeRange::from_or_at(timeline.published(since), until);
            if !range.length().is_zero() {
                found.push((range, page));
            }
        }
    };
    for (at, event) in &events.slides {
        match event {
            Event::Shared { presentation } => current = Some(presentation),
            Event::Page { presentation, page } => {
                if let Some(presentation) = presentation.as_deref().or(current) {
                    pages.insert(presentation, *page);
                }
            }
            Event::Screen(covers) => screen = *covers,
        }
        let now = current.filter(|_| !screen).map(|presentation| Page {
            presentation: presentation.to_owned(),
            number: pages.get(presentation).copied().unwrap_or(1),
        });
        if shown.as_ref().map(|it| &it.1) != now.as_ref() {
            close(shown.take(), timeline.published(*at));
            shown = now.map(|page| (*at, page));
        }
    }
    close(shown, timeline.length());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::events::parse;

    fn shown(inside: &str) -> Vec<(u64, u64, String, u32)> {
        let log = format!(
            r#"<recording><event timestamp="0" module="X" eventname="Y"/>{inside}
            <event timestamp="10000" module="PARTICIPANT" eventname="EndAndKickAllEvent"/></recording>"#
        );
        let events = parse(log.as_bytes()).unwrap();
        let (first, last) = events.bounds.unwrap();
        let timeline = Timeline::new(&events.presses, first, last);
        let found = showings(&events, &timeline).into_iter();
        let ms = |at: MediaTime| at.as_ms();
        found
            .map(|(range, page)| {
                (ms(range.start()), ms(range.end()), page.presentation, page.number)
            })
            .collect()
    }

    fn event(at: u64, name: &str, children: &str) -> String {
        format!(
            r#"<event timestamp="{at}" module="PRESENTATION" eventname="{name}">{children}</event>"#
        )
    }

    #[test]
    fn pages_follow_presentations_and_give_way_to_screens() {
        let share = |at, it: &str| {
            event(
                at,
                "SharePresentationEvent",
                &format!("<presentationName>{it}</presentationName>"),
            )
        };
        let page = |at, it: u32| event(at, "GotoSlideEvent", &format!("<slide>{it}</slide>"));
        let log = [
            share(100, "P"),
            page(1_000, 1),
            page(1_500, 1),
            event(2_000, "GotoSlideEvent", "<id>Q/3</id><presentationName>Q</presentationName>"),
            event(2_500, "GotoSlideEvent", "<slide>8</slide><podId>ANOTHER</podId>"),
            share(3_000, "Q"),
            event(4_000, "StartWebRTCDesktopShareEvent", "<filename>x</filename>"),
            page(4_500, 3),
            event(5_000, "StopWebRTCDesktopShareEvent", "<filename>x</filename>"),
            share(6_000, "P"),
        ];
        let row = |a, b, it: &str, page| (a, b, it.to_owned(), page);
        let expected = [
            row(100, 1_000, "P", 1),
            row(1_000, 3_000, "P", 2),
            row(3_000, 4_000, "Q", 3),
            row(5_000, 6_000, "Q", 4),
            row(6_000, 10_000, "P", 2),
        ];
        assert_eq!(shown(&log.concat()), expected);
    }

    #[test]
    fn what_is_shown_when_the_recording_begins_is_shown_from_its_start() {
        let press = |at| event(at, "RecordStatusEvent", "<status>true</status>");
        let log = [
            event(10, "SharePresentationEvent", "<presentationName>P</presentationName>"),
            event(20, "GotoSlideEvent", "<slide>4</slide>"),
            press(1_000),
            press(2_000),
            event(2_500, "GotoSlideEvent", "<slide>5</slide>"),
            event(2_600, "GotoSlideEvent", "<slide>6</slide>"),
            press(3_000),
            press(4_000),
        ];
        let row = |a, b, page| (a, b, "P".to_owned(), page);
        assert_eq!(shown(&log.concat()), [row(0, 1_000, 5), row(1_000, 2_000, 7)]);
        assert_eq!(shown(&press(9)), []);
    }
}
