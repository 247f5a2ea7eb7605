//! The token endpoint: codes and refresh tokens in, tokens out; and its misbehaviour.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::Misbehaviour as M;
use crate::exchange::{Answer, LoggedRequest, Reply};
use crate::grants::{DeviceNews, Family};
use crate::id_token::Occasion;
use crate::keys::base64url;
use crate::provider::Provider;

impl Provider {
    /// RFC 6749, 4.1.3 and 6.
    pub(crate) fn token(&self, request: &LoggedRequest) -> Answer {
        let client_id = match self.authenticated_client(request) {
            Ok(client_id) => client_id,
            Err(reply) => return reply.into(),
        };
        if self.does(M::TokenInvalidGrant) {
            return invalid_grant("The grant is no longer good.").into();
        }
        let grant = request.parameter("grant_type");
        let echoes = match self.misbehaviour() {
            Some(M::TokenEchoes) => grant != Some("refresh_token"),
            Some(M::RefreshEchoes) => grant == Some("refresh_token"),
            _ => false,
        };
        if echoes {
            return invalid_grant(&self.repeated(request)).into();
        }
        let response = match grant {
            Some("authorization_code") => self.grant_for_code(request, &client_id),
            Some("refresh_token") => self.grant_for_refresh_token(request, &client_id),
            Some("urn:ietf:params:oauth:grant-type:device_code") => self.grant_for_device_code(request, &client_id),
            Some(_) => Err(Reply::oauth_error(400, "unsupported_grant_type", "This grant type is not supported.")),
            None => Err(Reply::oauth_error(400, "invalid_request", "grant_type is missing")),
        };
        match response {
            Ok(_) if grant == Some("refresh_token") && self.does(M::RefreshLostAnswer) => Answer::HangUp(Vec::new()),
            Ok(response) => Reply::private_json(200, &response).into(),
            Err(reply) => reply.into(),
        }
    }

    /// What a careless server writes into its answer.
    fn repeated(&self, request: &LoggedRequest) -> String {
        let sent = ["code", "code_verifier", "refresh_token", "device_code", "client_secret"];
        let sent = sent.iter().filter_map(|name| request.parameter(name));
        let own = self.options.client_secret.iter().map(|(_, secret)| secret.as_str());
        sent.chain(own).collect::<Vec<_>>().join(" is not ")
    }

    /// The client, by Basic, by form or public (RFC 6749, 2.3).
    pub(crate) fn authenticated_client(&self, request: &LoggedRequest) -> Result<String, Reply> {
        let refused = |description| {
            Reply::oauth_error(401, "invalid_client", description).with("WWW-Authenticate", "Basic realm=\"practice\"")
        };
        let basic = match request.header("Authorization") {
            Some(value) => Some(basic_credentials(value).ok_or_else(|| refused("the Authorization header is broken"))?),
            None => None,
        };
        let by_basic = basic.is_some();
        let (client_id, secret) = match (basic, request.parameter("client_id")) {
            (Some((id, _)), Some(other)) if id != other => {
                return Err(Reply::oauth_error(400, "invalid_request", "two different client ids"));
            }
            (Some((id, secret)), _) => (id, Some(secret)),
            (None, Some(id)) => (id.to_owned(), request.parameter("client_secret").map(str::to_owned)),
            (None, None) => return Err(Reply::oauth_error(400, "invalid_request", "client_id is missing")),
        };
        match &self.options.client_secret {
            Some((id, right)) if *id == client_id => {
                if by_basic && request.parameter("client_secret").is_some() {
                    return Err(Reply::oauth_error(400, "invalid_request", "more than one way of authentication"));
                }
                if secret.as_deref() != Some(right) {
                    return Err(refused("the client secret is missing or wrong"));
                }
            }
            _ if secret.is_some_and(|secret| !secret.is_empty()) => {
                return Err(refused("this client is public and has no secret"));
            }
            _ => {}
        }
        Ok(client_id)
    }

    fn grant_for_code(&self, request: &LoggedRequest, client_id: &str) -> Result<Value, Reply> {
        let code = required(request, "code")?;
        let redirect_uri = required(request, "redirect_uri")?;
        let verifier = required(request, "code_verifier")?;
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(unreserved) {
            return Err(Reply::oauth_error(400, "invalid_request", "code_verifier is not one (RFC 7636, 4.1)"));
        }
        let challenge = base64url(digest::digest(&digest::SHA256, verifier.as_bytes()));
        let mut grants = self.grants();
        let (number, authorization) =
            grants.redeem_code(code, client_id, redirect_uri, &challenge).map_err(invalid_grant)?;
        let family = grants.family(number).cloned().ok_or_else(|| invalid_grant("the code is revoked"))?;
        drop(grants);
        let refresh = self.options.always_refresh_token || has_scope(&family.scope, "offline_access");
        let occasion = Occasion::SignIn { nonce: authorization.nonce };
        Ok(self.tokens(number, &family, &family.scope, refresh, &occasion))
    }

    /// RFC 8628, 3.4 and 3.5.
    fn grant_for_device_code(&self, request: &LoggedRequest, client_id: &str) -> Result<Value, Reply> {
        let code = required(request, "device_code")?;
        let error = |name| Err(Reply::oauth_error(400, name, "Ask again, or begin anew."));
        let news = self.grants().ask_device(code, client_id, self.does(M::DeviceSlowDown));
        let number = match (self.misbehaviour(), news) {
            (Some(M::DeviceDenied), _) | (_, DeviceNews::Denied) => {
                return Err(Reply::oauth_error(400, "access_denied", "The player cancelled the sign-in."));
            }
            (Some(M::DeviceExpired), _) | (_, DeviceNews::Expired) => return error("expired_token"),
            (Some(M::DeviceUnknownError), _) => return error("practice_makes_perfect"),
            (Some(M::DevicePendingWith200), DeviceNews::Pending) => {
                return Err(Reply::oauth_error(200, "authorization_pending", "Not yet."));
            }
            (_, DeviceNews::Pending) => return error("authorization_pending"),
            (_, DeviceNews::SlowDown) => return error("slow_down"),
            (_, DeviceNews::Unknown) => return Err(invalid_grant("the device code is unknown, or was used before")),
            (_, DeviceNews::Granted(number)) => number,
        };
        let family = self.grants().family(number).cloned().ok_or_else(|| invalid_grant("the sign-in is revoked"))?;
        let refresh = self.options.always_refresh_token || has_scope(&family.scope, "offline_access");
        // There is no parameter by which a nonce could have come.
        Ok(self.tokens(number, &family, &family.scope, refresh, &Occasion::SignIn { nonce: None }))
    }

    fn grant_for_refresh_token(&self, request: &LoggedRequest, client_id: &str) -> Result<Value, Reply> {
        let token = required(request, "refresh_token")?;
        let rotate = !self.does(M::RefreshWithoutRotation);
        let (number, family) = self.grants().redeem_refresh_token(token, client_id, rotate).map_err(invalid_grant)?;
        // A narrower scope may be asked for, never a wider one; what was not granted is left out.
        let scope = match request.parameter("scope") {
            Some(asked) => asked.split(' ').filter(|one| has_scope(&family.scope, one)).collect::<Vec<_>>().join(" "),
            None => family.scope.clone(),
        };
        Ok(self.tokens(number, &family, &scope, rotate, &Occasion::Refresh))
    }

    fn tokens(&self, number: u64, family: &Family, scope: &str, refresh: bool, occasion: &Occasion) -> Value {
        let misbehaviour = self.misbehaviour();
        let lifetime = Some(self.options.access_token_lifetime_s).filter(|seconds| *seconds > 0);
        let (access_token, refresh_token) = {
            let mut grants = self.grants();
            let access_token = grants.issue_access_token(number, scope, lifetime.map(Duration::from_secs));
            (access_token, refresh.then(|| grants.issue_refresh_token(number)))
        };
        let token_type = match misbehaviour {
            Some(M::TokenTypeUppercase) => "BEARER",
            Some(M::TokenTypeLowercase) => "bearer",
            Some(M::TokenTypeUnknown) => "practice-mac",
            _ => "Bearer",
        };
        let mut response = json!({"access_token": access_token, "token_type": token_type, "scope": scope});
        if let Some(seconds) = lifetime.filter(|_| misbehaviour != Some(M::NoExpiresIn)) {
            response["expires_in"] = json!(seconds);
        }
        if let Some(refresh_token) = refresh_token {
            response["refresh_token"] = json!(refresh_token);
        }
        let left_out = match misbehaviour {
            Some(M::NoIdToken) => true,
            Some(M::RefreshWithoutIdToken) => matches!(occasion, Occasion::Refresh),
            _ => false,
        };
        if has_scope(scope, "openid") && !left_out {
            let id_token = self.id_token(family, scope, &access_token, occasion);
            self.grants().note("ID token", &id_token);
            response["id_token"] = json!(id_token);
        }
        response
    }
}

fn required<'a>(request: &'a LoggedRequest, name: &str) -> Result<&'a str, Reply> {
    let missing = || Reply::oauth_error(400, "invalid_request", &format!("{name} is missing or repeated"));
    request.parameter(name).ok_or_else(missing)
}

fn invalid_grant(description: &str) -> Reply {
    Reply::oauth_error(400, "invalid_grant", description)
}

fn has_scope(scope: &str, wanted: &str) -> bool {
    scope.split(' ').any(|one| one == wanted)
}

/// Id and secret are form-encoded before they are joined (RFC 6749, 2.3.1).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // As a key, so that an equals sign in the text does not split it.
    let escaped = text.replace('=', "%3D").replace('&', "%26");
    form_urlencoded::parse(escaped.as_bytes()).next().map(|(key, _)| key.into_owned()).unwrap_or_default()
}
