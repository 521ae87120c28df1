use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Identifies an upload: 32 lowercase hex digits, drawn at random, so that it is safe in a path and
/// nobody guesses another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct UploadId(Box<str>);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an upload's ID")]
pub(crate) struct InvalidUploadId;

impl UploadId {
    pub(crate) fn draw() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex::encode(bytes).into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UploadId {
    type Err = InvalidUploadId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let well_formed = text.len() == 32 && text.bytes().all(hex);
        well_formed.then(|| Self(text.into())).ok_or(InvalidUploadId)
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file's name that is safe in a path: letters, digits, `-`, `_` and `.`, not beginning with a dot,
/// at most 120 bytes. What ends it stays, as it says what the file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String")]
pub(crate) struct FileName(String);

const LONGEST: usize = 120;

impl From<String> for FileName {
    fn from(text: String) -> Self {
        Self::made_of(&text)
    }
}

impl FileName {
    /// Makes one of what a browser calls a file. Every text gives a name, and a name gives itself.
    pub(crate) fn made_of(text: &str) -> Self {
        let mut name = String::with_capacity(text.len());
        for letter in text.chars() {
            if letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.') {
                name.push(letter);
            } else if !name.ends_with('-') {
                name.push('-');
            }
        }
        let name = name.trim_matches(['-', '.']);
        let (stem, end) = match name.rsplit_once('.') {
            Some((stem, end)) if end.len() <= 12 && !stem.is_empty() => (stem, format!(".{end}")),
            _ => (name, String::new()),
        };
        let mut stem = stem.to_owned();
        while stem.len() + end.len() > LONGEST {
            stem.pop();
        }
        let stem = stem.trim_end_matches(['-', '.']);
        Self(if stem.is_empty() { format!("file{end}") } else { format!("{stem}{end}") })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the file is packed, as recordings of BigBlueButton come: they say themselves what they
    /// are called.
    pub(crate) fn is_packed(&self) -> bool {
        let name = self.0.to_lowercase();
        [".tar", ".tar.gz", ".tgz", ".zip"].iter().any(|it| name.ends_with(it))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_made_safe_and_keep_what_tells_their_kind() {
        let cases = [
            ("meeting.mp4", "meeting.mp4"),
            ("Versammlung März (2).MOV", "Versammlung-März-2.MOV"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", "file"),
            ("", "file"),
            (".part", "part"),
            (".upload.json", "upload.json"),
            ("C:\\fakepath\\a b.tar.gz", "C-fakepath-a-b.tar.gz"),
            ("a\0b\nc.webm", "a-b-c.webm"),
            ("/.mp4", "mp4"),
            ("会議 2026.mkv", "会議-2026.mkv"),
        ];
        for (text, expected) in cases {
            assert_eq!(FileName::made_of(text).as_str(), expected, "{text:?}");
        }
        let long = FileName::made_of(&format!("{}.webm", "ñ".repeat(500)));
        assert!(long.as_str().len() <= LONGEST && long.as_str().ends_with("ñ.webm"), "{long}");
    }

    #[test]
    fn what_is_packed_is_told_by_its_end() {
        for (name, packed) in
            [("a.tar", true), ("a.TGZ", true), ("a.tar.gz", true), ("a.gz", false), ("tar", false)]
        {
            assert_eq!(FileName::made_of(name).is_packed(), packed, "{name}");
        }
    }

    #[test]
    fn an_id_is_hex_and_nothing_else() {
        let id = UploadId::draw().unwrap();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        for text in ["", "..", &"AB".repeat(16), &"ab".repeat(17), ".making-"] {
            assert_eq!(text.parse::<UploadId>(), Err(InvalidUploadId), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_gives_a_safe_name(text in any::<String>()) {
            let name = FileName::made_of(&text);
            let it = name.as_str();
            prop_assert!(!it.is_empty() && it.len() <= LONGEST && !it.starts_with('.'), "{it}");
            prop_assert!(!it.contains(['/', '\\', '\0']), "{it}");
            prop_assert_eq!(FileName::made_of(it), name.clone());
        }
    }
}
