//! `PUT /ingest/push/{name}.tar`: hooks of BigBlueButton servers send recordings into the spool.
//!
//! A file is in the spool under its name only when it is whole and on disk. Before that it is a
//! dotfile, which whoever watches the spool leaves alone, and it goes with the request that wrote it.

use super::App;
use crate::{
    bearer,
    failure::Failure,
    refusal::Refusal,
    uploads::{self, SILENCE},
};
use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures_util::StreamExt as _;
use std::{
    io,
    path::{Path as FilePath, PathBuf},
};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncWriteExt as _, BufWriter},
    time::timeout,
};

const BUFFER: usize = 1 << 20;
/// What dotfiles of this way are called.
const PREFIX: &str = ".push-";
const LONGEST_NAME: usize = 120;
/// How many may be there of one name: `ID.tar`, `ID.2.tar` and so on.
const MOST_OF_A_NAME: u32 = 999;

/// A tar's name in the spool without its end: letters, digits, `-`, `_` and `.` that stand between
/// others, as in `ID-raw`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct TarName(String);

impl TarName {
    fn read(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".tar")?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let well_formed = !stem.is_empty()
            && name.len() <= LONGEST_NAME
            && stem.bytes().all(plain)
            && !stem.starts_with(['.', '-'])
            && !stem.ends_with('.')
            && !stem.contains("..");
        well_formed.then(|| Self(stem.to_owned()))
    }

    /// The `n`th file of this name, from 1.
    fn file(&self, n: u32) -> String {
        if n == 1 { format!("{}.tar", self.0) } else { format!("{}.{n}.tar", self.0) }
    }
}

/// `PUT /ingest/push/{name}`
#[tracing::instrument(name = "web.push", skip_all)]
pub(crate) async fn take(
    State(library): App,
    Path(name): Path<String>,
    request: Request,
) -> Result<Result<Response, Refusal>, Failure> {
    let (Some(token), Some(spool)) = (&library.config.push_token, &library.spool) else {
        return Err(Failure::NotFound);
    };
    if !bearer::carries(request.headers(), token) {
        tracing::warn!("somebody without the token tried to push a recording");
        let refused = Refusal::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
        let asks = [(header::WWW_AUTHENTICATE, "Bearer")];
        return Ok(Ok((asks, refused).into_response()));
    }
    let Some(name) = TarName::read(&name) else {
        return Ok(Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "a name is letters, digits, `-`, `_` and `.`, with `.tar` at its end",
        )));
    };
    let announced = length(request.headers());
    let limit = library.config.upload_limit;
    if announced.is_some_and(|it| it > limit) {
        return Ok(Err(too_long(limit)));
    }
    let writing = write(spool.clone(), name, announced, limit, request.into_body());
    // On its own: dropped with the connection it could leave a file behind.
    let written = tokio::spawn(writing).await;
    let written = written.map_err(|error| Failure::broken("take a pushed recording", error))?;
    Ok(written.map(|file| {
        tracing::info!("`{file}` was pushed into the spool");
        (StatusCode::CREATED, format!("{file}\n")).into_response()
    }))
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_long(limit: u64) -> Refusal {
    let message = format!("at most {limit} bytes are taken");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

async fn write(
    spool: PathBuf,
    name: TarName,
    announced: Option<u64>,
    limit: u64,
    body: Body,
) -> Result<String, Refusal> {
    tokio::fs::create_dir_all(&spool).await.map_err(|it| disk(&spool, it))?;
    // Making, naming and removing one file each is as quick as what the async file does elsewhere.
    let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(&spool);
    let file = file.map_err(|it| disk(&spool, it))?;
    let written = fill(&file, body, limit).await?;
    if announced.is_some_and(|it| it != written) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "the body is not as long as announced"));
    }
    if written == 0 {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "the body is empty"));
    }
    let named = put_to_its_name(file, &spool, &name).map_err(|it| disk(&spool, it))?;
    uploads::sync_folder(&spool)
        .await
        .map_err(|error| Refusal::from(Failure::broken("take a pushed recording", error)))?;
    Ok(named)
}

/// Writes the body and sees that it is on disk. Returns how many bytes it had.
async fn fill(file: &NamedTempFile, body: Body, limit: u64) -> Result<u64, Refusal> {
    let broken = |it| disk(file.path(), it);
    let opened = file.reopen().map_err(broken)?;
    let mut out = BufWriter::with_capacity(BUFFER, tokio::fs::File::from_std(opened));
    let mut body = body.into_data_stream();
    let mut written: u64 = 0;
    loop {
        let broke_off = || Refusal::new(StatusCode::BAD_REQUEST, "the body broke off");
        let Ok(next) = timeout(SILENCE, body.next()).await else { return Err(broke_off()) };
        let Some(bytes) = next else { break };
        let bytes = bytes.map_err(|_| broke_off())?;
        written = written.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if written > limit {
            return Err(too_long(limit));
        }
        out.write_all(&bytes).await.map_err(broken)?;
    }
    out.flush().await.map_err(broken)?;
    out.get_ref().sync_all().await.map_err(broken)?;
    Ok(written)
}

/// Never in the place of another file: that may be another format, or about to be read.
fn put_to_its_name(
    mut file: NamedTempFile,
    spool: &FilePath,
    name: &TarName,
) -> io::Result<String> {
    for n in 1..=MOST_OF_A_NAME {
        let named = name.file(n);
        match file.persist_noclobber(spool.join(&named)) {
            Ok(_) => return Ok(named),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn disk(path: &FilePath, error: io::Error) -> Refusal {
    if uploads::is_full(&error) {
        tracing::error!("no room for a pushed recording at `{}`", path.display());
        return Refusal::new(StatusCode::INSUFFICIENT_STORAGE, "there is no room left");
    }
    Failure::broken("write a pushed recording", error).into()
}

/// Removes what a killed program left. Only before anything is pushed.
pub(crate) async fn sweep(spool: &FilePath) -> io::Result<()> {
    let mut entries = match tokio::fs::read_dir(spool).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            tokio::fs::remove_file(entry.path()).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        let id = "183f0bf3a0982a127bdb8161e0c44eb696b3e75c-1531240585189";
        for name in ["a.tar", "1_b-c.d.tar", &format!("{id}.tar"), &format!("{id}-raw.tar")] {
            assert!(TarName::read(name).is_some(), "{name}");
        }
        let long = format!("{}.tar", "a".repeat(LONGEST_NAME));
        for name in [
            "", ".tar", "a", "a.zip", "..tar", "a..tar", "../a.tar", ".a.tar", "-a.tar", "a b.tar",
            "a/b.tar", "ä.tar", "a\0.tar", &long,
        ] {
            assert_eq!(TarName::read(name), None, "{name:?}");
        }
    }

    #[test]
    fn another_of_a_name_is_numbered() {
        let name = TarName::read("a.tar").unwrap();
        assert_eq!([1, 2, 3].map(|n| name.file(n)), ["a.tar", "a.2.tar", "a.3.tar"]);
    }
}
