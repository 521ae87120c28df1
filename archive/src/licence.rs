use std::{fmt, str::FromStr};

/// Under what terms a recording may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Licence {
    Cc0,
    CcBy,
    CcBySa,
    CcByNc,
    CcByNcSa,
    CcByNd,
    CcByNcNd,
    AllRightsReserved,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a licence: expected an SPDX identifier such as `CC-BY-SA-4.0`")]
pub struct InvalidLicence {
    text: String,
}

impl Licence {
    pub const ALL: [Self; 8] = [
        Self::Cc0,
        Self::CcBy,
        Self::CcBySa,
        Self::CcByNc,
        Self::CcByNcSa,
        Self::CcByNd,
        Self::CcByNcNd,
        Self::AllRightsReserved,
    ];

    /// The SPDX identifier; SPDX has none for "all rights reserved", so a `LicenseRef` stands there.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cc0 => "CC0-1.0",
            Self::CcBy => "CC-BY-4.0",
            Self::CcBySa => "CC-BY-SA-4.0",
            Self::CcByNc => "CC-BY-NC-4.0",
            Self::CcByNcSa => "CC-BY-NC-SA-4.0",
            Self::CcByNd => "CC-BY-ND-4.0",
            Self::CcByNcNd => "CC-BY-NC-ND-4.0",
            Self::AllRightsReserved => "LicenseRef-all-rights-reserved",
        }
    }

    /// Where the licence can be read. A link that a reader follows, never one that a page loads.
    pub const fn url(self) -> Option<&'static str> {
        match self {
            Self::Cc0 => Some("https://creativecommons.org/publicdomain/zero/1.0/"),
            Self::CcBy => Some("https://creativecommons.org/licenses/by/4.0/"),
            Self::CcBySa => Some("https://creativecommons.org/licenses/by-sa/4.0/"),
            Self::CcByNc => Some("https://creativecommons.org/licenses/by-nc/4.0/"),
            Self::CcByNcSa => Some("https://creativecommons.org/licenses/by-nc-sa/4.0/"),
            Self::CcByNd => Some("https://creativecommons.org/licenses/by-nd/4.0/"),
            Self::CcByNcNd => Some("https://creativecommons.org/licenses/by-nc-nd/4.0/"),
            Self::AllRightsReserved => None,
        }
    }
}

impl FromStr for Licence {
    type Err = InvalidLicence;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|it| it.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| InvalidLicence { text: text.to_owned() })
    }
}

impl fmt::Display for Licence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_survive_their_text_form_in_any_case() {
        for it in Licence::ALL {
            assert_eq!(it.as_str().to_lowercase().parse(), Ok(it));
        }
        assert!("MIT".parse::<Licence>().is_err());
    }
}
