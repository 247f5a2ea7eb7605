//! How a practice provider is set up, and what can go wrong when it starts.

use std::fmt;

use serde_json::{Map, Value};

use crate::Misbehaviour;

/// The signature algorithm of ID tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Algorithm {
    #[default]
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    /// Every algorithm the provider can sign with.
    pub const ALL: [Algorithm; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// The name in a token's header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Finds an algorithm by its name in a token's header.
    pub fn from_name(name: &str) -> Option<Algorithm> {
        Self::ALL.into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }
}

/// How a practice provider is set up. Start from `Options::default()`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// What it calls itself where something stands in front of it, `https://127.0.0.1:8443`; else it is `http` and its own port.
    pub public_root: Option<String>,
    /// Appended to the issuer, `"/"` or `"/realms/practice"`. Endpoints stay at the root.
    pub issuer_path: String,
    /// What signs ID tokens.
    pub algorithm: Algorithm,
    /// Client id and secret of a confidential client. Every other client id is a public client.
    pub client_secret: Option<(String, String)>,
    /// Life of an access token in seconds; 0 leaves `expires_in` out and the token never expires.
    pub access_token_lifetime_s: u64,
    /// Life of an ID token in seconds.
    pub id_token_lifetime_s: u64,
    /// Life of an authorization code in seconds.
    pub code_lifetime_s: u64,
    /// Life of a device code in seconds.
    pub device_code_lifetime_s: u64,
    /// The least number of seconds between two questions about a device code.
    pub device_interval_s: u64,
    /// Gives a refresh token even if `offline_access` was not asked for.
    pub always_refresh_token: bool,
    /// Claims of every player, in ID token and userinfo: `roles`, `permissions`, `tenants`, `realm_access`, ...
    pub extra_claims: Map<String, Value>,
    /// Leaves profile and extra claims to userinfo.
    pub thin_id_token: bool,
    /// Shifts the provider's clock (`Date`, `iat`, `exp`) by so many seconds.
    pub clock_offset_s: i64,
    /// Asks for a one-time code after the name.
    pub second_factor: bool,
    /// Prefills the name if the client gives no `login_hint`.
    pub name_prefill: Option<String>,
    /// How many requests it answers at a time.
    pub workers: usize,
    /// What to do wrong from the start.
    pub misbehaviour: Option<Misbehaviour>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            port: 0,
            public_root: None,
            issuer_path: String::new(),
            algorithm: Algorithm::default(),
            client_secret: None,
            access_token_lifetime_s: 300,
            id_token_lifetime_s: 300,
            code_lifetime_s: 60,
            device_code_lifetime_s: 600,
            device_interval_s: 5,
            always_refresh_token: true,
            extra_claims: Map::new(),
            thin_id_token: false,
            clock_offset_s: 0,
            second_factor: true,
            name_prefill: None,
            workers: 8,
            misbehaviour: None,
        }
    }
}

/// Why a practice provider did not start.
#[derive(Debug)]
pub enum Error {
    /// The port could not be had.
    Bind(std::io::Error),
    /// A thread could not be started, or the inner server could not.
    Start(String),
    /// A practice key could not be read or made.
    Key(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind(error) => write!(formatter, "the practice provider cannot listen: {error}"),
            Self::Start(error) => write!(formatter, "the practice provider cannot start: {error}"),
            Self::Key(error) => write!(formatter, "a practice key is unusable: {error}"),
        }
    }
}

impl std::error::Error for Error {}
