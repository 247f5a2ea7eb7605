//! What a player is told of a certificate that TLS refuses, and what it refuses: over real TLS, with certificates made for the occasion.

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A certificate of its own for this name, valid in these years, and its key.
fn certificate(name: &str, years: std::ops::Range<i32>) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
    (params.not_before, params.not_after) = (date_time_ymd(years.start, 1, 1), date_time_ymd(years.end, 1, 1));
    let certificate = params.self_signed(&key).expect("a certificate").der().clone();
    (certificate, PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}

/// A server that shows this and signs with that, whether or not they belong together.
#[derive(Debug)]
struct Shows(Arc<CertifiedKey>);

impl ResolvesServerCert for Shows {
    fn resolve(&self, _: rustls::server::ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

async fn server(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    versions: &[&'static SupportedProtocolVersion],
) -> Url {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = provider.key_provider.load_private_key(key).expect("a key");
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shows(Arc::new(CertifiedKey::new(vec![certificate], key)))));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://localhost:{}/", listener.local_addr().expect("an address").port());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((socket, _)) = listener.accept().await {
            // The client hangs up in the middle, which is what is tested.
            drop(acceptor.accept(socket).await);
        }
    });
    Url::parse(&url).expect("a URL")
}

async fn refusal_by(trusted: Option<CertificateDer<'static>>, url: &Url) -> Error {
    let http = Http::new(Arc::new(Tls::new(trusted.into_iter().collect())), true, Arc::default());
    http.get("the document", url, None).await.expect_err("must be refused")
}

async fn refusal(name: &str, years: std::ops::Range<i32>, trusted: bool) -> Error {
    let (certificate, key) = certificate(name, years);
    let url = server(certificate.clone(), key, rustls::ALL_VERSIONS).await;
    refusal_by(trusted.then_some(certificate), &url).await
}

#[tokio::test]
async fn one_that_is_not_valid_yet_is_a_wrong_clock() {
    let error = refusal("localhost", 2999..3000, true).await;
    assert_eq!(error.code, Code::WrongClock);
    assert!(error.temporary, "a session is kept until the clock is set");
    assert!(error.message.contains("not valid yet") && error.message.contains("GMT"), "{error}");
}

#[tokio::test]
async fn one_that_has_expired_makes_one_look_at_the_clock_too() {
    let error = refusal("localhost", 1999..2000, true).await;
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("expired") && error.message.contains("clock"), "{error}");
}

#[tokio::test]
async fn one_of_an_unknown_authority_points_to_the_configuration() {
    let error = refusal("localhost", 1999..3000, false).await;
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("ca_certificates"), "{error}");
}

#[tokio::test]
async fn one_of_an_authority_of_the_configuration_is_accepted() {
    let error = refusal("localhost", 1999..3000, true).await;
    assert!(!error.message.contains("certificate"), "the handshake failed: {error}");
}

#[tokio::test]
async fn one_of_another_host_is_refused() {
    let error = refusal("elsewhere.example", 1999..3000, true).await;
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("was not accepted") && error.message.contains("localhost"), "{error}");
}

/// Who copied a certificate, which is public, has not its key.
#[tokio::test]
async fn one_that_is_not_the_servers_own_is_refused_by_its_signature() {
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let (copied, _) = certificate("localhost", 1999..3000);
        let (_, other_key) = certificate("localhost", 1999..3000);
        let url = server(copied.clone(), other_key, &[version]).await;
        let error = refusal_by(Some(copied), &url).await;
        assert_eq!(error.code, Code::Network);
        assert!(error.message.contains("was not accepted"), "{version:?}: {error}");
    }
}
