use crate::recogniser::BoxError;
use archive::MediaTime;
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

/// Speech audio has this many samples in a millisecond: 16 kHz.
pub(crate) const SAMPLES_PER_MS: u64 = 16;

/// Why speech audio cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    #[error("cannot read the speech audio `{path}`")]
    Read { path: PathBuf, source: BoxError },

    #[error(
        "the speech audio `{path}` has {channels} channels of {bits} bits at {rate} Hz; \
         speech audio is mono, 16 bit, 16000 Hz"
    )]
    Format { path: PathBuf, channels: u16, bits: u16, rate: u32 },
}

/// The speech audio of a recording: a WAV file, 16 kHz, mono, signed 16 bit.
///
/// Read piece by piece, since hours of it would take gigabytes.
#[derive(Debug, Clone)]
pub(crate) struct SpeechAudio {
    path: PathBuf,
    samples: u32,
}

impl SpeechAudio {
    pub(crate) fn open(path: &Path) -> Result<Self, AudioError> {
        let mut audio = Self { path: path.to_owned(), samples: 0 };
        let reader = audio.reader()?;
        let spec = reader.spec();
        let expected = (1, 16, 16_000, hound::SampleFormat::Int);
        if (spec.channels, spec.bits_per_sample, spec.sample_rate, spec.sample_format) != expected {
            return Err(AudioError::Format {
                path: audio.path,
                channels: spec.channels,
                bits: spec.bits_per_sample,
                rate: spec.sample_rate,
            });
        }
        audio.samples = reader.duration();
        Ok(audio)
    }

    pub(crate) fn length(&self) -> MediaTime {
        MediaTime::from_ms(u64::from(self.samples) / SAMPLES_PER_MS)
    }

    /// The samples from `start` to `end`, each from -1 to 1. What lies behind the end of the file is
    /// left out.
    pub(crate) fn read(&self, start: MediaTime, end: MediaTime) -> Result<Vec<f32>, AudioError> {
        let sample = |at: MediaTime| {
            let at = at.as_ms().saturating_mul(SAMPLES_PER_MS);
            u32::try_from(at).unwrap_or(u32::MAX).min(self.samples)
        };
        let (start, end) = (sample(start), sample(end));
        let mut reader = self.reader()?;
        reader.seek(start).map_err(|error| self.unreadable(error.into()))?;
        let count = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        reader
            .samples::<i16>()
            .take(count)
            .map(|it| it.map(|it| f32::from(it) / 32_768.0))
            .collect::<Result<_, hound::Error>>()
            .map_err(|source| self.unreadable(source))
    }

    fn reader(&self) -> Result<hound::WavReader<BufReader<File>>, AudioError> {
        hound::WavReader::open(&self.path).map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: hound::Error) -> AudioError {
        AudioError::Read { path: self.path.clone(), source: source.into() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Writes mono samples at 16 kHz.
    pub(crate) fn write(path: &Path, samples: impl IntoIterator<Item = f32>) {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        for sample in samples {
            #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bit")]
            writer.write_sample((sample * 32_767.0).clamp(-32_767.0, 32_767.0) as i16).unwrap();
        }
        writer.finalize().unwrap();
    }

    #[test]
    fn reads_pieces_by_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("speech.wav");
        write(&path, (0..32_000_u16).map(|it| f32::from(it / 16_000)));
        let audio = SpeechAudio::open(&path).unwrap();
        let at = MediaTime::from_ms;
        assert_eq!(audio.length(), at(2000));
        let piece = audio.read(at(999), at(1001)).unwrap();
        assert_eq!(piece.len(), 32);
        assert!(piece[..16].iter().all(|&it| it < 0.1) && piece[16..].iter().all(|&it| it > 0.9));
        assert_eq!(audio.read(at(1900), at(9000)).unwrap().len(), 1600);
        assert!(audio.read(at(9000), at(9001)).unwrap().is_empty());
    }

    #[test]
    fn other_audio_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("speech.wav");
        std::fs::write(&path, b"RIFF no such thing").unwrap();
        assert!(matches!(SpeechAudio::open(&path), Err(AudioError::Read { .. })));

        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 44_100,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        hound::WavWriter::create(&path, spec).unwrap().finalize().unwrap();
        let error = SpeechAudio::open(&path).unwrap_err().to_string();
        assert!(error.contains("2 channels of 16 bits at 44100 Hz"), "{error}");
    }
}
