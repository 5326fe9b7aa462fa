//! What an automation does about its own failure.

use super::nearest::hint;

/// What becomes of an automation's next events once it has failed at one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// They are worked: what failed is kept, to be run again by hand.
    #[default]
    Continue,
    /// They wait in their order, until what failed is run again and is through.
    Halt,
}

impl OnFailure {
    /// Its words in sgh.yaml.
    pub const WORDS: [&str; 2] = ["continue", "halt"];

    pub(super) fn read(text: Option<&str>) -> Result<Self, String> {
        match text {
            None | Some("continue") => Ok(Self::Continue),
            Some("halt") => Ok(Self::Halt),
            Some(other) => {
                let near = hint(other, Self::WORDS);
                Err(format!("`on_failure: {other}` is neither `continue` nor `halt`{near}"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OnFailure::{self, Continue, Halt};
    use crate::config::Config;

    fn read(key: &str) -> Result<OnFailure, String> {
        let yaml = format!("automations: [{{ name: a, on: Shot/create, do: emit{key} }}]");
        let config = Config::read(&yaml, std::path::Path::new("sgh.yaml"));
        config.map(|config| config.automations[0].on_failure).map_err(|error| error.to_string())
    }

    #[test]
    fn an_automation_goes_on_unless_it_says_otherwise() {
        assert_eq!(read(""), Ok(Continue));
        assert_eq!(read(", on_failure: continue"), Ok(Continue));
        assert_eq!(read(", on_failure: halt"), Ok(Halt));
        let why = read(", on_failure: hallt").unwrap_err();
        assert!(why.contains("did you mean `halt`?"), "{why}");
    }
}
