//! Whether an uploaded file is sound or video.

use archive::SourceRole;
use infer::MatcherType;
use std::io::{self, Read, Seek, SeekFrom};

/// How much of a file's start is looked at. Tracks are described there, except in some MP4.
const START_BYTES: u64 = 64 << 10;
/// Boxes at the top of an MP4 that are looked at.
const MOST_BOXES: usize = 64;
/// The description of an MP4. One of ten hours has some 10 MB.
const MOST_MOOV_BYTES: u64 = 64 << 20;

/// Codec IDs of Matroska (Matroska Media Container Codec Specifications, §6), as they begin.
const VIDEO_CODECS: [&[u8]; 9] = [
    b"V_VP8",
    b"V_VP9",
    b"V_AV1",
    b"V_MPEG",
    b"V_THEORA",
    b"V_MS/VFW",
    b"V_FFV1",
    b"V_QUICK",
    b"V_MJPEG",
];
const SOUND_CODECS: [&[u8]; 9] = [
    b"A_OPUS",
    b"A_VORBIS",
    b"A_AAC",
    b"A_MPEG",
    b"A_FLAC",
    b"A_PCM",
    b"A_AC3",
    b"A_EAC3",
    b"A_DTS",
];

/// What a file is, to go by its content: video plays the cameras' part. `None`: neither.
///
/// Containers that may hold either count as video unless they describe tracks and none is video.
pub(crate) fn of(mut file: impl Read + Seek) -> io::Result<Option<SourceRole>> {
    let mut start = Vec::new();
    file.by_ref().take(START_BYTES).read_to_end(&mut start)?;
    let Some(kind) = infer::get(&start) else { return Ok(None) };
    let has = |what: &[u8]| start.windows(what.len()).any(|it| it == what);
    let is_video = match (kind.matcher_type(), kind.mime_type()) {
        (_, "video/webm" | "video/x-matroska") => {
            VIDEO_CODECS.iter().any(|it| has(it)) || !SOUND_CODECS.iter().any(|it| has(it))
        }
        (_, "audio/ogg" | "video/ogg") => has(b"\x80theora") || has(b"BBCD\0"),
        (_, "video/mp4" | "video/x-m4v" | "video/quicktime") => is_mp4_with_video(&mut file)?,
        (MatcherType::Video, _) => true,
        (MatcherType::Audio, "audio/midi") => return Ok(None),
        (MatcherType::Audio, _) => false,
        _ => return Ok(None),
    };
    Ok(Some(if is_video { SourceRole::Webcams } else { SourceRole::Audio }))
}

/// Looks for a track's handler in `moov` (ISO/IEC 14496-12 §8.4.3).
fn is_mp4_with_video(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut at = 0_u64;
    for _ in 0..MOST_BOXES {
        let mut header = [0; 16];
        if at.saturating_add(16) > length {
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header)?;
        let [a, b, c, d, kind @ .., _, _, _, _, _, _, _, _] = header;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            0 => length - at,
            1 => u64::from_be_bytes(header[8..].try_into().expect("eight bytes")),
            size => size.into(),
        };
        if kind == *b"moov" {
            let mut moov = Vec::new();
            file.seek(SeekFrom::Start(at + 8))?;
            file.take(size.min(MOST_MOOV_BYTES)).read_to_end(&mut moov)?;
            let handlers = moov.windows(16).filter(|it| it.starts_with(b"hdlr"));
            let handlers: Vec<_> = handlers.map(|it| &it[12..]).collect();
            return Ok(handlers.contains(&&b"vide"[..]) || !handlers.contains(&&b"soun"[..]));
        }
        let Some(next) = at.checked_add(size.max(8)) else { break };
        at = next;
    }
    // One in fragments, or cut: what it is, is the audio stage's to find out.
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io::Cursor, path::Path};

    fn kind(bytes: &[u8]) -> Option<SourceRole> {
        of(Cursor::new(bytes)).unwrap()
    }

    fn mp4(handlers: &[&[u8]]) -> Vec<u8> {
        let boxed = |kind: &[u8], body: &[u8]| {
            let size = u32::try_from(body.len() + 8).unwrap();
            [&size.to_be_bytes(), kind, body].concat()
        };
        let handlers: Vec<u8> = handlers
            .iter()
            .flat_map(|it| boxed(b"hdlr", &[&[0; 8], *it, &[0; 12]].concat()))
            .collect();
        let start = boxed(b"ftyp", b"isom\0\0\0\0isommp42");
        [start, boxed(b"mdat", &[7; 100_000]), boxed(b"moov", &handlers)].concat()
    }

    #[test]
    fn tells_sound_from_video_by_content() {
        assert_eq!(kind(&mp4(&[b"vide", b"soun"])), Some(SourceRole::Webcams));
        assert_eq!(kind(&mp4(&[b"soun"])), Some(SourceRole::Audio));
        let wav = [&b"RIFF\0\0\0\0WAVEfmt "[..], &[0; 300]].concat();
        assert_eq!(kind(&wav), Some(SourceRole::Audio));
        let webm = |codec: &[u8]| [b"\x1a\x45\xdf\xa3\x42\x82\x84webm", codec, &[0; 300]].concat();
        assert_eq!(kind(&webm(b"A_OPUS")), Some(SourceRole::Audio));
        assert_eq!(kind(&webm(b"A_OPUS V_VP9")), Some(SourceRole::Webcams));
        for other in [&b""[..], b"hello", b"%PDF-1.7 ", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n"] {
            assert_eq!(kind(other), None, "{other:?}");
        }
    }

    #[test]
    fn tells_real_files() {
        let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples"));
        let mut seen = 0;
        for sample in ["assembly-en", "variants/audio-only", "variants/podcast", "variants/video"] {
            let mut folders = vec![samples.join(sample)];
            while let Some(folder) = folders.pop() {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    let name = path.file_name().unwrap().to_str().unwrap();
                    let expected = match name {
                        "audio.ogg" | "audio.webm" => SourceRole::Audio,
                        "webcams.webm" | "webcams.mp4" | "deskshare.webm" | "video-0.m4v" => {
                            SourceRole::Webcams
                        }
                        _ if path.is_dir() => {
                            folders.push(path);
                            continue;
                        }
                        _ => continue,
                    };
                    let file = std::fs::File::open(&path).unwrap();
                    assert_eq!(of(file).unwrap(), Some(expected), "{}", path.display());
                    seen += 1;
                }
            }
        }
        assert!(seen >= 4, "{seen}");
    }
}
