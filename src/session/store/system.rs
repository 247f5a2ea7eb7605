//! The system's own secret store: Secret Service, Credential Manager, Keychain.
//!
//! One file for each, behind one function. Each call makes its own connection and closes it, so that nothing of the store
//! stays in the host between calls, and no default store of a host that uses the same crates is touched.

use std::sync::Arc;

use super::Vault;
use crate::error::Result;

#[cfg(any(windows, target_os = "macos"))]
mod keyring;
#[cfg_attr(windows, path = "system/windows.rs")]
#[cfg_attr(target_os = "macos", path = "system/macos.rs")]
#[cfg_attr(target_os = "linux", path = "system/linux.rs")]
#[cfg_attr(not(any(windows, target_os = "macos", target_os = "linux")), path = "system/none.rs")]
mod platform;

/// The store of this system, or why there is none. That it answers is not known before it is used.
pub fn system() -> Result<Arc<dyn Vault>> {
    platform::vault()
}
