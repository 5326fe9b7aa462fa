//! The daemon's configuration file: where its plugins are, and which site it asks.
//!
//! Nothing else of it is kept, so that no key and no password can get out.

use std::collections::BTreeMap;

use url::Url;

/// What is taken from the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DaemonConf {
    /// The plugin folders, in their order, as they are written.
    pub folders: Vec<String>,
    /// The site's address, without anything that could be secret; `None` where it is not written
    /// out, as `%(SG_ED_SITE_URL)s` is not.
    pub site: Option<String>,
    /// What could not be read: the line, and why.
    pub unread: Vec<(usize, String)>,
}

/// Reads a `shotgunEventDaemon.conf`.
#[must_use]
pub fn read_conf(text: &str) -> DaemonConf {
    let mut conf = DaemonConf::default();
    let values = values(text, &mut conf.unread);
    match values.get(&("plugins".to_owned(), "paths".to_owned())) {
        Some((line, paths)) => {
            for path in paths.split(',').map(str::trim).filter(|path| !path.is_empty()) {
                if path.contains("%(") {
                    let what =
                        "a folder of `paths` is named by a variable of the machine".to_owned();
                    conf.unread.push((*line, what));
                } else {
                    conf.folders.push(path.replace("%%", "%"));
                }
            }
        }
        None => conf.unread.push((0, "it has no `paths` in `[plugins]`".to_owned())),
    }
    let server = values.get(&("shotgun".to_owned(), "server".to_owned()));
    conf.site = server.and_then(|(_, text)| origin(text));
    conf
}

/// The origin of an address: a name and a password that stand in it are left out.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https");
    is_web.then(|| url.origin().ascii_serialization())
}

/// Line and value by section and key, keys in lower case, as Python's `configparser` has it.
fn values(
    text: &str,
    unread: &mut Vec<(usize, String)>,
) -> BTreeMap<(String, String), (usize, String)> {
    let mut values: BTreeMap<(String, String), (usize, String)> = BTreeMap::new();
    let mut section = String::new();
    let mut last: Option<(String, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches('\u{feff}');
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        // A value goes on where its line is indented.
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = last.as_ref().and_then(|key| values.get_mut(key))
        {
            value.push('\n');
            value.push_str(bare);
        } else if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            last = None;
        } else if let Some((key, value)) = bare.split_once(['=', ':']) {
            let key = (section.clone(), key.trim().to_lowercase());
            values.insert(key.clone(), (index + 1, value.trim().to_owned()));
            last = Some(key);
        } else {
            unread.push((index + 1, "a line that is neither a section nor a setting".to_owned()));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, folders: &[&str], site: Option<&str>, unread: &[(usize, &str)]) {
        let conf = read_conf(text);
        assert_eq!(conf.folders, folders, "{text}");
        assert_eq!(conf.site.as_deref(), site, "{text}");
        let found: Vec<_> = conf.unread.iter().map(|(at, what)| (*at, what.as_str())).collect();
        assert_eq!(found.len(), unread.len(), "{found:?}");
        for (found, expect) in found.iter().zip(unread) {
            assert!(found.0 == expect.0 && found.1.contains(expect.1), "{found:?} {expect:?}");
        }
    }

    #[test]
    fn folders_and_site_are_read_whichever_way_they_are_written() {
        check(
            "[shotgun]\nserver: https://studio.example\n[plugins]\npaths: /a, /b ,,\n",
            &["/a", "/b"],
            Some("https://studio.example"),
            &[],
        );
        check(
            "\u{feff}# c\r\n; d\r\n[plugins]\r\nPaths = /a,\r\n  /b\r\n\r\n[shotgun]\r\nserver=no url",
            &["/a", "/b"],
            None,
            &[],
        );
        check("[plugins]\npaths: %(HOME)s/p, /100%%\n", &["/100%"], None, &[(2, "variable")]);
        check("[daemon]\npaths: /a\n", &[], None, &[(0, "`paths` in `[plugins]`")]);
        check("what\n[plugins]\npaths:\n", &[], None, &[(1, "neither")]);
    }

    #[test]
    fn no_key_and_no_password_is_kept() {
        let text = "[shotgun]\nserver: https://me:canary-1@studio.example/?k=canary-2\n\
                    name: canary-3\nkey: canary-4\n[emails]\npassword: canary-5\ncanary-6\n\
                    [plugins]\npaths: /a\n";
        let conf = read_conf(text);
        assert_eq!(conf.site.as_deref(), Some("https://studio.example"));
        assert_eq!(conf.unread.len(), 1);
        assert!(!format!("{conf:?}").contains("canary"), "{conf:?}");
    }
}
