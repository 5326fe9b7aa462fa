//! Being another user, and having disks of one's own: what a test needs to be refused something.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use rustix::fs::{Gid, Uid};
use rustix::process::geteuid;
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

/// Nobody's number on most systems; what counts is that it is nobody's here.
const NOBODY: u32 = 65_534;
/// Set where a test may mount what it likes.
const MAY_MOUNT: &str = "SGH_TEST_MAY_MOUNT";

pub fn is_superuser() -> bool {
    geteuid().is_root()
}

/// Runs as a user without rights: the superuser becomes nobody, in a thread of its own.
pub fn as_somebody<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            if is_superuser() {
                let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
                set_thread_groups(&[]).expect("no groups");
                set_thread_res_gid(group, group, group).expect("another group");
                set_thread_res_uid(user, user, user).expect("another user");
            }
            assert!(!is_superuser());
            work()
        });
        thread.join().expect("no panic")
    })
}

/// Lets everybody read a folder and all that is in it, whatever the umask is.
pub fn show(path: &Path) {
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    if path.is_dir() {
        path.read_dir().expect("lists").for_each(|entry| show(&entry.expect("an entry").path()));
    }
}

/// Whether this process may mount. If not, the test named so is run again in one that may, and
/// has to pass there. Its mounts end with it.
pub fn may_mount(test: &str) -> bool {
    if std::env::var_os(MAY_MOUNT).is_some() {
        return true;
    }
    let flags = if is_superuser() { "-m" } else { "-Urm" };
    let probe = Command::new("unshare").args([flags, "true"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        println!("nothing may be mounted here: {test} is NOT tested");
        return false;
    }
    let this = std::env::current_exe().expect("this program");
    let mut inside = Command::new("unshare");
    inside.arg(flags).arg(this).args(["--exact", test, "--nocapture"]).env(MAY_MOUNT, "1");
    let output = inside.output().expect("runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{wrong}");
    false
}

/// Mounts a file system in memory. Only where a test [`may_mount`].
pub fn mount(place: &Path, options: &str) {
    assert!(std::env::var_os(MAY_MOUNT).is_some(), "not in our own process");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(place);
    let output = mount.output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
