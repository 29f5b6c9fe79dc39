//! What an `identify` changes: attributes, the zone, consent and what can be reached.

use super::task::Task;
use super::turn::{Impact, Turn};
use crate::engine::facts::consent::has_room;
use crate::engine::io::notice::Notice;
use crate::engine::state::small::set_flag;
use crate::engine::time::local_time::instant_of;
use crate::ir::AttributeId;
use crate::value::{Json, Timestamp, Value, unlike};
use smol_str::SmolStr;

/// Takes traits, if any of them concerns the program.
pub(super) fn identify(turn: &mut Turn<'_>, traits: &Json, happened: Timestamp) {
    let Json::Object(fields) = traits else {
        if *traits != Json::Null {
            turn.notice(Notice::NoTraits);
        }
        return;
    };
    if !turn.code.reads(traits) {
        return;
    }
    let zone = turn.view().zone;
    // The zone first: local moments among the traits are moments of it.
    if let Some(value) = traits.get("timezone") {
        turn.set_zone(value.text(), *value == Json::Null);
    }
    if let Some(value) = traits.get("preferred_channel") {
        turn.profile.learn().set_preferred(value.text());
    }
    for list in ["consent", "reachable"] {
        answers(turn, list, traits.get(list));
    }
    misplaced_answers(turn, fields);
    attributes(turn, fields);
    turn.impacts(Impact::Changed);
    turn.caused_by("identify", happened);
    // Holds ask for the other traits of the line too.
    if turn.view().zone != zone {
        turn.zone_changed();
    }
    turn.traits_changed();
    [Task::Act, Task::Enter].into_iter().for_each(|task| turn.then(task));
}

/// Takes the answers of `consent` or `reachable`.
fn answers(turn: &mut Turn<'_>, list: &'static str, value: Option<&Json>) {
    let answers = match value {
        Some(Json::Object(answers)) => answers,
        None | Some(Json::Null) => return,
        Some(_) => return turn.notice(Notice::NoAnswers { list }),
    };
    for (key, answer) in answers {
        let yes = match answer {
            Json::Bool(yes) => Some(*yes),
            Json::Null => None,
            _ => {
                turn.notice(Notice::UnclearAnswer { list, name: key.clone() });
                continue;
            }
        };
        if !has_room(turn.code, turn.profile, key) {
            turn.notice(Notice::AnswerLeftOut { list });
            continue;
        }
        if list == "consent" {
            turn.tell_unknown_subject(key);
            turn.profile.learn().consent.set(key, yes);
        } else {
            if !turn.code.answered.contains(key) {
                turn.notice(Notice::UnknownChannel { name: key.clone() });
            }
            set_flag(&mut turn.profile.learn().reachable, key, yes);
        }
    }
}

/// `consent.email` as one word is no answer: it is said, so that a refusal is not lost in silence.
fn misplaced_answers(turn: &mut Turn<'_>, fields: &[(SmolStr, Json)]) {
    let code = turn.code;
    for (field, _) in fields.iter().filter(|(field, _)| code.is_misplaced_answer(field)) {
        if let Some((list, name)) = field.split_once('_') {
            turn.notice(Notice::MisplacedAnswer { list: list.into(), name: name.into() });
        }
    }
}

fn attributes(turn: &mut Turn<'_>, fields: &[(SmolStr, Json)]) {
    let zone = turn.view().zone;
    let code = turn.code;
    let mut found: Vec<(AttributeId, &Json)> = vec![];
    for (name, json) in fields {
        let Some(root) = code.roots.get(name) else { continue };
        found.extend(root.attributes.iter().map(|number| (*number, json)));
        // For a version that may be taken back; of this one it is no business, and nothing is said of it.
        let shelf = || root.shelf.iter().filter_map(|number| code.shelf.get(usize::from(*number)));
        shelf().for_each(|field| turn.profile.learn().shelve(&field.path, None));
        for field in shelf() {
            let json = json.walk(field.path.get(1..).unwrap_or_default());
            let typed = json.map_or(Ok(None), |json| json.typed(&field.ty, &|local| instant_of(zone, local)));
            if let Some(value) = typed.ok().flatten().filter(Value::fits) {
                turn.profile.learn().shelve(&field.path, Some(value));
            }
        }
    }
    found.sort_by_key(|(number, _)| *number);
    for (at, (number, json)) in found.iter().enumerate() {
        let is_last = found.get(at + 1).is_none_or(|next| next.0 != *number);
        let Some(field) = code.attributes.get(*number).filter(|_| is_last) else { continue };
        let typed = json
            .walk(field.path.get(1..).unwrap_or_default())
            .map_or(Ok(None), |json| json.typed(&field.ty, &|local| instant_of(zone, local)));
        if let (Ok(Some(value)), Some(json)) = (&typed, json.walk(field.path.get(1..).unwrap_or_default())) {
            for name in unlike(json, value, &field.ty, &field.path) {
                turn.notice(Notice::WrongProperty { name });
            }
        }
        let value = typed.unwrap_or_else(|()| {
            turn.notice(Notice::WrongAttribute { name: field.path.join(".").into(), expected: field.ty.to_string() });
            None
        });
        let value = value.filter(|value| fits(turn, &field.path, value));
        turn.profile.learn().set_trait(*number, value);
    }
}

/// Whether a value is short enough to be kept.
fn fits(turn: &mut Turn<'_>, path: &[SmolStr], value: &Value) -> bool {
    let fits = value.fits();
    if !fits {
        turn.notice(Notice::too_long(path.join(".").into(), value));
    }
    fits
}
