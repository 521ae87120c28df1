//! By which files a recording is known, and in which folders of a tar or zip recordings lie.

use super::{format::Format, roles};
use archive::RecordingId;
use std::collections::BTreeSet;

/// The files by which a recording without `metadata.xml` is known, by its format. That of the raw
/// archive comes last: published recordings may have its log with them.
fn known_by(format: &Format) -> &'static [&'static str] {
    match format {
        Format::Podcast => &["audio.ogg"],
        Format::Video => &["video-0.m4v", "video-0.mp4", "video-0.webm"],
        Format::Screenshare => &["screenshare-0.webm", "screenshare-0.mp4"],
        Format::Notes => &["notes.pdf", "notes.html", "notes.txt", "notes.odt", "notes.doc"],
        Format::AiSummary => &["ai-summary.pdf", "ai-summary.md", "ai-summary.html"],
        Format::Raw => &[LOG],
        Format::Presentation | Format::Upload | Format::Other(_) => &[],
    }
}

pub(crate) const METADATA: &str = "metadata.xml";
pub(crate) const LOG: &str = "events.xml";

const BY_FILES: [Format; 6] = [
    Format::Podcast,
    Format::Video,
    Format::Screenshare,
    Format::Notes,
    Format::AiSummary,
    Format::Raw,
];

/// The format of a folder, to go by the files in it.
pub(crate) fn by_files(has: impl Fn(&str) -> bool) -> Option<Format> {
    if roles::presentation_media().any(&has) {
        return Some(Format::Presentation);
    }
    BY_FILES.into_iter().find(|it| known_by(it).iter().any(|name| has(name)))
}

/// What is known of a folder that holds a recording.
pub(crate) struct Signs<'a> {
    /// The name of the folder that it lies in.
    pub(crate) parent: &'a str,
    /// Its own name.
    pub(crate) name: &'a str,
    /// What its `metadata.xml` says, if it says it.
    pub(crate) says: Option<String>,
    pub(crate) by_files: Option<Format>,
}

impl Signs<'_> {
    /// The format that the place alone tells: `podcast/<id>`.
    pub(crate) fn by_place(parent: &str, name: &str) -> Option<Format> {
        let lies_so = name.parse::<RecordingId>().is_ok();
        Format::of_folder(parent).filter(|_| lies_so)
    }

    /// The folder wins over what lies in it: its server moved it there.
    pub(crate) fn format(self) -> Format {
        Self::by_place(self.parent, self.name)
            .or_else(|| self.says.and_then(|it| Format::published(&it)))
            .or(self.by_files)
            .unwrap_or(Format::Presentation)
    }
}

/// Folders of a server whose recordings were taken down.
pub(crate) const TAKEN_DOWN: [&str; 2] = ["unpublished", "deleted"];

/// The folders that hold a recording, among the files of a tar or zip. None lies in another.
pub(crate) fn roots<'a>(names: impl Iterator<Item = &'a str> + Clone) -> BTreeSet<String> {
    let mut roots = Roots::default();
    let names = names.filter(|name| !name.split('/').any(|part| TAKEN_DOWN.contains(&part)));
    let last = |name: &'a str| name.rsplit_once('/').unwrap_or(("", name));
    let own = |folder: &'a str| folder.rsplit('/').next().unwrap_or_default();
    let is_recordings = |folder: &'a str| own(folder).parse::<RecordingId>().is_ok();
    let logs = || names.clone().map(last).filter(|it| it.1 == LOG).map(|it| it.0);

    let sure = names
        .clone()
        .map(last)
        .filter(|(folder, name)| *name == METADATA || *name == LOG && is_recordings(folder));
    let mut sure: Vec<&str> = sure.map(|it| it.0).collect();
    // Outer ones come first.
    sure.sort_unstable();
    sure.into_iter().for_each(|it| roots.add(it));
    logs().for_each(|it| roots.add(it));
    for name in names.clone() {
        for media in roles::presentation_media() {
            if let Some(folder) = name.strip_suffix(media)
                && (folder.is_empty() || folder.ends_with('/'))
            {
                roots.add(folder.trim_end_matches('/'));
            }
        }
    }
    // A recording with neither: it is for whoever takes it in to say so, not passed over.
    for name in names {
        let ends: Vec<usize> = name.match_indices('/').map(|it| it.0).collect();
        let by_place = ends.iter().find(|&&end| {
            let (parents, own) = last(&name[..end]);
            Signs::by_place(last(parents).1, own).is_some()
        });
        if let Some(&end) = by_place {
            roots.add(&name[..end]);
        }
    }
    roots.0
}

#[derive(Default)]
struct Roots(BTreeSet<String>);

impl Roots {
    /// Adds a folder unless it lies in one that is there, or one that is there lies in it.
    fn add(&mut self, folder: &str) {
        let is_in = |inner: &str, outer: &str| {
            outer.is_empty()
                || inner.strip_prefix(outer).is_some_and(|it| it.is_empty() || it.starts_with('/'))
        };
        if !self.0.iter().any(|it| is_in(folder, it) || is_in(it, folder)) {
            self.0.insert(folder.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";

    #[test]
    fn the_place_counts_more_than_metadata_and_that_more_than_files() {
        let podcast = || Some("podcast".to_owned());
        let cases = [
            ("presentation", ID, podcast(), None, "presentation"),
            ("raw", ID, None, Some(Format::Raw), "raw"),
            ("recordings", ID, podcast(), None, "podcast"),
            ("presentation", "x", podcast(), None, "podcast"),
            ("", "x", Some("raw".to_owned()), Some(Format::Notes), "notes"),
            ("", "x", Some("statistics".to_owned()), None, "statistics"),
            ("", "x", None, None, "presentation"),
        ];
        for (parent, name, says, by_files, expected) in cases {
            let format = Signs { parent, name, says, by_files }.format();
            assert_eq!(format.as_str(), expected, "{parent}/{name}");
        }
    }

    #[test]
    fn files_tell_a_format() {
        let by = |there: &[&str]| by_files(|name| there.contains(&name)).map(|it| it.to_string());
        assert_eq!(by(&["video/webcams.webm", "events.xml"]).as_deref(), Some("presentation"));
        assert_eq!(by(&["events.xml", "audio/x.opus"]).as_deref(), Some("raw"));
        assert_eq!(by(&["audio.ogg"]).as_deref(), Some("podcast"));
        assert_eq!(by(&["readme.txt"]), None);
    }

    #[track_caller]
    fn check(names: &[&str], expected: &[&str]) {
        let names: Vec<String> = names.iter().map(|it| it.replace("ID", ID)).collect();
        let found = roots(names.iter().map(String::as_str));
        let expected: BTreeSet<_> = expected.iter().map(|it| it.replace("ID", ID)).collect();
        assert_eq!(found, expected, "{names:?}");
    }

    #[test]
    fn recordings_are_found_wherever_they_lie_in_a_tar() {
        check(
            &["presentation/ID/metadata.xml", "presentation/ID/presentation/ID9/x.png", "x.txt"],
            &["presentation/ID"],
        );
        check(
            &["podcast/ID/metadata.xml", "published/notes/ID/notes.pdf", "raw/ID/events.xml"],
            &["podcast/ID", "published/notes/ID", "raw/ID"],
        );
        check(
            &["raw/ID/events.xml", "raw/ID/presentation/ID9/slide-1.png", "raw/ID/metadata.xml"],
            &["raw/ID"],
        );
        check(&["ID/events.xml", "ID/presentation/ID9/x.pdf"], &["ID"]);
        check(&["events.xml", "audio/a.opus", "presentation/ID9/x.pdf"], &[""]);
        check(&["metadata.xml", "video/webcams.webm"], &[""]);
        check(&["rec/video/webcams.webm", "rec/shapes.svg"], &["rec"]);
        check(&["presentation/ID/shapes.svg"], &["presentation/ID"]);
        check(&["presentation/ID/metadata.xml", "events.xml"], &["presentation/ID"]);
        check(&["unpublished/presentation/ID/metadata.xml", "x"], &[]);
        check(&["a/readme.txt"], &[]);
    }
}
