//! TLS as a client speaks it: what it verifies by, and what is kept to shorten the next handshake.
//!
//! One configuration serves all of a client's connections, since sessions are resumed only under the one that began them. Who is trusted
//! is [`authorities`]' business; nothing of what is sent enters.

mod authorities;

use std::sync::Arc;

use parking_lot::Mutex;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;

use authorities::Verifier;
pub use authorities::read_ahead;

use crate::error::{Code, Error, Result};

/// Sessions to be resumed; a host has up to eight. No provider has its endpoints on more than four.
const SESSIONS: usize = 32;

/// What TLS needs of a configuration, made at the first connection.
pub struct Tls {
    ca_certificates: Vec<CertificateDer<'static>>,
    config: Mutex<Option<ClientConfig>>,
}

impl Tls {
    /// `ca_certificates` are trusted beside the system's.
    pub fn new(ca_certificates: Vec<CertificateDer<'static>>) -> Self {
        Self { ca_certificates, config: Mutex::default() }
    }

    /// All that are handed out are one: they share authorities and sessions.
    pub fn config(&self) -> Result<ClientConfig> {
        let mut config = self.config.lock();
        match &*config {
            Some(config) => Ok(config.clone()),
            None => Ok(config.insert(client(&self.ca_certificates)?).clone()),
        }
    }
}

fn client(ca_certificates: &[CertificateDer<'static>]) -> Result<ClientConfig> {
    let provider = CryptoProvider { key_provider: &NoKeys, ..rustls::crypto::ring::default_provider() };
    let verifier = Verifier::new(provider.signature_verification_algorithms, ca_certificates)?;
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|problem| Error::new(Code::Internal, format!("TLS could not be set up: {problem}")))?;
    // "Dangerous" is what rustls calls any verifier but its own.
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = config.with_no_client_auth();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Ok(config)
}

/// Nothing here signs: players have no certificates, and a library that can't read private keys is smaller by what would.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> std::result::Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("client certificates are not supported".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_private_key_is_taken() {
        let key = rcgen::KeyPair::generate().unwrap();
        let taken = |provider: &CryptoProvider| {
            provider.key_provider.load_private_key(PrivateKeyDer::Pkcs8(key.serialize_der().into())).is_ok()
        };
        assert!(taken(&rustls::crypto::ring::default_provider()), "a key that nobody would take shows nothing");
        assert!(!taken(client(&[]).unwrap().crypto_provider()));
    }
}
