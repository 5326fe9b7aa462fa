//! Addresses of hooks: one that somebody types, and one as it may be shown. Every script of a site
//! can list its hooks, so an address is no place for a secret; those of others hold some all the
//! same.

use reqwest::Url;

/// Reads the address of a receiver: https, or http on this machine.
///
/// # Errors
/// What is wrong with it.
pub fn receiver(text: &str) -> Result<String, String> {
    let url = Url::parse(text.trim()).map_err(|_| "write e.g. https://hooks.example.org/")?;
    let host = url.host_str().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme() {
        "https" => {}
        "http" if is_here => {}
        _ => return Err("it has to begin with https://, for deliveries cross the internet".into()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "it holds a login, and every script of the site can read it; take it out".into()
        );
    }
    if url.fragment().is_some() {
        return Err("it has a `#`, and what follows is never sent; take it out".into());
    }
    Ok(url.into())
}

/// Whether two addresses are one.
pub fn is_same(one: &str, other: &str) -> bool {
    let normal = |text: &str| Url::parse(text.trim()).map(String::from);
    match (normal(one), normal(other)) {
        (Ok(one), Ok(other)) => one == other,
        (_, _) => one == other,
    }
}

/// The address without what could be a key: no login, no path, no query.
pub fn shown(text: &str) -> String {
    let Ok(url) = Url::parse(text.trim()) else { return "…".to_owned() };
    let Some(host) = url.host_str() else { return format!("{}:…", url.scheme()) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let rest = if url.path() == "/" && url.query().is_none() { "" } else { "…" };
    format!("{}://{host}{port}/{rest}", url.scheme())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_is_https_or_on_this_machine_and_holds_no_login() {
        let check = |text: &str, expect: Result<&str, &str>| match (receiver(text), expect) {
            (Ok(url), Ok(expect)) => assert_eq!(url, expect, "{text}"),
            (Err(why), Err(part)) => assert!(why.contains(part), "{text}: {why}"),
            (found, _) => panic!("{text}: {found:?}"),
        };
        check(" https://Hooks.example.org", Ok("https://hooks.example.org/"));
        check("https://hooks.example.org/prod/sgh", Ok("https://hooks.example.org/prod/sgh"));
        check("http://127.0.0.1:8086", Ok("http://127.0.0.1:8086/"));
        check("http://hooks.example.org/", Err("https://"));
        check("ftp://hooks.example.org/", Err("https://"));
        check("https://a:b@hooks.example.org/", Err("a login"));
        check("https://hooks.example.org/#x", Err("`#`"));
        check("hooks.example.org", Err("write e.g."));
        check("", Err("write e.g."));
    }

    #[test]
    fn an_address_is_shown_without_what_could_be_a_key() {
        let check = |text: &str, expect: &str| assert_eq!(shown(text), expect);
        check("https://hooks.example.org/", "https://hooks.example.org/");
        check("http://127.0.0.1:8086", "http://127.0.0.1:8086/");
        check("https://u:canary@h.org/canary/x?key=canary#canary", "https://h.org/…");
        check("https://h.org/?canary", "https://h.org/…");
        check("canary", "…");
        check("mailto:canary@h.org", "mailto:…");
    }

    #[test]
    fn addresses_are_compared_as_they_are_meant() {
        assert!(is_same("https://H.org", "https://h.org:443/"));
        assert!(!is_same("https://h.org/a", "https://h.org/b"));
        assert!(!is_same("https://h.org/", "http://h.org/"));
    }
}
