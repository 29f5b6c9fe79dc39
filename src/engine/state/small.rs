//! Lists that stay short.

use smol_str::SmolStr;

/// Adds to a list that stays short: room for one more, not for four.
pub(crate) fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 2);
    }
    list.push(item);
}

/// Sets or forgets one flag of a sorted list.
pub(crate) fn set_flag(flags: &mut Vec<(SmolStr, bool)>, name: &str, yes: Option<bool>) {
    let at = flags.binary_search_by(|(n, _)| n.as_str().cmp(name));
    match (at, yes) {
        (Ok(at), Some(yes)) => {
            if let Some(flag) = flags.get_mut(at) {
                flag.1 = yes;
            }
        }
        (Ok(at), None) => drop(flags.remove(at)),
        (Err(at), Some(yes)) => flags.insert(at, (SmolStr::new(name), yes)),
        (Err(_), None) => {}
    }
}
