//! Mints ID tokens, right ones and all the wrong ones (OpenID Connect Core, 2).

use serde_json::{Map, Value, json};

use crate::Misbehaviour as M;
use crate::grants::Family;
use crate::keys::{Key, base64url, random_text};
use crate::person::Person;
use crate::provider::Provider;

/// Why an ID token is made.
pub(crate) enum Occasion {
    SignIn { nonce: Option<String> },
    Refresh,
}

impl Provider {
    pub(crate) fn id_token(&self, family: &Family, scope: &str, access_token: &str, occasion: &Occasion) -> String {
        let misbehaviour = self.misbehaviour();
        let mut keys = self.keys();
        if misbehaviour == Some(M::RotateBeforeSigning) {
            // A rotation that fails leaves the old key, and that signs as well.
            let _ = keys.rotate(true);
        }
        let claims = self.id_claims(family, scope, access_token, occasion, keys.signing());
        let id = keys.signing().id.clone();
        let kid = match misbehaviour {
            Some(M::KeyIdAbsentSingleKey | M::KeyIdAbsentManyKeys | M::KeyIdAbsentOneFits) => None,
            Some(M::UnknownKeyId) => Some("never-published".to_owned()),
            Some(M::KeyIdPath) => Some("../../etc/passwd".to_owned()),
            Some(M::KeyIdSql) => Some("x' UNION SELECT 'key' -- ".to_owned()),
            _ => Some(id.clone()),
        };
        let mut header = json!({"alg": keys.signing().algorithm.name(), "typ": "JWT"});
        if let Some(kid) = kid {
            header["kid"] = json!(kid);
        }
        let with_stranger = |name: &str, value: Value| {
            let stranger: &Key = &keys.stranger;
            let header = json!({"alg": "ES256", "typ": "JWT", "kid": id, name: value});
            compact(&header, &claims, |message| stranger.sign(message))
        };
        match misbehaviour {
            Some(M::AlgNone) => compact(&json!({"alg": "none", "typ": "JWT"}), &claims, |_| Vec::new()),
            Some(M::HmacWithPublicKey) => {
                header["alg"] = json!("HS256");
                compact(&header, &claims, |message| keys.signing().hmac_with_public_half(message))
            }
            Some(M::Es256Invalid) => {
                let header = json!({"alg": "ES256", "typ": "JWT", "kid": keys.elliptic.id});
                compact(&header, &claims, |message| spoiled(keys.elliptic.sign(message)))
            }
            Some(M::InvalidSignature) => compact(&header, &claims, |message| spoiled(keys.signing().sign(message))),
            Some(M::SmallRsaKey) => {
                let header = json!({"alg": "RS256", "typ": "JWT", "kid": "small"});
                compact(&header, &claims, |message| keys.small.sign(message))
            }
            Some(M::HeaderJwk) => with_stranger("jwk", keys.stranger.jwk()),
            Some(M::HeaderJku) => with_stranger("jku", json!(format!("{}/stranger/jwks", self.root))),
            Some(M::HeaderX5u) => with_stranger("x5u", json!(format!("{}/stranger/certificate", self.root))),
            Some(M::HeaderX5c) => with_stranger("x5c", json!(["MIIBpracticeCertificateThatIsNone"])),
            Some(M::HeaderCrit) => {
                header["crit"] = json!(["urn:practice:unknown"]);
                header["urn:practice:unknown"] = json!(true);
                compact(&header, &claims, |message| keys.signing().sign(message))
            }
            Some(M::Jwe) => {
                let header = base64url(json!({"alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT"}).to_string());
                let claims = base64url(Value::Object(claims).to_string());
                format!("{header}.{}.{}.{claims}.{}", random_text(), &random_text()[..16], &random_text()[..22])
            }
            _ => compact(&header, &claims, |message| keys.signing().sign(message)),
        }
    }

    fn id_claims(
        &self,
        family: &Family,
        scope: &str,
        access_token: &str,
        occasion: &Occasion,
        key: &Key,
    ) -> Map<String, Value> {
        let misbehaviour = self.misbehaviour();
        let now = self.now();
        let mut claims = Map::new();
        if !self.options.thin_id_token {
            claims.extend(family.person.claims(scope, &self.root));
            claims.extend(self.extra_claims());
        }
        let mut set = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
        set("iss", json!(self.issuer));
        set("sub", json!(family.person.sub));
        set("aud", json!(family.client_id));
        set("iat", json!(now));
        set("exp", json!(now.saturating_add_unsigned(self.options.id_token_lifetime_s)));
        set("auth_time", json!(family.auth_time));
        set("at_hash", json!(key.half_hash(access_token)));
        if let Occasion::SignIn { nonce: Some(nonce) } = occasion {
            set("nonce", json!(nonce));
        }

        let refreshing = matches!(occasion, Occasion::Refresh);
        match misbehaviour {
            Some(M::WrongIssuerInIdToken) => set("iss", json!("https://other-issuer.example")),
            Some(M::RefreshWrongIssuer) if refreshing => set("iss", json!("https://other-issuer.example")),
            Some(M::RefreshWrongSub) if refreshing => set("sub", json!("player-somebody-else")),
            Some(M::MissingSub) => drop(claims.remove("sub")),
            Some(M::WrongAudience) => set("aud", json!("another-client")),
            Some(M::MissingAudience) => drop(claims.remove("aud")),
            Some(M::AudienceArrayWithStranger) => set("aud", json!([family.client_id, "another-client"])),
            Some(M::AudienceArrayOfOne) => set("aud", json!([family.client_id])),
            Some(M::WrongAzp) => set("azp", json!("another-client")),
            Some(M::MissingIat) => drop(claims.remove("iat")),
            Some(M::MissingExp) => drop(claims.remove("exp")),
            Some(M::ExpiredIdToken) => {
                set("iat", json!(now - 7200));
                set("exp", json!(now - 3600));
            }
            Some(M::ExpAsText) => set("exp", json!((now + 300).to_string())),
            Some(M::HugeExp) => set("exp", json!(u64::MAX)),
            Some(M::HugeFloatExp) => set("exp", json!(1e300)),
            Some(M::FutureIat) => {
                set("iat", json!(now + 86_400));
                set("exp", json!(now + 86_400 + 300));
            }
            Some(M::WrongNonce) => set("nonce", json!(random_text())),
            Some(M::MissingNonce) => drop(claims.remove("nonce")),
            Some(M::WrongAtHash) => set("at_hash", json!(key.half_hash("another access token"))),
            _ => {}
        }
        claims
    }

    /// What userinfo says about a player.
    pub(crate) fn userinfo_claims(&self, person: &Person, scope: &str) -> Value {
        let mut claims = person.claims(scope, &self.root);
        claims.extend(self.extra_claims());
        let sub = if self.does(M::UserinfoWrongSub) { "player-somebody-else" } else { &person.sub };
        claims.insert("sub".to_owned(), json!(sub));
        Value::Object(claims)
    }
}

/// Header, claims and signature in the compact form (RFC 7515, 7.1).
fn compact(header: &Value, claims: &Map<String, Value>, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let claims = Value::Object(claims.clone()).to_string();
    let message = format!("{}.{}", base64url(header.to_string()), base64url(claims));
    let signature = base64url(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// One bit wrong.
fn spoiled(mut signature: Vec<u8>) -> Vec<u8> {
    if let Some(byte) = signature.get_mut(10) {
        *byte ^= 1;
    }
    signature
}
