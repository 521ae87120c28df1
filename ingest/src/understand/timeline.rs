//! From the meeting's clock to the recording's.
//!
//! A meeting goes on while nobody records; the published media are the recorded spans laid end to
//! end. This mirrors what BigBlueButton's "record and playback" scripts do
//! (`record-and-playback/core/lib/recordandplayback/generators/events.rb`), since they cut the
//! media.

use archive::{MediaTime, TimeRange};

/// A moment on the meeting's clock: the `timestamp` of an event, in milliseconds from an arbitrary
/// zero (Unix time only in recordings of 2011).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EventTime(pub(crate) u64);

/// Which parts of the meeting were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timeline {
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    start: EventTime,
    stop: EventTime,
    /// Where the span begins in the published media.
    published: MediaTime,
}

/// A part of something that lies inside one recorded span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) range: TimeRange,
    /// Counts the recorded spans from 0.
    pub(crate) span: usize,
}

impl Timeline {
    /// Pairs the presses of the record button in their order, whatever they say they did: doubled
    /// presses are real, and BigBlueButton cuts the media by the pairs. Without a press everything
    /// was recorded; an odd last press runs to the meeting's end.
    pub(crate) fn new(presses: &[EventTime], first: EventTime, last: EventTime) -> Self {
        let mut presses = presses.to_vec();
        if presses.is_empty() {
            presses.push(first);
        }
        presses.sort_unstable();
        if presses.len() % 2 == 1 {
            let end = last.max(presses[presses.len() - 1]);
            presses.push(end);
        }
        let mut published = MediaTime::ZERO;
        let spans = presses.chunks_exact(2).map(|pair| {
            let span = Span { start: pair[0], stop: pair[1], published };
            published = span.published(span.stop);
            span
        });
        Self { spans: spans.collect() }
    }

    /// The length of all recorded spans together.
    pub(crate) fn length(&self) -> MediaTime {
        self.spans.last().map_or(MediaTime::ZERO, |span| span.published(span.stop))
    }

    /// Where a moment lies in the published media. A moment that was not recorded becomes the next
    /// one that was, or the end.
    pub(crate) fn published(&self, at: EventTime) -> MediaTime {
        match self.spans.get(self.spans.partition_point(|span| span.stop < at)) {
            Some(span) => span.published(at.max(span.start)),
            None => self.length(),
        }
    }

    /// Whether a moment was recorded; the ends of a span are.
    pub(crate) fn has(&self, at: EventTime) -> bool {
        let span = self.spans.get(self.spans.partition_point(|span| span.stop < at));
        span.is_some_and(|span| span.start <= at)
    }

    /// What of a stretch of the meeting was recorded: one piece for each span it touches, none of
    /// them empty.
    pub(crate) fn pieces(&self, start: EventTime, stop: EventTime) -> impl Iterator<Item = Piece> {
        let first = self.spans.partition_point(|span| span.stop <= start);
        let touched = self.spans.iter().enumerate().skip(first);
        touched.take_while(move |(_, span)| span.start < stop).filter_map(move |(index, span)| {
            let (from, to) = (start.max(span.start), stop.min(span.stop));
            let range = TimeRange::new(self.published(from), self.published(to))?;
            (from < to).then_some(Piece { range, span: index })
        })
    }
}

impl Span {
    /// `at` must not lie before the span.
    fn published(&self, at: EventTime) -> MediaTime {
        self.published.saturating_add_ms(at.0.saturating_sub(self.start.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timeline(presses: &[u64], first: u64, last: u64) -> Timeline {
        let presses: Vec<_> = presses.iter().copied().map(EventTime).collect();
        Timeline::new(&presses, EventTime(first), EventTime(last))
    }

    fn ms(at: MediaTime) -> u64 {
        at.as_ms()
    }

    #[test]
    fn spans_are_laid_end_to_end() {
        let it = timeline(&[1_000, 1_500, 4_000, 6_000], 0, 9_000);
        assert_eq!(ms(it.length()), 2_500);
        let cases = [
            // (on the meeting's clock, in the media)
            (0, 0),
            (1_000, 0),
            (1_200, 200),
            (1_500, 500),
            (3_999, 500),
            (4_100, 600),
            (6_000, 2_500),
            (8_000, 2_500),
        ];
        for (at, expected) in cases {
            assert_eq!(ms(it.published(EventTime(at))), expected, "{at}");
        }
        let recorded = [(999, false), (1_000, true), (1_500, true), (1_501, false), (6_001, false)];
        for (at, expected) in recorded {
            assert_eq!(it.has(EventTime(at)), expected, "{at}");
        }
    }

    #[test]
    fn presses_are_paired_by_order_alone() {
        let cases: [(&str, &[u64], u64); 6] = [
            ("no press: everything", &[], 10_000),
            ("one press: to the end", &[4_000], 6_000),
            ("a doubled press makes an empty span", &[4_000, 4_000, 7_000], 3_000),
            ("presses out of order", &[9_000, 2_000], 7_000),
            ("a press after the last event", &[12_000], 0),
            ("three presses", &[1_000, 2_000, 9_000], 2_000),
        ];
        for (name, presses, length) in cases {
            assert_eq!(ms(timeline(presses, 0, 10_000).length()), length, "{name}");
        }
    }

    #[test]
    fn a_stretch_is_cut_at_the_seams() {
        let it = timeline(&[1_000, 1_500, 4_000, 6_000], 0, 9_000);
        let pieces: Vec<_> = it
            .pieces(EventTime(1_400), EventTime(4_300))
            .map(|it| (ms(it.range.start()), ms(it.range.end()), it.span))
            .collect();
        assert_eq!(pieces, [(400, 500, 0), (500, 800, 1)]);
        assert_eq!(it.pieces(EventTime(1_500), EventTime(4_000)).count(), 0);
        assert_eq!(it.pieces(EventTime(5_000), EventTime(4_500)).count(), 0);
    }

    fn any_timeline() -> impl Strategy<Value = Timeline> {
        (proptest::collection::vec(0_u64..100_000, 0..9), 0_u64..100_000, 0_u64..100_000)
            .prop_map(|(presses, a, b)| timeline(&presses, a.min(b), a.max(b)))
    }

    proptest! {
        #[test]
        fn time_never_runs_backwards_nor_past_the_end(it in any_timeline(), a: u64, b in 0_u64..200_000) {
            let (early, late) = (EventTime(a.min(b)), EventTime(a.max(b)));
            prop_assert!(it.published(early) <= it.published(late));
            prop_assert!(it.published(late) <= it.length());
        }

        #[test]
        fn pieces_add_up_to_what_was_recorded(it in any_timeline(), a in 0_u64..200_000, b in 0_u64..200_000) {
            let (start, stop) = (EventTime(a.min(b)), EventTime(a.max(b)));
            let pieces: Vec<_> = it.pieces(start, stop).collect();
            let sum: u128 = pieces.iter().map(|it| it.range.length().as_millis()).sum();
            let expected = ms(it.published(stop)) - ms(it.published(start));
            prop_assert_eq!(sum, u128::from(expected));
            prop_assert!(pieces.is_sorted());
        }
    }
}
