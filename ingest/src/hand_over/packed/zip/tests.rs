use super::*;
use ::zip::{ZipWriter, write::SimpleFileOptions};
use std::io::{Cursor, Write as _};

fn indexed(bytes: &[u8]) -> Result<Packed, IngestError> {
    let stamp = super::super::Stamp::of(Path::new("/")).unwrap();
    index(Packed::new(Path::new("/x.zip"), stamp), Cursor::new(bytes))
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Replaces bytes by as many others, wherever they are.
fn forged(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(next) = bytes[at..].windows(from.len()).position(|it| it == from) {
        bytes[at + next..at + next + to.len()].copy_from_slice(to);
        at += next + to.len();
    }
    assert!(at > 0, "nothing was there to be forged");
    bytes
}

#[track_caller]
fn check_problem(bytes: &[u8], expected: Problem) {
    match indexed(bytes) {
        Err(IngestError::Archive { problem, .. }) => assert_eq!(problem, expected),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_rule(bytes: &[u8], expected: Rule) {
    match indexed(bytes) {
        Err(IngestError::Entry { rule, .. }) => assert_eq!(rule, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn entries_are_read_from_where_they_lie() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.zip");
    let text = "text ".repeat(1_000);
    let mut zip = ZipWriter::new(std::fs::File::create(&file).unwrap());
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.add_directory("p/", stored).unwrap();
    zip.start_file("p/a", deflated).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    zip.start_file("./p/b", stored).unwrap();
    zip.write_all(b"as it is").unwrap();
    zip.finish().unwrap();

    let stamp = super::super::Stamp::of(&file).unwrap();
    let packed = index(Packed::new(&file, stamp), std::fs::File::open(&file).unwrap()).unwrap();
    let read = |name| {
        let mut read = String::new();
        packed.file("p", name).unwrap().0.open().unwrap().read_to_string(&mut read).unwrap();
        read
    };
    assert_eq!((read("a"), read("b")), (text, "as it is".to_owned()));
    assert_eq!(packed.entries.len(), 2);
}

#[test]
fn names_that_lead_elsewhere_keep_all_of_it_out() {
    check_rule(&forged(zipped(&[("p/x/aa/b", b"x")]), b"aa", b".."), Rule::LeadsUp);
    check_rule(&forged(zipped(&[("xetc/passwd", b"x")]), b"xetc", b"/etc"), Rule::Absolute);
    check_rule(&forged(zipped(&[("p/aXb", b"x")]), b"aXb", b"a\\b"), Rule::Characters);
    check_rule(
        &forged(zipped(&[("p/caf\u{e9}", b"x")]), "\u{e9}".as_bytes(), b"\xe9x"),
        Rule::NotUtf8,
    );
}

#[test]
fn a_name_twice_is_refused() {
    let bytes = forged(zipped(&[("p/x1", b"x"), ("p/x2", b"y")]), b"p/x2", b"p/x1");
    check_problem(&bytes, Problem::Twice);
}

#[test]
fn what_unpacks_to_far_too_much_is_refused() {
    let bytes = zipped(&[("p/zeros", &vec![0; 12 << 20]), ("other/x", b"x")]);
    let packed = indexed(&bytes);
    // The whole is as suspicious as its one large file.
    assert!(
        matches!(packed, Err(IngestError::Archive { problem: Problem::Bomb, .. })) || {
            packed.unwrap().file("p", "zeros").unwrap_err() == Rule::Bomb
        }
    );
    let many: Vec<_> = (0..20).map(|n| (format!("p/{n}"), vec![0; 1 << 20])).collect();
    let many: Vec<_> = many.iter().map(|(name, content)| (name.as_str(), &content[..])).collect();
    check_problem(&zipped(&many), Problem::Bomb);
    // Small ones may.
    assert!(indexed(&zipped(&[("p/zeros", &vec![0; 2 << 20])])).is_ok());
}

#[test]
fn links_and_what_cannot_be_read_keep_their_recording_out() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("p/x", "/etc/hostname", SimpleFileOptions::default()).unwrap();
    zip.start_file("other/y", SimpleFileOptions::default()).unwrap();
    let packed = indexed(&zip.finish().unwrap().into_inner()).unwrap();
    assert_eq!(packed.file("p", "x").unwrap_err(), Rule::LinkInZip);
    assert!(packed.file("other", "y").is_ok());

    // The first bit of the flags, in the header (offset 6) and in the directory (offset 8).
    let mut bytes = zipped(&[("p/x", b"x")]);
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    assert_eq!(indexed(&bytes).unwrap().file("p", "x").unwrap_err(), Rule::Encrypted);

    // bzip2 (APPNOTE 4.4.5), in both places.
    let mut bytes = zipped(&[("p/x", b"x")]);
    bytes[8] = 12;
    bytes[directory + 10] = 12;
    assert_eq!(indexed(&bytes).unwrap().file("p", "x").unwrap_err(), Rule::Compression);
}

#[test]
fn entries_that_share_bytes_are_refused() {
    let noise: Vec<u8> =
        (0..2_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut bytes = zipped(&[("p/a", &noise), ("p/b", &noise)]);
    let mut directories = bytes.windows(4).enumerate().filter(|(_, it)| *it == b"PK\x01\x02");
    let (first, second) = (directories.next().unwrap().0, directories.next().unwrap().0);
    let offset = bytes[first + 42..first + 46].to_vec();
    bytes[second + 42..second + 46].copy_from_slice(&offset);
    check_problem(&bytes, Problem::Overlap);
}

#[test]
fn what_is_cut_or_empty_is_refused() {
    let whole = zipped(&[("p/a", b"text"), ("p/b", b"text")]);
    for length in [4, 40, whole.len() / 2, whole.len() - 1] {
        check_problem(&whole[..length], Problem::Directory);
    }
    check_problem(&zipped(&[]), Problem::Empty);
}
