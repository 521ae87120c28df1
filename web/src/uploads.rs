//! Files that archivists upload, piece by piece, until they are whole.
//!
//! Each upload has a folder of its own, named by its ID. In it lie `.upload.json`, what is known of
//! it, and `.part`, what has arrived; once that is whole it is put to the file's own name, and an
//! arrival is noted. Whoever takes the arrival in may take the file away; the rest of the folder
//! goes when the upload's time is over, so that a browser that missed the last answer still learns
//! that all has arrived.
//!
//! What has arrived is as long as `.part` is: there is no second account that could differ. A piece
//! is answered for once it is on disk.

mod append;
mod metadata;
mod name;
mod sweep;
mod turns;

pub(crate) use append::{Appended, SILENCE, Stopped};
pub(crate) use metadata::Metadata;
use name::FileName;
pub(crate) use name::UploadId;
pub(crate) use turns::Turn;

use archive::{Arrivals, CatalogError, NewArrival, Timestamp, UploadDetails, Way};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{fs, io::AsyncWriteExt as _};
use turns::Turns;

const ABOUT: &str = ".upload.json";
const PART: &str = ".part";
/// What the name of a folder begins with that is not yet whole.
const MAKING: &str = ".making-";

/// Where uploads lie.
pub(crate) struct Uploads {
    folder: PathBuf,
    turns: Turns,
}

/// One upload as it stands.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) id: UploadId,
    pub(crate) about: About,
    pub(crate) stands: Stands,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// So many bytes have arrived.
    Under {
        offset: u64,
    },
    Whole,
    /// It was whole, and somebody has taken the file in.
    Taken,
}

/// What is known of an upload from its beginning on. It is stored: append, never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    pub(crate) length: u64,
    pub(crate) name: FileName,
    pub(crate) details: UploadDetails,
    /// `Upload-Metadata` as it was sent, to be said again.
    pub(crate) metadata: String,
    /// Who uploads it.
    pub(crate) member: String,
    pub(crate) expires_at_ms: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    #[error("cannot {doing} `{path}`")]
    Disk { doing: &'static str, path: PathBuf, source: io::Error },
    #[error("`{path}` is not what an upload's file says of it")]
    Unreadable { path: PathBuf, source: serde_json::Error },
    #[error("the machine has no random bytes for an upload's ID")]
    Random { source: getrandom::Error },
    #[error("cannot note that an upload has arrived")]
    Note { source: CatalogError },
}

impl UploadError {
    fn disk<'a>(doing: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Self + 'a {
        move |source| Self::Disk { doing, path: path.to_owned(), source }
    }

    pub(crate) fn is_full_disk(&self) -> bool {
        match self {
            Self::Disk { source, .. } => is_full(source),
            Self::Unreadable { .. } | Self::Random { .. } | Self::Note { .. } => false,
        }
    }
}

/// Whether an error says that there is no room.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl Uploads {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, turns: Turns::default() }
    }

    /// Makes room for a new upload.
    pub(crate) async fn create(&self, about: &About) -> Result<UploadId, UploadError> {
        let id = UploadId::draw().map_err(|source| UploadError::Random { source })?;
        fs::create_dir_all(&self.folder).await.map_err(UploadError::disk("make", &self.folder))?;
        let making = self.folder.join(format!("{MAKING}{id}"));
        fs::create_dir(&making).await.map_err(UploadError::disk("make", &making))?;
        let made = self.fill(&making, about, &self.folder_of(&id)).await;
        if made.is_err() {
            // What it left is swept with the next start otherwise.
            fs::remove_dir_all(&making).await.ok();
        }
        made.map(|()| id)
    }

    async fn fill(&self, making: &Path, about: &About, whole: &Path) -> Result<(), UploadError> {
        let path = making.join(ABOUT);
        let text = serde_json::to_vec_pretty(about)
            .map_err(|source| UploadError::Unreadable { path: path.clone(), source })?;
        write_synced(&path, &text).await?;
        write_synced(&making.join(PART), b"").await?;
        sync_folder(making).await?;
        fs::rename(making, whole).await.map_err(UploadError::disk("rename", making))?;
        sync_folder(&self.folder).await
    }

    /// An upload that was begun, or `None`.
    pub(crate) async fn find(&self, id: &UploadId) -> Result<Option<Upload>, UploadError> {
        let path = self.folder_of(id).join(ABOUT);
        let text = match fs::read(&path).await {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(UploadError::disk("read", &path)(error)),
        };
        let about: About = serde_json::from_slice(&text)
            .map_err(|source| UploadError::Unreadable { path, source })?;
        let stands = if let Some(offset) = length_of(&self.part(id)).await? {
            Stands::Under { offset }
        } else if length_of(&self.file(id, &about.name)).await?.is_some() {
            Stands::Whole
        } else {
            Stands::Taken
        };
        Ok(Some(Upload { id: id.clone(), about, stands }))
    }

    /// Every upload that is not whole yet, in no order.
    pub(crate) async fn unfinished(&self) -> Result<Vec<Upload>, UploadError> {
        let mut found = self.all().await?;
        found.retain(|it| matches!(it.stands, Stands::Under { .. }));
        Ok(found)
    }

    async fn all(&self) -> Result<Vec<Upload>, UploadError> {
        let mut found = Vec::new();
        for name in names_in(&self.folder).await? {
            let Ok(id) = name.parse::<UploadId>() else { continue };
            match self.find(&id).await {
                Ok(upload) => found.extend(upload),
                // One that is damaged hides no other.
                Err(error @ UploadError::Unreadable { .. }) => {
                    tracing::error!(cause = crate::failure::chain(&error), "an upload is damaged");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Waits until nobody else is at this upload. Whoever is at it is asked to stop: a browser that
    /// lost its connection and comes back need not wait until the old one is given up.
    pub(crate) async fn turn(&self, id: &UploadId) -> Option<Turn> {
        self.turns.take(id).await
    }

    /// Puts a whole upload to its own name and notes its arrival. Doing it twice changes nothing.
    pub(crate) async fn finish(
        &self,
        upload: &Upload,
        arrivals: &Arrivals,
    ) -> Result<(), UploadError> {
        let (id, about) = (&upload.id, &upload.about);
        match upload.stands {
            Stands::Taken => return Ok(()),
            Stands::Whole => (),
            Stands::Under { .. } => {
                let part = self.part(id);
                let renamed = fs::rename(&part, self.file(id, &about.name)).await;
                renamed.map_err(UploadError::disk("rename", &part))?;
                sync_folder(&self.folder_of(id)).await?;
            }
        }
        let details = serde_json::to_string(&about.details).map_err(|source| {
            UploadError::Unreadable { path: self.folder_of(id).join(ABOUT), source }
        })?;
        let arrival = NewArrival {
            way: Way::Upload,
            place: format!("{id}/{}", about.name),
            fingerprint: format!("{id}:{}", about.length),
            recording: None,
            details,
        };
        arrivals.note(&arrival).await.map_err(|source| UploadError::Note { source })?;
        Ok(())
    }

    /// Throws away what has arrived of an upload. The caller has its turn.
    pub(crate) async fn remove(&self, id: &UploadId) -> Result<(), UploadError> {
        let folder = self.folder_of(id);
        match fs::remove_dir_all(&folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done.map_err(UploadError::disk("remove", &folder)),
        }
    }

    fn folder_of(&self, id: &UploadId) -> PathBuf {
        self.folder.join(id.as_str())
    }

    fn part(&self, id: &UploadId) -> PathBuf {
        self.folder_of(id).join(PART)
    }

    fn file(&self, id: &UploadId, name: &FileName) -> PathBuf {
        self.folder_of(id).join(name.as_str())
    }
}

impl Upload {
    /// How much has arrived, in bytes.
    pub(crate) const fn offset(&self) -> u64 {
        match self.stands {
            Stands::Under { offset } => offset,
            Stands::Whole | Stands::Taken => self.about.length,
        }
    }

    pub(crate) fn has_expired(&self, now: Timestamp) -> bool {
        matches!(self.stands, Stands::Under { .. }) && self.about.expires_at_ms <= now
    }
}

/// The length of a file, or `None` if there is none.
async fn length_of(path: &Path) -> Result<Option<u64>, UploadError> {
    match fs::metadata(path).await {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(UploadError::disk("look at", path)(error)),
    }
}

/// Names in a folder, none if it is not there. Those that are no text are nobody's here.
async fn names_in(folder: &Path) -> Result<Vec<String>, UploadError> {
    let mut entries = match fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(UploadError::disk("list", folder)(error)),
    };
    let mut names = Vec::new();
    while let Some(it) = entries.next_entry().await.map_err(UploadError::disk("list", folder))? {
        names.extend(it.file_name().into_string().ok());
    }
    Ok(names)
}

async fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), UploadError> {
    let mut file = fs::File::create(path).await.map_err(UploadError::disk("make", path))?;
    file.write_all(bytes).await.map_err(UploadError::disk("write", path))?;
    file.sync_all().await.map_err(UploadError::disk("write", path))
}

/// Without this a crash may forget what was renamed in a folder.
pub(crate) async fn sync_folder(folder: &Path) -> Result<(), UploadError> {
    let opened = fs::File::open(folder).await.map_err(UploadError::disk("open", folder))?;
    opened.sync_all().await.map_err(UploadError::disk("sync", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_that_is_damaged_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(folder.path().to_owned());
        let about = About {
            length: 3,
            name: "a.ogg".to_owned().into(),
            details: UploadDetails::default(),
            metadata: String::new(),
            member: "ana".to_owned(),
            expires_at_ms: Timestamp::from_unix_ms(0),
        };
        let sound = uploads.create(&about).await.unwrap();
        let damaged = uploads.create(&about).await.unwrap();
        fs::write(uploads.folder_of(&damaged).join(ABOUT), b"{").await.unwrap();
        let found = uploads.unfinished().await.unwrap();
        assert_eq!(found.iter().map(|it| &it.id).collect::<Vec<_>>(), [&sound]);
    }
}
