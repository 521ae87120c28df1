//! Byte ranges (RFC 9110 §14), as players ask for them.

use std::ops::Range;

/// What to send of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// No range, or one that this server does not answer: several at once, another unit, rubbish.
    /// The whole file is a right answer to all of them (§14.2).
    Whole,
    /// Bytes from the start of the range up to its end, which is not part of it.
    Bytes(Range<u64>),
    /// The range begins beyond the end: 416.
    Beyond,
}

/// Reads a `Range` header for a file of `size` bytes.
pub(crate) fn part(header: Option<&str>, size: u64) -> Part {
    let Some(range) = header.and_then(|it| it.trim().strip_prefix("bytes=")) else {
        return Part::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else { return Part::Whole };
    match (number(first), number(last)) {
        (Some(first), _) if last.is_empty() => from(first, u64::MAX, size),
        (Some(first), Some(last)) if first <= last => from(first, last, size),
        (None, Some(0)) if first.is_empty() => Part::Beyond,
        (None, Some(_)) if first.is_empty() && size == 0 => Part::Beyond,
        (None, Some(length)) if first.is_empty() => Part::Bytes(size.saturating_sub(length)..size),
        _ => Part::Whole,
    }
}

fn from(first: u64, last: u64, size: u64) -> Part {
    if first >= size { Part::Beyond } else { Part::Bytes(first..size.min(last.saturating_add(1))) }
}

/// Digits only; what is too large for any file is taken for the largest number.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_of_a_file_of_a_hundred_bytes() {
        let cases = [
            (None, Part::Whole),
            (Some("bytes=0-9"), Part::Bytes(0..10)),
            (Some("bytes=90-"), Part::Bytes(90..100)),
            (Some("bytes=90-1000"), Part::Bytes(90..100)),
            (Some("bytes=-10"), Part::Bytes(90..100)),
            (Some("bytes=-1000"), Part::Bytes(0..100)),
            (Some("bytes=99-99"), Part::Bytes(99..100)),
            (Some("bytes=100-"), Part::Beyond),
            (Some("bytes=18446744073709551616-"), Part::Beyond),
            (Some("bytes=0-18446744073709551615"), Part::Bytes(0..100)),
            (Some("bytes=-0"), Part::Beyond),
            (Some("bytes=9-0"), Part::Whole),
            (Some("bytes=0-1,5-6"), Part::Whole),
            (Some("bytes=-"), Part::Whole),
            (Some("bytes=a-b"), Part::Whole),
            (Some("items=0-1"), Part::Whole),
            (Some("bytes=+1-2"), Part::Whole),
        ];
        for (header, expected) in cases {
            assert_eq!(part(header, 100), expected, "{header:?}");
        }
    }

    #[test]
    fn an_empty_file_has_no_part() {
        assert_eq!(part(Some("bytes=0-"), 0), Part::Beyond);
        assert_eq!(part(Some("bytes=-5"), 0), Part::Beyond);
        assert_eq!(part(None, 0), Part::Whole);
    }

    proptest! {
        #[test]
        fn a_part_always_lies_inside_the_file(header in "bytes=[0-9]{0,4}-[0-9]{0,4}", size in 0_u64..5_000) {
            if let Part::Bytes(range) = part(Some(&header), size) {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }

        #[test]
        fn any_header_is_read(header in ".*", size: u64) {
            part(Some(&header), size);
        }
    }
}
