//! What happens between the look and the write: here the disk changes in that moment.

use std::collections::BTreeMap;
use std::fs;

use serde_json::json;
use sgh_core::ids::EntityRef;
use sgh_site::Record;
use sgh_site::facts::{Facts, Need};

use super::*;
use crate::plan::{Request, plan};
use crate::schema::Schema;

struct World {
    _folder: tempfile::TempDir,
    root: std::path::PathBuf,
    roots: Roots,
    plan: Plan,
}

/// A plan of `film/a`, `film/b`, `film/c`.
#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, schema) = (folder.path().join("root"), folder.path().join("schema"));
    fs::create_dir(&root).expect("a root");
    for name in ["a", "b", "c"] {
        fs::create_dir_all(schema.join("project").join(name)).expect("a folder");
    }
    let roots = Roots::new(BTreeMap::from([("primary".to_owned(), root.clone())]));
    let schema = Schema::read(&schema).expect("a schema");
    let request = Request { kind: "Project".to_owned(), ids: vec![1], ..Request::default() };
    let mut facts = Facts::default();
    let Need::Reads(reads) = plan(&schema, &roots, &request, &facts) else { panic!("no reads") };
    for read in reads {
        let fields = BTreeMap::from([("tank_name".to_owned(), json!("film"))]);
        facts.learn(read, vec![Record { entity: EntityRef::new("Project", 1), fields }]);
    }
    let Need::Ready(Ok(plan)) = plan(&schema, &roots, &request, &facts) else { panic!("no plan") };
    World { _folder: folder, root, roots, plan }
}

/// Looks, lets `meanwhile` happen, writes.
fn write_after(world: &World, meanwhile: impl Fn()) -> Result<Made, MakeError> {
    let roots = root::open(&world.plan, &world.roots).expect("a root");
    let seen = look::look(&world.plan, &roots).expect("looks");
    meanwhile();
    write::write(&world.plan, &roots, &Modes::default(), &seen)
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn what_stops_in_the_middle_says_what_is_missing_and_a_second_run_completes_it() {
    let world = world();
    let film = world.root.join("film");
    fs::create_dir(&film).expect("a folder");
    let in_the_way = || fs::write(film.join("b"), "x").expect("a file");
    let error = write_after(&world, in_the_way).expect_err("stopped");
    let MakeError::Stopped { made, missing, first_missing, cause } = &error else {
        panic!("{error}");
    };
    assert_eq!((made.made, made.paths.as_slice()), (1, &["primary: film/a".to_owned()][..]));
    assert_eq!((*missing, first_missing[0].as_str()), (2, "primary: film/b"));
    assert!(matches!(**cause, MakeError::InTheWay { .. }), "{cause}");
    assert_eq!(error.kind(), "os.ENOTDIR");
    fs::remove_file(film.join("b")).expect("gone");
    let made = make(&world.plan, &world.roots, &Modes::default()).expect("made");
    assert_eq!((made.made, made.existed), (2, 2));
    assert!(film.join("b").is_dir() && film.join("c").is_dir());
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn what_somebody_else_made_meanwhile_counts_as_there() {
    let world = world();
    let film = world.root.join("film");
    let made = write_after(&world, || fs::create_dir_all(film.join("b")).expect("made"));
    let made = made.expect("made");
    assert_eq!((made.made, made.existed), (2, 2));
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test makes its own world")]
fn a_link_that_comes_meanwhile_is_not_followed_out() {
    let world = world();
    let outside = tempfile::tempdir().expect("a folder");
    let link = || {
        std::os::unix::fs::symlink(outside.path(), world.root.join("film")).expect("a link");
    };
    let error = write_after(&world, link).expect_err("refused");
    assert!(matches!(error, MakeError::LinkLeaves { .. }), "{error}");
    assert_eq!(outside.path().read_dir().expect("lists").count(), 0);
}

#[test]
fn errors_of_the_disk_say_whether_they_pass() {
    use rustix::io::Errno;
    for (errno, kind, is_passing) in [
        (Errno::NOSPC, "os.ENOSPC", true),
        (Errno::DQUOT, "os.ENOSPC", true),
        (Errno::ROFS, "os.EROFS", true),
        (Errno::ACCESS, "os.EACCES", false),
        (Errno::PERM, "os.EACCES", false),
        (Errno::NAMETOOLONG, "os.ENAMETOOLONG", false),
        (Errno::NOTDIR, "os.changed", true),
        (Errno::STALE, "os.other", true),
        (Errno::INVAL, "os.other", false),
    ] {
        let error = MakeError::of(errno, "primary: film".to_owned());
        assert_eq!((error.kind(), error.is_passing()), (kind, is_passing), "{error}");
        assert!(error.to_string().contains("primary: film"), "{error}");
    }
}
