use crate::Timestamp;
use std::{fmt, str::FromStr};

/// Identifies a member: 32 lowercase hex digits, drawn at random.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MemberId(Box<str>);

impl MemberId {
    /// Makes an ID of 16 bytes, which the caller draws at random.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes).into())
    }

    pub(crate) fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name a member signs in with: 1 to 64 letters, digits, `.`, `_`, `-` or `@`, lowercase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MemberName(Box<str>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a sign-in name: expected 1 to 64 letters, digits, `.`, `_`, `-` or `@`")]
pub struct InvalidMemberName {
    text: String,
}

impl MemberName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MemberName {
    type Err = InvalidMemberName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_lowercase();
        let well_formed = (1..=64).contains(&lower.chars().count())
            && lower.chars().all(|it| it.is_alphanumeric() || matches!(it, '.' | '_' | '-' | '@'));
        if !well_formed {
            return Err(InvalidMemberName { text: text.to_owned() });
        }
        Ok(Self(lower.into()))
    }
}

impl fmt::Display for MemberName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sees what is for members.
    Member,
    /// Sees everything and edits.
    Archivist,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a role: expected `member` or `archivist`")]
pub struct InvalidRole {
    text: String,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Archivist => "archivist",
        }
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "member" => Ok(Self::Member),
            "archivist" => Ok(Self::Archivist),
            _ => Err(InvalidRole { text: text.to_owned() }),
        }
    }
}

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub name: MemberName,
    pub role: Role,
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lowercase_and_plain() {
        assert_eq!("Ada@coop".parse::<MemberName>().unwrap().as_str(), "ada@coop");
        assert_eq!("núria".parse::<MemberName>().unwrap().as_str(), "núria");
        for text in ["", "a b", "<script>", &"x".repeat(65)] {
            assert!(text.parse::<MemberName>().is_err(), "{text:?}");
        }
    }
}
