//! What signs a call to the API: `hash(call name + query string + secret)`, in hexadecimal
//! (BigBlueButton, "API reference", "Usage").

use super::secret::{Secret, same};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384, Sha512};
use std::{fmt, str::FromStr};

/// The hash of a checksum. The receiver tells it by its length.
///
/// Up to 2.4 servers know SHA-1 and SHA-256, from 2.5 on all four unless
/// `supportedChecksumAlgorithms` says otherwise; Scalelite has no SHA-384.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecksumAlgorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// The text names none of the four.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no checksum: expected `sha1`, `sha256`, `sha384` or `sha512`")]
pub struct InvalidChecksumAlgorithm {
    text: String,
}

impl ChecksumAlgorithm {
    /// The algorithm of a checksum in hexadecimal, by its length.
    pub(super) fn of(checksum: &str) -> Option<Self> {
        match checksum.len() {
            40 => Some(Self::Sha1),
            64 => Some(Self::Sha256),
            96 => Some(Self::Sha384),
            128 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Hashes the parts one after the other; in lower-case hexadecimal.
    fn hash(self, parts: &[&[u8]]) -> String {
        fn with<D: Digest>(parts: &[&[u8]]) -> String {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hex::encode(hasher.finalize())
        }
        match self {
            Self::Sha1 => with::<Sha1>(parts),
            Self::Sha256 => with::<Sha256>(parts),
            Self::Sha384 => with::<Sha384>(parts),
            Self::Sha512 => with::<Sha512>(parts),
        }
    }
}

impl fmt::Display for ChecksumAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        })
    }
}

impl FromStr for ChecksumAlgorithm {
    type Err = InvalidChecksumAlgorithm;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sha1" => Ok(Self::Sha1),
            "sha256" => Ok(Self::Sha256),
            "sha384" => Ok(Self::Sha384),
            "sha512" => Ok(Self::Sha512),
            _ => Err(InvalidChecksumAlgorithm { text: text.to_owned() }),
        }
    }
}

/// The checksum of a call. `query` is the query string byte for byte as it is sent, without
/// `checksum` itself.
pub fn call_checksum(
    algorithm: ChecksumAlgorithm,
    call: &str,
    query: &str,
    secret: &Secret,
) -> String {
    algorithm.hash(&[call.as_bytes(), query.as_bytes(), secret.as_bytes()])
}

/// Whether `checksum` signs the parts together with the secret, by whichever hash its length tells.
/// `None` if it has the length of none.
///
/// The secret comes last, so SHA-1 and SHA-2 cannot be carried on from a known checksum.
pub(super) fn signs(checksum: &str, parts: &[&[u8]], secret: &Secret) -> Option<bool> {
    let algorithm = ChecksumAlgorithm::of(checksum)?;
    let parts: Vec<&[u8]> = parts.iter().copied().chain([secret.as_bytes()]).collect();
    let ours = algorithm.hash(&parts);
    Some(same(ours.as_bytes(), checksum.to_ascii_lowercase().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChecksumAlgorithm::{Sha1 as One, Sha256 as Two, Sha384 as Three, Sha512 as Five};

    /// The example of BigBlueButton's documentation ("API reference", "Usage"). The first is
    /// theirs; the others are what `sha256sum` and its kin make of the same text.
    #[test]
    fn signs_calls_as_documented() {
        let secret = Secret::new("639259d4-9dd8-4b25-bf01-95f9567eaf4b").unwrap();
        let query = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444";
        let cases = [
            (One, "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"),
            (Two, "da9185f7f333cfdfcd6eeac32dca3777510c4c436020d8b887ba5515bd1d189e"),
            (
                Three,
                "891ac633df39d0a1b4f8d597f3e190833216c4b29c4fb51ea3ca72757eeb958d\
                 6e7b49a845cf29f5c6019c7d29d029d1",
            ),
            (
                Five,
                "de73ad61d11a5c801b68d4bd6ec5248546085cefb0b25c85f3c46249ea93a3a4\
                 b120f92c0a8a58d7512cb77821884951a3b01245f3435dbbef49fff3cc3988b4",
            ),
        ];
        for (algorithm, expected) in cases {
            assert_eq!(call_checksum(algorithm, "create", query, &secret), expected);
            assert_eq!(ChecksumAlgorithm::of(expected), Some(algorithm));
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
            let parts: [&[u8]; 2] = [b"create", query.as_bytes()];
            assert_eq!(signs(&expected.to_ascii_uppercase(), &parts, &secret), Some(true));
            assert_eq!(signs(&expected.replace('8', "9"), &parts, &secret), Some(false));
        }
        let query = "meetingID=test01&state=published&offset=0&limit=100";
        let secret = Secret::new("mysharedsecret").unwrap();
        assert_eq!(
            call_checksum(Two, "getRecordings", query, &secret),
            "58a0b705de762bd24d2860ba10055c42aa28b8d7618fee68c4f0ecc3a9fc97e9"
        );
    }

    #[test]
    fn a_checksum_of_no_known_length_signs_nothing() {
        let secret = Secret::new("x").unwrap();
        for checksum in ["", "ab", &"a".repeat(41), &"a".repeat(129)] {
            assert_eq!(signs(checksum, &[], &secret), None);
        }
        assert_eq!(signs(&"é".repeat(20), &[], &secret), Some(false));
        assert!("md5".parse::<ChecksumAlgorithm>().is_err());
    }
}
