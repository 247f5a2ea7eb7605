//! Windows' Credential Manager, through its generic credentials.
//!
//! One credential takes 2,560 bytes, and a session may be larger, so it is laid out by [`Chunked`]. A credential is
//! the Windows account's, on this machine only.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Result as KeyringResult};
use windows_native_keyring_store::Store;

use super::Vault;
use super::keyring::{Keyring, SERVICE};
use crate::error::Result;
use crate::session::store::chunks::Chunked;

/// `CRED_MAX_CREDENTIAL_BLOB_SIZE`
const LARGEST_CREDENTIAL: usize = 5 * 512;

pub(super) fn vault() -> Result<Arc<dyn Vault>> {
    Ok(Arc::new(Chunked::new(Keyring { entry }, LARGEST_CREDENTIAL)))
}

/// Not the crate's default persistence: "enterprise" roams with the Windows profile, and a refresh token that two machines
/// rotate looks stolen to the provider.
fn entry(key: &str) -> KeyringResult<Entry> {
    let here = HashMap::from([("persistence", "Local")]);
    Store::new()?.build(SERVICE, key, Some(&here))
}
