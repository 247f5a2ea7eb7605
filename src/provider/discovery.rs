//! The provider's metadata: OpenID Connect Discovery 1.0 section 4, RFC 8414 section 2.
//!
//! [`Metadata`] is what the rest of the library believes about the provider's endpoints, whether it came from a document or
//! from the configuration. Endpoints given in the configuration win. No token passes here.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use serde_json::{Map, Value};
use url::Url;

use crate::config::{ProviderConfig, parse_endpoint};
use crate::error::{Code, Error, Result, clean};

/// Where everything is, checked.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// What `iss` must be, to the character; none for a plain OAuth 2.0 provider without one.
    pub issuer: Option<String>,
    /// RFC 6749 section 3.1.
    pub authorization_endpoint: Url,
    /// RFC 6749 section 3.2.
    pub token_endpoint: Url,
    /// OpenID Connect Core 1.0 section 5.3.
    pub userinfo_endpoint: Option<Url>,
    /// RFC 7517 section 5.
    pub jwks_uri: Option<Url>,
    /// RFC 7009 section 2.
    pub revocation_endpoint: Option<Url>,
    /// OpenID Connect RP-Initiated Logout 1.0 section 2.1.
    pub end_session_endpoint: Option<Url>,
    /// RFC 8628 section 4.
    pub device_authorization_endpoint: Option<Url>,
    /// `id_token_signing_alg_values_supported`, as names; empty if the provider does not say.
    pub id_token_algorithms: Vec<String>,
    /// `authorization_response_iss_parameter_supported`, RFC 9207 section 3.
    pub promises_issuer_parameter: bool,
}

/// The URL of the discovery document; a slash at the issuer's end is not doubled (section 4.1).
pub fn document_url(issuer: &str) -> Result<Url> {
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    parse_endpoint("issuer", &format!("{base}/.well-known/openid-configuration"))
}

/// The metadata without a document, where the configuration gives all that a sign-in needs.
pub fn from_configuration(config: &ProviderConfig, wants_id_token: bool) -> Option<Metadata> {
    let given = &config.endpoints;
    if wants_id_token && given.jwks.is_none() {
        return None;
    }
    Some(Metadata {
        issuer: config.issuer.clone(),
        authorization_endpoint: given.authorization.clone()?,
        token_endpoint: given.token.clone()?,
        userinfo_endpoint: given.userinfo.clone(),
        jwks_uri: given.jwks.clone(),
        revocation_endpoint: given.revocation.clone(),
        end_session_endpoint: given.end_session.clone(),
        device_authorization_endpoint: given.device_authorization.clone(),
        id_token_algorithms: Vec::new(),
        promises_issuer_parameter: false,
    })
}

/// Checks a discovery document (section 4.3) and completes it with what the configuration gives.
pub fn from_document(document: &Map<String, Value>, config: &ProviderConfig, issuer: &str) -> Result<Metadata> {
    check_issuer(document, issuer)?;
    let given = &config.endpoints;
    let endpoint = |name: &str, given: &Option<Url>| match given {
        Some(url) => Ok(Some(url.clone())),
        None => optional_endpoint(document, name, issuer),
    };
    Ok(Metadata {
        issuer: Some(issuer.to_owned()),
        authorization_endpoint: needed(
            endpoint("authorization_endpoint", &given.authorization)?,
            "authorization_endpoint",
        )?,
        token_endpoint: needed(endpoint("token_endpoint", &given.token)?, "token_endpoint")?,
        userinfo_endpoint: endpoint("userinfo_endpoint", &given.userinfo)?,
        jwks_uri: endpoint("jwks_uri", &given.jwks)?,
        revocation_endpoint: endpoint("revocation_endpoint", &given.revocation)?,
        end_session_endpoint: endpoint("end_session_endpoint", &given.end_session)?,
        device_authorization_endpoint: endpoint("device_authorization_endpoint", &given.device_authorization)?,
        id_token_algorithms: texts(document, "id_token_signing_alg_values_supported"),
        promises_issuer_parameter: document.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
    })
}

fn check_issuer(document: &Map<String, Value>, expected: &str) -> Result<()> {
    let found = document.get("issuer").and_then(Value::as_str).unwrap_or_default();
    if found == expected {
        return Ok(());
    }
    Err(Error::new(
        Code::Configuration,
        format!(
            "the discovery document is for the issuer \"{}\", not for \"{expected}\": configure the issuer exactly as the \
             provider writes it, with or without the slash at its end",
            clean(found, 200)
        ),
    ))
}

/// A provider on the network that sends codes and tokens to some program on this machine, unencrypted, is none.
fn optional_endpoint(document: &Map<String, Value>, name: &str, issuer: &str) -> Result<Option<Url>> {
    let text = match document.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(broken(name, "it is not a text")),
    };
    let url = parse_endpoint(name, text).map_err(|problem| broken(name, &problem.message))?;
    match url.scheme() == "https" || issuer.starts_with("http:") {
        true => Ok(Some(url)),
        false => Err(broken(name, "it is not https, and the issuer is")),
    }
}

fn needed(endpoint: Option<Url>, name: &str) -> Result<Url> {
    endpoint.ok_or_else(|| broken(name, "it is missing; set it in the configuration, or check the issuer"))
}

fn broken(name: &str, problem: &str) -> Error {
    Error::new(Code::ProviderError, format!("the provider's discovery document has no usable {name}: {problem}"))
}

fn texts(document: &Map<String, Value>, name: &str) -> Vec<String> {
    let list = document.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Endpoints;
    use serde_json::json;

    const ISSUER: &str = "https://id.example/";

    fn config() -> ProviderConfig {
        ProviderConfig { issuer: Some(ISSUER.into()), endpoints: Endpoints::default(), ca_certificates: Vec::new() }
    }

    fn document() -> Map<String, Value> {
        let document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/a",
            "token_endpoint": "https://id.example/t",
            "jwks_uri": "https://id.example/k",
            "authorization_response_iss_parameter_supported": true,
        });
        document.as_object().cloned().unwrap()
    }

    #[test]
    fn the_issuers_slash_is_not_doubled() {
        for issuer in ["https://id.example/tenant", "https://id.example/tenant/"] {
            let url = document_url(issuer).unwrap();
            assert_eq!(url.as_str(), "https://id.example/tenant/.well-known/openid-configuration");
        }
    }

    #[test]
    fn the_issuer_is_compared_to_the_character() {
        from_document(&document(), &config(), ISSUER).unwrap();
        let error = from_document(&document(), &config(), "https://id.example").unwrap_err();
        assert_eq!(error.code, Code::Configuration);
        assert!(error.message.contains("slash"), "{error}");
    }

    #[test]
    fn endpoints_that_must_not_be_opened_are_refused() {
        for bad in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "\\\\host\\share",
            "http://id.example/a",
            "http://127.0.0.1:8080/a",
            "http://localhost/a",
            "https://a/\"|calc",
        ] {
            let mut document = document();
            document.insert("authorization_endpoint".into(), bad.into());
            let error = from_document(&document, &config(), ISSUER).unwrap_err();
            assert_eq!(error.code, Code::ProviderError, "{bad}");
        }
    }

    #[test]
    fn a_configured_endpoint_wins_over_the_document() {
        let mut config = config();
        config.endpoints.token = Some(Url::parse("https://other.example/t").unwrap());
        let metadata = from_document(&document(), &config, ISSUER).unwrap();
        assert_eq!(metadata.token_endpoint.as_str(), "https://other.example/t");
        assert!(metadata.promises_issuer_parameter);
    }

    #[test]
    fn no_document_is_needed_when_all_is_given() {
        let mut config = config();
        config.endpoints.authorization = Some(Url::parse("https://id.example/a").unwrap());
        config.endpoints.token = Some(Url::parse("https://id.example/t").unwrap());
        assert!(from_configuration(&config, true).is_none(), "an ID token needs keys");
        assert!(from_configuration(&config, false).is_some());
    }
}
