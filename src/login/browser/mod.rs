//! Opening the system's browser.
//!
//! [`open`] takes a URL that was checked and returns when it is known how the launcher fared, which may be long after the
//! page has appeared. No shell is involved, and nothing of the host's own runtime is passed on to the browser.

use url::Url;

use crate::config::is_loopback;
use crate::error::{Code, Error, Result};

#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(not(windows), path = "unix.rs")]
mod platform;

/// Opens the URL in the player's browser. Whoever waits for the result waits for the launcher; dropping the wait leaves the
/// browser as it is.
pub async fn open(url: &Url) -> Result<()> {
    let harmless = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    if !harmless {
        return Err(Error::new(Code::ProviderError, "only https URLs are opened in the browser"));
    }
    platform::open(url).await
}

fn unavailable(reason: impl std::fmt::Display) -> Error {
    Error::new(
        Code::BrowserUnavailable,
        format!(
            "no browser could be opened ({reason}): install one or set a default browser, or let the game show the URL \
             itself (LATCHKEY_BROWSER_HOST)"
        ),
    )
}
