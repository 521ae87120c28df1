//! Captions that came with the recording: `captions.json` lists them, each is a `caption_xx.vtt`.

use archive::{CaptionTrack, Language, SourcePath};
use serde::Deserialize;
use std::io::{BufRead, Read};

const LABEL_LENGTH: usize = 100;
const MOST_TRACKS: usize = 200;

#[derive(Deserialize)]
struct Listed {
    locale: String,
    #[serde(default, rename = "localeName")]
    name: String,
}

/// Reads the `captions.json` of a format: `[{"localeName": "English", "locale": "en"}]`. Whether the files are
/// there is not asked yet.
pub(crate) fn parse(
    input: impl Read,
    folder: &str,
) -> Result<Vec<CaptionTrack>, serde_json::Error> {
    let listed: Vec<Listed> = serde_json::from_reader(input)?;
    let tracks = listed.into_iter().filter_map(|Listed { locale, name }| {
        let locale = locale.trim();
        let language: Language = locale.parse().ok()?;
        let file: SourcePath = format!("{folder}/caption_{locale}.vtt").parse().ok()?;
        // A locale is a tag and no way into another folder.
        (file.parts().count() == 2).then_some(())?;
        let name = super::text::line(&name);
        let label = super::text::cut(&name, LABEL_LENGTH).map(ToOwned::to_owned).unwrap_or(name);
        let label = if label.is_empty() { locale.to_owned() } else { label };
        Some(CaptionTrack { language, label, file })
    });
    Ok(tracks.take(MOST_TRACKS).collect())
}

/// Whether a file is `WebVTT` with at least one cue; BigBlueButton leaves empty ones behind.
pub(crate) fn has_cues(input: impl BufRead) -> std::io::Result<bool> {
    // A cue's timings are found at the head of the file or not at all.
    let mut head = Vec::new();
    input.take(1 << 20).read_to_end(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let mut lines = head.trim_start_matches('\u{feff}').lines();
    let first = lines.next().unwrap_or_default();
    let signed =
        first.strip_prefix("WEBVTT").is_some_and(|it| it.is_empty() || it.starts_with([' ', '\t']));
    Ok(signed && lines.any(|it| it.contains("-->")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_tracks_by_their_locale() {
        let json = r#"[{"localeName": "English", "locale": "en"}, {"locale": "pt-BR"},
            {"localeName": "x", "locale": "../../en"}, {"localeName": "y", "locale": "en/../x"}]"#;
        let tracks: Vec<_> = parse(json.as_bytes(), "presentation")
            .unwrap()
            .into_iter()
            .map(|it| (it.language.to_string(), it.label, it.file.to_string()))
            .collect();
        let expected = [
            ("en", "English", "presentation/caption_en.vtt"),
            ("pt", "pt-BR", "presentation/caption_pt-BR.vtt"),
        ];
        assert_eq!(tracks, expected.map(|(a, b, c)| (a.into(), b.into(), c.into())));
        assert_eq!(parse(&b"[]"[..], "video").unwrap(), []);
        assert!(parse(&b""[..], "video").is_err());
    }

    #[test]
    fn a_track_without_a_cue_is_none() {
        let cases = [
            ("WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", true),
            ("\u{feff}WEBVTT - title\r\n\r\n00:01.000 --> 00:02.000\r\nhi\r\n", true),
            ("WEBVTT\n", false),
            ("", false),
            ("1\n00:00:01,000 --> 00:00:02,000\nhi\n", false),
        ];
        for (text, expected) in cases {
            assert_eq!(has_cues(text.as_bytes()).unwrap(), expected, "{text:?}");
        }
    }
}
