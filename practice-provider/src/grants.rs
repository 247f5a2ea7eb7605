//! What the provider remembers: logins under way, browser sessions, codes, tokens.
//!
//! Every token belongs to a family, the one sign-in it came from. A code or a refresh token that is used twice ends the
//! whole family (RFC 9700, 4.14.2): somebody else has a copy.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::keys::random_text;
use crate::person::Person;
use crate::secrets::note_secret;

/// What the client asked for at the authorization endpoint, checked.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
}

/// What a login page leads to.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// Back to the game in this browser.
    Redirect(Authorization),
    /// The game on another screen, by its user code.
    Device { user_code: String, client_id: String },
}

impl Purpose {
    pub(crate) fn client_id(&self) -> &str {
        match self {
            Self::Redirect(authorization) => &authorization.client_id,
            Self::Device { client_id, .. } => client_id,
        }
    }
}

/// A login page that was shown and not yet finished.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) purpose: Purpose,
    /// Set once the name is given, with the one-time code.
    pub(crate) person: Option<(Person, String)>,
}

/// A player's session in the browser: the reason why the second sign-in shows no form.
#[derive(Clone)]
pub(crate) struct BrowserSession {
    pub(crate) person: Person,
    pub(crate) auth_time: i64,
}

/// One sign-in of one player at one client.
#[derive(Clone)]
pub(crate) struct Family {
    pub(crate) person: Person,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    pub(crate) auth_time: i64,
    alive: bool,
}

struct Code {
    authorization: Authorization,
    family: u64,
    expires: Instant,
    used: bool,
}

struct RefreshToken {
    family: u64,
    used: bool,
}

struct AccessToken {
    family: u64,
    scope: String,
    expires: Option<Instant>,
}

/// A game on another screen that waits (RFC 8628).
struct Device {
    client_id: String,
    scope: String,
    user_code: String,
    expires: Instant,
    interval: Duration,
    asked: Option<Instant>,
    answer: DeviceAnswer,
}

enum DeviceAnswer {
    Pending,
    Denied,
    /// The family that the sign-in has begun.
    Granted(u64),
    Spent,
}

/// What a game that asks about its device code hears (RFC 8628, 3.5).
pub(crate) enum DeviceNews {
    Pending,
    SlowDown,
    Denied,
    Expired,
    Granted(u64),
    Unknown,
}

/// Everything remembered.
#[derive(Default)]
pub(crate) struct Grants {
    pub(crate) logins: HashMap<String, Login>,
    sessions: HashMap<String, BrowserSession>,
    families: HashMap<u64, Family>,
    codes: HashMap<String, Code>,
    devices: HashMap<String, Device>,
    refresh_tokens: HashMap<String, RefreshToken>,
    access_tokens: HashMap<String, AccessToken>,
    /// What it is and the text, also of what is no longer good.
    issued: Vec<(&'static str, String)>,
}

impl Grants {
    /// Remembers that this was given to somebody.
    pub(crate) fn note(&mut self, kind: &'static str, secret: &str) {
        note_secret(kind, secret);
        self.issued.push((kind, secret.to_owned()));
    }

    /// What was ever issued, with what it is.
    pub(crate) fn issued(&self) -> Vec<(&'static str, String)> {
        self.issued.clone()
    }

    pub(crate) fn start_session(&mut self, session: BrowserSession) -> String {
        let cookie = random_text();
        self.sessions.insert(cookie.clone(), session);
        cookie
    }

    pub(crate) fn session(&self, cookie: Option<&str>) -> Option<&BrowserSession> {
        self.sessions.get(cookie?)
    }

    /// Ends the cookie's session, and every session of that player if one is named.
    pub(crate) fn end_sessions(&mut self, cookie: Option<&str>, sub: Option<&str>) {
        self.sessions.retain(|key, session| Some(key.as_str()) != cookie && Some(session.person.sub.as_str()) != sub);
    }

    pub(crate) fn end_all_sessions(&mut self) {
        self.sessions.clear();
    }

    /// A code for a player who has signed in.
    pub(crate) fn issue_code(&mut self, ask: Authorization, session: BrowserSession, life: Duration) -> String {
        let family = self.begin_family(&ask.client_id, &ask.scope, session);
        let code = random_text();
        self.note("code", &code);
        let expires = Instant::now() + life;
        self.codes.insert(code.clone(), Code { authorization: ask, family, expires, used: false });
        code
    }

    fn begin_family(&mut self, client_id: &str, scope: &str, session: BrowserSession) -> u64 {
        let family = self.families.len() as u64 + 1;
        let (client_id, scope) = (client_id.to_owned(), scope.to_owned());
        let BrowserSession { person, auth_time } = session;
        self.families.insert(family, Family { person, client_id, scope, auth_time, alive: true });
        family
    }

    /// A device code for a game that waits; `user_code` is what the player types.
    pub(crate) fn issue_device_code(
        &mut self,
        client_id: &str,
        scope: &str,
        user_code: &str,
        life: Duration,
        interval: Duration,
    ) -> String {
        let code = random_text();
        self.issued.push(("device code", code.clone()));
        let device = Device {
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            user_code: user_code.to_owned(),
            expires: Instant::now() + life,
            interval,
            asked: None,
            answer: DeviceAnswer::Pending,
        };
        self.devices.insert(code.clone(), device);
        code
    }

    /// Which client waits with this user code.
    pub(crate) fn device_client(&mut self, user_code: &str) -> Option<String> {
        self.waiting_device(user_code).map(|device| device.client_id.clone())
    }

    /// The player has said no. False: nobody waits any more.
    pub(crate) fn deny_device(&mut self, user_code: &str) -> bool {
        let waiting = self.waiting_device(user_code);
        waiting.map(|device| device.answer = DeviceAnswer::Denied).is_some()
    }

    /// The player has signed in. False: nobody waits any more.
    pub(crate) fn grant_device(&mut self, user_code: &str, session: BrowserSession) -> bool {
        let Some(device) = self.waiting_device(user_code) else { return false };
        let (client_id, scope) = (device.client_id.clone(), device.scope.clone());
        let family = self.begin_family(&client_id, &scope, session);
        if let Some(device) = self.waiting_device(user_code) {
            device.answer = DeviceAnswer::Granted(family);
        }
        true
    }

    /// Answers a game's question. One that comes too soon costs it five seconds from then on, or, if `rushed` says so, as if it did.
    pub(crate) fn ask_device(&mut self, code: &str, client_id: &str, rushed: bool) -> DeviceNews {
        let Some(device) = self.devices.get_mut(code).filter(|device| device.client_id == client_id) else {
            return DeviceNews::Unknown;
        };
        let now = Instant::now();
        // Clocks and networks are not exact to the millisecond.
        let slack = Duration::from_millis(100);
        let too_soon = device.asked.is_some_and(|last| now.duration_since(last) + slack < device.interval);
        let first = device.asked.replace(now).is_none();
        match device.answer {
            DeviceAnswer::Spent => DeviceNews::Unknown,
            _ if device.expires <= now => DeviceNews::Expired,
            _ if too_soon || (first && rushed) => {
                device.interval += Duration::from_secs(5);
                DeviceNews::SlowDown
            }
            DeviceAnswer::Pending => DeviceNews::Pending,
            DeviceAnswer::Denied => DeviceNews::Denied,
            DeviceAnswer::Granted(family) => {
                device.answer = DeviceAnswer::Spent;
                DeviceNews::Granted(family)
            }
        }
    }

    fn waiting_device(&mut self, user_code: &str) -> Option<&mut Device> {
        let now = Instant::now();
        let waits = |device: &&mut Device| {
            device.user_code == user_code && device.expires > now && matches!(device.answer, DeviceAnswer::Pending)
        };
        self.devices.values_mut().find(waits)
    }

    /// Redeems a code once; `verifier_challenge` is the challenge that the presented verifier would have had.
    pub(crate) fn redeem_code(
        &mut self,
        code: &str,
        client_id: &str,
        redirect_uri: &str,
        verifier_challenge: &str,
    ) -> Result<(u64, Authorization), &'static str> {
        let found = self.codes.get_mut(code).ok_or("the code is unknown")?;
        if found.used {
            let family = found.family;
            self.end_family(family);
            return Err("the code was used before; its tokens are revoked");
        }
        // One try only: a wrong verifier, client or redirect URI spends the code too.
        found.used = true;
        if found.expires <= Instant::now() {
            return Err("the code has expired");
        }
        if found.authorization.client_id != client_id {
            return Err("the code was issued to another client");
        }
        if found.authorization.redirect_uri != redirect_uri {
            return Err("redirect_uri differs from the authorization request");
        }
        if found.authorization.challenge != verifier_challenge {
            return Err("code_verifier does not fit the code_challenge");
        }
        Ok((found.family, found.authorization.clone()))
    }

    /// Takes a refresh token. With `rotate` it can't be used again.
    pub(crate) fn redeem_refresh_token(
        &mut self,
        token: &str,
        client_id: &str,
        rotate: bool,
    ) -> Result<(u64, Family), &'static str> {
        let found = self.refresh_tokens.get_mut(token).ok_or("the refresh token is unknown")?;
        let number = found.family;
        let family = self.families.get(&number).ok_or("the refresh token is unknown")?;
        if family.client_id != client_id {
            return Err("the refresh token was issued to another client");
        }
        if !family.alive {
            return Err("the refresh token is revoked");
        }
        if found.used {
            self.end_family(number);
            return Err("the refresh token was used before; its whole family is revoked");
        }
        found.used = rotate;
        Ok((number, family.clone()))
    }

    pub(crate) fn family(&self, number: u64) -> Option<&Family> {
        self.families.get(&number).filter(|family| family.alive)
    }

    pub(crate) fn issue_access_token(&mut self, family: u64, scope: &str, life: Option<Duration>) -> String {
        let token = random_text();
        self.note("access token", &token);
        let expires = life.map(|life| Instant::now() + life);
        self.access_tokens.insert(token.clone(), AccessToken { family, scope: scope.to_owned(), expires });
        token
    }

    pub(crate) fn issue_refresh_token(&mut self, family: u64) -> String {
        let token = random_text();
        self.note("refresh token", &token);
        self.refresh_tokens.insert(token.clone(), RefreshToken { family, used: false });
        token
    }

    /// The player and scope behind an access token that is still good.
    pub(crate) fn access(&self, token: &str) -> Option<(&Person, &str)> {
        let found = self.access_tokens.get(token)?;
        let fresh = found.expires.is_none_or(|at| Instant::now() < at);
        let family = self.family(found.family).filter(|_| fresh)?;
        Some((&family.person, &found.scope))
    }

    /// Revokes a token (RFC 7009). A refresh token takes its family with it; unknown tokens are nobody's business.
    pub(crate) fn revoke(&mut self, token: &str, client_id: &str) {
        let owner = |families: &HashMap<u64, Family>, family: u64| {
            families.get(&family).is_some_and(|family| family.client_id == client_id)
        };
        if let Some(family) = self.refresh_tokens.get(token).map(|token| token.family) {
            if owner(&self.families, family) {
                self.end_family(family);
            }
        } else if self.access_tokens.get(token).is_some_and(|token| owner(&self.families, token.family)) {
            self.access_tokens.remove(token);
        }
    }

    /// Ends every sign-in, as an administrator would.
    pub(crate) fn end_all_families(&mut self) {
        self.families.values_mut().for_each(|family| family.alive = false);
    }

    /// How many refresh tokens could still be used.
    pub(crate) fn live_refresh_tokens(&self) -> usize {
        let alive = |token: &&RefreshToken| !token.used && self.family(token.family).is_some();
        self.refresh_tokens.values().filter(alive).count()
    }

    fn end_family(&mut self, number: u64) {
        if let Some(family) = self.families.get_mut(&number) {
            family.alive = false;
        }
    }
}
