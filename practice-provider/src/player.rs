//! The scripted player: a person with a browser, without either.
//!
//! Loads the login page, fills the forms in as a person would, reads the one-time code off the page, follows redirects
//! and ends on the game's own page. Cookies are kept, so a second sign-in is as short as it is in a browser.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use url::Url;

use crate::form::{Field, Form, text_of};
use crate::http_client::{Fetch, Fetched, fetch};

/// A browser gives up later; a test should not wait that long.
const LONGEST_CHAIN: usize = 20;
const DENY: Intent<'_> = Intent { name: None, user_code: "" };

/// Where a navigation ended.
#[derive(Clone, Debug)]
pub struct FinalPage {
    /// The address bar.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
    /// The page.
    pub body: String,
}

/// Why the player did not get to the end.
#[derive(Debug)]
pub enum PlayerError {
    /// Not a URL, or not one a browser would load here.
    Address(String),
    /// The connection failed.
    Connection(Url, std::io::Error),
    /// A page that the player can't handle: address, status, what was missing.
    Page(Url, u16, &'static str),
    /// Redirects without end.
    TooManyRedirects(Url),
}

impl fmt::Display for PlayerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(text) => write!(formatter, "not an address the player can open: {text}"),
            Self::Connection(url, error) => write!(formatter, "{}: {error}", place(url)),
            Self::Page(url, status, what) => write!(formatter, "{} answered {status}: {what}", place(url)),
            Self::TooManyRedirects(url) => write!(formatter, "{}: redirects without end", place(url)),
        }
    }
}

impl std::error::Error for PlayerError {}

/// The address without its query, which may hold a code.
fn place(url: &Url) -> &str {
    &url[..url::Position::AfterPath]
}

/// What the player does with the pages.
#[derive(Clone, Copy)]
struct Intent<'a> {
    /// Who signs in; nobody presses *Cancel*.
    name: Option<&'a str>,
    /// What the other screen shows.
    user_code: &'a str,
}

impl Intent<'_> {
    fn button(&self) -> &'static str {
        if self.name.is_some() { "continue" } else { "cancel" }
    }

    /// What a person would write into this field; nothing leaves it as it is.
    fn value_for(&self, field: &Field, html: &str) -> Result<Option<String>, &'static str> {
        if field.name == "user_code" {
            // The player compares: a code that is there already stays.
            return Ok(Some(self.user_code.to_owned()).filter(|_| field.value.is_empty()));
        }
        let Some(name) = self.name else { return Ok(None) };
        Ok(match field.autocomplete.as_str() {
            "username" => Some(name.to_owned()),
            "one-time-code" => {
                let code = text_of(html, "phone-code").ok_or("no code on the phone")?;
                Some(code.split_whitespace().collect())
            }
            // A page that does not say what its fields are for: the text is the name, and any password will do.
            "" if field.kind == "text" => Some(name.to_owned()),
            "" if field.kind == "password" => Some("practice".to_owned()),
            _ => None,
        })
    }
}

/// Where filling in forms led.
enum Reached {
    /// The way back to the game.
    Redirect(Url),
    /// A page with nothing to fill in.
    Page(FinalPage),
}

/// One browser with its cookies.
#[derive(Debug)]
pub struct Player {
    cookies: HashMap<String, Vec<(String, String)>>,
    timeout: Duration,
}

impl Default for Player {
    fn default() -> Self {
        Player::new()
    }
}

impl Player {
    /// A fresh browser.
    pub fn new() -> Player {
        Player { cookies: HashMap::new(), timeout: Duration::from_secs(20) }
    }

    /// Waits so long for each page; 20 seconds unless told.
    pub fn with_timeout(mut self, timeout: Duration) -> Player {
        self.timeout = timeout;
        self
    }

    /// Closes the browser and forgets its cookies.
    pub fn forget_cookies(&mut self) {
        self.cookies.clear();
    }

    /// Signs in under this name and ends on the game's page.
    pub fn sign_in(&mut self, authorization_url: &str, name: &str) -> Result<FinalPage, PlayerError> {
        let callback = self.prepare_callback(authorization_url, name)?;
        self.navigate(callback, "cross-site")
    }

    /// Presses *Cancel* and ends on the game's page.
    pub fn deny(&mut self, authorization_url: &str) -> Result<FinalPage, PlayerError> {
        let callback = self.walk(authorization_url, DENY)?;
        self.navigate(callback, "cross-site")
    }

    /// Does all of [`Player::sign_in`] but the last request, and returns its address.
    pub fn prepare_callback(&mut self, authorization_url: &str, name: &str) -> Result<Url, PlayerError> {
        self.walk(authorization_url, Intent { name: Some(name), user_code: "" })
    }

    /// Does all of [`Player::deny`] but the last request, and returns its address.
    pub fn prepare_denial(&mut self, authorization_url: &str) -> Result<Url, PlayerError> {
        self.walk(authorization_url, DENY)
    }

    /// Is at the other screen of a device: opens what it shows, types or compares the code, signs in under this name, and ends on the
    /// provider's last page.
    pub fn approve_device(&mut self, url: &str, user_code: &str, name: &str) -> Result<FinalPage, PlayerError> {
        self.walk_device(url, Intent { name: Some(name), user_code })
    }

    /// As [`Player::approve_device`], but presses *Cancel*.
    pub fn deny_device(&mut self, url: &str, user_code: &str) -> Result<FinalPage, PlayerError> {
        self.walk_device(url, Intent { name: None, user_code })
    }

    /// Opens an address and follows redirects, for the end of a session.
    pub fn follow(&mut self, url: &str) -> Result<FinalPage, PlayerError> {
        self.navigate(address(url)?, "none")
    }

    /// From the authorization request to the redirect that leads back to the game.
    fn walk(&mut self, authorization_url: &str, intent: Intent<'_>) -> Result<Url, PlayerError> {
        let url = address(authorization_url)?;
        let back = url.query_pairs().find(|(name, _)| name == "redirect_uri").map(|(_, uri)| uri.into_owned());
        let back = address(&back.ok_or_else(|| PlayerError::Address("there is no redirect_uri in it".to_owned()))?)?;
        match self.fill_forms(url, Some(&back), intent)? {
            Reached::Redirect(next) => Ok(next),
            Reached::Page(page) => Err(PlayerError::Page(page.url, page.status, "there is no form on the page")),
        }
    }

    fn walk_device(&mut self, url: &str, intent: Intent<'_>) -> Result<FinalPage, PlayerError> {
        match self.fill_forms(address(url)?, None, intent)? {
            Reached::Page(page) => Ok(page),
            Reached::Redirect(next) => Err(PlayerError::Page(next, 302, "the redirect leads out of the pages")),
        }
    }

    /// Fills every form in until a redirect to `back`, or until a page without a form.
    fn fill_forms(&mut self, mut url: Url, back: Option<&Url>, intent: Intent<'_>) -> Result<Reached, PlayerError> {
        let mut form: Option<String> = None;
        let mut site = "none";
        for _ in 0..LONGEST_CHAIN {
            let page = self.load(&url, form.take().as_deref(), site)?;
            site = "same-origin";
            if let Some(next) = redirect_of(&url, &page)? {
                if back.is_some_and(|back| place(&next) == place(back)) {
                    return Ok(Reached::Redirect(next));
                }
                url = next;
                continue;
            }
            let html = page.text();
            let Some(mut found) = Form::find(&html) else {
                return Ok(Reached::Page(FinalPage { url, status: page.status, headers: page.headers, body: html }));
            };
            let missing = |what| PlayerError::Page(url.clone(), page.status, what);
            for field in found.fields.iter_mut().filter(|field| field.kind != "hidden") {
                if let Some(value) = intent.value_for(field, &html).map_err(missing)? {
                    field.value = value;
                }
            }
            form = Some(found.encoded(intent.button()));
            url = url.join(&found.action).map_err(|_| missing("the form leads nowhere"))?;
        }
        Err(PlayerError::TooManyRedirects(url))
    }

    fn navigate(&mut self, mut url: Url, mut site: &str) -> Result<FinalPage, PlayerError> {
        for _ in 0..LONGEST_CHAIN {
            let page = self.load(&url, None, site)?;
            match redirect_of(&url, &page)? {
                Some(next) => {
                    site = if next.origin() == url.origin() { site } else { "cross-site" };
                    url = next;
                }
                None => {
                    let body = page.text();
                    return Ok(FinalPage { url, status: page.status, headers: page.headers, body });
                }
            }
        }
        Err(PlayerError::TooManyRedirects(url))
    }

    fn load(&mut self, url: &Url, form: Option<&str>, site: &str) -> Result<Fetched, PlayerError> {
        let origin = url.origin().ascii_serialization();
        let cookies: Vec<String> =
            self.cookies.get(&origin).into_iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![
            ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) PracticePlayer/1.0"),
            ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("Accept-Language", "en-GB,en;q=0.8"),
            ("Upgrade-Insecure-Requests", "1"),
            ("Sec-Fetch-Site", site),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-User", "?1"),
            ("Sec-Fetch-Dest", "document"),
        ];
        if !cookies.is_empty() {
            headers.push(("Cookie", &cookies));
        }
        if form.is_some() {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            headers.push(("Origin", &origin));
        }
        let (method, body) = form.map_or(("GET", ""), |form| ("POST", form));
        let request = Fetch { method, url, headers: &headers, body: body.as_bytes(), timeout: self.timeout };
        let page = fetch(&request).map_err(|error| PlayerError::Connection(url.clone(), error))?;
        let jar = self.cookies.entry(origin.clone()).or_default();
        for (_, value) in page.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            keep_cookie(jar, value);
        }
        Ok(page)
    }
}

fn address(text: &str) -> Result<Url, PlayerError> {
    Url::parse(text).map_err(|error| PlayerError::Address(error.to_string()))
}

fn redirect_of(url: &Url, page: &Fetched) -> Result<Option<Url>, PlayerError> {
    if !matches!(page.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let location = page.header("Location").and_then(|location| url.join(location).ok());
    location.map(Some).ok_or_else(|| PlayerError::Page(url.clone(), page.status, "the redirect leads nowhere"))
}

fn keep_cookie(jar: &mut Vec<(String, String)>, header: &str) {
    let mut parts = header.split(';').map(str::trim);
    let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
    let over = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
    jar.retain(|(known, _)| known != name);
    if !over {
        jar.push((name.to_owned(), value.to_owned()));
    }
}
