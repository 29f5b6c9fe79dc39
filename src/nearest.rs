//! "Did you mean": the known name that is nearest to one that is not known.

/// The nearest of `known` to `word`, if it is near enough to have been meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, known).min().map(|(_, name)| name)
}

/// Those of `known` that are near enough to `word` to have been meant, each with how far it is.
pub(crate) fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (usize, &'a str)> {
    let allowed = match word.chars().count() {
        0..=1 => 0,
        2..=3 => 1,
        4..=7 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .filter(move |name| *name != word && allowed > 0)
        .map(move |name| (strsim::damerau_levenshtein(word, name), name))
        .filter(move |(distance, name)| *distance <= allowed && *distance < name.chars().count())
}
