use crate::{
    Index, IndexError,
    index::{Pending, finished},
    stage::read_entry,
};
use archive::{Catalog, CatalogError, Viewer, catalog::RecordingCursor};
use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

/// Recordings that are read from the catalog at once.
const PAGE: u32 = 100;
/// Recordings that were handed to the writer and are not yet committed.
const UNDER_WAY: usize = 64;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    pub done: u64,
    /// How many the catalog had when the rebuild began.
    pub total: u64,
}

impl Index {
    /// Puts every recording of the catalog into the index, and takes out what the catalog no longer
    /// has. Searches go on meanwhile, and so may the index stage.
    ///
    /// Safe to stop at any time and to run again.
    pub async fn rebuild(
        &self,
        catalog: &Catalog,
        mut on_progress: impl FnMut(Rebuilt),
    ) -> Result<(), IndexError> {
        let read = |source: CatalogError| IndexError::Catalog { source: Arc::new(source) };
        let program = Viewer::program();
        let total = catalog.visible_recordings(&program).await.map_err(read)?.len() as u64;
        let mut done = 0;
        on_progress(Rebuilt { done, total });
        let mut seen = HashSet::new();
        let mut under_way = VecDeque::<Pending>::with_capacity(UNDER_WAY);
        let mut cursor = None;
        loop {
            let page = catalog.recordings(&program, cursor.as_ref(), PAGE).await.map_err(read)?;
            let Some(last) = page.last() else { break };
            cursor = Some(RecordingCursor { started_at: last.started_at, id: last.id.clone() });
            for recording in page {
                // Read again as a whole: the page may be old by the time its last one is indexed.
                let entry = read_entry(catalog, &recording.id).await.map_err(read)?;
                seen.insert(recording.id);
                let Some(entry) = entry else { continue };
                under_way.push_back(self.send_replace(entry).await?);
                if under_way.len() == UNDER_WAY
                    && let Some(oldest) = under_way.pop_front()
                {
                    finished(oldest).await?;
                    done += 1;
                    on_progress(Rebuilt { done, total });
                }
            }
        }
        for pending in under_way {
            finished(pending).await?;
            done += 1;
            on_progress(Rebuilt { done, total });
        }
        for recording in self.recordings() {
            // One that came in while this ran was not seen and is in the catalog.
            if !seen.contains(&recording)
                && catalog.recording(&program, &recording).await.map_err(read)?.is_none()
            {
                self.remove(&recording).await?;
            }
        }
        self.mark_complete().await
    }
}
