//! The queue of jobs: a table with leases.
//!
//! A job is claimed with a lease, which the worker renews while it runs. A worker that dies lets its
//! lease run out and the job goes to another. The try is counted at the claim, so that an input
//! that takes its worker down runs out of tries too. Finishing is fenced by a number that is drawn for
//! each claim: whoever lost the lease cannot record a result.

use crate::{
    Catalog, CatalogError, JobKind, MAX_ATTEMPTS, Outcome, Progress, RecordingId, SourceRole,
    Timestamp, Verdict,
    catalog::{Dialect, derived, error::Doing as _, row::Columns as _},
};
use sqlx::{Any, AssertSqlSafe, Transaction, any::AnyRow};
use std::time::Duration;

/// The queue. It lives in the catalog's database.
#[derive(Clone)]
pub struct Queue {
    catalog: Catalog,
}

/// A job that a worker holds until its lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    pub id: String,
    pub kind: JobKind,
    pub recording: RecordingId,
    /// 1 on the first try.
    pub attempt: u32,
    /// Drawn at random for this claim: whoever has another no longer holds the job.
    claim: String,
}

/// A job as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    pub kind: JobKind,
    pub recording: RecordingId,
    pub state: JobState,
    pub attempt: u32,
    /// Why the last try failed, if one did.
    pub last_error: Option<String>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Due, or due later after a failure.
    Waiting {
        not_before: Timestamp,
    },
    Running {
        permille: u16,
    },
    /// Waits for a person.
    Failed {
        at: Timestamp,
    },
}

impl Queue {
    pub(crate) const fn new(catalog: Catalog) -> Self {
        Self { catalog }
    }

    /// Puts a job in the queue. One that waits already stays one; one that failed gets its tries
    /// back; one that runs is run once more when it is done.
    pub async fn enqueue(
        &self,
        recording: &RecordingId,
        kind: JobKind,
    ) -> Result<(), CatalogError> {
        let mut transaction = self.catalog.begin().await?;
        enqueue(&mut transaction, recording, kind, self.catalog.now()).await?;
        transaction.commit().await.doing("committing a job")
    }

    /// Takes the first due job of one of `kinds`, or `None` if nothing is due.
    ///
    /// One statement both finds and takes the job, so two workers never get the same one. The
    /// caller renews the lease before it runs out, or the job goes to another worker.
    pub async fn claim(
        &self,
        kinds: &[JobKind],
        worker: &str,
        lease: Duration,
    ) -> Result<Option<ClaimedJob>, CatalogError> {
        let now = self.catalog.now();
        let claim = draw_claim()?;
        self.bury_the_abandoned(now).await?;
        let kinds: Vec<String> = kinds.iter().map(|it| format!("'{}'", it.as_str())).collect();
        // On PostgreSQL two workers may look at once: the second skips what the first is taking.
        let locking = match self.catalog.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "UPDATE jobs
             SET leased_until = $1, worker = $2, claim = $5, attempt = attempt + 1, progress = 0,
                 again = 0
             WHERE id = (
                 SELECT id FROM jobs
                 WHERE failed_at IS NULL
                   AND attempt < $3
                   AND run_after <= $4
                   AND (leased_until IS NULL OR leased_until <= $4)
                   AND kind IN ({})
                 ORDER BY priority, run_after, id
                 LIMIT 1
                 {locking}
             )
             RETURNING id, kind, recording_id, attempt",
            kinds.join(", ")
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(now.plus(lease).as_unix_ms())
            .bind(worker)
            .bind(i64::from(MAX_ATTEMPTS))
            .bind(now.as_unix_ms())
            .bind(claim.as_str())
            .fetch_optional(self.catalog.pool())
            .await
            .doing("claiming a job")?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(ClaimedJob {
            id: row.text("id")?,
            kind: row.parsed("kind")?,
            recording: row.parsed("recording_id")?,
            attempt: row.number("attempt")?,
            claim,
        }))
    }

    /// Gives up jobs whose every try ended with the worker's death, so that people see them.
    async fn bury_the_abandoned(&self, now: Timestamp) -> Result<(), CatalogError> {
        sqlx::query(
            "UPDATE jobs
             SET failed_at = $1, leased_until = NULL, worker = NULL, claim = NULL,
                 last_error = COALESCE(last_error, 'the worker died at every try')
             WHERE failed_at IS NULL AND attempt >= $2
               AND (leased_until IS NULL OR leased_until <= $1)",
        )
        .bind(now.as_unix_ms())
        .bind(i64::from(MAX_ATTEMPTS))
        .execute(self.catalog.pool())
        .await
        .doing("giving up abandoned jobs")?;
        Ok(())
    }

    /// Keeps the job for another `lease` from now and writes its progress down.
    ///
    /// # Errors
    ///
    /// [`CatalogError::LeaseLost`] if another worker has the job by now: stop working on it.
    pub async fn renew(
        &self,
        job: &ClaimedJob,
        progress: &Progress,
        lease: Duration,
    ) -> Result<(), CatalogError> {
        let renewed = sqlx::query(
            "UPDATE jobs SET leased_until = $1, progress = $2 WHERE id = $3 AND claim = $4",
        )
        .bind(self.catalog.now().plus(lease).as_unix_ms())
        .bind(i64::from(progress.permille()))
        .bind(job.id.as_str())
        .bind(job.claim.as_str())
        .execute(self.catalog.pool())
        .await
        .doing("renewing a lease")?;
        job.still_held(renewed.rows_affected())
    }

    /// Records what a job made, takes it off the queue and queues what follows, in one transaction:
    /// a crash leaves either the job or its result, never both and never neither.
    ///
    /// # Errors
    ///
    /// [`CatalogError::LeaseLost`] if another worker has the job by now; nothing is recorded then.
    pub async fn complete(&self, job: &ClaimedJob, outcome: &Outcome) -> Result<(), CatalogError> {
        let now = self.catalog.now();
        let mut transaction = self.catalog.begin().await?;
        // This first statement is the fence. On PostgreSQL a request for the same work that comes at
        // this moment waits for it, or it for the request, and then sees what the other did.
        let done = sqlx::query("DELETE FROM jobs WHERE id = $1 AND claim = $2 AND again = 0")
            .bind(job.id.as_str())
            .bind(job.claim.as_str())
            .execute(&mut *transaction)
            .await
            .doing("taking a job off the queue")?
            .rows_affected();
        if done == 0 {
            // Asked for again while it ran: it starts afresh. Or it is somebody else's by now.
            let afresh = sqlx::query(
                "UPDATE jobs
                 SET again = 0, attempt = 0, run_after = $1, leased_until = NULL, worker = NULL,
                     claim = NULL, progress = 0, last_error = NULL
                 WHERE id = $2 AND claim = $3",
            )
            .bind(now.as_unix_ms())
            .bind(job.id.as_str())
            .bind(job.claim.as_str())
            .execute(&mut *transaction)
            .await
            .doing("starting a job afresh")?;
            job.still_held(afresh.rows_affected())?;
        }
        derived::record(&mut transaction, &job.recording, job.kind, outcome).await?;
        for &next in job.kind.then() {
            if is_needed(&mut transaction, &job.recording, next).await? {
                enqueue(&mut transaction, &job.recording, next, now).await?;
            }
        }
        transaction.commit().await.doing("committing a job's result")
    }

    /// Puts a failed job back for another try, or lays it aside for a person. One that was asked for
    /// again while it ran starts afresh: what it failed on may be mended.
    ///
    /// # Errors
    ///
    /// [`CatalogError::LeaseLost`] if another worker has the job by now.
    pub async fn fail(
        &self,
        job: &ClaimedJob,
        cause: &str,
        verdict: Verdict,
    ) -> Result<(), CatalogError> {
        let now = self.catalog.now();
        let (run_after, failed_at) = match verdict {
            Verdict::RetryAfter(wait) => (now.plus(wait), None),
            Verdict::GiveUp => (now, Some(now.as_unix_ms())),
        };
        let failed = sqlx::query(
            "UPDATE jobs
             SET run_after = CASE WHEN again = 1 THEN $6 ELSE $1 END,
                 failed_at = CASE WHEN again = 1 THEN NULL ELSE $2 END,
                 attempt = CASE WHEN again = 1 THEN 0 ELSE attempt END,
                 again = 0, last_error = $3, leased_until = NULL, worker = NULL, claim = NULL,
                 progress = 0
             WHERE id = $4 AND claim = $5",
        )
        .bind(run_after.as_unix_ms())
        .bind(failed_at)
        .bind(cause)
        .bind(job.id.as_str())
        .bind(job.claim.as_str())
        .bind(now.as_unix_ms())
        .execute(self.catalog.pool())
        .await
        .doing("recording a failed job")?;
        job.still_held(failed.rows_affected())
    }

    /// Gives an unfinished job back with its try, for a worker that stops in good order.
    pub async fn give_back(&self, job: &ClaimedJob) -> Result<(), CatalogError> {
        let given = sqlx::query(
            "UPDATE jobs
             SET attempt = CASE WHEN attempt > 0 THEN attempt - 1 ELSE 0 END, leased_until = NULL,
                 worker = NULL, claim = NULL, progress = 0
             WHERE id = $1 AND claim = $2",
        )
        .bind(job.id.as_str())
        .bind(job.claim.as_str())
        .execute(self.catalog.pool())
        .await
        .doing("giving a job back")?;
        job.still_held(given.rows_affected())
    }

    /// Frees every job that `worker` holds. For a worker that starts under a name that nobody else
    /// can have: what it seems to hold is from before it died. Returns how many there were.
    pub async fn release(&self, worker: &str) -> Result<u64, CatalogError> {
        let released = sqlx::query(
            "UPDATE jobs SET leased_until = NULL, worker = NULL, claim = NULL, progress = 0
             WHERE worker = $1",
        )
        .bind(worker)
        .execute(self.catalog.pool())
        .await
        .doing("releasing a dead worker's jobs")?;
        Ok(released.rows_affected())
    }

    /// Gives a failed job its tries back. Returns `false` if there is no such failed job.
    pub async fn retry(
        &self,
        recording: &RecordingId,
        kind: JobKind,
    ) -> Result<bool, CatalogError> {
        let retried = sqlx::query(
            "UPDATE jobs SET failed_at = NULL, attempt = 0, run_after = $1
             WHERE id = $2 AND failed_at IS NOT NULL",
        )
        .bind(self.catalog.now().as_unix_ms())
        .bind(job_id(recording, kind))
        .execute(self.catalog.pool())
        .await
        .doing("retrying a job")?;
        Ok(retried.rows_affected() == 1)
    }

    /// All jobs there are, in the order in which they would run. Finished ones are gone.
    pub async fn overview(&self) -> Result<Vec<JobView>, CatalogError> {
        let now = self.catalog.now();
        self.bury_the_abandoned(now).await?;
        let rows = sqlx::query(
            "SELECT kind, recording_id, run_after, attempt, leased_until, progress, failed_at,
                    last_error
             FROM jobs ORDER BY priority, run_after, id",
        )
        .fetch_all(self.catalog.pool())
        .await
        .doing("listing jobs")?;
        rows.iter().map(|row| job_view(row, now)).collect()
    }

    /// The jobs of one recording, in the order in which they would run.
    pub async fn of_recording(&self, id: &RecordingId) -> Result<Vec<JobView>, CatalogError> {
        let rows = sqlx::query(
            "SELECT kind, recording_id, run_after, attempt, leased_until, progress, failed_at,
                    last_error
             FROM jobs WHERE recording_id = $1 ORDER BY priority, run_after, id",
        )
        .bind(id.as_str())
        .fetch_all(self.catalog.pool())
        .await
        .doing("listing a recording's jobs")?;
        let now = self.catalog.now();
        rows.iter().map(|row| job_view(row, now)).collect()
    }
}

impl ClaimedJob {
    fn still_held(&self, rows_affected: u64) -> Result<(), CatalogError> {
        match rows_affected {
            1 => Ok(()),
            _ => Err(CatalogError::LeaseLost { job: self.id.clone() }),
        }
    }
}

fn job_view(row: &AnyRow, now: Timestamp) -> Result<JobView, CatalogError> {
    let leased_until = row.optional_signed("leased_until")?.map(Timestamp::from_unix_ms);
    let failed_at = row.optional_signed("failed_at")?.map(Timestamp::from_unix_ms);
    let state = match (failed_at, leased_until) {
        (Some(at), _) => JobState::Failed { at },
        (None, Some(until)) if now < until => {
            JobState::Running { permille: row.number("progress")? }
        }
        (None, _) => JobState::Waiting { not_before: row.timestamp("run_after")? },
    };
    Ok(JobView {
        kind: row.parsed("kind")?,
        recording: row.parsed("recording_id")?,
        state,
        attempt: row.number("attempt")?,
        last_error: row.optional_text("last_error")?,
    })
}

fn draw_claim() -> Result<String, CatalogError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|source| CatalogError::Query {
        doing: "drawing a random number for a claim",
        source: Box::new(source),
    })?;
    Ok(hex::encode(bytes))
}

fn job_id(recording: &RecordingId, kind: JobKind) -> String {
    format!("{kind}/{recording}")
}

/// Whether the recording has the original that a job of this kind works on.
async fn is_needed(
    transaction: &mut Transaction<'_, Any>,
    recording: &RecordingId,
    kind: JobKind,
) -> Result<bool, CatalogError> {
    let Some(role) = kind.needs() else { return Ok(true) };
    let found = sqlx::query("SELECT 1 FROM sources WHERE recording_id = $1 AND role = $2 LIMIT 1")
        .bind(recording.as_str())
        .bind(SourceRole::as_str(role))
        .fetch_optional(&mut **transaction)
        .await
        .doing("looking for an original")?;
    Ok(found.is_some())
}

/// [`Queue::enqueue`] as a part of somebody's transaction.
pub(crate) async fn enqueue(
    transaction: &mut Transaction<'_, Any>,
    recording: &RecordingId,
    kind: JobKind,
    now: Timestamp,
) -> Result<(), CatalogError> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, recording_id, priority, run_after)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET
             again = CASE WHEN jobs.leased_until > excluded.run_after THEN 1 ELSE 0 END,
             attempt = CASE WHEN jobs.leased_until > excluded.run_after THEN jobs.attempt ELSE 0 END,
             claim = CASE WHEN jobs.leased_until > excluded.run_after THEN jobs.claim END,
             worker = CASE WHEN jobs.leased_until > excluded.run_after THEN jobs.worker END,
             leased_until =
                 CASE WHEN jobs.leased_until > excluded.run_after THEN jobs.leased_until END,
             run_after = excluded.run_after,
             failed_at = NULL",
    )
    .bind(job_id(recording, kind))
    .bind(kind.as_str())
    .bind(recording.as_str())
    .bind(kind.priority())
    .bind(now.as_unix_ms())
    .execute(&mut **transaction)
    .await
    .doing("queueing a job")?;
    Ok(())
}
