//! A system whose secret store is not known here.
//!
//! It touches nothing: sessions are kept in memory, or in the host's own vault.

use std::sync::Arc;

use super::Vault;
use crate::error::{Code, Error, Result};

pub(super) fn vault() -> Result<Arc<dyn Vault>> {
    Err(Error::new(
        Code::NotSupported,
        "no secret store of this system is supported: give the configuration a store of the game's own \
         (LATCHKEY_STORAGE_HOST), or let the session end with the process",
    ))
}
