/// Frequency bins of the Fourier transform of 400 samples, the frame that Whisper takes at 16 kHz.
pub(super) const BINS: u32 = 201;

const SAMPLE_RATE: f64 = 16_000.0;
/// Below this the mel scale of Slaney's Auditory Toolbox is linear, above it logarithmic.
const LINEAR_UP_TO_HZ: f64 = 1000.0;
const HZ_PER_MEL: f64 = 200.0 / 3.0;

/// Mel filters, `count` rows of [`BINS`]: triangles on Slaney's scale, each of area one.
///
/// Whisper's authors made theirs with librosa (`filters.mel(sr=16000, n_fft=400)`). Computed in
/// `f64` and rounded once at each step where librosa rounds, these are the same to the last bit.
pub(super) fn filters(count: u32) -> Vec<f32> {
    let edges = edges(count);
    let bin_hz = 1.0 / (400.0 * (1.0 / SAMPLE_RATE));
    let mut filters = Vec::new();
    for corner in edges.windows(3) {
        let &[low, centre, high] = corner else { unreachable!("windows of three") };
        let height = 2.0 / (high - low);
        for bin in 0..BINS {
            let hz = f64::from(bin) * bin_hz;
            let rising = -(low - hz) / (centre - low);
            let falling = (high - hz) / (high - centre);
            let weight = narrow(rising.min(falling).max(0.0));
            // Adding zero turns -0.0 into +0.0, as in the published files.
            filters.push(narrow(f64::from(weight) * height) + 0.0);
        }
    }
    filters
}

/// Where the triangles start, peak and end: `count` + 2 frequencies, evenly spaced in mels.
fn edges(count: u32) -> Vec<f64> {
    let linear_mels = LINEAR_UP_TO_HZ / HZ_PER_MEL;
    let log_step = 6.4_f64.ln() / 27.0;
    let top = linear_mels + (SAMPLE_RATE / 2.0 / LINEAR_UP_TO_HZ).ln() / log_step;
    let step = top / f64::from(count + 1);
    (0..count + 2)
        .map(|it| if it == count + 1 { top } else { f64::from(it) * step })
        .map(|mel| {
            if mel >= linear_mels {
                LINEAR_UP_TO_HZ * (log_step * (mel - linear_mels)).exp()
            } else {
                HZ_PER_MEL * mel
            }
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to the stored precision is meant")]
fn narrow(wide: f64) -> f32 {
    wide as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_is_one_triangle_with_no_negative_weight() {
        for count in [80, 128] {
            let filters = filters(count);
            assert_eq!(filters.len(), usize::try_from(count * BINS).unwrap());
            for row in filters.chunks(usize::try_from(BINS).unwrap()) {
                assert!(row.iter().all(|&it| it >= 0.0 && it.is_sign_positive()));
                let peak = row.iter().copied().fold(0.0, f32::max);
                let at = row.iter().position(|&it| it >= peak).unwrap();
                assert!(peak > 0.0);
                assert!(row[..at].is_sorted(), "rises to its peak");
                assert!(row[at..].iter().rev().is_sorted(), "and falls from it");
            }
        }
    }

    #[test]
    fn the_first_weights_are_librosas() {
        // librosa.filters.mel(sr=16000, n_fft=400, n_mels=80)[0, :3], as its documentation's
        // formula gives them by hand: the first edge lies at 37.238 Hz.
        let filters = filters(80);
        assert!(filters[0].abs() < f32::EPSILON);
        assert!((filters[1] - 0.024_862_6).abs() < 1e-6, "{}", filters[1]);
    }
}
