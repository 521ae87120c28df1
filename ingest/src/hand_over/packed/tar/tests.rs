use super::*;
use ::tar::Builder;
use std::io::Cursor;

fn stamp() -> super::super::Stamp {
    super::super::Stamp::of(Path::new("/")).unwrap()
}

fn indexed(bytes: &[u8]) -> Result<Packed, IngestError> {
    let file = Path::new("/x.tar");
    index(Packed::new(file, stamp()), file, Cursor::new(bytes))
}

/// An entry's kind, name, what it leads to, and its content.
type Given<'a> = (EntryType, &'a [u8], &'a [u8], &'a [u8]);

const FILE: EntryType = EntryType::Regular;

fn header(&(kind, name, target, content): &Given<'_>) -> Header {
    let mut header = Header::new_ustar();
    let bytes = header.as_mut_bytes();
    bytes[..name.len()].copy_from_slice(name);
    bytes[157..157 + target.len()].copy_from_slice(target);
    header.set_entry_type(kind);
    header.set_size(content.len().try_into().unwrap());
    header.set_cksum();
    header
}

/// Names are written as they are, whatever is in them.
fn tar(entries: &[Given<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend(header(entry).as_bytes());
        bytes.extend(entry.3);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

#[track_caller]
fn check_problem(bytes: &[u8], expected: Problem) {
    match indexed(bytes) {
        Err(IngestError::Archive { problem, .. }) => assert_eq!(problem, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn entries_are_found_with_the_place_of_their_bytes() {
    let bytes = tar(&[
        (EntryType::Directory, b"p/", b"", b""),
        (FILE, b"p/a", b"", b"first"),
        (EntryType::Continuous, b"./p//b", b"", b"second"),
        (FILE, b"p/empty", b"", b""),
    ]);
    let packed = indexed(&bytes).unwrap();
    let names: Vec<_> = packed.entries.keys().map(String::as_str).collect();
    assert_eq!(names, ["p/a", "p/b", "p/empty"]);
    for (name, content) in [("a", &b"first"[..]), ("b", b"second"), ("empty", b"")] {
        let (Bytes::Part { offset, size_bytes, .. }, _) = packed.file("p", name).unwrap() else {
            panic!("{name}")
        };
        let (from, to) = (*offset, *offset + *size_bytes);
        let there = usize::try_from(from).unwrap()..usize::try_from(to).unwrap();
        assert_eq!(&bytes[there], content, "{name}");
    }
}

#[test]
fn long_names_of_gnu_and_of_pax_are_read() {
    let long = format!("p/{}/x.png", "n".repeat(180));
    let mut gnu = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_size(3);
    gnu.append_data(&mut header, &long, &b"gnu"[..]).unwrap();
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Symlink);
    header.set_size(0);
    gnu.append_link(&mut header, "p/link", &long[2..]).unwrap();
    let packed = indexed(&gnu.into_inner().unwrap()).unwrap();
    assert_eq!(packed.file("p", &long[2..]).unwrap().1, 3);
    assert_eq!(packed.file("p", "link").unwrap().1, 3);

    let mut pax = Builder::new(Vec::new());
    pax.append_pax_extensions([("path", long.as_bytes()), ("mtime", b"1.5")]).unwrap();
    let mut header = Header::new_ustar();
    header.set_size(3);
    header.set_cksum();
    pax.append(&header, &b"pax"[..]).unwrap();
    let packed = indexed(&pax.into_inner().unwrap()).unwrap();
    assert_eq!(packed.file("p", &long[2..]).unwrap().1, 3);
}

#[test]
fn names_that_lead_elsewhere_keep_all_of_it_out() {
    let cases: [(&[u8], Rule); 6] = [
        (b"p/../../etc/passwd", Rule::LeadsUp),
        (b"p/a/../b", Rule::LeadsUp),
        (b"/etc/passwd", Rule::Absolute),
        (b"p/caf\xe9", Rule::NotUtf8),
        (b"p/a\\b", Rule::Characters),
        (b"p/a\x1b[31m", Rule::Characters),
    ];
    for (name, expected) in cases {
        let bytes = tar(&[(FILE, b"p/good", b"", b"x"), (FILE, name, b"", b"x")]);
        match indexed(&bytes) {
            Err(IngestError::Entry { rule, entry, .. }) => {
                assert_eq!(rule, expected);
                assert!(!entry.contains('\x1b'));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_no_file_keeps_its_recording_out() {
    let cases: [(Given<'_>, Rule); 9] = [
        ((EntryType::Char, b"p/x", b"", b""), Rule::Device),
        ((EntryType::Block, b"p/x", b"", b""), Rule::Device),
        ((EntryType::Fifo, b"p/x", b"", b""), Rule::Pipe),
        ((EntryType::GNUSparse, b"p/x", b"", b""), Rule::Sparse),
        ((EntryType::new(b'Z'), b"p/x", b"", b""), Rule::NotUnderstood),
        ((EntryType::Symlink, b"p/x", b"/etc/hostname", b""), Rule::LeadsOutside),
        ((EntryType::Symlink, b"p/x", b"../other/y", b""), Rule::LeadsOutside),
        ((EntryType::Link, b"p/x", b"../../etc/hostname", b""), Rule::LeadsOutside),
        ((EntryType::Link, b"p/x", b"p/gone", b""), Rule::LeadsNowhere),
    ];
    for (entry, expected) in cases {
        let packed = indexed(&tar(&[entry, (FILE, b"other/y", b"", b"")])).unwrap();
        assert_eq!(packed.file("p", "x").unwrap_err(), expected, "{entry:?}");
        assert!(packed.file("other", "y").is_ok());
    }
}

#[test]
fn links_inside_lead_to_the_bytes_and_circles_to_none() {
    let packed = indexed(&tar(&[
        (FILE, b"p/video/a", b"", b"bytes"),
        (EntryType::Link, b"p/hard", b"p/video/a", b""),
        (EntryType::Symlink, b"p/soft", b"./hard", b""),
        (EntryType::Symlink, b"p/one", b"two", b""),
        (EntryType::Symlink, b"p/two", b"one", b""),
        (EntryType::Symlink, b"p/folder", b"video", b""),
    ]))
    .unwrap();
    let direct = packed.file("p", "video/a").unwrap();
    assert_eq!(packed.file("p", "hard").unwrap(), direct);
    assert_eq!(packed.file("p", "soft").unwrap(), direct);
    assert_eq!(packed.file("p", "one").unwrap_err(), Rule::LeadsNowhere);
    assert_eq!(packed.file("p", "folder").unwrap_err(), Rule::LeadsNowhere);
}

#[test]
fn the_same_name_twice_is_refused() {
    let bytes = tar(&[(FILE, b"p/x", b"", b"one"), (FILE, b"./p/x", b"", b"two")]);
    assert_eq!(indexed(&bytes).unwrap().file("p", "x").unwrap_err(), Rule::Twice);
}

#[test]
fn what_was_not_copied_whole_is_refused() {
    let whole = tar(&[(FILE, b"p/x", b"", &[7; 700])]);
    assert_eq!(whole.len(), 512 + 1024 + 1024);
    check_problem(&whole[..1200], Problem::BreaksOff { at: 1200 });
    check_problem(&whole[..1300], Problem::NoEnd);
    check_problem(&whole[..1536], Problem::NoEnd);
    check_problem(&whole[..2048], Problem::NoEnd);
    check_problem(&whole[..1800], Problem::BreaksOff { at: 1800 });
    check_problem(&[0; 1024], Problem::Empty);
    // A name that is announced, and then nothing.
    let named = tar(&[(EntryType::GNULongName, b"././@LongLink", b"", b"p/long")]);
    check_problem(&named, Problem::BreaksOff { at: 1024 });
}

#[test]
fn damaged_headers_are_refused() {
    let mut bytes = tar(&[(FILE, b"p/x", b"", b"x")]);
    bytes[3] ^= 1;
    check_problem(&bytes, Problem::Header { at: 0 });

    let mut header = header(&(FILE, b"p/x", b"", b""));
    // The largest that fits: 2^63 - 1.
    header.set_size(u64::MAX >> 1);
    header.set_cksum();
    let bytes = [&header.as_bytes()[..], &[0; 1024]].concat();
    check_problem(&bytes, Problem::BreaksOff { at: 1536 });

    let records = vec![(EntryType::GNULongName, &b"n"[..], &b""[..], &b"x"[..]); 9];
    check_problem(&tar(&records), Problem::Header { at: 8 * 1024 });
    let long = vec![b'x'; 70_000];
    let long = tar(&[(EntryType::GNULongName, b"n", b"", &long)]);
    check_problem(&long, Problem::Header { at: 0 });
    check_problem(
        &tar(&[(EntryType::XHeader, b"n", b"", b"9 size=x\n")]),
        Problem::Header { at: 0 },
    );
}

#[test]
fn a_hundred_thousand_entries_are_enough() {
    let entry = |n: usize| tar(&[(FILE, format!("p/{n}").as_bytes(), b"", b"")])[..512].to_vec();
    let mut bytes: Vec<u8> = (0..super::super::MOST_ENTRIES).flat_map(entry).collect();
    let end = bytes.len();
    bytes.extend([0; 1024]);
    assert_eq!(indexed(&bytes).unwrap().below("p").count(), super::super::MOST_ENTRIES);
    bytes.truncate(end);
    bytes.extend(entry(super::super::MOST_ENTRIES));
    bytes.extend([0; 1024]);
    check_problem(&bytes, Problem::TooMany);
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let kind = prop::sample::select(&b"0157LKxgSZ\x002346"[..]);
        let entry = (kind, "[a./]{1,12}", "[a./]{0,8}", prop::collection::vec(any::<u8>(), 0..600));
        let entries = prop::collection::vec(entry, 0..6);
        (entries, any::<prop::sample::Index>(), any::<u8>(), 0_usize..3).prop_map(
            |(entries, at, byte, spoil)| {
                let entries: Vec<Given<'_>> = entries
                    .iter()
                    .map(|(kind, name, target, content)| {
                        (EntryType::new(*kind), name.as_bytes(), target.as_bytes(), &content[..])
                    })
                    .collect();
                let mut bytes = tar(&entries);
                let at = at.index(bytes.len());
                match spoil {
                    0 => bytes[at] = byte,
                    1 => bytes.truncate(at),
                    _ => {}
                }
                bytes
            },
        )
    }

    proptest! {
        #[test]
        fn nothing_leads_out_of_the_file(bytes in bytes()) {
            let Ok(packed) = indexed(&bytes) else { return Ok(()) };
            let length = u64::try_from(bytes.len()).unwrap();
            for name in packed.entries.keys() {
                prop_assert!(name.parse::<archive::SourcePath>().is_ok(), "{name:?}");
                if let Ok((Bytes::Part { offset, size_bytes, .. }, _)) = packed.file("", name) {
                    prop_assert!(offset + size_bytes <= length);
                }
            }
        }
    }
}
