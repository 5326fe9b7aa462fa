//! The answers there are. A sender learns a status and at most two words.

/// What a request is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The queue has it.
    Kept,
    /// We are there.
    Healthy,
    /// The signature does not fit.
    BadSignature,
    /// Unsigned, and not JSON.
    NotJson,
    /// Only POST brings deliveries.
    NotPost,
    /// Over the size a body may have.
    TooLarge,
    /// A content encoding we do not undo: a small body could become a large one.
    Encoded,
    /// The queue did not take it in time.
    QueueUnavailable,
}

impl Answer {
    /// The HTTP status. Never a 3xx: what the site does with one is not known.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Kept | Self::Healthy => 200,
            Self::NotJson => 400,
            Self::BadSignature => 401,
            Self::NotPost => 405,
            Self::TooLarge => 413,
            Self::Encoded => 415,
            Self::QueueUnavailable => 503,
        }
    }

    /// The body. The site shows its first 100 characters to users.
    #[must_use]
    pub fn body(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Healthy => "ok",
            Self::BadSignature => "signature",
            Self::NotJson => "not json",
            Self::QueueUnavailable => "queue",
            Self::NotPost | Self::TooLarge | Self::Encoded => "",
        }
    }
}
