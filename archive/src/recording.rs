use crate::{Language, Licence, MediaTime, Timestamp, Visibility};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Identifies one recording for its whole life: in the store, in the catalog and in URLs.
///
/// The text form is the internal meeting ID that BigBlueButton assigns: 40 lowercase hex digits
/// (a SHA-1), a dash, and the meeting's creation time as 13 decimal digits of Unix milliseconds.
/// Its `bbb-record` matches recording folders with the same pattern.
///
/// A value of this type is always well formed, so it is safe to use as a path segment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingId(Box<str>);

/// The text is not a recording ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a recording ID: expected 40 lowercase hex digits, `-` and 13 digits")]
pub struct InvalidRecordingId {
    text: String,
}

impl RecordingId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When the meeting was created: the digits after the dash.
    pub fn created_at(&self) -> Timestamp {
        let ms = self.0.rsplit('-').next().and_then(|it| it.parse().ok());
        Timestamp::from_unix_ms(ms.expect("a recording ID ends in 13 digits"))
    }
}

impl FromStr for RecordingId {
    type Err = InvalidRecordingId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.split_once('-').is_some_and(|(hash, created_ms)| {
            hash.len() == 40
                && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                && created_ms.len() == 13
                && created_ms.bytes().all(|b| b.is_ascii_digit())
        });
        if !well_formed {
            return Err(InvalidRecordingId { text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
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
    fn accepts_exactly_what_bigbluebutton_writes() {
        check(&format!("{HASH}-1531240585189"), true);
    }

    #[test]
    fn rejects_everything_that_could_leave_its_folder() {
        check("", false);
        check("../etc/passwd", false);
        check(&format!("{HASH}-153124058518"), false); // 12 digits
        check(&format!("{HASH}-1531240585189/.."), false);
        check(&format!("{}-1531240585189", HASH.to_uppercase()), false);
        check(&format!("{HASH}-1531240585189-1531240600000"), false); // a segment's ID
    }

    #[test]
    fn says_when_the_meeting_was_created() {
        let id: RecordingId = format!("{HASH}-1531240585189").parse().unwrap();
        assert_eq!(id.created_at(), Timestamp::from_unix_ms(1_531_240_585_189));
    }
}
