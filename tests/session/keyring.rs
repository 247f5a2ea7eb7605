//! A desktop session of a player: a session bus and, on it, gnome-keyring as the Secret Service; both in every condition that a
//! game may find them in.
//!
//! Both are real, private, started here and ended here by their ids; the bus activates nothing, so that no prompter of a
//! desktop ever appears. What the login keyring holds lies in the player's home and outlives a change of condition.
//!
//! May touch: the home directory, and the processes that it starts.

use std::cell::{Cell, OnceCell};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixListener;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::{Child, Command, Stdio};

use dbus::blocking::SyncConnection;
use support::{PATIENCE, wait_for};

use crate::home::Home;
use crate::secret_service::{self, SecretService};

/// What a game finds where it looks for the Secret Service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Unlocked by the player's log-in.
    Unlocked,
    /// Locked, and nobody there to ask the player for the password.
    Locked,
    /// Locked, and a dialog for the password that is never answered.
    LockedWithSilentPrompter,
    /// A session bus without a Secret Service.
    NoService,
    /// No session bus, as on a server or a console.
    NoBus,
    /// An address that leads nowhere.
    DeadBus,
    /// A socket that takes connections and never says a word.
    SilentBus,
    /// The bus lets nobody speak with the Secret Service, as sandboxes do.
    Denied,
}

/// The session. What it consists of is dropped in this order.
pub struct Keyring {
    prompter: Option<SyncConnection>,
    daemon: Option<Process>,
    bus: Option<Process>,
    silent: Option<UnixListener>,
    address: Option<String>,
    /// One for all looks of a test.
    service: OnceCell<SecretService>,
    pub home: Home,
}

thread_local! {
    /// A process of a desktop session has ended by itself, in a test on this thread.
    static DIED: Cell<bool> = const { Cell::new(false) };
}

/// How often a test is tried for the daemon's sake.
const ATTEMPTS: u32 = 5;

/// Runs a test, and runs it again if it has failed in a session whose daemon has died: gnome-keyring 42 and later ends itself about
/// once in two thousand connections, when a client that has just gone and one that comes meet (`assertion 'client' failed`).
/// Then the test has shown nothing. To be called as a test's only statement.
#[track_caller]
pub fn attempt(test: impl Fn()) {
    for left in (0..ATTEMPTS).rev() {
        DIED.set(false);
        let Err(panic) = catch_unwind(AssertUnwindSafe(&test)) else { return };
        if !DIED.get() || left == 0 {
            resume_unwind(panic);
        }
        eprintln!("gnome-keyring has died under this test; it is tried again");
    }
}

/// A child, killed by its id and waited for when dropped.
struct Process(Child);

impl Keyring {
    /// A player who has just logged in.
    pub fn unlocked() -> Self {
        let empty = Self {
            prompter: None,
            daemon: None,
            bus: None,
            silent: None,
            address: None,
            service: OnceCell::new(),
            home: Home::new(),
        };
        empty.turned(Condition::Unlocked)
    }

    /// As [`Keyring::unlocked`], in another condition from the start.
    pub fn new(condition: Condition) -> Self {
        Self::unlocked().turned(condition)
    }

    /// The same player in another session. What was stored is still there.
    pub fn turned(mut self, condition: Condition) -> Self {
        self.turn(condition);
        self
    }

    /// As [`Keyring::turned`].
    pub fn turn(&mut self, condition: Condition) {
        self.service = OnceCell::new();
        self.prompter = None;
        self.daemon = None;
        self.bus = None;
        self.silent = None;
        self.address = None;
        match condition {
            Condition::NoBus => {}
            Condition::DeadBus => self.address = Some(format!("unix:path={}/run/nobody", self.home.path().display())),
            Condition::SilentBus => self.fall_silent(),
            _ => self.start(condition),
        }
    }

    /// Makes a program see this session.
    pub fn furnish(&self, command: &mut Command) {
        self.home.furnish(command);
        if let Some(address) = &self.address {
            command.env("DBUS_SESSION_BUS_ADDRESS", address);
        }
    }

    /// The Secret Service, spoken to as a password manager does.
    pub fn service(&self) -> &SecretService {
        self.service.get_or_init(|| SecretService::open(self.address.as_deref().expect("a session with a bus")))
    }

    /// Whether the daemon has ended by itself: see [`attempt`].
    pub fn has_died(&mut self) -> bool {
        self.daemon.as_mut().is_some_and(Process::has_died)
    }

    /// Starts the daemon anew on the same bus, unlocked: what a running program sees of it when the player unlocks the keyring.
    pub fn restart_the_daemon(&mut self) {
        self.service = OnceCell::new();
        self.daemon = None;
        let address = self.address.clone().expect("a session with a bus");
        let connection = secret_service::connect(&address);
        wait_for("the end of gnome-keyring", PATIENCE, || !secret_service::is_there(&connection));
        self.daemon = Some(start_daemon(&self.home, &address, true));
        wait_for("gnome-keyring", PATIENCE, || secret_service::is_there(&connection));
    }

    /// From now on the disk is full: the daemon can't write to any file.
    pub fn fill_the_disk(&self) {
        self.limit_files(0);
    }

    /// From now on there is room again.
    pub fn make_room(&self) {
        self.limit_files(libc::RLIM_INFINITY);
    }

    fn start(&mut self, condition: Condition) {
        let (bus, address) = start_bus(&self.home, condition == Condition::Denied);
        self.bus = Some(bus);
        if condition == Condition::LockedWithSilentPrompter {
            let prompter = SyncConnection::new_address(&address).expect("a connection to the session bus");
            // Nobody ever reads what comes in, which is what a dialog that nobody answers looks like from outside.
            prompter.request_name("org.gnome.keyring.SystemPrompter", false, true, true).expect("the prompter's name");
            self.prompter = Some(prompter);
        }
        if condition != Condition::NoService {
            let locked = matches!(condition, Condition::Locked | Condition::LockedWithSilentPrompter);
            self.daemon = Some(start_daemon(&self.home, &address, !locked));
            let connection = secret_service::connect(&address);
            wait_for("gnome-keyring", PATIENCE, || secret_service::is_there(&connection));
        }
        self.address = Some(address);
    }

    fn fall_silent(&mut self) {
        let path = self.home.path().join("run/silent");
        // The one of the last time, if there was one.
        let _ = fs::remove_file(&path);
        self.silent = Some(UnixListener::bind(&path).expect("a socket"));
        self.address = Some(format!("unix:path={}", path.display()));
    }

    fn limit_files(&self, bytes: libc::rlim_t) {
        let daemon = self.daemon.as_ref().expect("a daemon").0.id() as libc::pid_t;
        let limit = libc::rlimit { rlim_cur: bytes, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: a child that was not waited for; the limit is read, the old one is not asked for.
        let answer = unsafe { libc::prlimit(daemon, libc::RLIMIT_FSIZE, &limit, std::ptr::null_mut()) };
        assert_eq!(answer, 0, "no limit: {}", std::io::Error::last_os_error());
    }
}

fn start_bus(home: &Home, denied: bool) -> (Process, String) {
    let policy = if denied { r#"<deny send_destination="org.freedesktop.secrets"/>"# } else { "" };
    let run = home.path().join("run");
    let config = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
            "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig>
            <type>session</type>
            <listen>unix:dir={}</listen>
            <auth>EXTERNAL</auth>
            <policy context="default">
                <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
            </policy>
            <policy context="mandatory">{policy}</policy>
        </busconfig>"#,
        run.display()
    );
    let file = run.join("bus.conf");
    fs::write(&file, config).expect("the bus's configuration");
    let mut command = Command::new("dbus-daemon");
    home.furnish(&mut command);
    command.arg("--config-file").arg(file).args(["--nofork", "--print-address=1"]);
    // Its complaint that it may not raise a limit is of no interest.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|problem| panic!("dbus-daemon: {problem}{HINT}"));
    let mut address = String::new();
    let output = child.stdout.take().expect("a pipe");
    BufReader::new(output).read_line(&mut address).expect("the bus's address");
    assert!(address.starts_with("unix:"), "dbus-daemon said {address:?}");
    (Process(child), address.trim_end().to_owned())
}

fn start_daemon(home: &Home, address: &str, unlock: bool) -> Process {
    // It must survive a write that fails for its size, so that a full disk can be had.
    let mut command = Command::new("sh");
    let program = "trap '' XFSZ; exec gnome-keyring-daemon --foreground --components=secrets \"$@\"";
    command.args(["-c", program, "sh"]).args(unlock.then_some("--unlock"));
    home.furnish(&mut command);
    command.env("DBUS_SESSION_BUS_ADDRESS", address);
    // It warns of missing prompters and of memory that it can't lock.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|problem| panic!("gnome-keyring-daemon: {problem}{HINT}"));
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"the player's password").expect("the daemon takes the password");
    Process(child)
}

const HINT: &str = ": run `cargo xtask test session`, which installs what is missing";

impl Process {
    fn has_died(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.has_died() {
            DIED.set(true);
        }
        // It may have ended by itself; either way it is waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
