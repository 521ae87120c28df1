//! Videos from elsewhere that were played to everyone, from `external_videos.json`.

use super::{json::Value, seconds};
use archive::{ExternalVideo, MediaTime};
use serde::Deserialize;
use std::io::Read;

const URL_LENGTH: usize = 2_000;
const MOST_VIDEOS: usize = 10_000;

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    timestamp: Value,
    #[serde(default, rename = "external_video_url")]
    url: Value,
}

/// Reads `external_videos.json`: `[{"timestamp": 120, "external_video_url": "https://…"}]`, in order,
/// no later than `end`. An address may be null; such a one is left out.
pub(crate) fn parse(
    input: impl Read,
    end: Option<MediaTime>,
) -> Result<Vec<ExternalVideo>, serde_json::Error> {
    let published: Vec<Published> = serde_json::from_reader(input)?;
    let videos = published.into_iter().filter_map(|it| {
        let at = seconds::parse(it.timestamp.as_str())?;
        let url = address(it.url.as_str())?;
        Some(ExternalVideo { at: end.map_or(at, |end| at.min(end)), url })
    });
    let mut videos: Vec<_> = videos.take(MOST_VIDEOS).collect();
    videos.sort_by_key(|it| it.at);
    Ok(videos)
}

/// An address that people may be led to: of the web, without anything in it that is not to be seen.
pub(crate) fn address(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let clean = !url.chars().any(|it| it.is_whitespace() || it.is_control());
    let there = rest.starts_with(|it: char| it.is_alphanumeric() || it == '[');
    // Nobody's user name and password go into a link.
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = url.len() <= URL_LENGTH && !host.contains('@');
    (web && clean && there && fits).then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_addresses_of_the_web_and_no_others() {
        let json = r#"[
            {"timestamp": 120, "external_video_url": "https://video.example.org/w/1?a=b#c"},
            {"timestamp": 5, "external_video_url": null},
            {"timestamp": "7.5", "external_video_url": "HTTP://example.org"},
            {"timestamp": 8, "external_video_url": "javascript:alert(1)"},
            {"timestamp": 8, "external_video_url": "javascript://example.org/%0aalert(1)"},
            {"timestamp": 8, "external_video_url": "https://example.org/a b"},
            {"timestamp": 8, "external_video_url": "https://user:pass@example.org/"},
            {"timestamp": 8, "external_video_url": "https:///etc/passwd"},
            {"timestamp": 999, "external_video_url": "https://example.org/late"},
            {"external_video_url": "https://example.org/timeless"}, {}
        ]"#;
        let found = parse(json.as_bytes(), Some(MediaTime::from_ms(200_000))).unwrap();
        let found: Vec<_> = found.iter().map(|it| (it.at.as_ms(), it.url.as_str())).collect();
        let expected = [
            (7_500, "HTTP://example.org"),
            (120_000, "https://video.example.org/w/1?a=b#c"),
            (200_000, "https://example.org/late"),
        ];
        assert_eq!(found, expected);
        assert!(parse(&b"{}"[..], None).is_err());
    }
}
