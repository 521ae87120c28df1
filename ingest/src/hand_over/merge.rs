//! What the archive has of a recording, and what was handed over now, become one list.

use super::roles;
use archive::{Kept, SourceFile, SourcePath, SourceRole};
use std::collections::BTreeMap;

/// The union of both, sorted by path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) files: Vec<SourceFile>,
    /// Former files that lie under their path in the store and are listed under another path now, by
    /// their digest: their bytes must be there, too, before this counts.
    pub(crate) to_copy: Vec<SourceFile>,
}

/// Merges. Nothing is lost: what is missing now stays, and what changed stays beside it.
pub(crate) fn merge(former: &[SourceFile], now: &[SourceFile]) -> Merged {
    let mut files: BTreeMap<&SourcePath, SourceFile> =
        former.iter().map(|it| (&it.path, it.clone())).collect();
    let mut aside = Vec::new();
    let mut to_copy = Vec::new();
    for file in now {
        match files.get(&file.path) {
            Some(same) if same.sha256 == file.sha256 => continue,
            Some(other) => {
                if other.kept == Kept::Path {
                    to_copy.push(other.clone());
                }
                aside.push(superseded(other));
            }
            // The same file under another name is no second one.
            None if is_upload(&file.path) && former.iter().any(|it| is_same_upload(it, file)) => {
                continue;
            }
            None => {}
        }
        files.insert(&file.path, file.clone());
    }
    let mut files: BTreeMap<SourcePath, SourceFile> =
        files.into_values().map(|it| (it.path.clone(), it)).collect();
    for file in aside {
        files.entry(file.path.clone()).or_insert(file);
    }
    let mut files: Vec<_> = files.into_values().collect();
    roles::give(&mut files);
    Merged { files, to_copy }
}

fn is_upload(path: &SourcePath) -> bool {
    path.as_str().starts_with("upload/")
}

fn is_same_upload(former: &SourceFile, now: &SourceFile) -> bool {
    is_upload(&former.path) && former.sha256 == now.sha256
}

/// Where a file is listed once another has taken its place.
fn superseded(former: &SourceFile) -> SourceFile {
    let digest = former.sha256.get(..16).unwrap_or(&former.sha256);
    let path = format!("superseded/{digest}/{}", former.path);
    // Of a path so long that nothing fits before it, the digest alone still finds the file.
    let path = path.parse().or_else(|_| format!("superseded/{}", former.sha256).parse());
    let path = path.expect("a digest is a name");
    SourceFile { path, role: SourceRole::Other, kept: Kept::Digest, ..former.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(path: &str, digest: &str, kept: Kept) -> SourceFile {
        let (path, sha256) = (path.parse().unwrap(), digest.repeat(64 / digest.len()));
        SourceFile { path, size_bytes: 1, sha256, role: SourceRole::Other, kept }
    }

    fn listed(files: &[SourceFile]) -> Vec<String> {
        files.iter().map(|it| format!("{}={}", it.path, &it.sha256[..1])).collect()
    }

    #[test]
    fn nothing_that_was_there_is_lost() {
        let former = [file("a/x", "1", Kept::Digest), file("a/y", "2", Kept::Digest)];
        let merged =
            merge(&former, &[file("a/x", "3", Kept::Digest), file("b/z", "4", Kept::Digest)]);
        let expected = ["a/x=3", "a/y=2", "b/z=4", "superseded/1111111111111111/a/x=1"];
        assert_eq!(listed(&merged.files), expected);
        assert_eq!(merged.to_copy, []);
        assert_eq!(merge(&merged.files, &[file("a/x", "3", Kept::Digest)]).files, merged.files);
    }

    #[test]
    fn what_lies_under_its_path_stays_there_or_is_copied() {
        let former = [file("a/x", "1", Kept::Path), file("a/y", "2", Kept::Path)];
        let merged =
            merge(&former, &[file("a/x", "1", Kept::Digest), file("a/y", "3", Kept::Digest)]);
        let kept: Vec<_> = merged.files.iter().map(|it| it.kept).collect();
        assert_eq!(kept, [Kept::Path, Kept::Digest, Kept::Digest]);
        assert_eq!(merged.to_copy, [former[1].clone()]);
    }

    #[test]
    fn an_upload_under_another_name_is_the_same() {
        let former = [file("upload/a.mp4", "1", Kept::Digest)];
        assert_eq!(merge(&former, &[file("upload/b.mp4", "1", Kept::Digest)]).files, former);
    }

    #[test]
    fn a_path_too_long_to_be_set_aside_is_found_by_its_digest() {
        let long = format!("a/{}", "x".repeat(1_010));
        let merged = merge(&[file(&long, "1", Kept::Digest)], &[file(&long, "2", Kept::Digest)]);
        assert_eq!(merged.files[1].path.as_str(), format!("superseded/{}", "1".repeat(64)));
    }

    fn any_files() -> impl Strategy<Value = Vec<SourceFile>> {
        let one =
            ("[a-c]/[x-z]", "[1-4]").prop_map(|(path, digest)| file(&path, &digest, Kept::Digest));
        prop::collection::btree_map("[a-c]/[x-z]", one, 0..6).prop_map(|files| {
            let files = files.into_iter();
            files.map(|(path, it)| SourceFile { path: path.parse().unwrap(), ..it }).collect()
        })
    }

    proptest! {
        #[test]
        fn every_content_is_in_the_list_and_merging_again_changes_nothing(
            first in any_files(), second in any_files(), third in any_files(),
        ) {
            let one = merge(&merge(&[], &first).files, &second).files;
            let two = merge(&one, &third).files;
            for file in first.iter().chain(&second).chain(&third) {
                prop_assert!(two.iter().any(|it| it.sha256 == file.sha256
                    && it.path.as_str().ends_with(file.path.as_str())));
            }
            for file in &third {
                let now = two.iter().find(|it| it.path == file.path).unwrap();
                prop_assert_eq!(&now.sha256, &file.sha256);
            }
            prop_assert!(two.is_sorted_by(|a, b| a.path < b.path));
            prop_assert_eq!(merge(&two, &third).files, two);
        }
    }
}
