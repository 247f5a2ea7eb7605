//! What the provider publishes: the discovery document and the key set (OpenID Connect Discovery 1.0).

use serde_json::{Value, json};

use crate::Misbehaviour as M;
use crate::exchange::Reply;
use crate::provider::Provider;

impl Provider {
    pub(crate) fn discovery(&self) -> Reply {
        let document = self.discovery_document();
        match self.misbehaviour() {
            Some(M::DiscoveryNotJson) => {
                Reply::new(200, "text/html; charset=utf-8", "<!doctype html><title>Welcome</title><p>Please log in.")
            }
            _ => Reply::json(200, &document),
        }
    }

    pub(crate) fn jwks(&self) -> Reply {
        Reply::json(200, &self.keys().jwks(self.misbehaviour()))
    }

    /// Where the headers of forged tokens point. A client that asks here has been fooled.
    pub(crate) fn stranger_jwks(&self) -> Reply {
        Reply::json(200, &json!({"keys": [self.keys().stranger.jwk()]}))
    }

    fn discovery_document(&self) -> Value {
        let misbehaviour = self.misbehaviour();
        let root = match misbehaviour {
            Some(M::DiscoveryHttpEndpoints) => "http://provider.example".to_owned(),
            _ => self.root.clone(),
        };
        let issuer = match misbehaviour {
            Some(M::DiscoveryWrongIssuer) => "https://other-issuer.example".to_owned(),
            _ => self.issuer.clone(),
        };
        let authorization_endpoint = match misbehaviour {
            Some(M::AuthorizationEndpointFile) => "file:///etc/passwd".to_owned(),
            Some(M::AuthorizationEndpointJavascript) => "javascript:alert(document.domain)//".to_owned(),
            Some(M::AuthorizationEndpointUnc) => "\\\\files.example\\share\\setup.exe".to_owned(),
            Some(M::AuthorizationEndpointShellCharacters) => {
                format!("{root}/authorize?a=\"';$(touch /tmp/latchkey-was-here)`id`&b=|calc.exe&c=%COMSPEC%")
            }
            _ => format!("{root}/authorize"),
        };
        let device = (misbehaviour != Some(M::DeviceNotOffered)).then(|| format!("{root}/device-authorization"));
        let methods = json!(["none", "client_secret_basic", "client_secret_post"]);
        json!({
            "issuer": issuer,
            "authorization_endpoint": authorization_endpoint,
            "token_endpoint": format!("{root}/token"),
            "userinfo_endpoint": format!("{root}/userinfo"),
            "jwks_uri": format!("{root}/jwks"),
            "revocation_endpoint": format!("{root}/revoke"),
            "end_session_endpoint": format!("{root}/end-session"),
            "device_authorization_endpoint": device,
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [self.options.algorithm.name()],
            "token_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "select_account", "consent"],
            "authorization_response_iss_parameter_supported": true,
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "email",
                "email_verified", "preferred_username", "picture", "locale"],
            "ui_locales_supported": ["en"],
        })
    }
}
