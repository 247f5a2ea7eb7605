//! The Secret Service of a Linux desktop: gnome-keyring, KWallet, KeePassXC, over the session's D-Bus.
//!
//! Its connection is closed when a call ends. Nothing here starts a bus, and a dialog that the store shows is waited for no
//! longer than [`DIALOG_S`]. What is sent is encrypted for the session, so libdbus's buffers never hold a token.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dbus_secret_service::{EncryptionType, Error as Problem, Item, SecretService};
use zeroize::Zeroizing;

use super::Vault;
use crate::error::{Code, Error, Result, clean};
use crate::log;

/// The names by which keyring libraries find an entry.
const SERVICE: (&str, &str) = ("service", "Latchkey");
const ACCOUNT: &str = "username";
/// Time to type a password. The caller's own bound is shorter; the dialog stays for a while, and the next try finds the
/// store unlocked.
const DIALOG_S: u64 = 30;

struct Desktop;

pub(super) fn vault() -> Result<Arc<dyn Vault>> {
    find_bus()?;
    Ok(Arc::new(Desktop))
}

impl Vault for Desktop {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let service = connect()?;
        match newest(&service, key).and_then(|item| item.map(|item| read(&item)).transpose()) {
            // gnome-keyring writes a new entry to the disk before its secret; one that it had no time to complete is none.
            Ok(text) => Ok(text.filter(|text| !text.is_empty()).map(plain)),
            Err(problem) if is_gone(&problem) => Ok(None),
            Err(problem) => Err(unusable(&problem)),
        }
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        self.save_labelled(key, data, SERVICE.1)
    }

    fn erase(&self, key: &str) -> Result<()> {
        let service = connect()?;
        let items = find(&service, key).map_err(|problem| unusable(&problem))?;
        items.iter().try_for_each(delete).map_err(|problem| unusable(&problem))
    }

    fn save_labelled(&self, key: &str, data: &[u8], label: &str) -> Result<()> {
        // KWallet keeps text only.
        let text = Zeroizing::new(BASE64_STANDARD.encode(data));
        write(&connect()?, key, text.as_bytes(), label).map_err(|problem| unusable(&problem))
    }

    fn would_ask(&self) -> bool {
        // A store that can't be reached shows no dialog.
        let Ok(service) = connect() else { return false };
        service.get_default_collection().and_then(|keyring| keyring.is_locked()).unwrap_or(false)
    }
}

fn connect() -> Result<SecretService> {
    find_bus()?;
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Dh, DIALOG_S).map_err(|problem| unusable(&problem))
}

fn attributes(key: &str) -> HashMap<&str, &str> {
    HashMap::from([SERVICE, (ACCOUNT, key)])
}

fn find<'a>(service: &'a SecretService, key: &str) -> std::result::Result<Vec<Item<'a>>, Problem> {
    let found = service.search_items(attributes(key))?;
    Ok(found.unlocked.into_iter().chain(found.locked).collect())
}

/// There is more than one only if the player changed the default keyring, and then only until the next save.
fn newest<'a>(service: &'a SecretService, key: &str) -> std::result::Result<Option<Item<'a>>, Problem> {
    let mut items = find(service, key)?;
    if items.len() > 1 {
        items.sort_by_cached_key(|item| item.get_modified().unwrap_or_default());
    }
    Ok(items.pop())
}

fn read(item: &Item) -> std::result::Result<Zeroizing<Vec<u8>>, Problem> {
    item.ensure_unlocked()?;
    item.get_secret().map(Zeroizing::new)
}

/// What is not base64 is not ours, or was altered: it is handed on as it is, and the seal refuses it.
fn plain(text: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    BASE64_STANDARD.decode(&*text).map_or(text, Zeroizing::new)
}

/// Puts the entry into the default keyring. One that is left in another keyring is older and is never loaded, so that it can't
/// be taken away is no reason to say that nothing was saved.
fn write(service: &SecretService, key: &str, text: &[u8], label: &str) -> std::result::Result<(), Problem> {
    let keyring = service.get_default_collection()?;
    keyring.ensure_unlocked()?;
    let written = keyring.create_item(label, attributes(key), text, true, "text/plain")?;
    for other in find(service, key)?.iter().filter(|item| item.path != written.path) {
        if let Err(problem) = delete(other) {
            log::warning!("session store: an old entry could not be erased: {}", unusable(&problem));
        }
    }
    Ok(())
}

fn delete(item: &Item) -> std::result::Result<(), Problem> {
    match item.ensure_unlocked().and_then(|()| item.delete()) {
        Err(problem) if is_gone(&problem) => Ok(()),
        outcome => outcome,
    }
}

/// Somebody else deleted it between two of our calls.
fn is_gone(problem: &Problem) -> bool {
    matches!(name(problem), "org.freedesktop.Secret.Error.NoSuchObject" | "org.freedesktop.DBus.Error.UnknownObject")
}

/// Without an address libdbus would start a bus of its own (`dbus-launch`), which has no secrets and never ends.
fn find_bus() -> Result<()> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if is_bus_known(variable("DBUS_SESSION_BUS_ADDRESS"), variable("XDG_RUNTIME_DIR")) {
        Ok(())
    } else {
        Err(unavailable("there is no D-Bus session here", START_A_SESSION))
    }
}

fn is_bus_known(address: Option<OsString>, runtime_directory: Option<OsString>) -> bool {
    match address {
        Some(address) => !address.to_string_lossy().contains("autolaunch:"),
        None => runtime_directory.is_some_and(|directory| is_own_socket(&Path::new(&directory).join("bus"))),
    }
}

/// libdbus takes no other one, either.
fn is_own_socket(path: &Path) -> bool {
    // SAFETY: a plain system call without arguments that can't fail.
    let me = unsafe { libc::geteuid() };
    path.metadata().is_ok_and(|file| file.file_type().is_socket() && file.uid() == me)
}

const START_A_SESSION: &str =
    "start the game from a desktop session, or give the configuration a store of the game's own";
const UNLOCK: &str = "unlock it, and try again";
const INSTALL: &str = "install and start gnome-keyring, KWallet or KeePassXC";

fn unusable(problem: &Problem) -> Error {
    match (problem, name(problem)) {
        (Problem::Prompt, _) => unavailable(
            "the keyring is locked, and its dialog was dismissed, not answered, or could not be shown",
            UNLOCK,
        )
        .temporary(),
        (Problem::Locked, _) | (_, "org.freedesktop.Secret.Error.IsLocked") => {
            unavailable("the keyring is locked", UNLOCK).temporary()
        }
        (Problem::NoResult, _) => unavailable(
            "the secret service has no default keyring",
            "create one with the desktop's own tool (Passwords and Keys, KWalletManager)",
        ),
        (_, "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Timeout") => {
            unavailable("the secret service did not answer in time", "try again").temporary()
        }
        (_, name) if is_absence(name) => unavailable("no secret service runs in this session", INSTALL),
        (_, name) if is_bus_absence(name) => unavailable("the D-Bus session can't be reached", START_A_SESSION),
        _ => unavailable(&clean(&problem.to_string(), 200), "look at it with the desktop's own tool"),
    }
}

fn is_absence(name: &str) -> bool {
    name == "org.freedesktop.DBus.Error.ServiceUnknown"
        || name == "org.freedesktop.DBus.Error.NameHasNoOwner"
        || name.starts_with("org.freedesktop.DBus.Error.Spawn.")
}

fn is_bus_absence(name: &str) -> bool {
    ["NoServer", "FileNotFound", "Disconnected", "BadAddress", "AuthFailed"]
        .iter()
        .any(|end| name.strip_prefix("org.freedesktop.DBus.Error.") == Some(end))
}

fn name(problem: &Problem) -> &str {
    match problem {
        Problem::Dbus(problem) => problem.name().unwrap_or_default(),
        _ => "",
    }
}

fn unavailable(what: &str, advice: &str) -> Error {
    Error::new(Code::StoreUnavailable, format!("the system's secret store can't be used: {what}; {advice}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_bus_is_one_that_runs_already() {
        assert!(is_bus_known(Some("unix:path=/run/user/1000/bus".into()), None));
        assert!(!is_bus_known(None, None));
        assert!(!is_bus_known(Some("autolaunch:".into()), None));
        assert!(!is_bus_known(Some("unix:path=/nowhere;autolaunch:scope=install-path".into()), None));
    }

    #[test]
    fn a_runtime_directory_counts_only_with_a_socket_in_it() {
        let directory = std::env::temp_dir().join(format!("latchkey-bus-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let known = || is_bus_known(None, Some(directory.clone().into_os_string()));
        let bus = directory.join("bus");
        assert!(!known());
        std::fs::write(&bus, "").unwrap();
        assert!(!known());
        std::fs::remove_file(&bus).unwrap();
        let listener = UnixListener::bind(&bus).unwrap();
        assert!(known());
        drop(listener);
        std::fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn what_is_not_base64_is_handed_on_as_it_is() {
        assert_eq!(*plain(Zeroizing::new(b"QUJD".to_vec())), *b"ABC");
        assert_eq!(*plain(Zeroizing::new(b"not ours!".to_vec())), *b"not ours!");
    }

    #[test]
    fn a_locked_store_may_be_open_the_next_time() {
        for (problem, temporary, word) in [
            (Problem::Prompt, true, "locked"),
            (Problem::Locked, true, "locked"),
            (Problem::NoResult, false, "default keyring"),
            (Problem::Parse, false, "desktop's own tool"),
        ] {
            let error = unusable(&problem);
            assert_eq!((error.code, error.temporary), (Code::StoreUnavailable, temporary));
            assert!(error.message.contains(word), "{error}");
        }
    }
}
