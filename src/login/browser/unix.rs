//! Linux and macOS: the desktop's launchers (`xdg-open`, `gio open`, …, or `/usr/bin/open`), as the `open` crate lists them.
//!
//! A launcher is a child of the game, and stays one when it hands over to the browser; it is reaped when it ends, by a task
//! that sleeps until then, and if the library was shut down before, when the next one is started. Its exit code counts for
//! some seconds only: later it is the browser's own, and no failure to open.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use url::Url;

use super::unavailable;
use crate::error::Result;
use crate::log;

#[cfg_attr(target_os = "linux", path = "exit_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "exit_polled.rs")]
mod exit;
#[path = "signals_unix.rs"]
mod signals;

/// A launcher that runs for longer has handed over.
const HANDED_OVER: Duration = Duration::from_secs(10);
/// What a game's runtime sets for itself, and what breaks a browser that inherits it.
const NOT_FOR_THE_BROWSER: [&str; 6] =
    ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "DYLD_FRAMEWORK_PATH"];

/// What Steam's runtime puts in the place of the player's own, and the name under which it keeps that.
const KEPT_BY_STEAM: [(&str, &str); 2] = [("PATH", "SYSTEM_PATH"), ("LD_LIBRARY_PATH", "SYSTEM_LD_LIBRARY_PATH")];

/// Launchers that the library's background thread did not live to see the end of.
static ORPHANS: Mutex<Vec<Child>> = Mutex::new(Vec::new());

pub(super) async fn open(url: &Url) -> Result<()> {
    bury_the_dead();
    let mut reason = String::from("there is no launcher");
    for mut command in open::commands(url.as_str()) {
        let program = command.get_program().to_string_lossy().into_owned();
        match launch(&mut command).await {
            Ok(None) => return Ok(()),
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => reason = format!("{program}: {status}"),
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => continue,
            Err(problem) => reason = format!("{program}: {problem}"),
        }
        log::debug!("browser: {reason}; trying the next launcher");
    }
    Err(unavailable(reason))
}

/// Starts a launcher and waits for its end, or until it must have handed over.
async fn launch(command: &mut Command) -> std::io::Result<Option<ExitStatus>> {
    leave_the_games_runtime(command);
    // A group of its own: Ctrl-C in the game's terminal is not meant for the browser.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let child = {
        let _unblocked = signals::Unblocked::here();
        command.spawn()?
    };
    let ended = reap(child);
    match tokio::time::timeout(HANDED_OVER, ended).await {
        Ok(Ok(status)) => Ok(Some(status)),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

/// Gives the browser the player's environment instead of the game's.
fn leave_the_games_runtime(command: &mut Command) {
    for name in NOT_FOR_THE_BROWSER {
        command.env_remove(name);
    }
    // A folder, or `0` when the player has switched the runtime off; others use the names on the right for their own ends.
    if std::env::var_os("STEAM_RUNTIME").is_none_or(|runtime| !Path::new(&runtime).is_absolute()) {
        return;
    }
    for (name, kept) in KEPT_BY_STEAM {
        if let Some(own) = std::env::var_os(kept).filter(|own| !own.is_empty()) {
            command.env(name, own);
        }
    }
}

/// A task of its own, since the launcher may well outlive the login.
fn reap(child: Child) -> oneshot::Receiver<ExitStatus> {
    let (tell, told) = oneshot::channel();
    let mut launcher = Launcher(Some(child));
    let task = async move {
        if let Ok(status) = launcher.ended().await {
            // The login may be over; then nobody wants to know.
            let _ = tell.send(status);
        }
    };
    tokio::spawn(task);
    told
}

/// A child that was not waited for; left to [`ORPHANS`] when the task ends first.
struct Launcher(Option<Child>);

impl Launcher {
    async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        let Some(child) = &mut self.0 else { return Err(std::io::ErrorKind::NotFound.into()) };
        let status = exit::of(child).await?;
        self.0 = None;
        Ok(status)
    }
}

impl Drop for Launcher {
    fn drop(&mut self) {
        ORPHANS.lock().extend(self.0.take());
    }
}

fn bury_the_dead() {
    // One that can't be asked about is no longer ours.
    ORPHANS.lock().retain_mut(|child| matches!(child.try_wait(), Ok(None)));
}
