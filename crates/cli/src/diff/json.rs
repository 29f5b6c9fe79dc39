//! What differs, as one JSON object.

use super::text::About;
use journey::chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn json(about: &About<'_>) -> String {
    let all = about.all;
    let [old, new] = about.names;
    let rows: Vec<Value> = all
        .rows
        .iter()
        .map(|(of, row)| {
            let kinds: Vec<Value> = row
                .kinds
                .iter()
                .map(|((kind, detail), number)| json!({"kind": kind.name(), "by": (!detail.is_empty()).then_some(detail), "messages": number}))
                .collect();
            let [was, is] = row.sent;
            json!({"journey": of.journey, "channel": of.channel, "message": of.message, "old": was, "new": is, "differences": kinds})
        })
        .collect();
    let examples: Vec<Value> = all
        .examples
        .iter()
        .flat_map(|((journey, kind), examples)| {
            examples.iter().map(move |example| {
                let [was, is] = about.whys.lines(example);
                json!({"journey": journey, "kind": kind.name(), "person": example.person, "old": was, "new": is})
            })
        })
        .collect();
    let days: Vec<Value> = all
        .volumes
        .iter()
        .map(|(channel, sides)| {
            let [was, is] = sides.each_ref().map(|volume| {
                let by_day: BTreeMap<NaiveDate, u64> = volume.by_day().collect();
                json!({"by_day": by_day, "busiest_minute": volume.busiest_minute().map_or(0, |(_, peak)| peak)})
            });
            json!({"channel": channel, "old": was, "new": is})
        })
        .collect();
    let journeys: Vec<Value> =
        all.journeys.iter().map(|(name, [was, is])| json!({"journey": name, "old": was, "new": is})).collect();
    let texts: Vec<Value> = all
        .texts
        .iter()
        .map(|(message, channel, what)| json!({"message": message, "channel": channel, "is": what}))
        .collect();
    let [was, is] = all.sent;
    let [then, now] = all.weekly;
    let whole = json!({
        "old": old, "new": new, "people": all.people, "people_who_differ": all.differ,
        "messages": {"old": was, "new": is}, "busiest_week_of_a_person": {"old": then, "new": now},
        "rows": rows, "journeys": journeys, "days": days, "texts": texts, "examples": examples,
    });
    format!("{whole:#}\n")
}
