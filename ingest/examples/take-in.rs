//! Takes a tree of recordings into a new library, or looks whether they are known; for `benches/`.
//!
//! `take-in TREE LIBRARY` prints how many recordings, files and bytes it took in; `take-in TREE` how
//! many recordings it found and fingerprinted.

#![expect(clippy::print_stdout, reason = "it is a program")]

use archive::{Catalog, Store, SystemClock, catalog::sqlite_url};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use ingest::{Ingest, IngestConfig, discover};
use std::{collections::BTreeSet, error::Error, path::PathBuf, sync::Arc};

/// As many as the intake takes in at once if its configuration does not say.
const AT_ONCE: usize = 2;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let tree = arguments.next().ok_or("which tree?")?;
    let found = discover(&tree)?;
    let Some(library) = arguments.next() else {
        let known = found.iter().map(ingest::Found::fingerprint);
        let known = known.collect::<Result<BTreeSet<_>, _>>()?;
        let (found, known, peak) = (found.len(), known.len(), peak_kib()?);
        println!("{{\"found\": {found}, \"fingerprints\": {known}, \"peak_kib\": {peak}}}");
        return Ok(());
    };
    std::fs::create_dir_all(&library)?;
    let clock = Arc::new(SystemClock);
    let catalog =
        Catalog::open(&sqlite_url(&library.join("catalog.sqlite")), clock.clone()).await?;
    let store = Store::open_folder(&library.join("objects"))?;
    let ingest = Ingest::new(catalog, store, IngestConfig::default(), clock);
    let mut taking = Vec::new();
    for found in &found {
        taking.push(ingest.take_in(found, |_| ()));
    }
    let taken = stream::iter(taking).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    let files: usize = taken.iter().map(|it| it.files).sum();
    let bytes: u64 = taken.iter().map(|it| it.bytes).sum();
    let (taken, peak) = (taken.len(), peak_kib()?);
    println!(
        "{{\"taken\": {taken}, \"files\": {files}, \"bytes\": {bytes}, \"peak_kib\": {peak}}}"
    );
    Ok(())
}

/// The most memory that this program had at once. What the system tells of an ended process begins
/// with its parent's.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).ok_or("no peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
