//! Lists of status codes, and reading them from sgh.yaml. Which codes a site has is not known
//! here: `sgh check` asks it.

use serde_json::Value;

use super::low::OneOrMany;

/// Status codes, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes(Vec<String>);

impl Codes {
    /// Whether a status is one of these.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.0.iter().any(|known| known == code)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> FromIterator<&'a str> for Codes {
    fn from_iter<I: IntoIterator<Item = &'a str>>(codes: I) -> Self {
        Self(codes.into_iter().map(str::to_owned).collect())
    }
}

impl<const N: usize> From<[&str; N]> for Codes {
    fn from(codes: [&str; N]) -> Self {
        Self(codes.map(str::to_owned).to_vec())
    }
}

/// E.g. `` `fin` or `apr` ``.
impl std::fmt::Display for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, code) in self.0.iter().enumerate() {
            let before = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{before}`{code}`")?;
        }
        Ok(())
    }
}

/// Reads the keys of one automation that hold codes, and gathers all that is wrong with them.
pub(super) struct Reader {
    kind: &'static str,
    pub(super) problems: Vec<String>,
}

impl Reader {
    pub(super) fn of(kind: &'static str) -> Self {
        Self { kind, problems: Vec::new() }
    }

    /// A list that may be left out.
    pub(super) fn codes(&mut self, key: &str, low: Option<&OneOrMany<Value>>) -> Codes {
        let values = low.map(|low| low.0.as_slice()).unwrap_or_default();
        Codes(values.iter().filter_map(|value| self.one(key, value)).collect())
    }

    /// A list that has to be there, and what it means.
    pub(super) fn needed(
        &mut self,
        key: &str,
        low: Option<&OneOrMany<Value>>,
        means: &str,
    ) -> Codes {
        let codes = self.codes(key, low);
        match low {
            None => self.missing(key, means),
            Some(low) if low.0.is_empty() => {
                self.problems.push(format!("`{key}` is empty: name at least one status"));
            }
            Some(_) => {}
        }
        codes
    }

    /// One code that may be left out.
    pub(super) fn code(&mut self, key: &str, low: Option<&Value>) -> Option<String> {
        self.one(key, low?)
    }

    /// A key that has to be there and is not.
    pub(super) fn missing(&mut self, key: &str, means: &str) {
        let kind = self.kind;
        self.problems.push(format!("`{kind}` needs `{key}`: {means}"));
    }

    /// Complains of each code that stands in two lists of which it can be in only one.
    pub(super) fn apart(&mut self, lists: &[(&str, &Codes)]) {
        for (index, (key, codes)) in lists.iter().enumerate() {
            for (other, others) in &lists[index + 1..] {
                let both = codes.iter().filter(|code| others.has(code));
                self.problems.extend(both.map(|code| {
                    format!("`{code}` stands in `{key}` and in `{other}`: take it out of one")
                }));
            }
        }
    }

    fn one(&mut self, key: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(code) if !code.trim().is_empty() => Some(code.clone()),
            Value::Number(code) => Some(code.to_string()),
            Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Array(_)
            | Value::Object(_) => {
                self.problems.push(format!("`{key}`: {value} is no status code, e.g. fin"));
                None
            }
        }
    }
}
