use crate::{cli::ModelsAction, config::Config};
use std::process::ExitCode;

#[cfg(not(feature = "speech"))]
pub(super) async fn models(_: &Config, _: ModelsAction) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this build has no speech recognition: the feature `speech` is off")
}

#[cfg(feature = "speech")]
pub(super) async fn models(config: &Config, action: ModelsAction) -> anyhow::Result<ExitCode> {
    match action {
        ModelsAction::Fetch { name } => with_models::fetch(config, &name).await,
        ModelsAction::List => with_models::list(config),
    }
}

#[cfg(feature = "speech")]
mod with_models {
    use crate::{commands::print, config::Config, progress};
    use anyhow::Context as _;
    use archive::Lane;
    use models::{FetchPlan, Languages, Purpose};
    use std::process::ExitCode;
    use tokio_util::sync::CancellationToken;

    pub(super) async fn fetch(config: &Config, name: &str) -> anyhow::Result<ExitCode> {
        let plan =
            FetchPlan { mirror: config.speech.mirror.clone(), ..FetchPlan::new(config.models()) };
        let name = name.to_owned();
        let lane = Lane::new("fetch", 1);
        let fetched = lane
            .run(&CancellationToken::new(), move || {
                let bar = progress::of_bytes("");
                let fetched = models::fetch(&name, &plan, |it| {
                    bar.set_message(format!("{}: {}", it.model, it.step));
                    bar.set_length(it.total_bytes);
                    bar.set_position(it.done_bytes);
                });
                bar.finish_and_clear();
                fetched.with_context(|| format!("cannot get the speech model `{name}`"))
            })
            .await??;
        print(&format!("{} is here and whole\n", fetched.path.display()))
    }

    pub(super) fn list(config: &Config) -> anyhow::Result<ExitCode> {
        let here = models::installed(&config.models());
        let mut text = String::new();
        for it in models::list() {
            let languages = match &it.languages {
                Languages::Any(_) => "any language".to_owned(),
                Languages::These(these) => {
                    these.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                }
            };
            let purpose = match it.purpose {
                Purpose::Recognition => languages,
                Purpose::SpeechDetection => "finds where somebody speaks".to_owned(),
            };
            let is_here = here.iter().any(|model| model.name == it.name);
            text.push_str(&format!(
                "{:16} {:>7.1} MB  {:12} {purpose}\n",
                it.name,
                megabytes(it.size_bytes),
                if is_here { "here" } else { "not here" },
            ));
        }
        print(&text)
    }

    #[expect(clippy::cast_precision_loss, reason = "for people, to a tenth")]
    fn megabytes(bytes: u64) -> f64 {
        bytes as f64 / 1e6
    }
}
