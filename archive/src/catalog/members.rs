//! Members and their sessions. Hashing passwords and drawing tokens is the caller's; the catalog
//! keeps a PHC string and the digest of a token.

use super::{Catalog, CatalogError, error::Doing as _, row::Columns as _};
use crate::{Member, MemberId, MemberName, Timestamp};
use sqlx::any::AnyRow;

impl Catalog {
    /// Adds a member. Returns `false` if the name is taken.
    pub async fn create_member(
        &self,
        member: &Member,
        password_hash: &str,
    ) -> Result<bool, CatalogError> {
        let created = sqlx::query(
            "INSERT INTO members (id, name, role, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (name) DO NOTHING",
        )
        .bind(member.id.as_str())
        .bind(member.name.as_str())
        .bind(member.role.as_str())
        .bind(password_hash)
        .bind(member.created_at.as_unix_ms())
        .execute(self.pool())
        .await
        .doing("adding a member")?;
        Ok(created.rows_affected() == 1)
    }

    /// Changes a password and closes the member's sessions. Returns `false` if there is no such
    /// member.
    pub async fn set_password(
        &self,
        name: &MemberName,
        password_hash: &str,
    ) -> Result<bool, CatalogError> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query("UPDATE members SET password_hash = $1 WHERE name = $2")
            .bind(password_hash)
            .bind(name.as_str())
            .execute(&mut *transaction)
            .await
            .doing("changing a password")?;
        sqlx::query(
            "DELETE FROM sessions WHERE member_id IN (SELECT id FROM members WHERE name = $1)",
        )
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await
        .doing("closing a member's sessions")?;
        transaction.commit().await.doing("committing a password")?;
        Ok(changed.rows_affected() == 1)
    }

    /// The member of that name with the PHC string of their password.
    pub async fn member_with_password(
        &self,
        name: &MemberName,
    ) -> Result<Option<(Member, String)>, CatalogError> {
        let row = sqlx::query(
            "SELECT id, name, role, created_at, password_hash FROM members WHERE name = $1",
        )
        .bind(name.as_str())
        .fetch_optional(self.pool())
        .await
        .doing("reading a member")?;
        row.map(|row| Ok((member(&row)?, row.text("password_hash")?))).transpose()
    }

    /// All members, by name.
    pub async fn members(&self) -> Result<Vec<Member>, CatalogError> {
        let rows = sqlx::query("SELECT id, name, role, created_at FROM members ORDER BY name")
            .fetch_all(self.pool())
            .await
            .doing("listing members")?;
        rows.iter().map(member).collect()
    }

    /// Opens a session. `digest` is the SHA-256 of the token that the browser holds, in hex.
    pub async fn open_session(
        &self,
        digest: &str,
        member: &MemberId,
        expires: Timestamp,
    ) -> Result<(), CatalogError> {
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(self.now().as_unix_ms())
            .execute(&mut *transaction)
            .await
            .doing("clearing expired sessions")?;
        sqlx::query("INSERT INTO sessions (digest, member_id, expires_at) VALUES ($1, $2, $3)")
            .bind(digest)
            .bind(member.as_str())
            .bind(expires.as_unix_ms())
            .execute(&mut *transaction)
            .await
            .doing("opening a session")?;
        transaction.commit().await.doing("committing a session")
    }

    /// Whose session it is, or `None` if there is none or its time is over.
    pub async fn session(&self, digest: &str) -> Result<Option<Member>, CatalogError> {
        let row = sqlx::query(
            "SELECT members.id, members.name, members.role, members.created_at
             FROM sessions JOIN members ON members.id = sessions.member_id
             WHERE sessions.digest = $1 AND sessions.expires_at > $2",
        )
        .bind(digest)
        .bind(self.now().as_unix_ms())
        .fetch_optional(self.pool())
        .await
        .doing("reading a session")?;
        row.as_ref().map(member).transpose()
    }

    /// Closes a session; one that is not there is closed already.
    pub async fn close_session(&self, digest: &str) -> Result<(), CatalogError> {
        sqlx::query("DELETE FROM sessions WHERE digest = $1")
            .bind(digest)
            .execute(self.pool())
            .await
            .doing("closing a session")?;
        Ok(())
    }
}

fn member(row: &AnyRow) -> Result<Member, CatalogError> {
    Ok(Member {
        id: MemberId::from_stored(row.text("id")?),
        name: row.parsed("name")?,
        role: row.parsed("role")?,
        created_at: row.timestamp("created_at")?,
    })
}
