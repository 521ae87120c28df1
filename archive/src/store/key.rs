use crate::{DerivedFile, RecordingId, SourcePath};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// Every kind of object that the archive keeps, and where it lies in the store.
///
/// This is the only place that makes object paths. Each is ASCII, so it means the same to every
/// file system and bucket, and different keys never share one:
///
/// | Key | Path |
/// | --- | --- |
/// | `Original` | `recordings/<id>/originals/<first 40 digits of the SHA-256>` |
/// | `Source` | `recordings/<id>/source/<path as it was handed over>` |
/// | `Manifest` | `recordings/<id>/manifest.json` |
/// | `SpeechAudio` | `recordings/<id>/speech.wav` |
/// | `Derived` | `recordings/<id>/derived/<file>` |
///
/// In a source's path, every byte of UTF-8 other than ASCII letters, digits, `.`, `_` and `-` is
/// written as `%` and two hex digits: `Übersicht 1.png` lies under `%C3%9Cbersicht%201.png`. A path
/// too long for a file system or bucket once written so lies under `~` and its SHA-256 instead; no
/// other path has a `~`. Nothing reads paths back: the manifest has the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKey<'a> {
    /// An original file by its digest (lowercase hex), never rewritten.
    Original { recording: &'a RecordingId, sha256: &'a str },
    /// An original file by its path, as the first version of this program kept it.
    Source { recording: &'a RecordingId, path: &'a SourcePath },
    /// What was handed over: [`Manifest`](crate::Manifest) as JSON.
    Manifest { recording: &'a RecordingId },
    /// What speech recognition hears: WAV, 16 kHz, mono, signed 16 bit.
    SpeechAudio { recording: &'a RecordingId },
    /// A file that a stage made for pages and players.
    Derived { recording: &'a RecordingId, file: &'a DerivedFile },
}

/// A file name may have 255 bytes on common file systems, and S3 servers that keep objects as files
/// add to it.
const MAX_PART_BYTES: usize = 200;

/// An S3 key may have 1024 bytes; what lies before a source's path has at most 300.
const MAX_SOURCE_BYTES: usize = 700;

/// Of an original's digest: 160 bits, as many as git has, so that keys stay short for S3 servers that
/// keep objects as files.
const ORIGINAL_DIGITS: usize = 40;

/// Where unfinished objects of a folder lie.
pub(super) const INCOMING: &str = "incoming";

/// Writes the path below the store's own root.
impl fmt::Display for ObjectKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Original { recording, sha256 } => {
                let digest = sha256.get(..ORIGINAL_DIGITS).unwrap_or(sha256);
                write!(f, "recordings/{recording}/originals/{digest}")
            }
            Self::Source { recording, path } => {
                write!(f, "recordings/{recording}/source/{}", source_parts(path))
            }
            Self::Manifest { recording } => write!(f, "recordings/{recording}/manifest.json"),
            Self::SpeechAudio { recording } => write!(f, "recordings/{recording}/speech.wav"),
            Self::Derived { recording, file } => {
                write!(f, "{}/{file}", derived_folder(recording))
            }
        }
    }
}

pub(super) fn derived_folder(recording: &RecordingId) -> String {
    format!("recordings/{recording}/derived")
}

fn source_parts(path: &SourcePath) -> String {
    let parts: Vec<String> = path.parts().map(encode).collect();
    let encoded = parts.join("/");
    if encoded.len() > MAX_SOURCE_BYTES || parts.iter().any(|it| it.len() > MAX_PART_BYTES) {
        return format!("~{}", hex::encode(Sha256::digest(path.as_str())));
    }
    encoded
}

fn encode(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' => {
                encoded.push(byte.into());
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";

    const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const ORIGINAL: &str = "originals/e3b0c44298fc1c149afbf4c8996fb92427ae41e4";

    fn source(path: &str) -> String {
        let (recording, path) = (ID.parse().unwrap(), path.parse().unwrap());
        ObjectKey::Source { recording: &recording, path: &path }.to_string()
    }

    #[test]
    fn every_kind_has_its_place() {
        let recording = &ID.parse().unwrap();
        let file = &DerivedFile::poster();
        let cases = [
            (ObjectKey::Manifest { recording }, "manifest.json"),
            (ObjectKey::Original { recording, sha256: DIGEST }, ORIGINAL),
            (ObjectKey::SpeechAudio { recording }, "speech.wav"),
            (ObjectKey::Derived { recording, file }, "derived/poster.jpg"),
        ];
        for (key, expected) in cases {
            assert_eq!(key.to_string(), format!("recordings/{ID}/{expected}"));
        }
    }

    #[test]
    fn a_source_keeps_its_folders_and_loses_what_is_not_plain() {
        let long = format!("a/{}", "ä".repeat(34)); // 68 bytes of UTF-8, 204 once written
        let longer = "b/".repeat(400) + "c";
        let cases = [
            ("presentation/video/webcams.webm", "presentation/video/webcams.webm"),
            ("Übersicht 1.png", "%C3%9Cbersicht%201.png"),
            ("a/%2E%2E/b", "a/%252E%252E/b"),
            ("a#1/~b", "a%231/%7Eb"),
            ("...", "..."),
            (&long, "~1a19ecf810e6dcf40fe003c190416b676900ac6b1bc183974dfc9817efe84dd4"),
            (&longer, "~9a41c6decdf33e933aadbc91870b48a3ca0ef27832a69fcaab9eca7819dbc46d"),
        ];
        for (path, expected) in cases {
            assert_eq!(source(path), format!("recordings/{ID}/source/{expected}"), "{path:?}");
        }
    }

    fn paths() -> impl Strategy<Value = SourcePath> {
        // Few letters, so that near misses come up; and a long one now and then.
        let plain = r"[aA%2EeF~#.ü/ ]{1,12}|[aü]{60,80}";
        plain.prop_filter_map("not a source path", |it| it.parse().ok())
    }

    proptest! {
        #[test]
        fn different_sources_lie_in_different_places(a in paths(), b in paths()) {
            prop_assert_eq!(a == b, source(a.as_str()) == source(b.as_str()));
        }

        #[test]
        fn no_source_leaves_its_folder(text in r"\PC{1,300}") {
            let Ok(path) = text.parse::<SourcePath>() else { return Ok(()) };
            let written = source(path.as_str());
            let inside = written.strip_prefix(&format!("recordings/{ID}/source/"));
            let inside = inside.expect("the folder's own prefix");
            prop_assert!(written.is_ascii() && written.len() < 800);
            for part in inside.split('/') {
                prop_assert!(!matches!(part, "" | "." | "..") && part.len() <= 200, "{}", part);
            }
        }
    }
}
