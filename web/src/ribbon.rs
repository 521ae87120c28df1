//! The meeting ribbon: the whole meeting as one band, drawn as SVG and made of links.

mod lanes;

use crate::words::{Words, position, seconds};
use archive::{Contents, MediaTime, TimeRange};
use askama::Template;
use lanes::{Lane, speaker_lanes};

/// The large ribbon under a film, every mark a link to its second.
///
/// Positions are percentages of the width, so the drawing has no scale of its own: nothing is
/// squeezed, whatever the window's width.
#[derive(Template)]
#[template(path = "ribbon.html")]
pub(crate) struct Ribbon {
    words: Words,
    duration: String,
    height: u32,
    slides: Option<Slides>,
    lanes: Vec<MarkLane>,
    chat: Option<MarkLane>,
    polls: Option<MarkLane>,
    hits: Vec<Mark>,
}

impl askama::filters::HtmlSafe for Ribbon {}

struct Slides {
    height: u32,
    marks: Vec<SlideMark>,
}

struct SlideMark {
    mark: Mark,
    /// Only where there is room to see something.
    thumbnail: Option<String>,
}

/// A lane `y` pixels from the top.
struct MarkLane {
    y: u32,
    height: u32,
    /// `speaker-3`, or empty.
    class: String,
    marks: Vec<Mark>,
}

struct Mark {
    /// Seconds, as `data-at` and `?t=` have it.
    at: String,
    end: String,
    /// Percent of the width, with three decimals.
    x: String,
    width: String,
    /// What is there, for eyes and ears.
    label: String,
    href: String,
}

/// A hit of a search, for the ribbon.
#[derive(Debug, Clone)]
pub(crate) struct RibbonHit {
    pub(crate) at: MediaTime,
    pub(crate) text: String,
}

const SLIDE_HEIGHT: u32 = 36;
const SPEAKER_HEIGHT: u32 = 5;
const TICK_HEIGHT: u32 = 10;
const GAP: u32 = 3;

impl Ribbon {
    /// Draws `contents` over `duration`. `link` makes the link to a second; `thumbnail` gives the
    /// address of a slide's small picture. `None` if the recording has no length.
    pub(crate) fn new(
        words: Words,
        duration: MediaTime,
        contents: &Contents,
        hits: &[RibbonHit],
        link: impl Fn(MediaTime) -> String,
        thumbnail: impl Fn(u32) -> Option<String>,
    ) -> Option<Self> {
        let scale = Scale::of(duration)?;
        let mark = |range: TimeRange, label: String| Mark {
            at: seconds(range.start()),
            end: seconds(range.end()),
            x: scale.x(range.start()),
            width: scale.width(range),
            label,
            href: link(range.start()),
        };
        let labelled = |at: MediaTime, text: &str| {
            let text = shortened(text, 120);
            words.tell("ribbon-at", &[("at", (&position(at)).into()), ("what", (&text).into())])
        };

        let mut y = 0;
        let slides = (!contents.showings.is_empty()).then(|| {
            y += SLIDE_HEIGHT + GAP;
            let marks = contents.showings.iter().map(|it| SlideMark {
                mark: mark(
                    it.range,
                    labelled(
                        it.range.start(),
                        &words.tell("slide-number", &[("number", it.slide.into())]),
                    ),
                ),
                thumbnail: (scale.permille(it.range) >= 12).then(|| thumbnail(it.slide)).flatten(),
            });
            Slides { height: SLIDE_HEIGHT, marks: marks.collect() }
        });
        let lanes = speaker_lanes(&contents.turns, scale.finest());
        let lanes = lanes.into_iter().map(|Lane { speaker, turns }| {
            let who = match speaker {
                Some(speaker) => words.tell("speaker", &[("number", speaker.0.into())]),
                None => words.say("speakers-other").into_owned(),
            };
            let class = speaker.map_or_else(String::new, |it| speaker_class(it.0));
            let marks = turns.into_iter().map(|it| mark(it, labelled(it.start(), &who))).collect();
            let lane = MarkLane { y, height: SPEAKER_HEIGHT, class, marks };
            y += SPEAKER_HEIGHT + 1;
            lane
        });
        let lanes: Vec<_> = lanes.collect();
        y += if lanes.is_empty() { 0 } else { GAP };
        let mut ticks = |marks: Vec<Mark>| {
            (!marks.is_empty()).then(|| {
                let lane = MarkLane { y, height: TICK_HEIGHT, class: String::new(), marks };
                y += TICK_HEIGHT + GAP;
                lane
            })
        };
        let moment = |at: MediaTime| TimeRange::from_or_at(at, at);
        let chat = ticks(
            contents
                .chat
                .iter()
                .map(|it| {
                    mark(moment(it.at), labelled(it.at, &format!("{}: {}", it.sender, it.text)))
                })
                .collect(),
        );
        let polls = ticks(
            contents
                .polls
                .iter()
                .map(|it| {
                    let what = words.say("poll");
                    let what = if it.question.is_empty() { &*what } else { &it.question };
                    mark(moment(it.at), labelled(it.at, what))
                })
                .collect(),
        );
        let hits = hits.iter().map(|it| mark(moment(it.at), labelled(it.at, &it.text))).collect();
        let height = y.max(24);
        Some(Self { words, duration: seconds(duration), height, slides, lanes, chat, polls, hits })
    }
}

/// A small ribbon for lists: shapes without links but for the hits.
#[derive(Template)]
#[template(path = "ribbon-small.html")]
pub(crate) struct SmallRibbon {
    words: Words,
    duration: String,
    height: u32,
    /// One path a speaker in a field 1000 wide, which is stretched to the width.
    lanes: Vec<(String, String)>,
    slides: String,
    hits: Vec<Mark>,
}

impl askama::filters::HtmlSafe for SmallRibbon {}

const SMALL_LANE: u64 = 3;

impl SmallRibbon {
    /// As [`Ribbon::new`], smaller.
    pub(crate) fn new(
        words: Words,
        duration: MediaTime,
        contents: &Contents,
        hits: &[RibbonHit],
        link: impl Fn(MediaTime) -> String,
    ) -> Option<Self> {
        use std::fmt::Write as _;
        let scale = Scale::of(duration)?;
        // Two thousandths are about a pixel of a small ribbon.
        let finest = duration.as_ms() / 500;
        let speakers = speaker_lanes(&contents.turns, finest);
        let height = (SMALL_LANE * u64::try_from(speakers.len()).unwrap_or(8)).max(8) + 8;
        let mut y = 6;
        let mut lanes = Vec::new();
        for lane in speakers {
            let mut path = String::new();
            for turn in &lane.turns {
                let (x, width) = (scale.permille_at(turn.start()), scale.permille(*turn).max(2));
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{width}v2h-{width}z");
            }
            lanes.push((lane.speaker.map_or_else(String::new, |it| speaker_class(it.0)), path));
            y += SMALL_LANE;
        }
        let mut slides = String::new();
        for showing in &contents.showings {
            let x = scale.permille_at(showing.range.start());
            let width = scale.permille(showing.range).saturating_sub(1).max(1);
            let _ = write!(slides, "M{x} 0h{width}v4h-{width}z");
        }
        let hits = hits.iter().map(|it| Mark {
            at: seconds(it.at),
            end: seconds(it.at),
            x: scale.x(it.at),
            width: "0".to_owned(),
            label: words.tell(
                "ribbon-at",
                &[("at", (&position(it.at)).into()), ("what", (&shortened(&it.text, 120)).into())],
            ),
            href: link(it.at),
        });
        Some(Self {
            words,
            duration: seconds(duration),
            height: u32::try_from(height).unwrap_or(32),
            lanes,
            slides,
            hits: hits.collect(),
        })
    }
}

/// Turns times into places on the band.
#[derive(Clone, Copy)]
struct Scale {
    duration_ms: u64,
}

impl Scale {
    fn of(duration: MediaTime) -> Option<Self> {
        (duration > MediaTime::ZERO).then_some(Self { duration_ms: duration.as_ms() })
    }

    /// What is too short to be seen or hit with a finger, in milliseconds: a thousandth.
    const fn finest(self) -> u64 {
        self.duration_ms / 1000
    }

    fn thousandths_of_percent(self, ms: u64) -> u64 {
        ms.min(self.duration_ms).saturating_mul(100_000) / self.duration_ms
    }

    fn x(self, at: MediaTime) -> String {
        percent(self.thousandths_of_percent(at.as_ms()))
    }

    /// At least a tenth of a percent, so that everything can be seen; never beyond the end.
    fn width(self, range: TimeRange) -> String {
        let start = self.thousandths_of_percent(range.start().as_ms());
        let end = self.thousandths_of_percent(range.end().as_ms());
        percent((end - start).max(100).min(100_000 - start.min(100_000)))
    }

    fn permille_at(self, at: MediaTime) -> u64 {
        self.thousandths_of_percent(at.as_ms()) / 100
    }

    fn permille(self, range: TimeRange) -> u64 {
        self.permille_at(range.end()) - self.permille_at(range.start())
    }
}

fn percent(thousandths: u64) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The palette has eight colours; the ninth speaker has the first one's again.
pub(crate) fn speaker_class(number: u32) -> String {
    format!("speaker-{}", (number.saturating_sub(1)) % 8 + 1)
}

/// Cuts after a word, with an ellipsis.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(most) else { return text };
    let kept = &text[..cut];
    let kept = kept.rsplit_once(' ').map_or(kept, |(before, _)| before);
    format!("{kept} …")
}

#[cfg(test)]
mod tests;
