//! Collections: what a viewer sees of them, and how a curator orders them.

use super::{
    Catalog, CatalogError,
    error::Doing as _,
    recordings::{COLUMNS, recording},
    rights::seen_by,
    row::Columns as _,
};
use crate::{Collection, CollectionId, CollectionItem, Curator, RecordingId, Timestamp, Viewer};
use sqlx::{Any, AssertSqlSafe, Transaction, any::AnyRow};

impl Catalog {
    /// The collections that `viewer` may see, by title.
    pub async fn collections(&self, viewer: &Viewer) -> Result<Vec<Collection>, CatalogError> {
        let sql = format!(
            "SELECT id, title, note, visibility FROM collections WHERE {} ORDER BY title, id",
            seen_by(viewer, "visibility")
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .fetch_all(self.pool())
            .await
            .doing("listing collections")?;
        rows.iter().map(collection).collect()
    }

    /// One collection, or `None` if there is none that `viewer` may see.
    pub async fn collection(
        &self,
        viewer: &Viewer,
        id: &CollectionId,
    ) -> Result<Option<Collection>, CatalogError> {
        let sql = format!(
            "SELECT id, title, note, visibility FROM collections WHERE id = $1 AND {}",
            seen_by(viewer, "visibility")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_optional(self.pool())
            .await
            .doing("reading a collection")?;
        row.as_ref().map(collection).transpose()
    }

    /// What is in a collection, in its order, as far as `viewer` may see collection and recordings.
    pub async fn collection_items(
        &self,
        viewer: &Viewer,
        id: &CollectionId,
    ) -> Result<Vec<CollectionItem>, CatalogError> {
        if self.collection(viewer, id).await?.is_none() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {COLUMNS}, collection_items.reason
             FROM collection_items JOIN recordings ON recordings.id = collection_items.recording_id
             WHERE collection_items.collection_id = $1 AND {}
             ORDER BY collection_items.position, recordings.id",
            seen_by(viewer, "recordings.visibility")
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_all(self.pool())
            .await
            .doing("reading a collection's items")?;
        let mut recordings = rows.iter().map(recording).collect::<Result<Vec<_>, _>>()?;
        self.add_subjects(&mut recordings).await?;
        rows.iter()
            .zip(recordings)
            .map(|(row, recording)| Ok(CollectionItem { recording, reason: row.text("reason")? }))
            .collect()
    }

    /// The collections that hold a recording, by title; none if `viewer` may not see the recording.
    pub async fn collections_of(
        &self,
        viewer: &Viewer,
        id: &RecordingId,
    ) -> Result<Vec<Collection>, CatalogError> {
        let sql = format!(
            "SELECT collections.id, collections.title, collections.note, collections.visibility
             FROM collections
             JOIN collection_items ON collection_items.collection_id = collections.id
             JOIN recordings ON recordings.id = collection_items.recording_id
             WHERE recordings.id = $1 AND {} AND {}
             ORDER BY collections.title, collections.id",
            seen_by(viewer, "collections.visibility"),
            seen_by(viewer, "recordings.visibility"),
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_all(self.pool())
            .await
            .doing("listing a recording's collections")?;
        rows.iter().map(collection).collect()
    }

    /// Makes a collection. Returns `false` if its ID is taken.
    pub async fn create_collection(
        &self,
        _: &Curator,
        collection: &Collection,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let created = create(&mut transaction, collection, self.now()).await?;
        transaction.commit().await.doing("committing a collection")?;
        Ok(created)
    }

    /// Changes title, note and visibility. Returns `false` if there is no such collection.
    pub async fn edit_collection(
        &self,
        _: &Curator,
        collection: &Collection,
    ) -> Result<bool, CatalogError> {
        let edited = sqlx::query(
            "UPDATE collections SET title = $1, note = $2, visibility = $3 WHERE id = $4",
        )
        .bind(collection.title.as_str())
        .bind(collection.note.as_str())
        .bind(collection.visibility.as_str())
        .bind(collection.id.as_str())
        .execute(self.pool())
        .await
        .doing("editing a collection")?;
        Ok(edited.rows_affected() == 1)
    }

    /// Deletes a collection, never what is in it. Returns `false` if there is no such collection.
    pub async fn delete_collection(
        &self,
        _: &Curator,
        id: &CollectionId,
    ) -> Result<bool, CatalogError> {
        let deleted = sqlx::query("DELETE FROM collections WHERE id = $1")
            .bind(id.as_str())
            .execute(self.pool())
            .await
            .doing("deleting a collection")?;
        Ok(deleted.rows_affected() == 1)
    }

    /// Puts a recording at the end of a collection, or changes the reason why it is there. Returns
    /// `false` if there is no such collection or no such recording.
    pub async fn put_in_collection(
        &self,
        _: &Curator,
        collection: &CollectionId,
        recording: &RecordingId,
        reason: &str,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let is_in = put(&mut transaction, collection, recording, reason).await?;
        transaction.commit().await.doing("committing a collection")?;
        Ok(is_in)
    }

    /// Takes a recording out of a collection. Returns `false` if it was not in it.
    pub async fn take_from_collection(
        &self,
        _: &Curator,
        collection: &CollectionId,
        recording: &RecordingId,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let mut order = order(&mut transaction, collection).await?;
        let before = order.len();
        order.retain(|it| it != recording.as_str());
        sqlx::query("DELETE FROM collection_items WHERE collection_id = $1 AND recording_id = $2")
            .bind(collection.as_str())
            .bind(recording.as_str())
            .execute(&mut *transaction)
            .await
            .doing("taking a recording from a collection")?;
        number(&mut transaction, collection, &order).await?;
        transaction.commit().await.doing("committing a collection")?;
        Ok(order.len() < before)
    }

    /// Moves a recording to a place in its collection, 0 for the first; a place past the end is the
    /// last. Returns `false` if it is not in the collection.
    pub async fn move_in_collection(
        &self,
        _: &Curator,
        collection: &CollectionId,
        recording: &RecordingId,
        position: u32,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let mut order = order(&mut transaction, collection).await?;
        let Some(from) = order.iter().position(|it| it == recording.as_str()) else {
            return Ok(false);
        };
        let moved = order.remove(from);
        let to = usize::try_from(position).unwrap_or(usize::MAX).min(order.len());
        order.insert(to, moved);
        number(&mut transaction, collection, &order).await?;
        transaction.commit().await.doing("committing a collection")?;
        Ok(true)
    }
}

/// Makes a collection unless its ID is taken; returns whether it was not.
pub(super) async fn create(
    transaction: &mut Transaction<'_, Any>,
    collection: &Collection,
    now: Timestamp,
) -> Result<bool, CatalogError> {
    let created = sqlx::query(
        "INSERT INTO collections (id, title, note, visibility, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(collection.id.as_str())
    .bind(collection.title.as_str())
    .bind(collection.note.as_str())
    .bind(collection.visibility.as_str())
    .bind(now.as_unix_ms())
    .execute(&mut **transaction)
    .await
    .doing("making a collection")?;
    Ok(created.rows_affected() == 1)
}

/// [`Catalog::put_in_collection`] as a part of somebody's transaction.
pub(super) async fn put(
    transaction: &mut Transaction<'_, Any>,
    collection: &CollectionId,
    recording: &RecordingId,
    reason: &str,
) -> Result<bool, CatalogError> {
    let mut order = order(transaction, collection).await?;
    if !order.iter().any(|it| it == recording.as_str()) {
        order.push(recording.as_str().to_owned());
    }
    let put = sqlx::query(
        "INSERT INTO collection_items (collection_id, recording_id, position, reason)
         SELECT collections.id, recordings.id, CAST($3 AS BIGINT), CAST($4 AS TEXT)
         FROM collections, recordings
         WHERE collections.id = $1 AND recordings.id = $2
         ON CONFLICT (collection_id, recording_id) DO UPDATE SET reason = excluded.reason",
    )
    .bind(collection.as_str())
    .bind(recording.as_str())
    .bind(i64::try_from(order.len()).unwrap_or(i64::MAX))
    .bind(reason)
    .execute(&mut **transaction)
    .await
    .doing("putting a recording in a collection")?;
    number(transaction, collection, &order).await?;
    Ok(put.rows_affected() == 1)
}

fn collection(row: &AnyRow) -> Result<Collection, CatalogError> {
    Ok(Collection {
        id: row.parsed("id")?,
        title: row.text("title")?,
        note: row.text("note")?,
        visibility: row.parsed("visibility")?,
    })
}

/// The recordings of a collection in their order.
async fn order(
    transaction: &mut Transaction<'_, Any>,
    collection: &CollectionId,
) -> Result<Vec<String>, CatalogError> {
    // The collection's row is written first, so that on PostgreSQL two edits of one order wait for
    // each other; on SQLite there is one writer anyway.
    sqlx::query("UPDATE collections SET title = title WHERE id = $1")
        .bind(collection.as_str())
        .execute(&mut **transaction)
        .await
        .doing("locking a collection")?;
    let rows = sqlx::query(
        "SELECT recording_id FROM collection_items
         WHERE collection_id = $1 ORDER BY position, recording_id",
    )
    .bind(collection.as_str())
    .fetch_all(&mut **transaction)
    .await
    .doing("reading a collection's order")?;
    rows.iter().map(|row| row.text("recording_id")).collect()
}

/// Numbers the items from 0 in the given order.
async fn number(
    transaction: &mut Transaction<'_, Any>,
    collection: &CollectionId,
    order: &[String],
) -> Result<(), CatalogError> {
    for (position, recording) in (0_i64..).zip(order) {
        sqlx::query(
            "UPDATE collection_items SET position = $1
             WHERE collection_id = $2 AND recording_id = $3",
        )
        .bind(position)
        .bind(collection.as_str())
        .bind(recording.as_str())
        .execute(&mut **transaction)
        .await
        .doing("ordering a collection")?;
    }
    Ok(())
}
