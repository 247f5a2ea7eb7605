//! The authorization endpoint and the pages behind it: name, one-time code, and back to the game.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use url::{Host, Url};

use crate::Misbehaviour as M;
use crate::exchange::{LoggedRequest, Reply};
use crate::grants::{Authorization, BrowserSession, Login, Purpose};
use crate::keys::random_text;
use crate::pages;
use crate::person::Person;
use crate::provider::Provider;

const ACCESS_DENIED: (&str, &str) = ("access_denied", "The player cancelled the sign-in.");

impl Provider {
    /// RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.
    pub(crate) fn authorize(&self, request: &LoggedRequest) -> Reply {
        let (client_id, redirect_uri) = match checked_client(request) {
            Ok(pair) => pair,
            // Never redirect to where nobody vouches for.
            Err(reason) => return Reply::page(400, pages::problem(reason)),
        };
        let text = |name: &str| request.parameter(name).map(str::to_owned);
        let authorization = Authorization {
            client_id,
            redirect_uri,
            scope: text("scope").unwrap_or_default(),
            state: text("state"),
            nonce: text("nonce"),
            challenge: text("code_challenge").unwrap_or_default(),
        };
        match self.misbehaviour() {
            Some(M::ErrorWithHtml) => {
                let words = "</p><h1>Hacked</h1><script>alert('latchkey')</script><img src=x onerror=alert(1)> \
                             \u{202e}desrever\u{202c} \u{7}\u{1b}[31mred &amp; \"quoted\"";
                return self.error_back(302, &authorization, "access_denied", words);
            }
            Some(M::ErrorEchoes) => {
                let repeated =
                    [&authorization.state, &authorization.nonce].map(|text| text.as_deref().unwrap_or_default());
                return self.error_back(302, &authorization, "access_denied", &repeated.join(" is not "));
            }
            Some(M::ErrorHuge) => {
                return self.error_back(302, &authorization, "access_denied", &"sorry ".repeat(175_000));
            }
            _ => {}
        }
        if let Err((error, description)) = checked_request(request, &authorization) {
            return self.error_back(302, &authorization, error, description);
        }
        let Ok(max_age) = request.parameter("max_age").map(str::parse::<i64>).transpose() else {
            return self.error_back(302, &authorization, "invalid_request", "max_age is not a number");
        };

        let prompts: Vec<&str> = request.parameter("prompt").unwrap_or_default().split(' ').collect();
        let cookie = request.cookie(&self.cookie_name);
        let session = self.grants().session(cookie).cloned();
        let recent =
            session.clone().filter(|session| max_age.is_none_or(|limit| self.now() - session.auth_time < limit));
        if prompts.contains(&"none") {
            return match recent {
                _ if prompts.len() > 1 => {
                    self.error_back(302, &authorization, "invalid_request", "prompt=none stands alone")
                }
                Some(session) => self.code_back(302, authorization, session),
                None => self.error_back(302, &authorization, "login_required", "Nobody is signed in here."),
            };
        }
        let asks = prompts.contains(&"login") || prompts.contains(&"select_account");
        if let Some(session) = recent.filter(|_| !asks) {
            return self.code_back(302, authorization, session);
        }

        let name = text("login_hint")
            .or_else(|| session.map(|session| session.person.name))
            .or_else(|| self.options.name_prefill.clone())
            .unwrap_or_default();
        // A hint may be an address of ours; the page shows the name that belongs to it.
        let name = Person::from_input(&name).map_or(name, |person| person.name);
        let login = random_text();
        let page = pages::login(&login, &authorization.client_id, &name, None);
        self.grants().logins.insert(login, Login { purpose: Purpose::Redirect(authorization), person: None });
        Reply::page(200, page)
    }

    /// The first form: the player's name.
    pub(crate) fn login(&self, request: &LoggedRequest) -> Reply {
        let Some((id, login)) = self.open_login(request) else {
            return Reply::page(400, pages::login_is_over());
        };
        if request.parameter("action") == Some("cancel") {
            return self.cancel(&id, login.purpose);
        }
        let Some(person) = request.parameter("name").and_then(Person::from_input) else {
            let hint = Some("Please enter a name.");
            return Reply::page(200, pages::login(&id, login.purpose.client_id(), "", hint));
        };
        if !self.options.second_factor {
            return self.finish(&id, login.purpose, person);
        }
        let code = six_digits();
        let page = pages::one_time_code(&id, &person, &code, None);
        self.grants().logins.insert(id, Login { person: Some((person, code)), ..login });
        Reply::page(200, page)
    }

    /// The second form: the code from the phone.
    pub(crate) fn one_time_code(&self, request: &LoggedRequest) -> Reply {
        let Some((id, login)) = self.open_login(request) else {
            return Reply::page(400, pages::login_is_over());
        };
        if request.parameter("action") == Some("cancel") {
            return self.cancel(&id, login.purpose);
        }
        let Some((person, code)) = login.person else {
            return Reply::page(400, pages::login_is_over());
        };
        let typed: String = request.parameter("code").unwrap_or_default().split_whitespace().collect();
        if typed != code {
            let hint = Some("That is not the code on your phone. Try again.");
            return Reply::page(200, pages::one_time_code(&id, &person, &code, hint));
        }
        self.finish(&id, login.purpose, person)
    }

    fn open_login(&self, request: &LoggedRequest) -> Option<(String, Login)> {
        let id = request.parameter("login")?;
        Some((id.to_owned(), self.grants().logins.get(id)?.clone()))
    }

    fn cancel(&self, id: &str, purpose: Purpose) -> Reply {
        self.grants().logins.remove(id);
        match purpose {
            Purpose::Redirect(authorization) => self.error_back(303, &authorization, ACCESS_DENIED.0, ACCESS_DENIED.1),
            Purpose::Device { user_code, .. } => self.device_denied(&user_code),
        }
    }

    fn finish(&self, id: &str, purpose: Purpose, person: Person) -> Reply {
        let session = BrowserSession { person, auth_time: self.now() };
        let cookie = {
            let mut grants = self.grants();
            grants.logins.remove(id);
            grants.start_session(session.clone())
        };
        let reply = match purpose {
            Purpose::Redirect(authorization) => self.code_back(303, authorization, session),
            Purpose::Device { user_code, .. } => self.device_granted(&user_code, session),
        };
        reply.with("Set-Cookie", format!("{}={cookie}; Path=/; HttpOnly; SameSite=Lax", self.cookie_name))
    }

    fn code_back(&self, status: u16, authorization: Authorization, session: BrowserSession) -> Reply {
        let life = Duration::from_secs(self.options.code_lifetime_s);
        let code = self.grants().issue_code(authorization.clone(), session, life);
        self.back(status, &authorization, &[("code", &code)])
    }

    fn error_back(&self, status: u16, authorization: &Authorization, error: &str, description: &str) -> Reply {
        self.back(status, authorization, &[("error", error), ("error_description", description)])
    }

    /// The authorization response, with `state` and `iss` (RFC 9207).
    fn back(&self, status: u16, authorization: &Authorization, parameters: &[(&str, &str)]) -> Reply {
        let Ok(mut url) = Url::parse(&authorization.redirect_uri) else {
            return Reply::page(400, pages::problem("The way back to the game is not a URL."));
        };
        let misbehaviour = self.misbehaviour();
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(parameters);
            if let Some(state) = &authorization.state {
                match misbehaviour {
                    Some(M::StateMissing) => {}
                    Some(M::StateWrong) => drop(query.append_pair("state", &random_text())),
                    _ => drop(query.append_pair("state", state)),
                }
            }
            match misbehaviour {
                Some(M::IssMissing) => {}
                Some(M::IssWrong) => drop(query.append_pair("iss", "https://other-issuer.example")),
                _ => drop(query.append_pair("iss", &self.issuer)),
            }
        }
        Reply::redirect(status, url)
    }
}

/// What has to be right before anything may be sent back.
fn checked_client(request: &LoggedRequest) -> Result<(String, String), &'static str> {
    let client_id = request.parameter("client_id").ok_or("The request names no client_id.")?;
    let redirect_uri = request.parameter("redirect_uri").ok_or("The request names no redirect_uri.")?;
    if !is_loopback(redirect_uri) {
        return Err("redirect_uri is not on this machine: only http on 127.0.0.1, [::1] or localhost is taken.");
    }
    Ok((client_id.to_owned(), redirect_uri.to_owned()))
}

/// Whether a redirect may go there (RFC 8252, 7.3), any port.
pub(crate) fn is_loopback(uri: &str) -> bool {
    let Ok(url) = Url::parse(uri) else { return false };
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    here && url.scheme() == "http" && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

fn checked_request(request: &LoggedRequest, authorization: &Authorization) -> Result<(), (&'static str, &'static str)> {
    if request.parameter("response_type") != Some("code") {
        return Err(("unsupported_response_type", "only response_type=code is supported"));
    }
    if request.parameter("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "only response_mode=query is supported"));
    }
    if authorization.challenge.is_empty() {
        return Err(("invalid_request", "PKCE is required: code_challenge is missing"));
    }
    if request.parameter("code_challenge_method") != Some("S256") {
        return Err(("invalid_request", "PKCE is required: code_challenge_method must be S256"));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if authorization.challenge.len() != 43 || !authorization.challenge.bytes().all(base64url) {
        return Err(("invalid_request", "code_challenge is not a SHA-256 digest in base64url"));
    }
    Ok(())
}

fn six_digits() -> String {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    format!("{:06}", u32::from_be_bytes(bytes) % 1_000_000)
}
