//! `defer_creation`: folders that wait until an engine asks for them.

use super::yaml::Value;

/// When a folder is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Defer {
    /// Always: the key is absent, null or false.
    Never,
    /// With any engine, be its name empty.
    AnyEngine,
    /// With one of these engines. Empty for values that are no name: such a folder never comes.
    Engines(Vec<String>),
}

/// The engines of a request, or that it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Engines(Option<Vec<String>>);

impl Engines {
    /// Reads the engine argument: names with commas between.
    pub(crate) fn read(engine: Option<&str>) -> Self {
        Self(engine.map(|names| names.split(',').map(|name| name.trim().to_owned()).collect()))
    }

    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl Defer {
    pub(super) fn read(value: Option<&Value>) -> Self {
        match value {
            None | Some(Value::Null | Value::Bool(false)) => Self::Never,
            Some(Value::Bool(true)) => Self::AnyEngine,
            Some(Value::Text(name)) => Self::Engines(vec![name.clone()]),
            Some(Value::List(items)) => {
                let names = items.iter().filter_map(|item| item.value.as_text());
                Self::Engines(names.map(str::to_owned).collect())
            }
            Some(Value::Integer(_) | Value::Float(_) | Value::Map(_)) => Self::Engines(Vec::new()),
        }
    }

    /// Whether the folder is made for these engines.
    pub(crate) fn takes(&self, engines: &Engines) -> bool {
        match self {
            Self::Never => true,
            Self::AnyEngine => engines.is_some(),
            Self::Engines(names) => {
                engines.0.as_ref().is_some_and(|asked| names.iter().any(|n| asked.contains(n)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    #[test]
    fn engines_bring_the_folders_that_name_them() {
        for (yaml, engine, expect) in [
            ("~", None, true),
            ("false", None, true),
            ("off", Some("x"), true),
            ("true", None, false),
            ("true", Some(""), true),
            ("yes", Some("tk-maya"), true),
            ("tk-maya", Some("tk-maya"), true),
            ("tk-maya", Some("TK-MAYA"), false),
            ("tk-maya", Some("tk-nuke , tk-maya"), true),
            ("[tk-maya, tk-nuke]", Some("tk-nuke"), true),
            ("\"tk-maya, tk-nuke\"", Some("tk-maya, tk-nuke"), false),
            ("\"\"", Some(""), true),
            ("\"\"", Some("tk-maya"), false),
            ("\"true\"", Some("true"), true),
            ("1", Some("1"), false),
            ("0", None, false),
            ("[]", Some("x"), false),
        ] {
            let defer = Defer::read(Some(&yaml::read(yaml).expect("reads").value));
            assert_eq!(defer.takes(&Engines::read(engine)), expect, "{yaml} with {engine:?}");
        }
        assert!(Defer::read(None).takes(&Engines::read(None)));
    }
}
