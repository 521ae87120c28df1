//! A file that is no recording of BigBlueButton, taken in as one.

use super::{folder::Folder, media_kind, originals::Original};
use crate::IngestError;
use archive::{RecordingId, SourcePath, Timestamp, UploadDetails};
use sha2::{Digest as _, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
    time::UNIX_EPOCH,
};

/// The longest name that is kept, in bytes.
const MOST_NAME_BYTES: usize = 200;

/// Looks at a file: what it is, and which recording. Reads all of it. Blocks.
pub(crate) fn look(file: &Path, details: &UploadDetails) -> Result<Folder, IngestError> {
    let failed = |source| IngestError::Read { path: file.to_owned(), source };
    let opened = File::open(file).map_err(failed)?;
    let Some(role) = media_kind::of(&opened).map_err(failed)? else {
        return Err(IngestError::UnknownFile { path: file.to_owned() });
    };
    let name = match details.file.trim() {
        "" => file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        name => name.to_owned(),
    };
    let mut details = details.clone();
    if details.title.trim().is_empty() {
        details.title = title(&name);
    }
    if details.started_at_ms.is_none() {
        let written = fs::metadata(file).and_then(|it| it.modified()).map_err(failed)?;
        let since = written.duration_since(UNIX_EPOCH).ok();
        let ms = since.and_then(|it| i64::try_from(it.as_millis()).ok());
        details.started_at_ms = ms.map(Timestamp::from_unix_ms);
    }
    let original = Original { role, ..Original::new(path(&name), file.to_owned())? };
    let id = RecordingId::of_content(&sha256(file).map_err(failed)?);
    details.file = name;
    Ok(Folder { id, originals: vec![original], details: Some(details), warnings: Vec::new() })
}

/// Where a file is kept, whatever its name was.
fn path(name: &str) -> SourcePath {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |it: char| if it.is_control() { '_' } else { it };
    let name: String = name.chars().map(plain).collect();
    let name = name.trim().trim_start_matches('.');
    // The end says what it is.
    let excess = name.len().saturating_sub(MOST_NAME_BYTES);
    let from = (excess..=name.len()).find(|&it| name.is_char_boundary(it)).unwrap_or(name.len());
    let name = if name[from..].is_empty() { "file" } else { &name[from..] };
    format!("upload/{name}").parse().expect("it is one plain name")
}

/// A title, where nobody gave one: the file's name without its end.
fn title(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    let words = stem.split(|it: char| it == '_' || it.is_whitespace() || it.is_control());
    words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

pub(super) fn sha256(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 256 << 10];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(digest.finalize().into()),
            length => digest.update(&chunk[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_what_is_harmless() {
        let cases = [
            ("Übung 3.mp4", "upload/Übung 3.mp4"),
            ("C:\\Users\\ada\\talk.ogg", "upload/talk.ogg"),
            ("../../etc/passwd", "upload/passwd"),
            ("..", "upload/file"),
            ("a\nb.wav", "upload/a_b.wav"),
            ("", "upload/file"),
        ];
        for (name, expected) in cases {
            assert_eq!(path(name).as_str(), expected, "{name:?}");
        }
        assert!(path(&format!("{}.mp4", "ü".repeat(200))).as_str().ends_with("ü.mp4"));
        assert_eq!(title("/x/Annual_meeting  2026.final.mp4"), "Annual meeting 2026.final");
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_path(name in "\\PC{0,300}|.{0,300}") {
            prop_assert!(path(&name).as_str().len() <= 210);
        }
    }
}
