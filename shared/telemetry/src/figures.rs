//! All figures there are. An alarm, the dashboard and the README name these and no others.
//!
//! Not here: where they go (`emit`), and when they are recorded, which their callers know.

use crate::figure::{About, Figure, Kind};

macro_rules! figures {
    ($($(#[doc = $meaning:literal])+
       $ident:ident: $kind:ident $name:literal by [$($dimension:literal),*] = $n:literal;)*) => {
        $($(#[doc = $meaning])+
        pub static $ident: Figure<$n> =
            Figure::new($name, Kind::$kind, &[$($dimension),*], concat!($($meaning),+));)*
        /// Every figure, in the order in which people read them.
        pub static ALL: &[&About] = &[$(&$ident.0),*];
    };
}

figures! {
    /// requests at the door, health checks aside
    RECEIVED: Count "received" by [] = 0;
    /// deliveries that the queue has
    KEPT: Count "kept" by [] = 0;
    /// from a whole request until the queue has all of it
    KEPT_TIME: Times "kept_ms" by [] = 0;
    /// answers of 4xx and 5xx; the site kills a hook at 100 a day
    REFUSED: Count "refused" by ["reason"] = 1;
    /// from the event on the site until its work begins; replays aside
    LAG_AT_BEGIN: Times "lag_begin_s" by [] = 0;
    /// from the event on the site until its automations have ended; replays aside
    LAG_AT_END: Times "lag_end_s" by [] = 0;
    /// how automations ended
    OUTCOME: Count "outcome" by ["automation", "ending"] = 2;
    /// messages that come back later
    RETRY: Count "retry" by [] = 0;
    /// messages that are given up and go to the dead letters
    DEAD_LETTER: Count "dead_letter" by [] = 0;
    /// messages that nobody can read
    UNREADABLE: Count "unreadable" by [] = 0;
    /// events that wait because their automation is halted
    PARKED: Count "parked" by ["automation"] = 1;
    /// failures at which an automation halted, or stays halted
    HALTED: Count "halted" by ["automation"] = 1;
    /// acknowledgements that the site did not take
    ACKNOWLEDGEMENT_FAILED: Count "acknowledgement_failed" by [] = 0;
    /// events that were never acknowledged
    ACKNOWLEDGEMENT_GIVEN_UP: Count "acknowledgement_given_up" by [] = 0;
    /// the site says that a hook is unstable or failed
    HOOK_STATUS_CHANGE: Count "hook_status_change" by ["status"] = 1;
    /// sweeps of the event log that came to their end
    SWEEP_DONE: Count "sweep_done" by [] = 0;
    /// sweeps that came to nothing
    SWEEP_FAILED: Count "sweep_failed" by [] = 0;
    /// events that were not delivered, and that the sweep queued
    SWEEP_FOUND: Count "sweep_found" by [] = 0;
    /// ids of the event log that did not appear in time
    SWEEP_WRITTEN_OFF: Count "sweep_written_off" by [] = 0;
    /// how far the sweep is behind the present
    SWEEP_BEHIND: Level "sweep_behind_s" by [] = 0;
    /// one request to the site; how many there were is how often it was recorded
    SITE_REQUEST: Times "site_request_ms" by ["call"] = 1;
    /// requests that the site did not do
    SITE_ERROR: Count "site_error" by ["reason"] = 1;
    /// messages in the queue that are not out; at `/metrics` only
    QUEUE_WAITING: Level "queue_waiting" by [] = 0;
    /// messages that are being worked, or were when a worker died; at `/metrics` only
    QUEUE_OUT: Level "queue_out" by [] = 0;
    /// age of the oldest message that is not finished; at `/metrics` only
    QUEUE_OLDEST: Level "queue_oldest_s" by [] = 0;
    /// dead letters that there are; at `/metrics` only
    QUEUE_DEAD_LETTERS: Level "queue_dead_letters" by [] = 0;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Unit;

    #[test]
    fn names_are_words_of_which_there_is_one_each() {
        let names: BTreeSet<_> = ALL.iter().map(|about| about.name).collect();
        assert_eq!(names.len(), ALL.len());
        let is_word = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        for about in ALL {
            assert!(is_word(about.name) && about.name.starts_with(|c| c != '_'), "{about:?}");
            assert!(about.dimensions.iter().all(|name| is_word(name) && !name.is_empty()));
            assert!(about.dimensions.len() <= 2, "{about:?}");
        }
    }

    #[test]
    fn a_time_says_what_it_is_counted_in_and_a_count_is_of_pieces() {
        for about in ALL {
            match about.kind {
                Kind::Count => assert_eq!(about.unit(), Unit::Count, "{about:?}"),
                Kind::Times => assert_ne!(about.unit(), Unit::Count, "{about:?}"),
                Kind::Level => {}
            }
        }
    }

    #[test]
    fn the_readme_has_all_of_them_and_no_others() {
        let row = |about: &&About| {
            let ticked: Vec<_> = about.dimensions.iter().map(|name| format!("`{name}`")).collect();
            let (unit, meaning) = (about.unit().word().to_lowercase(), about.meaning.trim());
            format!("| `{}` | {} | {unit} | {meaning} |", about.name, ticked.join(", "))
        };
        let expect: Vec<String> = ALL.iter().map(row).collect();
        let readme = include_str!("../README.md");
        let table = readme.split("## Figures").nth(1).expect("a table of figures");
        let table = table.split("\n## ").next().unwrap_or_default();
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(rows, expect);
    }
}
