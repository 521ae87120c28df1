use crate::{Warning, XmlError, files::Files, understand::json::Bounded};
use archive::SourcePath;
use std::{
    error::Error,
    io::{self, BufReader, Read},
};

/// A JSON file in memory.
const JSON_BYTES: u64 = 16 << 20;

type Input = Box<dyn Read + Send>;

/// The files of a recording, read such that what is wrong with one becomes a warning.
pub(super) struct Reader<'a> {
    pub(super) files: &'a Files,
    pub(super) warnings: &'a mut Vec<Warning>,
}

impl Reader<'_> {
    pub(super) fn open(&self, name: &str) -> Option<io::Result<Input>> {
        self.files.open(name)
    }

    /// Whether the recording has a file, readable here or not.
    pub(super) fn has(&self, name: &str) -> bool {
        name.parse::<SourcePath>().is_ok_and(|it| self.files.has(&it))
    }

    /// Warns if a file is missing that BigBlueButton always writes.
    pub(super) fn expects(&mut self, file: &str, what: &'static str) {
        if self.open(file).is_none() {
            self.warnings.push(Warning::Missing { file: file.to_owned(), what });
        }
    }

    pub(super) fn unreadable(
        &mut self,
        file: &str,
        what: &'static str,
        error: &(dyn Error + 'static),
    ) {
        let causes = std::iter::successors(Some(error), |&it| it.source());
        let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        self.warnings.push(Warning::Unreadable { file: file.to_owned(), what, cause });
    }

    pub(super) fn xml<T>(
        &mut self,
        name: &str,
        what: &'static str,
        parse: impl FnOnce(BufReader<Input>) -> Result<T, XmlError>,
    ) -> Option<T> {
        let opened = self.open(name)?.map_err(|source| XmlError::Read { at: 0, source });
        match opened.and_then(|it| parse(BufReader::with_capacity(64 << 10, it))) {
            Ok(parsed) => Some(parsed),
            // BigBlueButton leaves empty files behind where there was nothing to say.
            Err(XmlError::Empty) => None,
            Err(error) => {
                self.unreadable(name, what, &error);
                None
            }
        }
    }

    /// Reads a JSON file that takes memory.
    pub(super) fn json<T>(
        &mut self,
        name: &str,
        what: &'static str,
        parse: impl FnOnce(BufReader<Bounded<Input>>) -> Result<T, serde_json::Error>,
    ) -> Option<T> {
        self.stream(name, what, |it| parse(BufReader::new(Bounded::new(it, JSON_BYTES))))
    }

    /// Reads a JSON file piece by piece.
    pub(super) fn stream<T>(
        &mut self,
        name: &str,
        what: &'static str,
        parse: impl FnOnce(Input) -> Result<T, serde_json::Error>,
    ) -> Option<T> {
        let opened = self.open(name)?.map_err(serde_json::Error::io);
        match opened.and_then(parse) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.unreadable(name, what, &error);
                None
            }
        }
    }
}
