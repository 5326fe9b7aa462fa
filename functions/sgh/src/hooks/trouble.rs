//! What keeps a hook from delivering, by its own fields.

use sgh_core::limits::HOOK_FAILURES_MAX;
use sgh_site::rest::Hook;

/// What keeps a hook from delivering, or soon will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Some deliveries failed.
    Unstable,
    /// Too many failed: the site stopped it.
    Failed,
    /// Somebody switched it off, or its status is one that we do not know.
    Off(String),
    /// What it sends has no signature.
    Unsigned,
}

/// What is wrong with a hook, the worst first; empty if nothing is.
pub fn troubles(hook: &Hook) -> Vec<Trouble> {
    let of_status = match hook.text("status") {
        Some("active") | None => None,
        Some("unstable") => Some(Trouble::Unstable),
        Some("failed") => Some(Trouble::Failed),
        Some(status) => Some(Trouble::Off(status.to_owned())),
    };
    let unsigned = (hook.flag("is_token_set") == Some(false)).then_some(Trouble::Unsigned);
    of_status.into_iter().chain(unsigned).collect()
}

impl Trouble {
    /// What it is and what it means.
    pub fn text(&self) -> String {
        match self {
            Self::Unstable => format!(
                "its status is `unstable`: some of its deliveries failed within a day; after \
                 {HOOK_FAILURES_MAX} the site stops it"
            ),
            Self::Failed => format!(
                "its status is `failed`: {HOOK_FAILURES_MAX} deliveries failed within a day and \
                 the site stopped it; it delivers nothing until it is enabled"
            ),
            Self::Off(status) => {
                format!("its status is `{status}`; it delivers nothing until it is enabled")
            }
            Self::Unsigned => {
                "it has no secret token, so what it sends is refused as unsigned".to_owned()
            }
        }
    }

    /// What mends it.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::Unstable => "see its failed deliveries on the site's webhooks page",
            Self::Failed => "mend the cause, then `sgh hooks create --update` enables it",
            Self::Off(_) => "enable it on the site's webhooks page",
            Self::Unsigned => "`sgh hooks create --update` sets the token",
        }
    }
}
