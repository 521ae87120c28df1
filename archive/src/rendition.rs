use crate::{MediaTime, SourceRole};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a rendition is made of: the cameras, the shared screen, or the room's sound alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    Audio,
    Webcams,
    Deskshare,
}

impl Track {
    pub const ALL: [Self; 3] = [Self::Audio, Self::Webcams, Self::Deskshare];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Webcams => "webcams",
            Self::Deskshare => "deskshare",
        }
    }

    /// Which of the recording's files the picture of this track comes from.
    pub const fn picture_source(self) -> Option<SourceRole> {
        match self {
            Self::Audio => None,
            Self::Webcams => Some(SourceRole::Webcams),
            Self::Deskshare => Some(SourceRole::Deskshare),
        }
    }

    /// The HLS multivariant playlist that offers this track's renditions.
    pub fn playlist(self) -> DerivedFile {
        DerivedFile(format!("{}.m3u8", self.as_str()).into())
    }
}

impl FromStr for Track {
    type Err = InvalidDerivedFile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidDerivedFile { text: text.to_owned() })
    }
}

/// One encoding of a track: a single CMAF file that is played by byte ranges, and its playlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    pub track: Track,
    pub kind: RenditionKind,
    /// RFC 6381, for example `avc1.64001f`.
    pub codecs: String,
    /// The most that any segment needs, in bits a second: HLS `BANDWIDTH`.
    pub peak_bitrate: u64,
    pub average_bitrate: u64,
    /// The CMAF file, for example `webcams-480p.mp4`.
    pub media: DerivedFile,
    /// Its HLS media playlist, for example `webcams-480p.m3u8`.
    pub playlist: DerivedFile,
    pub size_bytes: u64,
    pub duration: MediaTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenditionKind {
    Audio,
    Video { width: u32, height: u32 },
}

/// Which still pictures exist of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pictures {
    /// `poster.jpg`
    pub poster: bool,
    /// `storyboard.jpg` with its index `storyboard.vtt`
    pub storyboard: bool,
}

/// The name of a file that a stage made of a recording, which pages and players ask for.
///
/// One path segment of lowercase ASCII letters, digits and dashes, a dot and an extension, so it is
/// safe in a path and in a URL: `webcams-480p.mp4`, `poster.jpg`, `captions-es.vtt`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DerivedFile(Box<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the name of a derived file")]
pub struct InvalidDerivedFile {
    text: String,
}

impl DerivedFile {
    pub fn poster() -> Self {
        Self("poster.jpg".into())
    }

    pub fn storyboard() -> Self {
        Self("storyboard.jpg".into())
    }

    /// `WebVTT` whose cues name a rectangle of the storyboard (`storyboard.jpg#xywh=…`).
    pub fn storyboard_index() -> Self {
        Self("storyboard.vtt".into())
    }

    /// The waveform: JSON `{"per_second": 20, "peaks": [0..=255, …]}`.
    pub fn peaks() -> Self {
        Self("peaks.json".into())
    }

    /// Captions made of the transcript, as `WebVTT`.
    pub fn captions(language: crate::Language) -> Self {
        Self(format!("captions-{language}.vtt").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The media type to serve it as.
    pub fn media_type(&self) -> &'static str {
        match self.0.rsplit('.').next() {
            Some("m3u8") => "application/vnd.apple.mpegurl",
            Some("mp4") => "video/mp4",
            Some("m4a") => "audio/mp4",
            Some("jpg") => "image/jpeg",
            Some("vtt") => "text/vtt; charset=utf-8",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        }
    }
}

impl FromStr for DerivedFile {
    type Err = InvalidDerivedFile;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        };
        let well_formed = text.len() <= 80
            && text.split_once('.').is_some_and(|(stem, kind)| plain(stem) && plain(kind));
        if !well_formed {
            return Err(InvalidDerivedFile { text: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for DerivedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for DerivedFile {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DerivedFile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_file_is_one_plain_segment() {
        for text in ["webcams-480p.mp4", "audio.m3u8", "captions-es.vtt"] {
            assert!(text.parse::<DerivedFile>().is_ok(), "{text:?}");
        }
        for text in ["", "noextension", "../x.mp4", "a/b.mp4", "A.mp4", "a.b.mp4", ".mp4", "a."] {
            assert!(text.parse::<DerivedFile>().is_err(), "{text:?}");
        }
    }
}
