//! Where the files of a published format are, and which there may be. No format has a listing;
//! BigBlueButton's players ask for the same names.

use super::DownloadError;
use crate::bbb::{PlaybackFormat, http};
use archive::RecordingId;
use reqwest::Url;

/// What it means that a file is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// Nothing: not every recording has it.
    Optional,
    /// Something is wrong with the recording, which is worth having all the same.
    Expected,
    /// It cannot be told from a server that is broken.
    Required,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The format's name, and that of its folder.
    pub(super) kind: &'static str,
    /// Ends in `/`.
    pub(super) base: Url,
    pub(super) files: Vec<(String, Need)>,
    /// At least one of these is there; none are named where a format is whole without.
    pub(super) media: Vec<String>,
}

/// Files that may be in the folder of a format, apart from those that others name.
struct Format {
    kind: &'static str,
    files: &'static [(&'static str, Need)],
    media: &'static [&'static str],
    /// Whether the address it is played from ends in the file itself.
    names_its_file: bool,
}

const METADATA: (&str, Need) = ("metadata.xml", Need::Required);
const CAPTIONS: (&str, Need) = ("captions.json", Need::Optional);

const FORMATS: [Format; 6] = [
    Format {
        kind: "presentation",
        files: &[
            METADATA,
            ("shapes.svg", Need::Expected),
            ("slides_new.xml", Need::Expected),
            ("panzooms.xml", Need::Optional),
            ("cursor.xml", Need::Optional),
            ("deskshare.xml", Need::Optional),
            ("presentation_text.json", Need::Optional),
            CAPTIONS,
            ("polls.json", Need::Optional),
            ("external_videos.json", Need::Optional),
            ("notes.html", Need::Optional),
            ("tldraw.json", Need::Optional),
        ],
        media: &[
            "video/webcams.webm",
            "video/webcams.mp4",
            "video/webcams.m4v",
            "audio/audio.webm",
            "audio/audio.ogg",
            "deskshare/deskshare.webm",
            "deskshare/deskshare.mp4",
            "deskshare/deskshare.m4v",
        ],
        names_its_file: false,
    },
    Format { kind: "podcast", files: &[METADATA], media: &["audio.ogg"], names_its_file: true },
    Format {
        kind: "video",
        files: &[METADATA, CAPTIONS, ("video.xml", Need::Optional)],
        media: &["video-0.m4v", "video-0.mp4", "video-0.webm"],
        names_its_file: true,
    },
    Format { kind: "notes", files: &[METADATA], media: &["notes.pdf"], names_its_file: true },
    Format {
        kind: "screenshare",
        files: &[METADATA, CAPTIONS],
        media: &["screenshare-0.webm", "screenshare-0.mp4"],
        names_its_file: true,
    },
    // The official script for it runs on servers with LiveKit.
    Format {
        kind: "ai-summary",
        files: &[
            METADATA,
            ("ai-summary.pdf", Need::Optional),
            ("ai-summary.md", Need::Optional),
            ("ai-summary.html", Need::Optional),
            ("transcript.txt", Need::Optional),
            ("transcript_diarized.vtt", Need::Optional),
            ("summary.txt", Need::Optional),
            ("action_items.json", Need::Optional),
        ],
        media: &[],
        names_its_file: false,
    },
];

/// Finds the files of a format from the address that it is played from.
///
/// The player of `presentation` (`/playback/presentation/2.3/ID`, earlier
/// `/playback/presentation/2.0/playback.html?meetingId=ID`) takes them from `/presentation/ID/`; the
/// others are played from where they are.
pub(super) fn layout(format: &PlaybackFormat, id: &RecordingId) -> Result<Layout, DownloadError> {
    let PlaybackFormat { kind, url, .. } = format;
    let other = || DownloadError::OtherFormat { kind: kind.escape_debug().take(100).collect() };
    let known = FORMATS.iter().find(|it| it.kind == kind).ok_or_else(other)?;
    let invalid = |url: &str| DownloadError::PlaybackUrl {
        kind: kind.clone(),
        url: url.escape_debug().take(300).collect(),
    };
    let mut base: Url = url.trim().parse().map_err(|_| invalid("what is no address"))?;
    let there = http::shown(&base);
    let usable = matches!(base.scheme(), "http" | "https")
        && base.has_host()
        && base.username().is_empty()
        && base.password().is_none();
    if !usable {
        return Err(invalid("what is no address of the web"));
    }
    base.set_query(None);
    base.set_fragment(None);

    let mut media: Vec<String> = known.media.iter().map(|&it| it.to_owned()).collect();
    if known.kind == "presentation" {
        base.set_path(&format!("/presentation/{id}/"));
    } else {
        let parts: Vec<&str> = base.path().trim_start_matches('/').split('/').collect();
        let at = parts.iter().position(|it| *it == id.as_str()).ok_or_else(|| invalid(&there))?;
        let (folder, file) = (parts[..=at].join("/"), parts[at + 1..].join("/"));
        base.set_path(&format!("/{folder}/"));
        if known.names_its_file && is_plain(&file) && !media.contains(&file) {
            // Sites set what notes and podcasts are made as.
            media.insert(0, file);
        }
    }
    let files = known.files.iter().map(|&(name, need)| (name.to_owned(), need)).collect();
    Ok(Layout { kind: known.kind, base, files, media })
}

/// Whether it is a file's name that means the same everywhere; the page of a player is none.
fn is_plain(file: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_');
    file.bytes().all(plain)
        && file.len() <= 100
        && !file.starts_with('.')
        && file.rsplit_once('.').is_some_and(|(_, kind)| !kind.is_empty())
        && file != "index.html"
        && file != "playback.html"
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::testing::recording_id;

    fn of(kind: &str, url: &str) -> Result<Layout, DownloadError> {
        let url = url.replace("ID", recording_id(1).as_str());
        let kind = kind.to_owned();
        layout(&PlaybackFormat { kind, url, length: None, size_bytes: None }, &recording_id(1))
    }

    #[test]
    fn files_are_where_the_players_look_for_them() {
        let cases = [
            (
                "presentation",
                "https://a.example/playback/presentation/2.3/ID",
                "https://a.example/presentation/ID/",
                None,
            ),
            (
                "presentation",
                " http://a.example:81/playback/presentation/2.0/playback.html?meetingId=ID ",
                "http://a.example:81/presentation/ID/",
                None,
            ),
            (
                "podcast",
                "https://a.example/podcast/ID/audio.ogg",
                "https://a.example/podcast/ID/",
                Some("audio.ogg"),
            ),
            (
                "podcast",
                "https://a.example/podcast/ID/audio.mp3",
                "https://a.example/podcast/ID/",
                Some("audio.mp3"),
            ),
            (
                "notes",
                "https://a.example/notes/ID/notes.html",
                "https://a.example/notes/ID/",
                Some("notes.html"),
            ),
            (
                "notes",
                "https://a.example/notes/ID/..%2f..%2fsecret.pdf",
                "https://a.example/notes/ID/",
                Some("notes.pdf"),
            ),
            (
                "screenshare",
                "https://a.example/recording/screenshare/ID/",
                "https://a.example/recording/screenshare/ID/",
                Some("screenshare-0.webm"),
            ),
            (
                "screenshare",
                "https://a.example/recording/screenshare/ID/index.html",
                "https://a.example/recording/screenshare/ID/",
                Some("screenshare-0.webm"),
            ),
            (
                "video",
                "https://a.example/playback/video/ID/?token=s3cret#x",
                "https://a.example/playback/video/ID/",
                Some("video-0.m4v"),
            ),
        ];
        for (kind, url, base, media) in cases {
            let found = of(kind, url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(found.base.as_str(), base.replace("ID", recording_id(1).as_str()), "{url}");
            if let Some(media) = media {
                assert_eq!(found.media[0], media, "{url}");
            }
            assert_eq!(found.files[0], ("metadata.xml".to_owned(), Need::Required));
        }
    }

    #[test]
    fn an_address_that_leads_nowhere_is_refused() {
        let cases = [
            ("statistics", "https://a.example/statistics/ID/"),
            ("../presentation", "https://a.example/presentation/ID/"),
            ("presentation", ""),
            ("presentation", "/playback/presentation/2.3/ID"),
            ("presentation", "file:///etc/passwd"),
            ("presentation", "https://user:secret@a.example/playback/presentation/2.3/ID"),
            ("video", "https://a.example/playback/video/"),
        ];
        for (kind, url) in cases {
            let error = of(kind, url).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
