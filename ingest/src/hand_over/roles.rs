//! What each file is to the stages.

use archive::{JobKind, SourceFile, SourcePath, SourceRole};
use std::collections::BTreeSet;

/// The files of a presentation that can play a part, the one to take first: all hold the same, and
/// the webm is BigBlueButton's own while the mp4 and the ogg are made of it. Old sites have only the
/// latter.
const PRESENTATION: [(SourceRole, &[&str]); 3] = [
    (
        SourceRole::Webcams,
        &[
            "presentation/video/webcams.webm",
            "presentation/video/webcams.mp4",
            "presentation/video/webcams.m4v",
        ],
    ),
    (
        SourceRole::Deskshare,
        &[
            "presentation/deskshare/deskshare.webm",
            "presentation/deskshare/deskshare.mp4",
            "presentation/deskshare/deskshare.m4v",
        ],
    ),
    (SourceRole::Audio, &["presentation/audio/audio.webm", "presentation/audio/audio.ogg"]),
];

/// Other formats' films and sound, the one to take first. They play a part where a presentation has
/// no sound.
const ELSEWHERE: [(SourceRole, &[&str]); 3] = [
    (SourceRole::Webcams, &["video/video-0.m4v", "video/video-0.mp4", "video/video-0.webm"]),
    (SourceRole::Webcams, &["screenshare/screenshare-0.webm", "screenshare/screenshare-0.mp4"]),
    (SourceRole::Audio, &["podcast/audio.ogg"]),
];

const UPLOADS: &str = "upload/";

/// The path, relative to a published presentation, of every file that can be media.
pub(crate) fn presentation_media() -> impl Iterator<Item = &'static str> {
    let names = PRESENTATION.iter().flat_map(|(_, names)| *names);
    names.filter_map(|it| it.strip_prefix("presentation/"))
}

/// Gives every file its part. An uploaded file keeps the one that it has: its name does not tell.
///
/// An empty file plays no part if another can.
pub(crate) fn give(files: &mut [SourceFile]) {
    let size = |name: &str| {
        let it = files.binary_search_by(|it| it.path.as_str().cmp(name));
        it.ok().map(|index| files[index].size_bytes)
    };
    let first = |names: &[&'static str]| {
        let there = |least| names.iter().copied().find(|it| size(it).is_some_and(|it| it >= least));
        there(1).or_else(|| there(0))
    };
    let mut parts: Vec<(SourceRole, &str)> =
        PRESENTATION.iter().filter_map(|(role, names)| Some((*role, first(names)?))).collect();
    let has_sound = parts
        .iter()
        .any(|(role, name)| *role != SourceRole::Deskshare && size(name).is_some_and(|it| it > 0));
    if !has_sound {
        let heard = ELSEWHERE.iter().filter_map(|(role, names)| Some((*role, first(names)?)));
        let heard: Vec<_> = heard.collect();
        let whole = heard.iter().find(|it| size(it.1).is_some_and(|it| it > 0));
        if let Some(&(role, name)) = whole.or(heard.first()) {
            // What it takes the place of has nothing in it.
            parts.retain(|it| it.0 != role);
            parts.push((role, name));
        }
    }
    for file in files {
        if file.path.as_str().starts_with(UPLOADS) {
            continue;
        }
        let part = parts.iter().find(|it| it.1 == file.path.as_str());
        file.role = part.map_or(SourceRole::Other, |it| it.0);
    }
}

/// The jobs that become due when `former` becomes `files`.
///
/// *Audio* brings all others of media with it, so it is due where media changed, and for every new
/// recording, whose length it may tell.
pub(crate) fn due(former: &[SourceFile], files: &[SourceFile]) -> Vec<JobKind> {
    let media = |files: &[SourceFile]| {
        let media = files.iter().filter(|it| it.role != SourceRole::Other);
        media.map(|it| (it.role.as_str(), it.sha256.clone())).collect::<BTreeSet<_>>()
    };
    let slides = |files: &[SourceFile]| {
        let slides = files.iter().filter(|it| is_of_slides(&it.path));
        slides.map(|it| (it.path.clone(), it.sha256.clone())).collect::<BTreeSet<_>>()
    };
    let mut due = vec![JobKind::Index];
    if former.is_empty() || media(former) != media(files) {
        due.push(JobKind::Audio);
    } else if slides(former) != slides(files) {
        due.push(JobKind::Pictures);
    }
    due
}

fn is_of_slides(path: &SourcePath) -> bool {
    let path = path.as_str();
    let is_picture = || [".png", ".svg", ".jpg"].iter().any(|it| path.ends_with(it));
    path == "presentation/shapes.svg"
        || path.starts_with("presentation/presentation/") && is_picture()
}

#[cfg(test)]
mod tests {
    use super::*;
    use archive::Kept;

    fn files(files: &[(&str, u64)]) -> Vec<SourceFile> {
        let mut files: Vec<_> = files
            .iter()
            .map(|(path, size_bytes)| SourceFile {
                path: path.parse().unwrap(),
                size_bytes: *size_bytes,
                sha256: format!("{size_bytes:064}"),
                role: SourceRole::Audio,
                kept: Kept::Digest,
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        give(&mut files);
        files
    }

    #[test]
    fn one_file_plays_each_part() {
        let cases: [(&[(&str, u64)], &str); 10] = [
            (
                &[("presentation/video/webcams.webm", 9), ("presentation/video/webcams.mp4", 9)],
                "webcams=presentation/video/webcams.webm",
            ),
            (
                &[("presentation/video/webcams.webm", 0), ("presentation/video/webcams.mp4", 9)],
                "webcams=presentation/video/webcams.mp4",
            ),
            (
                &[
                    ("presentation/video/webcams.webm", 0),
                    ("presentation/deskshare/deskshare.mp4", 5),
                ],
                "deskshare=presentation/deskshare/deskshare.mp4 webcams=presentation/video/webcams.webm",
            ),
            (
                &[
                    ("presentation/audio/audio.ogg", 5),
                    ("presentation/presentation/P/audio.webm", 5),
                ],
                "audio=presentation/audio/audio.ogg",
            ),
            (&[("podcast/audio.ogg", 5), ("podcast/metadata.xml", 5)], "audio=podcast/audio.ogg"),
            (
                &[
                    ("podcast/audio.ogg", 5),
                    ("video/video-0.m4v", 5),
                    ("screenshare/screenshare-0.webm", 5),
                ],
                "webcams=video/video-0.m4v",
            ),
            (&[("podcast/audio.ogg", 5), ("video/video-0.m4v", 0)], "audio=podcast/audio.ogg"),
            (
                &[("presentation/audio/audio.webm", 5), ("video/video-0.m4v", 5)],
                "audio=presentation/audio/audio.webm",
            ),
            (
                &[("presentation/deskshare/deskshare.webm", 5), ("podcast/audio.ogg", 5)],
                "audio=podcast/audio.ogg deskshare=presentation/deskshare/deskshare.webm",
            ),
            (&[("upload/talk.ogg", 5), ("raw/audio/a.opus", 9)], "audio=upload/talk.ogg"),
        ];
        for (given, expected) in cases {
            let files = files(given);
            let parts = files.iter().filter(|it| it.role != SourceRole::Other);
            let mut parts: Vec<_> =
                parts.map(|it| format!("{}={}", it.role.as_str(), it.path)).collect();
            parts.sort();
            assert_eq!(parts.join(" "), expected, "{given:?}");
        }
    }

    #[test]
    fn what_did_not_change_is_not_done_again() {
        use JobKind::{Audio, Index, Pictures};
        let sound = ("presentation/audio/audio.ogg", 5);
        let slide = "presentation/presentation/P/slide-1.png";
        let former = files(&[sound, (slide, 7)]);
        type Case<'a> = (&'a [(&'a str, u64)], &'a [JobKind]);
        let cases: [Case<'_>; 5] = [
            (&[sound, (slide, 7), ("raw/events.xml", 3)], &[Index]),
            (&[sound, (slide, 8)], &[Index, Pictures]),
            (&[(sound.0, 6), (slide, 8)], &[Index, Audio]),
            (&[sound, (slide, 7), ("presentation/video/webcams.webm", 9)], &[Index, Audio]),
            // It has sound already.
            (&[sound, (slide, 7), ("video/video-0.m4v", 9)], &[Index]),
        ];
        for (now, expected) in cases {
            assert_eq!(due(&former, &files(now)), expected, "{now:?}");
        }
        assert_eq!(due(&[], &files(&[("notes/notes.pdf", 1)])), [Index, Audio]);
    }
}
