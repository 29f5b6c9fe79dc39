//! `journey.toml`: which findings a team wants to hear of, and how loud.

use crate::load::{Files, is_stdin};
use journey::diagnostic::Level;
use journey::{Diagnostic, lint};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file's name.
const NAME: &str = "journey.toml";

/// Settings of the programs in a folder and the folders below it.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Config {
    /// How much each finding weighs. What is not listed keeps the level that its page says.
    #[serde(default)]
    levels: BTreeMap<String, Weight>,
    /// What `journey backtest` holds a history against: beyond it, it ends with 1.
    #[serde(default)]
    backtest: Limits,
}

/// The most that may have been sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Messages to one person in a day of the charter's time zone.
    pub(crate) max_per_person_day: Option<u64>,
    /// Messages to one person in a week, from Monday on.
    pub(crate) max_per_person_week: Option<u64>,
    /// By channel: what can be delivered.
    #[serde(default)]
    pub(crate) capacity: BTreeMap<String, Capacity>,
}

/// What one channel can deliver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct Capacity {
    /// Messages in a day of the charter's time zone.
    pub(crate) day: Option<u64>,
    /// Messages in a minute.
    pub(crate) minute: Option<u64>,
}

impl Limits {
    /// The limits of a program.
    pub(crate) fn of(program: &Path) -> Result<Limits, String> {
        Config::of(program).map(|config| config.backtest)
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Weight {
    /// It is not shown.
    Off,
    /// It is shown, and `journey check` succeeds.
    Warning,
    /// It is shown, and `journey check` fails.
    Error,
}

impl Config {
    /// Reads the nearest `journey.toml`: in the folder of the program or in one around it; for standard input, from here.
    fn of(program: &Path) -> Result<Config, String> {
        let program = if is_stdin(program) { Path::new(".") } else { program };
        let whole = std::path::absolute(program).map_err(|e| format!("{} cannot be found: {e}", program.display()))?;
        let found = whole.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file());
        let Some(path) = found else { return Ok(Config::default()) };
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
        let config: Config = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        config.names_are_right().map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(config)
    }

    fn names_are_right(&self) -> Result<(), String> {
        for (name, weight) in &self.levels {
            let Some(finding) = lint::find(name) else {
                let near = lint::nearest(name).map_or_else(
                    || "`journey explain` lists all".to_string(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(format!("there is no finding `{name}`: {near}"));
            };
            if finding.allow.is_none() && *weight != Weight::Error {
                return Err(format!(
                    "`{name}` is an error always: a program that has it cannot run; take this line away"
                ));
            }
        }
        Ok(())
    }
}

/// The settings of several paths: those nearest to a path hold for what is found in its files.
pub(crate) struct Settings(Vec<Config>);

impl Settings {
    /// Reads the settings of each path.
    pub(crate) fn of(paths: &[PathBuf]) -> Result<Settings, String> {
        paths.iter().map(|path| Config::of(path)).collect::<Result<_, _>>().map(Settings)
    }

    /// Gives every warning the level that is set for it; errors stay errors.
    pub(crate) fn apply(&self, files: &Files, found: &mut Vec<Diagnostic>) {
        found.retain_mut(|finding| {
            let file = finding.labels.first().map_or(0, |label| usize::from(label.span.file));
            let config = files.named.get(file).and_then(|named| self.0.get(*named)).or(self.0.first());
            let weight = config.and_then(|config| config.levels.get(finding.name));
            let weight = weight.filter(|_| finding.level == Level::Warning);
            if weight == Some(&Weight::Error) {
                finding.level = Level::Error;
            }
            weight != Some(&Weight::Off)
        });
    }
}

/// The JSON Schema of the file, for editors; `docs/journey.schema.json` is made from it.
#[cfg(test)]
fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Config).to_value();
    let weights = |finding: &lint::Finding| match finding.allow {
        Some(_) => serde_json::json!({ "description": finding.title, "$ref": "#/$defs/Weight" }),
        None => serde_json::json!({ "description": finding.title, "const": "error" }),
    };
    let names: serde_json::Map<_, _> =
        lint::all().iter().map(|finding| (finding.name.to_string(), weights(finding))).collect();
    if let Some(levels) = schema.pointer_mut("/properties/levels") {
        levels["properties"] = names.into();
        levels["additionalProperties"] = false.into();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let config: Config = toml::from_str(text).map_err(|e| e.to_string())?;
        config.names_are_right().map(|()| config)
    }

    #[test]
    fn wrong_settings_say_what_to_write() {
        assert!(read("[levels]\nno-goal = \"off\"\ntail-of-if = \"error\"").is_ok());
        let why = |text: &str| read(text).map(|_| ()).unwrap_err();
        assert_eq!(why("[levels]\nno-gaol = \"off\""), "there is no finding `no-gaol`: did you mean `no-goal`?");
        assert!(why("[levels]\nsyntax = \"off\"").starts_with("`syntax` is an error always"));
        assert!(why("[levels]\nno-goal = \"loud\"").contains("unknown variant `loud`"));
        assert!(why("[backtest]\nmax_per_person = 4").contains("unknown field `max_per_person`"));
        assert!(read("[backtest]\nmax_per_person_week = 4\ncapacity.email.day = 200000").is_ok());
        assert!(why("[level]\nno-goal = \"off\"").contains("unknown field `level`"));
    }

    /// With `UPDATE_CASES=1` the schema is written anew.
    #[test]
    fn the_schema_in_the_docs_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/journey.schema.json");
        let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("UPDATE_CASES").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert!(std::fs::read_to_string(path).unwrap_or_default() == text, "docs/journey.schema.json is stale");
        let validator = jsonschema::validator_for(&schema()).unwrap();
        assert!(validator.is_valid(&serde_json::json!({ "levels": { "no-goal": "off", "syntax": "error" } })));
        assert!(!validator.is_valid(&serde_json::json!({ "levels": { "syntax": "off" } })));
        assert!(!validator.is_valid(&serde_json::json!({ "levels": { "no-gaol": "off" } })));
    }
}
