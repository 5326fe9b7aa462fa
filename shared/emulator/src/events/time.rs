//! The three ways the site writes a moment.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `created_at` of an event: `2022-02-01 20:53:08.523887`, no zone, UTC.
pub(crate) fn spaced(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S.%6f").to_string()
}

/// `timestamp` of a single delivery, and every moment in a record: `2022-02-01T20:53:09Z`.
pub(crate) fn seconds(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `timestamp` of a batched body: `2022-02-01T20:53:09.140Z`.
pub(crate) fn milliseconds(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_own_form() {
        let at: Timestamp = "2022-02-01T20:53:08.523887Z".parse().unwrap();
        assert_eq!(spaced(at), "2022-02-01 20:53:08.523887");
        assert_eq!(seconds(at), "2022-02-01T20:53:08Z");
        assert_eq!(milliseconds(at), "2022-02-01T20:53:08.523Z");
    }
}
