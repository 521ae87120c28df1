//! Putting file and environment together, and finding everything that is wrong with them.

use super::{Config, ConfigError};
use schemars::schema_for;
use serde::Deserialize as _;
use std::{collections::BTreeMap, ffi::OsString, path::Path};
use toml::{Table, Value};

/// Variables that begin like a setting and are none: they are for commands and tests.
const NOT_SETTINGS: &[&str] =
    &["PLENARY_ALL_SPEECH", "PLENARY_ARTEFACTS", "PLENARY_CONFIG", "PLENARY_PASSWORD"];

/// Reads `file` and the environment over it.
pub(super) fn merge(
    file: &str,
    folder: Option<&Path>,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Config, ConfigError> {
    let mut problems = Vec::new();
    let mut table: Table = match file.parse() {
        Ok(table) => table,
        Err(error) => {
            problems.push(error.to_string().trim_end().to_owned());
            Table::new()
        }
    };
    if let Some(folder) = folder {
        resolve_paths(&mut table, folder);
    }
    let settings = settings();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|it| it.starts_with("PLENARY_")) else { continue };
        if NOT_SETTINGS.contains(&name) {
            continue;
        }
        match (settings.get(name), value.into_string()) {
            (Some(path), Ok(value)) => set(&mut table, path, value_for(path, value)),
            (Some(_), Err(_)) => problems.push(format!("{name}: is not UTF-8")),
            (None, _) => problems.push(format!("{name}: there is no such setting")),
        }
    }
    check_each(&table, &settings, &mut problems);
    if problems.is_empty() {
        match Config::deserialize(table) {
            Ok(config) => {
                problems = config.problems();
                if problems.is_empty() {
                    return Ok(config);
                }
            }
            Err(error) => problems.push(error.to_string().trim_end().to_owned()),
        }
    }
    Err(ConfigError { problems })
}

/// Settings that are paths; in a file they count from the file's folder, in the environment from the
/// current one.
const PATHS: &[(Option<&str>, &str)] = &[
    (None, "data"),
    (None, "models"),
    (Some("intake"), "spool"),
    (Some("intake"), "tree"),
    (Some("bbb"), "secret_file"),
    (Some("worker"), "scratch"),
    (Some("speech"), "mirror"),
];

fn resolve_paths(table: &mut Table, folder: &Path) {
    for (section, key) in PATHS {
        let table = match section {
            None => Some(&mut *table),
            Some(section) => table.get_mut(*section).and_then(Value::as_table_mut),
        };
        if let Some(Value::String(path)) = table.and_then(|it| it.get_mut(*key))
            && let Some(resolved) = folder.join(&*path).to_str()
        {
            // An absolute path replaces the folder altogether.
            *path = resolved.to_owned();
        }
    }
}

/// A setting's place: its section, if it is in one, and its key.
type SettingPath = (Option<String>, String);

/// Every setting by the name of its environment variable: `PLENARY_LISTEN`, `PLENARY_LOG_FORMAT`.
fn settings() -> BTreeMap<String, SettingPath> {
    let mut settings = BTreeMap::new();
    for (name, section) in super::template::sections(&schema_for!(Config)) {
        for key in section {
            let variable = match &name {
                None => format!("PLENARY_{key}"),
                Some(section) => format!("PLENARY_{section}_{key}"),
            };
            settings.insert(variable.to_uppercase(), (name.clone(), key));
        }
    }
    settings
}

/// An environment variable's text as the number or truth value that it looks like where the setting
/// takes one, else as text: a library may be called `42`.
fn value_for(path: &SettingPath, text: String) -> Value {
    let typed = match text.as_str() {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ => text.parse().ok().map(Value::Integer),
    };
    typed.filter(|it| alone(path, it).is_ok()).unwrap_or(Value::String(text))
}

/// What the settings are with nothing but this one.
fn alone(path: &SettingPath, value: &Value) -> Result<Config, toml::de::Error> {
    let mut table = Table::new();
    set(&mut table, path, value.clone());
    Config::deserialize(table)
}

fn set(table: &mut Table, (section, key): &SettingPath, value: Value) {
    let target = match section {
        None => Some(table),
        Some(section) => {
            table.entry(section).or_insert_with(|| Value::Table(Table::new())).as_table_mut()
        }
    };
    // A section that the file gave as something else is reported by the check of each setting.
    if let Some(target) = target {
        target.insert(key.clone(), value);
    }
}

/// Tries every setting alone, so that one problem does not hide the next.
fn check_each(table: &Table, settings: &BTreeMap<String, SettingPath>, problems: &mut Vec<String>) {
    let known = |section: Option<&str>, key: &str| {
        settings.values().any(|(s, k)| s.as_deref() == section && k == key)
    };
    let is_section =
        |name: &str| settings.values().any(|(section, _)| section.as_deref() == Some(name));
    let mut check = |section: Option<&str>, key: &str, value: &Value| {
        let name = section.map_or_else(|| key.to_owned(), |section| format!("{section}.{key}"));
        if !known(section, key) {
            problems.push(format!("{name}: there is no such setting"));
            return;
        }
        if let Err(error) = alone(&(section.map(str::to_owned), key.to_owned()), value) {
            problems.push(format!("{name}: {}", error.message()));
        }
    };
    for (key, value) in table {
        match value {
            Value::Table(section) if is_section(key) => {
                for (inner, value) in section {
                    check(Some(key), inner, value);
                }
            }
            _ => check(None, key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let environment = environment.iter().map(|(name, value)| (name.into(), value.into()));
        merge(file, Some(Path::new("/etc")), environment).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_at_all_is_a_library_in_this_folder() {
        let config = read("", &[]).unwrap();
        assert_eq!(config.data.to_str(), Some("./plenary-data"));
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn the_environment_lies_over_the_file() {
        let file = "listen = '127.0.0.1:1'\n[worker]\nmedia_slots = 2\nspeech_slots = 2\n";
        let config = read(
            file,
            &[
                ("PLENARY_LISTEN", "[::1]:2"),
                ("PLENARY_WORKER_MEDIA_SLOTS", "3"),
                ("PLENARY_DATA", "/srv/plenary"),
                ("PLENARY_WEB_LIBRARY_NAME", "42"),
                ("PLENARY_WEB_BEHIND_PROXY", "true"),
                ("HOME", "/root"),
            ],
        )
        .unwrap();
        assert_eq!(config.listen.to_string(), "[::1]:2");
        assert_eq!((config.worker.media_slots, config.worker.speech_slots), (3, 2));
        assert_eq!(config.data.to_str(), Some("/srv/plenary"));
        assert_eq!(config.web.library_name, "42");
        assert!(config.web.behind_proxy);
    }

    #[test]
    fn a_path_counts_from_where_it_was_written() {
        let file = "models = 'speech'\n[worker]\nscratch = '/var/tmp'\n";
        let config = read(file, &[("PLENARY_DATA", "lib")]).unwrap();
        assert_eq!(config.data.to_str(), Some("lib"));
        assert_eq!(config.models().to_str(), Some("/etc/speech"));
        assert_eq!(config.scratch().to_str(), Some("/var/tmp"));
    }

    #[test]
    fn every_problem_is_told_at_once_by_the_name_of_its_setting() {
        let file = "lisen = 1\nlisten = 'nowhere'\n[worker]\nmedia_slots = 'many'\nslots = 2\n\
                    [stuff]\na = 1\n";
        let told = read(file, &[("PLENARY_LOG_FROMAT", "json")]).unwrap_err();
        for expected in [
            "lisen: there is no such setting",
            "listen: invalid socket address",
            "worker.media_slots: invalid type",
            "worker.slots: there is no such setting",
            "stuff: there is no such setting",
            "PLENARY_LOG_FROMAT: there is no such setting",
        ] {
            assert!(told.contains(expected), "`{expected}` is missing in:\n{told}");
        }
    }

    #[test]
    fn what_no_type_can_tell_is_told_too() {
        let told = read("[worker]\nmedia_slots = 0\nspeech_slots = 0\n", &[]).unwrap_err();
        assert!(told.contains("worker.media_slots: must be at least 1"), "{told}");
        assert!(told.contains("worker.speech_slots: must be at least 1"), "{told}");
    }

    #[test]
    fn a_file_that_is_no_toml_is_told_with_its_line() {
        let told = read("data = \n", &[]).unwrap_err();
        assert!(told.contains("line 1"), "{told}");
    }
}
