//! The decimal seconds that BigBlueButton's published files count in.

use archive::MediaTime;

/// Reads decimal seconds: `0.0`, `86.9`, `17`.
///
/// BigBlueButton rounds to 0.1 s (2.4 and later; polls to 1 s); more digits are read to the
/// millisecond. Returns `None` for anything else; a negative time is before the start, so it is
/// taken for the start.
pub(crate) fn parse(text: &str) -> Option<MediaTime> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let decimal = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !decimal(whole) || !decimal(fraction) {
        return None;
    }
    let thousandths = fraction.bytes().chain([b'0'; 3]).take(3);
    let ms = thousandths.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    let ms = whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(ms)?;
    // Kept in a database as a signed number.
    i64::try_from(ms).ok()?;
    Some(if negative { MediaTime::ZERO } else { MediaTime::from_ms(ms) })
}

/// Reads a list of decimal seconds with white space between them, as `shapes.svg` had before 2.0.
pub(crate) fn parse_list(text: &str) -> Vec<Option<MediaTime>> {
    text.split_whitespace().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_bigbluebutton_writes() {
        let cases = [
            ("0.0", Some(0)),
            (" 86.9\n", Some(86_900)),
            ("17", Some(17_000)),
            ("148.701", Some(148_701)),
            ("0.9999", Some(999)),
            ("-0.1", Some(0)),
            ("", None),
            (".5", None),
            ("1e3", None),
            ("NaN", None),
            ("1.-2", None),
            ("99999999999999999999", None),
            ("18446744073709551", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected.map(MediaTime::from_ms), "{text:?}");
        }
        assert_eq!(
            parse_list("0.0 x 12.5"),
            [Some(MediaTime::ZERO), None, Some(MediaTime::from_ms(12_500))]
        );
    }

    proptest! {
        #[test]
        fn a_written_time_is_read_again(ms in 0_u64..1 << 40) {
            let text = format!("{}.{:03}", ms / 1000, ms % 1000);
            prop_assert_eq!(parse(&text), Some(MediaTime::from_ms(ms)));
        }

        #[test]
        fn never_panics(text: String) {
            let _ = parse(&text);
        }
    }
}
