use crate::{Language, Licence, MediaTime, Timestamp, Visibility};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Identifies one recording for its whole life: in the store, in the catalog and in URLs.
///
/// The text form is one of two:
///
/// - the internal meeting ID that BigBlueButton assigns: lowercase hex digits (a SHA-1), a dash, and
///   the meeting's creation time as decimal digits of Unix milliseconds;
/// - a UUID in lowercase: what BigBlueButton assigned in 2011, and what this library makes of the
///   content of a file that is no BigBlueButton recording.
///
/// A value of this type is always well formed, so it is safe to use as a path segment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingId(Box<str>);

/// The text is not a recording ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a recording ID: expected lowercase hex digits, `-` and digits, or a UUID", text.escape_debug())]
pub struct InvalidRecordingId {
    text: String,
}

impl RecordingId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When the meeting was created: the digits after the dash. A UUID does not say.
    pub fn created_at(&self) -> Option<Timestamp> {
        if is_uuid(&self.0) {
            return None;
        }
        let (_, created_ms) = self.0.split_once('-')?;
        created_ms.parse().ok().map(Timestamp::from_unix_ms)
    }

    /// The ID of a recording that is nothing but one file: a UUID (RFC 9562, version 8) made of the
    /// file's SHA-256, so that the same file is the same recording.
    pub fn of_content(sha256: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&sha256[..16]);
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = hex::encode(bytes);
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        Self(parts.join("-").into())
    }
}

impl FromStr for RecordingId {
    type Err = InvalidRecordingId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !is_bigbluebuttons(text) && !is_uuid(text) {
            return Err(InvalidRecordingId { text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

/// BigBlueButton writes 40 and 13 digits; others that write its files are not so exact.
fn is_bigbluebuttons(text: &str) -> bool {
    text.split_once('-').is_some_and(|(hash, created_ms)| {
        (1..=64).contains(&hash.len())
            && hash.bytes().all(is_hex)
            && (1..=16).contains(&created_ms.len())
            && created_ms.bytes().all(|it| it.is_ascii_digit())
    })
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    text.split('-').map(str::len).eq(lengths) && text.bytes().all(|it| it == b'-' || is_hex(it))
}

const fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

impl fmt::Display for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RecordingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordingId({})", self.0)
    }
}

impl<'de> Deserialize<'de> for RecordingId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for RecordingId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// What the catalog knows of one recording: the part that people read and archivists edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    pub id: RecordingId,
    pub title: String,
    /// Plain text, may be empty.
    pub description: String,
    pub licence: Option<Licence>,
    /// The language that the recording was declared to be in; `None` leaves it to detection.
    pub language: Option<Language>,
    pub visibility: Visibility,
    /// When the meeting began.
    pub started_at: Timestamp,
    /// Length of the published media, not of the meeting.
    pub duration: MediaTime,
    /// How many people took part, where BigBlueButton says so.
    pub participants: Option<u32>,
    /// When the library took it in.
    pub ingested_at: Timestamp,
    /// Which co-operative or project it belongs to, as the meeting said; `None` where it did not.
    pub space: Option<String>,
    /// What it is about, in words; no two are the same.
    pub subjects: Vec<String>,
    /// What became of it on the server that it came from.
    pub server_state: ServerState,
}

/// What became of a recording on the server that it came from. Whatever it is, nothing of the
/// recording is erased here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ServerState {
    #[default]
    Published,
    /// Its owners took it down.
    Unpublished,
    /// Its owners deleted it; BigBlueButton moves it to a folder of that name.
    Deleted,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a state: expected `published`, `unpublished` or `deleted`")]
pub struct InvalidServerState {
    text: String,
}

impl ServerState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for ServerState {
    type Err = InvalidServerState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Published, Self::Unpublished, Self::Deleted]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidServerState { text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c";

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(text.parse::<RecordingId>().is_ok(), expected, "{text:?}");
    }

    #[test]
    fn accepts_what_bigbluebutton_writes_now_and_wrote_in_2011() {
        check(&format!("{HASH}-1531240585189"), true);
        check("183f-1", true);
        check("1b199e88-7df7-4842-a5f1-0e84b781c5c8", true);
    }

    #[test]
    fn the_same_content_is_the_same_recording() {
        let id = RecordingId::of_content(&[0xff; 32]);
        assert_eq!(id.as_str(), "ffffffff-ffff-8fff-bfff-ffffffffffff");
        check(id.as_str(), true);
        assert_ne!(id, RecordingId::of_content(&[0xfe; 32]));
    }

    #[test]
    fn rejects_everything_that_could_leave_its_folder() {
        check("", false);
        check("../etc/passwd", false);
        check("183f", false);
        check("183f-", false);
        check("1b199e88-7df7-4842-a5f1-0e84b781c5c8/..", false);
        check("1b199e88-7df7-4842-a5f10e84-b781c5c8", false);
        check(&format!("{HASH}-1531240585189/.."), false);
        check(&format!("{}-1531240585189", HASH.to_uppercase()), false);
        check(&format!("{HASH}-1531240585189-1531240600000"), false); // a segment's ID
    }

    #[test]
    fn says_when_the_meeting_was_created() {
        let id: RecordingId = format!("{HASH}-1531240585189").parse().unwrap();
        assert_eq!(id.created_at(), Some(Timestamp::from_unix_ms(1_531_240_585_189)));
        let uuid: RecordingId = "1b199e88-7df7-4842-a5f1-0e84b781c5c8".parse().unwrap();
        assert_eq!(uuid.created_at(), None);
    }
}
