//! TLS as a client speaks it: which authorities are trusted, and what is kept to shorten the next handshake.
//!
//! One configuration serves all of a client's connections, since sessions are resumed only under the one that began them. It may
//! read the system's authorities; nothing of what is sent enters.

use std::sync::{Arc, OnceLock, Weak};

use parking_lot::Mutex;
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use rustls::{ClientConfig, RootCertStore};

use crate::error::{Code, Error, Result};
use crate::log;

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
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|problem| Error::new(Code::Internal, format!("TLS could not be set up: {problem}")))?;
    let mut config = config.with_root_certificates(roots(ca_certificates)?).with_no_client_auth();
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

/// Some hundred kilobytes, so clients with the same further authorities share one.
fn roots(further: &[CertificateDer<'static>]) -> Result<Arc<RootCertStore>> {
    static LAST: Mutex<(Vec<CertificateDer<'static>>, Weak<RootCertStore>)> = Mutex::new((Vec::new(), Weak::new()));
    if further.is_empty() {
        return Ok(system_roots());
    }
    let mut last = LAST.lock();
    if last.0 == further
        && let Some(roots) = last.1.upgrade()
    {
        return Ok(roots);
    }
    let mut roots = Arc::unwrap_or_clone(system_roots());
    for certificate in further {
        roots.add(certificate.clone()).map_err(|problem| {
            Error::new(
                Code::Configuration,
                format!("ca_certificates holds a certificate that can't be used: {problem}"),
            )
        })?;
    }
    let roots = Arc::new(roots);
    *last = (further.to_vec(), Arc::downgrade(&roots));
    Ok(roots)
}

/// Windows keeps the authorities that this machine has met so far, and fetches others when its own verifier asks, which may take seconds:
/// on a fresh machine a provider's may not be there yet.
const SYSTEM_HAS_ALL: bool = cfg!(not(windows));

/// The system's roots, read once: they work behind a company's proxy and an antivirus. Mozilla's where the system has none, or not all.
fn system_roots() -> Arc<RootCertStore> {
    static ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();
    let read = || Arc::new(roots_of(rustls_native_certs::load_native_certs().certs, SYSTEM_HAS_ALL));
    Arc::clone(ROOTS.get_or_init(read))
}

fn roots_of(found: Vec<CertificateDer<'static>>, has_all: bool) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found);
    if usable == 0 {
        log::warning!("this system's certificate authorities could not be read; the bundled ones are used");
    }
    if usable == 0 || !has_all {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authority(name: &str) -> CertificateDer<'static> {
        let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    #[test]
    fn clients_with_the_same_authorities_share_them_and_others_never_do() {
        let (one, other) = (authority("one"), authority("other"));
        let first = roots(std::slice::from_ref(&one)).unwrap();
        assert!(Arc::ptr_eq(&first, &roots(std::slice::from_ref(&one)).unwrap()));
        let second = roots(&[other]).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        assert!(!Arc::ptr_eq(&second, &roots(&[]).unwrap()), "the system's with nothing added");
        assert_eq!(first.len(), roots(&[]).unwrap().len() + 1);
    }

    #[test]
    fn the_bundled_authorities_are_for_systems_without_any_or_that_fetch_theirs_one_by_one() {
        assert!(roots_of(Vec::new(), true).len() > 100);
        assert!(roots_of(vec![CertificateDer::from(b"no certificate".to_vec())], true).len() > 100);
        let own = authority("a company's");
        assert_eq!(roots_of(vec![own.clone()], true).len(), 1);
        assert_eq!(roots_of(vec![own], false).len(), webpki_roots::TLS_SERVER_ROOTS.len() + 1);
    }

    #[cfg(windows)]
    #[test]
    fn on_windows_all_of_the_bundled_ones_are_there() {
        let roots = system_roots();
        assert!(webpki_roots::TLS_SERVER_ROOTS.iter().all(|bundled| roots.roots.contains(bundled)));
    }

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
