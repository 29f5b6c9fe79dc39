//! The ids of sends: `PERSON/JOURNEY/ENTERED/NUMBER`, or `PERSON/JOURNEY/ENTERED/KEY/NUMBER`. Two sends never have one id,
//! whatever the parts are made of, and none is longer than [`LONGEST`].

use crate::value::{Timestamp, push_instant};

/// Bytes of an id at most: what providers take as a key.
pub(crate) const LONGEST: usize = 255;
/// Bytes of what stands for a long part: a sign and SHA-256 in hex.
const HASHED: usize = 66;

/// The id of a send of a person, by the journey, the instant of the entry, its key and the number of the send.
pub(crate) fn of(person: &str, journey: &str, entered: Timestamp, key: Option<&str>, number: u32) -> String {
    let id = joined(person, journey, entered, key, number, escaped);
    if id.len() <= LONGEST {
        return id;
    }
    joined(person, journey, entered, key, number, shortened)
}

fn joined(
    person: &str,
    journey: &str,
    entered: Timestamp,
    key: Option<&str>,
    number: u32,
    push: impl Fn(&mut String, &str),
) -> String {
    let mut out = String::with_capacity(person.len() + journey.len() + key.map_or(0, str::len) + 32);
    for part in [person, journey] {
        push(&mut out, part);
        out.push('/');
    }
    push_instant(&mut out, entered);
    if let Some(key) = key {
        out.push('/');
        push(&mut out, key);
    }
    out.push('/');
    match char::from_digit(number, 10) {
        Some(digit) => out.push(digit),
        None => out.push_str(&number.to_string()),
    }
    out
}

/// A part in which the signs between parts, and the sign of what is written in another way, are written in another way.
fn escaped(out: &mut String, part: &str) {
    // Nearly all are plain.
    if is_plain(part) {
        return out.push_str(part);
    }
    for c in part.chars() {
        match c {
            '/' => out.push_str("%2F"),
            '%' => out.push_str("%25"),
            c => out.push(c),
        }
    }
}

/// Whether nothing of a part is written in another way. Every send asks for it, and so eight bytes are looked at together.
fn is_plain(part: &str) -> bool {
    let (words, rest) = part.as_bytes().as_chunks::<8>();
    let has = |word: u64, sign: u8| {
        let other = word ^ u64::from_ne_bytes([sign; 8]);
        // A byte that is zero now was the sign: it alone borrows from its highest bit.
        other.wrapping_sub(u64::from_ne_bytes([1; 8])) & !other & u64::from_ne_bytes([0x80; 8]) != 0
    };
    let is_special = |word: u64| has(word, b'/') | has(word, b'%');
    !words.iter().any(|word| is_special(u64::from_ne_bytes(*word)))
        && !rest.iter().any(|byte| matches!(byte, b'/' | b'%'))
}

/// The same, a long one by its hash; no escaped part begins like that.
fn shortened(out: &mut String, part: &str) {
    let start = out.len();
    escaped(out, part);
    if out.len() - start > HASHED {
        out.truncate(start);
        out.push_str("%h");
        for byte in hmac_sha256::Hash::hash(part.as_bytes()) {
            out.extend([byte >> 4, byte & 15].into_iter().filter_map(|half| char::from_digit(u32::from(half), 16)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const MONDAY: Timestamp = 1_772_442_000_000;

    #[test]
    fn plain_parts_stand_as_they_are() {
        assert_eq!(of("a.b@x.de", "cart", MONDAY, None, 1), "a.b@x.de/cart/2026-03-02T09:00:00Z/1");
        assert_eq!(of("ana", "cart", MONDAY, Some("c 17"), 12), "ana/cart/2026-03-02T09:00:00Z/c 17/12");
        // Wherever a sign stands in a part it is seen.
        for at in 0..20 {
            let part: String = (0..20).map(|n| if n == at { '/' } else { 'é' }).collect();
            assert_eq!(
                of(&part, "j", MONDAY, None, 1),
                of(&part.replace('/', "\u{1}"), "j", MONDAY, None, 1).replace('\u{1}', "%2F")
            );
            let part = part.replace('/', "%").replace('é', "\u{7f}");
            assert!(of(&part, "j", MONDAY, None, 1).starts_with(&part.replace('%', "%25")));
        }
        assert_eq!(of("a/%", "j", MONDAY, Some("k/1"), 1), "a%2F%25/j/2026-03-02T09:00:00Z/k%2F1/1");
    }

    #[test]
    fn no_two_sends_have_one_id() {
        let long = "x".repeat(200);
        let hash = format!("%h{}", "0".repeat(64));
        let instant = "2026-03-02T09:00:00Z";
        let parts = [
            "a",
            "j",
            "k",
            "a/j",
            "a%2Fj",
            "a%252Fj",
            "a%",
            "%",
            "/",
            "1",
            "a/1",
            "%h",
            &hash,
            &long,
            instant,
            &format!("{long}/"),
            &format!("a/j/{instant}"),
            &format!("k/{instant}"),
            &format!("k/{instant}/1"),
            "é/é",
        ];
        let mut known: BTreeMap<String, (&str, &str, Option<&str>, u32)> = BTreeMap::new();
        let keys: Vec<Option<&str>> = parts.into_iter().map(Some).chain([None]).collect();
        for (person, journey) in parts.into_iter().flat_map(|person| parts.map(|journey| (person, journey))) {
            for (key, number) in keys.iter().flat_map(|key| [1, 9, 10, 1_000_001, u32::MAX].map(|n| (*key, n))) {
                let id = of(person, journey, MONDAY, key, number);
                assert!(id.len() <= LONGEST, "{id}");
                let send = (person, journey, key, number);
                assert_eq!(known.insert(id.clone(), send).unwrap_or(send), send, "{id}");
            }
        }
    }
}
