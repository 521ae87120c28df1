//! Still pictures: a poster, and a storyboard for the seek bar.
//!
//! Pictures of people are not decoration: a poster is a slide, else the shared screen, and never a
//! camera.

mod still;
mod storyboard;

use self::{
    still::Picture,
    storyboard::{Plan, Sheet},
};
use crate::{
    clock,
    decode::{Decoded, Decoder, Packets},
    error::{TranscodeError, chain},
    probe::{self, Probe},
    report::Reporter,
    task::{Input, Made, SharedRange},
};
use archive::{DerivedFile, Disposition, MediaTime, Pictures};
use gstreamer_video::VideoCapsBuilder;
use std::{ops::Range, path::Path};

/// What the pictures are made of.
pub(crate) struct Sources<'a> {
    pub(crate) slide: Option<&'a Input>,
    pub(crate) deskshare: Option<&'a Input>,
    pub(crate) webcams: Option<&'a Input>,
    /// When the screen was shared; the deskshare is blank elsewhere.
    pub(crate) shares: &'a [SharedRange],
}

/// A poster is at most this large; pages show it smaller.
const POSTER: (u32, u32) = (1_280, 720);
const POSTER_QUALITY: i32 = 85;
const SHEET_QUALITY: i32 = 75;

/// How far into a share its picture is taken: what is shown first is often the desktop.
const INTO_SHARE_MS: u64 = 5_000;

/// Makes what can be made of what there is. A file that cannot be read costs its pictures only; it
/// is an error only if nothing else was there to make pictures of.
pub(crate) fn run(
    sources: &Sources<'_>,
    out: &Path,
    report: &Reporter,
) -> Result<Made, TranscodeError> {
    let mut attempts = Attempts { report, first_error: None };
    let share = attempts.open(sources.deskshare.filter(|_| !sources.shares.is_empty()))?;
    let webcams = attempts.open(sources.webcams)?;

    let mut poster = match sources.slide {
        Some(slide) => attempts.keep(still::of_image(slide, POSTER))?,
        None => None,
    };
    if poster.is_none()
        && let Some(share) = &share
    {
        poster = attempts.keep(of_share(share, sources.shares))?.flatten();
    }
    report.progress(1, 4);
    let sheet = storyboard(share.as_ref(), webcams.as_ref(), sources.shares, &mut attempts)?;
    report.progress(3, 4);

    let made = Pictures { poster: poster.is_some(), storyboard: sheet.is_some() };
    if let (Some(error), false, false) = (attempts.first_error, made.poster, made.storyboard) {
        return Err(error);
    }
    let mut files = Vec::new();
    if let Some(poster) = poster {
        files.push((DerivedFile::poster(), poster.to_jpeg(POSTER_QUALITY)?));
    }
    if let Some(sheet) = sheet {
        files.push((DerivedFile::storyboard_index(), sheet.index().into_bytes()));
        files.push((DerivedFile::storyboard(), sheet.into_picture().to_jpeg(SHEET_QUALITY)?));
    }
    let mut names = Vec::new();
    for (name, bytes) in files {
        let path = out.join(name.as_str());
        std::fs::write(&path, bytes).map_err(|source| TranscodeError::Write { path, source })?;
        names.push(name);
    }
    Ok(Made::Pictures { pictures: made, files: names })
}

/// A file with a picture stream.
struct Opened<'a> {
    input: &'a Input,
    probe: Probe,
}

impl Opened<'_> {
    fn keys(&self, at_least_apart_ns: u64) -> Result<Decoder, TranscodeError> {
        let stream = self.probe.video.as_ref().expect("only files with a picture are opened");
        let keys = Packets::Keys { at_least_apart_ns };
        let any = VideoCapsBuilder::new().build();
        Decoder::start(self.input, &self.probe, stream, keys, &[], &any)
    }
}

/// Remembers what went wrong, so that one bad file does not cost the pictures of another.
struct Attempts<'a> {
    report: &'a Reporter,
    first_error: Option<TranscodeError>,
}

impl Attempts<'_> {
    fn keep<T>(&mut self, result: Result<T, TranscodeError>) -> Result<Option<T>, TranscodeError> {
        match result {
            Ok(it) => Ok(Some(it)),
            Err(error) if error.disposition() == Disposition::Retry => Err(error),
            Err(error) => {
                self.report.warn(&chain(&error));
                self.first_error.get_or_insert(error);
                Ok(None)
            }
        }
    }

    fn open<'a>(&mut self, input: Option<&'a Input>) -> Result<Option<Opened<'a>>, TranscodeError> {
        let Some(input) = input else { return Ok(None) };
        let probe = self.keep(probe::probe(input))?;
        Ok(probe.filter(|it| it.video.is_some()).map(|probe| Opened { input, probe }))
    }
}

/// A picture of the first share that has one.
fn of_share(share: &Opened<'_>, shares: &[SharedRange]) -> Result<Option<Picture>, TranscodeError> {
    let mut decoder = share.keys(0)?;
    let mut best = None;
    while let Some(decoded) = decoder.next()? {
        let at = clock::media_time(decoded.at_ns);
        let Some(range) = shares.iter().find(|it| it.start <= at && at < it.end) else {
            // Past the first share with a key frame in it.
            if best.is_some() {
                break;
            }
            continue;
        };
        let far_enough = range.start.saturating_add_ms(INTO_SHARE_MS) <= at;
        best = Some(decoded);
        if far_enough {
            break;
        }
    }
    let picture = |it: Decoded| still::of_video(&it, decoder.says_its_colours(), POSTER);
    best.map(picture).transpose()
}

/// Fills a sheet: the shared screen while one was shared, else the cameras.
fn storyboard(
    share: Option<&Opened<'_>>,
    webcams: Option<&Opened<'_>>,
    shares: &[SharedRange],
    attempts: &mut Attempts<'_>,
) -> Result<Option<Sheet>, TranscodeError> {
    let ends = [share, webcams].into_iter().flatten().map(|it| it.probe.end_ns);
    let Some(end_ns) = ends.max() else { return Ok(None) };
    let mut sheet = Sheet::new(Plan::of(clock::media_time(end_ns)));
    if let Some(share) = share {
        let shared = |at: MediaTime| shares.iter().any(|it| it.start <= at && at < it.end);
        attempts.keep(fill(&mut sheet, share, shared))?;
    }
    if let Some(webcams) = webcams {
        attempts.keep(fill(&mut sheet, webcams, |_| true))?;
    }
    Ok((!sheet.is_empty()).then_some(sheet))
}

/// Puts the nearest usable key frame into every empty tile that stands for a usable time.
fn fill(
    sheet: &mut Sheet,
    source: &Opened<'_>,
    usable: impl Fn(MediaTime) -> bool,
) -> Result<(), TranscodeError> {
    let plan = sheet.plan();
    let usable_ns = |ns| usable(clock::media_time(ns));
    let mut place = |decoded: &Decoded, said, tiles: Range<u32>| {
        let empty = tiles.filter(|&n| usable_ns(plan.middle_ns(n)));
        let empty: Vec<u32> = empty.filter(|&n| !sheet.has(n)).collect();
        if let [first, rest @ ..] = empty.as_slice() {
            let picture = still::of_video(decoded, said, storyboard::TILE)?;
            for &n in [first].into_iter().chain(rest) {
                sheet.place(n, &picture);
            }
        }
        Ok::<_, TranscodeError>(())
    };
    // Two chances to hit every tile.
    let mut decoder = source.keys(plan.interval_ns() / 2)?;
    let mut current: Option<Decoded> = None;
    let mut done = 0;
    while let Some(next) = decoder.next()? {
        if !usable_ns(next.at_ns) {
            continue;
        }
        if let Some(current) = &current {
            let until = plan.tiles_before(current.at_ns.midpoint(next.at_ns)).max(done);
            place(current, decoder.says_its_colours(), done..until)?;
            done = until;
        }
        current = Some(next);
    }
    match &current {
        Some(last) => place(last, decoder.says_its_colours(), done..plan.tiles()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_make_pictures_of_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let sources = Sources { slide: None, deskshare: None, webcams: None, shares: &[] };
        let made = run(&sources, folder.path(), &Reporter::silent()).unwrap();
        assert_eq!(made, Made::Pictures { pictures: Pictures::default(), files: Vec::new() });
    }
}
