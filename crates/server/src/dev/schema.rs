//! What can be sent: the program's events and attributes with their types, as the form has fields for them.

use crate::loaded::Loaded;
use journey::ir::EntryCause;
use journey::source::snake_case;
use journey::syntax::tree::{Field, ItemKind, TypeExpr};
use journey::value::Type;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The program's events with what they bring, those that begin a journey first: what it declares of them, else all that it
/// reads of events and declares of none.
pub(super) fn events(loaded: &Loaded) -> Vec<Value> {
    let typed = &loaded.typed;
    let declared = declared(loaded);
    let of_others: BTreeSet<&str> =
        declared.events.values().flatten().filter_map(|property| property.get("name")?.as_str()).collect();
    let read: BTreeMap<String, &Type> = typed.properties.iter().map(|p| (p.path.join("."), &p.ty)).collect();
    let read: Vec<Value> = read
        .iter()
        .filter(|(name, _)| !of_others.contains(name.as_str()))
        .map(|(name, ty)| field(name, &shown(ty)))
        .collect();
    let begins = |number: usize| {
        let mut entries = typed.journeys.iter().flat_map(|journey| &journey.entries);
        entries.any(|entry| matches!(&entry.cause, EntryCause::Event { events, .. } if events.iter().any(|id| id.index() == number)))
    };
    let mut events: Vec<(bool, Value)> = typed
        .events
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let begins = begins(number);
            let properties = declared.events.get(name.as_str()).unwrap_or(&read);
            (begins, json!({"name": name, "begins": begins, "properties": properties}))
        })
        .collect();
    events.sort_by_key(|(begins, _)| !begins);
    events.into_iter().map(|(_, event)| event).collect()
}

/// The attributes that it keeps of people.
pub(super) fn attributes(loaded: &Loaded) -> Vec<Value> {
    let declared = declared(loaded);
    let one = |attribute: &journey::ir::Field| {
        let name = attribute.path.join(".");
        let ty = declared.attributes.get(&name).cloned().unwrap_or_else(|| shown(&attribute.ty));
        field(&name, &ty)
    };
    loaded.typed.attributes.iter().map(one).collect()
}

/// Types as the program writes them.
#[derive(Default)]
struct Declared {
    events: BTreeMap<String, Vec<Value>>,
    attributes: BTreeMap<String, String>,
}

fn declared(loaded: &Loaded) -> Declared {
    let mut declared = Declared::default();
    let parsed = journey::parse(loaded.program.sources());
    for item in parsed.files.iter().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Event { name, fields: Some(fields) } => {
                let fields = fields.iter().map(|f| field(&name_of(f), &written(&f.ty))).collect();
                declared.events.insert(snake_case(&name.text), fields);
            }
            ItemKind::Profile(fields) => {
                declared.attributes.extend(fields.iter().map(|f| (snake_case(&name_of(f)), written(&f.ty))));
            }
            _ => {}
        }
    }
    declared
}

fn field(name: &str, ty: &str) -> Value {
    json!({"name": name, "type": ty})
}

fn name_of(field: &Field) -> String {
    field.path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
}

/// A type as a program writes it.
fn written(ty: &TypeExpr) -> String {
    match ty {
        TypeExpr::Named(name) => name.text.to_string(),
        TypeExpr::List(of) => format!("list of {}", written(of)),
        TypeExpr::Choice(texts) => choice(texts.iter().map(|text| text.text.as_str())),
        TypeExpr::Thing(fields) => {
            let fields: Vec<String> = fields.iter().map(|f| format!("{}: {}", name_of(f), written(&f.ty))).collect();
            format!("({})", fields.join(", "))
        }
    }
}

/// The same for a type that was found out; nothing is said of a value that may be anything.
fn shown(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::Text => "text".into(),
        Type::Choice(texts) => choice(texts.iter().map(AsRef::as_ref)),
        Type::Date => "date".into(),
        Type::Time => "time".into(),
        Type::Moment | Type::DateOrMoment => "moment".into(),
        Type::Duration => "duration".into(),
        Type::List(of) if matches!(**of, Type::Thing(_)) => shown(of),
        Type::List(of) => format!("list of {}", shown(of)),
        // What texts go through, or a list says that its things have.
        Type::Thing(parts) => {
            let parts: Vec<String> = parts.iter().map(|(name, ty)| format!("{name}: {}", shown(ty))).collect();
            format!("list of ({})", parts.join(", "))
        }
        _ => "any".into(),
    }
}

fn choice<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" | ")
}
