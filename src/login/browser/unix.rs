//! Linux and macOS: the desktop's launchers (`xdg-open`, `gio open`, …, or `/usr/bin/open`), as the `open` crate lists them.
//!
//! A launcher is a child of the game, and stays one when it hands over to the browser; it is reaped when it ends, by a task
//! that sleeps until then. Its exit code counts for some seconds only: later it is the browser's own, and no failure to open.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use tokio::sync::oneshot;
use url::Url;

use super::unavailable;
use crate::error::Result;
use crate::log;

#[cfg_attr(target_os = "linux", path = "exit_linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "exit_polled.rs")]
mod exit;

/// A launcher that runs for longer has handed over.
const HANDED_OVER: Duration = Duration::from_secs(10);
/// What a game's runtime sets for itself, and what breaks a browser that inherits it.
const NOT_FOR_THE_BROWSER: [&str; 6] =
    ["LD_LIBRARY_PATH", "LD_PRELOAD", "LD_AUDIT", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "DYLD_FRAMEWORK_PATH"];

pub(super) async fn open(url: &Url) -> Result<()> {
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
    for name in NOT_FOR_THE_BROWSER {
        command.env_remove(name);
    }
    // A group of its own: Ctrl-C in the game's terminal is not meant for the browser.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let child = command.spawn()?;
    let ended = reap(child);
    match tokio::time::timeout(HANDED_OVER, ended).await {
        Ok(Ok(status)) => Ok(Some(status)),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

/// A task of its own, since the launcher may well outlive the login.
fn reap(child: Child) -> oneshot::Receiver<ExitStatus> {
    let (tell, told) = oneshot::channel();
    let task = async move {
        if let Ok(status) = exit::of(child).await {
            // The login may be over; then nobody wants to know.
            let _ = tell.send(status);
        }
    };
    tokio::spawn(task);
    told
}
