//! A door for `fuzz/`: what the token endpoint answers.

use oauth2::http::{HeaderValue, Response, StatusCode, header};
use oauth2::{AuthorizationCode, ClientId, TokenUrl};
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{OAuthClient, Sent, Tokens, read};
use crate::error::{Code, Error, clean};
use crate::fuzzing::assert_is_sentence;

const STATUSES: [StatusCode; 4] =
    [StatusCode::OK, StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::NO_CONTENT];
const CONTENT_TYPES: [Option<&str>; 4] =
    [Some("application/json"), Some("application/json;charset=UTF-8"), Some("text/html"), None];
/// Shorter ones stand in honest sentences by chance.
const SHORTEST_SECRET: usize = 16;

/// The first byte chooses status, content type and grant; the rest is the body. What was accepted is returned.
pub fn token_response(data: &[u8]) -> Option<Tokens> {
    let (&how, body) = data.split_first()?;
    let how = usize::from(how);
    let spent = if how & 16 == 0 { Code::ProviderError } else { Code::SessionExpired };
    let answer = || {
        let mut response = Response::new(body.to_vec());
        *response.status_mut() = STATUSES[how & 3];
        if let Some(kind) = CONTENT_TYPES[how >> 2 & 3] {
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        Ok::<_, Error>(response)
    };
    let url = TokenUrl::new("https://id.example/token".to_owned()).expect("a URL");
    let oauth: OAuthClient = oauth2::Client::new(ClientId::new("game".to_owned())).set_token_uri(url);
    match read(
        oauth.exchange_code(AuthorizationCode::new("code".to_owned())).request(&|_| answer()),
        spent,
        &Sent::only([]),
    ) {
        Ok(tokens) => {
            assert_eq!(STATUSES[how & 3], StatusCode::OK, "tokens from an error");
            assert_usable(&tokens);
            Some(tokens)
        }
        Err(error) => {
            assert_is_sentence(&error);
            assert_holds_no_token(&error, body);
            None
        }
    }
}

/// RFC 6749 appendix A.12, RFC 6750 section 2.1: what `Authorization: Bearer …` can carry.
fn assert_usable(tokens: &Tokens) {
    let access_token = tokens.access_token.expose_secret();
    assert!(!access_token.is_empty(), "an access token that is none");
    assert!(
        HeaderValue::from_str(&format!("Bearer {access_token}")).is_ok(),
        "an access token that no header can carry"
    );
    assert!(access_token.is_ascii() && !access_token.contains('\t'), "an access token with foreign characters");
    assert!(
        tokens.refresh_token.as_ref().is_none_or(|token| !token.expose_secret().is_empty()),
        "a refresh token that is none"
    );
}

/// The provider's words are shown, cleaned and the type in small letters; a token in the same answer never.
fn assert_holds_no_token(error: &Error, body: &[u8]) {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else { return };
    let words: Vec<_> = ["error", "error_description", "token_type"]
        .iter()
        .filter_map(|name| answer.get(*name)?.as_str())
        .map(|words| clean(words, words.len()))
        .flat_map(|words| [words.to_lowercase(), words])
        .collect();
    for name in ["access_token", "refresh_token", "id_token"] {
        let Some(token) = answer.get(name).and_then(Value::as_str).filter(|token| token.len() >= SHORTEST_SECRET)
        else {
            continue;
        };
        let is_in_words = words.iter().any(|words| words.contains(token));
        assert!(is_in_words || !error.message.contains(token), "a sentence with the {name}");
    }
}
