//! A moment as somebody types it: so long ago, or a date.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A moment, or how long ago it was.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// This one.
    At(Timestamp),
    /// So long before the present.
    Ago(Span),
}

impl Moment {
    /// Reads `7d`, `12h`, `1w 2d`, `2026-03-01`, `2026-03-01T09:00`, `2026-03-01T09:00:00+01:00`.
    /// Without a zone it is UTC.
    ///
    /// # Errors
    /// It is none of these.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        if let Ok(civil) = text.parse::<DateTime>() {
            let at = TimeZone::UTC.to_timestamp(civil);
            return at.map(Self::At).map_err(|error| error.to_string());
        }
        match text.parse::<Span>() {
            Ok(span) if span.is_positive() => Ok(Self::Ago(span)),
            Ok(_) | Err(_) => Err("write e.g. 7d, 12h, 2026-03-01 or 2026-03-01T09:00:00Z".into()),
        }
    }

    /// The moment itself, if this is the present. A day has 24 hours.
    ///
    /// # Errors
    /// It is before all times.
    pub fn before(self, now: Timestamp) -> anyhow::Result<Timestamp> {
        match self {
            Self::At(at) => Ok(at),
            Self::Ago(span) => Ok(now.to_zoned(TimeZone::UTC).checked_sub(span)?.timestamp()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let now = "2026-03-08T12:00:00Z".parse().unwrap();
        let moment = Moment::parse(text).unwrap().before(now).unwrap();
        assert_eq!(moment.to_string(), expect, "{text}");
    }

    #[test]
    fn a_moment_is_read_in_every_form() {
        check("7d", "2026-03-01T12:00:00Z");
        check("12h", "2026-03-08T00:00:00Z");
        check("1w 2d", "2026-02-27T12:00:00Z");
        check("90min", "2026-03-08T10:30:00Z");
        check("2026-03-01", "2026-03-01T00:00:00Z");
        check("2026-03-01T09:00", "2026-03-01T09:00:00Z");
        check("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z");
        check("2026-03-01T09:00:00+01:00", "2026-03-01T08:00:00Z");
        for wrong in ["", "yesterday", "7", "-7d", "0d", "2026-13-01"] {
            let why = Moment::parse(wrong).expect_err(wrong);
            assert!(why.contains("write e.g. 7d"), "{wrong}: {why}");
        }
        assert!(Moment::parse("9000 years").unwrap().before(Timestamp::MIN).is_err());
    }
}
