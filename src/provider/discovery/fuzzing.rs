//! A door for `fuzz/`: the provider's discovery document.

use url::{Host, Url};

use super::{Metadata, from_document};
use crate::config::{Endpoints, ProviderConfig};
use crate::fuzzing::assert_is_sentence;
use crate::provider::http::json_object;

/// One on the network, one on this machine.
const ISSUERS: [&str; 2] = ["https://id.example/", "http://127.0.0.1:8080"];

/// From the body of the answer to endpoints that may be used.
pub fn discovery_document(data: &[u8]) {
    ISSUERS.into_iter().for_each(|issuer| of_issuer(data, issuer));
}

fn of_issuer(data: &[u8], issuer: &str) {
    let config =
        ProviderConfig { issuer: Some(issuer.into()), endpoints: Endpoints::default(), ca_certificates: Vec::new() };
    let url = Url::parse(issuer).expect("a URL");
    let outcome = json_object("the discovery document", &url, data)
        .and_then(|document| from_document(&document, &config, issuer).map(|metadata| (document, metadata)));
    match outcome {
        Ok((document, metadata)) => {
            assert_eq!(document["issuer"], issuer, "a document of another issuer");
            assert_usable(&metadata, issuer);
        }
        Err(error) => assert_is_sentence(&error),
    }
}

fn assert_usable(metadata: &Metadata, issuer: &str) {
    assert_eq!(metadata.issuer.as_deref(), Some(issuer));
    let given = [&metadata.authorization_endpoint, &metadata.token_endpoint];
    let optional = [
        &metadata.userinfo_endpoint,
        &metadata.jwks_uri,
        &metadata.revocation_endpoint,
        &metadata.end_session_endpoint,
        &metadata.device_authorization_endpoint,
    ];
    for url in given.into_iter().chain(optional.into_iter().flatten()) {
        let on_loopback = match url.host() {
            Some(Host::Ipv4(address)) => address.octets()[0] == 127,
            Some(Host::Ipv6(address)) => address.segments() == [0, 0, 0, 0, 0, 0, 0, 1],
            Some(Host::Domain(name)) => name.rsplit('.').next() == Some("localhost"),
            None => panic!("an endpoint without a host: {url}"),
        };
        let may_be_open = issuer.starts_with("http:") && on_loopback;
        assert!(url.scheme() == "https" || (url.scheme() == "http" && may_be_open), "an endpoint at {url}");
        assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{url}");
        // It may be handed to the system as the address that a browser is to open.
        let safe = |byte: u8| matches!(byte, 0x21..=0x7e) && !b"\"<>`\\".contains(&byte);
        assert!(url.as_str().bytes().all(safe), "an endpoint with characters of a shell: {url}");
    }
}
