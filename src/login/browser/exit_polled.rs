//! Waiting for a child where the system has nothing to wait on that leaves the host's signal handlers alone.

use std::io;
use std::process::{Child, ExitStatus};
use std::time::Duration;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Looks ever more rarely: launchers end at once or, having become the browser, in hours.
pub(super) async fn of(child: &mut Child) -> io::Result<ExitStatus> {
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
