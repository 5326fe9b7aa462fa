//! The name that somebody may have meant. Not here: what is done with it.

/// Of some names the one that is near enough to a wrong one.
pub(super) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let near = names.into_iter().map(|name| (strsim::damerau_levenshtein(wrong, name), name));
    let (distance, name) = near.min()?;
    (distance <= 2.max(wrong.len() / 4)).then_some(name)
}

/// ` (did you mean ...?)`, or nothing.
pub(super) fn hint<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let near = nearest(wrong, names);
    near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
}
