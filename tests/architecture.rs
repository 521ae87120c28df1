//! The arrows of ARCHITECTURE.md against what Cargo says, so that the drawing cannot rot.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};

/// Which of our crates each of our crates may know.
const ARROWS: &[(&str, &[&str])] = &[
    ("archive", &[]),
    ("ingest", &["archive"]),
    ("transcode", &["archive"]),
    ("models", &["archive"]),
    ("search", &["archive"]),
    ("web", &["archive", "search"]),
    ("plenary", &["archive", "ingest", "models", "search", "transcode", "web"]),
];

/// Outside libraries that one crate alone knows, so that replacing one touches one crate.
const KNOWN_TO_ONE: &[(&str, &str)] = &[
    ("sqlx", "archive"),
    ("object_store", "archive"),
    ("quick-xml", "ingest"),
    ("gstreamer", "transcode"),
    ("gstreamer-app", "transcode"),
    ("gstreamer-audio", "transcode"),
    ("gstreamer-video", "transcode"),
    ("mp4-atom", "transcode"),
    ("m3u8-rs", "transcode"),
    ("whisper-rs", "models"),
    ("tantivy", "search"),
    ("axum", "web"),
    ("askama", "web"),
    ("argon2", "web"),
    ("fluent-bundle", "web"),
    ("prometheus-client", "web"),
    ("rust-embed", "web"),
    ("tower-http", "web"),
    ("hound", "models"),
    ("frostem", "search"),
    ("icu_segmenter", "search"),
    ("html5gum", "ingest"),
    ("tar", "ingest"),
    ("jsonwebtoken", "ingest"),
    ("clap", "plenary"),
    ("indicatif", "plenary"),
    ("tracing-subscriber", "plenary"),
];

fn metadata() -> Metadata {
    MetadataCommand::new().no_deps().exec().expect("cargo describes the workspace")
}

/// The names of what a package needs when it is built, tests left out.
fn needs(package: &Package) -> BTreeSet<&str> {
    let built = package.dependencies.iter().filter(|it| it.kind != DependencyKind::Development);
    built.map(|it| it.name.as_str()).collect()
}

#[test]
fn crates_know_each_other_only_along_the_arrows() {
    let metadata = metadata();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|it| it.name.as_str()).collect();
    let drawn: BTreeMap<&str, BTreeSet<&str>> =
        ARROWS.iter().map(|(from, to)| (*from, to.iter().copied().collect())).collect();
    let found: BTreeMap<&str, BTreeSet<&str>> = metadata
        .packages
        .iter()
        .map(|it| (it.name.as_str(), needs(it).intersection(&ours).copied().collect()))
        .collect();
    assert_eq!(found, drawn, "a new arrow belongs into ARCHITECTURE.md and into this table");
}

#[test]
fn an_outside_library_is_known_to_one_crate() {
    for (library, owner) in KNOWN_TO_ONE {
        let metadata = metadata();
        let knowing = metadata.packages.iter().filter(|it| needs(it).contains(library));
        let knowing: Vec<&str> = knowing.map(|it| it.name.as_str()).collect();
        assert_eq!(knowing, [*owner], "who knows {library}");
    }
}

#[test]
fn every_crate_takes_the_workspaces_lints_and_versions() {
    for package in &metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has lints of its own",
            package.name
        );
        // The root's manifest is the workspace's, where versions stand.
        let own = manifest.lines().find(|it| it.contains("version = \""));
        assert!(package.name == "plenary" || own.is_none(), "{}: {own:?}", package.name);
    }
}
