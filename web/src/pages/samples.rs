//! At least one value of every page for each shape it can take: empty, full, awkward.

mod recording;

pub(crate) use recording::recording;

use super::{
    Choice, CollectionLine, Frame, Meeting, Pieces, SignedIn, VisibilityLabel,
    collections::{
        CollectionDeletePage, CollectionEditPage, CollectionPage, CollectionsPage,
        ExistingCollection, OrderedItem,
    },
    desk::{DeskPage, DeskRecording, FailedJob, RunningJob},
    edit::RecordingEditPage,
    home::HomePage,
    ingest::{ArrivalLine, IngestPage, Unfinished},
    message::MessagePage,
    paragraphs,
    search::{Found, HitLine, ResultItem, SearchPage, SearchState},
    sign_in::{SignInPage, SignInProblem},
    titled,
};
use crate::{
    failure::Told,
    ribbon::{RibbonHit, SmallRibbon},
    words::Words,
};
use archive::{
    ChatMessage, Collection, Contents, MediaTime, Poll, PollAnswer, Recording, Slide, SlideShowing,
    SpeakerNumber, SpeakerTurn, Visibility,
    testing::{admission, range},
};
use jiff::tz::TimeZone;

/// What people write: markup, quotes, another direction, no space to break at.
pub(crate) const AWKWARD: [&str; 5] = [
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} & &amp; </title></textarea></style>",
    "اجتماع السكن التعاوني 2026 (مسودة)",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsausschusssitzungsprotokoll",
    "",
];

pub(crate) fn frame(words: Words, class: &'static str, archivist: Option<bool>) -> Frame {
    Frame {
        words,
        library: AWKWARD[0].to_owned(),
        class,
        signed_in: archivist
            .map(|archivist| SignedIn { name: "núria@coop".to_owned(), archivist }),
        form_token: archivist.map(|_| "0".repeat(64)).unwrap_or_default(),
    }
}

pub(crate) fn awkward_contents() -> Contents {
    let text = |n: usize| AWKWARD[n % AWKWARD.len()].to_owned();
    Contents {
        slides: (1..=4)
            .map(|n| Slide {
                number: n,
                image: format!("presentation/p/slide-{n}.svg").parse().unwrap(),
                thumbnail: None,
                text: text(usize::try_from(n).unwrap()),
            })
            .collect(),
        showings: (0..6)
            .map(|n| SlideShowing {
                slide: u32::try_from(n % 4 + 1).unwrap(),
                range: range(n * 10_000, (n + 1) * 10_000),
            })
            .collect(),
        chat: (0_u64..5)
            .map(|n| ChatMessage {
                at: MediaTime::from_ms(n * 7_000),
                sender: text(usize::try_from(n).unwrap()),
                text: text(usize::try_from(n + 1).unwrap()),
                reply_to: None,
                edited: false,
            })
            .collect(),
        polls: vec![
            Poll {
                at: MediaTime::from_ms(30_000),
                question: String::new(),
                answers: vec![PollAnswer { text: "A".to_owned(), votes: 0 }],
            },
            Poll {
                at: MediaTime::from_ms(40_000),
                question: text(0),
                answers: vec![
                    PollAnswer { text: text(1), votes: 12 },
                    PollAnswer { text: text(2), votes: 3 },
                ],
            },
        ],
        shares: vec![range(20_000, 40_000)],
        turns: (0..24)
            .map(|n| SpeakerTurn {
                speaker: SpeakerNumber(u32::try_from(n % 12 + 1).unwrap()),
                range: range(n * 2_500, n * 2_500 + 3_000),
            })
            .collect(),
        ..Contents::default()
    }
}

fn awkward_recording(n: usize) -> Recording {
    let visibility = Visibility::ALL[n % 3];
    let number = u32::try_from(n + 1).unwrap();
    admission(number, AWKWARD[n % AWKWARD.len()], visibility).recording
}

fn meetings(words: Words) -> Vec<Meeting> {
    let meeting = |n| {
        let recording = awkward_recording(n);
        let ribbon = SmallRibbon::new(words, recording.duration, &awkward_contents(), &[], link);
        let mut meeting = Meeting::new(words, &TimeZone::UTC, &recording, ribbon);
        meeting.reason = AWKWARD[n].to_owned();
        meeting
    };
    (0..AWKWARD.len()).map(meeting).collect()
}

fn link(at: MediaTime) -> String {
    crate::links::moment_here(at, AWKWARD[0])
}

fn collection_lines(words: Words) -> Vec<CollectionLine> {
    let line = |(n, text): (usize, &&str)| {
        let collection = Collection {
            id: format!("c-{n}").parse().unwrap(),
            title: (*text).to_owned(),
            note: format!("{text}\n\n{text}"),
            visibility: Visibility::ALL[n % 3],
        };
        CollectionLine::new(words, &collection, n)
    };
    AWKWARD.iter().enumerate().map(line).collect()
}

fn choices() -> Vec<Choice> {
    let choice = |(n, text): (usize, &&str)| Choice {
        value: (*text).to_owned(),
        label: (*text).to_owned(),
        chosen: n == 1,
    };
    AWKWARD.iter().enumerate().map(choice).collect()
}

fn pieces(text: &str) -> Pieces {
    vec![("… ".to_owned(), false), (text.to_owned(), true), (text.to_owned(), false)]
}

pub(crate) fn home(words: Words) -> Vec<HomePage> {
    let page = |archivist, newest, first: bool, collections| HomePage {
        frame: frame(words, "page-home", archivist),
        newest,
        older: first.then(|| "/?after=1~x".to_owned()),
        first,
        collections,
    };
    vec![
        page(None, vec![], true, vec![]),
        page(Some(true), vec![], true, vec![]),
        page(Some(false), meetings(words), true, collection_lines(words)),
        page(None, meetings(words), false, vec![]),
    ]
}

pub(crate) fn messages(words: Words) -> Vec<MessagePage> {
    [Told::NotFound, Told::NotAllowed, Told::ForeignForm, Told::Unreadable, Told::Broken]
        .into_iter()
        .flat_map(|told| {
            [None, Some(false)]
                .map(|who| MessagePage::failure(&frame(words, "page-message", who), told))
        })
        .collect()
}

pub(crate) fn search(words: Words) -> Vec<SearchPage> {
    let contents = awkward_contents();
    let result = |(n, text): (usize, &&str)| ResultItem {
        id: awkward_recording(n).id.to_string(),
        url: link(MediaTime::ZERO),
        title: pieces(&titled(words, text)),
        datetime: "2026-11-22T14:45:07Z".to_owned(),
        date: "22 November 2026".to_owned(),
        length: "1 min".to_owned(),
        visibility: VisibilityLabel::unless_public(words, Visibility::ALL[n % 3]),
        ribbon: SmallRibbon::new(
            words,
            MediaTime::from_ms(60_000),
            &contents,
            &[RibbonHit { at: MediaTime::from_ms(1_000), text: (*text).to_owned() }],
            link,
        ),
        hits: ["hit-title", "hit-spoken", "hit-slide", "hit-chat", "hit-poll", "hit-notes"]
            .map(|class| HitLine {
                class,
                url: link(MediaTime::from_ms(12_340)),
                at: "12.34".to_owned(),
                position: "0:12".to_owned(),
                source_class: "speaker speaker-2".to_owned(),
                source: (*text).to_owned(),
                text: pieces(text),
            })
            .into(),
        more: (n > 2).then(|| words.tell("search-more", &[("count", n.into())])),
    };
    let found = SearchState::Found(Found {
        count: words.tell("search-count", &[("hits", 3_u64.into()), ("recordings", 1_u64.into())]),
        loosened: Some(words.say("search-loosened").into_owned()),
        orders: vec![Choice {
            value: "/search?q=a&sort=newest".to_owned(),
            label: words.say("sort-newest").into_owned(),
            chosen: true,
        }],
        results: AWKWARD.iter().enumerate().map(result).collect(),
    });
    let page = |query: &str, state, more: bool| SearchPage {
        frame: frame(words, "page-search", None),
        query: query.to_owned(),
        state,
        previous: more.then(|| "/search?q=a".to_owned()),
        next: more.then(|| "/search?q=a&page=3".to_owned()),
    };
    vec![
        page("", SearchState::Unasked, false),
        page("\"", SearchState::NoWords, false),
        page(AWKWARD[0], SearchState::Nothing, false),
        page(AWKWARD[2], found, true),
    ]
}

pub(crate) fn sign_in(words: Words) -> Vec<SignInPage> {
    [None, Some(SignInProblem::Wrong), Some(SignInProblem::TooOften), Some(SignInProblem::TooMany)]
        .into_iter()
        .map(|problem| SignInPage {
            frame: frame(words, "page-sign-in", None),
            name: AWKWARD[0].to_owned(),
            next: format!("/search?q={}", AWKWARD[0]),
            problem,
        })
        .collect()
}

pub(crate) fn collections(words: Words) -> Vec<CollectionsPage> {
    [(None, vec![]), (Some(true), collection_lines(words))]
        .into_iter()
        .map(|(who, collections)| CollectionsPage {
            frame: frame(words, "page-collections", who),
            collections,
        })
        .collect()
}

pub(crate) fn collection(words: Words) -> Vec<CollectionPage> {
    [(None, vec![]), (Some(true), meetings(words))]
        .into_iter()
        .map(|(who, items)| CollectionPage {
            frame: frame(words, "page-collection", who),
            title: AWKWARD[0].to_owned(),
            note: if items.is_empty() { vec![] } else { paragraphs(&AWKWARD.join("\n\n")) },
            visibility: VisibilityLabel::unless_public(words, Visibility::Private),
            edit_url: who.map(|_| "/collections/c/edit".to_owned()),
            items,
        })
        .collect()
}

pub(crate) fn collection_edit(words: Words) -> Vec<CollectionEditPage> {
    let item = |(n, text): (usize, &&str)| OrderedItem {
        recording: awkward_recording(n).id.to_string(),
        url: "/recordings/x".to_owned(),
        title: titled(words, text),
        date: "22 November 2026".to_owned(),
        reason: (*text).to_owned(),
        first: n == 0,
        last: n == AWKWARD.len() - 1,
    };
    let existing = |items| ExistingCollection {
        url: "/collections/c".to_owned(),
        items_url: "/collections/c/items".to_owned(),
        delete_url: "/collections/c/delete".to_owned(),
        items,
    };
    [None, Some(existing(vec![])), Some(existing(AWKWARD.iter().enumerate().map(item).collect()))]
        .into_iter()
        .enumerate()
        .map(|(n, existing)| CollectionEditPage {
            frame: frame(words, "page-edit", Some(true)),
            action: "/collections/c/edit".to_owned(),
            existing,
            title: AWKWARD[n].to_owned(),
            note: AWKWARD[1].to_owned(),
            visibilities: choices(),
            title_problem: (n == 0).then(|| words.say("field-title-empty").into_owned()),
            saved: n == 1,
        })
        .collect()
}

pub(crate) fn collection_delete(words: Words) -> Vec<CollectionDeletePage> {
    [(0, false), (1, true), (7, false)]
        .into_iter()
        .map(|(items, mistyped)| CollectionDeletePage {
            frame: frame(words, "page-message", Some(true)),
            action: "/collections/c/delete".to_owned(),
            back: "/collections/c/edit".to_owned(),
            title: AWKWARD[0].to_owned(),
            items,
            mistyped,
        })
        .collect()
}

pub(crate) fn recording_edit(words: Words) -> Vec<RecordingEditPage> {
    [true, false]
        .into_iter()
        .map(|wrong| RecordingEditPage {
            frame: frame(words, "page-edit", Some(true)),
            url: "/recordings/x".to_owned(),
            action: "/recordings/x/edit".to_owned(),
            title: AWKWARD[0].to_owned(),
            description: AWKWARD[1].to_owned(),
            licences: choices(),
            language: AWKWARD[0].to_owned(),
            visibilities: choices(),
            space: AWKWARD[2].to_owned(),
            subjects: AWKWARD.join(", "),
            collections: if wrong { vec![] } else { choices() },
            title_problem: wrong.then(|| words.say("field-title-empty").into_owned()),
            language_problem: wrong.then(|| words.say("field-language-wrong").into_owned()),
            saved: !wrong,
            seen: vec![("seen_title".to_owned(), "0011".to_owned())],
            changed: if wrong {
                AWKWARD.map(|it| (it.to_owned(), it.to_owned())).into()
            } else {
                vec![]
            },
            was_in: vec!["c".to_owned()],
        })
        .collect()
}

pub(crate) fn desk(words: Words) -> Vec<DeskPage> {
    let empty = DeskPage {
        frame: frame(words, "page-desk", Some(true)),
        failed: vec![],
        running: vec![],
        waiting: words.tell("desk-waiting", &[("count", 0_u64.into())]),
        recordings: vec![],
        older: None,
        done: None,
    };
    let full = DeskPage {
        frame: frame(words, "page-desk", Some(true)),
        failed: AWKWARD
            .map(|text| FailedJob {
                kind: "Film".to_owned(),
                kind_value: "webcams",
                recording: "x".to_owned(),
                url: "/recordings/x".to_owned(),
                title: titled(words, text),
                failed_at: "22 November 2026, 14:45".to_owned(),
                cause: text.to_owned(),
            })
            .into(),
        running: AWKWARD
            .map(|text| RunningJob {
                kind: "Film".to_owned(),
                url: "/recordings/x".to_owned(),
                title: titled(words, text),
                permille: 421,
                percent: "42 %".to_owned(),
            })
            .into(),
        waiting: words.tell("desk-waiting", &[("count", 1_u64.into())]),
        recordings: AWKWARD
            .map(|text| DeskRecording {
                url: "/recordings/x".to_owned(),
                edit_url: "/recordings/x/edit".to_owned(),
                title: titled(words, text),
                datetime: "2026-11-22T14:45:07Z".to_owned(),
                date: "22 November 2026".to_owned(),
                length: "1 min".to_owned(),
                visibility: VisibilityLabel::of(words, Visibility::Public),
                arrived: "22 November 2026, 14:45".to_owned(),
                state: words.say("state-ready").into_owned(),
            })
            .into(),
        older: Some("/desk?after=1~x".to_owned()),
        done: Some(words.say("desk-retried").into_owned()),
    };
    vec![empty, full]
}

pub(crate) fn ingest(words: Words) -> Vec<IngestPage> {
    let empty = || IngestPage {
        frame: frame(words, "page-ingest", Some(true)),
        failed: vec![],
        running: vec![],
        waiting: vec![],
        done: vec![],
        unfinished: vec![],
        limit: 64_000_000_000,
        limit_said: words.size(64_000_000_000),
        visibilities: choices(),
        zone: "Europe/Madrid".to_owned(),
        news: None,
    };
    let lines = || {
        let line = |(n, text): (usize, &&str)| ArrivalLine {
            id: "0".repeat(32),
            name: titled(words, text),
            url: (n % 2 == 0).then(|| "/recordings/x".to_owned()),
            place: format!("/var/bigbluebutton/{text}"),
            way: words.say("way-server").into_owned(),
            since: "22 November 2026, 14:45".to_owned(),
            next: (n > 2).then(|| "22 November 2026, 14:45".to_owned()),
            message: (*text).to_owned(),
        };
        AWKWARD.iter().enumerate().map(line).collect()
    };
    let full = IngestPage {
        failed: lines(),
        running: lines(),
        waiting: lines(),
        done: lines(),
        unfinished: AWKWARD
            .map(|text| Unfinished {
                discard_url: "/ingest/uploads/x/discard".to_owned(),
                file: text.to_owned(),
                member: text.to_owned(),
                permille: 431,
                percent: "43 %".to_owned(),
                size: words.size(120_000_000),
                until: "22 November 2026, 14:45".to_owned(),
            })
            .into(),
        news: Some(words.say("upload-discarded").into_owned()),
        ..empty()
    };
    vec![empty(), full]
}
