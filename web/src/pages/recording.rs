use super::{Frame, Pieces, VisibilityLabel};
use crate::ribbon::Ribbon;
use askama::Template;

/// `/recordings/{id}`
#[derive(Template)]
#[template(path = "recording.html")]
pub(crate) struct RecordingPage {
    pub(crate) frame: Frame,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) datetime: String,
    pub(crate) date: String,
    /// Empty where there is nothing to play.
    pub(crate) length: String,
    pub(crate) licence: Option<LicenceLink>,
    pub(crate) visibility: Option<VisibilityLabel>,
    pub(crate) edit_url: Option<String>,
    /// What became of it at its server, for archivists.
    pub(crate) taken_down: Option<String>,
    pub(crate) film: Film,
    pub(crate) ribbon: Option<Ribbon>,
    pub(crate) transcript: TranscriptState,
    /// What was searched, to go on searching.
    pub(crate) query: String,
    /// How many passages of this recording match, in words; with a query only.
    pub(crate) found: Option<String>,
    pub(crate) slides: Vec<SlideItem>,
    pub(crate) chat: Vec<ChatLine>,
    pub(crate) polls: Vec<PollItem>,
    pub(crate) whiteboard: Vec<WhiteboardLine>,
    /// The shared notes in paragraphs.
    pub(crate) notes: Vec<String>,
    pub(crate) videos: Vec<VideoLink>,
    pub(crate) about: About,
}

pub(crate) struct LicenceLink {
    pub(crate) label: String,
    pub(crate) url: Option<&'static str>,
}

pub(crate) enum Film {
    Ready(Box<Player>),
    /// Jobs are due or running.
    Waiting,
    /// A job failed.
    Failed,
    /// The recording has neither sound nor picture.
    Nothing,
}

/// The player's data; see `FRONTEND.md`.
pub(crate) struct Player {
    /// What the `video` element plays.
    pub(crate) source: String,
    pub(crate) duration: String,
    pub(crate) start: Option<String>,
    pub(crate) hls: Option<String>,
    pub(crate) deskshare_hls: Option<String>,
    pub(crate) audio_hls: Option<String>,
    pub(crate) shares: Option<String>,
    pub(crate) slides: Option<String>,
    pub(crate) storyboard: Option<String>,
    pub(crate) peaks: Option<String>,
    pub(crate) poster: Option<String>,
    pub(crate) captions: Vec<CaptionLink>,
    /// That pictures are still being made, though there is sound already.
    pub(crate) more_to_come: bool,
    /// That pictures could not be made, though there is something to hear or see.
    pub(crate) pictures_failed: bool,
}

pub(crate) struct CaptionLink {
    pub(crate) language: String,
    pub(crate) label: String,
    pub(crate) url: String,
    pub(crate) default: bool,
}

pub(crate) enum TranscriptState {
    Words(TranscriptText),
    /// Nobody spoke.
    Silent,
    /// Nobody has listened yet.
    Waiting,
    /// The machine could not.
    Failed,
    /// There is no sound to listen to.
    Nothing,
}

impl TranscriptState {
    fn class(&self) -> &'static str {
        match self {
            Self::Words(_) => "machine",
            Self::Silent => "silent",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Nothing => "nothing",
        }
    }

    fn is_there(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
}

pub(crate) struct TranscriptText {
    /// The language's tag, empty if unknown.
    pub(crate) language: String,
    pub(crate) turns: Vec<Turn>,
}

/// What one speaker says until another does.
pub(crate) struct Turn {
    /// `None` where nobody's microphone was noted.
    pub(crate) speaker: Option<SpeakerLabel>,
    pub(crate) paragraphs: Vec<Paragraph>,
}

pub(crate) struct SpeakerLabel {
    pub(crate) class: String,
    pub(crate) label: String,
}

pub(crate) struct Paragraph {
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) passages: Vec<PassageText>,
}

pub(crate) struct PassageText {
    /// Its place on the page; empty where another passage begins at the same time.
    pub(crate) anchor: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) href: String,
    pub(crate) text: Pieces,
}

impl PassageText {
    fn is_hit(&self) -> bool {
        self.text.iter().any(|(_, marked)| *marked)
    }
}

/// A showing of a slide.
pub(crate) struct SlideItem {
    pub(crate) number: u32,
    pub(crate) at: String,
    pub(crate) end: String,
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) thumbnail: String,
    pub(crate) text: String,
    pub(crate) label: String,
}

pub(crate) struct ChatLine {
    /// Counts from 1; others link to it.
    pub(crate) number: usize,
    pub(crate) at: String,
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) sender: String,
    pub(crate) text: String,
    pub(crate) edited: bool,
    pub(crate) answers: Option<Quoted>,
}

/// The beginning of a message that another answers.
pub(crate) struct Quoted {
    pub(crate) number: usize,
    pub(crate) sender: String,
    pub(crate) text: String,
}

pub(crate) struct WhiteboardLine {
    pub(crate) at: String,
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) text: String,
}

/// A video from elsewhere: a link, nothing of it is loaded.
pub(crate) struct VideoLink {
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) url: String,
}

pub(crate) struct PollItem {
    pub(crate) at: String,
    pub(crate) position: String,
    pub(crate) href: String,
    pub(crate) question: String,
    pub(crate) answers: Vec<(String, u32)>,
    pub(crate) total: u32,
}

pub(crate) struct About {
    pub(crate) description: Vec<String>,
    /// Names and values, in words.
    pub(crate) facts: Vec<(String, String)>,
    /// Titles and links.
    pub(crate) collections: Vec<(String, String)>,
}
