//! The model folder: which files lie in it, and whether they are what the manifest says.

use crate::manifest::{self, Model, UnknownModel};
use archive::Disposition;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelProblem {
    #[error(transparent)]
    Unknown(#[from] UnknownModel),

    #[error(
        "the speech model `{name}` is missing: there is no `{path}`; \
         get it with `plenary models fetch {name}`"
    )]
    Missing { name: String, path: PathBuf },

    #[error(
        "the speech model `{name}` is damaged: `{path}` {problem}; \
         get it anew with `plenary models fetch {name}`"
    )]
    Damaged { name: String, path: PathBuf, problem: String },

    #[error("the speech model `{name}` cannot be read from `{path}`")]
    Unreadable { name: String, path: PathBuf, source: io::Error },
}

impl ModelProblem {
    /// Whether trying again can help: once somebody has fetched the model.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Unknown(_) => Disposition::Fail,
            Self::Missing { .. } | Self::Damaged { .. } | Self::Unreadable { .. } => {
                Disposition::Retry
            }
        }
    }
}

/// The models whose file lies in `folder` with the right size; contents are not read.
pub fn installed(folder: &Path) -> Vec<&'static Model> {
    manifest::list().iter().filter(|model| present(folder, model).is_ok()).collect()
}

/// Reads the files of a model and of the models that it needs and compares their digests.
///
/// Returns the path of the model's own file. Blocks for about a second for each gigabyte.
pub fn check(folder: &Path, name: &str) -> Result<PathBuf, ModelProblem> {
    let model = manifest::model(name)?;
    // The model first: fetching it brings what it needs.
    let path = verify(folder, model)?;
    for need in &model.needs {
        verify(folder, manifest::model(need)?)?;
    }
    Ok(path)
}

/// The path of a model's file if it is there with the right size.
pub(crate) fn present(folder: &Path, model: &Model) -> Result<PathBuf, ModelProblem> {
    let path = folder.join(&model.file);
    let name = || model.name.clone();
    match path.metadata() {
        Ok(metadata) if metadata.len() == model.size_bytes => Ok(path),
        Ok(metadata) => {
            let problem = format!("has {} bytes and not {}", metadata.len(), model.size_bytes);
            Err(ModelProblem::Damaged { name: name(), path, problem })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ModelProblem::Missing { name: name(), path })
        }
        Err(source) => Err(ModelProblem::Unreadable { name: name(), path, source }),
    }
}

/// The path of a model's file if its digest is right.
pub(crate) fn verify(folder: &Path, model: &Model) -> Result<PathBuf, ModelProblem> {
    let path = present(folder, model)?;
    match File::open(&path).and_then(digest) {
        Ok(found) if found == model.sha256 => Ok(path),
        Ok(found) => {
            let problem = format!("has the SHA-256 {found} and not {}", model.sha256);
            Err(ModelProblem::Damaged { name: model.name.clone(), path, problem })
        }
        Err(source) => Err(ModelProblem::Unreadable { name: model.name.clone(), path, source }),
    }
}

fn digest(mut file: File) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex::encode(digest.finalize())),
            length => digest.update(&buffer[..length]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_says_how_to_fill_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(installed(folder.path()).is_empty());
        let error = check(folder.path(), "tiny.en").unwrap_err().to_string();
        assert!(error.contains("plenary models fetch tiny.en"), "{error}");
        let error = check(folder.path(), "huge").unwrap_err().to_string();
        assert!(error.contains("`huge`"), "{error}");
    }

    #[test]
    fn wrong_size_and_wrong_bytes_are_damage() {
        let folder = tempfile::tempdir().unwrap();
        let model = manifest::model(manifest::SPEECH_DETECTION).unwrap();
        let path = folder.path().join(&model.file);
        std::fs::write(&path, b"short").unwrap();
        let error = check(folder.path(), &model.name).unwrap_err().to_string();
        assert!(error.contains("has 5 bytes and not 885098"), "{error}");

        std::fs::write(&path, vec![0; 885_098]).unwrap();
        assert_eq!(installed(folder.path()), [model], "the size alone is looked at");
        let error = check(folder.path(), &model.name).unwrap_err().to_string();
        assert!(error.contains("has the SHA-256"), "{error}");
    }
}
