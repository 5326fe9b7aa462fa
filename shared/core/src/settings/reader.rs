//! Reads settings one by one and remembers everything that is wrong with them, so that one start
//! tells it all.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{
    CONFIG, LEDGER, LOG, LedgerAddress, ORDERING, Problem, Problems, QUEUE, QueueAddress,
    SCRIPT_KEY, SCRIPT_NAME, SITE_URL, SecretReference, Setting, SiteOrigin, TokenSource,
    WEBHOOK_SECRETS,
};

/// Where the texts of settings come from.
pub trait Lookup: Sync {
    /// The text of a variable, `None` where it is not set.
    fn text(&self, name: &str) -> Option<String>;
}

impl Lookup for BTreeMap<String, String> {
    fn text(&self, name: &str) -> Option<String> {
        self.get(name).cloned()
    }
}

/// Within what events keep their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordering {
    /// All events of a project, so that no two roll-ups of one project race.
    Project,
    /// The events of one entity; faster, for sites whose automations touch nothing else.
    Entity,
}

/// Reads settings; every method gives `None` and remembers a problem where one is.
pub struct Reader<'a> {
    lookup: &'a dyn Lookup,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// A reader without problems yet.
    #[must_use]
    pub fn new(lookup: &'a dyn Lookup) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// Remembers a problem that was found elsewhere, e.g. while a secret was fetched.
    pub fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The value, if nothing was wrong with any setting that was read.
    ///
    /// # Errors
    /// All problems together.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problems> {
        match (Problems::of(self.problems), value) {
            (None, Some(value)) => Ok(value),
            (Some(problems), _) => Err(problems),
            (None, None) => Err(Problems::unexplained()),
        }
    }

    /// Where the webhook tokens are.
    pub fn tokens(&mut self) -> Option<TokenSource> {
        self.parsed(WEBHOOK_SECRETS, TokenSource::parse)
    }

    /// Where the queue is.
    pub fn queue(&mut self) -> Option<QueueAddress> {
        self.parsed(QUEUE, QueueAddress::parse)
    }

    /// Where the ledger is.
    pub fn ledger(&mut self) -> Option<LedgerAddress> {
        self.parsed(LEDGER, LedgerAddress::parse)
    }

    /// The site's origin.
    pub fn site_origin(&mut self) -> Option<SiteOrigin> {
        self.parsed(SITE_URL, SiteOrigin::parse)
    }

    /// The name of our script.
    pub fn script_name(&mut self) -> Option<String> {
        self.parsed(SCRIPT_NAME, |text| {
            let odd = text.chars().any(char::is_control);
            if odd { Err("holds control characters") } else { Ok(text.trim().to_owned()) }
        })
    }

    /// Where the key of our script is.
    pub fn script_key(&mut self) -> Option<SecretReference> {
        self.parsed(SCRIPT_KEY, SecretReference::parse)
    }

    /// The path of sgh.yaml.
    pub fn config(&mut self) -> Option<PathBuf> {
        self.parsed(CONFIG, |text| Ok::<_, String>(PathBuf::from(text)))
    }

    /// Within what events keep their order.
    pub fn ordering(&mut self) -> Option<Ordering> {
        self.parsed(ORDERING, |text| match text.trim() {
            "project" => Ok(Ordering::Project),
            "entity" => Ok(Ordering::Entity),
            _ => Err("is neither `project` nor `entity`"),
        })
    }

    /// What is logged. Whoever starts the log checks it.
    pub fn log(&mut self) -> Option<String> {
        self.parsed(LOG, |text| Ok::<_, String>(text.trim().to_owned()))
    }

    fn parsed<T, E: std::fmt::Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let default = Setting::named(name).and_then(|setting| setting.default);
        let given = self.lookup.text(name).filter(|text| !text.trim().is_empty());
        let Some(text) = given.or_else(|| default.map(str::to_owned)) else {
            self.note(Problem::new(name, "is not set"));
            return None;
        };
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(Problem::new(name, error.to_string()));
                None
            }
        }
    }
}
