//! What a viewer may see, as SQL and as a set.

use super::{Catalog, CatalogError, error::Doing as _, row::Columns as _};
use crate::{RecordingId, Viewer, Visibility};
use sqlx::{Any, AssertSqlSafe, Transaction};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

/// The recordings that one viewer may see, at one moment.
///
/// Only [`Catalog::visible_recordings`] makes one, so a search that takes it cannot forget to ask
/// who searches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VisibleRecordings {
    ids: HashSet<Box<str>>,
    revision: u64,
}

impl VisibleRecordings {
    /// Takes the text form, as that is what an index holds.
    pub fn contains(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Rises whenever rights change. Two sets of equal revision may still be of different viewers.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Makes a set by hand, for tests of what takes one.
    #[cfg(feature = "testing")]
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a RecordingId>, revision: u64) -> Self {
        Self { ids: ids.into_iter().map(|it| it.as_str().into()).collect(), revision }
    }
}

/// The last set for each standing; a standing is told by what it sees.
#[derive(Default)]
pub(super) struct Cache(Mutex<HashMap<&'static [Visibility], Arc<VisibleRecordings>>>);

/// The condition that holds the rows whose column `visibility` the viewer may see.
///
/// The words come from [`Visibility::as_str`], so they need no placeholders.
pub(super) fn seen_by(viewer: &Viewer, column: &str) -> String {
    let words: Vec<String> = viewer.sees().iter().map(|it| format!("'{}'", it.as_str())).collect();
    format!("{column} IN ({})", words.join(", "))
}

impl Catalog {
    /// The recordings that `viewer` may see now.
    ///
    /// One small query while rights stay as they are; the set itself is kept.
    pub async fn visible_recordings(
        &self,
        viewer: &Viewer,
    ) -> Result<Arc<VisibleRecordings>, CatalogError> {
        let row = sqlx::query("SELECT revision FROM rights WHERE id = 1")
            .fetch_one(self.pool())
            .await
            .doing("reading the rights' revision")?;
        let revision: u64 = row.number("revision")?;
        let kept = self.rights.get(viewer.sees());
        if let Some(kept) = kept.filter(|it| it.revision == revision) {
            return Ok(kept);
        }
        // Rights that change between the two queries are seen early, never late: the set is then
        // newer than its revision, and the next call reads it again.
        let sql = format!("SELECT id FROM recordings WHERE {}", seen_by(viewer, "visibility"));
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(self.pool())
            .await
            .doing("listing visible recordings")?;
        let mut ids = HashSet::with_capacity(rows.len());
        for row in &rows {
            ids.insert(row.parsed::<RecordingId>("id")?.as_str().into());
        }
        let visible = Arc::new(VisibleRecordings { ids, revision });
        self.rights.keep(viewer.sees(), &visible);
        Ok(visible)
    }
}

impl Cache {
    fn get(&self, sees: &'static [Visibility]) -> Option<Arc<VisibleRecordings>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sees).cloned()
    }

    fn keep(&self, sees: &'static [Visibility], visible: &Arc<VisibleRecordings>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(sees, Arc::clone(visible));
    }
}

/// Notes in `transaction` that rights may have changed.
pub(super) async fn raise_revision(
    transaction: &mut Transaction<'_, Any>,
) -> Result<(), CatalogError> {
    sqlx::query("UPDATE rights SET revision = revision + 1 WHERE id = 1")
        .execute(&mut **transaction)
        .await
        .doing("raising the rights' revision")?;
    Ok(())
}
