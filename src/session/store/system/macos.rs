//! The login keychain of macOS.
//!
//! An item is named by service and account and takes a whole session. Other programs get it only with the player's consent;
//! the game is known by its code signature, so an unsigned build is asked for consent after each rebuild.

use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Result as KeyringResult};

use super::Vault;
use super::keyring::{Keyring, SERVICE};
use crate::error::Result;

pub(super) fn vault() -> Result<Arc<dyn Vault>> {
    Ok(Arc::new(Keyring { entry }))
}

fn entry(key: &str) -> KeyringResult<Entry> {
    Store::new()?.build(SERVICE, key, None)
}
