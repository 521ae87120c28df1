//! The commented configuration file, made of the doc comments on the settings.

use super::Config;
use schemars::{Schema, schema_for};
use serde_json::Value;

/// Writes every setting with its meaning and its default, all commented out.
pub(crate) fn template() -> String {
    let schema = schema_for!(Config);
    let defaults = serde_json::to_value(Config::default()).expect("settings are plain data");
    let mut text = String::from(
        "# Every setting of Plenary with its default. Made of the program's source by\n\
         # `plenary config --template`; settings without a default are left out in the file.\n\
         #\n\
         # Each can also be set by an environment variable: PLENARY_LISTEN, PLENARY_LOG_FORMAT.\n",
    );
    for (section, keys) in sections(&schema) {
        let (owner, values) = match &section {
            None => (schema.as_value(), &defaults),
            Some(name) => {
                let (owner, values) = (resolve(&schema, name), &defaults[name]);
                text.push('\n');
                comment(&mut text, owner);
                text.push_str(&format!("[{name}]\n"));
                (owner, values)
            }
        };
        for key in keys {
            text.push('\n');
            comment(&mut text, property(owner, &key));
            text.push_str(&match &values[&key] {
                Value::Null => format!("#{key} =\n"),
                value => format!("#{key} = {value}\n"),
            });
        }
    }
    text
}

/// The sections in the order of the source, each with its keys; first those in no section.
pub(super) fn sections(schema: &Schema) -> Vec<(Option<String>, Vec<String>)> {
    let is_section = |value: &Value| value.get("$ref").is_some();
    let root = properties(schema.as_value());
    let alone = root.iter().filter(|(_, it)| !is_section(it)).map(|(key, _)| key.clone());
    let mut sections = vec![(None, alone.collect())];
    for (name, _) in root.iter().filter(|(_, it)| is_section(it)) {
        let keys = properties(resolve(schema, name)).into_iter().map(|(key, _)| key).collect();
        sections.push((Some(name.clone()), keys));
    }
    sections
}

/// The definition that a section's `$ref` leads to.
fn resolve<'a>(schema: &'a Schema, section: &str) -> &'a Value {
    let root = schema.as_value();
    let reference = root["properties"][section]["$ref"].as_str().unwrap_or_default();
    root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
}

fn properties(owner: &Value) -> Vec<(String, Value)> {
    let Some(properties) = owner["properties"].as_object() else { return Vec::new() };
    properties.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn property<'a>(owner: &'a Value, key: &str) -> &'a Value {
    &owner["properties"][key]
}

fn comment(text: &mut String, described: &Value) {
    for line in described["description"].as_str().unwrap_or_default().lines() {
        text.push_str(format!("# {line}").trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/config.toml");

    #[test]
    fn the_committed_template_is_what_the_source_says() {
        let committed = std::fs::read_to_string(COMMITTED).unwrap();
        assert!(
            committed == template(),
            "docs/config.toml is stale: run `plenary config --template > docs/config.toml`"
        );
    }

    #[test]
    fn every_setting_says_what_it_means() {
        let schema = schema_for!(Config);
        for (section, keys) in sections(&schema) {
            let owner = section.as_ref().map_or(schema.as_value(), |it| resolve(&schema, it));
            for key in keys {
                let described = property(owner, &key)["description"].is_string();
                assert!(described, "{section:?}.{key} has no doc comment");
            }
        }
    }
}
