use super::print;
use crate::{
    config::Config,
    library::{Library, make_folder},
};
use anyhow::Context as _;
use std::process::ExitCode;

/// One thing that the library needs, and whether it is there.
struct Finding {
    what: String,
    /// What is wrong and how to mend it.
    problem: Option<String>,
}

/// Looks at everything and tells all that is missing, not only the first.
pub(super) async fn check(config: &Config) -> anyhow::Result<ExitCode> {
    let mut findings = vec![
        finding("the library's folder can be written", folder(config)),
        finding("catalog and store can be written", library(config).await),
    ];
    findings.extend(media());
    findings.extend(speech(config));
    let mut text = String::new();
    for it in &findings {
        match &it.problem {
            None => text.push_str(&format!("ok       {}\n", it.what)),
            Some(problem) => text.push_str(&format!("MISSING  {}\n         {problem}\n", it.what)),
        }
    }
    print(&text)?;
    let complete = findings.iter().all(|it| it.problem.is_none());
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn finding(what: &str, result: anyhow::Result<()>) -> Finding {
    let problem = result.err().map(|error| format!("{error:#}"));
    Finding { what: what.to_owned(), problem }
}

fn folder(config: &Config) -> anyhow::Result<()> {
    for folder in [&config.data, &config.scratch(), &config.models()] {
        let folder = make_folder(folder)?;
        tempfile::tempfile_in(&folder)
            .with_context(|| format!("cannot write into `{}`", folder.display()))?;
    }
    Ok(())
}

async fn library(config: &Config) -> anyhow::Result<()> {
    let library = Library::open(config).await?;
    library.catalog.ping().await?;
    library.store.probe().await?;
    Ok(())
}

#[cfg(not(feature = "media"))]
fn media() -> Vec<Finding> {
    vec![finding("media jobs", Err(anyhow::anyhow!("this build has none: feature `media` is off")))]
}

#[cfg(feature = "media")]
fn media() -> Vec<Finding> {
    let missing = transcode::missing_elements();
    let what = "GStreamer has every element that media jobs use".to_owned();
    let name = |it: &transcode::MissingElement| {
        format!("`{}`: apt-get install {}", it.element, it.debian_package)
    };
    let problem = (!missing.is_empty())
        .then(|| missing.iter().map(name).collect::<Vec<_>>().join("\n         "));
    vec![Finding { what, problem }]
}

#[cfg(not(feature = "speech"))]
fn speech(_: &Config) -> Vec<Finding> {
    vec![finding("speech", Err(anyhow::anyhow!("this build has none: feature `speech` is off")))]
}

#[cfg(feature = "speech")]
fn speech(config: &Config) -> Vec<Finding> {
    let model = &config.speech.model;
    let processor = finding("the processor can run speech recognition", processor());
    let checked = models::check(&config.models(), model).map(|_| ()).map_err(Into::into);
    vec![processor, finding(&format!("the speech model `{model}` is here and whole"), checked)]
}

/// Whether the processor has what whisper.cpp was built for, as `.cargo/config.toml` or the builder's
/// environment said.
#[cfg(all(feature = "speech", target_arch = "x86_64"))]
fn processor() -> anyhow::Result<()> {
    let needed = [
        ("GGML_AVX", option_env!("GGML_AVX"), std::is_x86_feature_detected!("avx")),
        ("GGML_AVX2", option_env!("GGML_AVX2"), std::is_x86_feature_detected!("avx2")),
        ("GGML_FMA", option_env!("GGML_FMA"), std::is_x86_feature_detected!("fma")),
        ("GGML_F16C", option_env!("GGML_F16C"), std::is_x86_feature_detected!("f16c")),
        ("GGML_BMI2", option_env!("GGML_BMI2"), std::is_x86_feature_detected!("bmi2")),
        ("GGML_SSE42", option_env!("GGML_SSE42"), std::is_x86_feature_detected!("sse4.2")),
    ];
    let lacking = needed.iter().filter(|(_, built_for, has)| *built_for == Some("ON") && !has);
    let rebuild: Vec<String> = lacking.map(|(setting, ..)| format!("{setting}=OFF")).collect();
    anyhow::ensure!(
        rebuild.is_empty(),
        "this build is for newer ones: build again with {}",
        rebuild.join(" ")
    );
    Ok(())
}

#[cfg(all(feature = "speech", not(target_arch = "x86_64")))]
fn processor() -> anyhow::Result<()> {
    Ok(())
}

#[cfg(all(test, feature = "speech", target_arch = "x86_64"))]
mod tests {
    #[test]
    fn the_build_knows_what_speech_recognition_was_built_for() {
        assert!(option_env!("GGML_AVX2").is_some(), "it comes from .cargo/config.toml");
    }
}
