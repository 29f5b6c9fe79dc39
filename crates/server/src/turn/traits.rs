//! All that `identify` lines have said of a person, as one JSON object. Values stay as they were written: a number keeps its
//! digits.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

type Traits = BTreeMap<String, Box<RawValue>>;

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    traits: Traits,
}

fn parse(text: Option<&str>) -> Traits {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Traits with those of a line: each replaces one, `null` takes it away; `consent` and `reachable` go key by key. None where
/// the line has none.
pub(super) fn merged(old: Option<&str>, line: &str) -> Option<Option<String>> {
    let new = serde_json::from_str::<Line>(line).ok()?.traits;
    if new.is_empty() {
        return None;
    }
    let mut all = parse(old);
    for (name, value) in new {
        if value.get() == "null" {
            all.remove(&name);
            continue;
        }
        let by_key = matches!(name.as_str(), "consent" | "reachable");
        let both = all.get(&name).filter(|_| by_key).and_then(|old| {
            let mut both: Traits = serde_json::from_str(old.get()).ok()?;
            both.extend(serde_json::from_str::<Traits>(value.get()).ok()?);
            serde_json::value::to_raw_value(&both).ok()
        });
        all.insert(name, both.unwrap_or(value));
    }
    Some(show(&all))
}

/// The traits of two ids of one person: those of the second win.
pub(super) fn united(first: Option<&str>, second: Option<&str>) -> Option<String> {
    let mut all = parse(first);
    all.extend(parse(second));
    show(&all)
}

fn show(all: &Traits) -> Option<String> {
    if all.is_empty() { None } else { serde_json::to_string(all).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traits_replace_one_by_one() {
        let line = r#"{"type":"identify","traits":{"consent":{"push":false},"plan":"free","age":null,"sum":19.90}}"#;
        let old = r#"{"consent":{"sms":true},"plan":"pro","age":7}"#;
        let all = merged(Some(old), line);
        assert_eq!(
            all.flatten().as_deref(),
            Some(r#"{"consent":{"push":false,"sms":true},"plan":"free","sum":19.90}"#)
        );
        assert_eq!(merged(Some(r#"{"age":7}"#), r#"{"traits":{"age":null}}"#), Some(None));
        assert_eq!(merged(Some(r#"{"age":7}"#), r#"{"traits":{}}"#), None);
    }

    #[test]
    fn of_two_names_the_person_wins() {
        let both = united(Some(r#"{"plan":"free","age":7}"#), Some(r#"{"plan":"pro"}"#));
        assert_eq!(both.as_deref(), Some(r#"{"age":7,"plan":"pro"}"#));
        assert_eq!(united(None, None), None);
    }
}
