use crate::{Language, RecordingId, Timestamp, Visibility};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// By which way something was handed over. The text form is stored in the database: append, never
/// rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// `plenary ingest`.
    Command,
    /// A file in the watched spool.
    Spool,
    /// A folder in the watched tree of published recordings.
    Tree,
    /// A BigBlueButton server was asked for it, or announced it.
    Server,
    /// An archivist's browser.
    Upload,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a way in")]
pub struct InvalidWay {
    text: String,
}

impl Way {
    pub const ALL: [Self; 5] = [Self::Command, Self::Spool, Self::Tree, Self::Server, Self::Upload];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Spool => "spool",
            Self::Tree => "tree",
            Self::Server => "server",
            Self::Upload => "upload",
        }
    }
}

impl FromStr for Way {
    type Err = InvalidWay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidWay { text: text.to_owned() })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Identifies an arrival: 32 lowercase hex digits, drawn at random.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ArrivalId(Box<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not an arrival's ID", text.escape_debug())]
pub struct InvalidArrivalId {
    text: String,
}

impl ArrivalId {
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes).into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ArrivalId {
    type Err = InvalidArrivalId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(hex) {
            return Err(InvalidArrivalId { text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ArrivalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that lies somewhere and waits to be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArrival {
    pub way: Way,
    /// A path or an address. One arrival a way and place.
    pub place: String,
    /// Other than the last time: what lies there has changed.
    pub fingerprint: String,
    pub recording: Option<RecordingId>,
    /// JSON; what the way wants to remember, and `{}` if nothing.
    pub details: String,
}

/// What an archivist said of a file that they uploaded: as JSON, the [`NewArrival::details`] of
/// [`Way::Upload`]. It is stored: append, never rename.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UploadDetails {
    /// The file's name on their machine.
    pub file: String,
    /// Empty where they gave none: a BigBlueButton recording has one of its own.
    pub title: String,
    pub language: Option<Language>,
    /// When what the file holds began.
    pub started_at_ms: Option<Timestamp>,
    pub visibility: Option<Visibility>,
}

/// One thing that was handed over, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub id: ArrivalId,
    pub way: Way,
    pub place: String,
    pub recording: Option<RecordingId>,
    pub details: String,
    pub state: ArrivalState,
    pub attempt: u32,
    /// What came of it, or why the last try failed.
    pub message: Option<String>,
    pub arrived_at: Timestamp,
}

/// Where an arrival stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrivalState {
    Waiting {
        not_before: Timestamp,
    },
    Running,
    Done {
        at: Timestamp,
    },
    /// Waits for a person.
    Failed {
        at: Timestamp,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_hex_and_nothing_else() {
        let id = ArrivalId::from_bytes([0xab; 16]);
        assert_eq!(id.as_str().parse::<ArrivalId>().unwrap(), id);
        for text in ["", "../x", &"AB".repeat(16), &"ab".repeat(17)] {
            assert!(text.parse::<ArrivalId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_was_said_of_an_upload_is_read_for_ever() {
        let text = r#"{"file":"a.mp4","title":"A","language":"es","started_at_ms":5,
            "visibility":"members"}"#;
        let details = UploadDetails {
            file: "a.mp4".to_owned(),
            title: "A".to_owned(),
            language: "es".parse().ok(),
            started_at_ms: Some(Timestamp::from_unix_ms(5)),
            visibility: Some(Visibility::Members),
        };
        assert_eq!(serde_json::from_str::<UploadDetails>(text).unwrap(), details);
        let written = serde_json::to_string(&details).unwrap();
        assert_eq!(serde_json::from_str::<UploadDetails>(&written).unwrap(), details);
        assert_eq!(serde_json::from_str::<UploadDetails>("{}").unwrap(), UploadDetails::default());
    }

    #[test]
    fn every_way_is_read_as_it_is_written() {
        for way in Way::ALL {
            assert_eq!(way.as_str().parse::<Way>().unwrap(), way);
        }
    }
}
