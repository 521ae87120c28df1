use super::{Answered, App, asked, page};
use crate::{
    answers::{self, Answer, Found, FoundHit, MOST_PAGES, Order, PER_PAGE, Place, Strictness},
    failure::Failure,
    library::Library,
    links,
    pages::{
        Choice, VisibilityLabel, length,
        search::{Found as FoundPart, HitLine, ResultItem, SearchPage, SearchState},
        titled,
    },
    ribbon::{RibbonHit, SmallRibbon, speaker_class},
    visit::Visit,
    words::{position, seconds},
};
use archive::{Contents, TimeRange};
use axum::{
    extract::{RawQuery, State},
    response::{IntoResponse as _, Redirect},
};

/// `GET /search?q=&sort=&page=`
#[tracing::instrument(name = "web.search", skip_all)]
pub(crate) async fn show(State(library): App, visit: Visit, RawQuery(raw): RawQuery) -> Answered {
    let query = answers::typed(&asked(raw.as_deref(), "q"));
    let order = Order::read(&asked(raw.as_deref(), "sort"));
    let number = page_number(&asked(raw.as_deref(), "page"));
    let frame = visit.frame("page-search");
    if query.is_empty() || !answers::asks_something(&query) {
        let state = if query.is_empty() { SearchState::Unasked } else { SearchState::NoWords };
        return page(&SearchPage { frame, query, state, previous: None, next: None });
    }
    let answer = answers::ask(&library, &visit.viewer, &query, order, number - 1).await?;
    let link = |number: usize, order: Order| {
        let number = if number > 1 { number.to_string() } else { String::new() };
        let sort = if order == Order::default() { "" } else { order.as_str() };
        format!("/search{}", links::query(&[("q", &query), ("sort", sort), ("page", &number)]))
    };
    if answer.recordings.is_empty() && answer.total_recordings > 0 {
        let last = last_page(answer.total_recordings);
        if last < number {
            return Ok(Redirect::to(&link(last, order)).into_response());
        }
    }
    let seen = u64::try_from(number.saturating_mul(PER_PAGE)).unwrap_or(u64::MAX);
    let next =
        (seen < answer.total_recordings && number < MOST_PAGES).then(|| link(number + 1, order));
    let previous = (number > 1).then(|| link(number - 1, order));
    let state = if answer.recordings.is_empty() {
        SearchState::Nothing
    } else {
        let orders = Order::ALL.map(|it| Choice {
            value: link(1, it),
            label: match it {
                Order::Relevance => visit.words.say("sort-relevance"),
                Order::Newest => visit.words.say("sort-newest"),
            }
            .into_owned(),
            chosen: it == order,
        });
        SearchState::Found(found(&library, &visit, &query, answer, orders.into()).await?)
    };
    page(&SearchPage { frame, query, state, previous, next })
}

/// Counted from 1; anything else is the first page.
pub(crate) fn page_number(text: &str) -> usize {
    text.parse().ok().filter(|it| (1..=MOST_PAGES).contains(it)).unwrap_or(1)
}

/// The page that the last of so many recordings stands on.
fn last_page(recordings: u64) -> usize {
    let recordings = usize::try_from(recordings).unwrap_or(usize::MAX);
    recordings.div_ceil(PER_PAGE).clamp(1, MOST_PAGES)
}

async fn found(
    library: &Library,
    visit: &Visit,
    query: &str,
    answer: Answer,
    orders: Vec<Choice>,
) -> Result<FoundPart, Failure> {
    let words = visit.words;
    let mut results = Vec::with_capacity(answer.recordings.len());
    for found in answer.recordings {
        // What was hidden since the search is left out.
        results.extend(result(library, visit, query, found).await?);
    }
    Ok(FoundPart {
        count: words.tell(
            "search-count",
            &[("hits", answer.total_hits.into()), ("recordings", answer.total_recordings.into())],
        ),
        loosened: match answer.strictness {
            Strictness::All => None,
            Strictness::Some => Some(words.say("search-loosened").into_owned()),
        },
        orders,
        results,
    })
}

async fn result(
    library: &Library,
    visit: &Visit,
    query: &str,
    found: Found,
) -> Result<Option<ResultItem>, Failure> {
    let words = visit.words;
    let id = &found.recording;
    let Some(recording) = library.catalog.recording(&visit.viewer, id).await? else {
        return Ok(None);
    };
    let contents = library.catalog.contents(&visit.viewer, id).await?.unwrap_or_default();
    let title = titled(words, &recording.title);
    let on_ribbon: Vec<RibbonHit> = found
        .hits
        .iter()
        .filter(|it| it.place.has_a_moment())
        .map(|it| RibbonHit {
            at: it.play_from,
            text: it.text.iter().map(|(text, _)| text.as_str()).collect(),
        })
        .collect();
    let link = |at| links::moment(id, at, query);
    let ribbon = SmallRibbon::new(words, recording.duration, &contents, &on_ribbon, link);
    let hits = found.hits.into_iter().map(|hit| {
        let (source, source_class) = source(visit, &hit, &contents);
        HitLine {
            class: match hit.place {
                Place::Title => "hit-title",
                Place::Spoken => "hit-spoken",
                Place::Slide { .. } => "hit-slide",
                Place::Chat { .. } => "hit-chat",
                Place::Poll => "hit-poll",
                Place::Whiteboard => "hit-whiteboard",
                Place::Notes => "hit-notes",
            },
            url: links::hit(id, &hit, query),
            at: seconds(hit.play_from),
            position: if hit.place.has_a_moment() {
                position(hit.play_from)
            } else {
                String::new()
            },
            source,
            source_class,
            text: hit.text,
        }
    });
    Ok(Some(ResultItem {
        id: id.to_string(),
        url: format!("{}{}", links::recording(id), links::query(&[("q", query)])),
        title: vec![(title, false)],
        datetime: recording.started_at.to_string(),
        date: words.day(recording.started_at, &library.zone),
        length: length(words, recording.duration),
        visibility: VisibilityLabel::unless_public(words, recording.visibility),
        ribbon,
        hits: hits.collect(),
        more: (found.more > 0).then(|| words.tell("search-more", &[("count", found.more.into())])),
    }))
}

/// Who said it or where it stands, with its class.
fn source(visit: &Visit, hit: &FoundHit, contents: &Contents) -> (String, String) {
    let words = visit.words;
    let plain = |text: String| (text, String::new());
    match &hit.place {
        Place::Title => plain(words.say("source-title").into_owned()),
        Place::Slide { number } => {
            plain(words.tell("slide-number", &[("number", (*number).into())]))
        }
        Place::Chat { sender } => plain(sender.clone()),
        Place::Poll => plain(words.say("poll").into_owned()),
        Place::Whiteboard => plain(words.say("tab-whiteboard").into_owned()),
        Place::Notes => plain(words.say("tab-notes").into_owned()),
        Place::Spoken => {
            let range = TimeRange::from_or_at(hit.at, hit.end.unwrap_or(hit.at));
            match contents.speaker_of(range) {
                Some(speaker) => (
                    words.tell("speaker", &[("number", speaker.0.into())]),
                    format!("speaker {}", speaker_class(speaker.0)),
                ),
                None => plain(words.say("source-spoken").into_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_none_is_the_first() {
        for text in ["", "0", "-1", "1e3", "99999999999999999999", "x"] {
            assert_eq!(page_number(text), 1, "{text:?}");
        }
        assert_eq!(page_number("7"), 7);
    }

    #[test]
    fn the_last_page_holds_the_last_recording() {
        for (recordings, page) in [(0, 1), (1, 1), (10, 1), (11, 2), (u64::MAX, MOST_PAGES)] {
            assert_eq!(last_page(recordings), page, "{recordings}");
        }
    }
}
