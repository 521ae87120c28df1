use crate::{Member, MemberId, Role};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Who may see a recording or a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody, signed in or not.
    Public,
    /// Whoever is signed in.
    Members,
    /// Archivists only.
    Private,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a visibility: expected `public`, `members` or `private`")]
pub struct InvalidVisibility {
    text: String,
}

impl Visibility {
    pub const ALL: [Self; 3] = [Self::Public, Self::Members, Self::Private];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Members => "members",
            Self::Private => "private",
        }
    }
}

impl FromStr for Visibility {
    type Err = InvalidVisibility;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or_else(|| InvalidVisibility { text: text.to_owned() })
    }
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whoever asks. Every read of the catalog takes one, and what the viewer may not see does not
/// exist for them: no page, file, hit or count tells it apart from what was never there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer(Standing);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Visitor,
    Member(MemberId),
    Archivist(MemberId),
    Program,
}

impl Viewer {
    /// Somebody who is not signed in.
    pub const fn visitor() -> Self {
        Self(Standing::Visitor)
    }

    /// Somebody who is signed in.
    pub fn signed_in(member: &Member) -> Self {
        Self(match member.role {
            Role::Member => Standing::Member(member.id.clone()),
            Role::Archivist => Standing::Archivist(member.id.clone()),
        })
    }

    /// The program itself, for its stages and commands. Never for what answers a request.
    pub const fn program() -> Self {
        Self(Standing::Program)
    }

    /// What this viewer may see. The whole of the rights is this one table.
    pub const fn sees(&self) -> &'static [Visibility] {
        match self.0 {
            Standing::Visitor => &[Visibility::Public],
            Standing::Member(_) => &[Visibility::Public, Visibility::Members],
            Standing::Archivist(_) | Standing::Program => &Visibility::ALL,
        }
    }

    pub fn may_see(&self, visibility: Visibility) -> bool {
        self.sees().contains(&visibility)
    }

    /// The proof that this viewer may edit, or `None`.
    pub fn curator(&self) -> Option<Curator> {
        match &self.0 {
            Standing::Archivist(member) => Some(Curator { member: Some(member.clone()) }),
            Standing::Program => Some(Curator { member: None }),
            Standing::Visitor | Standing::Member(_) => None,
        }
    }
}

/// Somebody who may edit. Only [`Viewer::curator`] makes one, so a function that takes it needs no
/// check of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curator {
    member: Option<MemberId>,
}

impl Curator {
    /// The archivist, or `None` where the program itself acts for whoever runs it.
    pub const fn member(&self) -> Option<&MemberId> {
        self.member.as_ref()
    }

    /// What a curator sees: everything.
    pub fn viewer(&self) -> Viewer {
        Viewer(self.member.clone().map_or(Standing::Program, Standing::Archivist))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn member(role: Role) -> Member {
        Member {
            id: MemberId::from_bytes([7; 16]),
            name: "ada".parse().unwrap(),
            role,
            created_at: Timestamp::from_unix_ms(0),
        }
    }

    #[test]
    fn who_sees_what() {
        use Visibility::{Members, Private, Public};
        let cases = [
            // who, viewer, sees public, members, private, edits
            ("a visitor", Viewer::visitor(), [true, false, false], false),
            ("a member", Viewer::signed_in(&member(Role::Member)), [true, true, false], false),
            ("an archivist", Viewer::signed_in(&member(Role::Archivist)), [true; 3], true),
            ("the program", Viewer::program(), [true; 3], true),
        ];
        for (who, viewer, expected, edits) in cases {
            let seen = [Public, Members, Private].map(|it| viewer.may_see(it));
            assert_eq!((seen, viewer.curator().is_some()), (expected, edits), "{who}");
        }
    }

    #[test]
    fn visibilities_survive_their_text_form() {
        for it in Visibility::ALL {
            assert_eq!(it.as_str().parse(), Ok(it));
        }
        assert!("Public".parse::<Visibility>().is_err());
    }
}
