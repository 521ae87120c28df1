//! CTranslate2's file of a Whisper model to whisper.cpp's.
//!
//! Both hold the same half-precision numbers under other names and in another order, so the
//! conversion loses nothing: the result is byte for byte the file that whisper.cpp publishes, and
//! one SHA-256 pins the model whichever way it came.

mod ct2;
mod half;
mod mel;
mod tensors;
mod vocabulary;

use std::io::{self, Write};
use tensors::{Dimensions, Named};
use vocabulary::Vocabulary;

use ct2::Ct2Error;
use vocabulary::VocabularyError;

/// Why a model cannot be converted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConvertError {
    #[error("the weights cannot be read")]
    Weights(#[source] Ct2Error),

    #[error("the vocabulary cannot be read")]
    Vocabulary(#[source] VocabularyError),

    #[error("the weights have no tensor `{name}`")]
    Missing { name: String },

    #[error("tensor `{name}` has the shape {shape:?}, which no Whisper model has")]
    Shape { name: String, shape: Vec<usize> },

    #[error("tensor `{name}` is not in half precision; only such models convert exactly")]
    NotHalfPrecision { name: String },

    #[error("the keys of `{name}` have a bias, which Whisper's have not")]
    KeyBias { name: String },

    #[error("the vocabulary lists {listed} tokens and the weights {expected}")]
    VocabularySize { listed: usize, expected: usize },

    #[error("the converted model cannot be written")]
    Write(#[source] io::Error),
}

/// Writes the ggml file of the model whose CTranslate2 weights and vocabulary are given.
///
/// The file, little endian: magic, eleven measures, the mel filters, the text tokens, then every
/// tensor as three numbers (dimensions, name length, type), its shape with the fastest dimension
/// first, its name and its data.
pub(crate) fn convert(
    weights: &[u8],
    vocabulary: &[u8],
    out: &mut impl Write,
) -> Result<(), ConvertError> {
    let weights = ct2::Weights::parse(weights).map_err(ConvertError::Weights)?;
    let (dimensions, tensors) = tensors::lay_out(&weights)?;
    let vocabulary = Vocabulary::parse(vocabulary).map_err(ConvertError::Vocabulary)?;
    if vocabulary.listed != dimensions.vocabulary {
        let (listed, expected) = (vocabulary.listed, dimensions.vocabulary);
        return Err(ConvertError::VocabularySize { listed, expected });
    }
    write(&dimensions, &vocabulary.tokens, &tensors, out).map_err(ConvertError::Write)
}

const MAGIC: i32 = 0x6767_6d6c;
/// `ftype`: matrices in half precision. Also the number of that type in a tensor's head.
const HALF: i32 = 1;
const SINGLE: i32 = 0;

fn write(
    dimensions: &Dimensions,
    tokens: &[Vec<u8>],
    tensors: &[Named<'_>],
    out: &mut impl Write,
) -> io::Result<()> {
    put(out, MAGIC)?;
    let Dimensions {
        vocabulary,
        audio_frames,
        audio_width,
        audio_heads,
        audio_layers,
        text_tokens,
        text_width,
        text_heads,
        text_layers,
        mels,
    } = *dimensions;
    for it in [
        vocabulary,
        audio_frames,
        audio_width,
        audio_heads,
        audio_layers,
        text_tokens,
        text_width,
        text_heads,
        text_layers,
        mels,
    ] {
        put_size(out, it)?;
    }
    put(out, HALF)?;

    // No Whisper model has more than 128; this also keeps a hostile file from making us compute
    // filters for ever.
    let mels = u32::try_from(mels).ok().filter(|&it| it <= 256).ok_or_else(too_large)?;
    put(out, mels)?;
    put(out, mel::BINS)?;
    for weight in mel::filters(mels) {
        out.write_all(&weight.to_le_bytes())?;
    }

    put_size(out, tokens.len())?;
    for token in tokens {
        put_size(out, token.len())?;
        out.write_all(token)?;
    }
    tensors.iter().try_for_each(|it| put_tensor(out, it))
}

fn put_tensor(out: &mut impl Write, tensor: &Named<'_>) -> io::Result<()> {
    let single = tensor.shape.len() < 2 || tensor.name.ends_with(".positional_embedding");
    let mut shape = tensor.shape.clone();
    // whisper.cpp adds these to a matrix of one column.
    if matches!(tensor.name.as_str(), "encoder.conv1.bias" | "encoder.conv2.bias") {
        shape.push(1);
    }
    put_size(out, shape.len())?;
    put_size(out, tensor.name.len())?;
    put(out, if single { SINGLE } else { HALF })?;
    shape.iter().rev().try_for_each(|&it| put_size(out, it))?;
    out.write_all(tensor.name.as_bytes())?;
    if !single {
        return out.write_all(tensor.halves);
    }
    let (halves, _) = tensor.halves.as_chunks::<2>();
    halves
        .iter()
        .try_for_each(|&it| out.write_all(&half::to_f32(u16::from_le_bytes(it)).to_le_bytes()))
}

trait Number {
    fn bytes(self) -> [u8; 4];
}

impl Number for i32 {
    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }
}

impl Number for u32 {
    fn bytes(self) -> [u8; 4] {
        self.to_le_bytes()
    }
}

fn put(out: &mut impl Write, number: impl Number) -> io::Result<()> {
    out.write_all(&number.bytes())
}

fn put_size(out: &mut impl Write, size: usize) -> io::Result<()> {
    put(out, i32::try_from(size).map_err(|_| too_large())?)
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a number is too large for the format")
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod toy;
