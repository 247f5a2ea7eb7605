//! The list of what the practice provider can do wrong on request.
//!
//! One table: a variant, its command-line name, and what it does. The hooks sit where the right thing would happen
//! (discovery, token minting, endpoints). A variant marked *legit* is unusual but allowed: a client has to accept it.

macro_rules! misbehaviours {
    ($( $(#[doc = $doc:literal])+ $name:ident $( ( $payload:ty = $default:expr ) )? => $kebab:literal, )+) => {
        /// One way to misbehave. Set it with [`crate::PracticeProvider::misbehave`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Misbehaviour {
            $( $(#[doc = $doc])+ $name $( ( $payload ) )?, )+
        }

        const ALL: &[Misbehaviour] = &[ $( Misbehaviour::$name $( ( $default as $payload ) )?, )+ ];

        impl Misbehaviour {
            /// The name on the command line.
            pub fn name(&self) -> &'static str {
                match self { $( Self::$name { .. } => $kebab, )+ }
            }

            /// What it does, in one sentence.
            pub fn description(&self) -> &'static str {
                match self { $( Self::$name { .. } => concat!($($doc),+).trim_ascii(), )+ }
            }

            /// The same with another value; `None` for one that takes none.
            fn with_value(&self, value: u64) -> Option<Misbehaviour> {
                match self { $( Self::$name { .. } => <[Misbehaviour]>::first(&[ $( Self::$name(value as $payload) )? ]).copied(), )+ }
            }
        }
    };
}

misbehaviours! {
    // ID token: claims
    /// The ID token names another issuer.
    WrongIssuerInIdToken => "wrong-issuer-in-id-token",
    /// The ID token has no `sub`.
    MissingSub => "missing-sub",
    /// The ID token is for another client.
    WrongAudience => "wrong-audience",
    /// The ID token has no `aud`.
    MissingAudience => "missing-audience",
    /// `aud` holds the client and a stranger, and there is no `azp`.
    AudienceArrayWithStranger => "audience-array-with-stranger",
    /// Legit: `aud` is an array that holds only the client.
    AudienceArrayOfOne => "audience-array-of-one",
    /// `azp` names another client.
    WrongAzp => "wrong-azp",
    /// The ID token has no `iat`.
    MissingIat => "missing-iat",
    /// The ID token has no `exp`.
    MissingExp => "missing-exp",
    /// The ID token expired an hour ago.
    ExpiredIdToken => "expired-id-token",
    /// `exp` is text, not a number.
    ExpAsText => "exp-as-text",
    /// `exp` is the largest 64-bit number.
    HugeExp => "huge-exp",
    /// `exp` is 1e300.
    HugeFloatExp => "huge-float-exp",
    /// The ID token was issued tomorrow.
    FutureIat => "future-iat",
    /// The nonce is another one.
    WrongNonce => "wrong-nonce",
    /// The nonce is missing although the request had one.
    MissingNonce => "missing-nonce",
    /// `at_hash` does not fit the access token.
    WrongAtHash => "wrong-at-hash",

    // ID token: signature and header
    /// One bit of the signature is wrong.
    InvalidSignature => "invalid-signature",
    /// `alg` is `none` and the signature is empty.
    AlgNone => "alg-none",
    /// HS256, with the public key as the secret.
    HmacWithPublicKey => "hmac-with-public-key",
    /// ES256 under a published EC key, with a wrong signature.
    Es256Invalid => "es256-invalid",
    /// Legit: no `kid` in the token and only one published key.
    KeyIdAbsentSingleKey => "key-id-absent-single-key",
    /// No `kid` in the token and two published keys.
    KeyIdAbsentManyKeys => "key-id-absent-many-keys",
    /// Legit: no `kid` in the token and two published keys, of which one is of the token's kind.
    KeyIdAbsentOneFits => "key-id-absent-one-fits",
    /// The `kid` is nowhere published.
    UnknownKeyId => "unknown-key-id",
    /// The `kid` is a path, `../../etc/passwd`.
    KeyIdPath => "key-id-path",
    /// The `kid` is an SQL injection.
    KeyIdSql => "key-id-sql",
    /// Two published keys share one `kid`; the wrong one comes first.
    DuplicateKeyIds => "duplicate-key-ids",
    /// Signed by a stranger whose key is in the header, `jwk`.
    HeaderJwk => "header-jwk",
    /// Signed by a stranger whose key set is at the header's `jku`.
    HeaderJku => "header-jku",
    /// Signed by a stranger whose certificate is at the header's `x5u`.
    HeaderX5u => "header-x5u",
    /// Signed by a stranger whose certificate is in the header, `x5c`.
    HeaderX5c => "header-x5c",
    /// The header has a critical extension nobody knows.
    HeaderCrit => "header-crit",
    /// The ID token has five parts: it is encrypted.
    Jwe => "jwe",
    /// Correctly signed, with a published RSA key of 1024 bits.
    SmallRsaKey => "small-rsa-key",
    /// The token response has no ID token.
    NoIdToken => "no-id-token",
    /// Legit: the keys rotate just before each token is signed.
    RotateBeforeSigning => "rotate-before-signing",

    // Discovery and keys
    /// Discovery names another issuer.
    DiscoveryWrongIssuer => "discovery-wrong-issuer",
    /// Discovery gives `http` endpoints that are not on loopback.
    DiscoveryHttpEndpoints => "discovery-http-endpoints",
    /// Discovery is an HTML page.
    DiscoveryNotJson => "discovery-not-json",
    /// Discovery is 50 MiB long, chunked, without a length.
    DiscoveryHuge => "discovery-huge",
    /// Discovery redirects to another place, where it would be right.
    DiscoveryRedirect => "discovery-redirect",
    /// Discovery answers 500.
    DiscoveryServerError => "discovery-server-error",
    /// Discovery never answers.
    DiscoveryHang => "discovery-hang",
    /// Discovery is cut off in the middle of the body.
    DiscoveryCloseMidBody => "discovery-close-mid-body",
    /// The JSON of discovery ends in the middle, though the length is right.
    DiscoveryTruncatedJson => "discovery-truncated-json",
    /// Discovery is 420 kB that unpack to 64 MiB.
    DiscoveryCompressionBomb => "discovery-compression-bomb",
    /// Discovery is nested 100,000 levels deep.
    DiscoveryNestedJson => "discovery-nested-json",
    /// Discovery answers 429, with this `Retry-After` in seconds.
    DiscoveryTooManyRequests(u64 = 1) => "discovery-too-many-requests",
    /// Discovery answers 503, with this `Retry-After` in seconds.
    DiscoveryUnavailable(u64 = 1) => "discovery-unavailable",
    /// The authorization endpoint is a `file:` URL.
    AuthorizationEndpointFile => "authorization-endpoint-file",
    /// The authorization endpoint is a `javascript:` URL.
    AuthorizationEndpointJavascript => "authorization-endpoint-javascript",
    /// The authorization endpoint is a UNC path.
    AuthorizationEndpointUnc => "authorization-endpoint-unc",
    /// The authorization endpoint holds quotes and shell characters.
    AuthorizationEndpointShellCharacters => "authorization-endpoint-shell-characters",
    /// 10,000 published keys, the right one last.
    ManyKeys => "many-keys",
    /// The key set redirects to another place, where it would be right.
    KeysRedirect => "keys-redirect",
    /// The key set answers 500.
    KeysServerError => "keys-server-error",
    /// The key set never answers.
    KeysHang => "keys-hang",
    /// The key set is 50 MiB long, with its length.
    KeysHuge => "keys-huge",
    /// The key set is cut off in the middle of the body.
    KeysCloseMidBody => "keys-close-mid-body",
    /// The JSON of the key set ends in the middle, though the length is right.
    KeysTruncatedJson => "keys-truncated-json",
    /// The key set is 420 kB that unpack to 64 MiB.
    KeysCompressionBomb => "keys-compression-bomb",
    /// The key set is nested 100,000 levels deep.
    KeysNestedJson => "keys-nested-json",
    /// The key set answers 429, with this `Retry-After` in seconds.
    KeysTooManyRequests(u64 = 1) => "keys-too-many-requests",
    /// The key set answers 503, with this `Retry-After` in seconds.
    KeysUnavailable(u64 = 1) => "keys-unavailable",

    // Authorization response
    /// `iss` in the authorization response is another issuer.
    IssWrong => "iss-wrong",
    /// `iss` is missing although it was advertised.
    IssMissing => "iss-missing",
    /// `state` is another one.
    StateWrong => "state-wrong",
    /// `state` is missing.
    StateMissing => "state-missing",
    /// At once an error whose description holds HTML, script and bidi controls.
    ErrorWithHtml => "error-with-html",
    /// At once an error whose description repeats state and nonce.
    ErrorEchoes => "error-echoes",
    /// At once an error whose description is 1 MiB long.
    ErrorHuge => "error-huge",

    // Token endpoint
    /// The token endpoint redirects to another place, where it would be right.
    TokenRedirect => "token-redirect",
    /// The token endpoint answers 500.
    TokenServerError => "token-server-error",
    /// The token endpoint never answers.
    TokenHang => "token-hang",
    /// The connection is closed in the middle of the body.
    TokenCloseMidBody => "token-close-mid-body",
    /// The connection is closed without any answer.
    TokenCloseAtOnce => "token-close-at-once",
    /// The JSON ends in the middle, though the length is right.
    TokenTruncatedJson => "token-truncated-json",
    /// The right JSON as `text/html`.
    TokenWrongContentType => "token-wrong-content-type",
    /// A token response of 50 MiB, with its length.
    TokenHuge => "token-huge",
    /// A token response of 420 kB that unpacks to 64 MiB.
    TokenCompressionBomb => "token-compression-bomb",
    /// A token response nested 100,000 levels deep.
    TokenNestedJson => "token-nested-json",
    /// 429, with this `Retry-After` in seconds.
    TokenTooManyRequests(u64 = 1) => "token-too-many-requests",
    /// 503, with this `Retry-After` in seconds.
    TokenUnavailable(u64 = 1) => "token-unavailable",
    /// Legit: `token_type` is `BEARER`.
    TokenTypeUppercase => "token-type-uppercase",
    /// Legit: `token_type` is `bearer`.
    TokenTypeLowercase => "token-type-lowercase",
    /// `token_type` is one nobody knows.
    TokenTypeUnknown => "token-type-unknown",
    /// Legit: no `expires_in`.
    NoExpiresIn => "no-expires-in",
    /// A code is refused with words that repeat each secret of the request.
    TokenEchoes => "token-echoes",
    /// A refresh token is refused with words that repeat each secret of the request.
    RefreshEchoes => "refresh-echoes",
    /// Every grant is answered with `invalid_grant`.
    TokenInvalidGrant => "token-invalid-grant",
    /// The ID token of a refresh names another issuer.
    RefreshWrongIssuer => "refresh-wrong-issuer",
    /// The ID token of a refresh is for another player.
    RefreshWrongSub => "refresh-wrong-sub",
    /// Legit: a refresh gives no new refresh token, the old one stays good.
    RefreshWithoutRotation => "refresh-without-rotation",
    /// Legit: a refresh gives no ID token.
    RefreshWithoutIdToken => "refresh-without-id-token",
    /// A refresh works, but the connection is closed before the answer.
    RefreshLostAnswer => "refresh-lost-answer",

    // Device authorization
    /// Discovery has no device authorization endpoint.
    DeviceNotOffered => "device-not-offered",
    /// The device authorization endpoint never answers.
    DeviceHang => "device-hang",
    /// The device authorization endpoint redirects to another place, where it would be right.
    DeviceRedirect => "device-redirect",
    /// The device authorization endpoint answers `unauthorized_client`.
    DeviceUnauthorized => "device-unauthorized",
    /// Legit: no `verification_uri_complete`.
    DeviceNoCompleteUri => "device-no-complete-uri",
    /// Legit: no `interval`, which means five seconds.
    DeviceNoInterval => "device-no-interval",
    /// `interval` is this number, though the provider keeps to its own.
    DeviceInterval(u64 = 0) => "device-interval",
    /// `interval` is text.
    DeviceIntervalAsText => "device-interval-as-text",
    /// No `expires_in`.
    DeviceNoExpiry => "device-no-expiry",
    /// `expires_in` is 0.
    DeviceExpiryZero => "device-expiry-zero",
    /// `expires_in` is the largest 64-bit number.
    DeviceExpiryHuge => "device-expiry-huge",
    /// `verification_uri` is a `javascript:` URL.
    DeviceUriJavascript => "device-uri-javascript",
    /// `verification_uri_complete` is `http`, and not on loopback.
    DeviceUriHttp => "device-uri-http",
    /// `verification_uri_complete` is 10 kB long.
    DeviceUriHuge => "device-uri-huge",
    /// `user_code` is 10 kB long.
    DeviceCodeHuge => "device-code-huge",
    /// `user_code` holds line breaks, an escape sequence and a mark that turns the direction of writing.
    DeviceCodeControls => "device-code-controls",
    /// The first question about a device code is answered with `slow_down`, though it came in time.
    DeviceSlowDown => "device-slow-down",
    /// Legit: `authorization_pending` comes with status 200.
    DevicePendingWith200 => "device-pending-with-200",
    /// Every question about a device code is answered with `access_denied`.
    DeviceDenied => "device-denied",
    /// Every question about a device code is answered with `expired_token`.
    DeviceExpired => "device-expired",
    /// Every question about a device code is answered with an error that nobody knows.
    DeviceUnknownError => "device-unknown-error",

    // The other endpoints
    /// Userinfo is about another player.
    UserinfoWrongSub => "userinfo-wrong-sub",
    /// Userinfo redirects to another place, where it would be right.
    UserinfoRedirect => "userinfo-redirect",
    /// Userinfo answers 500.
    UserinfoServerError => "userinfo-server-error",
    /// Userinfo never answers.
    UserinfoHang => "userinfo-hang",
    /// Userinfo is 50 MiB long, chunked, without a length.
    UserinfoHuge => "userinfo-huge",
    /// Userinfo is cut off in the middle of the body.
    UserinfoCloseMidBody => "userinfo-close-mid-body",
    /// The JSON of userinfo ends in the middle, though the length is right.
    UserinfoTruncatedJson => "userinfo-truncated-json",
    /// Userinfo is 420 kB that unpack to 64 MiB.
    UserinfoCompressionBomb => "userinfo-compression-bomb",
    /// Userinfo is nested 100,000 levels deep.
    UserinfoNestedJson => "userinfo-nested-json",
    /// Userinfo answers 429, with this `Retry-After` in seconds.
    UserinfoTooManyRequests(u64 = 1) => "userinfo-too-many-requests",
    /// Userinfo answers 503, with this `Retry-After` in seconds.
    UserinfoUnavailable(u64 = 1) => "userinfo-unavailable",
    /// `state` after the end of the session is another one.
    LogoutStateWrong => "logout-state-wrong",
    /// `state` after the end of the session is missing.
    LogoutStateMissing => "logout-state-missing",
    /// The revocation endpoint answers 500.
    RevocationServerError => "revocation-server-error",
}

impl Misbehaviour {
    /// All of them, those with a value with its default.
    pub fn all() -> &'static [Misbehaviour] {
        ALL
    }

    /// Finds one by its name. Those with a value take it after an equals sign: `token-too-many-requests=30`.
    pub fn from_name(text: &str) -> Option<Misbehaviour> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.parse::<u64>().ok()?)),
            None => (text, None),
        };
        let found = *ALL.iter().find(|one| one.name() == name)?;
        match value {
            Some(value) => found.with_value(value),
            None => Some(found),
        }
    }
}
