use crate::{Language, MediaTime, SourcePath, TimeRange};

/// What a meeting held besides its media: slides, chat, polls, screen shares, speaker turns.
///
/// Ingest understands it once; every time in it is already a position in the published media.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    pub slides: Vec<Slide>,
    /// In the order of their start.
    pub showings: Vec<SlideShowing>,
    /// In the order they were sent.
    pub chat: Vec<ChatMessage>,
    pub polls: Vec<Poll>,
    /// When a screen was shared; the deskshare video is blank elsewhere.
    pub shares: Vec<TimeRange>,
    /// In the order of their start; turns of different speakers may overlap.
    pub turns: Vec<SpeakerTurn>,
    pub captions: Vec<CaptionTrack>,
    /// Videos from elsewhere that were played to everyone, in order.
    pub external_videos: Vec<ExternalVideo>,
    /// What was written on the whiteboard, in order.
    pub whiteboard: Vec<WhiteboardText>,
    /// The shared notes as plain text; empty where there were none.
    pub notes: String,
    /// Recordings of single microphones, where the server made some.
    pub voice_tracks: Vec<VoiceTrack>,
    /// The names behind the speaker numbers, kept apart from everything that is shown.
    pub speaker_names: Vec<(SpeakerNumber, String)>,
}

/// One page of a presentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slide {
    /// Counts the recording's slides from 1, in the order they were first shown.
    pub number: u32,
    pub image: SourcePath,
    pub thumbnail: Option<SourcePath>,
    /// The text on it, may be empty.
    pub text: String,
}

/// A slide on the screen for a while. The same slide may be shown many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlideShowing {
    /// [`Slide::number`].
    pub slide: u32,
    pub range: TimeRange,
}

/// A public chat message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatMessage {
    pub at: MediaTime,
    /// The name as BigBlueButton published it: anonymised there if the meeting asked for it.
    pub sender: String,
    /// Plain text; the HTML that BigBlueButton stores is taken off at ingest.
    pub text: String,
    /// The message that it answers: its place in [`Contents::chat`], from 0, never later than its own.
    pub reply_to: Option<u32>,
    /// Whether its sender changed it after sending; `text` is what it became.
    pub edited: bool,
}

/// A video from elsewhere that was played to everyone. It is never fetched: people get a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalVideo {
    pub at: MediaTime,
    /// `http:` or `https:`.
    pub url: String,
}

/// A text that somebody wrote on the whiteboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhiteboardText {
    pub at: MediaTime,
    pub text: String,
}

/// The recording of one microphone, in the raw archive of servers that record each apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoiceTrack {
    pub speaker: SpeakerNumber,
    pub file: SourcePath,
    /// Where in the published media it lies. Its bytes may begin before and end after that.
    pub range: TimeRange,
}

/// A poll whose result was published to everyone. Who answered what is never taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    pub at: MediaTime,
    /// May be empty: BigBlueButton's quick polls have no question.
    pub question: String,
    pub answers: Vec<PollAnswer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollAnswer {
    pub text: String,
    pub votes: u32,
}

/// A speaker of one recording by number, from 1 in the order of their first turn.
///
/// A pseudonym: who it is lies in a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpeakerNumber(pub u32);

/// One speaker's microphone was talking for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeakerTurn {
    pub speaker: SpeakerNumber,
    pub range: TimeRange,
}

/// Captions that came with the recording, as `WebVTT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptionTrack {
    pub language: Language,
    /// The name of the track as BigBlueButton lists it, for example `English`.
    pub label: String,
    pub file: SourcePath,
}

impl Contents {
    /// Who spoke most of `range`: the speaker whose turns overlap it longest, or `None` in silence.
    pub fn speaker_of(&self, range: TimeRange) -> Option<SpeakerNumber> {
        let mut spoken = std::collections::BTreeMap::new();
        for turn in &self.turns {
            *spoken.entry(turn.speaker).or_insert(std::time::Duration::ZERO) +=
                turn.range.overlap(range);
        }
        let longest = spoken.into_iter().filter(|(_, time)| !time.is_zero());
        // On a tie the lower number wins, so that the answer does not depend on anything else.
        longest.max_by_key(|&(speaker, time)| (time, std::cmp::Reverse(speaker))).map(|it| it.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> TimeRange {
        TimeRange::new(MediaTime::from_ms(start), MediaTime::from_ms(end)).unwrap()
    }

    #[test]
    fn a_range_belongs_to_who_spoke_most_of_it() {
        let turn = |speaker, start, end| SpeakerTurn {
            speaker: SpeakerNumber(speaker),
            range: range(start, end),
        };
        let contents = Contents {
            turns: vec![turn(1, 0, 1_000), turn(2, 900, 2_000), turn(1, 2_000, 2_500)],
            ..Contents::default()
        };
        assert_eq!(contents.speaker_of(range(0, 1_000)), Some(SpeakerNumber(1)));
        assert_eq!(contents.speaker_of(range(800, 2_200)), Some(SpeakerNumber(2)));
        assert_eq!(contents.speaker_of(range(3_000, 4_000)), None);
    }
}
