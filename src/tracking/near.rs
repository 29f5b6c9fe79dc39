//! The name that is nearest to one that never comes.

/// The nearest of some names: by its letters, else by the words that both have. Nothing where none is near.
///
/// ```
/// use journey::tracking::nearest;
///
/// assert_eq!(nearest("cart_abandonned", ["order_placed", "cart_abandoned"]), Some("cart_abandoned"));
/// assert_eq!(nearest("product_added", ["order_placed", "added_to_cart"]), Some("added_to_cart"));
/// assert_eq!(nearest("video_paused", ["order_placed", "added_to_cart"]), None);
/// ```
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.into_iter().filter(|name| *name != word).map(|name| (closeness(word, name), name));
    near.filter(|(closeness, _)| *closeness > 0.0).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1))).map(|(_, n)| n)
}

/// The name that this one is a slip of: nearly all of its letters are the same.
///
/// ```
/// use journey::tracking::misspelt;
///
/// assert_eq!(misspelt("order_placd", ["order_placed", "cart_abandoned"]), Some("order_placed"));
/// assert_eq!(misspelt("order_viewed", ["order_placed"]), None);
/// ```
pub fn misspelt<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let slip = |name: &str| strsim::normalized_damerau_levenshtein(word, name) >= 0.85;
    names.into_iter().filter(|name| *name != word).find(|name| slip(name))
}

fn closeness(a: &str, b: &str) -> f64 {
    let letters = strsim::normalized_damerau_levenshtein(a, b);
    if letters >= 0.7 {
        return 1.0 + letters;
    }
    let words = |name: &str| name.split('_').map(str::to_string).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    let shared = a.iter().filter(|word| word.len() > 2 && b.contains(word)).count();
    let share = 2.0 * shared as f64 / (a.len() + b.len()) as f64;
    if share >= 0.4 { share } else { 0.0 }
}
