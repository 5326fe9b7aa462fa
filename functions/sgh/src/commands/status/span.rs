//! Lengths of time as people say them.

use jiff::SignedDuration;

/// E.g. `40 seconds`, `4 minutes`, `3 hours`, `2 days`; nothing is shorter than now.
pub fn words(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => (seconds / 60, "minute"),
        7200..=172_799 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_said_in_the_unit_that_fits() {
        let check = |seconds, expect: &str| {
            assert_eq!(words(SignedDuration::from_secs(seconds)), expect);
        };
        check(-5, "0 seconds");
        check(1, "1 second");
        check(119, "119 seconds");
        check(120, "2 minutes");
        check(7199, "119 minutes");
        check(7200, "2 hours");
        check(172_800, "2 days");
    }
}
