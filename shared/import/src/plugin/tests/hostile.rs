//! Whatever a file says, reading it ends, and gives nothing away.

use super::*;

#[test]
fn no_key_gets_out() {
    let body = "key = 'canary-1'\nargs = {'password': 'canary-2'}\n\
                reg.registerCallback('canary-3', key, cb, {'Shotgun_Shot_New': None}, args)\n\
                reg.registerCallback('canary-4', 'canary-5', cb, f('canary-6'), 'canary-7')\n\
                reg.registerCallback(*['canary-8'])\n\
                reg.registerCallback(a, b, cb, 'canary-9')\n";
    let import = found("SECRET = 'canary-10'\n", body);
    assert_eq!(import.callbacks.len(), 3);
    assert!(!import.unread.is_empty());
    let all = format!("{import:?}{}", crate::skeleton(&import));
    assert!(!all.contains("canary"), "{all}");
}

#[test]
fn what_grows_or_goes_on_for_ever_ends() {
    let nested = format!("x = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let ifs: String = (0..60).map(|n| format!("if f({n}):\n    events['a{n}'] = None\n")).collect();
    let blocks: String = (0..1000).map(|n| format!("{}if f():\n", " ".repeat(n))).collect();
    let chain = format!("{}1\n", "x = ".repeat(5000));
    let pattern = format!("{}x{} = 1\n", "(".repeat(5000), ",)".repeat(5000));
    let sum = format!("x = 1{}\n", " + 1".repeat(5000));
    for body in [
        &chain,
        &pattern,
        &sum,
        "x = []\nfor a in 'b b b b b b b b b b b'.split():\n    for c in 'b b b b b b b'.split():\n        \
         x = [x]\n",
        "x = 'a'\nfor i in range(9):\n    x = x + x\n",
        "x = ['a']\nfor a in 'b'.split():\n    pass\n",
        "r = [1,2,3,4,5,6,7,8,9,0]\nx = 'ab'\nfor a in r:\n    for b in r:\n        for c in r:\n            \
         for d in r:\n                for e in r:\n                    x = x + x\n",
        "x = [1]\nfor a in [1,2,3,4,5,6,7,8,9]:\n    for b in [1,2,3,4,5,6,7]:\n        x = [x, x, x]\n",
        "def f(r):\n    f(r)\n    f(r)\nf(reg)\n",
        &nested,
        &format!("events = {{}}\n{ifs}"),
    ] {
        let import = found("", &format!("{body}reg.registerCallback(a, b, cb, x)"));
        assert!(import.callbacks.len() <= 1, "{}", import.callbacks.len());
    }
    let text = format!("def registerCallbacks(reg):\n{blocks}{}reg.x()\n", " ".repeat(1000));
    let import = import(&[Plugin { path: "p.py".into(), text }]);
    assert!(import.callbacks.is_empty());
    assert!(import.unread.iter().any(|one| one.what.contains("too deep")), "{import:?}");
}

#[test]
fn a_name_cannot_make_a_line() {
    let text = "def registerCallbacks(reg):\n    reg.registerCallback(a, b, cb, \
                {'X\\n- name: y\\u2028': None, 'Shotgun_Sh\\not_New': None})\n";
    let path = "p\n  - name: z.py".into();
    let import = import(&[Plugin { path, text: text.to_owned() }]);
    let yaml = crate::skeleton(&import);
    let config = sgh_core::config::Config::read(&yaml, std::path::Path::new("sgh.yaml"));
    let error = config.as_ref().map(|_| ()).map_err(ToString::to_string);
    assert!(!yaml.contains("\n  - name: z") && !yaml.contains("\n- name: y"), "{yaml}\n{error:?}");
}
