//! What search answers, as pages need it: the only file that knows the `search` crate's types.

use crate::{failure::Failure, library::Library, pages::Pieces, ribbon::RibbonHit};
use archive::{MediaTime, RecordingId, Viewer};
use search::{Hit, Marked, Matching, Query, Sort, Source};
use std::collections::HashMap;

/// The longest text that is taken for a query, as long as what search reads of it; fields take no
/// more.
const LONGEST_QUERY: usize = Query::MAX_CHARS;
/// Recordings on a page.
pub(crate) const PER_PAGE: usize = 10;
/// Pages of an answer at most: so far does search count.
pub(crate) const MOST_PAGES: usize = Query::MAX_OFFSET / PER_PAGE;
/// Passages of each recording on the search page.
const HITS: usize = 5;

/// How recordings are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Order {
    #[default]
    Relevance,
    Newest,
}

impl Order {
    pub(crate) const ALL: [Self; 2] = [Self::Relevance, Self::Newest];

    /// Anything else than a known order is the usual one.
    pub(crate) fn read(text: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.as_str() == text).unwrap_or_default()
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Newest => "newest",
        }
    }
}

/// How strictly the words were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    All,
    /// Too little was found with all of them.
    Some,
}

pub(crate) struct Answer {
    /// Recordings on all pages together.
    pub(crate) total_recordings: u64,
    pub(crate) total_hits: u64,
    pub(crate) strictness: Strictness,
    pub(crate) recordings: Vec<Found>,
}

/// A recording that matches.
pub(crate) struct Found {
    pub(crate) recording: RecordingId,
    pub(crate) hits: Vec<FoundHit>,
    /// Hits besides these.
    pub(crate) more: u64,
}

pub(crate) struct FoundHit {
    pub(crate) place: Place,
    /// Where the passage begins.
    pub(crate) at: MediaTime,
    /// Where to play from: shortly before the first word that matches, or where the passage begins.
    pub(crate) play_from: MediaTime,
    pub(crate) end: Option<MediaTime>,
    pub(crate) text: Pieces,
}

/// Where a hit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    Spoken,
    Slide {
        number: u32,
    },
    Chat {
        sender: String,
    },
    Poll,
    Whiteboard,
    /// In the shared notes, which belong to no moment.
    Notes,
}

impl Place {
    /// Whether it stands at a second of the film, so that the ribbon can show it.
    pub(crate) const fn has_a_moment(&self) -> bool {
        !matches!(self, Self::Title | Self::Notes)
    }

    /// The word for it in the API and in classes.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Spoken => "spoken",
            Self::Slide { .. } => "slide",
            Self::Chat { .. } => "chat",
            Self::Poll => "poll",
            Self::Whiteboard => "whiteboard",
            Self::Notes => "notes",
        }
    }
}

/// Cuts what somebody typed to what is looked at, on the border of a character.
pub(crate) fn typed(text: &str) -> String {
    text.trim().chars().take(LONGEST_QUERY).collect()
}

/// Whether a query holds a word at all.
pub(crate) fn asks_something(query: &str) -> bool {
    !Query::new(query).is_empty()
}

/// Asks for page `page`, counted from 0, of the answer that `viewer` may see.
pub(crate) async fn ask(
    library: &Library,
    viewer: &Viewer,
    query: &str,
    order: Order,
    page: usize,
) -> Result<Answer, Failure> {
    let sort = match order {
        Order::Relevance => Sort::Relevance,
        Order::Newest => Sort::Newest,
    };
    let query = Query::new(query)
        .sorted(sort)
        .page(page.saturating_mul(PER_PAGE), PER_PAGE)
        .hits_per_recording(HITS);
    run(library, viewer, &query).await
}

async fn run(library: &Library, viewer: &Viewer, query: &Query) -> Result<Answer, Failure> {
    let visible = library.catalog.visible_recordings(viewer).await?;
    let results = library.searcher.search(query, &visible).await;
    let results = results.map_err(|error| Failure::broken("search", error))?;
    Ok(Answer {
        total_recordings: results.total_recordings,
        total_hits: results.total_hits,
        strictness: match results.matching {
            Matching::All => Strictness::All,
            Matching::Some => Strictness::Some,
        },
        recordings: results
            .recordings
            .into_iter()
            .map(|it| Found {
                recording: it.recording,
                hits: it.hits.into_iter().map(found_hit).collect(),
                more: it.more,
            })
            .collect(),
    })
}

fn found_hit(hit: Hit) -> FoundHit {
    FoundHit {
        place: match hit.source {
            Source::Title => Place::Title,
            Source::Spoken => Place::Spoken,
            Source::Slide { number } => Place::Slide { number },
            Source::Chat { sender } => Place::Chat { sender },
            Source::Poll => Place::Poll,
            Source::Whiteboard => Place::Whiteboard,
            Source::Notes => Place::Notes,
        },
        at: hit.start,
        play_from: hit.said.map_or(hit.start, |it| lead_in(it, hit.start)),
        end: hit.end,
        text: pieces(&hit.text),
    }
}

/// A word that begins at the very first moment of the sound is not understood.
const LEAD_IN_MS: u64 = 500;

/// Shortly before `said`, and not before its passage begins.
fn lead_in(said: MediaTime, passage_start: MediaTime) -> MediaTime {
    MediaTime::from_ms(said.as_ms().saturating_sub(LEAD_IN_MS)).max(passage_start)
}

fn pieces(marked: &Marked) -> Pieces {
    marked.pieces().map(|(text, is_marked)| (text.to_owned(), is_marked)).collect()
}

/// What matches in one recording, for its page.
#[derive(Default)]
pub(crate) struct InRecording {
    pub(crate) total: u64,
    pub(crate) ribbon: Vec<RibbonHit>,
    /// What matches of spoken passages by their start: several hits where passages begin together.
    spoken: HashMap<MediaTime, Vec<Pieces>>,
}

impl InRecording {
    /// Finds what matches in one recording.
    pub(crate) async fn of(
        library: &Library,
        viewer: &Viewer,
        id: &RecordingId,
        query: &str,
    ) -> Result<Self, Failure> {
        let query = Query::new(query).within(id.clone()).hits_per_recording(Query::MAX_HITS);
        let answer = run(library, viewer, &query).await?;
        let Some(found) = answer.recordings.into_iter().find(|it| it.recording == *id) else {
            return Ok(Self::default());
        };
        let total = found.more.saturating_add(u64::try_from(found.hits.len()).unwrap_or(u64::MAX));
        let mut spoken: HashMap<MediaTime, Vec<Pieces>> = HashMap::new();
        let mut ribbon = Vec::new();
        for hit in found.hits {
            if !hit.place.has_a_moment() {
                continue;
            }
            let text = hit.text.iter().map(|(text, _)| text.as_str()).collect();
            ribbon.push(RibbonHit { at: hit.play_from, text });
            if hit.place == Place::Spoken {
                spoken.entry(hit.at).or_default().push(hit.text);
            }
        }
        ribbon.sort_by_key(|it| it.at);
        Ok(Self { total, ribbon, spoken })
    }

    /// The text of a passage with what matches in it.
    pub(crate) fn mark(&self, start: MediaTime, text: &str) -> Pieces {
        match self.spoken.get(&start) {
            Some(hits) => as_marked(text, hits),
            None => vec![(text.to_owned(), false)],
        }
    }
}

/// Marks `text` as that of `hits` which holds all of it does. A hit of a long passage is only a part of
/// it, so its marks are found again by their words.
fn as_marked(text: &str, hits: &[Pieces]) -> Pieces {
    let whole = |it: &&Pieces| it.iter().map(|(text, _)| text.as_str()).collect::<String>() == text;
    if let Some(pieces) = hits.iter().find(whole) {
        return pieces.clone();
    }
    let words = hits.iter().flatten().filter(|(_, is_marked)| *is_marked);
    marked(text, &words.map(|(text, _)| text.clone()).collect::<Vec<_>>())
}

/// Marks every occurrence of `words` in `text`, whole words only where the script parts words.
fn marked(text: &str, words: &[String]) -> Pieces {
    let mut pieces: Pieces = Vec::new();
    let mut push = |text: &str, is_marked: bool| match pieces.last_mut() {
        Some((last, was_marked)) if *was_marked == is_marked => last.push_str(text),
        _ if text.is_empty() => (),
        _ => pieces.push((text.to_owned(), is_marked)),
    };
    let mut rest = text;
    let mut inside = false;
    while let Some(next) = rest.chars().next() {
        let word = words
            .iter()
            .filter(|it| !it.is_empty() && rest.starts_with(it.as_str()))
            .filter(|it| !inside || it.starts_with(is_unparted))
            .filter(|it| {
                it.ends_with(is_unparted) || !rest[it.len()..].starts_with(char::is_alphanumeric)
            })
            .max_by_key(|it| it.len());
        if let Some(word) = word {
            push(word, true);
            rest = &rest[word.len()..];
            inside = word.ends_with(char::is_alphanumeric);
        } else {
            push(&rest[..next.len_utf8()], false);
            rest = &rest[next.len_utf8()..];
            inside = next.is_alphanumeric();
        }
    }
    pieces
}

/// Whether a letter is of a script that is written without spaces between words: Thai, Lao, Burmese,
/// Khmer, kana and Han characters.
const fn is_unparted(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marks(pieces: &Pieces) -> Vec<&str> {
        pieces.iter().filter(|it| it.1).map(|it| it.0.as_str()).collect()
    }

    #[test]
    fn words_are_found_where_nothing_parts_them() {
        for (text, word) in [
            ("今日は家賃について話します。", "家賃"),
            ("ตอนนี้ค่าเช่าสูงมาก", "ค่าเช่า"),
            ("我们讨论了房租的问题", "房租"),
        ] {
            assert_eq!(marks(&marked(text, &[word.to_owned()])), [word], "{text}");
        }
        assert!(marks(&marked("current", &["rent".to_owned()])).is_empty());
    }

    #[test]
    fn a_hit_that_holds_the_whole_passage_is_taken_as_it_is() {
        let hit: Pieces = vec![
            ("rent, then ".to_owned(), false),
            ("rent".to_owned(), true),
            (".".to_owned(), false),
        ];
        let other: Pieces = vec![("… ".to_owned(), false), ("rent".to_owned(), true)];
        let hits = [other.clone(), hit.clone()];
        assert_eq!(as_marked("rent, then rent.", &hits), hit, "only the second is meant");
        assert_eq!(marks(&as_marked("rent, then rent. And on.", &hits)), ["rent", "rent"]);
    }

    #[test]
    fn whole_words_are_marked_wherever_they_stand() {
        let words = ["rent".to_owned(), "Miete".to_owned()];
        let pieces = marked("rent, current rents, Miete.", &words);
        let marks: Vec<_> = pieces.iter().filter(|it| it.1).map(|it| it.0.as_str()).collect();
        assert_eq!(marks, ["rent", "Miete"]);
    }

    #[test]
    fn a_long_query_is_cut_on_a_border() {
        assert_eq!(typed(&"ñ".repeat(10_000)).chars().count(), LONGEST_QUERY);
        assert_eq!(typed("  \t "), "");
    }

    #[test]
    fn an_unknown_order_is_the_usual_one() {
        assert_eq!(Order::read("newest"), Order::Newest);
        assert_eq!(Order::read("oldest'--"), Order::Relevance);
    }

    proptest! {
        #[test]
        fn marking_changes_no_text(text in "[a-c ñ日]{0,30}", words in prop::collection::vec("[a-c ñ日]{0,4}", 0..4)) {
            let joined: String = marked(&text, &words).into_iter().map(|it| it.0).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
