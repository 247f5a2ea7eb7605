//! The harness itself: that each condition of the Secret Service is what its name says, seen by plain D-Bus calls.
//!
//! A test of the library in a condition that is none would pass for nothing. The library never enters here.

use std::io::Read;
use std::process::Command;
use std::time::Duration;

use crate::keyring::{Condition, Keyring, attempt};
use crate::secret_service::{self, SecretService};

const OLD: &[u8] = b"the old value";
const NEW: &[u8] = b"the new value";

#[test]
fn an_unlocked_keyring_keeps_what_is_stored_beyond_the_players_session() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        keyring.service().store("label", OLD).expect("it can be stored");
        let keyring = keyring.turned(Condition::Unlocked);
        let items = keyring.service().items();
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].label.as_str(), items[0].secret.as_slice()), ("label", OLD));
        keyring.service().replace(&items[0].path, NEW).expect("it can be altered");
        assert_eq!(keyring.service().items()[0].secret, NEW);
        keyring.service().erase(&items[0].path);
        assert_eq!(keyring.service().count(), 0);
    });
}

#[test]
fn a_locked_keyring_takes_and_gives_nothing() {
    attempt(|| {
        let mut keyring = Keyring::unlocked();
        keyring.service().store("label", OLD).expect("it can be stored");
        keyring.service().lock();
        assert!(keyring.service().store("label", NEW).is_err());
        for condition in [Condition::Locked, Condition::LockedWithSilentPrompter] {
            keyring.turn(condition);
            let service = keyring.service();
            assert!(service.is_locked(), "{condition:?}");
            assert!(service.store("label", NEW).is_err(), "{condition:?}");
            assert_eq!(service.count(), 1, "{condition:?}: it is there, for who may see it");
        }
        keyring.turn(Condition::Unlocked);
        assert_eq!(keyring.service().items()[0].secret, OLD);
    });
}

#[test]
fn a_full_disk_lets_nothing_be_written_or_erased_and_can_be_cleared() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        let service = keyring.service();
        service.store("label", OLD).expect("it can be stored");
        let path = service.items()[0].path.clone();
        keyring.fill_the_disk();
        assert!(service.replace(&path, NEW).is_err());
        assert!(service.store("another", NEW).is_err());
        keyring.make_room();
        assert_eq!(service.items()[0].secret, OLD, "a write that failed has changed something");
        service.replace(&path, NEW).expect("there is room again");
        assert_eq!(service.items()[0].secret, NEW);
    });
}

#[test]
fn a_bus_that_denies_says_so() {
    attempt(|| {
        let mut keyring = Keyring::unlocked();
        keyring.service().store("label", OLD).expect("it can be stored");
        keyring.turn(Condition::Denied);
        let problem = SecretService::try_open(&address(&keyring)).err().expect("nobody may speak with it");
        assert_eq!(problem.name(), Some("org.freedesktop.DBus.Error.AccessDenied"));
        keyring.turn(Condition::Unlocked);
        assert_eq!(keyring.service().count(), 1);
    });
}

#[test]
fn without_a_service_the_bus_says_that_nobody_is_there_and_starts_nobody() {
    attempt(|| {
        let keyring = Keyring::new(Condition::NoService);
        let address = address(&keyring);
        let problem = SecretService::try_open(&address).err().expect("nobody is there");
        assert_eq!(problem.name(), Some("org.freedesktop.DBus.Error.ServiceUnknown"));
        assert!(!secret_service::is_there(&secret_service::connect(&address)));
    });
}

#[test]
fn without_a_bus_there_is_no_address_or_one_that_leads_nowhere() {
    attempt(|| {
        let mut keyring = Keyring::new(Condition::NoBus);
        let mut command = Command::new("env");
        keyring.furnish(&mut command);
        let seen = command.output().expect("env").stdout;
        assert!(!String::from_utf8_lossy(&seen).contains("DBUS"), "the bus of whoever runs the suite is visible");
        keyring.turn(Condition::DeadBus);
        assert!(SecretService::try_open(&address(&keyring)).is_err());
    });
}

#[test]
fn a_silent_bus_takes_a_connection_and_says_nothing() {
    attempt(|| {
        let keyring = Keyring::new(Condition::SilentBus);
        let address = address(&keyring);
        let path = address.strip_prefix("unix:path=").expect("a socket's path");
        let mut connection = std::os::unix::net::UnixStream::connect(path).expect("a socket that is listened to");
        connection.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket");
        let problem = connection.read(&mut [0]).expect_err("not a word");
        assert_eq!(problem.kind(), std::io::ErrorKind::WouldBlock);
    });
}

#[test]
fn nothing_is_left_running_and_nothing_is_left_on_the_disk() {
    attempt(|| {
        let keyring = Keyring::new(Condition::LockedWithSilentPrompter);
        let home = keyring.home.path().to_owned();
        let running = || {
            let home = home.to_str().expect("a path in UTF-8");
            let processes = std::fs::read_dir("/proc").expect("/proc is mounted").flatten();
            // The environment is where the home is named. What has ended meanwhile, or is no process, has none.
            let environments = processes.filter_map(|process| std::fs::read(process.path().join("environ")).ok());
            environments.into_iter().any(|environment| String::from_utf8_lossy(&environment).contains(home))
        };
        assert!(running(), "the bus and the keyring have this home");
        drop(keyring);
        assert!(!running());
        assert!(!home.exists());
    });
}

/// The address that a program in this session is told.
fn address(keyring: &Keyring) -> String {
    let mut command = Command::new("env");
    keyring.furnish(&mut command);
    let found = command.get_envs().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS");
    found.and_then(|(_, value)| value?.to_str()).expect("an address").to_owned()
}
