//! Brings the files of a published recording into a folder.

mod error;
mod layout;
mod names;
mod transfer;

pub use error::DownloadError;

use super::{
    ApiError, BbbServer, Patience, PlaybackFormat, ServerRecording,
    http::{self, Origin},
};
use archive::{Lane, LaneError, RecordingId, SourcePath};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use layout::{Layout, Need, layout};
use names::{Named, NamesError};
use reqwest::{Client, Url};
use std::{
    collections::BTreeMap,
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use tokio_util::sync::CancellationToken;
use transfer::{Fetched, Target, Transfer};

/// Where parts and notes lie inside the staging folder. Hidden, so that nobody takes them in.
const WORKING: &str = ".download";

/// Bounds of one download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadLimits {
    /// Files of one format that are asked for.
    pub files: usize,
    /// Bytes of one format that are fetched.
    pub bytes: u64,
    /// Files of one format that are fetched at once.
    pub at_once: usize,
    pub patience: Patience,
}

impl Default for DownloadLimits {
    fn default() -> Self {
        Self { files: 50_000, bytes: 256 << 30, at_once: 4, patience: Patience::default() }
    }
}

/// How far a format's download is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadProgress<'a> {
    /// `presentation`, `video`, …
    pub kind: &'a str,
    /// Fetched by this call; what was there before does not count.
    pub done_bytes: u64,
    /// What the server says of the format's size, which is roughly right.
    pub expected_bytes: Option<u64>,
}

/// A format that lies in the folder, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DownloadedFormat {
    pub kind: &'static str,
    /// `FOLDER/<kind>/<id>`
    pub folder: PathBuf,
    pub files: usize,
    /// The size of all its files.
    pub bytes: u64,
    pub notes: Vec<DownloadNote>,
}

/// Something about a format that is not as it should be on the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadNote {
    #[error("`{path}` is not there")]
    Missing { path: SourcePath },
    #[error("`{path}` cannot be understood ({cause}): what only it names is left out")]
    Unreadable { path: SourcePath, cause: String },
}

/// Downloads published recordings of one server.
///
/// It speaks to the server's own host and the playback hosts that were allowed, follows answers to
/// no other, and sends neither cookies nor the secret.
#[derive(Clone)]
pub struct Downloader {
    client: Client,
    origins: Vec<Origin>,
    limits: DownloadLimits,
    reading: Lane,
}

/// Told how a download goes on, with each piece that comes.
type OnProgress<'a> = dyn Fn(DownloadProgress<'_>) + Send + Sync + 'a;

impl Downloader {
    /// # Errors
    ///
    /// [`ApiError::Client`] if this machine cannot do HTTPS.
    pub fn new(server: &BbbServer, limits: DownloadLimits) -> Result<Self, ApiError> {
        let client =
            http::client(limits.patience.silence).map_err(|source| ApiError::Client { source })?;
        let reading = Lane::new("names", 2);
        Ok(Self { client, origins: server.origins().to_vec(), limits, reading })
    }

    /// Downloads every format of a recording, one after the other, each into
    /// `folder/<kind>/<id>/`: laid out as a server's `published/`.
    ///
    /// A format that fails leaves the others unharmed. Once `cancel` fires, the rest is
    /// [`DownloadError::Cancelled`].
    pub async fn download(
        &self,
        recording: &ServerRecording,
        folder: &Path,
        on_progress: &OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Vec<(String, Result<DownloadedFormat, DownloadError>)> {
        let mut downloaded = Vec::new();
        for format in &recording.playback {
            let result = self.download_format(recording, format, folder, on_progress, cancel).await;
            downloaded.push((format.kind.clone(), result));
        }
        downloaded
    }

    /// Downloads one format of a recording into `folder/<kind>/<id>/`.
    ///
    /// Formats have no listing: the files are those that BigBlueButton's players ask for, and those
    /// that these name. Of `video` and `screenshare`, the players themselves (scripts, styles,
    /// pages) are left out. A file that is not there (404) is left out where not every recording has
    /// it, reported in `notes` where every sound one has, and an error where nothing would be right
    /// without.
    ///
    /// Whatever has come stays, whole files in their places and parts under `folder/.download`:
    /// the next call goes on from there, and asks of whole files only whether they changed. It is
    /// whole when this returns without an error. Remove `folder` after it was handed over.
    ///
    /// # Errors
    ///
    /// Any other answer than the file or 404, after a few tries where they may help. What a file
    /// names must stay inside the folder: [`DownloadError::NameRefused`].
    pub async fn download_format(
        &self,
        recording: &ServerRecording,
        format: &PlaybackFormat,
        folder: &Path,
        on_progress: &OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<DownloadedFormat, DownloadError> {
        let id = &recording.id;
        if recording.protected {
            return Err(DownloadError::Protected { recording: id.to_string() });
        }
        let layout = layout(format, id)?;
        if !self.origins.iter().any(|it| it.has(&layout.base)) {
            let host = Origin::of(&layout.base).map(|it| it.to_string()).unwrap_or_default();
            return Err(DownloadError::OtherHost { kind: layout.kind.to_owned(), host });
        }
        let done = AtomicU64::new(0);
        let on_bytes = |bytes| {
            let done_bytes = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
            let expected_bytes = format.size_bytes;
            on_progress(DownloadProgress { kind: layout.kind, done_bytes, expected_bytes });
        };
        let run = Run {
            downloader: self,
            id,
            layout: &layout,
            folder,
            left: AtomicU64::new(self.limits.bytes),
            on_bytes: &on_bytes,
            cancel,
        };
        let run = Box::pin(run.run());
        cancel.run_until_cancelled(run).await.unwrap_or(Err(DownloadError::Cancelled))
    }
}

/// One format being downloaded.
struct Run<'a> {
    downloader: &'a Downloader,
    id: &'a RecordingId,
    layout: &'a Layout,
    folder: &'a Path,
    left: AtomicU64,
    on_bytes: &'a (dyn Fn(u64) + Send + Sync),
    cancel: &'a CancellationToken,
}

/// What became of the files that were asked for.
type Found = BTreeMap<SourcePath, Fetched>;

impl Run<'_> {
    async fn run(self) -> Result<DownloadedFormat, DownloadError> {
        let Layout { kind, base, files, media } = self.layout;
        let parse = |name: &str| name.parse().expect("the names of a layout are plain");
        let mut wanted: BTreeMap<SourcePath, Need> =
            files.iter().map(|(name, need)| (parse(name), *need)).collect();
        // Without it there is no recording there, and nothing else is asked for.
        let first = wanted.iter().filter(|(_, need)| **need == Need::Required);
        let first = first.map(|(path, need)| (path.clone(), *need)).collect();
        let mut found = self.fetch(&first).await?;

        wanted.retain(|path, _| !first.contains_key(path));
        found.extend(self.fetch(&wanted).await?);
        let (named, mut notes) = self.named(&found).await?;

        let mut rest: BTreeMap<SourcePath, Need> =
            media.iter().map(|it| (parse(it), Need::Optional)).collect();
        rest.extend(named);
        rest.retain(|path, _| !found.contains_key(path));
        found.extend(self.fetch(&rest).await?);
        let there = |name: &String| matches!(found.get(&parse(name)), Some(Fetched::Whole { .. }));
        if !media.is_empty() && !media.iter().any(there) {
            let (url, names) = (http::shown(base), media.clone());
            return Err(DownloadError::NoMedia { url, names });
        }

        wanted.extend(rest);
        let (mut files, mut bytes) = (0, 0);
        for (path, fetched) in found {
            match fetched {
                Fetched::Whole { bytes: more } => {
                    files += 1;
                    bytes += more;
                }
                Fetched::Missing if wanted.get(&path) == Some(&Need::Expected) => {
                    notes.push(DownloadNote::Missing { path });
                }
                Fetched::Missing => {}
            }
        }
        Ok(DownloadedFormat { kind, folder: self.format_folder(), files, bytes, notes })
    }

    fn format_folder(&self) -> PathBuf {
        self.folder.join(self.layout.kind).join(self.id.as_str())
    }

    /// Fetches files, several at once. The first error ends all.
    async fn fetch(&self, files: &BTreeMap<SourcePath, Need>) -> Result<Found, DownloadError> {
        let Downloader { client, limits, .. } = self.downloader;
        if files.len() > limits.files {
            let url = http::shown(&self.layout.base);
            let limit = u64::try_from(limits.files).unwrap_or(u64::MAX);
            return Err(DownloadError::TooMuch { url, limit, what: "files" });
        }
        let transfer = Transfer { client, limits, left: &self.left, on_bytes: self.on_bytes };
        // Owned, since the compiler does not see of borrowed ones that this may go to another thread.
        let fetches = files.clone().into_iter().map(|(path, need)| {
            let (transfer, target) = (&transfer, self.target(&path));
            async move {
                let fetched = transfer.fetch(&target).await?;
                if need == Need::Required && fetched == Fetched::Missing {
                    return Err(DownloadError::Missing { url: http::shown(&target.url) });
                }
                Ok((path, fetched))
            }
        });
        stream::iter(fetches).buffer_unordered(limits.at_once.max(1)).try_collect().await
    }

    fn target(&self, path: &SourcePath) -> Target {
        let beside = |ending: &str| {
            let name = format!("{path}{ending}");
            self.folder.join(WORKING).join(self.layout.kind).join(self.id.as_str()).join(name)
        };
        Target {
            url: below(&self.layout.base, path),
            file: self.format_folder().join(path.as_str()),
            part: beside(".part"),
            note: beside(".json"),
        }
    }

    /// Reads which files the fetched ones name.
    async fn named(
        &self,
        found: &Found,
    ) -> Result<(BTreeMap<SourcePath, Need>, Vec<DownloadNote>), DownloadError> {
        let limit = self.downloader.limits.files;
        let folder = self.format_folder();
        let naming: Vec<(&'static str, PathBuf)> = NAMING
            .iter()
            .filter(|name| {
                let path: SourcePath = name.parse().expect("a plain name");
                matches!(found.get(&path), Some(Fetched::Whole { .. }))
            })
            .map(|&name| (name, folder.join(name)))
            .collect();
        let read = move || read_names(&naming, limit);
        self.downloader.reading.run(self.cancel, read).await.map_err(|source| match source {
            LaneError::Cancelled => DownloadError::Cancelled,
            source @ LaneError::Panicked { .. } => DownloadError::BrokenOff { source },
        })?
    }
}

/// Files that name others.
const NAMING: [&str; 3] = ["shapes.svg", "presentation_text.json", "captions.json"];

/// Blocks.
fn read_names(
    naming: &[(&'static str, PathBuf)],
    limit: usize,
) -> Result<(BTreeMap<SourcePath, Need>, Vec<DownloadNote>), DownloadError> {
    let mut notes = Vec::new();
    let mut named = Named::at_most(limit);
    for (name, path) in naming {
        let file = File::open(path)
            .map_err(|source| DownloadError::Read { path: path.clone(), source })?;
        let file = BufReader::with_capacity(1 << 20, file);
        let added = match *name {
            "shapes.svg" => named.add_shapes(file),
            "captions.json" => named.add_captions(file),
            _ => named.add_texts(file),
        };
        let cause = match added {
            Ok(()) => continue,
            // Damaged on the server too: what is there is worth having.
            Err(NamesError::Xml(error)) => error.to_string(),
            Err(error) => match error.about(name, limit) {
                Ok(error) => return Err(error),
                Err(error) => error.to_string(),
            },
        };
        let path = name.parse().expect("a plain name");
        notes.push(DownloadNote::Unreadable { path, cause });
    }
    let named = named.finish().or_else(|error| match error.about(NAMING[1], limit) {
        Ok(error) => Err(error),
        Err(_) => Ok(BTreeMap::new()),
    })?;
    Ok((named, notes))
}

/// The address of a file below `base`. Whatever a name holds, it is a name there.
fn below(base: &Url, path: &SourcePath) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.parts());
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_a_name_in_an_address_too() {
        let base: Url = "https://a.example/presentation/ID/".parse().unwrap();
        let cases = [
            ("video/webcams.webm", "video/webcams.webm"),
            ("Folie 1 – ü#?%2e%2e.png", "Folie%201%20%E2%80%93%20%C3%BC%23%3F%252e%252e.png"),
            ("%2e%2e/x;y", "%252e%252e/x;y"),
        ];
        for (name, expected) in cases {
            let url = below(&base, &name.parse().unwrap());
            assert_eq!(url.as_str(), format!("{base}{expected}"));
        }
    }

    proptest! {
        #[test]
        fn every_address_stays_below_its_base(name in r"[./%2eE\\a?#:@é-]{1,12}") {
            let base: Url = "https://a.example/presentation/ID/".parse().unwrap();
            if let Ok(path) = name.parse::<SourcePath>() {
                let url = below(&base, &path);
                prop_assert!(url.as_str().starts_with(base.as_str()), "{}", url);
                prop_assert_eq!(url.as_str().parse::<Url>().unwrap(), url);
            }
        }
    }
}
