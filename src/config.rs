//! The configuration, parsed once at the door.
//!
//! [`Input`] is what the host wrote, still text; [`Config`] is what the rest of the library believes: URLs are URLs, times
//! are durations, and what can't work has been refused with the name of the field and what to write instead. Nothing
//! here looks at the network, the disk or the environment.

use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;
use url::{Host, Url};

use crate::error::{Code, Error, Result, clean};

const DEFAULT_SCOPES: &str = "openid profile email";
const DEFAULT_LOGIN_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);
/// A day: beyond it a "time-out" is a mistake in units.
const LONGEST_LOGIN_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(60 * 60);
const DEFAULT_SLOT: &str = "default";
const LONGEST_SLOT: usize = 128;
/// Ten minutes: beyond it the expiry check of a token means little.
const LONGEST_LEEWAY: Duration = Duration::from_secs(600);
const LONGEST_TEXT: usize = 4096;

/// The configuration as the host wrote it. `None` means: not given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// Issuer identifier, exactly as the provider writes it.
    pub issuer: Option<&'a str>,
    /// Client identifier from the provider's console.
    pub client_id: Option<&'a str>,
    /// Client secret, where a provider insists.
    pub client_secret: Option<&'a str>,
    /// How the secret is sent.
    pub client_auth: ClientAuth,
    /// Space-separated scopes.
    pub scopes: Option<&'a str>,
    /// Overrides discovery.
    pub authorization_endpoint: Option<&'a str>,
    /// Overrides discovery.
    pub token_endpoint: Option<&'a str>,
    /// Overrides discovery.
    pub userinfo_endpoint: Option<&'a str>,
    /// Overrides discovery.
    pub jwks_uri: Option<&'a str>,
    /// Overrides discovery.
    pub revocation_endpoint: Option<&'a str>,
    /// Overrides discovery.
    pub end_session_endpoint: Option<&'a str>,
    /// Overrides discovery.
    pub device_authorization_endpoint: Option<&'a str>,
    /// Which loopback name stands in the redirect URI.
    pub redirect_host: RedirectHost,
    /// Ports to try in this order; empty means any free one.
    pub redirect_ports: &'a [u16],
    /// Path of the redirect URI.
    pub redirect_path: Option<&'a str>,
    /// Path of the post-logout redirect URI.
    pub post_logout_path: Option<&'a str>,
    /// Who opens the URL.
    pub browser: Browser,
    /// Milliseconds; zero means the default.
    pub login_timeout_ms: u32,
    /// Seconds; zero means the default.
    pub clock_leeway_s: u32,
    /// Space-separated claims that the game wants, from userinfo if the ID token lacks them.
    pub wanted_claims: Option<&'a str>,
    /// Claim path of the subject, for plain OAuth 2.0 providers.
    pub subject_claim: Option<&'a str>,
    /// Claim path of the roles.
    pub roles_claim: Option<&'a str>,
    /// Claim path of the permissions.
    pub permissions_claim: Option<&'a str>,
    /// Claim path of the tenants.
    pub tenants_claim: Option<&'a str>,
    /// Further certificate authorities, PEM.
    pub ca_certificates: Option<&'a str>,
    /// The game's name on the page that the player sees at the end.
    pub page_title: Option<&'a str>,
    /// Text on that page after a sign-in.
    pub page_message: Option<&'a str>,
    /// `#rrggbb`
    pub page_color: Option<&'a str>,
    /// Where the session is kept between launches.
    pub storage: Storage,
    /// Tells sessions of one issuer and client id apart.
    pub profile_slot: Option<&'a str>,
    /// Seconds; zero means the default.
    pub default_token_lifetime_s: u32,
}

/// How a client secret travels, RFC 6749 section 2.3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientAuth {
    /// In the `Authorization` header.
    #[default]
    Basic,
    /// In the body.
    Post,
}

/// The host part of the redirect URI, RFC 8252 sections 7.3 and 8.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectHost {
    /// `127.0.0.1`, or `[::1]` on a machine without IPv4.
    #[default]
    Literal,
    /// `[::1]` only.
    Ipv6Literal,
    /// `localhost`, bound on both families, for providers that accept nothing else.
    Localhost,
}

/// Who opens the authorization request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// The library, in the system's browser.
    #[default]
    System,
    /// The host, with the URL from the prompt.
    Host,
}

/// Where the session is kept between launches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// Nowhere: it ends with the process.
    #[default]
    Memory,
    /// In the system's secret store.
    System,
    /// In the host's own vault.
    Host,
}

/// A configuration that can work.
#[derive(Debug)]
pub struct Config {
    /// Where the provider is.
    pub provider: ProviderConfig,
    /// Who we are to it.
    pub client: ClientConfig,
    /// Where its answer comes in.
    pub redirect: RedirectConfig,
    /// What is asked for, in the order given.
    pub scopes: Vec<String>,
    /// Who opens the browser.
    pub browser: Browser,
    /// How long a player may take.
    pub login_timeout: Duration,
    /// How far clocks may differ.
    pub leeway: Duration,
    /// Groups of claims of which the profile should have one each.
    pub wanted_claims: WantedClaims,
    /// Where the profile's parts are.
    pub claim_paths: ClaimPaths,
    /// What the page in the browser looks like.
    pub page: PageConfig,
    /// What is kept between launches.
    pub session: SessionConfig,
}

/// Where the provider is: an issuer to discover, endpoints one by one, or both (an endpoint given wins).
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Kept as text: issuers are compared character by character (OpenID Connect Discovery 1.0 section 4.3).
    pub issuer: Option<String>,
    /// The endpoints given by hand.
    pub endpoints: Endpoints,
    /// Further certificate authorities.
    pub ca_certificates: Vec<CertificateDer<'static>>,
}

impl ProviderConfig {
    /// What tells it from other providers: the issuer, else where its tokens come from.
    pub fn name(&self) -> &str {
        let endpoint = || self.endpoints.token.as_ref().map_or("", Url::as_str);
        self.issuer.as_deref().unwrap_or_else(endpoint)
    }
}

/// Endpoints by their names in RFC 8414 section 2.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Endpoints {
    pub authorization: Option<Url>,
    pub token: Option<Url>,
    pub userinfo: Option<Url>,
    pub jwks: Option<Url>,
    pub revocation: Option<Url>,
    pub end_session: Option<Url>,
    pub device_authorization: Option<Url>,
}

/// Who we are to the provider.
#[derive(Debug)]
pub struct ClientConfig {
    /// RFC 6749 section 2.2.
    pub id: String,
    /// Public client when there is none.
    pub secret: Option<SecretString>,
    /// How the secret is sent.
    pub auth: ClientAuth,
}

/// Where the provider's answer comes in.
#[derive(Clone, Debug)]
pub struct RedirectConfig {
    /// The name in the URI, and what is bound.
    pub host: RedirectHost,
    /// To be tried in this order; empty means any free port.
    pub ports: Vec<u16>,
    /// Starts with a slash.
    pub path: String,
    /// Starts with a slash, differs from `path`.
    pub post_logout_path: String,
}

/// Claims that the game wants: userinfo is asked when a group has no member in the ID token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedClaims(pub Vec<Vec<String>>);

/// Where a profile's parts are in the claims. A path is a claim's whole name, names joined by dots, or a JSON Pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ClaimPaths {
    pub subject: String,
    pub roles: String,
    pub permissions: String,
    pub tenants: String,
}

/// What is kept between launches, and how long a token is believed to live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// Where it is kept.
    pub storage: Storage,
    /// Which of the sessions with one issuer and client id it is.
    pub slot: String,
    /// For an access token of which neither the provider nor the token itself says it.
    pub default_token_lifetime: Duration,
}

/// What the player sees in the browser at the end. All of it is escaped where it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageConfig {
    /// The game's name.
    pub title: Option<String>,
    /// What to do now.
    pub message: Option<String>,
    /// `#rrggbb`
    pub color: Option<String>,
}

impl Config {
    /// Checks the whole input and reports the first thing that can't work.
    pub fn parse(input: &Input<'_>) -> Result<Self> {
        let scopes = parse_scopes(input.scopes)?;
        let config = Self {
            provider: parse_provider(input)?,
            client: parse_client(input)?,
            redirect: parse_redirect(input)?,
            wanted_claims: parse_wanted_claims(input.wanted_claims, &scopes),
            scopes,
            browser: input.browser,
            login_timeout: parse_login_timeout(input.login_timeout_ms)?.unwrap_or(DEFAULT_LOGIN_TIMEOUT),
            leeway: parse_leeway(input.clock_leeway_s)?,
            claim_paths: parse_claim_paths(input)?,
            page: parse_page(input)?,
            session: parse_session(input)?,
        };
        config.check_that_someone_can_sign_in()?;
        Ok(config)
    }

    /// Whether an ID token is asked for (OpenID Connect Core 1.0 section 3.1.2.1).
    pub fn wants_id_token(&self) -> bool {
        self.scopes.iter().any(|scope| scope == "openid")
    }

    fn check_that_someone_can_sign_in(&self) -> Result<()> {
        let endpoints = &self.provider.endpoints;
        let has_issuer = self.provider.issuer.is_some();
        if !has_issuer && (endpoints.authorization.is_none() || endpoints.token.is_none()) {
            return Err(refused(
                "neither an issuer nor both endpoints are given: set issuer to the provider's issuer URL, or set \
                 authorization_endpoint and token_endpoint",
            ));
        }
        if self.wants_id_token() && !has_issuer {
            return Err(refused(
                "the scope openid asks for an ID token, and one can't be verified without its issuer: set issuer (and \
                 jwks_uri where the provider has no discovery), or remove openid from scopes",
            ));
        }
        if !self.wants_id_token() && !has_issuer && endpoints.userinfo.is_none() {
            return Err(refused(
                "without openid the profile comes from userinfo, and no userinfo_endpoint is given: set it, or set issuer",
            ));
        }
        Ok(())
    }
}

/// Parses an endpoint or issuer URL: as [`parse_web_url`], and without a fragment.
pub fn parse_endpoint(field: &str, text: &str) -> Result<Url> {
    let url = parse_web_url(field, text)?;
    if url.fragment().is_some() {
        return Err(refused(format!("{field} must have no #fragment; it was \"{}\"", clean(text, 200))));
    }
    Ok(url)
}

/// Parses a URL that may be asked or shown: https, or http on loopback only, with a host and without user or password.
pub fn parse_web_url(field: &str, text: &str) -> Result<Url> {
    let shown = clean(text, 200);
    let url = parse_url(text).map_err(|problem| match problem {
        url::ParseError::IdnaError => refused(format!(
            "{field} has a host with letters beyond a to z: write it as it goes over the network, beginning with xn-- \
             (the domain's registrar shows that form); it was \"{shown}\""
        )),
        problem => refused(format!(
            "{field} is not a URL ({problem}): write the whole of it, starting with https://; it was \"{shown}\""
        )),
    })?;
    let acceptable_scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if !acceptable_scheme {
        return Err(refused(format!(
            "{field} must start with https:// (http:// is for loopback addresses only); it was \"{shown}\""
        )));
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '`' | '\\')) {
        return Err(refused(format!("{field} holds a character that has no place in a URL; it was \"{shown}\"")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(format!("{field} must have neither a user nor a password; it was \"{shown}\"")));
    }
    Ok(url)
}

/// Any URL of the other side or of the host's. Ours is a parser without Unicode's tables, which refuses other letters than ASCII's in a
/// host; what it is built of takes a capital beside one for a defect of its caller. So it never gets to see them, nor what stands for them.
pub fn parse_url(text: &str) -> std::result::Result<Url, url::ParseError> {
    if host_of(text).bytes().any(|byte| !byte.is_ascii() || byte == b'%') {
        return Err(url::ParseError::IdnaError);
    }
    Url::parse(text)
}

/// What may be the host, with its port: the parser is as generous about slashes. Only on the web does an `@` end a user's name.
fn host_of(text: &str) -> &str {
    let slashes = ['/', '\\', '\t', '\r', '\n'];
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    let authority = rest.trim_start_matches(slashes).split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let on_the_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    if on_the_web { authority.rsplit('@').next().unwrap_or_default() } else { authority }
}

/// Whether the URL's host can only be this machine. A name under `localhost` is not among them: not every system's resolver
/// keeps it here (RFC 6761 section 6.3 says "should").
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Splits a space-separated scope list and checks each token's characters (RFC 6749 section 3.3).
pub fn parse_scopes(text: Option<&str>) -> Result<Vec<String>> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.unwrap_or(DEFAULT_SCOPES).split_ascii_whitespace() {
        if !scope.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(refused(format!(
                "scopes holds \"{}\", which has a character that no scope may have: separate scopes by spaces",
                clean(scope, 80)
            )));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

/// A time-out in milliseconds; zero means that none was given.
pub fn parse_login_timeout(milliseconds: u32) -> Result<Option<Duration>> {
    let timeout = Duration::from_millis(milliseconds.into());
    if timeout > LONGEST_LOGIN_TIMEOUT {
        return Err(refused("login_timeout_ms is more than a day: it counts milliseconds"));
    }
    Ok((milliseconds != 0).then_some(timeout))
}

fn parse_leeway(seconds: u32) -> Result<Duration> {
    let leeway = Duration::from_secs(seconds.into());
    match seconds {
        0 => Ok(DEFAULT_LEEWAY),
        _ if leeway > LONGEST_LEEWAY => {
            Err(refused("clock_leeway_s is more than 600 seconds: expired tokens would pass"))
        }
        _ => Ok(leeway),
    }
}

fn parse_provider(input: &Input<'_>) -> Result<ProviderConfig> {
    let issuer = non_empty(input.issuer);
    if let Some(text) = issuer {
        let url = parse_endpoint("issuer", text)?;
        if url.query().is_some() {
            return Err(refused("issuer must have no ?query (OpenID Connect Discovery 1.0 section 2)"));
        }
    }
    let endpoint = |field, text: Option<&str>| non_empty(text).map(|text| parse_endpoint(field, text)).transpose();
    Ok(ProviderConfig {
        issuer: issuer.map(str::to_owned),
        endpoints: Endpoints {
            authorization: endpoint("authorization_endpoint", input.authorization_endpoint)?,
            token: endpoint("token_endpoint", input.token_endpoint)?,
            userinfo: endpoint("userinfo_endpoint", input.userinfo_endpoint)?,
            jwks: endpoint("jwks_uri", input.jwks_uri)?,
            revocation: endpoint("revocation_endpoint", input.revocation_endpoint)?,
            end_session: endpoint("end_session_endpoint", input.end_session_endpoint)?,
            device_authorization: endpoint("device_authorization_endpoint", input.device_authorization_endpoint)?,
        },
        ca_certificates: parse_certificates(input.ca_certificates)?,
    })
}

fn parse_certificates(text: Option<&str>) -> Result<Vec<CertificateDer<'static>>> {
    let Some(text) = non_empty(text) else { return Ok(Vec::new()) };
    // The parser may quote a line, however long it is.
    let unreadable = |problem: &dyn std::fmt::Display| {
        let problem = clean(&problem.to_string(), 120);
        refused(format!("ca_certificates can't be read ({problem}): give PEM text, BEGIN CERTIFICATE lines and all"))
    };
    let parsed: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    let certificates = parsed.map_err(|problem| unreadable(&problem))?;
    if certificates.is_empty() {
        return Err(unreadable(&"there is no certificate in it"));
    }
    let mut trial = RootCertStore::empty();
    for certificate in &certificates {
        trial.add(certificate.clone()).map_err(|problem| unreadable(&problem))?;
    }
    Ok(certificates)
}

fn parse_client(input: &Input<'_>) -> Result<ClientConfig> {
    let id = non_empty(input.client_id).ok_or_else(|| {
        refused("client_id is missing: copy the client (or application) id from the provider's console")
    })?;
    Ok(ClientConfig {
        id: short_text("client_id", id)?,
        secret: non_empty(input.client_secret).map(SecretString::from),
        auth: input.client_auth,
    })
}

fn parse_redirect(input: &Input<'_>) -> Result<RedirectConfig> {
    if input.redirect_ports.contains(&0) {
        return Err(refused("redirect_ports holds 0: for any free port give no ports at all"));
    }
    let path = parse_path("redirect_path", input.redirect_path, "/callback")?;
    let post_logout_path = parse_path("post_logout_path", input.post_logout_path, "/signed-out")?;
    if path == post_logout_path {
        return Err(refused("redirect_path and post_logout_path are the same: give each its own"));
    }
    Ok(RedirectConfig { host: input.redirect_host, ports: input.redirect_ports.to_vec(), path, post_logout_path })
}

fn parse_path(field: &str, text: Option<&str>, default: &str) -> Result<String> {
    let path = non_empty(text).unwrap_or(default);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    if !path.starts_with('/') || path.len() > 256 || !path.bytes().all(plain) {
        return Err(refused(format!(
            "{field} must start with / and hold letters, digits and -._~/ only; it was \"{}\"",
            clean(path, 200)
        )));
    }
    Ok(path.to_owned())
}

/// Not given: what the scopes promise, so that a thin ID token still makes a whole profile. Empty: never ask userinfo.
fn parse_wanted_claims(text: Option<&str>, scopes: &[String]) -> WantedClaims {
    let one = |claim: &str| vec![claim.to_owned()];
    let asked = |scope: &str| scopes.iter().any(|known| known == scope);
    WantedClaims(match text {
        Some(text) => text.split_ascii_whitespace().map(one).collect(),
        None => {
            let mut groups = Vec::new();
            if asked("profile") {
                groups.push(["name", "preferred_username", "nickname", "given_name"].map(str::to_owned).to_vec());
            }
            if asked("email") {
                groups.push(one("email"));
            }
            groups
        }
    })
}

fn parse_claim_paths(input: &Input<'_>) -> Result<ClaimPaths> {
    let path = |field, text, default: &str| short_text(field, non_empty(text).unwrap_or(default));
    Ok(ClaimPaths {
        subject: path("subject_claim", input.subject_claim, "sub")?,
        roles: path("roles_claim", input.roles_claim, "roles")?,
        permissions: path("permissions_claim", input.permissions_claim, "permissions")?,
        tenants: path("tenants_claim", input.tenants_claim, "tenants")?,
    })
}

fn parse_page(input: &Input<'_>) -> Result<PageConfig> {
    let text = |field, text: Option<&str>| non_empty(text).map(|text| short_text(field, text)).transpose();
    let color = non_empty(input.page_color);
    if let Some(color) = color {
        let digits = color.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(refused(format!("page_color must be written #rrggbb; it was \"{}\"", clean(color, 40))));
        }
    }
    Ok(PageConfig {
        title: text("page_title", input.page_title)?,
        message: text("page_message", input.page_message)?,
        color: color.map(str::to_owned),
    })
}

fn parse_session(input: &Input<'_>) -> Result<SessionConfig> {
    let slot = non_empty(input.profile_slot).unwrap_or(DEFAULT_SLOT);
    if slot.len() > LONGEST_SLOT || slot.chars().any(char::is_control) {
        return Err(refused(format!(
            "profile_slot must be at most {LONGEST_SLOT} bytes without control characters: give the account or the seat a \
             short name"
        )));
    }
    Ok(SessionConfig {
        storage: input.storage,
        slot: slot.to_owned(),
        default_token_lifetime: match input.default_token_lifetime_s {
            0 => DEFAULT_TOKEN_LIFETIME,
            seconds => Duration::from_secs(seconds.into()),
        },
    })
}

fn short_text(field: &str, text: &str) -> Result<String> {
    if text.len() > LONGEST_TEXT {
        return Err(refused(format!("{field} is longer than {LONGEST_TEXT} bytes")));
    }
    Ok(text.to_owned())
}

fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(Code::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    fn usable() -> Input<'static> {
        Input { issuer: Some("https://id.example/"), client_id: Some("game"), ..Input::default() }
    }

    fn refusal(input: Input<'_>) -> String {
        let error = Config::parse(&input).expect_err("must be refused");
        assert_eq!(error.code, Code::Configuration);
        error.message
    }

    #[test]
    fn defaults_are_those_of_the_header() {
        let config = Config::parse(&usable()).unwrap();
        assert_eq!(config.provider.issuer.as_deref(), Some("https://id.example/"), "the trailing slash is kept");
        assert_eq!(config.scopes, ["openid", "profile", "email"]);
        assert_eq!(config.login_timeout, Duration::from_secs(300));
        assert_eq!(config.leeway, Duration::from_secs(60));
        assert_eq!(config.redirect.path, "/callback");
        assert_eq!(config.wanted_claims.0.len(), 2);
    }

    #[test]
    fn a_host_with_other_letters_is_refused_whatever_stands_beside_them() {
        for host in ["идентичность.example", "PPï.example", "P%C3%AF.example", "P\tï.example", "x@Pï.example:1"]
        {
            for slashes in ["//", "", "/\\/"] {
                let text = format!("https:{slashes}{host}/a");
                assert_eq!(parse_url(&text), Err(url::ParseError::IdnaError), "{text:?}");
            }
        }
        // A file's host has no user, so that an `@` is part of it.
        assert_eq!(parse_url("file://Pï@id.example/a"), Err(url::ParseError::IdnaError));
        for good in ["https://ID.example/Pï?q=Pï%C3#Pï", "HTTPS://Pï:P%C3@id.example", "file:///P"] {
            assert!(parse_url(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn each_refusal_names_its_field() {
        let cases: [(Input<'_>, &str); 15] = [
            (Input { ca_certificates: Some("none"), ..usable() }, "ca_certificates"),
            (Input { ca_certificates: Some(NO_CERTIFICATE), ..usable() }, "ca_certificates"),
            (Input { issuer: Some("id.example"), ..usable() }, "issuer is not a URL"),
            (Input { issuer: Some("http://id.example"), ..usable() }, "issuer must start with https://"),
            (Input { issuer: Some("https://a:b@id.example"), ..usable() }, "neither a user"),
            (Input { issuer: Some("https://id.example?a"), ..usable() }, "no ?query"),
            (Input { issuer: None, ..usable() }, "neither an issuer"),
            (Input { client_id: None, ..usable() }, "client_id is missing"),
            (Input { authorization_endpoint: Some("file:///etc"), ..usable() }, "authorization_endpoint"),
            (Input { scopes: Some("open\"id"), ..usable() }, "scopes"),
            (Input { redirect_ports: &[0], ..usable() }, "redirect_ports"),
            (Input { redirect_path: Some("no-slash"), ..usable() }, "redirect_path"),
            (Input { page_color: Some("red"), ..usable() }, "page_color"),
            (Input { clock_leeway_s: 3600, ..usable() }, "clock_leeway_s"),
            (Input { profile_slot: Some("a\nb"), ..usable() }, "profile_slot"),
        ];
        for (input, expected) in cases {
            let message = refusal(input);
            assert!(message.contains(expected), "{message} lacks {expected}");
        }
    }

    /// A fuzzer's find.
    #[test]
    fn a_certificate_line_without_end_is_not_quoted_whole() {
        let line = format!("-----BEGIN {}", "x".repeat(10_000));
        let message = refusal(Input { ca_certificates: Some(&line), ..usable() });
        assert!(message.len() < 400, "{} bytes: {message}", message.len());
    }

    #[test]
    fn plain_oauth_needs_endpoints_and_userinfo() {
        let plain = Input {
            client_id: Some("game"),
            scopes: Some("identify"),
            authorization_endpoint: Some("https://id.example/a"),
            token_endpoint: Some("https://id.example/t"),
            ..Input::default()
        };
        assert!(refusal(plain).contains("userinfo_endpoint"));
        let whole = Input { userinfo_endpoint: Some("https://id.example/me"), ..plain };
        assert!(!Config::parse(&whole).unwrap().wants_id_token());
        assert!(refusal(Input { scopes: None, ..whole }).contains("without its issuer"));
    }

    #[test]
    fn http_is_for_loopback_only() {
        for good in ["http://127.0.0.1:8080", "http://[::1]:1", "http://localhost:3000/x"] {
            parse_endpoint("issuer", good).unwrap();
        }
        for bad in ["http://127.0.0.1.example", "http://10.0.0.1", "http://localhost.example", "http://game.localhost"]
        {
            parse_endpoint("issuer", bad).unwrap_err();
        }
        for bad in ["javascript:alert(1)", "file:///etc/passwd"] {
            parse_endpoint("issuer", bad).unwrap_err();
        }
    }

    #[test]
    fn wanted_claims_can_be_switched_off() {
        let never = Config::parse(&Input { wanted_claims: Some(""), ..usable() }).unwrap();
        assert_eq!(never.wanted_claims, WantedClaims(Vec::new()));
    }
}
