//! The host's own vault: three functions of the host's, for consoles and for engines that have a vault already.
//!
//! It checks what the host answers and nothing else; the C side of the functions is the border's (`ffi`). What passes
//! through is sealed, and is wiped here when it has been read.

use zeroize::Zeroizing;

use super::{LARGEST, Vault, unavailable};
use crate::error::Result;

/// Puts what was saved into the buffer and says how many bytes it is; 0 if there is nothing.
pub type Load = Box<dyn Fn(&str, &mut [u8]) -> Result<usize> + Send + Sync>;
/// Keeps the bytes in place of what was there.
pub type Save = Box<dyn Fn(&str, &[u8]) -> Result<()> + Send + Sync>;
/// Forgets them.
pub type Erase = Box<dyn Fn(&str) -> Result<()> + Send + Sync>;

/// The host's three functions.
#[allow(missing_docs)]
pub struct HostVault {
    pub load: Load,
    pub save: Save,
    pub erase: Erase,
}

impl Vault for HostVault {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let mut buffer = Zeroizing::new(vec![0; LARGEST]);
        match (self.load)(key, &mut buffer)? {
            0 => Ok(None),
            size if size <= LARGEST => {
                buffer.truncate(size);
                Ok(Some(buffer))
            }
            size => Err(unavailable(format!(
                "the game's own store says that it put {size} bytes into a buffer of {LARGEST}: its load function has to \
                 give back what save was given, and never more than the capacity"
            ))),
        }
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        (self.save)(key, data)
    }

    fn erase(&self, key: &str) -> Result<()> {
        (self.erase)(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn answering(size: usize) -> HostVault {
        HostVault {
            load: Box::new(move |_, buffer| {
                buffer[..size.min(LARGEST)].fill(7);
                Ok(size)
            }),
            save: Box::new(|_, _| Err(unavailable("full"))),
            erase: Box::new(|_| Err(unavailable("read-only"))),
        }
    }

    #[test]
    fn nothing_is_a_size_of_zero() {
        assert!(answering(0).load("key").unwrap().is_none());
    }

    #[test]
    fn what_was_put_into_the_buffer_comes_back() {
        assert_eq!(*answering(3).load("key").unwrap().unwrap(), [7; 3]);
        assert_eq!(*answering(LARGEST).load("key").unwrap().unwrap(), [7; LARGEST]);
    }

    #[test]
    fn a_size_beyond_the_buffer_is_refused() {
        for size in [LARGEST + 1, usize::MAX] {
            assert_eq!(answering(size).load("key").unwrap_err().code, Code::StoreUnavailable);
        }
    }

    #[test]
    fn what_the_host_says_no_to_stays_a_no() {
        let vault = answering(1);
        assert_eq!(vault.save("key", b"data").unwrap_err().message, "full");
        assert_eq!(vault.erase("key").unwrap_err().message, "read-only");
        let locked = HostVault { load: Box::new(|_, _| Err(unavailable("locked"))), ..vault };
        assert_eq!(locked.load("key").unwrap_err().message, "locked");
    }
}
