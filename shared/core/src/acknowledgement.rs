//! The text that people read on a delivery: the outcome, then one line per automation.

use crate::limits::ACKNOWLEDGEMENT_SIZE_MAX;
use crate::outcome::{Ending, EndingKind};

/// What stands where a text was cut.
const CUT: &str = "\n(cut here)";

/// The acknowledgement of a delivery: what each automation did, in the order of sgh.yaml, and
/// what is to be said of the delivery as a whole.
#[must_use]
pub fn text<'a>(
    endings: impl IntoIterator<Item = (&'a str, &'a Ending)>,
    remarks: &[String],
) -> String {
    let mut kinds = Vec::new();
    let mut lines = Vec::new();
    for (automation, ending) in endings {
        kinds.push(ending.kind);
        let line = format!("{automation}: {}: {}", ending.word(), ending.text);
        lines.push(one_line(&line));
    }
    let mut text = EndingKind::of_all(kinds).word().to_owned();
    for line in lines.into_iter().chain(remarks.iter().map(|remark| one_line(remark))) {
        text.push('\n');
        text.push_str(&line);
    }
    cut(text)
}

/// The acknowledgement of a delivery that no automation ran for.
#[must_use]
pub fn remark(kind: EndingKind, remark: &str) -> String {
    cut(format!("{}\n{}", kind.word(), one_line(remark)))
}

/// Cuts a text to the size of an acknowledgement, between two characters.
#[must_use]
pub fn cut(mut text: String) -> String {
    if text.len() > ACKNOWLEDGEMENT_SIZE_MAX {
        let mut end = ACKNOWLEDGEMENT_SIZE_MAX - CUT.len();
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str(CUT);
    }
    text
}

/// Names come from the site: a control character in one must not start a line of its own, nor
/// turn the direction of what follows.
fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_outcome_and_each_automation_has_a_line() {
        let done = Ending::done("12 directories made");
        let skipped = Ending::skipped("status is already fin");
        let got = text([("make-folders", &done), ("roll-up", &skipped)], &[]);
        let expect = "done\nmake-folders: done: 12 directories made\nroll-up: skipped: status is already fin";
        assert_eq!(got, expect);
        assert_eq!(
            text([("roll-up", &skipped)], &["a remark".into()]).lines().next(),
            Some("skipped")
        );
        let failed = Ending::failed("no such status");
        assert_eq!(text([("a", &done), ("b", &failed)], &[]).lines().next(), Some("failed"));
    }

    #[test]
    fn what_is_parked_counts_as_failed_and_says_that_it_waits() {
        let (done, parked) = (Ending::done("x"), Ending::parked("halted since noon"));
        let got = text([("a", &done), ("b", &parked)], &[]);
        assert_eq!(got, "failed\na: done: x\nb: parked: halted since noon");
    }

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        for extra in 0..4 {
            let long = Ending::done(format!("{}{}", "x".repeat(extra), "샷".repeat(3000)));
            let got = text([("a", &long)], &[]);
            assert!(got.len() <= ACKNOWLEDGEMENT_SIZE_MAX && got.len() > 3900, "{}", got.len());
            assert!(got.ends_with(CUT));
        }
    }

    #[test]
    fn a_name_cannot_make_a_line() {
        let forged = Ending::skipped("shot `x\nfailed: y\u{1b}[31m` is on hold");
        assert_eq!(text([("a", &forged)], &[]).lines().count(), 2);
    }
}
