//! REST calls that go wrong on purpose, and a count of all calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Calls that are remembered one by one; the counts go on.
const CALLS_KEPT: usize = 10_000;

/// How a REST call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not done; the answer is this status.
    Status {
        /// HTTP status.
        code: u16,
        /// `Retry-After` in seconds.
        retry_after: Option<u64>,
    },
    /// It is not done, and no answer comes until the emulator stops.
    Hang,
    /// It is not done, and the answer breaks off.
    Close,
    /// It is not done; the answer is 200 and no JSON.
    Garbage,
    /// It is done, and the answer breaks off: the caller cannot know.
    DoneThenClose,
}

/// One REST call that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestCall {
    /// HTTP method.
    pub method: String,
    /// Path below `/api/v1`, e.g. `/entity/tasks/12`.
    pub path: String,
    /// Method and path with the names taken out, e.g. `PUT /entity/{type}/{id}`.
    pub kind: String,
}

#[derive(Debug)]
struct Planned {
    calls: String,
    left: u32,
    fault: Fault,
}

#[derive(Debug, Default)]
struct Inner {
    planned: Vec<Planned>,
    calls: VecDeque<RestCall>,
    counts: BTreeMap<String, u64>,
}

/// What is planned to go wrong, and what came in.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Inner>);

impl Faults {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn plan(&self, calls: &str, times: u32, fault: Fault) {
        self.inner().planned.push(Planned { calls: calls.to_owned(), left: times, fault });
    }

    pub(crate) fn heal(&self) {
        self.inner().planned.clear();
    }

    /// Counts a call and says what is to go wrong with it.
    pub(crate) fn meet(&self, method: &str, path: &str) -> Option<Fault> {
        let call = RestCall {
            method: method.to_owned(),
            path: path.to_owned(),
            kind: format!("{method} {}", without_names(path)),
        };
        let mut inner = self.inner();
        let matches = |planned: &&mut Planned| {
            let calls = planned.calls.as_str();
            let with_method = format!("{method} {path}");
            planned.left > 0
                && [path, with_method.as_str(), call.kind.as_str()]
                    .iter()
                    .any(|text| text.starts_with(calls))
        };
        let fault = inner.planned.iter_mut().find(matches).map(|planned| {
            planned.left -= 1;
            planned.fault.clone()
        });
        *inner.counts.entry(call.kind.clone()).or_default() += 1;
        if inner.calls.len() == CALLS_KEPT {
            inner.calls.pop_front();
        }
        inner.calls.push_back(call);
        fault
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.inner().counts.clone()
    }

    pub(crate) fn calls(&self) -> Vec<RestCall> {
        self.inner().calls.iter().cloned().collect()
    }

    pub(crate) fn forget_calls(&self) {
        let mut inner = self.inner();
        inner.counts.clear();
        inner.calls.clear();
    }
}

fn without_names(path: &str) -> String {
    let mut kind = String::new();
    let mut before = "";
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let shown = match before {
            _ if part.bytes().all(|byte| byte.is_ascii_digit()) => "{id}",
            _ if uuid::Uuid::try_parse(part).is_ok() => "{id}",
            "entity" | "schema" if !part.starts_with('_') => "{type}",
            "fields" => "{field}",
            _ => part,
        };
        kind.push('/');
        kind.push_str(shown);
        before = part;
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_call_has_no_names_in_it() {
        for (path, kind) in [
            ("/entity/tasks/12", "/entity/{type}/{id}"),
            ("/entity/tasks/_search", "/entity/{type}/_search"),
            ("/entity/_batch", "/entity/_batch"),
            (
                "/webhook/deliveries/6f2b7f0e-8f7b-4f0f-9a7f-2d5b7a0c8f11",
                "/webhook/deliveries/{id}",
            ),
            ("/schema/Task/fields/sg_status_list", "/schema/{type}/fields/{field}"),
        ] {
            assert_eq!(without_names(path), kind);
        }
    }

    #[test]
    fn a_fault_meets_the_calls_it_is_planned_for_and_then_is_over() {
        let faults = Faults::default();
        faults.plan("PUT /entity/{type}", 1, Fault::Hang);
        assert_eq!(faults.meet("GET", "/entity/tasks/1"), None);
        assert_eq!(faults.meet("PUT", "/entity/tasks/1"), Some(Fault::Hang));
        assert_eq!(faults.meet("PUT", "/entity/tasks/1"), None);
        assert_eq!(faults.counts()["PUT /entity/{type}/{id}"], 2);
    }
}
