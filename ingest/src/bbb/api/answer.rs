//! What the API answers: XML, whose element order nobody promises.

use super::{
    ApiError, ListingProblem, MessageKey, PlaybackFormat, RecordingState, ServerRecording,
};
use crate::{
    XmlError,
    understand::xml::{Limits, Node, Xml},
};
use archive::Timestamp;
use std::{io::BufRead, time::Duration};

const LIMITS: Limits = Limits { bytes: super::MOST_BYTES as u64, piece_bytes: 1 << 20, depth: 32 };
const MOST_FORMATS: usize = 100;
const TEXT_LENGTH: usize = 500;

/// An answer to `getRecordings`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Recordings(Page),
    Failed { key: MessageKey, message: String },
}

#[derive(Debug, PartialEq, Eq, Default)]
pub(super) struct Page {
    pub(super) recordings: Vec<ServerRecording>,
    pub(super) problems: Vec<ListingProblem>,
    /// How many `recording` elements there were, of whatever use.
    pub(super) elements: usize,
    /// How many there are on all pages, where the server says so (2.6 and later).
    pub(super) total: Option<usize>,
}

/// Reads the answer of `url`.
pub(super) fn read(body: &[u8], url: String) -> Result<Answer, ApiError> {
    match parse(body) {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(ApiError::NoReturnCode { url }),
        Err(_) if is_web_page(body) => Err(ApiError::WebPage { url }),
        Err(source) => Err(ApiError::NoAnswer { url, source }),
    }
}

/// Whether it looks like an answer, whatever the status that came with it.
pub(super) fn is_one(body: &[u8]) -> bool {
    let text = start(body);
    text.starts_with("<response") || text.starts_with("<?xml") && text.contains("<response")
}

fn is_web_page(body: &[u8]) -> bool {
    let text = start(body);
    text.starts_with("<!doctype html") || text.contains("<html")
}

fn start(body: &[u8]) -> String {
    let start = String::from_utf8_lossy(&body[..body.len().min(1_000)]);
    start.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase()
}

/// `None` if it says neither whether it succeeded nor that it failed.
pub(super) fn parse(input: impl BufRead) -> Result<Option<Answer>, XmlError> {
    let mut xml = Xml::new(input, LIMITS, &["response"]);
    let (mut code, mut key, mut message) = (String::new(), String::new(), String::new());
    let mut page = Page::default();
    child(&mut xml)?;
    while let Some(name) = child(&mut xml)? {
        match name.as_str() {
            "returncode" => code = xml.text()?,
            "messageKey" => key = text(&mut xml)?,
            "message" => message = text(&mut xml)?,
            "totalElements" => page.total = xml.text()?.parse().ok(),
            "recordings" => recordings(&mut xml, &mut page)?,
            _ => xml.skip()?,
        }
    }
    Ok(match code.as_str() {
        "SUCCESS" => Some(Answer::Recordings(page)),
        "FAILED" => Some(Answer::Failed { key: MessageKey::new(key), message }),
        _ => None,
    })
}

/// Enters the next element inside the one that is open, the root first; `None` at its end. Each
/// element that was entered must be read to its end before the next one is.
fn child(xml: &mut Xml<impl BufRead>) -> Result<Option<String>, XmlError> {
    loop {
        match xml.next()? {
            Some(Node::Start(element)) => return Ok(Some(element.name().to_owned())),
            Some(Node::Text(_)) => {}
            Some(Node::End) | None => return Ok(None),
        }
    }
}

/// Reads the `recording` elements inside of a `recordings`.
fn recordings(xml: &mut Xml<impl BufRead>, page: &mut Page) -> Result<(), XmlError> {
    while let Some(name) = child(xml)? {
        if name != "recording" {
            xml.skip()?;
            continue;
        }
        page.elements += 1;
        match recording(xml)? {
            Ok(recording) => page.recordings.push(recording),
            Err(problem) => page.problems.push(problem),
        }
    }
    Ok(())
}

/// Reads a `recording` element whose start was just read, to its end.
fn recording(
    xml: &mut Xml<impl BufRead>,
) -> Result<Result<ServerRecording, ListingProblem>, XmlError> {
    let (mut id, mut internal, mut error) = (String::new(), String::new(), None);
    let (mut name, mut state, mut published, mut protected) = (None, None, None, false);
    let (mut started_at, mut ended_at, mut participants) = (None, None, None);
    let mut playback = Vec::new();
    while let Some(child_name) = child(xml)? {
        match child_name.as_str() {
            "recordID" => id = text(xml)?,
            "internalMeetingID" => internal = text(xml)?,
            "error" => error = Some(all_text(xml)?),
            "name" => name = Some(text(xml)?).filter(|it| !it.is_empty()),
            "state" => state = RecordingState::from_word(&xml.text()?),
            "published" => published = xml.text()?.parse().ok(),
            "protected" => protected = xml.text()? == "true",
            "startTime" => started_at = moment(&xml.text()?),
            "endTime" => ended_at = moment(&xml.text()?),
            "participants" => participants = xml.text()?.parse().ok(),
            "playback" => formats(xml, &mut playback)?,
            _ => xml.skip()?,
        }
    }
    if let Some(what) = error {
        return Ok(Err(ListingProblem::ServerCannotRead { what }));
    }
    let id = if id.is_empty() { internal } else { id };
    if id.is_empty() {
        return Ok(Err(ListingProblem::NoId));
    }
    let Ok(id) = id.parse() else {
        return Ok(Err(ListingProblem::OtherId { id }));
    };
    // Old servers say only the one or the other.
    let published = published.unwrap_or(state == Some(RecordingState::Published));
    let mut recording = ServerRecording {
        id,
        name,
        state,
        published,
        protected,
        started_at,
        ended_at,
        participants,
        playback: Vec::new(),
    };
    for format in playback {
        recording.put(format);
    }
    Ok(Ok(recording))
}

/// Reads the `format` elements inside of a `playback`.
fn formats(xml: &mut Xml<impl BufRead>, found: &mut Vec<PlaybackFormat>) -> Result<(), XmlError> {
    while let Some(name) = child(xml)? {
        if name != "format" || found.len() >= MOST_FORMATS {
            xml.skip()?;
            continue;
        }
        let (mut kind, mut url, mut length, mut size_bytes) =
            (String::new(), String::new(), None, None);
        while let Some(name) = child(xml)? {
            match name.as_str() {
                "type" => kind = text(xml)?,
                "url" => url = xml.text()?,
                "length" => length = minutes(&xml.text()?),
                "size" => size_bytes = xml.text()?.parse().ok(),
                _ => xml.skip()?,
            }
        }
        if !kind.is_empty() {
            found.push(PlaybackFormat { kind, url, length, size_bytes });
        }
    }
    Ok(())
}

/// The element's text as it may be shown.
fn text(xml: &mut Xml<impl BufRead>) -> Result<String, XmlError> {
    Ok(shown(&xml.text()?))
}

/// All text inside of an element, which is read to its end.
fn all_text(xml: &mut Xml<impl BufRead>) -> Result<String, XmlError> {
    let depth = xml.depth();
    let mut found = String::new();
    loop {
        match xml.next()? {
            Some(Node::Text(text)) if found.len() < TEXT_LENGTH => found.push_str(&text),
            Some(Node::Text(_) | Node::Start(_) | Node::End) => {}
            None => break,
        }
        if xml.depth() < depth {
            break;
        }
    }
    Ok(shown(&found))
}

/// Without line breaks and other controls, and not too long.
fn shown(text: &str) -> String {
    let text = text.trim().chars().map(|it| if it.is_control() { ' ' } else { it });
    text.take(TEXT_LENGTH).collect()
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok().filter(|&ms: &i64| ms > 0).map(Timestamp::from_unix_ms)
}

fn minutes(text: &str) -> Option<Duration> {
    let minutes: u64 = text.parse().ok()?;
    minutes.checked_mul(60).map(Duration::from_secs)
}
