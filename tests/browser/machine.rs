//! A player's machine for one case: a home directory of its own, an environment as plain as that of a new user, and Chromium
//! as the browser that `xdg-open` starts.
//!
//! The environment must be there before the process has threads, since `xdg-open` sees the one of the process that the library
//! is in; so each case runs in a process of its own. Around it this file keeps order: whatever that process and the
//! browser leave running becomes a child of this one (`PR_SET_CHILD_SUBREAPER`, as under a session manager), is ended by its
//! id and waited for, and then the directory goes.
//!
//! May touch: one temporary directory, and processes that descend from this one.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use support::Library;

const NEEDED: &[&str] = &["node", "xdg-open"];
/// Where xtask and `browser.sh` have the path of Chromium.
const CHROMIUM: &str = "LATCHKEY_TEST_CHROMIUM";
const CHROMIUMS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];
/// What a case still has of the environment that the suite was started in. Above all not: displays, desktops, proxies.
const KEPT: &[&str] = &["PATH", "CARGO", "LATCHKEY_TEST", "NEXTEST", "RUST", "LLVM_PROFILE"];

/// Runs a case on a machine of its own. To be called as a test's only statement, with a closure that is written there.
#[track_caller]
pub fn on_a_machine<F: FnOnce()>(case: F) {
    // In the case's own process nothing is prepared; there `machine` stays empty.
    let mut machine = None;
    support::in_own_process_with(|command| machine = Some(Machine::around(command)), case);
}

/// As [`on_a_machine`], but nobody has installed a browser.
#[track_caller]
pub fn on_a_machine_without_a_browser<F: FnOnce()>(case: F) {
    let mut machine = None;
    let prepare = |command: &mut Command| {
        machine = Some(Machine::around(command));
        command.env("BROWSER", "no-such-browser");
    };
    support::in_own_process_with(prepare, case);
}

/// The directory of the machine that this process is on.
pub fn home() -> PathBuf {
    std::env::var_os("HOME").expect("a case has a home").into()
}

/// The folder of this suite, where the programs for Node are.
pub fn suite() -> PathBuf {
    Library::workspace().join("tests/browser")
}

/// The children of this process, ended ones that nobody waited for among them.
pub fn children() -> Vec<libc::pid_t> {
    let own = std::process::id().to_string();
    let processes = fs::read_dir("/proc").expect("/proc is mounted");
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter(|id: &libc::pid_t| {
        // The name stands in brackets and may hold anything; after it come the state and the parent.
        let line = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        line.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)) == Some(own.as_str())
    })
    .collect()
}

struct Machine {
    // Dropped in this order: processes, directory, and the next case's turn.
    _processes: Processes,
    _directory: tempfile::TempDir,
    /// One at a time in this process, since all that is left running becomes a child of it.
    _turn: MutexGuard<'static, ()>,
}

impl Machine {
    #[track_caller]
    fn around(case: &mut Command) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let chromium = requirements();
        let directory = tempfile::Builder::new().prefix("latchkey-").tempdir().expect("a temporary directory");
        let home = directory.path();
        let browser = furnish(home);

        for (name, _) in std::env::vars_os() {
            if !KEPT.iter().any(|kept| name.as_encoded_bytes().starts_with(kept.as_bytes())) {
                case.env_remove(name);
            }
        }
        case.env("HOME", home).env("BROWSER", browser).env(CHROMIUM, chromium);
        case.env("XDG_CURRENT_DESKTOP", "X-Generic").env("LANG", "C.UTF-8").env("TMPDIR", home.join("tmp"));
        for (name, folder) in FOLDERS {
            case.env(name, home.join(folder));
        }
        Self { _processes: Processes::adopt(), _directory: directory, _turn: turn }
    }
}

const FOLDERS: &[(&str, &str)] = &[
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_DATA_HOME", ".local/share"),
];

/// Makes the folders and puts the browser in place.
fn furnish(home: &Path) -> PathBuf {
    for folder in FOLDERS.iter().map(|(_, folder)| *folder).chain(["tmp"]) {
        let folder = home.join(folder);
        fs::create_dir_all(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder for one user");
    }
    let browser = home.join("browser");
    // Copied: xdg-open splits $BROWSER at blanks and colons, which the path of the sources may hold.
    fs::copy(suite().join("browser.sh"), &browser).expect("the browser's script");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o700)).expect("a script that can be run");
    browser
}

/// Says in one sentence what is missing on this machine; otherwise where Chromium is.
#[track_caller]
fn requirements() -> OsString {
    for program in NEEDED {
        assert!(find(program).is_some(), "the browser suite needs {program}: run `cargo xtask test browser`");
    }
    assert!(
        suite().join("node_modules/oidc-provider").is_dir(),
        "the browser suite's packages are missing: run `cargo xtask test browser`, or `npm ci` in tests/browser"
    );
    // xtask says which one, since the one on the search path may be no good.
    let chosen = std::env::var_os(CHROMIUM).filter(|path| !path.is_empty());
    let chromium = chosen.or_else(|| CHROMIUMS.iter().find_map(find).map(OsString::from));
    chromium.expect("the browser suite needs Chromium: run `cargo xtask test browser`")
}

fn find(program: impl AsRef<OsStr>) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program.as_ref())).find(|file| file.is_file())
}

/// Ends, when dropped, what has become a child of this process.
struct Processes;

impl Processes {
    fn adopt() -> Self {
        // SAFETY: takes numbers only; the setting is this process's own.
        let answer = unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
        assert_eq!(answer, 0, "no subreaper: {}", std::io::Error::last_os_error());
        Self
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // The children of what is ended become ours in turn, before the wait for it returns.
        loop {
            let children = children();
            if children.is_empty() {
                return;
            }
            for child in children {
                // SAFETY: ours and not waited for yet, so the number can't mean another process.
                unsafe { libc::kill(child, libc::SIGKILL) };
                // SAFETY: as above; a null pointer asks for no status.
                unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
            }
        }
    }
}
