use crate::{ObjectKey, RecordingId, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What was handed over for a recording: every original file, with its size and digest.
///
/// This type may change freely; what lies in the store is one of the frozen forms of `Stored`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub recording: RecordingId,
    pub ingested_at: Timestamp,
    /// Sorted by path.
    pub files: Vec<SourceFile>,
}

/// One original file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Where it lay in what was handed over: `<format>/<path>`.
    pub path: SourcePath,
    pub size_bytes: u64,
    /// Lowercase hex.
    pub sha256: String,
    pub role: SourceRole,
    #[serde(default)]
    pub kept: Kept,
}

/// Where in the store an original's bytes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kept {
    /// Under its path: so did the first version of this program.
    #[default]
    Path,
    /// Under its digest, so that other bytes for the same path replace nothing.
    Digest,
}

impl Kept {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Digest => "digest",
        }
    }
}

impl FromStr for Kept {
    type Err = InvalidSourcePath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Path, Self::Digest]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidSourcePath { path: text.to_owned() })
    }
}

impl SourceFile {
    /// Where its bytes lie.
    pub fn key<'a>(&'a self, recording: &'a RecordingId) -> ObjectKey<'a> {
        match self.kept {
            Kept::Path => ObjectKey::Source { recording, path: &self.path },
            Kept::Digest => ObjectKey::Original { recording, sha256: &self.sha256 },
        }
    }
}

/// What an original file is to the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceRole {
    /// The cameras' video with the room's sound. Where none came, the one video that did: a film of
    /// the whole meeting, or an uploaded one.
    Webcams,
    /// The shared screen's video.
    Deskshare,
    /// The room's sound, where no camera was on.
    Audio,
    /// Kept, and of no use to a stage: another encoding of the same, slides, texts, events.
    Other,
}

impl SourceRole {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Webcams => "webcams",
            Self::Deskshare => "deskshare",
            Self::Audio => "audio",
            Self::Other => "other",
        }
    }
}

impl FromStr for SourceRole {
    type Err = InvalidSourcePath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Webcams, Self::Deskshare, Self::Audio, Self::Other]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidSourcePath { path: text.to_owned() })
    }
}

/// Where an original file lay in what was handed over, with `/` between its parts, for example
/// `presentation/video/webcams.webm`.
///
/// Relative, and never leads outside: no empty part, no `.` or `..`, no backslash, no control
/// character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(Box<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a path inside a recording", path.escape_debug())]
pub struct InvalidSourcePath {
    path: String,
}

impl SourcePath {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The media type to serve it as, by its extension.
    pub fn media_type(&self) -> &'static str {
        match self.0.rsplit('.').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "svg" => "image/svg+xml",
            "vtt" => "text/vtt; charset=utf-8",
            "webm" => "video/webm",
            "mp4" | "m4v" => "video/mp4",
            "ogg" => "audio/ogg",
            _ => "application/octet-stream",
        }
    }
}

impl FromStr for SourcePath {
    type Err = InvalidSourcePath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.len() <= 1024
            && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
            && !text.chars().any(|it| it == '\\' || it.is_control());
        if !well_formed {
            return Err(InvalidSourcePath { path: text.to_owned() });
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for SourcePath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SourcePath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The stored forms of a manifest. A form that was ever written is never edited again; a change is
/// a new variant and a `From`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
enum Stored {
    #[serde(rename = "1")]
    V1(ManifestV1),
    /// As the first, and each file says where it is kept.
    #[serde(rename = "2")]
    V2(ManifestV1),
}

#[derive(Serialize, Deserialize)]
struct ManifestV1 {
    recording: RecordingId,
    ingested_at_ms: Timestamp,
    files: Vec<SourceFile>,
}

impl Manifest {
    /// The file that plays a part, if one was handed over.
    pub fn file(&self, role: SourceRole) -> Option<&SourceFile> {
        self.files.iter().find(|it| it.role == role)
    }

    /// Writes the newest stored form.
    pub fn to_json(&self) -> Vec<u8> {
        let stored = Stored::V2(ManifestV1 {
            recording: self.recording.clone(),
            ingested_at_ms: self.ingested_at,
            files: self.files.clone(),
        });
        serde_json::to_vec_pretty(&stored).expect("a manifest is plain data")
    }

    /// Reads any stored form.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        let (Stored::V1(manifest) | Stored::V2(manifest)) = serde_json::from_slice(json)?;
        let ManifestV1 { recording, ingested_at_ms, files } = manifest;
        Ok(Self { recording, ingested_at: ingested_at_ms, files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leads_outside() {
        for text in ["metadata.xml", "presentation/Folie 1 – Übersicht.png", "a/b/c"] {
            assert!(text.parse::<SourcePath>().is_ok(), "{text:?}");
        }
        for text in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/./b", "a\\b", "a\0b", "a/"] {
            assert!(text.parse::<SourcePath>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_first_stored_form_is_read_for_ever() {
        let manifest = Manifest::from_json(include_bytes!("../tests/manifest.v1.json")).unwrap();
        assert_eq!(manifest.files.len(), 2);
        assert_eq!(manifest.file(SourceRole::Webcams).unwrap().size_bytes, 1_234);
        assert_eq!(Manifest::from_json(&manifest.to_json()).unwrap(), manifest);
    }
}
