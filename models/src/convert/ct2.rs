use std::collections::BTreeMap;

/// The only version of the file that was ever met in a package.
const VERSION: u32 = 6;
/// What CTranslate2 calls the layout of a Whisper model.
const SPEC: &str = "WhisperSpec";
/// Whisper's tensors have three at most (the convolutions).
const MAX_RANK: u8 = 4;

/// Why bytes are not a CTranslate2 model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Ct2Error {
    #[error("ends at byte {at} in the middle of {what}: {wanted} more bytes were announced")]
    Truncated { at: usize, what: &'static str, wanted: usize },

    #[error("is not a CTranslate2 model of version {VERSION} (its first number is {found})")]
    Version { found: u32 },

    #[error("is a `{found}` and not a `{SPEC}`")]
    Spec { found: String },

    #[error("has text that is not UTF-8 at byte {at}")]
    Text { at: usize },

    #[error("tensor `{name}` {problem}")]
    Tensor { name: String, problem: &'static str },

    #[error("alias `{alias}` points at `{target}`, which is not there")]
    Alias { alias: String, target: String },

    #[error("has {count} bytes after its end")]
    TrailingBytes { count: usize },
}

/// The numbers of a tensor, as the type byte names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    F32,
    I8,
    I16,
    I32,
    F16,
    Bf16,
}

impl Element {
    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::F32,
            1 => Self::I8,
            2 => Self::I16,
            3 => Self::I32,
            4 => Self::F16,
            5 => Self::Bf16,
            _ => return None,
        })
    }

    const fn size_bytes(self) -> usize {
        match self {
            Self::I8 => 1,
            Self::I16 | Self::F16 | Self::Bf16 => 2,
            Self::F32 | Self::I32 => 4,
        }
    }
}

/// A tensor that lies in the file: row major, little endian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tensor<'a> {
    /// Slowest dimension first; empty for a scalar.
    pub(crate) shape: Vec<usize>,
    pub(crate) element: Element,
    pub(crate) bytes: &'a [u8],
}

/// The tensors of a CTranslate2 `model.bin`, read in place.
///
/// The layout, little endian and without alignment: `u32` version, text spec, `u32` revision, `u32`
/// count, then for each tensor its name, `u8` rank, `u32` per dimension, `u8` element type, `u32`
/// byte length and the bytes; then `u32` count of aliases, each two texts. A text is a `u16` length
/// that counts its closing NUL, and the bytes.
#[derive(Debug)]
pub(crate) struct Weights<'a> {
    tensors: BTreeMap<&'a str, Tensor<'a>>,
}

impl<'a> Weights<'a> {
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Ct2Error> {
        let mut file = Cursor { bytes, at: 0 };
        let found = file.u32("the version")?;
        if found != VERSION {
            return Err(Ct2Error::Version { found });
        }
        let spec = file.text("the specification's name")?;
        if spec != SPEC {
            return Err(Ct2Error::Spec { found: spec.to_owned() });
        }
        file.u32("the revision")?;

        let mut tensors = BTreeMap::new();
        for _ in 0..file.u32("the number of tensors")? {
            let name = file.text("a tensor's name")?;
            let tensor = file.tensor(name)?;
            if tensors.insert(name, tensor).is_some() {
                return Err(Ct2Error::Tensor { name: name.to_owned(), problem: "is there twice" });
            }
        }
        for _ in 0..file.u32("the number of aliases")? {
            let alias = file.text("an alias")?;
            let target = file.text("an alias's target")?;
            let Some(tensor) = tensors.get(target).cloned() else {
                let (alias, target) = (alias.to_owned(), target.to_owned());
                return Err(Ct2Error::Alias { alias, target });
            };
            tensors.insert(alias, tensor);
        }
        match bytes.len() - file.at {
            0 => Ok(Self { tensors }),
            count => Err(Ct2Error::TrailingBytes { count }),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Tensor<'a>> {
        self.tensors.get(name)
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], Ct2Error> {
        let rest = &self.bytes[self.at..];
        let Some(taken) = rest.get(..length) else {
            return Err(Ct2Error::Truncated { at: self.at, what, wanted: length - rest.len() });
        };
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Ct2Error> {
        let bytes = self.take(N, what)?;
        Ok(bytes.try_into().expect("take gives the length that was asked for"))
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, Ct2Error> {
        self.array(what).map(u32::from_le_bytes)
    }

    /// A `u32` that counts bytes or rows. It is not trusted: whatever it announces must be there.
    fn size(&mut self, what: &'static str) -> Result<usize, Ct2Error> {
        Ok(usize::try_from(self.u32(what)?).unwrap_or(usize::MAX))
    }

    fn text(&mut self, what: &'static str) -> Result<&'a str, Ct2Error> {
        let length = usize::from(self.array(what).map(u16::from_le_bytes)?);
        let at = self.at;
        let bytes = self.take(length, what)?;
        let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        std::str::from_utf8(bytes).map_err(|_| Ct2Error::Text { at })
    }

    fn tensor(&mut self, name: &str) -> Result<Tensor<'a>, Ct2Error> {
        let bad = |problem| Ct2Error::Tensor { name: name.to_owned(), problem };
        let [rank] = self.array("a tensor's rank")?;
        if rank > MAX_RANK {
            return Err(bad("has too many dimensions"));
        }
        let shape = (0..rank)
            .map(|_| self.size("a tensor's shape"))
            .collect::<Result<Vec<_>, Ct2Error>>()?;
        let [element] = self.array("a tensor's type")?;
        let element = Element::from_byte(element).ok_or_else(|| bad("has an unknown type"))?;
        let length = self.size("a tensor's length")?;
        let expected = shape
            .iter()
            .try_fold(element.size_bytes(), |product, &it| product.checked_mul(it))
            .ok_or_else(|| bad("has an absurd shape"))?;
        if expected != length {
            return Err(bad("has a length that does not fit its shape"));
        }
        Ok(Tensor { shape, element, bytes: self.take(length, "a tensor")? })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Writes a file of this layout.
    pub(crate) fn file(
        tensors: &[(&str, &[u32], u8, Vec<u8>)],
        aliases: &[(&str, &str)],
    ) -> Vec<u8> {
        let text = |it: &str| {
            let mut bytes = u16::try_from(it.len() + 1).unwrap().to_le_bytes().to_vec();
            bytes.extend(it.as_bytes());
            bytes.push(0);
            bytes
        };
        let count = |it: usize| u32::try_from(it).unwrap().to_le_bytes();
        let mut out = VERSION.to_le_bytes().to_vec();
        out.extend(text(SPEC));
        out.extend(3_u32.to_le_bytes());
        out.extend(count(tensors.len()));
        for (name, shape, element, bytes) in tensors {
            out.extend(text(name));
            out.push(u8::try_from(shape.len()).unwrap());
            shape.iter().for_each(|it| out.extend(it.to_le_bytes()));
            out.push(*element);
            out.extend(count(bytes.len()));
            out.extend(bytes);
        }
        out.extend(count(aliases.len()));
        for (alias, target) in aliases {
            out.extend(text(alias));
            out.extend(text(target));
        }
        out
    }

    #[test]
    fn reads_tensors_scalars_and_aliases() {
        let bytes = file(
            &[("a", &[2, 3], 4, vec![7; 12]), ("heads", &[], 2, vec![8, 0])],
            &[("tied", "a")],
        );
        let weights = Weights::parse(&bytes).unwrap();
        let expected = Tensor { shape: vec![2, 3], element: Element::F16, bytes: &[7; 12] };
        assert_eq!(weights.get("a"), Some(&expected));
        assert_eq!(weights.get("tied"), Some(&expected));
        assert_eq!(weights.get("heads").unwrap().shape, [0_usize; 0]);
        assert_eq!(weights.get("b"), None);
    }

    #[test]
    fn every_truncation_is_an_error() {
        let bytes = file(&[("a", &[2, 3], 4, vec![7; 12])], &[("tied", "a")]);
        for end in 0..bytes.len() {
            assert!(Weights::parse(&bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let good = file(&[("a", &[1], 4, vec![0; 2])], &[]);
        let mut longer = good.clone();
        longer.push(0);
        let mut zip = good.clone();
        zip[..4].copy_from_slice(b"PK\x03\x04");
        let mut other = good.clone();
        other[6] = b'X';
        let cases: [(Vec<u8>, &str); 7] = [
            (zip, "is not a CTranslate2 model of version 6 (its first number is 67324752)"),
            (other, "is a `XhisperSpec` and not a `WhisperSpec`"),
            (longer, "has 1 bytes after its end"),
            (file(&[("a", &[u32::MAX; 4], 4, vec![])], &[]), "tensor `a` has an absurd shape"),
            (
                file(&[("a", &[2], 4, vec![0; 2])], &[]),
                "tensor `a` has a length that does not fit its shape",
            ),
            (file(&[("a", &[1], 9, vec![0; 2])], &[]), "tensor `a` has an unknown type"),
            (file(&[], &[("tied", "a")]), "alias `tied` points at `a`, which is not there"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Weights::parse(&bytes).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn a_huge_announced_length_takes_no_memory() {
        let mut bytes = file(&[("a", &[1], 4, vec![0; 2])], &[]);
        let tensors_at = 4 + 2 + SPEC.len() + 1 + 4;
        bytes[tensors_at..tensors_at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(Weights::parse(&bytes), Err(Ct2Error::Truncated { .. })));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            drop(Weights::parse(&bytes));
        }

        #[test]
        fn a_damaged_file_never_panics(
            at in 0_usize..200, value: u8, end in 0_usize..200,
        ) {
            let mut bytes =
                file(&[("a", &[2, 3], 4, vec![7; 12]), ("b", &[4], 0, vec![1; 16])], &[("c", "a")]);
            let length = bytes.len();
            bytes[at % length] = value;
            bytes.truncate(length - end % length);
            drop(Weights::parse(&bytes));
        }
    }
}
