//! What becomes of recordings on the servers that they came from.

use super::{Catalog, CatalogError, error::Doing as _, rights::raise_revision, row::Columns as _};
use crate::{RecordingId, ServerState, Timestamp, Visibility};
use sqlx::{Any, Transaction};
use std::collections::HashMap;

impl Catalog {
    /// Notes what became of a recording on its server. With `hide`, one that was taken down there is
    /// for archivists alone until its server publishes it again, when it is seen by whom it was
    /// before, or until an archivist decides. Nothing is erased.
    ///
    /// Of a recording that is not here yet it is remembered, and counts once it is taken in. Returns
    /// whether anything changed here.
    pub async fn set_server_state(
        &self,
        id: &RecordingId,
        state: ServerState,
        hide: bool,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query("SELECT server_state FROM recordings WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *transaction)
            .await
            .doing("reading a recording's state")?;
        let Some(row) = row else {
            expect(&mut transaction, id, state, hide).await?;
            transaction.commit().await.doing("committing an expected state")?;
            return Ok(false);
        };
        let former: ServerState = row.parsed("server_state")?;
        if former == state {
            return Ok(false);
        }
        set(&mut transaction, id, state, hide).await?;
        raise_revision(&mut transaction).await?;
        transaction.commit().await.doing("committing a recording's state")?;
        Ok(true)
    }

    /// What became of every recording on its server, for whoever watches one.
    pub async fn server_states(&self) -> Result<HashMap<RecordingId, ServerState>, CatalogError> {
        let rows = sqlx::query("SELECT id, server_state FROM recordings")
            .fetch_all(self.pool())
            .await
            .doing("reading states")?;
        rows.iter().map(|row| Ok((row.parsed("id")?, row.parsed("server_state")?))).collect()
    }

    /// Forgets the names behind the speakers of recordings that were taken in before a moment. What
    /// was handed over keeps them. Returns how many there were.
    pub async fn forget_names(&self, before: Timestamp) -> Result<u64, CatalogError> {
        let forgotten = sqlx::query(
            "DELETE FROM speaker_names
             WHERE recording_id IN (SELECT id FROM recordings WHERE ingested_at < $1)",
        )
        .bind(before.as_unix_ms())
        .execute(self.pool())
        .await
        .doing("forgetting speakers' names")?;
        Ok(forgotten.rows_affected())
    }
}

/// Gives a recording that is here its state.
async fn set(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    state: ServerState,
    hide: bool,
) -> Result<(), CatalogError> {
    let sql = match state {
        ServerState::Published => {
            "UPDATE recordings
             SET server_state = $1, visibility = COALESCE(visibility_before, visibility),
                 visibility_before = NULL
             WHERE id = $2 AND $3 = $3 AND $4 = $4"
        }
        ServerState::Unpublished | ServerState::Deleted => {
            "UPDATE recordings
             SET server_state = $1,
                 visibility_before = CASE
                     WHEN $4 = 1 AND visibility <> $3 THEN visibility
                     ELSE visibility_before END,
                 visibility = CASE WHEN $4 = 1 THEN $3 ELSE visibility END
             WHERE id = $2"
        }
    };
    sqlx::query(sql)
        .bind(state.as_str())
        .bind(id.as_str())
        .bind(Visibility::Private.as_str())
        .bind(i64::from(hide))
        .execute(&mut **transaction)
        .await
        .doing("noting a recording's state")?;
    Ok(())
}

async fn expect(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
    state: ServerState,
    hide: bool,
) -> Result<(), CatalogError> {
    sqlx::query(
        "INSERT INTO expected_states (recording_id, server_state, hide) VALUES ($1, $2, $3)
         ON CONFLICT (recording_id) DO UPDATE SET
             server_state = excluded.server_state, hide = excluded.hide",
    )
    .bind(id.as_str())
    .bind(state.as_str())
    .bind(i64::from(hide))
    .execute(&mut **transaction)
    .await
    .doing("noting an expected state")?;
    Ok(())
}

/// Gives a new recording the state that was noted before it came, if one was.
pub(super) async fn arrive(
    transaction: &mut Transaction<'_, Any>,
    id: &RecordingId,
) -> Result<(), CatalogError> {
    let row = sqlx::query(
        "DELETE FROM expected_states WHERE recording_id = $1 RETURNING server_state, hide",
    )
    .bind(id.as_str())
    .fetch_optional(&mut **transaction)
    .await
    .doing("reading an expected state")?;
    let Some(row) = row else { return Ok(()) };
    match row.parsed("server_state")? {
        ServerState::Published => Ok(()),
        state @ (ServerState::Unpublished | ServerState::Deleted) => {
            set(transaction, id, state, row.flag("hide")?).await
        }
    }
}
