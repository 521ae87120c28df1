//! The queue of arrivals: what was handed over and is not in the library yet, and how it ended.
//!
//! Like the queue of jobs it is a table with leases. Unlike jobs, arrivals stay when they have
//! ended: they say what came in, and what lies at a place that was looked at before.

use crate::{
    Arrival, ArrivalId, ArrivalState, Catalog, CatalogError, Curator, NewArrival, RecordingId,
    Timestamp, Way,
    catalog::{Dialect, error::Doing as _, row::Columns as _},
};
use sqlx::{AssertSqlSafe, any::AnyRow};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// The arrivals. They live in the catalog's database.
#[derive(Clone)]
pub struct Arrivals {
    catalog: Catalog,
}

/// An arrival that somebody takes in, until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedArrival {
    pub id: ArrivalId,
    pub way: Way,
    pub place: String,
    pub recording: Option<RecordingId>,
    pub details: String,
    /// 1 on the first try.
    pub attempt: u32,
    fingerprint: String,
    /// Drawn at random for this claim.
    claim: String,
}

/// What noting an arrival changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// Nothing was known of that place, or something else lay there: it waits now.
    Waits,
    /// It is known, with the same fingerprint: it waits, runs or has ended already.
    Known,
}

/// How taking an arrival in ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Done {
        recording: Option<RecordingId>,
        message: String,
    },
    /// It waits for a person.
    Failed {
        message: String,
    },
    /// It is tried again.
    Later {
        wait: Duration,
        message: String,
    },
}

/// How many ended arrivals are listed at most.
const LISTED: i64 = 200;

impl Arrivals {
    pub(crate) const fn new(catalog: Catalog) -> Self {
        Self { catalog }
    }

    /// Notes that something lies at a place. The same again changes nothing.
    pub async fn note(&self, new: &NewArrival) -> Result<Noted, CatalogError> {
        let now = self.catalog.now().as_unix_ms();
        let id = ArrivalId::from_bytes(draw()?);
        let noted = sqlx::query(
            "INSERT INTO arrivals (id, way, place, fingerprint, recording_id, details, arrived_at,
                                   run_after)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
             ON CONFLICT (way, place) DO UPDATE SET
                 fingerprint = excluded.fingerprint,
                 recording_id = COALESCE(excluded.recording_id, arrivals.recording_id),
                 details = excluded.details, arrived_at = excluded.arrived_at,
                 run_after = excluded.run_after, attempt = 0, outcome = NULL, ended_at = NULL,
                 message = NULL
             WHERE arrivals.fingerprint <> excluded.fingerprint",
        )
        .bind(id.as_str())
        .bind(new.way.as_str())
        .bind(new.place.as_str())
        .bind(new.fingerprint.as_str())
        .bind(new.recording.as_ref().map(RecordingId::as_str))
        .bind(new.details.as_str())
        .bind(now)
        .execute(self.catalog.pool())
        .await
        .doing("noting an arrival")?;
        Ok(if noted.rows_affected() == 0 { Noted::Known } else { Noted::Waits })
    }

    /// Notes an arrival and takes it at once, whatever became of it before. `None`: somebody else is
    /// at it.
    pub async fn begin(
        &self,
        new: &NewArrival,
        lease: Duration,
    ) -> Result<Option<ClaimedArrival>, CatalogError> {
        self.note(new).await?;
        self.reopen(new.way, &new.place).await?;
        self.take("way = $4 AND place = $5", [new.way.as_str(), &new.place], lease).await
    }

    /// Has what lies at a place taken in anew, whatever became of it before. Nothing changes while
    /// somebody is at it.
    pub async fn reopen(&self, way: Way, place: &str) -> Result<(), CatalogError> {
        sqlx::query(
            "UPDATE arrivals
             SET outcome = NULL, ended_at = NULL, message = NULL, attempt = 0, run_after = $1
             WHERE way = $2 AND place = $3 AND (leased_until IS NULL OR leased_until <= $1)",
        )
        .bind(self.catalog.now().as_unix_ms())
        .bind(way.as_str())
        .bind(place)
        .execute(self.catalog.pool())
        .await
        .doing("reopening an arrival")?;
        Ok(())
    }

    /// Takes the first arrival that is due of one of `ways`, or `None` if none is. Of a server's, only
    /// those whose places begin with `server`.
    pub async fn claim(
        &self,
        ways: &[Way],
        server: &str,
        lease: Duration,
    ) -> Result<Option<ClaimedArrival>, CatalogError> {
        let ways: Vec<String> = ways.iter().map(|it| format!("'{}'", it.as_str())).collect();
        let which = format!(
            "way IN ({}) AND (way <> $5 OR substr(place, 1, length($4)) = $4)",
            ways.join(", ")
        );
        self.take(&which, [server, Way::Server.as_str()], lease).await
    }

    async fn take(
        &self,
        which: &str,
        values: [&str; 2],
        lease: Duration,
    ) -> Result<Option<ClaimedArrival>, CatalogError> {
        let now = self.catalog.now();
        let claim = hex::encode(draw()?);
        let locking = match self.catalog.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
        };
        let sql = format!(
            "UPDATE arrivals SET leased_until = $1, claim = $2, attempt = attempt + 1
             WHERE id = (
                 SELECT id FROM arrivals
                 WHERE outcome IS NULL AND run_after <= $3
                   AND (leased_until IS NULL OR leased_until <= $3) AND {which}
                 ORDER BY run_after, id
                 LIMIT 1
                 {locking}
             )
             RETURNING id, way, place, recording_id, details, attempt, fingerprint"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(now.plus(lease).as_unix_ms())
            .bind(claim.as_str())
            .bind(now.as_unix_ms())
            .bind(values[0])
            .bind(values[1])
            .fetch_optional(self.catalog.pool())
            .await
            .doing("claiming an arrival")?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(ClaimedArrival {
            id: row.parsed("id")?,
            way: row.parsed("way")?,
            place: row.text("place")?,
            recording: row.optional_parsed("recording_id")?,
            details: row.text("details")?,
            attempt: row.number("attempt")?,
            fingerprint: row.text("fingerprint")?,
            claim,
        }))
    }

    /// Keeps an arrival for another `lease` from now.
    ///
    /// # Errors
    ///
    /// [`CatalogError::LeaseLost`] if somebody else has it by now.
    pub async fn renew(
        &self,
        arrival: &ClaimedArrival,
        lease: Duration,
    ) -> Result<(), CatalogError> {
        let renewed =
            sqlx::query("UPDATE arrivals SET leased_until = $1 WHERE id = $2 AND claim = $3")
                .bind(self.catalog.now().plus(lease).as_unix_ms())
                .bind(arrival.id.as_str())
                .bind(arrival.claim.as_str())
                .execute(self.catalog.pool())
                .await
                .doing("renewing an arrival's lease")?;
        arrival.still_held(renewed.rows_affected())
    }

    /// Records how taking an arrival in ended. If something else lies at its place by now, it waits
    /// again, whatever came of this time.
    ///
    /// # Errors
    ///
    /// [`CatalogError::LeaseLost`] if somebody else has it by now.
    pub async fn finish(
        &self,
        arrival: &ClaimedArrival,
        ended: &Ended,
    ) -> Result<(), CatalogError> {
        let now = self.catalog.now();
        let (outcome, recording, message, run_after) = match ended {
            Ended::Done { recording, message } => (Some("done"), recording.as_ref(), message, now),
            Ended::Failed { message } => (Some("failed"), None, message, now),
            Ended::Later { wait, message } => (None, None, message, now.plus(*wait)),
        };
        let finished = sqlx::query(
            "UPDATE arrivals
             SET outcome = CASE WHEN fingerprint = $1 THEN $2 END,
                 ended_at = CASE WHEN fingerprint = $1 AND $3 = 1 THEN $4 END,
                 recording_id = COALESCE($5, recording_id), message = $6,
                 run_after = CASE WHEN fingerprint = $1 THEN $7 ELSE $4 END,
                 leased_until = NULL, claim = NULL
             WHERE id = $8 AND claim = $9",
        )
        .bind(arrival.fingerprint.as_str())
        .bind(outcome)
        .bind(i64::from(outcome.is_some()))
        .bind(now.as_unix_ms())
        .bind(recording.map(RecordingId::as_str))
        .bind(message.as_str())
        .bind(run_after.as_unix_ms())
        .bind(arrival.id.as_str())
        .bind(arrival.claim.as_str())
        .execute(self.catalog.pool())
        .await
        .doing("recording how an arrival ended")?;
        arrival.still_held(finished.rows_affected())
    }

    /// Gives an arrival back with its try, for a worker that stops in good order.
    pub async fn give_back(&self, arrival: &ClaimedArrival) -> Result<(), CatalogError> {
        let given = sqlx::query(
            "UPDATE arrivals
             SET attempt = CASE WHEN attempt > 0 THEN attempt - 1 ELSE 0 END, leased_until = NULL,
                 claim = NULL
             WHERE id = $1 AND claim = $2",
        )
        .bind(arrival.id.as_str())
        .bind(arrival.claim.as_str())
        .execute(self.catalog.pool())
        .await
        .doing("giving an arrival back")?;
        arrival.still_held(given.rows_affected())
    }

    /// The fingerprints of everything that was ever noted by one way, by place. A rescan compares
    /// with them and reads nothing that it knows.
    pub async fn fingerprints(&self, way: Way) -> Result<HashMap<String, String>, CatalogError> {
        let rows = sqlx::query("SELECT place, fingerprint FROM arrivals WHERE way = $1")
            .bind(way.as_str())
            .fetch_all(self.catalog.pool())
            .await
            .doing("reading fingerprints")?;
        rows.iter().map(|row| Ok((row.text("place")?, row.text("fingerprint")?))).collect()
    }

    /// The places of everything of one way that has ended, well or not.
    pub async fn ended(&self, way: Way) -> Result<HashSet<String>, CatalogError> {
        let rows = sqlx::query("SELECT place FROM arrivals WHERE way = $1 AND outcome IS NOT NULL")
            .bind(way.as_str())
            .fetch_all(self.catalog.pool())
            .await
            .doing("reading what has ended")?;
        rows.iter().map(|row| row.text("place")).collect()
    }

    /// Tries a failed arrival again. Returns `false` if there is no such failed arrival.
    pub async fn retry(&self, _: &Curator, id: &ArrivalId) -> Result<bool, CatalogError> {
        let retried = sqlx::query(
            "UPDATE arrivals SET outcome = NULL, ended_at = NULL, attempt = 0, run_after = $1
             WHERE id = $2 AND outcome = 'failed'",
        )
        .bind(self.catalog.now().as_unix_ms())
        .bind(id.as_str())
        .execute(self.catalog.pool())
        .await
        .doing("retrying an arrival")?;
        Ok(retried.rows_affected() == 1)
    }

    /// All arrivals that have not ended or failed, and the last that are done.
    pub async fn list(&self, _: &Curator) -> Result<Vec<Arrival>, CatalogError> {
        let now = self.catalog.now();
        let rows = sqlx::query(
            "SELECT id, way, place, recording_id, details, attempt, message, arrived_at, run_after,
                    leased_until, outcome, ended_at
             FROM arrivals
             WHERE outcome IS NULL OR outcome = 'failed' OR id IN (
                 SELECT id FROM arrivals WHERE outcome = 'done'
                 ORDER BY ended_at DESC, id LIMIT $1
             )
             ORDER BY arrived_at DESC, id",
        )
        .bind(LISTED)
        .fetch_all(self.catalog.pool())
        .await
        .doing("listing arrivals")?;
        rows.iter().map(|row| view(row, now)).collect()
    }
}

impl ClaimedArrival {
    /// What lay at its place when it was claimed.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn still_held(&self, rows_affected: u64) -> Result<(), CatalogError> {
        match rows_affected {
            1 => Ok(()),
            _ => Err(CatalogError::LeaseLost { job: format!("arrival/{}", self.id) }),
        }
    }
}

fn view(row: &AnyRow, now: Timestamp) -> Result<Arrival, CatalogError> {
    let leased_until = row.optional_signed("leased_until")?.map(Timestamp::from_unix_ms);
    let ended_at = row.optional_signed("ended_at")?.map(Timestamp::from_unix_ms);
    let outcome = row.optional_text("outcome")?;
    let way: Way = row.parsed("way")?;
    let state = match (outcome.as_deref(), ended_at) {
        (Some("done"), Some(at)) => ArrivalState::Done { at },
        (Some(_), Some(at)) => ArrivalState::Failed { at },
        _ if leased_until.is_some_and(|it| now < it) => ArrivalState::Running,
        // Nobody claims it: whoever gave the command sees to it, and died.
        _ if way == Way::Command => ArrivalState::Failed { at: leased_until.unwrap_or(now) },
        _ => ArrivalState::Waiting { not_before: row.timestamp("run_after")? },
    };
    Ok(Arrival {
        id: row.parsed("id")?,
        way,
        place: row.text("place")?,
        recording: row.optional_parsed("recording_id")?,
        details: row.text("details")?,
        state,
        attempt: row.number("attempt")?,
        message: row.optional_text("message")?,
        arrived_at: row.timestamp("arrived_at")?,
    })
}

fn draw() -> Result<[u8; 16], CatalogError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|source| CatalogError::Query {
        doing: "drawing a random number for an arrival",
        source: Box::new(source),
    })?;
    Ok(bytes)
}
