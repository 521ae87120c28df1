//! One file: asked for, gone on with where it broke off, and put in its place once it is whole.

use super::{DownloadError, DownloadLimits};
use crate::bbb::http;
use reqwest::{Client, Response, StatusCode, Url, header};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{
    fs::{self, File},
    io::{AsyncSeekExt as _, AsyncWriteExt as _, BufWriter},
};

/// A try that brought as much as this was not in vain, however it ended.
const WORTH_IT: u64 = 64 << 10;
const BUFFER: usize = 1 << 20;
const LONGEST_NOTE: u64 = 64 << 10;

/// What all files of one download share.
pub(super) struct Transfer<'a> {
    pub(super) client: &'a Client,
    pub(super) limits: &'a DownloadLimits,
    /// Bytes that may still come, over all files.
    pub(super) left: &'a AtomicU64,
    /// Told of bytes as they come.
    pub(super) on_bytes: &'a (dyn Fn(u64) + Send + Sync),
}

/// Where a file comes from and where it goes.
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) file: PathBuf,
    /// Holds what there is until it is whole.
    pub(super) part: PathBuf,
    /// Holds what the server said of it.
    pub(super) note: PathBuf,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// It is in its place with this many bytes.
    Whole {
        bytes: u64,
    },
    Missing,
}

/// What the server said of a file, kept beside its part and, once it is whole, beside the file: a
/// later try goes on from the one and asks whether the other has changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Note {
    etag: Option<String>,
    last_modified: Option<String>,
    size: Option<u64>,
}

impl Note {
    fn of(response: &Response, size: Option<u64>) -> Self {
        let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        Self { etag: text(header::ETAG), last_modified: text(header::LAST_MODIFIED), size }
    }

    /// What a range may be asked for under: a weak tag says nothing of bytes (RFC 9110, 13.1.5).
    fn strong(&self) -> Option<&str> {
        let strong = self.etag.as_deref().filter(|it| !it.starts_with("W/"));
        strong.or(self.last_modified.as_deref())
    }

    /// Whether an answer is about the same bytes, as far as it says.
    fn agrees(&self, other: &Self) -> bool {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_none_or(|(one, other)| one == other)
        }
        same(self.etag.as_ref(), other.etag.as_ref())
            && same(self.last_modified.as_ref(), other.last_modified.as_ref())
            && same(self.size.as_ref(), other.size.as_ref())
    }

    async fn read(path: &Path) -> Option<Self> {
        // Whatever is wrong with a note, without it the file is fetched from its beginning.
        let length = fs::metadata(path).await.ok()?.len();
        let bytes = if length <= LONGEST_NOTE { fs::read(path).await.ok()? } else { return None };
        serde_json::from_slice(&bytes).ok()
    }

    async fn write(&self, path: &Path) -> Result<(), DownloadError> {
        let json = serde_json::to_vec(self).expect("texts and a number are JSON");
        fs::write(path, json).await.map_err(|source| unwritten(path, source))
    }
}

/// How a try failed.
enum Failed {
    /// After so many bytes; the server may have asked for a pause.
    ForNow(DownloadError, Option<Duration>),
    ForGood(DownloadError),
}

impl From<DownloadError> for Failed {
    fn from(error: DownloadError) -> Self {
        Self::ForGood(error)
    }
}

/// What is on the disk before a try.
struct Begun {
    note: Option<Note>,
    /// Length of the file in its place, if it is whole by its note.
    whole: Option<u64>,
    /// Where to go on in the part.
    from: u64,
}

impl Transfer<'_> {
    pub(super) async fn fetch(&self, target: &Target) -> Result<Fetched, DownloadError> {
        for path in [&target.file, &target.part] {
            let folder = path.parent().expect("a file is in a folder");
            fs::create_dir_all(folder).await.map_err(|source| unwritten(folder, source))?;
        }
        let mut failures = 0;
        loop {
            let mut came = 0;
            let (error, asked) = match self.attempt(target, &mut came).await {
                Ok(fetched) => return Ok(fetched),
                Err(Failed::ForGood(error)) => return Err(error),
                Err(Failed::ForNow(error, asked)) => (error, asked),
            };
            failures = if came >= WORTH_IT { 1 } else { failures + 1 };
            let Some(pause) = self.limits.patience.pause(failures, asked) else {
                return Err(error);
            };
            tracing::debug!(%error, ?pause, "a file is tried again");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, target: &Target, came: &mut u64) -> Result<Fetched, Failed> {
        let begun = begun(target).await;
        let mut request = self.client.get(target.url.clone());
        if let Some(note) = &begun.note {
            if begun.whole.is_some() {
                let conditions = [
                    (header::IF_NONE_MATCH, &note.etag),
                    (header::IF_MODIFIED_SINCE, &note.last_modified),
                ];
                for (name, value) in conditions {
                    if let Some(value) = value {
                        request = request.header(name, value);
                    }
                }
            } else if let Some(validator) = note.strong().filter(|_| begun.from > 0) {
                request = request
                    .header(header::RANGE, format!("bytes={}-", begun.from))
                    .header(header::IF_RANGE, validator);
            }
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(self.unanswered(target, error)),
        };
        match (response.status(), begun.whole) {
            (StatusCode::NOT_MODIFIED, Some(bytes)) => Ok(Fetched::Whole { bytes }),
            (StatusCode::OK, _) => self.take_whole(target, response, came).await,
            (StatusCode::PARTIAL_CONTENT, None) if begun.from > 0 => {
                self.take_rest(target, &begun, response, came).await
            }
            (StatusCode::RANGE_NOT_SATISFIABLE, None) if begun.from > 0 => {
                Err(self.start_over(target).await?)
            }
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) => {
                for path in [&target.file, &target.part, &target.note] {
                    removed(path).await?;
                }
                Ok(Fetched::Missing)
            }
            (status, _) => Err(self.refused(target, &response, status)),
        }
    }

    fn refused(&self, target: &Target, response: &Response, status: StatusCode) -> Failed {
        let (url, status) = (http::shown(&target.url), status.as_u16());
        if http::status_passes(status) {
            let asked = http::asked_pause(response.headers());
            return Failed::ForNow(DownloadError::Status { url, status }, asked);
        }
        Failed::ForGood(match status {
            401 | 403 | 407 => DownloadError::Forbidden { url, status },
            _ => DownloadError::Status { url, status },
        })
    }

    fn unanswered(&self, target: &Target, error: reqwest::Error) -> Failed {
        let source = http::failed(error);
        let passes = source.passes();
        let error = DownloadError::Unanswered { url: http::shown(&target.url), source };
        if passes { Failed::ForNow(error, None) } else { Failed::ForGood(error) }
    }

    /// Forgets what there is: the server has other bytes, or what it says does not fit together.
    async fn start_over(&self, target: &Target) -> Result<Failed, DownloadError> {
        removed(&target.part).await?;
        removed(&target.note).await?;
        Ok(Failed::ForNow(DownloadError::OtherPart { url: http::shown(&target.url) }, None))
    }

    async fn take_whole(
        &self,
        target: &Target,
        response: Response,
        came: &mut u64,
    ) -> Result<Fetched, Failed> {
        check_kind(target, &response)?;
        let note = Note::of(&response, response.content_length());
        // The note belongs to the part from here on, and says nothing of the file in its place.
        removed(&target.file).await?;
        removed(&target.part).await?;
        note.write(&target.note).await?;
        let part = File::create(&target.part).await.map_err(|it| unwritten(&target.part, it))?;
        self.take(target, part, 0, note, response, came).await
    }

    async fn take_rest(
        &self,
        target: &Target,
        begun: &Begun,
        response: Response,
        came: &mut u64,
    ) -> Result<Fetched, Failed> {
        check_kind(target, &response)?;
        let range = response.headers().get(header::CONTENT_RANGE);
        let range = range.and_then(|it| part_of(it.to_str().ok()?));
        let known = begun.note.clone().unwrap_or_default();
        let fits = |(from, size): (u64, Option<u64>)| {
            from == begun.from && known.agrees(&Note::of(&response, size))
        };
        let Some((from, size)) = range.filter(|&it| fits(it)) else {
            return Err(self.start_over(target).await?);
        };
        let note = Note { size: known.size.or(size), ..known };
        let unwritten = |source| unwritten(&target.part, source);
        let mut part = File::options().write(true).open(&target.part).await.map_err(unwritten)?;
        part.set_len(from).await.map_err(unwritten)?;
        part.seek(io::SeekFrom::Start(from)).await.map_err(unwritten)?;
        self.take(target, part, from, note, response, came).await
    }

    /// Writes what comes behind the first `done` bytes, and puts the file in its place.
    async fn take(
        &self,
        target: &Target,
        part: File,
        mut done: u64,
        note: Note,
        mut response: Response,
        came: &mut u64,
    ) -> Result<Fetched, Failed> {
        let mut out = BufWriter::with_capacity(BUFFER, part);
        let unwritten = |source| unwritten(&target.part, source);
        let broke_off = loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break None,
                Err(error) => break Some(self.unanswered(target, error)),
            };
            let length = chunk.len() as u64;
            let room = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(length)
            });
            let beyond = note.size.is_some_and(|size| done + length > size);
            if room.is_err() || beyond {
                let url = http::shown(&target.url);
                let limit = note.size.filter(|_| beyond).unwrap_or(self.limits.bytes);
                let error = DownloadError::TooMuch { url, limit, what: "bytes" };
                break Some(Failed::ForGood(error));
            }
            out.write_all(&chunk).await.map_err(unwritten)?;
            done += length;
            *came += length;
            (self.on_bytes)(length);
        };
        // What has come is not fetched again, however this ends.
        out.flush().await.map_err(unwritten)?;
        if let Some(failed) = broke_off {
            return Err(failed);
        }
        if let Some(whole) = note.size.filter(|&it| it != done) {
            let url = http::shown(&target.url);
            return Err(Failed::ForNow(DownloadError::BrokeOff { url, done, whole }, None));
        }
        let part = out.into_inner();
        // A power cut must not leave an empty file in the place of a whole one.
        part.sync_all().await.map_err(unwritten)?;
        drop(part);
        Note { size: Some(done), ..note }.write(&target.note).await?;
        fs::rename(&target.part, &target.file)
            .await
            .map_err(|it| self::unwritten(&target.file, it))?;
        Ok(Fetched::Whole { bytes: done })
    }
}

async fn begun(target: &Target) -> Begun {
    let note = Note::read(&target.note).await;
    let length = async |path: &Path| fs::symlink_metadata(path).await.ok().map(|it| it.len());
    let size = note.as_ref().and_then(|it| it.size);
    let whole = length(&target.file).await.filter(|&it| Some(it) == size);
    let have = length(&target.part).await.unwrap_or_default();
    let from = match size {
        // At least one byte is asked for: behind the last one there is nothing to answer.
        Some(size) if have == size => size.saturating_sub(1),
        Some(size) if have > size => 0,
        Some(_) | None => have,
    };
    Begun { note, whole, from }
}

/// Refuses what cannot be the file itself.
fn check_kind(target: &Target, response: &Response) -> Result<(), DownloadError> {
    let text = |name| response.headers().get(name).and_then(|it| it.to_str().ok());
    let url = || http::shown(&target.url);
    let encoding = text(header::CONTENT_ENCODING).unwrap_or("identity").trim();
    if !encoding.eq_ignore_ascii_case("identity") {
        let encoding = encoding.escape_debug().take(40).collect();
        return Err(DownloadError::Encoded { url: url(), encoding });
    }
    // Where a login or a front end answers for everything, it answers with a page and 200.
    let page = text(header::CONTENT_TYPE)
        .is_some_and(|it| it.trim().to_ascii_lowercase().starts_with("text/html"));
    let wanted = target.file.extension().is_some_and(|it| it == "html" || it == "htm");
    if page && !wanted {
        return Err(DownloadError::WebPage { url: url() });
    }
    Ok(())
}

/// Where a part begins and how long the whole is: `bytes 100-199/200`.
fn part_of(range: &str) -> Option<(u64, Option<u64>)> {
    let (part, size) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (from, to) = part.trim().split_once('-')?;
    let (from, to): (u64, u64) = (from.parse().ok()?, to.parse().ok()?);
    let size = match size.trim() {
        "*" => None,
        size => Some(size.parse().ok()?),
    };
    // What does not reach to the end is not what was asked for.
    let fits = from <= to && size.is_none_or(|size: u64| to.checked_add(1) == Some(size));
    fits.then_some((from, size))
}

fn unwritten(path: &Path, source: io::Error) -> DownloadError {
    DownloadError::Write { path: path.to_owned(), source }
}

async fn removed(path: &Path) -> Result<(), DownloadError> {
    match fs::remove_file(path).await {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(unwritten(path, source)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_was_asked_for_or_nothing() {
        let cases = [
            ("bytes 100-199/200", Some((100, Some(200)))),
            ("bytes 100-199/*", Some((100, None))),
            ("bytes 100-150/200", None),
            ("bytes 200-100/101", None),
            ("bytes */200", None),
            ("bytes 0-18446744073709551615/1", None),
            ("items 0-1/2", None),
            ("", None),
        ];
        for (range, expected) in cases {
            assert_eq!(part_of(range), expected, "{range}");
        }
    }

    #[test]
    fn a_weak_tag_is_no_ground_to_go_on_from() {
        let note = |etag: &str, modified: Option<&str>| Note {
            etag: Some(etag.into()),
            last_modified: modified.map(Into::into),
            size: Some(3),
        };
        assert_eq!(note("\"a\"", Some("x")).strong(), Some("\"a\""));
        assert_eq!(note("W/\"a\"", Some("x")).strong(), Some("x"));
        assert_eq!(note("W/\"a\"", None).strong(), None);
        assert!(note("\"a\"", None).agrees(&Note { size: Some(3), ..Note::default() }));
        assert!(!note("\"a\"", None).agrees(&note("\"b\"", None)));
        assert!(!note("\"a\"", None).agrees(&Note { size: Some(4), ..Note::default() }));
    }
}
