//! Objects as values: what is kept of them, and what of them is not as the program says.

use super::{Json, Type, Value};
use rust_decimal::Decimal;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Objects within objects are declared, and looked for in texts, so deep; what lies deeper is kept whole.
pub(crate) const DEEPEST: usize = 8;

/// Reads a local moment in the person's zone.
type Zoned<'z> = &'z dyn Fn(chrono::NaiveDateTime) -> i64;

/// An object as a value, of each name the last one; `fields` are the names that are kept, where not all are.
/// What is missing, or of another type than its name has, is left out.
pub(super) fn thing(object: &[(SmolStr, Json)], fields: Option<&[(SmolStr, Type)]>, zoned: Zoned<'_>) -> Value {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut kept: Vec<(SmolStr, Value)> = vec![];
    for (name, json) in object.iter().rev() {
        let ty = match fields {
            Some(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, ty)| ty),
            None => Some(&Type::Any),
        };
        let Some(ty) = ty.filter(|_| seen.insert(name)) else { continue };
        let value = match (ty, json) {
            // A number where the program has a text is an id.
            (Type::Text, Json::Number(id)) => Some(id_text(id)),
            _ => json.typed(ty, zoned).ok().flatten(),
        };
        kept.extend(value.map(|value| (name.clone(), value)));
    }
    kept.reverse();
    Value::Thing(kept)
}

fn id_text(id: &Decimal) -> Value {
    Value::Text(SmolStr::new(id.normalize().to_string()))
}

/// Which names of objects are there and of another type than the program says, each once, behind the name of the whole.
/// Those were left out of the value.
pub(crate) fn unlike(json: &Json, value: &Value, ty: &Type, path: &[SmolStr]) -> Vec<SmolStr> {
    let mut out = vec![];
    if holds_thing(ty) {
        look(json, value, ty, &path.join("."), &mut out);
    }
    out
}

fn holds_thing(ty: &Type) -> bool {
    match ty {
        Type::Thing(_) => true,
        Type::List(of) => holds_thing(of),
        _ => false,
    }
}

fn look(json: &Json, value: &Value, ty: &Type, at: &str, out: &mut Vec<SmolStr>) {
    match (json, value, ty) {
        (Json::List(items), Value::List(values), Type::List(of)) => {
            items.iter().zip(values).for_each(|(item, value)| look(item, value, of, at, out));
        }
        (Json::List(items), Value::List(values), Type::Thing(_)) => {
            items.iter().zip(values).for_each(|(item, value)| look(item, value, ty, at, out));
        }
        (Json::Object(_), Value::Thing(kept), Type::Thing(fields)) => {
            for (name, ty) in fields {
                let Some(json) = json.get(name).filter(|json| **json != Json::Null) else { continue };
                let at = format!("{at}.{name}");
                match kept.iter().find(|(known, _)| known == name) {
                    Some((_, value)) => look(json, value, ty, &at, out),
                    None if out.iter().any(|known| *known == at) => {}
                    None => out.push(SmolStr::new(at)),
                }
            }
        }
        _ => {}
    }
}

impl Type {
    /// The type in which what has no type is an object of which some names are kept.
    pub(crate) fn keeping(self, thing: &Type) -> Type {
        match self {
            Type::Any => thing.clone(),
            Type::List(of) => Type::List(Box::new(of.keeping(thing))),
            other => other,
        }
    }

    /// The type as conditions see it, whatever is kept of objects.
    pub(crate) fn without_things(&self) -> Type {
        match self {
            Type::Thing(_) => Type::Any,
            Type::List(of) => Type::List(Box::new(of.without_things())),
            other => other.clone(),
        }
    }

    /// Names of objects of both; where the two say different things of a name, it is kept as it comes.
    pub(crate) fn and(self, other: Type) -> Type {
        match (self, other) {
            (Type::Thing(mut all), Type::Thing(more)) => {
                for (name, ty) in more {
                    match all.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, known)) => *known = std::mem::replace(known, Type::Any).and(ty),
                        None => all.push((name, ty)),
                    }
                }
                Type::Thing(all)
            }
            (Type::List(a), Type::List(b)) => Type::List(Box::new(a.and(*b))),
            (a, b) if a == b => a,
            _ => Type::Any,
        }
    }

    /// An object of which one name is kept, at the end of a path.
    pub(crate) fn at(path: &[SmolStr], ty: Type) -> Type {
        match path.split_first() {
            Some((first, rest)) => Type::Thing(vec![(first.clone(), Type::at(rest, ty))]),
            None => ty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(json: &str, ty: &Type) -> (String, Vec<SmolStr>) {
        let json = Json::parse(json).unwrap();
        let value = json.typed(ty, &|_| 0).unwrap().unwrap();
        let unlike = unlike(&json, &value, ty, &["products".into()]);
        (value.to_string(), unlike)
    }

    #[test]
    fn of_an_object_what_is_declared_is_kept_and_the_last_of_a_name_counts() {
        let of = Type::Thing(vec![("name".into(), Type::Text), ("price".into(), Type::Number)]);
        let list = Type::List(Box::new(of));
        let json =
            r#"[{"Name": 7, "sku": "x", "price": 1, "price": 80.50}, "Tea", null, {"price": "cheap", "name": null}]"#;
        assert_eq!(
            typed(json, &list),
            (r#"((name: "7", price: 80.5), "Tea", missing, ())"#.into(), vec!["products.price".into()])
        );
        let whole = r#"{"a": {"cartId": 1, "n": null}, "b": [{}, true]}"#;
        assert_eq!(typed(whole, &Type::Any), ("(a: (cart_id: 1), b: ((), true))".into(), vec![]));
    }

    #[test]
    fn an_object_of_very_many_names_is_read_in_no_time() {
        let fields: Vec<String> = (0..60_000).map(|n| format!("\"a{}\":{n}", n % 40_000)).collect();
        let json = Json::parse(&format!("{{{}}}", fields.join(","))).unwrap();
        let Ok(Some(Value::Thing(kept))) = json.typed(&Type::Any, &|_| 0) else { panic!("an object") };
        assert_eq!(kept.len(), 40_000);
        assert_eq!(kept.first().map(|(name, _)| name.as_str()), Some("a20000"));
    }
}
