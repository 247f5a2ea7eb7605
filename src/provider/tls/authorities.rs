//! The authorities by whom a provider's certificate is verified: the system's, and those of the configuration.
//!
//! Reading the system's takes as long as a short line's round trip (files by the hundred; on macOS the keychain's answers), so it is begun
//! on a lent thread while the connection is being opened, and the verification waits for what is left of it. What is verified, and in which
//! order, is as in rustls' own verifier, and each step is a function of rustls'.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::error::{Code, Error, Result};
use crate::log;
use crate::runtime;

type Verified<T> = std::result::Result<T, rustls::Error>;

/// Verifies as rustls does, with authorities that are there when they are asked for.
#[derive(Debug)]
pub struct Verifier {
    algorithms: WebPkiSupportedAlgorithms,
    /// Trusted beside the system's.
    further: Vec<TrustAnchor<'static>>,
    roots: OnceLock<Arc<RootCertStore>>,
}

impl Verifier {
    /// Nothing of the system's is read yet. An error if one of `ca_certificates` can't be used.
    pub fn new(algorithms: WebPkiSupportedAlgorithms, ca_certificates: &[CertificateDer<'static>]) -> Result<Self> {
        let mut further = RootCertStore::empty();
        for certificate in ca_certificates {
            further.add(certificate.clone()).map_err(|problem| {
                Error::new(
                    Code::Configuration,
                    format!("ca_certificates holds a certificate that can't be used: {problem}"),
                )
            })?;
        }
        Ok(Self { algorithms, further: further.roots, roots: OnceLock::new() })
    }

    fn roots(&self) -> &RootCertStore {
        self.roots.get_or_init(|| roots(&self.further))
    }
}

impl ServerCertVerifier for Verifier {
    /// Who signed it, and when it holds; then whose it is (RFC 9525).
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Verified<ServerCertVerified> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        verify_server_cert_signed_by_trust_anchor(&certificate, self.roots(), intermediates, now, self.algorithms.all)?;
        verify_server_name(&certificate, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Verified<HandshakeSignatureValid> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Some hundred kilobytes, so clients with the same further authorities share one.
fn roots(further: &[TrustAnchor<'static>]) -> Arc<RootCertStore> {
    static LAST: Mutex<(Vec<TrustAnchor<'static>>, Weak<RootCertStore>)> = Mutex::new((Vec::new(), Weak::new()));
    if further.is_empty() {
        return system_roots();
    }
    let mut last = LAST.lock();
    if last.0 == further
        && let Some(roots) = last.1.upgrade()
    {
        return roots;
    }
    let mut roots = Arc::unwrap_or_clone(system_roots());
    roots.extend(further.iter().cloned());
    let roots = Arc::new(roots);
    *last = (further.to_vec(), Arc::downgrade(&roots));
    roots
}

/// Begins to read the system's authorities, once in the process. Whoever verifies before the lent thread has come to it reads them itself.
pub fn read_ahead() {
    static BEGUN: AtomicBool = AtomicBool::new(false);
    if !BEGUN.swap(true, Ordering::Relaxed) {
        runtime::lend(|| drop(system_roots()));
    }
}

/// Windows keeps the authorities that this machine has met so far, and fetches others when its own verifier asks, which may take seconds:
/// on a fresh machine a provider's may not be there yet.
const SYSTEM_HAS_ALL: bool = cfg!(not(windows));

static SYSTEM: OnceLock<Arc<RootCertStore>> = OnceLock::new();

/// The system's roots, read once: they work behind a company's proxy and an antivirus. Mozilla's where the system has none, or not all.
fn system_roots() -> Arc<RootCertStore> {
    let read = || Arc::new(roots_of(rustls_native_certs::load_native_certs().certs, SYSTEM_HAS_ALL));
    Arc::clone(SYSTEM.get_or_init(read))
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
mod tests;
