//! What one try comes to, and whether the site took it.
//!
//! Where a second try does harm, one is only made if the site surely did not take the first:
//! - there was no connection, so nothing was sent;
//! - 401: who asks is looked at before what is asked, and the token was refused;
//! - 429: it was refused for coming too often, which is what that status means;
//! - 503 with `Retry-After`: who says when to come again has turned the request away on purpose.
//!
//! Nothing else is sure. A time-out and a connection that broke say nothing, for the site goes on
//! when the client has given up; a 500, 502, 504, or a 503 without `Retry-After` may be a proxy
//! that lost the answer; a 408 may come from one that lost the rest of the request, or of the
//! work; and a 2xx that cannot be read was most likely done.

use std::error::Error as _;
use std::time::Duration;

use reqwest::StatusCode;

use super::{Verb, refusal};
use crate::SiteError;

/// Put behind a reason where a create may have been done although there is no good answer.
pub(super) const PERHAPS_DONE: &str = "it may have been done all the same";

/// Fault of an answer that cannot be read.
pub(super) const UNREADABLE: &str = "unreadable";

/// There is no answer to work with.
pub(super) enum Unanswered {
    /// 401: the token, if there was one, does not count any more.
    Unauthorised { reason: String },
    /// Anything else.
    Failed(SiteError),
}

impl From<Unanswered> for SiteError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Unauthorised { reason } => Self::Login { reason },
            Unanswered::Failed(error) => error,
        }
    }
}

/// Whether the site did what it was asked, where it does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    No,
    Perhaps,
}

/// How one try ended.
pub(super) enum Try {
    Answered(Vec<u8>),
    /// Another try may help.
    Passing(Passing),
    Over(Unanswered),
}

impl Try {
    /// One word for the figure of errors; `None` where there is an answer. A token that is refused
    /// is renewed and is no refused login, at which an alarm rings.
    pub(super) fn fault(&self, verb: Verb) -> Option<&'static str> {
        let refused = |otherwise| if verb == Verb::Token { "login" } else { otherwise };
        match self {
            Self::Answered(_) => None,
            Self::Passing(passing) => Some(passing.fault),
            Self::Over(Unanswered::Unauthorised { .. }) => Some(refused("token")),
            Self::Over(Unanswered::Failed(error)) => Some(match error {
                SiteError::Unavailable { .. } => "unavailable",
                SiteError::Login { .. } => "login",
                SiteError::NotFound { .. } => "not-found",
                SiteError::Refused { .. } => refused("refused"),
            }),
        }
    }
}

pub(super) struct Passing {
    /// One word for the figure of errors.
    pub(super) fault: &'static str,
    pub(super) reason: String,
    pub(super) after: Option<Duration>,
    pub(super) taken: Taken,
}

impl Passing {
    /// What was sent, and nobody knows how far it came.
    pub(super) fn unknown(fault: &'static str, reason: String) -> Self {
        Self { fault, reason, after: None, taken: Taken::Perhaps }
    }

    /// reqwest gave no answer at all.
    pub(super) fn no_answer(error: &reqwest::Error) -> Self {
        let taken = if error.is_connect() { Taken::No } else { Taken::Perhaps };
        Self { taken, ..Self::unknown("no-answer", no_answer(error)) }
    }
}

/// The one table of what an answer that is not 2xx means.
pub(super) fn refused(status: StatusCode, reason: String, after: Option<Duration>) -> Try {
    let code = status.as_u16();
    match code {
        401 => Try::Over(Unanswered::Unauthorised { reason }),
        404 => Try::Over(Unanswered::Failed(SiteError::NotFound { reason })),
        408 | 429 | 500.. => {
            let turned_away = code == 429 || (code == 503 && after.is_some());
            let taken = if turned_away { Taken::No } else { Taken::Perhaps };
            let fault = if code == 429 { "throttled" } else { "unavailable" };
            let reason = format!("HTTP {code}: {reason}");
            Try::Passing(Passing { fault, reason, after, taken })
        }
        400..=499 => Try::Over(Unanswered::Failed(SiteError::Refused { status: code, reason })),
        // 1xx and 3xx: the token stays here.
        _ => {
            let reason = format!("HTTP {code}: redirects are not followed; check SGH_SITE_URL");
            Try::Over(Unanswered::Failed(SiteError::Unavailable { reason, after: None }))
        }
    }
}

/// What lies beneath; reqwest's own words would only add the URL.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.dedup();
    refusal::clean(&causes.join(": "))
}

fn no_answer(error: &reqwest::Error) -> String {
    let what = match (error.is_connect(), error.is_timeout()) {
        (true, true) => "no connection in time",
        (true, false) => "no connection",
        (false, true) => "no answer in time",
        (false, false) => "no whole answer",
    };
    format!("{what} ({})", causes(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_word_and_an_answer_has_none() {
        let check = |verb, code: u16, expect| {
            let status = StatusCode::from_u16(code).expect("a status");
            assert_eq!(refused(status, String::new(), None).fault(verb), Some(expect), "{code}");
        };
        check(Verb::Search, 401, "token");
        check(Verb::Token, 401, "login");
        check(Verb::Token, 400, "login");
        check(Verb::Token, 503, "unavailable");
        check(Verb::Search, 404, "not-found");
        check(Verb::Search, 400, "refused");
        check(Verb::Search, 403, "refused");
        check(Verb::Search, 429, "throttled");
        check(Verb::Search, 503, "unavailable");
        check(Verb::Search, 302, "unavailable");
        assert_eq!(Try::Answered(Vec::new()).fault(Verb::Search), None);
        let passing = Passing::unknown(UNREADABLE, String::new());
        assert_eq!(Try::Passing(passing).fault(Verb::Search), Some("unreadable"));
    }

    #[test]
    fn only_what_was_turned_away_was_surely_not_taken() {
        let soon = Some(Duration::from_secs(1));
        let check = |code: u16, after, expect: Taken| {
            let status = StatusCode::from_u16(code).expect("a status");
            let Try::Passing(passing) = refused(status, String::new(), after) else {
                panic!("{code} is final");
            };
            assert_eq!((passing.taken, passing.after), (expect, after), "{code}");
        };
        check(429, None, Taken::No);
        check(429, soon, Taken::No);
        check(503, soon, Taken::No);
        check(503, None, Taken::Perhaps);
        for code in [408, 500, 502, 504, 599] {
            check(code, None, Taken::Perhaps);
            check(code, soon, Taken::Perhaps);
        }
    }
}
