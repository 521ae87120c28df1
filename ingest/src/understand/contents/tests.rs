use super::*;
use crate::files::Bytes;
use archive::Contents;
use std::{fs, path::Path};

mod fixtures;
mod merging;
mod samples;

/// Puts all files of a folder in as if they lay in the archive under `name`.
fn put_folder(files: &mut Files, folder: &Path, name: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{name}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            put_folder(files, &entry.path(), &name);
        } else {
            files.put(name.parse().unwrap(), Some(Bytes::File(entry.path())));
        }
    }
}

fn understood(files: &Files, id: &str) -> (Understood, Vec<String>) {
    let mut warnings = Vec::new();
    let understood = read(files, &id.parse().unwrap(), &IngestConfig::default(), &mut warnings);
    (understood, warnings.iter().map(ToString::to_string).collect())
}

fn ms(range: TimeRange) -> (u64, u64) {
    (range.start().as_ms(), range.end().as_ms())
}

fn chat(contents: &Contents) -> Vec<(u64, &str, &str)> {
    let rows = contents.chat.iter();
    rows.map(|it| (it.at.as_ms(), it.sender.as_str(), it.text.as_str())).collect()
}
