use super::{Limits, XmlError};
use std::io::{self, BufRead, Read};

/// Hands a document on until it exceeds its limits; then reading it is an error.
pub(super) struct Governor<R> {
    input: R,
    limits: Limits,
    left: u64,
    left_of_piece: u64,
}

/// Which limit it was.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(super) enum Exceeded {
    #[error("the document is too long")]
    Whole,
    #[error("a piece of the document is too long")]
    Piece,
}

impl Exceeded {
    /// Finds the limit in the error that a reader made of it.
    pub(super) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }

    pub(super) fn into_error(self, limits: Limits) -> XmlError {
        match self {
            Self::Whole => XmlError::TooMuch { limit: limits.bytes, what: "bytes" },
            Self::Piece => {
                XmlError::TooMuch { limit: limits.piece_bytes, what: "bytes in one piece" }
            }
        }
    }
}

impl<R> Governor<R> {
    pub(super) fn new(input: R, limits: Limits) -> Self {
        Self { input, limits, left: limits.bytes, left_of_piece: limits.piece_bytes }
    }

    /// Starts to count a new tag or run of text.
    pub(super) fn begin_piece(&mut self) {
        self.left_of_piece = self.limits.piece_bytes;
    }
}

impl<R: BufRead> BufRead for Governor<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let available = self.input.fill_buf()?;
        if available.is_empty() {
            return Ok(available);
        }
        if self.left == 0 {
            return Err(io::Error::other(Exceeded::Whole));
        }
        if self.left_of_piece == 0 {
            return Err(io::Error::other(Exceeded::Piece));
        }
        let allowed = usize::try_from(self.left.min(self.left_of_piece)).unwrap_or(usize::MAX);
        Ok(&available[..available.len().min(allowed)])
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount as u64);
        self.left_of_piece = self.left_of_piece.saturating_sub(amount as u64);
        self.input.consume(amount);
    }
}

impl<R: BufRead> Read for Governor<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(target.len());
        target[..amount].copy_from_slice(&available[..amount]);
        self.consume(amount);
        Ok(amount)
    }
}
