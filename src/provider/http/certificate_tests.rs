//! What a player is told of a certificate that TLS refuses: over real TLS, with certificates made for the occasion.

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;

/// A server whose certificate is valid in these years, and that certificate.
async fn server(years: std::ops::Range<i32>) -> (Url, CertificateDer<'static>) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    (params.not_before, params.not_after) = (date_time_ymd(years.start, 1, 1), date_time_ymd(years.end, 1, 1));
    let certificate = params.self_signed(&key).expect("a certificate").der().clone();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .expect("a certificate with its key");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://localhost:{}/", listener.local_addr().expect("an address").port());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((socket, _)) = listener.accept().await {
            // The client hangs up in the middle, which is what is tested.
            drop(acceptor.accept(socket).await);
        }
    });
    (Url::parse(&url).expect("a URL"), certificate)
}

async fn refusal(years: std::ops::Range<i32>, trusted: bool) -> Error {
    let (url, certificate) = server(years).await;
    let authorities = if trusted { vec![certificate] } else { Vec::new() };
    let http = Http::new(Arc::new(Tls::new(authorities)), true, Arc::default());
    http.get("the document", &url, None).await.expect_err("must be refused")
}

#[tokio::test]
async fn one_that_is_not_valid_yet_is_a_wrong_clock() {
    let error = refusal(2999..3000, true).await;
    assert_eq!(error.code, Code::WrongClock);
    assert!(error.temporary, "a session is kept until the clock is set");
    assert!(error.message.contains("not valid yet") && error.message.contains("GMT"), "{error}");
}

#[tokio::test]
async fn one_that_has_expired_makes_one_look_at_the_clock_too() {
    let error = refusal(1999..2000, true).await;
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("expired") && error.message.contains("clock"), "{error}");
}

#[tokio::test]
async fn one_of_an_unknown_authority_points_to_the_configuration() {
    let error = refusal(1999..3000, false).await;
    assert_eq!(error.code, Code::Network);
    assert!(error.message.contains("ca_certificates"), "{error}");
}

#[tokio::test]
async fn one_of_an_authority_of_the_configuration_is_accepted() {
    let error = refusal(1999..3000, true).await;
    assert!(!error.message.contains("certificate"), "the handshake failed: {error}");
}
