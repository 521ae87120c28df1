use super::answer::Page;
use archive::{RecordingId, Timestamp};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// What a server lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    pub recordings: Vec<ServerRecording>,
    /// What it named and cannot be taken, each once.
    pub problems: Vec<ListingProblem>,
}

/// Something in a listing that is no recording we can take. Texts are the server's, shortened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum ListingProblem {
    /// BigBlueButton's own words; it names the file, with its path on that server.
    #[error("the server cannot read a recording of its own: `{what}`")]
    ServerCannotRead { what: String },
    #[error("the server lists a recording under `{id}`, which is no record id")]
    OtherId { id: String },
    #[error("the server lists a recording without its id")]
    NoId,
}

/// A recording as a server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerRecording {
    pub id: RecordingId,
    /// The meeting's name.
    pub name: Option<String>,
    /// `None` if the server says none, or one that is not known.
    pub state: Option<RecordingState>,
    /// Whether it is played to people. A recording in several formats is if one of them is.
    pub published: bool,
    /// Whether the server wants to know who plays it (Scalelite's `protected`). Its files cannot be
    /// downloaded.
    pub protected: bool,
    /// When the meeting began and ended, which is not where the recording did.
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub participants: Option<u32>,
    /// One of each kind.
    pub playback: Vec<PlaybackFormat>,
}

/// A published format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaybackFormat {
    /// `presentation`, `podcast`, `video`, …
    pub kind: String,
    /// Where it is played, not yet checked.
    pub url: String,
    /// Whole minutes: BigBlueButton cuts off, Scalelite rounds, and 0 is a short recording.
    pub length: Option<Duration>,
    pub size_bytes: Option<u64>,
}

/// Where a recording is in BigBlueButton's pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingState {
    Processing,
    Processed,
    Published,
    Unpublished,
    Deleted,
}

impl RecordingState {
    /// The API's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Processed => "processed",
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Deleted => "deleted",
        }
    }

    /// `available` is what `video` and `screenshare` call published.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word.trim() {
            "processing" => Some(Self::Processing),
            "processed" => Some(Self::Processed),
            "published" | "available" => Some(Self::Published),
            "unpublished" => Some(Self::Unpublished),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// Puts pages together.
#[derive(Default)]
pub(super) struct Collected {
    listing: Listing,
    index: HashMap<RecordingId, usize>,
    reported: HashSet<ListingProblem>,
}

impl Collected {
    /// Takes a page; says whether there was anything on it that had not been there before.
    pub(super) fn add(&mut self, page: Page) -> bool {
        let mut anything_new = false;
        for problem in page.problems {
            if self.reported.insert(problem.clone()) {
                self.listing.problems.push(problem);
                anything_new = true;
            }
        }
        for recording in page.recordings {
            let recordings = &mut self.listing.recordings;
            match self.index.get(&recording.id) {
                Some(&index) => anything_new |= recordings[index].merge(recording),
                None => {
                    self.index.insert(recording.id.clone(), recordings.len());
                    recordings.push(recording);
                    anything_new = true;
                }
            }
        }
        anything_new
    }

    pub(super) fn len(&self) -> usize {
        self.listing.recordings.len() + self.listing.problems.len()
    }

    pub(super) fn finish(self) -> Listing {
        self.listing
    }
}

impl ServerRecording {
    /// Takes over what another element of the same recording says more: servers differ in whether
    /// they list a recording once with all its formats, or once for each. Says whether there was a
    /// further format.
    fn merge(&mut self, other: Self) -> bool {
        self.name = self.name.take().or(other.name);
        if other.published && !self.published || self.state.is_none() {
            self.state = other.state;
        }
        self.published |= other.published;
        self.protected |= other.protected;
        self.started_at = self.started_at.or(other.started_at);
        self.ended_at = self.ended_at.or(other.ended_at);
        self.participants = self.participants.or(other.participants);
        let before = self.playback.len();
        for format in other.playback {
            self.put(format);
        }
        self.playback.len() > before
    }

    /// Adds a format of a kind that is not there yet.
    pub(super) fn put(&mut self, format: PlaybackFormat) {
        if self.playback.iter().all(|it| it.kind != format.kind) {
            self.playback.push(format);
        }
    }
}
