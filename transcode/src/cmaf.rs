//! Writes one track as a single fragmented MP4 file (CMAF, ISO/IEC 23000-19) that is played by byte
//! ranges: an initialisation header, then one fragment a segment.

use crate::error::TranscodeError;
use mp4_atom::{
    Audio, Avc1, Avcc, Codec, Colr, Decode as _, Dinf, Dref, Edts, Elst, ElstEntry, Encode, Esds,
    Ftyp, Hdlr, Mdat, Mdhd, Mdia, Mehd, Mfhd, Minf, Moof, Moov, Mp4a, Mvex, Mvhd, Smhd, Stbl, Stco,
    Stsd, Tfdt, Tfhd, Tkhd, Traf, Trak, Trex, Trun, TrunEntry, Url, Visual, Vmhd,
    esds::{DecoderConfig, DecoderSpecific, EsDescriptor, SLConfig},
};
use std::{
    fs::File,
    io::{BufWriter, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// What a track is encoded as, with what its header must say.
#[derive(Debug, Clone)]
pub(crate) enum TrackCodec {
    /// `config` is an `AVCDecoderConfigurationRecord`.
    Avc { config: Vec<u8>, width: u16, height: u16, colour: Option<Colour> },
    /// `config` is an `AudioSpecificConfig`.
    AacLc { config: Vec<u8>, sample_rate: u16, channels: u16 },
}

/// Colour description as ITU-T H.273 numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour {
    pub(crate) primaries: u16,
    pub(crate) transfer: u16,
    pub(crate) matrix: u16,
    pub(crate) full_range: bool,
}

/// How a track's time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TrackTime {
    /// Ticks a second.
    pub(crate) timescale: u32,
    /// Ticks that every sample lasts.
    pub(crate) sample_ticks: u32,
    /// Ticks at the beginning that are not to be played: an encoder's priming, or the head start
    /// that reordered frames need. An edit list takes them off.
    pub(crate) lead_ticks: u32,
}

/// One encoded frame, in decoding order.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// How many frames later than it is decoded it is shown.
    pub(crate) shown_after: u32,
    pub(crate) key: bool,
    pub(crate) data: Vec<u8>,
}

/// One segment of a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) frames: u64,
}

/// A file as it was written.
#[derive(Debug, Clone)]
pub(crate) struct TrackFile {
    pub(crate) header_size: u64,
    pub(crate) segments: Vec<Segment>,
    pub(crate) time: TrackTime,
    /// RFC 6381.
    pub(crate) codecs: String,
}

impl TrackFile {
    pub(crate) fn size(&self) -> u64 {
        self.segments.iter().fold(self.header_size, |size, it| size + it.size)
    }

    /// Frames of the whole track.
    pub(crate) fn frames(&self) -> u64 {
        self.segments.iter().map(|it| it.frames).sum()
    }

    /// What is played, in nanoseconds.
    pub(crate) fn length_ns(&self) -> u64 {
        let ticks = u128::from(self.frames()) * u128::from(self.time.sample_ticks);
        // A video's lead is no frame of its own, an audio encoder's priming is.
        let lead = if self.codecs.starts_with("mp4a") { self.time.lead_ticks } else { 0 };
        let ns = ticks.saturating_sub(u128::from(lead)) * 1_000_000_000
            / u128::from(self.time.timescale);
        u64::try_from(ns).unwrap_or(u64::MAX)
    }

    pub(crate) fn segment_ticks(&self, segment: &Segment) -> u64 {
        segment.frames * u64::from(self.time.sample_ticks)
    }

    /// The most bits a second that any segment needs.
    pub(crate) fn peak_bitrate(&self) -> u64 {
        let rate = |it: &Segment| self.bitrate(it.size, self.segment_ticks(it));
        self.segments.iter().map(rate).max().unwrap_or(0)
    }

    pub(crate) fn average_bitrate(&self) -> u64 {
        let size = self.segments.iter().map(|it| it.size).sum();
        self.bitrate(size, self.frames() * u64::from(self.time.sample_ticks))
    }

    fn bitrate(&self, size: u64, ticks: u64) -> u64 {
        let bits = u128::from(size) * 8 * u128::from(self.time.timescale);
        u64::try_from(bits.div_ceil(u128::from(ticks.max(1)))).unwrap_or(u64::MAX)
    }
}

/// Writes a track as its frames arrive, holding no more than one segment in memory.
pub(crate) struct TrackWriter {
    file: BufWriter<File>,
    path: PathBuf,
    codec: TrackCodec,
    time: TrackTime,
    header_size: u64,
    segments: Vec<Segment>,
    pending: Vec<Frame>,
}

const TRACK: u32 = 1;
/// `sample_depends_on = 2`: a frame to begin with. ISO/IEC 14496-12, 8.8.3.1.
const KEY_FLAGS: u32 = 0x0200_0000;
/// `sample_depends_on = 1`, `sample_is_non_sync_sample`.
const DELTA_FLAGS: u32 = 0x0101_0000;

impl TrackWriter {
    /// Creates the file and writes a header whose length is final and whose duration is not yet.
    pub(crate) fn create(
        path: &Path,
        codec: TrackCodec,
        time: TrackTime,
    ) -> Result<Self, TranscodeError> {
        let header = header(&codec, time, Totals::default())?;
        let write = |source| TranscodeError::Write { path: path.to_owned(), source };
        let mut file = BufWriter::with_capacity(1 << 18, File::create(path).map_err(write)?);
        file.write_all(&header).map_err(write)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            codec,
            time,
            header_size: header.len() as u64,
            segments: Vec::new(),
            pending: Vec::new(),
        })
    }

    /// Frames taken so far.
    pub(crate) fn frames(&self) -> u64 {
        self.segments.iter().map(|it| it.frames).sum::<u64>() + self.pending.len() as u64
    }

    pub(crate) fn push(&mut self, frame: Frame) {
        self.pending.push(frame);
    }

    /// Ends the segment here. The next frame must be one to begin with.
    pub(crate) fn cut(&mut self) -> Result<(), TranscodeError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let frames = std::mem::take(&mut self.pending);
        let decode_time = self.frames() * u64::from(self.time.sample_ticks);
        let number = u32::try_from(self.segments.len() + 1).unwrap_or(u32::MAX);
        let bytes = fragment(number, decode_time, self.time.sample_ticks, &frames)?;
        self.file.write_all(&bytes).map_err(|source| self.write_error(source))?;
        let offset = self.segments.last().map_or(self.header_size, |it| it.offset + it.size);
        self.segments.push(Segment {
            offset,
            size: bytes.len() as u64,
            frames: frames.len() as u64,
        });
        Ok(())
    }

    /// Ends the file and puts into its header what is only known now.
    pub(crate) fn finish(mut self) -> Result<TrackFile, TranscodeError> {
        self.cut()?;
        let codecs = rfc6381(&self.codec)?;
        let track = TrackFile {
            header_size: self.header_size,
            segments: std::mem::take(&mut self.segments),
            time: self.time,
            codecs,
        };
        let totals = Totals {
            ticks: track.frames() * u64::from(self.time.sample_ticks),
            peak_bitrate: u32::try_from(track.peak_bitrate()).unwrap_or(u32::MAX),
            average_bitrate: u32::try_from(track.average_bitrate()).unwrap_or(u32::MAX),
        };
        let header = header(&self.codec, self.time, totals)?;
        assert_eq!(header.len() as u64, self.header_size, "numbers in a header have fixed widths");
        let rewritten = self
            .file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.write_all(&header))
            .and_then(|()| self.file.flush());
        rewritten.map_err(|source| self.write_error(source))?;
        Ok(track)
    }

    fn write_error(&self, source: std::io::Error) -> TranscodeError {
        TranscodeError::Write { path: self.path.clone(), source }
    }
}

/// What a header says of the whole track.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    ticks: u64,
    peak_bitrate: u32,
    average_bitrate: u32,
}

fn header(codec: &TrackCodec, time: TrackTime, totals: Totals) -> Result<Vec<u8>, TranscodeError> {
    let ftyp = Ftyp {
        major_brand: b"iso6".into(),
        minor_version: 0,
        compatible_brands: vec![b"iso6".into(), b"cmfc".into(), b"mp41".into()],
    };
    let (width, height) = match codec {
        TrackCodec::Avc { width, height, .. } => (*width, *height),
        TrackCodec::AacLc { .. } => (0, 0),
    };
    let sound = matches!(codec, TrackCodec::AacLc { .. });
    let lead = Edts {
        elst: Some(Elst {
            entries: vec![ElstEntry {
                // Zero in a fragmented file: until its end.
                segment_duration: 0,
                media_time: Some(time.lead_ticks.into()),
                media_rate: 1.into(),
            }],
        }),
    };
    let trak = Trak {
        tkhd: Tkhd {
            track_id: TRACK,
            enabled: true,
            in_movie: true,
            volume: u8::from(sound).into(),
            width: width.into(),
            height: height.into(),
            ..Tkhd::default()
        },
        edts: (0 < time.lead_ticks).then_some(lead),
        mdia: Mdia {
            mdhd: Mdhd { timescale: time.timescale, language: "und".into(), ..Mdhd::default() },
            hdlr: Hdlr {
                handler: if sound { b"soun".into() } else { b"vide".into() },
                name: String::new(),
            },
            minf: Minf {
                vmhd: (!sound).then(Vmhd::default),
                smhd: sound.then(Smhd::default),
                dinf: Dinf { dref: Dref { entries: vec![Url { location: String::new() }.into()] } },
                stbl: Stbl {
                    stsd: Stsd { codecs: vec![sample_entry(codec, totals)?] },
                    stco: Some(Stco::default()),
                    ..Stbl::default()
                },
                ..Minf::default()
            },
        },
        ..Trak::default()
    };
    let moov = Moov {
        mvhd: Mvhd {
            timescale: time.timescale,
            rate: 1.into(),
            volume: 1.into(),
            next_track_id: TRACK + 1,
            ..Mvhd::default()
        },
        mvex: Some(Mvex {
            mehd: Some(Mehd { fragment_duration: totals.ticks }),
            trex: vec![Trex {
                track_id: TRACK,
                default_sample_description_index: 1,
                ..Trex::default()
            }],
        }),
        trak: vec![trak],
        ..Moov::default()
    };
    let mut bytes = Vec::new();
    put(&ftyp, &mut bytes)?;
    put(&moov, &mut bytes)?;
    Ok(bytes)
}

fn sample_entry(codec: &TrackCodec, totals: Totals) -> Result<Codec, TranscodeError> {
    match codec {
        TrackCodec::Avc { config, width, height, colour } => Ok(Avc1 {
            visual: Visual {
                data_reference_index: 1,
                width: *width,
                height: *height,
                horizresolution: 72.into(),
                vertresolution: 72.into(),
                frame_count: 1,
                compressor: "".into(),
                depth: 24,
            },
            avcc: avc_config(config)?,
            btrt: Some(mp4_atom::Btrt {
                buffer_size_db: 0,
                max_bitrate: totals.peak_bitrate,
                avg_bitrate: totals.average_bitrate,
            }),
            colr: colour.map(|it| Colr::Nclx {
                colour_primaries: it.primaries,
                transfer_characteristics: it.transfer,
                matrix_coefficients: it.matrix,
                full_range_flag: it.full_range,
            }),
            ..Avc1::default()
        }
        .into()),
        TrackCodec::AacLc { config, sample_rate, channels } => Ok(Mp4a {
            audio: Audio {
                data_reference_index: 1,
                channel_count: *channels,
                sample_size: 16,
                sample_rate: (*sample_rate).into(),
            },
            esds: Esds {
                es_desc: EsDescriptor {
                    es_id: 1,
                    dec_config: DecoderConfig {
                        // ISO/IEC 14496-1, tables 5 and 6: MPEG-4 audio, an audio stream.
                        object_type_indication: 0x40,
                        stream_type: 0x05,
                        max_bitrate: totals.peak_bitrate,
                        avg_bitrate: totals.average_bitrate,
                        dec_specific: Some(DecoderSpecific {
                            profile: 2,
                            freq_index: 0,
                            chan_conf: 0,
                            raw: config.clone(),
                        }),
                        ..DecoderConfig::default()
                    },
                    sl_config: SLConfig::default(),
                    ..EsDescriptor::default()
                },
            },
            btrt: None,
            taic: None,
        }
        .into()),
    }
}

fn avc_config(config: &[u8]) -> Result<Avcc, TranscodeError> {
    // The record is the body of an `avcC` box; the library reads whole boxes.
    let size = u32::try_from(config.len() + 8).unwrap_or(u32::MAX);
    let mut whole = Vec::with_capacity(config.len() + 8);
    whole.extend(size.to_be_bytes());
    whole.extend(b"avcC");
    whole.extend(config);
    Avcc::decode(&mut whole.as_slice())
        .map_err(|source| TranscodeError::Box { source: source.into() })
}

/// The codec as HLS and MIME types name it.
fn rfc6381(codec: &TrackCodec) -> Result<String, TranscodeError> {
    match codec {
        TrackCodec::Avc { config, .. } => {
            let it = avc_config(config)?;
            let (profile, level) = (it.avc_profile_indication, it.avc_level_indication);
            Ok(format!("avc1.{profile:02x}{:02x}{level:02x}", it.profile_compatibility))
        }
        TrackCodec::AacLc { .. } => Ok("mp4a.40.2".to_owned()),
    }
}

fn fragment(
    number: u32,
    decode_time: u64,
    sample_ticks: u32,
    frames: &[Frame],
) -> Result<Vec<u8>, TranscodeError> {
    let entries: Vec<TrunEntry> = frames
        .iter()
        .map(|it| TrunEntry {
            duration: None,
            size: Some(u32::try_from(it.data.len()).unwrap_or(u32::MAX)),
            flags: Some(if it.key { KEY_FLAGS } else { DELTA_FLAGS }),
            cts: Some((u64::from(it.shown_after) * u64::from(sample_ticks)).cast_signed()),
        })
        .collect();
    let moof = |data_offset| Moof {
        mfhd: Mfhd { sequence_number: number },
        traf: vec![Traf {
            tfhd: Tfhd {
                track_id: TRACK,
                default_sample_duration: Some(sample_ticks),
                default_base_is_moof: true,
                ..Tfhd::default()
            },
            tfdt: Some(Tfdt { base_media_decode_time: decode_time }),
            trun: vec![Trun { data_offset: Some(data_offset), samples: entries.clone().into() }],
            ..Traf::default()
        }],
    };
    let mut bytes = Vec::new();
    put(&moof(0), &mut bytes)?;
    // The data begins behind this box and the eight bytes of the next one's head.
    let data_offset = i32::try_from(bytes.len() + 8).unwrap_or(i32::MAX);
    bytes.clear();
    put(&moof(data_offset), &mut bytes)?;
    put(
        &Mdat { data: frames.iter().flat_map(|it| it.data.iter().copied()).collect() },
        &mut bytes,
    )?;
    Ok(bytes)
}

fn put(it: &impl Encode, bytes: &mut Vec<u8>) -> Result<(), TranscodeError> {
    it.encode(bytes).map_err(|source| TranscodeError::Box { source: source.into() })
}

#[cfg(test)]
#[path = "cmaf/tests.rs"]
mod tests;
