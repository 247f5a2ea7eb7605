//! What most tests begin with: a provider, a client that knows it, and a player with a browser.

use std::net::{Ipv6Addr, TcpListener};
use std::process::Command;
use std::time::Duration;

use latchkey::ffi::*;
use practice_provider::{FinalPage, LoggedRequest, Options, Player, PracticeProvider};
use serde_json::{Map, Value};

use crate::{Client, Code, ConfigBuilder, Login, PATIENCE, Profile, Status, Token, in_own_process_of, wait_for};

/// The player of most tests.
pub const ADA: &str = "Ada Lovelace";
/// Another one, for tests in which accounts must not be mixed up.
pub const GRACE: &str = "Grace Hopper";
/// The client id of most tests.
pub const GAME: &str = "practice-game";

/// The provider, the client and the player. The client goes first, as it would in a game that ends.
pub struct Stage {
    /// The game's side.
    pub client: Client,
    /// The person with the browser.
    pub player: Player,
    /// The other side.
    pub provider: PracticeProvider,
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// All defaults; the host opens the URL.
    pub fn new() -> Self {
        Self::with(Options::default(), |config| config)
    }

    /// A provider with these options, and a configuration to which `shape` has had a hand.
    pub fn with(options: Options, shape: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Self {
        Self::with_provider(options, |config, _| shape(config))
    }

    /// As [`Stage::with`], for a configuration that needs to know the provider.
    pub fn with_provider(
        options: Options,
        shape: impl FnOnce(ConfigBuilder, &PracticeProvider) -> ConfigBuilder,
    ) -> Self {
        let provider = PracticeProvider::start(options).expect("a practice provider");
        let client = Client::create(&shape(ConfigBuilder::new(provider.issuer(), GAME), &provider));
        Self { client, player: Player::new(), provider }
    }

    /// Begins a login and waits for the URL that the player has to open.
    #[track_caller]
    pub fn open(&self) -> String {
        self.open_with(&Login::new())
    }

    /// As [`Stage::open`], with options.
    #[track_caller]
    pub fn open_with(&self, login: &Login) -> String {
        self.client.start_login(login).expect("latchkey_start_login");
        self.client.prompt_url()
    }

    /// Does everything that a player does, up to the last request; returns its address.
    #[track_caller]
    pub fn callback(&mut self, prompt_url: &str) -> String {
        self.player.prepare_callback(prompt_url, ADA).expect("the provider's pages").to_string()
    }

    /// Sends the browser to an address on this machine, mostly the callback's.
    #[track_caller]
    pub fn visit(&mut self, address: &str) -> FinalPage {
        self.player.follow(address).expect("a page")
    }

    /// A whole sign-in of [`ADA`].
    #[track_caller]
    pub fn sign_in(&mut self) -> Profile {
        self.sign_in_as(ADA)
    }

    /// A whole sign-in.
    #[track_caller]
    pub fn sign_in_as(&mut self, name: &str) -> Profile {
        let url = self.open();
        self.finish(&url, name)
    }

    /// The player's part of a sign-in, and the wait for its end.
    #[track_caller]
    pub fn finish(&mut self, prompt_url: &str, name: &str) -> Profile {
        self.player.sign_in(prompt_url, name).expect("the way through the provider's pages");
        self.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        self.client.profile().expect("a profile of the player who is signed in")
    }

    /// A sign-in that must fail; returns how it ended.
    #[track_caller]
    pub fn fail(&mut self) -> Ending {
        let url = self.open();
        // What page the browser ends on matters to other tests.
        let _ = self.player.sign_in(&url, ADA);
        self.ended()
    }

    /// Waits for the end of a login or logout after which nobody must be signed in.
    #[track_caller]
    pub fn ended(&self) -> Ending {
        self.ended_within(PATIENCE)
    }

    /// As [`Stage::ended`], with another patience.
    #[track_caller]
    pub fn ended_within(&self, patience: Duration) -> Ending {
        let status = self.client.wait_until(Status::is_settled, patience);
        let text = self.client.error_text();
        self.assert_nobody_is_signed_in(&status);
        Ending { status, text }
    }

    /// Nobody is signed in, and nothing of anybody can be seen.
    #[track_caller]
    pub fn assert_nobody_is_signed_in(&self, status: &Status) {
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT, "{status:?}");
        assert_eq!(self.client.profile().err(), Some(Code(LATCHKEY_INVALID_STATE)), "a profile is visible");
        assert_eq!(self.client.access_token(0).err(), Some(Code(LATCHKEY_INVALID_STATE)), "a token is visible");
        assert_eq!(self.client.prompt().err(), Some(Code(LATCHKEY_INVALID_STATE)), "a prompt is visible");
    }

    /// The last request for a path.
    #[track_caller]
    pub fn last_request(&self, path: &str) -> LoggedRequest {
        let found = self.provider.requests().into_iter().rfind(|request| request.path == path);
        found.unwrap_or_else(|| panic!("no request for {path}"))
    }

    /// The paths of all requests since the log was cleared.
    pub fn paths(&self) -> Vec<String> {
        self.provider.requests().into_iter().map(|request| request.path).collect()
    }
}

/// How a login or logout ended.
#[derive(Debug)]
pub struct Ending {
    /// The last status.
    pub status: Status,
    /// The sentence for people.
    pub text: String,
}

/// A provider whose access tokens live for a second.
pub fn short_lived() -> Options {
    Options { access_token_lifetime_s: 1, ..Options::default() }
}

/// Refreshes, and waits for the end of it.
#[track_caller]
pub fn refresh(stage: &Stage) -> Status {
    stage.client.refresh_session().expect("latchkey_refresh_session");
    stage.client.wait_until_settled()
}

/// A refresh that must end the session.
#[track_caller]
pub fn refresh_for_the_last_time(stage: &Stage) -> Ending {
    stage.client.refresh_session().expect("latchkey_refresh_session");
    stage.ended()
}

/// Signs in and waits until the access token is too old, while the provider does this to whoever wants a new one: also to the
/// library, which sees to that without being asked.
pub fn signed_in_with_an_old_token(options: Options, meanwhile: impl FnOnce(&PracticeProvider)) -> (Stage, Token) {
    let mut stage = Stage::with(options, |config| config);
    stage.sign_in();
    let token = stage.client.access_token(0).expect("a token that is good for a second");
    meanwhile(&stage.provider);
    wait_for_expiry(token.expires_at);
    (stage, token)
}

/// Waits until a token is too old, by the clock. Its end is told in whole seconds since the Unix epoch, cut.
pub fn wait_for_expiry(expires_at: i64) {
    let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() as i64;
    wait_for("the token's end", PATIENCE, || now() > expires_at);
}

/// What the provider should say about every player, beside the usual.
pub fn claims(claims: Value) -> Options {
    Options { extra_claims: object(claims), ..Options::default() }
}

/// The map inside a JSON object.
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// A port that nobody has just now. Another process may take it, so the few tests that need one try again with another.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// Another process may take a port between its choice and its use; a rule is judged on the first that nobody took.
const TRIES: usize = 8;

/// Whether there is an IPv6 loopback; if not, says so.
pub fn has_ipv6() -> bool {
    let has = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    if !has {
        println!("this machine has no IPv6 loopback: nothing to test");
    }
    has
}

/// A stage whose login waits on a fixed port.
pub fn on_a_fixed_port(shape: impl Fn(ConfigBuilder, u16) -> ConfigBuilder) -> (Stage, u16, String) {
    for _ in 0..TRIES {
        let port = free_port();
        let stage = Stage::with(Options::default(), |config| shape(config, port));
        stage.client.start_login(&Login::new()).expect("latchkey_start_login");
        let status = stage
            .client
            .wait_until(|status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER || status.is_settled(), PATIENCE);
        if status.error != LATCHKEY_PORT_IN_USE {
            let url = stage.client.prompt_url();
            return (stage, port, url);
        }
    }
    panic!("{TRIES} times somebody took the port");
}

/// The redirect URI in an authorization request.
#[track_caller]
pub fn redirect_uri(prompt_url: &str) -> String {
    parameter(prompt_url, "redirect_uri").expect("a redirect URI")
}

/// A query parameter of a URL, decoded. Panics if it is there twice.
#[track_caller]
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let values: Vec<String> = parameters(url).into_iter().filter(|(key, _)| key == name).map(|pair| pair.1).collect();
    assert!(values.len() < 2, "{name} is there {} times", values.len());
    values.into_iter().next()
}

/// All query parameters of a URL, decoded.
pub fn parameters(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// The address with one query parameter replaced by another value, or taken away.
pub fn with_parameter(url: &str, name: &str, value: Option<&str>) -> String {
    let (address, query) = url.split_once('?').expect("a query");
    let pairs = query.split('&').filter_map(|pair| {
        let key = pair.split_once('=').map_or(pair, |(key, _)| key);
        if key != name { Some(pair.to_owned()) } else { value.map(|value| format!("{name}={}", encoded(value))) }
    });
    format!("{address}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// The port in an `http://host:port/…` address.
#[track_caller]
pub fn port_of(address: &str) -> u16 {
    let authority = address.split('/').nth(2).expect("an authority");
    authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port")
}

/// Whether this port of `127.0.0.1` can't be bound. A free port stays so for a minute after the listener's side has closed a
/// connection (TIME_WAIT), so after a browser's visit [`is_listened_to`] is what to ask.
pub fn is_taken(port: u16) -> bool {
    std::net::TcpListener::bind(("127.0.0.1", port)).is_err()
}

/// Whether somebody listens on this port of `127.0.0.1`.
pub fn is_listened_to(port: u16) -> bool {
    match std::net::TcpStream::connect(("127.0.0.1", port)) {
        // A connection from a free port to itself is none.
        Ok(connection) => connection.local_addr().ok() != connection.peer_addr().ok(),
        Err(_) => false,
    }
}

/// How long the end of a login may take, by the header.
pub const AT_ONCE: Duration = Duration::from_millis(100);

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let escaped = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                index += 3;
            }
            None => {
                out.push(if bytes[index] == b'+' { b' ' } else { bytes[index] });
                index += 1;
            }
        }
    }
    String::from_utf8(out).expect("parameters are UTF-8")
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

const ISSUER: &str = "LATCHKEY_TEST_ISSUER";

/// Runs a test's body in a process of its own, with the provider in the first process: every thread, socket and file that
/// the second one has beside its own is the library's.
#[track_caller]
pub fn beside_a_provider<F: FnOnce(&str)>(options: Options, body: F) {
    beside_a_provider_with::<F>(options, |_| {}, body);
}

/// As [`beside_a_provider`], with a hand on how the process is started.
#[track_caller]
pub fn beside_a_provider_with<F: FnOnce(&str)>(options: Options, prepare: impl FnOnce(&mut Command), body: F) {
    let mut provider = None;
    let start = |command: &mut Command| {
        let started = PracticeProvider::start(options).expect("a practice provider");
        command.env(ISSUER, started.issuer());
        provider = Some(started);
        prepare(command);
    };
    in_own_process_of::<F>(start, || body(&std::env::var(ISSUER).expect("the first process has set it")));
}
