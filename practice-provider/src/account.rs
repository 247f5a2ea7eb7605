//! What happens after sign-in: userinfo, revocation, the end of the session; and the two pages nobody has to see.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use crate::Misbehaviour as M;
use crate::authorize::is_loopback;
use crate::exchange::{LoggedRequest, Reply};
use crate::keys::random_text;
use crate::pages;
use crate::provider::Provider;

impl Provider {
    /// OpenID Connect Core, 5.3; errors as in RFC 6750, 3.
    pub(crate) fn userinfo(&self, request: &LoggedRequest) -> Reply {
        let refused = |challenge: &str| {
            Reply::private_json(401, &serde_json::json!({"error": "invalid_token"})).with("WWW-Authenticate", challenge)
        };
        let token = request
            .header("Authorization")
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        let Some(token) = token else { return refused("Bearer realm=\"practice\"") };
        let access = self.grants().access(token).map(|(person, scope)| (person.clone(), scope.to_owned()));
        match access {
            Some((person, scope)) => Reply::private_json(200, &self.userinfo_claims(&person, &scope)),
            None => refused("Bearer realm=\"practice\", error=\"invalid_token\""),
        }
    }

    /// RFC 7009. An unknown token is fine: it is as gone as it can be.
    pub(crate) fn revoke(&self, request: &LoggedRequest) -> Reply {
        let client_id = match self.authenticated_client(request) {
            Ok(client_id) => client_id,
            Err(reply) => return reply,
        };
        let Some(token) = request.parameter("token") else {
            return Reply::oauth_error(400, "invalid_request", "token is missing");
        };
        self.grants().revoke(token, &client_id);
        Reply::new(200, "text/plain", "").with("Cache-Control", "no-store")
    }

    /// OpenID Connect RP-Initiated Logout 1.0.
    pub(crate) fn end_session(&self, request: &LoggedRequest) -> Reply {
        let hint = match request.parameter("id_token_hint").map(|hint| self.hinted_sub(hint)) {
            Some(None) => return Reply::page(400, pages::problem("id_token_hint is not an ID token from here.")),
            Some(sub) => sub,
            None => None,
        };
        let back = request.parameter("post_logout_redirect_uri");
        if back.is_some_and(|uri| !is_loopback(uri)) {
            return Reply::page(400, pages::problem("post_logout_redirect_uri is not on this machine."));
        }
        if back.is_some() && hint.is_none() && request.parameter("client_id").is_none() {
            let words = "A way back needs id_token_hint or client_id, to tell whose it is.";
            return Reply::page(400, pages::problem(words));
        }
        self.grants().end_sessions(request.cookie(&self.cookie_name), hint.as_deref());
        let reply = match back.and_then(|uri| Url::parse(uri).ok()) {
            Some(mut url) => {
                let state = match (self.misbehaviour(), request.parameter("state")) {
                    (Some(M::LogoutStateMissing), _) => None,
                    (Some(M::LogoutStateWrong), _) => Some(random_text()),
                    (_, state) => state.map(str::to_owned),
                };
                if let Some(state) = state {
                    url.query_pairs_mut().append_pair("state", &state);
                }
                Reply::redirect(302, url)
            }
            None => Reply::page(200, pages::signed_out()),
        };
        reply.with("Set-Cookie", format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", self.cookie_name))
    }

    /// The `sub` of a token that claims to be from here. A hint only chooses whom to sign out, so its signature and
    /// age don't matter.
    fn hinted_sub(&self, token: &str) -> Option<String> {
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        if claims.get("iss")?.as_str()? != self.issuer {
            return None;
        }
        Some(claims.get("sub")?.as_str()?.to_owned())
    }

    /// The player's picture: initials on a disc.
    pub(crate) fn picture(&self, request: &LoggedRequest) -> Reply {
        let initials: String = request.parameter("initials").unwrap_or("?").chars().take(2).collect();
        Reply::new(200, "image/svg+xml", pages::picture(&initials))
            .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
    }

    pub(crate) fn welcome(&self) -> Reply {
        Reply::page(200, pages::welcome(&self.issuer))
    }

    pub(crate) fn not_found(&self) -> Reply {
        Reply::page(404, pages::problem("There is no such page here."))
    }
}
