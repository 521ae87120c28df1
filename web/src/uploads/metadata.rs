//! What a browser says of a file, in tus's `Upload-Metadata`: names and their values in Base64, with
//! commas between (tus 1.0, "Creation").

use super::FileName;
use archive::{Timestamp, UploadDetails};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{civil::DateTime, tz::TimeZone};
use std::collections::HashMap;

const LONGEST: usize = 8 << 10;
const LONGEST_TITLE: usize = 300;

/// What was said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) name: FileName,
    pub(crate) details: UploadDetails,
}

/// Each says, to whoever fills in the form, what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MetadataError {
    #[error("the upload's metadata cannot be read")]
    Unreadable,
    #[error("the upload's metadata name no file")]
    NoName,
    #[error("a file that is no recording needs a title")]
    NoTitle,
    #[error("the upload's language is not a language's tag")]
    Language,
    #[error("the upload's date is not a date and time such as `2026-11-22T14:45`")]
    Date,
    #[error("the upload's visibility is not `public`, `members` or `private`")]
    Visibility,
}

impl Metadata {
    /// Reads `filename`, `title`, `language`, `date` (local to `zone`) and `visibility`; others are
    /// left out.
    pub(crate) fn read(header: &str, zone: &TimeZone) -> Result<Self, MetadataError> {
        let values = values(header)?;
        let value = |name| values.get(name).map_or("", |it| it.trim());
        let file: String = value("filename").chars().take(LONGEST_TITLE).collect();
        if file.is_empty() {
            return Err(MetadataError::NoName);
        }
        let name = FileName::made_of(&file);
        let title: String = value("title").chars().take(LONGEST_TITLE).collect();
        if title.is_empty() && !name.is_packed() {
            return Err(MetadataError::NoTitle);
        }
        let language = read(value("language"), |it| it.parse().ok());
        let visibility = read(value("visibility"), |it| it.parse().ok());
        let started_at_ms = read(value("date"), |it| moment(it, zone));
        let details = UploadDetails {
            file,
            title,
            language: language.ok_or(MetadataError::Language)?,
            started_at_ms: started_at_ms.ok_or(MetadataError::Date)?,
            visibility: visibility.ok_or(MetadataError::Visibility)?,
        };
        Ok(Self { name, details })
    }
}

/// `None` for what cannot be read; nothing said is `Some(None)`.
fn read<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { parse(text).map(Some) }
}

fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local: DateTime = text.parse().ok()?;
    let moment = local.to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_unix_ms(moment.timestamp().as_millisecond()))
}

fn values(header: &str) -> Result<HashMap<&str, String>, MetadataError> {
    if header.len() > LONGEST {
        return Err(MetadataError::Unreadable);
    }
    let mut values = HashMap::new();
    for pair in header.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value.trim()).ok().and_then(|it| String::from_utf8(it).ok());
        let value = value.ok_or(MetadataError::Unreadable)?;
        if values.insert(name, value).is_some() {
            return Err(MetadataError::Unreadable);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::Visibility;
    use proptest::prelude::*;

    fn header(pairs: &[(&str, &str)]) -> String {
        let pair = |(name, value): &(&str, &str)| format!("{name} {}", STANDARD.encode(value));
        pairs.iter().map(pair).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn what_is_said_of_a_film_is_read() {
        let zone = TimeZone::get("Europe/Madrid").unwrap();
        let said = header(&[
            ("filename", "Asamblea ñ.mp4"),
            ("filetype", "video/mp4"),
            ("title", " La asamblea "),
            ("language", "es"),
            ("date", "2026-11-22T15:45"),
            ("visibility", "members"),
        ]);
        let read = Metadata::read(&said, &zone).unwrap();
        assert_eq!(read.name.as_str(), "Asamblea-ñ.mp4");
        let expected = UploadDetails {
            file: "Asamblea ñ.mp4".to_owned(),
            title: "La asamblea".to_owned(),
            language: "es".parse().ok(),
            started_at_ms: Some(Timestamp::from_unix_ms(1_795_358_700_000)),
            visibility: Some(Visibility::Members),
        };
        assert_eq!(read.details, expected);
    }

    #[test]
    fn a_packed_recording_needs_nothing_but_its_name() {
        let read = Metadata::read(&header(&[("filename", "a.tar")]), &TimeZone::UTC).unwrap();
        assert_eq!(read.details.title, "");
        assert_eq!((read.details.started_at_ms, read.details.visibility), (None, None));
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        let film = ("filename", "a.mp4");
        let title = ("title", "A");
        let cases = [
            (String::new(), MetadataError::NoName),
            ("filename".to_owned(), MetadataError::NoName),
            ("filename !!!".to_owned(), MetadataError::Unreadable),
            (format!("filename {}", STANDARD.encode([0xff])), MetadataError::Unreadable),
            (header(&[film, film]), MetadataError::Unreadable),
            (header(&[film, ("x", &"x".repeat(LONGEST))]), MetadataError::Unreadable),
            (header(&[film]), MetadataError::NoTitle),
            (header(&[film, ("title", "  ")]), MetadataError::NoTitle),
            (header(&[film, title, ("language", "Klingon!")]), MetadataError::Language),
            (header(&[film, title, ("date", "yesterday")]), MetadataError::Date),
            (header(&[film, title, ("visibility", "all")]), MetadataError::Visibility),
        ];
        for (header, expected) in cases {
            assert_eq!(Metadata::read(&header, &TimeZone::UTC), Err(expected), "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_is_too_odd(header in "[a-zA-Z0-9+/=, ]{0,200}") {
            let _read = Metadata::read(&header, &TimeZone::UTC);
        }
    }
}
