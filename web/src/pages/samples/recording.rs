//! The recording page without words, waiting for them, failed, and full of what people write.

use super::{AWKWARD, awkward_contents, frame, link};
use crate::{
    answers::InRecording,
    pages::{
        VisibilityLabel, paragraphs,
        recording::{
            About, CaptionLink, ChatLine, Film, LicenceLink, Player, PollItem, Quoted,
            RecordingPage, SlideItem, TranscriptState, TranscriptText, VideoLink, WhiteboardLine,
        },
        titled,
    },
    reading,
    ribbon::{Ribbon, RibbonHit},
    words::Words,
};
use archive::{ChatMessage, Contents, MediaTime, Poll, Visibility, testing::transcript};

fn player() -> Player {
    Player {
        source: "/recordings/x/files/webcams.m3u8".to_owned(),
        duration: "60".to_owned(),
        start: Some("12.34".to_owned()),
        hls: Some("/recordings/x/files/webcams.m3u8".to_owned()),
        deskshare_hls: Some("/recordings/x/files/deskshare.m3u8".to_owned()),
        audio_hls: Some("/recordings/x/files/audio.m3u8".to_owned()),
        shares: Some("[[20.0,40.0]]".to_owned()),
        slides: Some("[[0.0,10.0,1,\"/recordings/x/slides/1\"]]".to_owned()),
        storyboard: Some("/recordings/x/files/storyboard.vtt".to_owned()),
        peaks: Some("/recordings/x/files/peaks.json".to_owned()),
        poster: Some("/recordings/x/files/poster.jpg".to_owned()),
        captions: AWKWARD[..2]
            .iter()
            .map(|text| CaptionLink {
                language: "es".to_owned(),
                label: (*text).to_owned(),
                url: "/recordings/x/files/captions-es.vtt".to_owned(),
                default: false,
            })
            .collect(),
        more_to_come: true,
        pictures_failed: true,
    }
}

pub(crate) fn recording(words: Words) -> Vec<RecordingPage> {
    let contents = awkward_contents();
    let heard = transcript("ar", &AWKWARD[..4]);
    let hits = InRecording::default();
    let films = [
        Film::Nothing,
        Film::Failed,
        Film::Waiting,
        Film::Ready(Box::new(player())),
        Film::Nothing,
    ];
    let states = [
        TranscriptState::Silent,
        TranscriptState::Failed,
        TranscriptState::Waiting,
        TranscriptState::Words(TranscriptText {
            language: "ar".to_owned(),
            turns: reading::set(words, &heard, &contents, &hits, AWKWARD[0]),
        }),
        TranscriptState::Nothing,
    ];
    let page = |(n, (film, transcript)): (usize, (Film, TranscriptState))| {
        let (full, nothing_to_play) = (n == 3, n == 4);
        RecordingPage {
            frame: frame(words, "page-recording", (n > 0).then_some(n == 1)),
            id: "x".to_owned(),
            title: titled(words, AWKWARD[n]),
            datetime: "2026-11-22T14:45:07Z".to_owned(),
            date: "22 November 2026".to_owned(),
            length: if nothing_to_play { String::new() } else { "1 min".to_owned() },
            licence: full.then(|| LicenceLink {
                label: "CC BY 4.0".to_owned(),
                url: Some("https://creativecommons.org/licenses/by/4.0/"),
            }),
            visibility: VisibilityLabel::unless_public(words, Visibility::ALL[n % 3]),
            edit_url: (n == 1).then(|| "/recordings/x/edit".to_owned()),
            taken_down: (n == 1).then(|| words.say("recording-deleted").into_owned()),
            film,
            ribbon: full.then(|| {
                let hits =
                    [RibbonHit { at: MediaTime::from_ms(3_000), text: AWKWARD[0].to_owned() }];
                let thumbnail = |number| Some(format!("/recordings/x/slides/{number}/thumbnail"));
                let length = MediaTime::from_ms(60_000);
                Ribbon::new(words, length, &contents, &hits, link, thumbnail).unwrap()
            }),
            transcript,
            found: full.then(|| words.tell("recording-found", &[("count", 1_u64.into())])),
            query: AWKWARD[n].to_owned(),
            slides: if full { slides() } else { vec![] },
            chat: if full { chat(&contents) } else { vec![] },
            polls: if full { polls(&contents) } else { vec![] },
            whiteboard: if full { whiteboard() } else { vec![] },
            notes: if n < 3 {
                vec![]
            } else {
                AWKWARD[..4].iter().map(ToString::to_string).collect()
            },
            videos: if full { videos() } else { vec![] },
            about: About {
                description: paragraphs(&AWKWARD.join("\n\n")),
                facts: AWKWARD.map(|it| (it.to_owned(), it.to_owned())).into(),
                collections: vec![(AWKWARD[0].to_owned(), "/collections/c".to_owned())],
            },
        }
    };
    films.into_iter().zip(states).enumerate().map(page).collect()
}

fn slides() -> Vec<SlideItem> {
    AWKWARD
        .map(|text| SlideItem {
            number: 1,
            at: "12".to_owned(),
            end: "13".to_owned(),
            position: "0:12".to_owned(),
            href: "?t=12".to_owned(),
            thumbnail: "/recordings/x/slides/1/thumbnail".to_owned(),
            text: text.to_owned(),
            label: text.to_owned(),
        })
        .into()
}

fn chat(contents: &Contents) -> Vec<ChatLine> {
    let line = |(n, it): (usize, &ChatMessage)| ChatLine {
        number: n + 1,
        at: "12".to_owned(),
        position: "0:12".to_owned(),
        href: "?t=12".to_owned(),
        sender: it.sender.clone(),
        text: it.text.clone(),
        edited: n == 2,
        answers: (n > 0).then(|| Quoted {
            number: n,
            sender: it.sender.clone(),
            text: it.text.clone(),
        }),
    };
    contents.chat.iter().enumerate().map(line).collect()
}

fn whiteboard() -> Vec<WhiteboardLine> {
    AWKWARD
        .map(|text| WhiteboardLine {
            at: "12".to_owned(),
            position: "0:12".to_owned(),
            href: "?t=12".to_owned(),
            text: text.to_owned(),
        })
        .into()
}

fn videos() -> Vec<VideoLink> {
    AWKWARD
        .map(|text| VideoLink {
            position: "0:12".to_owned(),
            href: "?t=12".to_owned(),
            url: format!("https://videos.example/watch?v={text}"),
        })
        .into()
}

fn polls(contents: &Contents) -> Vec<PollItem> {
    let item = |it: &Poll| PollItem {
        at: "30".to_owned(),
        position: "0:30".to_owned(),
        href: "?t=30".to_owned(),
        question: it.question.clone(),
        answers: it.answers.iter().map(|it| (it.text.clone(), it.votes)).collect(),
        total: 15,
    };
    contents.polls.iter().map(item).collect()
}
