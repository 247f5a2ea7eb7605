//! What a provider's requests leave behind.
//!
//! It may listen on a free port of loopback and answer with one document.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const BOUND: Duration = Duration::from_secs(10);

async fn listening() -> (TcpListener, Provider) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let config = ProviderConfig { issuer: Some(issuer), endpoints: Default::default(), ca_certificates: Vec::new() };
    (listener, Provider::new(config, false))
}

/// Takes one connection, answers its first request, and keeps it open.
async fn answer(listener: &TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let document = serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "response_types_supported": ["code"],
    })
    .to_string();
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(7200));
    let head = format!("HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: {}\r\n\r\n", document.len());
    stream.write_all((head + &document).as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn connections_that_are_forgotten_are_closed_and_the_next_request_connects_anew() {
    let (listener, provider) = listening().await;
    let (fetched, mut stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
    assert!(provider.http.lock().is_some(), "there is a connection to be forgotten");
    provider.forget_connections();
    let end = tokio::time::timeout(BOUND, stream.read(&mut [0])).await;
    assert_eq!(end.expect("the connection is still open").unwrap(), 0);
    *provider.metadata.lock().await = None;
    let (fetched, _stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
}

#[tokio::test]
async fn what_the_clock_of_the_provider_said_is_not_forgotten_with_the_connection() {
    let (listener, provider) = listening().await;
    assert_eq!(provider.clock_skew(), None);
    let (fetched, _stream) = tokio::join!(provider.metadata(), answer(&listener));
    fetched.unwrap();
    provider.forget_connections();
    let skew = provider.clock_skew().unwrap();
    assert!((7190..=7200).contains(&skew), "{skew}");
}

#[tokio::test]
async fn a_request_that_is_under_way_is_not_cut_off() {
    let (listener, provider) = listening().await;
    let serving = async {
        let (stream, ()) = tokio::join!(answer(&listener), async { provider.forget_connections() });
        stream
    };
    let (fetched, _stream) = tokio::join!(provider.metadata(), serving);
    fetched.unwrap();
}
