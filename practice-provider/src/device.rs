//! The device authorization endpoint (RFC 8628, 3.1) and the page on the other screen (3.3).

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use crate::Misbehaviour as M;
use crate::exchange::{LoggedRequest, Reply};
use crate::grants::{BrowserSession, Login, Purpose};
use crate::keys::random_text;
use crate::pages;
use crate::provider::Provider;

impl Provider {
    /// RFC 8628, 3.1 and 3.2.
    pub(crate) fn device_authorization(&self, request: &LoggedRequest) -> Reply {
        let client_id = match self.authenticated_client(request) {
            Ok(client_id) => client_id,
            Err(reply) => return reply,
        };
        if self.does(M::DeviceUnauthorized) {
            return Reply::oauth_error(400, "unauthorized_client", "This client may not use the device grant.");
        }
        let user_code = user_code();
        let life = Duration::from_secs(self.options.device_code_lifetime_s);
        let interval = Duration::from_secs(self.options.device_interval_s);
        let scope = request.parameter("scope").unwrap_or_default();
        let device_code = self.grants().issue_device_code(&client_id, scope, &user_code, life, interval);
        let mut response = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": format!("{}/device", self.root),
            "verification_uri_complete": format!("{}/device?user_code={user_code}", self.root),
            "expires_in": life.as_secs(),
            "interval": interval.as_secs(),
        });
        self.spoil_grant(&mut response);
        Reply::private_json(200, &response)
    }

    fn spoil_grant(&self, response: &mut Value) {
        let mut set = |name: &str, value: Value| response[name] = value;
        match self.misbehaviour() {
            Some(M::DeviceNoCompleteUri) => set("verification_uri_complete", Value::Null),
            Some(M::DeviceNoInterval) => set("interval", Value::Null),
            Some(M::DeviceInterval(seconds)) => set("interval", json!(seconds)),
            Some(M::DeviceIntervalAsText) => set("interval", json!("five")),
            Some(M::DeviceNoExpiry) => set("expires_in", Value::Null),
            Some(M::DeviceExpiryZero) => set("expires_in", json!(0)),
            Some(M::DeviceExpiryHuge) => set("expires_in", json!(u64::MAX)),
            Some(M::DeviceUriJavascript) => set("verification_uri", json!("javascript:alert(document.domain)//")),
            Some(M::DeviceUriHttp) => set("verification_uri_complete", json!("http://provider.example/device")),
            Some(M::DeviceUriHuge) => {
                set("verification_uri_complete", json!(format!("https://provider.example/{}", "a".repeat(10_000))));
            }
            Some(M::DeviceCodeHuge) => set("user_code", json!("7".repeat(10_000))),
            Some(M::DeviceCodeControls) => set("user_code", json!("WDJB\r\n\u{1b}[2J\u{202e}MJHT")),
            _ => {}
        }
        // Left out, not null.
        if let Some(members) = response.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
    }

    /// The page that the player opens by hand, or with the code in its address.
    pub(crate) fn device_page(&self, request: &LoggedRequest) -> Reply {
        Reply::page(200, pages::device(request.parameter("user_code").unwrap_or_default(), None))
    }

    /// The code was typed, or compared: then the player signs in as ever.
    pub(crate) fn device_code_entered(&self, request: &LoggedRequest) -> Reply {
        let typed = request.parameter("user_code").unwrap_or_default();
        let user_code = normal(typed);
        let client_id = self.grants().device_client(&user_code);
        let Some(client_id) = client_id else {
            let hint = Some("No game waits with this code. Look at it again.");
            return Reply::page(200, pages::device(typed, hint));
        };
        if request.parameter("action") == Some("cancel") {
            return self.device_denied(&user_code);
        }
        let cookie = request.cookie(&self.cookie_name);
        let session = self.grants().session(cookie).cloned();
        if let Some(session) = session {
            return self.device_granted(&user_code, session);
        }
        let login = random_text();
        let name = self.options.name_prefill.clone().unwrap_or_default();
        let page = pages::login(&login, &client_id, &name, None);
        self.grants().logins.insert(login, Login { purpose: Purpose::Device { user_code, client_id }, person: None });
        Reply::page(200, page)
    }

    pub(crate) fn device_granted(&self, user_code: &str, session: BrowserSession) -> Reply {
        match self.grants().grant_device(user_code, session) {
            true => Reply::page(200, pages::device_done(true)),
            false => Reply::page(400, pages::login_is_over()),
        }
    }

    pub(crate) fn device_denied(&self, user_code: &str) -> Reply {
        match self.grants().deny_device(user_code) {
            true => Reply::page(200, pages::device_done(false)),
            false => Reply::page(400, pages::login_is_over()),
        }
    }
}

/// Eight letters without vowels, so that no word comes out (RFC 8628, 6.1).
fn user_code() -> String {
    const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    let mut code: String = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 20)])).collect();
    code.insert(4, '-');
    code
}

/// As people type: in small letters, without the dash, with blanks.
fn normal(typed: &str) -> String {
    let mut letters: String = typed.chars().filter(char::is_ascii_alphabetic).collect();
    letters.make_ascii_uppercase();
    if letters.len() > 4 {
        letters.insert(4, '-');
    }
    letters
}
