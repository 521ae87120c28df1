/// The kinds of file that are opened. What a file is, is read from its first bytes, never from its
/// name, and nothing else is tried: a playlist that names files elsewhere must not be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// Matroska and its subset `WebM`: what BigBlueButton publishes.
    Matroska,
    Mp4,
    Ogg,
}

impl Container {
    /// How many bytes [`Container::of`] wants to see.
    pub(crate) const HEAD_BYTES: usize = 12;

    /// What a file that begins with `head` is.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
            return Some(Self::Matroska);
        }
        if head.starts_with(b"OggS") {
            return Some(Self::Ogg);
        }
        (head.get(4..8) == Some(b"ftyp".as_slice())).then_some(Self::Mp4)
    }

    /// The `GStreamer` element that takes it apart.
    pub(crate) const fn demuxer(self) -> &'static str {
        match self {
            Self::Matroska => "matroskademux",
            Self::Mp4 => "qtdemux",
            Self::Ogg => "oggdemux",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with() {
        let cases: [(&[u8], Option<Container>); 6] = [
            (b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f", Some(Container::Matroska)),
            (b"\x00\x00\x00\x20ftypisom", Some(Container::Mp4)),
            (b"OggS\x00\x02\x00\x00\x00\x00\x00\x00", Some(Container::Ogg)),
            (b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00", None),
            (b"#EXTM3U\nhttp", None),
            (b"", None),
        ];
        for (head, expected) in cases {
            assert_eq!(Container::of(head), expected, "{head:?}");
        }
    }
}
