//! Claims become a profile: roles, permissions and tenants wherever the provider puts them, and the rest by name.

use practice_provider::Options;
use serde_json::{Value, json};
use support::ffi::*;
use support::{ConfigBuilder, Profile};

use crate::stage::{ADA, Stage, claims, object};

fn profile_of(extra: Value, shape: impl FnOnce(ConfigBuilder) -> ConfigBuilder) -> Profile {
    Stage::with(claims(extra), shape).sign_in()
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

#[test]
fn plain_arrays_are_roles_permissions_and_tenants() {
    let profile = profile_of(
        json!({"roles": ["player", "beta tester"], "permissions": ["chat.write"], "tenants": ["t-1", "t-2"]}),
        |config| config,
    );
    assert_eq!(profile.roles(), ["player", "beta tester"]);
    assert_eq!(profile.permissions(), ["chat.write"]);
    assert_eq!(profile.tenants(), ["t-1", "t-2"]);
    assert!(profile.has_role("beta tester") && profile.has_permission("chat.write"));
    for almost in ["Player", "play", "player ", "", "beta"] {
        assert!(!profile.has_role(almost), "{almost:?}");
    }
    assert!(!profile.has_permission("chat.*"));
}

#[test]
fn descopes_tenants_object_gives_the_tenants_by_their_ids() {
    let tenants = json!({
        "T2abc": {"name": "Studio North", "roles": ["admin"], "permissions": ["build.release"]},
        "T2def": {},
    });
    let profile = profile_of(json!({"tenants": tenants, "roles": ["player"]}), |config| config);
    assert_eq!(sorted(profile.tenants()), ["T2abc", "T2def"]);
    assert_eq!(profile.roles(), ["player"]);
    assert_eq!(profile.json()["tenants"], tenants, "what a tenant holds is in the JSON");
}

#[test]
fn keycloaks_realm_access_is_found_by_a_claim_path() {
    let extra = || {
        json!({
            "realm_access": {"roles": ["offline_access", "champion"]},
            "resource_access": {"my.game": {"roles": ["moderator"]}},
        })
    };
    let dotted = profile_of(extra(), |config| config.roles_claim("realm_access.roles"));
    assert_eq!(dotted.roles(), ["offline_access", "champion"]);
    assert!(dotted.has_role("champion"));
    let pointer = profile_of(extra(), |config| {
        config.roles_claim("/realm_access/roles").permissions_claim("/resource_access/my.game/roles")
    });
    assert_eq!(pointer.roles(), ["offline_access", "champion"]);
    assert_eq!(pointer.permissions(), ["moderator"]);
}

#[test]
fn a_claim_whose_name_is_a_url_is_found_by_its_whole_name() {
    let name = "https://studio.example/claims/roles";
    let profile = profile_of(json!({name: ["captain"]}), |config| config.roles_claim(name));
    assert_eq!(profile.roles(), ["captain"]);
    assert_eq!(profile.claim(name).as_deref(), Some(r#"["captain"]"#));
}

#[test]
fn without_the_claims_the_lists_are_empty() {
    let profile = profile_of(json!({}), |config| config);
    assert!(profile.roles().is_empty() && profile.permissions().is_empty() && profile.tenants().is_empty());
    assert!(!profile.has_role("player"));
}

#[test]
fn claims_of_an_unfit_kind_give_no_roles_and_do_no_harm() {
    for unfit in [json!(null), json!(true), json!(7), json!([1, {"a": []}, null])] {
        let profile = profile_of(json!({"roles": unfit}), |config| config);
        assert_eq!(profile.roles(), Vec::<String>::new(), "{unfit}");
        assert_eq!(profile.name().as_deref(), Some(ADA));
    }
}

#[test]
fn every_other_claim_is_there_by_its_name() {
    let profile = profile_of(
        json!({"guild": "Analytical \"Engine\"", "level": 42, "vip": true, "badges": {"gold": [1, 2]}, "nothing": null}),
        |config| config,
    );
    assert_eq!(profile.claim("guild").as_deref(), Some("Analytical \"Engine\""), "a text is as it is");
    assert_eq!(profile.claim("level").as_deref(), Some("42"), "everything else is JSON");
    assert_eq!(profile.claim("vip").as_deref(), Some("true"));
    assert_eq!(profile.claim("badges").as_deref(), Some(r#"{"gold":[1,2]}"#));
    assert_eq!(profile.claim("sub"), Some(profile.subject()));
    for absent in ["Guild", "gui", "", "badges.gold", "constructor"] {
        assert_eq!(profile.claim(absent), None, "{absent:?}");
    }
}

#[test]
fn the_whole_is_one_json_object() {
    let extra = json!({"badges": {"gold": [1, 2]}, "motto": "weave \u{1F9F5} \"algebraic\" patterns"});
    let profile = profile_of(extra.clone(), |config| config);
    let json = object(profile.json());
    for (name, value) in object(extra) {
        assert_eq!(json.get(&name), Some(&value));
    }
    assert_eq!(json["name"], json!(ADA));
    assert_eq!(json["sub"], json!(profile.subject()));
}

#[test]
fn a_text_with_a_nul_inside_is_not_cut_into_another_one() {
    let profile = profile_of(json!({"motto": "before\u{0}after", "roles": ["play\u{0}er"]}), |config| config);
    assert_ne!(profile.claim("motto").as_deref(), Some("before"));
    assert!(!profile.has_role("play"), "a role was cut at the NUL");
    assert!(!profile.roles().contains(&"play".to_owned()), "a role was cut at the NUL");
}

#[test]
fn userinfo_and_id_token_make_one_profile() {
    let options = Options { thin_id_token: true, ..claims(json!({"roles": ["player"], "guild": "Analysts"})) };
    let profile = Stage::with(options, |config| config).sign_in();
    assert_eq!(profile.name().as_deref(), Some(ADA), "from userinfo");
    assert_eq!(profile.roles(), ["player"], "from userinfo");
    assert!(profile.claim("iss").is_some(), "from the ID token");
}

#[test]
fn a_picture_that_is_no_web_address_is_left_out() {
    for unfit in
        ["javascript:alert(1)", "file:///etc/passwd", "data:image/png;base64,AAAA", "\\\\host\\share", "picture"]
    {
        let profile = profile_of(json!({"picture": unfit}), |config| config);
        assert_eq!(profile.picture(), None, "{unfit}");
    }
}

#[test]
fn a_name_is_made_from_what_there_is() {
    let profile = profile_of(json!({"given_name": "Ada", "family_name": "Lovelace"}), |config| {
        config.scopes("openid").wanted_claims("")
    });
    assert_eq!(profile.name().as_deref(), Some(ADA));
    let nameless = profile_of(json!({}), |config| config.scopes("openid").wanted_claims(""));
    assert_eq!(nameless.name(), None);
    assert_eq!(nameless.email(), None);
    assert!(!nameless.email_verified());
}

#[test]
fn an_address_counts_as_verified_only_if_the_provider_says_so() {
    for (claim, verified) in [(json!(true), true), (json!(false), false), (json!(1), false), (json!(null), false)] {
        let extra = json!({"email": "ada@studio.example", "email_verified": claim});
        let profile = profile_of(extra, |config| config);
        assert_eq!(profile.email().as_deref(), Some("ada@studio.example"));
        assert_eq!(profile.email_verified(), verified, "{claim}");
    }
}

#[test]
fn a_profile_stays_as_it_was_handed_out() {
    let mut stage = Stage::new();
    let profile = stage.sign_in();
    stage.client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
    assert_eq!(profile.name().as_deref(), Some(ADA));
}
