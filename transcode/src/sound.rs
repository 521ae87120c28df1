//! What becomes of 16 kHz mono samples: a WAV file for speech recognition and the waveform.

use crate::error::TranscodeError;
use serde::Serialize;
use std::{
    fs::File,
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// The rate that speech models are trained on.
pub(crate) const SPEECH_RATE: u32 = 16_000;

/// Samples of the waveform a second: enough for a band a few thousand pixels wide.
const PEAKS_PER_SECOND: u32 = 20;

/// Writes a RIFF WAVE file of 16-bit mono samples at [`SPEECH_RATE`].
pub(crate) struct WavWriter {
    file: BufWriter<File>,
    path: PathBuf,
    data_size: u64,
}

impl WavWriter {
    pub(crate) fn create(path: &Path) -> Result<Self, TranscodeError> {
        let write = |source| TranscodeError::Write { path: path.to_owned(), source };
        let mut file = BufWriter::with_capacity(1 << 18, File::create(path).map_err(write)?);
        file.write_all(&wav_header(0)).map_err(write)?;
        Ok(Self { file, path: path.to_owned(), data_size: 0 })
    }

    /// Takes little-endian samples.
    pub(crate) fn push(&mut self, samples: &[u8]) -> Result<(), TranscodeError> {
        self.data_size += samples.len() as u64;
        self.file
            .write_all(samples)
            .map_err(|source| TranscodeError::Write { path: self.path.clone(), source })
    }

    /// Puts the sizes into the header. A file past 4 GiB (37 hours) says 4 GiB.
    pub(crate) fn finish(mut self) -> Result<(), TranscodeError> {
        let header = wav_header(u32::try_from(self.data_size).unwrap_or(u32::MAX - 36));
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.write_all(&header))
            .and_then(|()| self.file.flush())
            .map_err(|source| TranscodeError::Write { path: self.path.clone(), source })
    }
}

fn wav_header(data_size: u32) -> Vec<u8> {
    const BYTES_PER_SAMPLE: u32 = 2;
    let mut header = Vec::with_capacity(44);
    header.extend(b"RIFF");
    header.extend((36 + data_size).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16_u32.to_le_bytes());
    header.extend(1_u16.to_le_bytes()); // PCM
    header.extend(1_u16.to_le_bytes()); // one channel
    header.extend(SPEECH_RATE.to_le_bytes());
    header.extend((SPEECH_RATE * BYTES_PER_SAMPLE).to_le_bytes());
    header.extend(2_u16.to_le_bytes());
    header.extend(16_u16.to_le_bytes());
    header.extend(b"data");
    header.extend(data_size.to_le_bytes());
    header
}

/// Finds the loudest sample of every twentieth of a second.
#[derive(Debug, Default)]
pub(crate) struct PeakMeter {
    peaks: Vec<u8>,
    loudest: u16,
    counted: u32,
}

/// The form of `peaks.json`; see `DerivedFile::peaks`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Peaks {
    pub(crate) per_second: u32,
    pub(crate) peaks: Vec<u8>,
}

impl PeakMeter {
    /// Takes little-endian 16-bit samples.
    pub(crate) fn push(&mut self, samples: &[u8]) {
        for sample in samples.chunks_exact(2) {
            let sample = i16::from_le_bytes([sample[0], sample[1]]);
            self.loudest = self.loudest.max(sample.unsigned_abs());
            self.counted += 1;
            if self.counted == SPEECH_RATE / PEAKS_PER_SECOND {
                self.end_stretch();
            }
        }
    }

    pub(crate) fn finish(mut self) -> Peaks {
        if 0 < self.counted {
            self.end_stretch();
        }
        Peaks { per_second: PEAKS_PER_SECOND, peaks: self.peaks }
    }

    fn end_stretch(&mut self) {
        let peak = u8::try_from(self.loudest >> 7).unwrap_or(u8::MAX);
        self.peaks.push(peak);
        (self.loudest, self.counted) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wav_file_says_how_long_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("speech.wav");
        let mut wav = WavWriter::create(&path).unwrap();
        wav.push(&[1, 0, 2, 0]).unwrap();
        wav.push(&[3, 0]).unwrap();
        wav.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes.len(), 50);
        assert_eq!(bytes[4..8], 42_u32.to_le_bytes());
        assert_eq!(bytes[24..28], 16_000_u32.to_le_bytes());
        assert_eq!(bytes[40..44], 6_u32.to_le_bytes());
        assert_eq!(bytes[44..], [1, 0, 2, 0, 3, 0]);
    }

    #[test]
    fn a_peak_is_the_loudest_of_its_twentieth() {
        let mut meter = PeakMeter::default();
        let mut samples = vec![0_i16; 800];
        samples[799] = i16::MIN;
        samples.extend([0, -12_800, 6_400]);
        let bytes: Vec<u8> = samples.iter().flat_map(|it| it.to_le_bytes()).collect();
        // However the bytes arrive.
        for part in bytes.chunks(10) {
            meter.push(part);
        }
        assert_eq!(meter.finish(), Peaks { per_second: 20, peaks: vec![255, 100] });
        assert!(PeakMeter::default().finish().peaks.is_empty());
    }
}
