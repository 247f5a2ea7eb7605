//! A vault over an entry of `keyring-core`, for the systems whose store needs no more than that.
//!
//! It maps calls and errors. The crates' errors can carry an entry's bytes: they are never printed with `Debug`.

use keyring_core::{Entry, Error as Problem, Result as KeyringResult};
use zeroize::Zeroizing;

use super::Vault;
use crate::error::{Code, Error, Result, clean};

/// The service that every entry belongs to.
pub(super) const SERVICE: &str = "Latchkey";

pub(super) struct Keyring {
    pub(super) entry: fn(&str) -> KeyringResult<Entry>,
}

impl Vault for Keyring {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match (self.entry)(key).and_then(|entry| entry.get_secret()) {
            Ok(data) => Ok(Some(Zeroizing::new(data))),
            Err(Problem::NoEntry) => Ok(None),
            Err(problem) => Err(unusable(&problem)),
        }
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        (self.entry)(key).and_then(|entry| entry.set_secret(data)).map_err(|problem| unusable(&problem))
    }

    fn erase(&self, key: &str) -> Result<()> {
        match (self.entry)(key).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Problem::NoEntry) => Ok(()),
            Err(problem) => Err(unusable(&problem)),
        }
    }
}

fn unusable(problem: &Problem) -> Error {
    let advice = match problem {
        Problem::NoStorageAccess(_) => "unlock it, or let the game use it, and try again",
        _ => "look at it with the system's own tool",
    };
    let problem = clean(&problem.to_string(), 200);
    Error::new(Code::StoreUnavailable, format!("the system's secret store can't be used ({problem}): {advice}"))
}
