//! Refuses to build without the files that `make assets` makes, and builds anew when they change.

use std::path::Path;

/// What the pages ask for by name; see `FRONTEND.md`.
const NEEDED: [&str; 6] =
    ["site.css", "player.js", "search.js", "desk.js", "ingest.js", "favicon.svg"];

fn main() {
    for watched in ["dist", "locales", "templates"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let Ok(manifest) = std::fs::read_to_string(Path::new("dist").join("manifest.json")) else {
        println!("cargo::error=`web/dist` has not been built: run `make assets` first");
        return;
    };
    for name in NEEDED {
        if !manifest.contains(&format!("\"{name}\"")) {
            println!("cargo::error=`web/dist` has no `{name}`: run `make assets` again");
        }
    }
}
