//! Which of the site's hooks are ours. A site lists the hooks of everybody, and those of others
//! are neither judged nor touched.

use sgh_site::rest::Hook;

use super::address;
use super::delivers::is_for;
use super::needs::Need;

/// What stands in the description of a hook that we made.
pub const MARK: &str = "sgh hooks create";

/// How ours were told from those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// They post to the address that was given.
    Address,
    /// They post to where the hooks post that `sgh hooks create` made.
    Maker,
    /// They are for something that is needed: good enough to judge them, not to touch them.
    Purpose,
}

/// Our hooks, and how they were told from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Ours {
    /// They themselves.
    pub hooks: Vec<Hook>,
    /// Why it is these.
    pub told: Told,
    /// The address that all of them post to, if it is one.
    pub url: Option<String>,
}

impl Told {
    /// Why it is these, for people.
    pub fn because(self) -> &'static str {
        match self {
            Self::Address => "they post to the given address",
            Self::Maker => "they post to where the hooks post that sgh made",
            Self::Purpose => {
                "they are for something that sgh.yaml wants; --url says which are ours"
            }
        }
    }
}

/// Our hooks: those to the given address. Without one: those to the addresses of the hooks that
/// `sgh hooks create` made; where it made none, those that are for something that is needed.
pub fn ours(hooks: &[Hook], url: Option<&str>, needs: &[Need]) -> Ours {
    let posts_to =
        |hook: &Hook, url: &str| hook.text("url").is_some_and(|known| address::is_same(known, url));
    if let Some(url) = url {
        let hooks = hooks.iter().filter(|hook| posts_to(hook, url)).cloned().collect();
        return Ours { hooks, told: Told::Address, url: Some(url.to_owned()) };
    }
    let is_made = |hook: &&Hook| hook.text("description").is_some_and(|text| text.contains(MARK));
    let made: Vec<&str> =
        hooks.iter().filter(is_made).filter_map(|hook| hook.text("url")).collect();
    let (hooks, told): (Vec<Hook>, Told) = if made.is_empty() {
        let is_wanted = |hook: &&Hook| needs.iter().any(|need| is_for(hook, &need.what));
        let wanted = hooks.iter().filter(is_wanted).cloned().collect();
        (wanted, Told::Purpose)
    } else {
        let same = |hook: &&Hook| made.iter().any(|url| posts_to(hook, url));
        let same = hooks.iter().filter(same).cloned().collect();
        (same, Told::Maker)
    };
    let mut urls = hooks.iter().filter_map(|hook| hook.text("url"));
    let first = urls.next();
    let url =
        first.filter(|first| urls.all(|other| address::is_same(first, other))).map(str::to_owned);
    Ours { told, url, hooks }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hooks::{config, hook, needs};

    fn check(hooks: &[Value], url: Option<&str>, (ids, told): (&[&str], Told), to: Option<&str>) {
        let hooks: Vec<Hook> = hooks.iter().cloned().map(hook).collect();
        let found = ours(&hooks, url, &needs(&config(&["on: Shot/create"])));
        let found_ids: Vec<&str> = found.hooks.iter().map(|hook| hook.id.as_str()).collect();
        assert_eq!((found_ids, found.told, found.url.as_deref()), (ids.to_vec(), told, to));
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
        let (b, d) = ("https://B.org", "https://d.org/");
        check(&all, Some(b), (&["2"], Told::Address), Some(b));
        check(&all, Some(d), (&[], Told::Address), Some(d));
        check(&all, None, (&["3", "4"], Told::Maker), Some("https://c.org/"));
        check(&all[..3], None, (&["3"], Told::Maker), Some("https://c.org/"));
        check(&[by_hand, other.clone()], None, (&["1"], Told::Purpose), Some(a));
        check(&[other], None, (&[], Told::Purpose), None);
    }
}
