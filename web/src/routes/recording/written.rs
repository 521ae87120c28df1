//! What was written and shown in a meeting, as its page lists it.

use crate::{
    links,
    pages::recording::{ChatLine, PollItem, Quoted, SlideItem, VideoLink, WhiteboardLine},
    ribbon::shortened,
    words::{Words, position, seconds},
};
use archive::{ChatMessage, Contents, ExternalVideo, Poll, RecordingId, WhiteboardText};

pub(super) fn slides(
    words: Words,
    id: &RecordingId,
    contents: &Contents,
    query: &str,
) -> Vec<SlideItem> {
    let mut told = std::collections::HashSet::new();
    contents
        .showings
        .iter()
        .map(|it| {
            let slide = contents.slides.iter().find(|slide| slide.number == it.slide);
            // A slide that is shown again does not repeat its words.
            let text = slide.filter(|_| told.insert(it.slide)).map(|it| it.text.trim());
            SlideItem {
                number: it.slide,
                at: seconds(it.range.start()),
                end: seconds(it.range.end()),
                position: position(it.range.start()),
                href: links::moment_here(it.range.start(), query),
                thumbnail: links::thumbnail(id, it.slide),
                text: text.unwrap_or_default().to_owned(),
                label: words.tell("slide-number", &[("number", it.slide.into())]),
            }
        })
        .collect()
}

pub(super) fn chat(contents: &Contents, query: &str) -> Vec<ChatLine> {
    let line = |(n, it): (usize, &ChatMessage)| ChatLine {
        number: n + 1,
        at: seconds(it.at),
        position: position(it.at),
        href: links::moment_here(it.at, query),
        sender: it.sender.clone(),
        text: it.text.clone(),
        edited: it.edited,
        answers: it.reply_to.and_then(|it| quoted(contents, it)),
    };
    contents.chat.iter().enumerate().map(line).collect()
}

/// What is shown of a message above an answer to it.
const QUOTED: usize = 80;

fn quoted(contents: &Contents, place: u32) -> Option<Quoted> {
    let n = usize::try_from(place).ok()?;
    let message = contents.chat.get(n)?;
    Some(Quoted {
        number: n + 1,
        sender: message.sender.clone(),
        text: shortened(&message.text, QUOTED),
    })
}

pub(super) fn polls(words: Words, contents: &Contents, query: &str) -> Vec<PollItem> {
    let item = |it: &Poll| PollItem {
        at: seconds(it.at),
        position: position(it.at),
        href: links::moment_here(it.at, query),
        question: if it.question.trim().is_empty() {
            words.say("poll").into_owned()
        } else {
            it.question.clone()
        },
        answers: it.answers.iter().map(|it| (it.text.clone(), it.votes)).collect(),
        // A meter's end must lie beyond its beginning, also where nobody voted.
        total: it.answers.iter().map(|it| it.votes).fold(0, u32::saturating_add).max(1),
    };
    contents.polls.iter().map(item).collect()
}

pub(super) fn whiteboard(contents: &Contents, query: &str) -> Vec<WhiteboardLine> {
    let line = |it: &WhiteboardText| WhiteboardLine {
        at: seconds(it.at),
        position: position(it.at),
        href: links::moment_here(it.at, query),
        text: it.text.clone(),
    };
    contents.whiteboard.iter().map(line).collect()
}

pub(super) fn videos(contents: &Contents, query: &str) -> Vec<VideoLink> {
    let link = |it: &ExternalVideo| VideoLink {
        position: position(it.at),
        href: links::moment_here(it.at, query),
        url: it.url.clone(),
    };
    // Whatever else stands there would be more than a link.
    let is_address = |it: &&ExternalVideo| {
        ["http://", "https://"].iter().any(|scheme| it.url.starts_with(scheme))
    };
    contents.external_videos.iter().filter(is_address).map(link).collect()
}
