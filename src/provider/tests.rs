//! Connections to the provider: how many there are, what is sent on them, and when they end.
//!
//! It may listen on free ports of loopback and answer with one document.

use std::sync::Arc;

use rustls::HandshakeKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::config::Endpoints;

const BOUND: Duration = Duration::from_secs(10);

async fn listening() -> (TcpListener, Provider) {
    listening_for(false).await
}

async fn listening_for(id_tokens: bool) -> (TcpListener, Provider) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let config = ProviderConfig { issuer: Some(issuer), endpoints: Default::default(), ca_certificates: Vec::new() };
    (listener, Provider::new(config, id_tokens))
}

/// A provider whose endpoints need no document: token at the first, userinfo at the second.
fn configured(
    token: &Url,
    userinfo: &Url,
    ca_certificates: Vec<rustls::pki_types::CertificateDer<'static>>,
) -> Provider {
    let endpoints = Endpoints {
        authorization: Some(token.clone()),
        token: Some(token.clone()),
        userinfo: Some(userinfo.clone()),
        ..Endpoints::default()
    };
    Provider::new(ProviderConfig { issuer: None, endpoints, ca_certificates }, false)
}

async fn one_endpoint() -> (TcpListener, Url, Provider) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let provider = configured(&url, &url, Vec::new());
    (listener, url, provider)
}

/// Answers the first request of a connection, and keeps it open.
async fn answer_on<S: AsyncReadExt + AsyncWriteExt + Unpin>(stream: &mut S, document: &str) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(7200));
    let head = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {}\r\n\r\n", document.len());
    stream.write_all((head + document).as_bytes()).await.unwrap();
}

/// Takes one connection and answers its first request with the provider's metadata.
async fn answer(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let document = serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
    });
    answer_on(&mut stream, &document.to_string()).await;
    stream
}

async fn ask(provider: &Provider, url: &Url) -> Result<Map<String, Value>> {
    provider.userinfo(url, &"token".into()).await
}

/// While a login waits for its player.
async fn warmed<T>(provider: &Provider, userinfo: bool, meanwhile: impl Future<Output = T>) -> T {
    tokio::select! {
        () = provider.keep_warm(userinfo) => unreachable!("it waits for ever"),
        value = tokio::time::timeout(BOUND, meanwhile) => value.expect("it hangs"),
    }
}

/// Waits until the other side has closed it, without having sent anything.
async fn closed_in_silence(stream: &mut TcpStream) {
    let end = tokio::time::timeout(BOUND, stream.read(&mut [0])).await;
    assert_eq!(end.expect("the connection is still open").unwrap(), 0);
}

#[tokio::test]
async fn connections_are_closed_when_nobody_holds_them_and_the_next_request_connects_anew() {
    let (listener, provider) = listening().await;
    let (fetched, mut stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
    closed_in_silence(&mut stream).await;
    *provider.metadata.lock().await = None;
    let (fetched, _stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_held_is_shared_and_closed_with_the_last_holder() {
    let (listener, url, provider) = one_endpoint().await;
    let (login, refresh) = (provider.connections(), provider.connections());
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        answer_on(&mut stream, "{}").await;
        answer_on(&mut stream, "{}").await;
        stream
    };
    let asking = async {
        ask(&provider, &url).await.unwrap();
        drop(login);
        ask(&provider, &url).await.unwrap();
    };
    let (mut stream, ()) = tokio::join!(serving, asking);
    drop(refresh);
    closed_in_silence(&mut stream).await;
}

/// A client that was just created is still being warmed up when its first login is cancelled.
#[tokio::test]
async fn what_is_fetched_beyond_the_end_of_a_login_leaves_no_connection_open() {
    let (listener, provider) = listening_for(true).await;
    let login = provider.connections();
    let serving = async {
        let mut stream = answer(&listener).await;
        drop(login);
        answer_on(&mut stream, r#"{"keys": []}"#).await;
        stream
    };
    let ((), mut stream) = tokio::join!(provider.warm_up(), serving);
    closed_in_silence(&mut stream).await;
}

#[tokio::test]
async fn what_the_clock_of_the_provider_said_is_not_forgotten_with_the_connection() {
    let (listener, provider) = listening().await;
    assert_eq!(provider.clock_skew(), None);
    let (fetched, _stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
    let skew = provider.clock_skew().unwrap();
    assert!((7190..=7200).contains(&skew), "{skew}");
}

#[tokio::test]
async fn while_the_player_types_a_connection_is_open_on_which_nothing_is_sent_until_the_request_that_uses_it() {
    let (listener, url, provider) = one_endpoint().await;
    let player = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut byte = [0];
        let silence = tokio::time::timeout(Duration::from_millis(100), stream.peek(&mut byte)).await;
        assert!(silence.is_err(), "something was sent, or it was closed: {silence:?}");
        let (asked, ()) = tokio::join!(ask(&provider, &url), answer_on(&mut stream, "{}"));
        asked.unwrap();
    };
    warmed(&provider, true, player).await;
}

#[tokio::test]
async fn the_connection_of_a_login_that_is_over_is_closed() {
    let (listener, _, provider) = one_endpoint().await;
    let opened = async {
        let (stream, _) = listener.accept().await.unwrap();
        // Laid down, not just on the way.
        while !provider.connections().has_one_ahead() {
            tokio::task::yield_now().await;
        }
        stream
    };
    let mut stream = warmed(&provider, false, opened).await;
    closed_in_silence(&mut stream).await;
}

#[tokio::test]
async fn userinfo_elsewhere_has_a_connection_of_its_own_if_it_may_be_asked() {
    for (may_be_asked, expected) in [(true, 1), (false, 0)] {
        let (token_host, token, _) = one_endpoint().await;
        let (userinfo_host, userinfo, _) = one_endpoint().await;
        let provider = configured(&token, &userinfo, Vec::new());
        let mut connections = Vec::new();
        let counting = async {
            let _token = token_host.accept().await.unwrap();
            let mut wait = if may_be_asked { BOUND } else { Duration::from_millis(100) };
            while let Ok(Ok(connection)) = tokio::time::timeout(wait, userinfo_host.accept()).await {
                connections.push(connection);
                wait = Duration::from_millis(100);
            }
        };
        warmed(&provider, may_be_asked, counting).await;
        assert_eq!(connections.len(), expected);
    }
}

/// The other side may close a connection that was just made. The request, of which nothing was written, goes out on another.
#[tokio::test]
async fn a_request_of_which_nothing_was_written_is_sent_on_another_connection() {
    let (listener, url, provider) = one_endpoint().await;
    let serving = async {
        drop(listener.accept().await.unwrap());
        let (mut stream, _) = listener.accept().await.unwrap();
        answer_on(&mut stream, "{}").await;
    };
    let sending = async {
        let request = oauth2::http::Request::post(url.as_str()).body(Vec::new()).unwrap();
        provider.connections().send("the token endpoint", request).await
    };
    let both = async { tokio::join!(sending, serving) };
    let (sent, ()) = tokio::time::timeout(BOUND, both).await.expect("it was not sent");
    sent.unwrap();
}

#[tokio::test]
async fn a_request_of_which_something_was_written_is_never_sent_again() {
    let (listener, url, provider) = one_endpoint().await;
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert_ne!(stream.read(&mut [0]).await.unwrap(), 0);
        drop(stream);
        let again = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
        assert!(again.is_err(), "it was tried again");
    };
    let sending = async {
        let request = oauth2::http::Request::post(url.as_str()).body(b"code=1".to_vec()).unwrap();
        provider.connections().send("the token endpoint", request).await
    };
    let (sent, ()) = tokio::join!(sending, serving);
    assert_eq!(sent.unwrap_err().code, Code::Network);
}

/// How long the documents' connection has been silent nobody knows, so the code goes over another.
#[tokio::test]
async fn the_code_does_not_go_over_the_connection_that_the_documents_came_by() {
    let (listener, provider) = listening().await;
    let player = async {
        let mut documents = answer(&listener).await;
        let (mut ahead, _) = listener.accept().await.unwrap();
        closed_in_silence(&mut documents).await;
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let (asked, ()) = tokio::join!(ask(&provider, &url), answer_on(&mut ahead, "{}"));
        asked.unwrap();
    };
    warmed(&provider, false, player).await;
}

/// TLS with an authority of its own, on loopback.
async fn behind_tls() -> (TcpListener, TlsAcceptor, Url, Provider) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let certificate = certificate.der().clone();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.clone()],
            rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = Url::parse(&format!("https://localhost:{}/", listener.local_addr().unwrap().port())).unwrap();
    let provider = configured(&url, &url, vec![certificate]);
    (listener, TlsAcceptor::from(Arc::new(config)), url, provider)
}

/// Two round trips less with an old TLS, no certificate to be checked with a new one.
#[tokio::test]
async fn tls_is_resumed_by_every_later_connection_also_of_a_later_login() {
    let (listener, acceptor, url, provider) = behind_tls().await;
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let serving = async {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            answer_on(&mut stream, "{}").await;
            stream.get_ref().1.handshake_kind().unwrap()
        };
        let (kind, asked) = tokio::join!(serving, ask(&provider, &url));
        asked.unwrap();
        kinds.push(kind);
    }
    assert_eq!(kinds, [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed]);
}

/// The code comes while TLS is still being negotiated.
#[tokio::test]
async fn a_request_that_comes_while_the_connection_is_being_opened_uses_it() {
    let (listener, acceptor, url, provider) = behind_tls().await;
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let asking = async {
            let asked = ask(&provider, &url);
            tokio::time::timeout(BOUND, asked).await.expect("an answer").unwrap();
        };
        let answering = async {
            let second = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
            assert!(second.is_err(), "another connection was made");
            let mut stream = acceptor.accept(stream).await.unwrap();
            answer_on(&mut stream, "{}").await;
            stream
        };
        tokio::join!(asking, answering)
    };
    warmed(&provider, false, serving).await;
}
