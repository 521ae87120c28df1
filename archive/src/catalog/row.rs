//! Reading columns into the domain's types. A value that breaks an invariant is an error that names
//! its column.

use super::CatalogError;
use crate::{MediaTime, TimeRange, Timestamp};
use sqlx::{Row as _, any::AnyRow};
use std::{error::Error, str::FromStr};

/// Columns by name, converted.
pub(crate) trait Columns {
    fn text(&self, column: &'static str) -> Result<String, CatalogError>;
    fn optional_text(&self, column: &'static str) -> Result<Option<String>, CatalogError>;
    fn signed(&self, column: &'static str) -> Result<i64, CatalogError>;
    fn optional_signed(&self, column: &'static str) -> Result<Option<i64>, CatalogError>;

    fn number<N: TryFrom<i64, Error: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<N, CatalogError> {
        let value = self.signed(column)?;
        N::try_from(value).map_err(|source| inconsistent(column, &value, source))
    }

    fn optional_number<N: TryFrom<i64, Error: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<Option<N>, CatalogError> {
        let convert =
            |value| N::try_from(value).map_err(|source| inconsistent(column, &value, source));
        self.optional_signed(column)?.map(convert).transpose()
    }

    fn flag(&self, column: &'static str) -> Result<bool, CatalogError> {
        Ok(self.signed(column)? != 0)
    }

    fn parsed<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<T, CatalogError> {
        let text = self.text(column)?;
        text.parse().map_err(|source| inconsistent(column, &text, source))
    }

    fn optional_parsed<T: FromStr<Err: Error + Send + Sync + 'static>>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, CatalogError> {
        let parse =
            |text: String| text.parse().map_err(|source| inconsistent(column, &text, source));
        self.optional_text(column)?.map(parse).transpose()
    }

    fn timestamp(&self, column: &'static str) -> Result<Timestamp, CatalogError> {
        self.signed(column).map(Timestamp::from_unix_ms)
    }

    fn media_time(&self, column: &'static str) -> Result<MediaTime, CatalogError> {
        self.number(column).map(MediaTime::from_ms)
    }

    /// The columns `start_ms` and `end_ms`.
    fn range(&self) -> Result<TimeRange, CatalogError> {
        let (start, end) = (self.media_time("start_ms")?, self.media_time("end_ms")?);
        TimeRange::new(start, end).ok_or_else(|| CatalogError::Inconsistent {
            column: "end_ms",
            value: end.to_string(),
            source: format!("lies before start_ms {start}").into(),
        })
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &'static str) -> Result<String, CatalogError> {
        self.try_get(column).map_err(|source| unreadable(column, source))
    }

    fn optional_text(&self, column: &'static str) -> Result<Option<String>, CatalogError> {
        self.try_get(column).map_err(|source| unreadable(column, source))
    }

    fn signed(&self, column: &'static str) -> Result<i64, CatalogError> {
        self.try_get(column).map_err(|source| unreadable(column, source))
    }

    fn optional_signed(&self, column: &'static str) -> Result<Option<i64>, CatalogError> {
        self.try_get(column).map_err(|source| unreadable(column, source))
    }
}

pub(crate) fn inconsistent(
    column: &'static str,
    value: &(impl ToString + ?Sized),
    source: impl Error + Send + Sync + 'static,
) -> CatalogError {
    CatalogError::Inconsistent { column, value: value.to_string(), source: Box::new(source) }
}

fn unreadable(column: &'static str, source: sqlx::Error) -> CatalogError {
    CatalogError::Inconsistent {
        column,
        value: "something unreadable".to_owned(),
        source: Box::new(source),
    }
}

/// A millisecond or byte count as the database keeps it. What does not fit is far beyond any
/// recording, and is kept as the largest number that does.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
