use super::{
    ObjectKey, StoreError,
    error::cause,
    key::{self, INCOMING},
    url::{Bucket, StoreUrl},
};
use crate::RecordingId;
use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey as Config, S3ConditionalPut},
    local::LocalFileSystem,
    memory::InMemory,
    path::Path,
};
use std::{io, path::Path as FilePath, sync::Arc, time::Duration};

/// A place that objects lie in.
pub(super) struct Backend {
    pub(super) objects: Arc<dyn ObjectStore>,
    /// The same objects, where they are files.
    pub(super) folder: Option<LocalFileSystem>,
    /// What every path starts with; may be empty.
    prefix: String,
    /// Names the place to people, without a slash at its end.
    pub(super) place: String,
}

/// How long a file in `incoming/` is taken for one that is still being written.
const ABANDONED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long a server may keep silent. A whole request may take any time, since a viewer may read
/// slowly; but sending one part of an upload must fit in here.
const SILENCE: Duration = Duration::from_secs(60);

/// Retries of a single request. A job that fails is tried again later, so this only bridges what a
/// viewer would wait for.
const RETRIES: usize = 5;
const RETRY_TIME: Duration = Duration::from_secs(30);

impl Backend {
    pub(super) fn open(
        url: StoreUrl,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        match url {
            StoreUrl::Folder(folder) => Self::folder(&folder),
            StoreUrl::S3(bucket) => Self::s3(bucket, environment),
            StoreUrl::Memory => Ok(Self {
                objects: Arc::new(InMemory::new()),
                folder: None,
                prefix: String::new(),
                place: "memory:".to_owned(),
            }),
        }
    }

    pub(super) fn folder(folder: &FilePath) -> Result<Self, StoreError> {
        let failed =
            |source: Box<_>| StoreError::Open { place: folder.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(|it| failed(it.into()))?;
        sweep(&folder.join(INCOMING)).map_err(|it| failed(it.into()))?;
        let files = LocalFileSystem::new_with_prefix(folder)
            .map_err(|it| failed(cause(&it)))?
            .with_fsync(true)
            .with_automatic_cleanup(true);
        Ok(Self {
            objects: Arc::new(files.clone()),
            folder: Some(files),
            prefix: String::new(),
            place: folder.display().to_string(),
        })
    }

    fn s3(
        bucket: Bucket,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let Bucket { name, prefix, endpoint, region } = bucket;
        let mut place = format!("s3://{name}");
        if !prefix.is_empty() {
            place = format!("{place}/{prefix}");
        }
        let mut builder = AmazonS3Builder::new();
        for (name, value) in environment {
            if let Some(key) = credential(&name)
                && !value.is_empty()
            {
                builder = builder.with_config(key, value);
            }
        }
        if endpoint.is_some() && builder.get_config_value(&Config::AccessKeyId).is_none() {
            // Without keys, credentials would be asked of a service that only AWS has.
            let source = "an endpoint other than AWS needs the environment variables \
                          `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`";
            return Err(StoreError::Open { place, source: source.into() });
        }
        let plain = endpoint.as_ref().is_some_and(|it| it.plain);
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint.url);
        }
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        let client = ClientOptions::new()
            .with_allow_http(plain)
            .with_timeout_disabled()
            .with_read_timeout(SILENCE);
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
            ..RetryConfig::default()
        };
        let objects = builder
            .with_bucket_name(name)
            .with_client_options(client)
            .with_retry(retry)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            // One object at a time is deleted, and not every server knows the bulk request.
            .with_disable_bulk_delete(true)
            .build()
            .map_err(|it| StoreError::Open { place: place.clone(), source: cause(&it) })?;
        Ok(Self { objects: Arc::new(objects), folder: None, prefix, place })
    }

    pub(super) fn path(&self, key: &ObjectKey<'_>) -> Path {
        self.below_prefix(&key.to_string())
    }

    pub(super) fn derived_folder(&self, recording: &RecordingId) -> Path {
        self.below_prefix(&key::derived_folder(recording))
    }

    /// A path that nothing else has, for an object that is not whole yet.
    pub(super) fn incoming(&self) -> Path {
        let mut name = [0; 16];
        getrandom::fill(&mut name).expect("the operating system has random bytes");
        self.below_prefix(&format!("{INCOMING}/{}", hex::encode(name)))
    }

    /// Names an object to people.
    pub(super) fn show(&self, path: &Path) -> String {
        let below = path.as_ref().strip_prefix(&self.prefix).unwrap_or(path.as_ref());
        let slash = if self.place.ends_with(':') || below.starts_with('/') { "" } else { "/" };
        format!("{}{slash}{below}", self.place)
    }

    fn below_prefix(&self, path: &str) -> Path {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        Path::parse(format!("{}{slash}{path}", self.prefix))
            .expect("keys and prefixes are made of plain parts")
    }
}

/// What the environment may say of S3: who asks and in which region, as AWS's own tools read it.
/// The rest is the URL's to say.
fn credential(variable: &str) -> Option<Config> {
    Some(match variable {
        "AWS_ACCESS_KEY_ID" => Config::AccessKeyId,
        "AWS_SECRET_ACCESS_KEY" => Config::SecretAccessKey,
        "AWS_SESSION_TOKEN" => Config::Token,
        "AWS_REGION" => Config::Region,
        "AWS_DEFAULT_REGION" => Config::DefaultRegion,
        "AWS_WEB_IDENTITY_TOKEN_FILE" => Config::WebIdentityTokenFile,
        "AWS_ROLE_ARN" => Config::RoleArn,
        "AWS_ROLE_SESSION_NAME" => Config::RoleSessionName,
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" => Config::ContainerCredentialsRelativeUri,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI" => Config::ContainerCredentialsFullUri,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" => Config::ContainerAuthorizationTokenFile,
        _ => return None,
    })
}

/// Removes what killed processes left in `incoming/`. Another process may be writing there now, so
/// only what has not been touched for long goes.
fn sweep(incoming: &FilePath) -> io::Result<()> {
    let entries = match std::fs::read_dir(incoming) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let touched = match entry.metadata() {
            // Finished between two looks.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?.modified()?,
        };
        // The age is negative where the clock was set back: then it is not old.
        if touched.elapsed().is_ok_and(|age| age > ABANDONED_AFTER) {
            tracing::info!("removing the abandoned upload {}", entry.path().display());
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn the_environment_says_who_asks_and_nothing_else() {
        for name in ["AWS_ENDPOINT_URL", "AWS_ALLOW_HTTP", "AWS_BUCKET", "PATH"] {
            assert!(credential(name).is_none(), "{name}");
        }
    }

    #[test]
    fn opening_a_folder_removes_only_what_is_long_abandoned() {
        let folder = tempfile::tempdir().unwrap();
        let incoming = folder.path().join(INCOMING);
        std::fs::create_dir(&incoming).unwrap();
        let (old, new) = (incoming.join("old#1"), incoming.join("new#1"));
        let file = File::create(&old).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - ABANDONED_AFTER - Duration::from_secs(60)).unwrap();
        File::create(&new).unwrap();

        Backend::folder(folder.path()).unwrap();
        assert!(!old.exists() && new.exists());
    }
}
