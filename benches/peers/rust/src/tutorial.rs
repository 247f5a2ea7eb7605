//! The way of the tutorials: endpoints by hand, a new connection for each request, and the ID token believed as it comes. It has
//! PKCE, which they lack and the provider insists on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::PkceCodeChallenge;
use openidconnect::reqwest;
use serde_json::Value;
use url::Url;

use crate::{REDIRECT_URI, Result, parameter};

pub struct Player {
    issuer: String,
    userinfo: bool,
    authority: reqwest::Certificate,
    verifier: String,
    refresh_token: String,
}

impl Player {
    pub fn new(issuer: &str, userinfo: bool, authority: reqwest::Certificate) -> Self {
        Self { issuer: issuer.to_owned(), userinfo, authority, verifier: String::new(), refresh_token: String::new() }
    }

    pub fn click(&mut self) -> Result<String> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        self.verifier = verifier.into_secret();
        let parameters = [
            ("response_type", "code"),
            ("client_id", "practice-game"),
            ("redirect_uri", REDIRECT_URI),
            ("scope", "openid profile email offline_access"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Ok(Url::parse_with_params(&format!("{}/authorize", self.issuer), parameters)?.into())
    }

    pub async fn callback(&mut self, url: &str) -> Result<(String, String)> {
        let code = parameter(url, "code")?;
        let tokens = self
            .token(&[
                ("grant_type", "authorization_code"),
                ("client_id", "practice-game"),
                ("code", &code),
                ("code_verifier", &self.verifier),
                ("redirect_uri", REDIRECT_URI),
            ])
            .await?;
        self.refresh_token = text(&tokens, "refresh_token")?;
        let claims = if self.userinfo {
            let request = self.http()?.get(format!("{}/userinfo", self.issuer));
            body(request.bearer_auth(text(&tokens, "access_token")?)).await?
        } else {
            let token = text(&tokens, "id_token")?;
            let claims = token.split('.').nth(1).ok_or("the ID token has no claims")?;
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims)?)?
        };
        Ok((text(&claims, "sub")?, text(&claims, "name")?))
    }

    pub async fn refresh(&mut self) -> Result<()> {
        let parameters =
            [("grant_type", "refresh_token"), ("client_id", "practice-game"), ("refresh_token", &self.refresh_token)];
        let tokens = self.token(&parameters).await?;
        self.refresh_token = text(&tokens, "refresh_token")?;
        Ok(())
    }

    async fn token(&self, parameters: &[(&str, &str)]) -> Result<Value> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let request = self.http()?.post(format!("{}/token", self.issuer));
        body(request.header("Content-Type", "application/x-www-form-urlencoded").body(form)).await
    }

    /// A new one each time, and with it a new connection.
    fn http(&self) -> Result<reqwest::Client> {
        Ok(reqwest::Client::builder().add_root_certificate(self.authority.clone()).build()?)
    }
}

async fn body(request: reqwest::RequestBuilder) -> Result<Value> {
    let answer = request.send().await?.error_for_status()?;
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).ok_or_else(|| format!("the answer has no {name}").into())
}
