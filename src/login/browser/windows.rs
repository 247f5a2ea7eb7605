//! Windows: `ShellExecuteEx`, through the `open` crate.

use url::Url;

use super::unavailable;
use crate::error::Result;

/// The call goes through COM and may take seconds, so it has a thread of its own for that long.
pub(super) async fn open(url: &Url) -> Result<()> {
    let url = url.to_string();
    match tokio::task::spawn_blocking(move || open::that_detached(url)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(problem)) => Err(unavailable(problem)),
        Err(problem) => Err(unavailable(problem)),
    }
}
