//! What each program needs. Secrets are a type parameter: first references, as the environment
//! has them, later what they refer to.

use std::path::PathBuf;

use super::{
    LedgerAddress, Lookup, Ordering, Problems, QueueAddress, Reader, SecretReference, SiteOrigin,
    TokenSource,
};

/// The settings of the HTTP door.
#[derive(Debug, Clone)]
pub struct ReceiverSettings<T = TokenSource> {
    /// What a delivery may be signed with.
    pub tokens: T,
    /// Where deliveries are kept.
    pub queue: QueueAddress,
    /// Within what events keep their order.
    pub ordering: Ordering,
    /// What is logged.
    pub log: String,
}

/// How to reach the site.
#[derive(Debug, Clone)]
pub struct SiteSettings<K = SecretReference> {
    /// The one origin that is ever called.
    pub origin: SiteOrigin,
    /// The name of our script.
    pub script_name: String,
    /// Its key.
    pub script_key: K,
}

/// The settings of the worker.
#[derive(Debug, Clone)]
pub struct WorkerSettings<K = SecretReference> {
    /// Where deliveries come from.
    pub queue: QueueAddress,
    /// Where it stands what was done.
    pub ledger: LedgerAddress,
    /// How to reach the site.
    pub site: SiteSettings<K>,
    /// The path of sgh.yaml.
    pub config: PathBuf,
    /// What is logged.
    pub log: String,
}

/// The settings of `sgh folders`: what the worker needs, without a queue.
#[derive(Debug, Clone)]
pub struct DirectorySettings<K = SecretReference> {
    /// Where it stands whose a directory is.
    pub ledger: LedgerAddress,
    /// How to reach the site.
    pub site: SiteSettings<K>,
    /// The path of sgh.yaml.
    pub config: PathBuf,
}

/// The settings of the sweeper: the worker's, and how it groups what it queues.
#[derive(Debug, Clone)]
pub struct SweeperSettings<K = SecretReference> {
    /// The same as the worker's.
    pub worker: WorkerSettings<K>,
    /// Within what events keep their order.
    pub ordering: Ordering,
}

/// The settings of `sgh serve`: all of them.
#[derive(Debug, Clone)]
pub struct ServeSettings<T = TokenSource, K = SecretReference> {
    /// What a delivery may be signed with.
    pub tokens: T,
    /// The same as the worker's.
    pub worker: WorkerSettings<K>,
    /// Within what events keep their order.
    pub ordering: Ordering,
}

impl<T> ReceiverSettings<T> {
    /// Reads all but the tokens, which are handed in.
    pub fn read(reader: &mut Reader<'_>, tokens: Option<T>) -> Option<Self> {
        let (queue, ordering, log) = (reader.queue(), reader.ordering(), reader.log());
        Some(Self { tokens: tokens?, queue: queue?, ordering: ordering?, log: log? })
    }
}

impl<K> SiteSettings<K> {
    /// Reads all but the key, which is handed in.
    pub fn read(reader: &mut Reader<'_>, script_key: Option<K>) -> Option<Self> {
        let (origin, script_name) = (reader.site_origin(), reader.script_name());
        Some(Self { origin: origin?, script_name: script_name?, script_key: script_key? })
    }
}

impl<K> WorkerSettings<K> {
    /// Reads all but the key, which is handed in.
    pub fn read(reader: &mut Reader<'_>, script_key: Option<K>) -> Option<Self> {
        let (queue, ledger) = (reader.queue(), reader.ledger());
        let site = SiteSettings::read(reader, script_key);
        let (config, log) = (reader.config(), reader.log());
        Some(Self { queue: queue?, ledger: ledger?, site: site?, config: config?, log: log? })
    }
}

impl<K> DirectorySettings<K> {
    /// Reads all but the key, which is handed in.
    pub fn read(reader: &mut Reader<'_>, script_key: Option<K>) -> Option<Self> {
        let ledger = reader.ledger();
        let (site, config) = (SiteSettings::read(reader, script_key), reader.config());
        Some(Self { ledger: ledger?, site: site?, config: config? })
    }
}

impl<K> SweeperSettings<K> {
    /// Reads all but the key, which is handed in.
    pub fn read(reader: &mut Reader<'_>, script_key: Option<K>) -> Option<Self> {
        let (worker, ordering) = (WorkerSettings::read(reader, script_key), reader.ordering());
        Some(Self { worker: worker?, ordering: ordering? })
    }
}

impl<T, K> ServeSettings<T, K> {
    /// Reads all but tokens and key, which are handed in.
    pub fn read(reader: &mut Reader<'_>, tokens: Option<T>, script_key: Option<K>) -> Option<Self> {
        let (worker, ordering) = (WorkerSettings::read(reader, script_key), reader.ordering());
        Some(Self { tokens: tokens?, worker: worker?, ordering: ordering? })
    }
}

impl ReceiverSettings {
    /// Reads everything; the tokens stay a reference.
    ///
    /// # Errors
    /// All problems together.
    pub fn parse(lookup: &dyn Lookup) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let tokens = reader.tokens();
        let settings = Self::read(&mut reader, tokens);
        reader.finish(settings)
    }
}

impl WorkerSettings {
    /// Reads everything; the key stays a reference.
    ///
    /// # Errors
    /// All problems together.
    pub fn parse(lookup: &dyn Lookup) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let script_key = reader.script_key();
        let settings = Self::read(&mut reader, script_key);
        reader.finish(settings)
    }
}

impl ServeSettings {
    /// Reads everything; tokens and key stay references.
    ///
    /// # Errors
    /// All problems together.
    pub fn parse(lookup: &dyn Lookup) -> Result<Self, Problems> {
        let mut reader = Reader::new(lookup);
        let (tokens, script_key) = (reader.tokens(), reader.script_key());
        let settings = Self::read(&mut reader, tokens, script_key);
        reader.finish(settings)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::SETTINGS;
    use super::*;

    fn examples() -> BTreeMap<String, String> {
        SETTINGS.iter().map(|known| (known.name.into(), known.example.into())).collect()
    }

    fn names(problems: &Problems) -> Vec<&'static str> {
        problems.all().iter().map(|problem| problem.setting).collect()
    }

    #[test]
    fn the_examples_of_the_list_are_valid() {
        let settings = ServeSettings::parse(&examples()).expect("valid");
        assert_eq!(settings.worker.site.origin.host(), "studio.shotgrid.autodesk.com");
        assert_eq!(settings.ordering, Ordering::Project);
        assert!(matches!(settings.worker.queue, QueueAddress::Sqs(_)));
    }

    #[test]
    fn all_problems_are_told_at_once_in_the_order_of_the_list() {
        let mut lookup = examples();
        for name in ["SGH_CONFIG", "SGH_SCRIPT_KEY"] {
            lookup.remove(name);
        }
        lookup.insert("SGH_QUEUE".into(), "rabbit".into());
        lookup.insert("SGH_LEDGER".into(), " ".into());
        lookup.insert("SGH_ORDERING".into(), "random".into());
        let problems = ServeSettings::parse(&lookup).expect_err("problems");
        let expect = ["SGH_QUEUE", "SGH_LEDGER", "SGH_SCRIPT_KEY", "SGH_CONFIG", "SGH_ORDERING"];
        assert_eq!(names(&problems), expect);
        let text = problems.to_string();
        assert!(text.contains("SGH_LEDGER is not set; set it to dynamodb:<table>"), "{text}");
        assert_eq!(text.lines().count(), 6);
        assert!(problems.all().iter().all(|problem| !problem.fix.is_empty()));
    }

    #[test]
    fn a_program_reads_only_what_it_uses() {
        for (program, problems) in [
            ("receiver", ReceiverSettings::parse(&BTreeMap::new()).expect_err("empty")),
            ("worker", WorkerSettings::parse(&BTreeMap::new()).expect_err("empty")),
            ("sgh", ServeSettings::parse(&BTreeMap::new()).expect_err("empty")),
        ] {
            let used = |known: &&super::super::Setting| {
                known.default.is_none() && known.used_by.iter().any(|user| user.name() == program)
            };
            let expect: Vec<_> = SETTINGS.iter().filter(used).map(|known| known.name).collect();
            assert_eq!(names(&problems), expect, "{program}");
        }
    }

    #[test]
    fn what_has_a_default_may_be_missing_or_empty() {
        let mut lookup = examples();
        lookup.remove("SGH_ORDERING");
        lookup.insert("SGH_LOG".into(), String::new());
        let settings = ReceiverSettings::parse(&lookup).expect("valid");
        assert_eq!((settings.ordering, settings.log.as_str()), (Ordering::Project, "info"));
        lookup.insert("SGH_ORDERING".into(), "entity".into());
        let settings = ReceiverSettings::parse(&lookup).expect("valid");
        assert_eq!(settings.ordering, Ordering::Entity);
    }

    #[test]
    fn a_literal_secret_is_refused_without_being_shown() {
        let mut lookup = examples();
        lookup.insert("SGH_WEBHOOK_SECRETS".into(), "canary-token".into());
        lookup.insert("SGH_SCRIPT_KEY".into(), "canary:key".into());
        lookup.insert("SGH_SITE_URL".into(), "https://me:canary@studio.example".into());
        let problems = ServeSettings::parse(&lookup).expect_err("literal");
        assert_eq!(names(&problems), ["SGH_WEBHOOK_SECRETS", "SGH_SITE_URL", "SGH_SCRIPT_KEY"]);
        let text = format!("{problems} {problems:?}");
        assert!(!text.contains("canary") && text.contains("file:PATH"), "{text}");
    }
}
