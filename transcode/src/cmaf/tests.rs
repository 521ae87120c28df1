use super::*;
use mp4_atom::ReadFrom as _;

/// SPS and PPS of a 320x240 encode by x264, High profile, level 1.3.
const AVC_CONFIG: &[u8] = &[
    1, 0x64, 0x00, 0x0d, 0xff, 0xe1, 0, 24, 0x67, 0x64, 0x00, 0x0d, 0xac, 0xd9, 0x41, 0x41, 0xfa,
    0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20, 0xf1, 0x42, 0x99, 0x60, 1, 0,
    6, 0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0, 0xfd, 0xf8, 0xf8, 0x00,
];

fn frame(key: bool, shown_after: u32, size: u8) -> Frame {
    Frame { shown_after, key, data: vec![size; size.into()] }
}

#[test]
fn a_written_track_is_read_back_box_by_box() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("webcams-240p.mp4");
    let colour = Colour { primaries: 6, transfer: 6, matrix: 6, full_range: false };
    let codec = TrackCodec::Avc {
        config: AVC_CONFIG.to_vec(),
        width: 320,
        height: 240,
        colour: Some(colour),
    };
    let time = TrackTime { timescale: 15_000, sample_ticks: 1_000, lead_ticks: 2_000 };
    let mut writer = TrackWriter::create(&path, codec, time).unwrap();
    for (key, shown_after, size) in [(true, 2, 90), (false, 4, 20), (false, 1, 10)] {
        writer.push(frame(key, shown_after, size));
    }
    writer.cut().unwrap();
    writer.push(frame(true, 2, 80));
    assert_eq!(writer.frames(), 4);
    let track = writer.finish().unwrap();

    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(track.size(), bytes.len() as u64);
    assert_eq!(track.codecs, "avc1.64000d");
    assert_eq!(track.length_ns(), 266_666_666);
    let header_size = usize::try_from(track.header_size).unwrap();
    let mut header = &bytes[..header_size];
    Ftyp::read_from(&mut header).unwrap();
    let moov = Moov::read_from(&mut header).unwrap();
    assert!(header.is_empty());
    assert_eq!(moov.mvex.unwrap().mehd.unwrap().fragment_duration, 4_000);
    let edit = moov.trak[0].edts.as_ref().unwrap().elst.as_ref().unwrap();
    assert_eq!(edit.entries[0].media_time, Some(2_000));

    let first = &track.segments[0];
    let start = usize::try_from(first.offset).unwrap();
    let mut body = &bytes[start..];
    let moof = Moof::read_from(&mut body).unwrap();
    let run = &moof.traf[0].trun[0];
    let shown: Vec<_> = run.samples.iter().map(|it| it.cts.unwrap()).collect();
    assert_eq!(shown, [2_000, 4_000, 1_000]);
    let data = start + usize::try_from(run.data_offset.unwrap()).unwrap();
    assert_eq!(bytes[data..data + 90], [90; 90]);
    let second = &bytes[usize::try_from(track.segments[1].offset).unwrap()..];
    let moof = Moof::read_from(&mut &*second).unwrap();
    assert_eq!(moof.traf[0].tfdt.as_ref().unwrap().base_media_decode_time, 3_000);
}

#[test]
fn bitrates_are_of_the_worst_segment_and_of_all() {
    let track = TrackFile {
        header_size: 700,
        segments: vec![
            Segment { offset: 700, size: 1_000, frames: 20 },
            Segment { offset: 1_700, size: 500, frames: 5 },
        ],
        time: TrackTime { timescale: 5_000, sample_ticks: 1_000, lead_ticks: 0 },
        codecs: "avc1.64000d".to_owned(),
    };
    assert_eq!(track.peak_bitrate(), 4_000);
    assert_eq!(track.average_bitrate(), 2_400);
    assert_eq!(track.size(), 2_200);
}

#[test]
fn a_config_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let codec = TrackCodec::Avc { config: vec![9, 9], width: 2, height: 2, colour: None };
    let time = TrackTime { timescale: 1_000, sample_ticks: 1, lead_ticks: 0 };
    let result = TrackWriter::create(&folder.path().join("x.mp4"), codec, time);
    assert!(matches!(result, Err(TranscodeError::Box { .. })));
}
