use super::StoreError;
use std::{path::PathBuf, str::FromStr};
use url::Url;

/// What a store's URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StoreUrl {
    Folder(PathBuf),
    S3(Bucket),
    Memory,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) name: String,
    /// Without a slash at either end; may be empty.
    pub(super) prefix: String,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) region: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) url: String,
    /// Whether it is reached without TLS.
    pub(super) plain: bool,
}

/// With the longest key, an S3 key stays below its 1024 bytes.
const MAX_PREFIX_BYTES: usize = 200;

impl FromStr for StoreUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text == "memory:" {
            return Ok(Self::Memory);
        }
        let url = Url::parse(text).map_err(|error| {
            bad("as a whole", format!("is no URL ({error}); a folder is `file:///absolute/path`"))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("user", "must be left out: credentials come from the environment"));
        }
        if url.fragment().is_some() {
            return Err(bad("fragment", "must be left out: write `#` in a path as `%23`"));
        }
        match url.scheme() {
            "file" => folder(text, &url).map(Self::Folder),
            "s3" => bucket(&url).map(Self::S3),
            other => Err(bad("scheme", format!("`{other}` is none of `file`, `s3`, `memory`"))),
        }
    }
}

fn folder(text: &str, url: &Url) -> Result<PathBuf, StoreError> {
    if url.query().is_some() {
        return Err(bad("query", "must be left out: write `?` in a path as `%3F`"));
    }
    if !text.starts_with("file:///") {
        return Err(bad("folder", "must be absolute: `file:///` and the path"));
    }
    url.to_file_path().map_err(|()| bad("folder", format!("`{}` is no path", url.path())))
}

fn bucket(url: &Url) -> Result<Bucket, StoreError> {
    let name = url.host_str().unwrap_or_default().to_owned();
    // The names that AWS allows, without its finer rules:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    let plain = |it: u8| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    if !(3..=63).contains(&name.len()) || !name.bytes().all(plain) {
        let rule = "must have 3 to 63 lowercase letters, digits, dots and dashes";
        return Err(bad("bucket", format!("`{name}` {rule}")));
    }
    if url.port().is_some() {
        return Err(bad("port", "must be left out: it belongs into `endpoint`"));
    }
    let mut bucket = Bucket { name, prefix: prefix(url.path())?, endpoint: None, region: None };
    for (option, value) in url.query_pairs() {
        match &*option {
            "endpoint" if bucket.endpoint.is_none() => bucket.endpoint = Some(endpoint(&value)?),
            "region" if bucket.region.is_none() && !value.is_empty() => {
                bucket.region = Some(value.into_owned());
            }
            "endpoint" => return Err(bad("endpoint", "is given twice")),
            "region" => return Err(bad("region", "is empty or given twice")),
            other => {
                let problem = format!("`{other}` is neither `endpoint` nor `region`");
                return Err(bad("query", problem));
            }
        }
    }
    Ok(bucket)
}

fn prefix(path: &str) -> Result<String, StoreError> {
    let prefix = path.trim_matches('/');
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'_' | b'-');
    let well_formed = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(plain);
    if prefix.len() > MAX_PREFIX_BYTES || !(prefix.is_empty() || prefix.split('/').all(well_formed))
    {
        let rule = "must be letters, digits, `.`, `_` and `-` between single slashes";
        return Err(bad("prefix", format!("`{prefix}` {rule}, {MAX_PREFIX_BYTES} at most")));
    }
    Ok(prefix.to_owned())
}

fn endpoint(value: &str) -> Result<Endpoint, StoreError> {
    let url = Url::parse(value).map_err(|error| bad("endpoint", format!("is no URL ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("endpoint", "must have no user: credentials come from the environment"));
    }
    let plain = match url.scheme() {
        "http" => true,
        "https" => false,
        _ => return Err(bad("endpoint", format!("`{value}` is neither `http` nor `https`"))),
    };
    if url.query().is_some() || url.fragment().is_some() {
        return Err(bad("endpoint", format!("`{value}` must end with its path")));
    }
    Ok(Endpoint { url: url.as_str().trim_end_matches('/').to_owned(), plain })
}

fn bad(part: &'static str, problem: impl Into<String>) -> StoreError {
    StoreError::Url { part, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_each_kind() {
        let bucket = |prefix: &str, endpoint: Option<(&str, bool)>, region: Option<&str>| {
            StoreUrl::S3(Bucket {
                name: "library".to_owned(),
                prefix: prefix.to_owned(),
                endpoint: endpoint.map(|(url, plain)| Endpoint { url: url.to_owned(), plain }),
                region: region.map(str::to_owned),
            })
        };
        let cases = [
            ("memory:", StoreUrl::Memory),
            ("file:///srv/library", StoreUrl::Folder("/srv/library".into())),
            ("file:///srv/our%20library", StoreUrl::Folder("/srv/our library".into())),
            ("file:///srv/B%C3%BCcher%23", StoreUrl::Folder("/srv/Bücher#".into())),
            ("s3://library", bucket("", None, None)),
            ("s3://library/", bucket("", None, None)),
            ("s3://library/a/b/", bucket("a/b", None, None)),
            ("s3://library?region=eu-central-1", bucket("", None, Some("eu-central-1"))),
            (
                "s3://library/a?endpoint=http://127.0.0.1:9000/&region=x",
                bucket("a", Some(("http://127.0.0.1:9000", true)), Some("x")),
            ),
            (
                "s3://library?endpoint=https%3A%2F%2Fs3.example.org",
                bucket("", Some(("https://s3.example.org", false)), None),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<StoreUrl>().unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn names_the_part_at_fault_and_no_secret() {
        let cases = [
            ("/srv/library", "as a whole"),
            ("", "as a whole"),
            ("ftp://library", "scheme"),
            ("memory:x", "scheme"),
            ("file:library", "folder"),
            ("file://server/library", "folder"),
            ("file:///srv/library#1", "fragment"),
            ("file:///srv/library?x", "query"),
            ("s3:///prefix", "bucket"),
            ("s3://Library_1", "bucket"),
            ("s3://library:9000", "port"),
            ("s3://library/a//b", "prefix"),
            ("s3://library/ü", "prefix"),
            ("s3://key:hunter2@library", "user"),
            ("s3://library?endpoint=http://key:hunter2@host", "endpoint"),
            ("s3://library?endpoint=host:9000", "endpoint"),
            ("s3://library?endpoint=http://a&endpoint=http://b", "endpoint"),
            ("s3://library?region=", "region"),
            ("s3://library?secret=hunter2", "query"),
        ];
        for (text, expected) in cases {
            let error = text.parse::<StoreUrl>().expect_err(text);
            assert!(
                matches!(&error, StoreError::Url { part, .. } if *part == expected),
                "{text}: {error}"
            );
            assert!(!error.to_string().contains("hunter2"), "{text}: {error}");
        }
    }
}
