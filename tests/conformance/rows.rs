//! The table: which test of which plan, what it requires, and the act that shows it.
//!
//! Plans and names are those of the OpenID Foundation's conformance suite, without `oidcc-client-test-`; the plan `extra` holds
//! tests of its general plan and what the standards require beyond the suite.

use practice_provider::{Algorithm, Misbehaviour as M, Options};
use support::ffi::*;
use support::stage::{GAME, Stage};

use crate::acts::{
    accepted, accepted_after_a_rotation, accepted_in_spite_of, header, ignored, refreshed, rejected,
    rejected_before_the_browser, rejected_from, rejected_without_discovery, signed_out,
};
use crate::seen::{Must, Seen};

/// A group of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    Basic,
    Config,
    Logout,
    Refresh,
    Extra,
}

impl Plan {
    pub const ALL: [Self; 5] = [Self::Basic, Self::Config, Self::Logout, Self::Refresh, Self::Extra];

    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Config => "config",
            Self::Logout => "logout",
            Self::Refresh => "refresh",
            Self::Extra => "extra",
        }
    }

    /// What the suite calls it.
    pub fn of_the_suite(self) -> &'static str {
        match self {
            Self::Basic => "`oidcc-client-basic-certification-test-plan`",
            Self::Config => "`oidcc-client-config-certification-test-plan`",
            Self::Logout => "`oidcc-client-rp-initiated-logout-rp-basic`",
            Self::Refresh => "`oidcc-client-refreshtoken-test-plan`",
            Self::Extra => {
                "of `oidcc-client-test-plan` where the name begins with `oidcc-`, beyond the suite where not"
            }
        }
    }
}

/// A row of the table.
pub struct Row {
    pub plan: Plan,
    pub test: &'static str,
    pub must: Must,
    pub act: Box<dyn FnOnce() -> Seen>,
}

fn row(plan: Plan, test: &'static str, must: Must, act: impl FnOnce() -> Seen + 'static) -> Row {
    Row { plan, test, must, act: Box::new(act) }
}

/// All rows in their order.
pub fn all() -> Vec<Row> {
    [basic(), config(), logout(), refresh(), extra()].into_iter().flatten().collect()
}

fn basic() -> Vec<Row> {
    use Must::{Accept, Reject, RejectByRule};
    let row = |test, must, act: fn() -> Seen| row(Plan::Basic, test, must, act);
    vec![
        row("oidcc-client-test", Accept, || accepted(Options::default(), |_| Vec::new())),
        row("oidcc-client-test-idtoken-sig-rs256", Accept, || accepted(Options::default(), signed_with_rs256)),
        row("oidcc-client-test-scope-userinfo-claims", Accept, || accepted(Options::default(), claims_of_userinfo)),
        row("oidcc-client-test-userinfo-bearer-header", Accept, || accepted(Options::default(), bearer_in_the_header)),
        row("oidcc-client-test-client-secret-basic", Accept, client_secret_basic),
        row("oidcc-client-test-kid-absent-single-jwks", Accept, || accepted_in_spite_of(M::KeyIdAbsentSingleKey)),
        row("oidcc-client-test-kid-absent-multiple-jwks", RejectByRule(LATCHKEY_CHECK_KEY), || {
            rejected(M::KeyIdAbsentManyKeys)
        }),
        row("oidcc-client-test-invalid-iss", Reject(LATCHKEY_CHECK_ISSUER), || rejected(M::WrongIssuerInIdToken)),
        row("oidcc-client-test-missing-sub", Reject(LATCHKEY_CHECK_SUBJECT), || rejected(M::MissingSub)),
        row("oidcc-client-test-invalid-aud", Reject(LATCHKEY_CHECK_AUDIENCE), || rejected(M::WrongAudience)),
        row("oidcc-client-test-missing-iat", Reject(LATCHKEY_CHECK_ISSUED_AT), || rejected(M::MissingIat)),
        row("oidcc-client-test-nonce-invalid", Reject(LATCHKEY_CHECK_NONCE), || rejected(M::WrongNonce)),
        row("oidcc-client-test-invalid-sig-rs256", Reject(LATCHKEY_CHECK_SIGNATURE), || rejected(M::InvalidSignature)),
        row("oidcc-client-test-userinfo-invalid-sub", Reject(LATCHKEY_CHECK_SUBJECT), || {
            rejected_from(Options { misbehaviour: Some(M::UserinfoWrongSub), ..Options::default() }, "/userinfo")
        }),
        row("oidcc-client-test-idtoken-sig-none", Reject(LATCHKEY_CHECK_ALGORITHM), || {
            rejected_without_discovery(M::AlgNone)
        }),
    ]
}

fn config() -> Vec<Row> {
    use Must::{Accept, Reject, RejectWith};
    let row = |test, must, act: fn() -> Seen| row(Plan::Config, test, must, act);
    vec![
        row("oidcc-client-test-discovery-openid-config", Accept, || accepted(Options::default(), found_by_discovery)),
        row("oidcc-client-test-discovery-jwks-uri-keys", Accept, || accepted(Options::default(), signed_with_rs256)),
        row("oidcc-client-test-discovery-issuer-mismatch", RejectWith(LATCHKEY_CONFIGURATION), || {
            rejected_before_the_browser(M::DiscoveryWrongIssuer)
        }),
        row("oidcc-client-test-idtoken-sig-none", Reject(LATCHKEY_CHECK_ALGORITHM), || rejected(M::AlgNone)),
        row("oidcc-client-test-signing-key-rotation", Accept, accepted_after_a_rotation),
        row("oidcc-client-test-signing-key-rotation-just-before-signing", Accept, || {
            accepted_in_spite_of(M::RotateBeforeSigning)
        }),
    ]
}

fn logout() -> Vec<Row> {
    use Must::{Notice, RoundTrip};
    let row = |test, must, act: fn() -> Seen| row(Plan::Logout, test, must, act);
    vec![
        row("oidcc-client-test-rp-init-logout", RoundTrip, || signed_out(None)),
        row("oidcc-client-test-rp-init-logout-other-state", Notice, || signed_out(Some(M::LogoutStateWrong))),
        row("oidcc-client-test-rp-init-logout-no-state", Notice, || signed_out(Some(M::LogoutStateMissing))),
    ]
}

fn refresh() -> Vec<Row> {
    use Must::{Accept, RejectAndEnd};
    let row = |test, must, act: fn() -> Seen| row(Plan::Refresh, test, must, act);
    vec![
        row("oidcc-client-test-refresh-token", Accept, || refreshed(None)),
        row("oidcc-client-test-refresh-token-invalid-issuer", RejectAndEnd(LATCHKEY_CHECK_ISSUER), || {
            refreshed(Some(M::RefreshWrongIssuer))
        }),
        row("oidcc-client-test-refresh-token-invalid-sub", RejectAndEnd(LATCHKEY_CHECK_SUBJECT), || {
            refreshed(Some(M::RefreshWrongSub))
        }),
    ]
}

fn extra() -> Vec<Row> {
    use Must::{Accept, Ignore, Reject};
    let row = |test, must, act: fn() -> Seen| row(Plan::Extra, test, must, act);
    vec![
        row("oidcc-client-test-missing-aud", Reject(LATCHKEY_CHECK_AUDIENCE), || rejected(M::MissingAudience)),
        row("oidcc-client-test-invalid-sig-hs256", Reject(LATCHKEY_CHECK_ALGORITHM), || rejected(M::HmacWithPublicKey)),
        row("oidcc-client-test-invalid-sig-es256", Reject(LATCHKEY_CHECK_SIGNATURE), || {
            let misbehaviour = Some(M::InvalidSignature);
            rejected_from(Options { algorithm: Algorithm::Es256, misbehaviour, ..Options::default() }, "/token")
        }),
        row("oidcc-client-test-invalid-athash", Reject(LATCHKEY_CHECK_ACCESS_TOKEN_HASH), || rejected(M::WrongAtHash)),
        row("ES256 where only RS256 was announced", Reject(LATCHKEY_CHECK_ALGORITHM), || rejected(M::Es256Invalid)),
        row("nonce missing", Reject(LATCHKEY_CHECK_NONCE), || rejected(M::MissingNonce)),
        row("exp past", Reject(LATCHKEY_CHECK_EXPIRY), || rejected(M::ExpiredIdToken)),
        row("exp missing", Reject(LATCHKEY_CHECK_EXPIRY), || rejected(M::MissingExp)),
        row("exp as text", Reject(LATCHKEY_CHECK_FORMAT), || rejected(M::ExpAsText)),
        row("aud array with a stranger and no azp", Reject(LATCHKEY_CHECK_AUTHORIZED_PARTY), || {
            rejected(M::AudienceArrayWithStranger)
        }),
        row("azp mismatch", Reject(LATCHKEY_CHECK_AUTHORIZED_PARTY), || rejected(M::WrongAzp)),
        row("RFC 9207 iss wrong", Ignore, || ignored(M::IssWrong)),
        row("RFC 9207 iss absent though advertised", Ignore, || ignored(M::IssMissing)),
        row("state wrong", Ignore, || ignored(M::StateWrong)),
        row("state missing", Ignore, || ignored(M::StateMissing)),
        row("token_type in capitals", Accept, || accepted_in_spite_of(M::TokenTypeUppercase)),
        row("token_type in small letters", Accept, || accepted_in_spite_of(M::TokenTypeLowercase)),
        row("no expires_in", Accept, || accepted_in_spite_of(M::NoExpiresIn)),
        row("aud as array of one", Accept, || accepted_in_spite_of(M::AudienceArrayOfOne)),
        row("kid absent, several keys of which one is of the token's kind", Accept, || {
            accepted_in_spite_of(M::KeyIdAbsentOneFits)
        }),
    ]
}

fn client_secret_basic() -> Seen {
    const SECRET: &str = "correct horse: battery%staple";
    let options = Options { client_secret: Some((GAME.to_owned(), SECRET.to_owned())), ..Options::default() };
    let scene = crate::acts::Scene::with(options, |config, _| config.client_secret(SECRET));
    let mut sign_in = scene.sign_in("/token");
    let request = sign_in.scene.stage.last_request("/token");
    let in_header = request.header("Authorization").is_some_and(|value| value.starts_with("Basic "));
    let in_body = request.parameter("client_secret").is_some();
    let fact = format!("secret in the header: {}, in the body: {}", yes(in_header), yes(in_body));
    sign_in.seen.facts = vec![(fact, in_header && !in_body)];
    sign_in.seen
}

fn signed_with_rs256(stage: &Stage) -> Vec<(String, bool)> {
    let header = header(stage);
    let algorithm = header["alg"].as_str().unwrap_or_default();
    vec![(
        format!("the ID token's alg is {algorithm}, and it has a kid"),
        algorithm == "RS256" && header["kid"].is_string(),
    )]
}

fn claims_of_userinfo(stage: &Stage) -> Vec<(String, bool)> {
    let profile = stage.client.profile().expect("a profile");
    let (name, email) = (profile.name(), profile.email());
    let both = name.is_some() && email.is_some();
    vec![(format!("name and email of userinfo in the profile: {}", yes(both)), both)]
}

fn bearer_in_the_header(stage: &Stage) -> Vec<(String, bool)> {
    let request = stage.last_request("/userinfo");
    let in_header = request.header("Authorization").is_some_and(|value| value.starts_with("Bearer "));
    let elsewhere = request.parameters.iter().any(|(name, _)| name == "access_token");
    vec![(format!("token in the header: {}, elsewhere: {}", yes(in_header), yes(elsewhere)), in_header && !elsewhere)]
}

fn found_by_discovery(stage: &Stage) -> Vec<(String, bool)> {
    // The configuration has the issuer and nothing else, so each endpoint that was asked was found in the document.
    let asked = stage.provider.count("/token") == 1 && stage.provider.count("/userinfo") == 1;
    vec![("endpoints out of the document".to_owned(), asked)]
}

fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}
