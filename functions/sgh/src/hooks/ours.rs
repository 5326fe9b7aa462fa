//! Which of the site's hooks are ours. A site lists the hooks of everybody, and those of others
//! are neither judged nor touched.

use std::collections::BTreeSet;

use sgh_site::rest::Hook;

use super::address;
use super::delivers::is_for;
use super::needs::Need;

/// What stands in the description of a hook that we made.
pub const MARK: &str = "sgh hooks create";

/// Our hooks, and how they were told from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Ours {
    /// They themselves.
    pub hooks: Vec<Hook>,
    /// Why it is these, for people.
    pub because: String,
    /// The address that all of them post to, if it is one.
    pub url: Option<String>,
}

/// Our hooks: those to the given address. Without one: those to the addresses of the hooks that
/// `sgh hooks create` made; where it made none, those that are for something that is needed.
pub fn ours(hooks: &[Hook], url: Option<&str>, needs: &[Need]) -> Ours {
    let posts_to =
        |hook: &Hook, url: &str| hook.text("url").is_some_and(|known| address::is_same(known, url));
    if let Some(url) = url {
        let hooks = hooks.iter().filter(|hook| posts_to(hook, url)).cloned().collect();
        let because = format!("they post to {}", address::shown(url));
        return Ours { hooks, because, url: Some(url.to_owned()) };
    }
    let is_made = |hook: &&Hook| hook.text("description").is_some_and(|text| text.contains(MARK));
    let made: Vec<&str> =
        hooks.iter().filter(is_made).filter_map(|hook| hook.text("url")).collect();
    let (hooks, because): (Vec<Hook>, &str) = if made.is_empty() {
        let is_wanted = |hook: &&Hook| needs.iter().any(|need| is_for(hook, &need.what));
        let wanted = hooks.iter().filter(is_wanted).cloned().collect();
        (wanted, "they are for something that sgh.yaml wants")
    } else {
        let same = |hook: &&Hook| made.iter().any(|url| posts_to(hook, url));
        let same = hooks.iter().filter(same).cloned().collect();
        (same, "they post to where the hooks post that sgh made")
    };
    let urls: BTreeSet<&str> = hooks.iter().filter_map(|hook| hook.text("url")).collect();
    let url = if urls.len() == 1 { urls.first().map(|url| (*url).to_owned()) } else { None };
    Ours { because: because.to_owned(), url, hooks }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hooks::{config, hook, needs};

    fn check(hooks: &[Value], url: Option<&str>, expect: &[&str], address: Option<&str>) {
        let hooks: Vec<Hook> = hooks.iter().cloned().map(hook).collect();
        let found = ours(&hooks, url, &needs(&config(&["on: Shot/create"])));
        let ids: Vec<&str> = found.hooks.iter().map(|hook| hook.id.as_str()).collect();
        assert_eq!((ids, found.url.as_deref()), (expect.to_vec(), address));
    }

    #[test]
    fn ours_are_told_by_address_then_by_who_made_them_then_by_what_they_are_for() {
        let types = json!({"Shot": {"create": []}});
        let a = "https://a.org/";
        let by_hand = json!({"id": "1", "url": a, "entity_types": types});
        let other = json!({"id": "2", "url": "https://b.org/", "event_type": "X"});
        let made = json!({
            "id": "3", "url": "https://c.org/", "description": "Made by `sgh hooks create`.",
        });
        let beside = json!({"id": "4", "url": "https://c.org", "event_type": "Y"});
        let all = [by_hand.clone(), other.clone(), made, beside];
        check(&all, Some("https://B.org"), &["2"], Some("https://B.org"));
        check(&all, Some("https://d.org/"), &[], Some("https://d.org/"));
        check(&all, None, &["3", "4"], None);
        check(&all[..3], None, &["3"], Some("https://c.org/"));
        check(&[by_hand.clone(), other.clone()], None, &["1"], Some(a));
        check(&[other], None, &[], None);
    }
}
