//! What somebody may have meant by a name that is not there.

/// Letters of a beginning that is told apart from others.
const BEGINNING_MIN: usize = 5;

/// Of some names, each with what people call it, the one that was meant.
pub(super) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Option<&'a str> {
    let lower = wrong.to_lowercase();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        // The beginning of a longer name: `sg_status` for `sg_status_list`.
        let begins = wrong.len() >= BEGINNING_MIN && name.starts_with(&lower);
        if begins { 1 } else { strsim::damerau_levenshtein(&lower, &name) }
    };
    let of_both = |(name, label): (&'a str, Option<&'a str>)| {
        // A label is what people see; only the whole of it counts.
        let of_label = label.filter(|label| label.to_lowercase() == lower).map(|_| 0);
        (of_label.unwrap_or_else(|| distance(name)), name)
    };
    let (distance, name) = names.into_iter().map(of_both).min()?;
    // Codes are short: two letters off, a short one could be any.
    let most = if wrong.chars().count() <= 4 { 1 } else { 2.max(wrong.len() / 4) };
    (distance <= most).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_and_a_label_are_understood_and_a_guess_is_not() {
        let names = [("sg_status_list", Some("Status")), ("fin", None), ("ip", None)];
        let check = |wrong, expect| assert_eq!(nearest(wrong, names), expect, "{wrong}");
        check("sg_status", Some("sg_status_list"));
        check("sg", None);
        check("sg_statuslist", Some("sg_status_list"));
        check("SG_STATUS_LIST", Some("sg_status_list"));
        check("status", Some("sg_status_list"));
        check("finn", Some("fin"));
        check("nif", None);
        check("done", None);
    }
}
