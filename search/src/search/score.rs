//! BM25, in sums that do not depend on their order.

use std::{iter::Sum, ops::AddAssign};
use tantivy::fieldnorm::FieldNormReader;

/// How much a passage is worth, in units of 2⁻²⁰.
///
/// A whole number, because adding floating-point numbers in another order gives another sum: then
/// the order of two results could tell how many hidden documents moved the terms around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Score(u64);

impl Score {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` takes what is out of range for the nearest bound"
    )]
    pub(crate) fn new(value: f32) -> Self {
        Self((f64::from(value) * f64::from(1 << 20)) as u64)
    }

    pub(crate) const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sum for Score {
    fn sum<I: Iterator<Item = Self>>(scores: I) -> Self {
        let mut sum = Self::default();
        for score in scores {
            sum += score;
        }
        sum
    }
}

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The inverse document frequency: how much a word tells that is in `with` of `all` documents.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a weight")]
pub(crate) fn inverse_frequency(with: f64, all: u64) -> f32 {
    let with = with.min(all as f64);
    (1.0 + (all as f64 - with + 0.5) / (with + 0.5)).ln() as f32
}

/// How BM25 weighs the length of a passage, for each of the 256 lengths that the index tells apart.
pub(crate) struct Lengths([f32; 256]);

impl Lengths {
    #[expect(clippy::cast_precision_loss, reason = "lengths are small, an average is rough")]
    pub(crate) fn new(tokens: u64, documents: u64) -> Self {
        let average = (tokens as f32 / documents.max(1) as f32).max(1.0);
        let mut lengths = [0.0; 256];
        for (weight, id) in lengths.iter_mut().zip(0..=u8::MAX) {
            let length = FieldNormReader::id_to_fieldnorm(id) as f32;
            *weight = K1 * (1.0 - B + B * length / average);
        }
        Self(lengths)
    }

    /// The share of a word's weight that a passage gets which has it `times` times: 0 to 1 + K1.
    #[expect(clippy::cast_precision_loss, reason = "a word is not there 2²⁴ times")]
    pub(crate) fn share(&self, times: u32, length_id: u8) -> f32 {
        let times = times as f32;
        (1.0 + K1) * times / (times + self.0[usize::from(length_id)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_and_short_passages_count_more() {
        assert!(inverse_frequency(1.0, 100) > inverse_frequency(50.0, 100));
        assert!(inverse_frequency(100.0, 100) > 0.0);
        let lengths = Lengths::new(1_000, 100);
        let id = FieldNormReader::fieldnorm_to_id;
        assert!(lengths.share(1, id(5)) > lengths.share(1, id(50)));
        assert!(lengths.share(2, id(10)) > lengths.share(1, id(10)));
        assert!((lengths.share(1, id(10)) - 1.0).abs() < 0.01, "the average passage is neutral");
    }

    #[test]
    fn sums_do_not_depend_on_their_order() {
        let scores = [0.1, 1e-3, 7.3, 0.333_333].map(Score::new);
        let sum = |order: [usize; 4]| order.into_iter().map(|it| scores[it]).sum::<Score>();
        assert_eq!(sum([0, 1, 2, 3]), sum([3, 1, 0, 2]));
        assert_eq!(Score::new(f32::NAN), Score::default());
    }
}
