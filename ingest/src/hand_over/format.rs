use archive::RecordingId;
use std::{fmt, str::FromStr};

/// In which form a recording was handed over: the first part of every original's path.
///
/// The published ones are called what BigBlueButton calls them (the name of their folder below
/// `published/`, and `playback/format` of their `metadata.xml`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    Presentation,
    Video,
    Podcast,
    Notes,
    Screenshare,
    AiSummary,
    /// The raw archive: `recording/raw/<id>`.
    Raw,
    /// A file that is no recording of BigBlueButton.
    Upload,
    /// Another published format.
    Other(Box<str>),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not the name of a format", text.escape_debug())]
pub struct InvalidFormat {
    text: String,
}

/// First parts of paths that mean something else here, and folders of a server that are no format.
const TAKEN: [&str; 9] = [
    "superseded",
    "published",
    "unpublished",
    "deleted",
    "recording",
    "status",
    "events",
    "captions",
    "process",
];

impl Format {
    const KNOWN: [Self; 8] = [
        Self::Presentation,
        Self::Video,
        Self::Podcast,
        Self::Notes,
        Self::Screenshare,
        Self::AiSummary,
        Self::Raw,
        Self::Upload,
    ];

    pub fn as_str(&self) -> &str {
        match self {
            Self::Presentation => "presentation",
            Self::Video => "video",
            Self::Podcast => "podcast",
            Self::Notes => "notes",
            Self::Screenshare => "screenshare",
            Self::AiSummary => "ai-summary",
            Self::Raw => "raw",
            Self::Upload => "upload",
            Self::Other(name) => name,
        }
    }

    /// A format that `metadata.xml` may name.
    pub(crate) fn published(name: &str) -> Option<Self> {
        name.parse().ok().filter(|it| !matches!(it, Self::Raw | Self::Upload))
    }

    /// A format by the name of the folder that recordings lie in, where that name alone tells.
    pub(crate) fn of_folder(name: &str) -> Option<Self> {
        name.parse().ok().filter(|it| !matches!(it, Self::Other(_) | Self::Upload))
    }
}

impl FromStr for Format {
    type Err = InvalidFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(known) = Self::KNOWN.into_iter().find(|it| it.as_str() == text) {
            return Ok(known);
        }
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-_".contains(&it);
        let well_formed = (1..=40).contains(&text.len())
            && text.starts_with(|it: char| it.is_ascii_lowercase())
            && text.bytes().all(plain)
            && !TAKEN.contains(&text)
            && text.parse::<RecordingId>().is_err();
        if !well_formed {
            return Err(InvalidFormat { text: text.to_owned() });
        }
        Ok(Self::Other(text.into()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_as_it_is_written() {
        for format in Format::KNOWN {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!("statistics".parse(), Ok(Format::Other("statistics".into())));
    }

    #[test]
    fn what_could_pass_for_something_else_is_no_format() {
        let long = "x".repeat(41);
        for text in [
            "",
            ".",
            "..",
            "a/b",
            "superseded",
            "deleted",
            "Video",
            "1x",
            "abc-1531240585189",
            &long,
        ] {
            assert!(text.parse::<Format>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_published_recording_cannot_call_itself_raw() {
        assert_eq!(Format::published("raw"), None);
        assert_eq!(Format::published("podcast"), Some(Format::Podcast));
        assert_eq!(Format::of_folder("raw"), Some(Format::Raw));
        assert_eq!(Format::of_folder("recordings"), None);
    }
}
