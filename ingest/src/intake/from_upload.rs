//! Taking in what an archivist uploaded in a browser.

use super::{
    run::Intake,
    take::{Tally, on_disk},
};
use crate::{Found, hand_over::format::Format};
use archive::{ClaimedArrival, Disposition, Ended, UploadDetails};
use std::{
    fs,
    path::{Component, Path, PathBuf},
};

/// What lies beside an upload's file, and stays when that is taken in.
const ABOUT: &str = ".upload.json";

/// What is wrong with a note of an upload.
#[derive(Debug, thiserror::Error)]
enum BadNote {
    #[error("what was said of the upload cannot be read")]
    Details { source: serde_json::Error },
    #[error("`{place}` is no place of an upload")]
    Place { place: String },
    #[error("the uploaded file is not on this machine")]
    NotHere,
}

impl Intake {
    /// The file goes when the library has it: the archivist has it too, and the library every byte.
    pub(super) async fn take_upload(&self, arrival: &ClaimedArrival) -> Ended {
        let Some(file) = place(self.uploads(), &arrival.place) else {
            let place = arrival.place.clone();
            return Tally::of_failure(&BadNote::Place { place }, Disposition::Fail).ended(arrival);
        };
        let details: UploadDetails = match serde_json::from_str(&arrival.details) {
            Ok(details) => details,
            Err(source) => {
                let error = BadNote::Details { source };
                return Tally::of_failure(&error, Disposition::Fail).ended(arrival);
            }
        };
        let there = file.clone();
        let looked = on_disk(self, move || {
            // The file is there before its arrival is noted and goes only when it was taken in; what
            // is known of it stays, for its browser.
            Ok((there.try_exists()?, there.with_file_name(ABOUT).try_exists()?))
        });
        match looked.await {
            Ok((true, _)) => {}
            Ok((false, is_known)) if is_known || arrival.recording.is_some() => {
                let message = "it is in the library".to_owned();
                return Ended::Done { recording: arrival.recording.clone(), message };
            }
            // Uploads of another machine that serves the same library are taken in there.
            Ok((false, _)) => {
                return Tally::of_failure(&BadNote::NotHere, Disposition::Retry).ended(arrival);
            }
            Err(error) => {
                return Tally::of_failure(&error, Disposition::Retry).ended(arrival);
            }
        }
        let found = match self.parts().ingest.discover(&file).await {
            // Neither tar nor zip: then what the archivist said of it counts.
            Ok(found) if found.iter().all(|it| *it.format() == Format::Upload) => {
                vec![Found::upload(&file, details)]
            }
            Ok(found) => found,
            Err(error) => {
                return Tally::of_failure(&error, error.disposition()).ended(arrival);
            }
        };
        let ended = self.take_found(found).await.ended(arrival);
        if matches!(ended, Ended::Done { .. }) {
            let removed = on_disk(self, move || fs::remove_file(&file)).await;
            if let Err(error) = removed {
                tracing::warn!(cause = %error, "cannot remove the uploaded file");
            }
        }
        ended
    }
}

/// Where an upload's file lies: `<upload>/<file>` in the folder of uploads, and nowhere else.
fn place(uploads: &Path, place: &str) -> Option<PathBuf> {
    let path = Path::new(place);
    let plain = path.components().all(|it| matches!(it, Component::Normal(_)));
    (plain && path.components().count() == 2).then(|| uploads.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_lies_in_its_own_folder_and_nowhere_else() {
        let uploads = Path::new("/var/lib/plenary/uploads");
        assert_eq!(place(uploads, "ab12/talk.mp4"), Some(uploads.join("ab12/talk.mp4")));
        for odd in ["", "talk.mp4", "/etc/passwd", "../x", "ab/../../x", "a/b/c", "./a/b"] {
            assert_eq!(place(uploads, odd), None, "{odd:?}");
        }
    }
}
