use serde_json::json;

use super::*;

fn paths() -> ClaimPaths {
    let path = str::to_owned;
    ClaimPaths {
        subject: path("sub"),
        roles: path("roles"),
        permissions: path("permissions"),
        tenants: path("tenants"),
    }
}

fn profile(claims: Value) -> Profile {
    Profile::from_claims(claims.as_object().unwrap(), &paths()).unwrap()
}

fn subject_at(path: &str, claims: Value) -> Result<String> {
    let paths = ClaimPaths { subject: path.to_owned(), ..paths() };
    Profile::from_claims(claims.as_object().unwrap(), &paths).map(|profile| profile.subject)
}

fn roles_at(path: &str, claims: &Value) -> Vec<String> {
    let mut claims = claims.as_object().unwrap().clone();
    claims.insert("sub".to_owned(), json!("p"));
    Profile::from_claims(&claims, &ClaimPaths { roles: path.to_owned(), ..paths() }).unwrap().roles
}

#[test]
fn the_usual_claims_become_the_profile() {
    let profile = profile(json!({
        "sub": "p", "name": "Ada Lovelace", "email": "ada@x.example", "email_verified": true, "locale": "en-GB",
        "picture": "https://x.example/ada.png", "preferred_username": "ada", "roles": ["admin"], "tenants": ["t1"],
        "permissions": ["build"],
    }));
    assert_eq!((profile.subject.as_str(), profile.name.as_deref()), ("p", Some("Ada Lovelace")));
    assert_eq!((profile.email.as_deref(), profile.email_verified), (Some("ada@x.example"), Some(true)));
    assert_eq!(profile.picture.as_deref(), Some("https://x.example/ada.png"));
    assert_eq!((profile.preferred_username.as_deref(), profile.locale.as_deref()), (Some("ada"), Some("en-GB")));
    assert_eq!(
        (profile.roles, profile.permissions, profile.tenants),
        (vec!["admin".into()], vec!["build".into()], vec!["t1".into()])
    );
}

#[test]
fn a_subject_alone_is_a_profile() {
    let profile = profile(json!({"sub": "p", "name": 7, "email": null, "email_verified": "perhaps", "roles": false}));
    assert_eq!((profile.name, profile.email, profile.email_verified, profile.picture), (None, None, None, None));
    assert!(profile.roles.is_empty() && profile.permissions.is_empty() && profile.tenants.is_empty());
}

#[test]
fn subject_is_text_or_a_whole_number() {
    assert_eq!(subject_at("id", json!({"id": 583_231})).unwrap(), "583231");
    assert_eq!(subject_at("id", json!({"id": u64::MAX})).unwrap(), "18446744073709551615");
    assert_eq!(subject_at("id", json!({"id": "80351110224678912"})).unwrap(), "80351110224678912");
    assert_eq!(subject_at("/data/0/id", json!({"data": [{"id": "141981764"}]})).unwrap(), "141981764");
    for id in
        [json!(null), json!(""), json!(1.5), json!(1e20), json!(["p"]), json!({"id": "p"}), json!(true), json!("p\0q")]
    {
        let error = subject_at("id", json!({"id": id.clone(), "sub": "other"})).unwrap_err();
        assert_eq!(error.code, Code::Configuration, "{id}");
        assert!(error.message.contains("at \"id\": set subject_claim"), "{error}");
    }
}

#[test]
fn name_falls_back_in_the_stated_order() {
    let mut claims = json!({
        "sub": "p", "name": "Name", "given_name": "Given", "family_name": "Family", "nickname": "Nick",
        "preferred_username": "Preferred", "global_name": "Global", "username": "User",
    });
    for (name, gone) in [
        ("Name", "name"),
        ("Given Family", "family_name"),
        ("Given", "given_name"),
        ("Nick", "nickname"),
        ("Preferred", "preferred_username"),
        ("Global", "global_name"),
        ("User", "username"),
    ] {
        assert_eq!(profile(claims.clone()).name.as_deref(), Some(name));
        claims[gone] = json!("");
    }
    assert_eq!(profile(claims).name, None);
}

#[test]
fn email_verified_may_be_text() {
    for (value, truth) in [
        (json!(true), Some(true)),
        (json!(false), Some(false)),
        (json!("true"), Some(true)),
        (json!("false"), Some(false)),
        (json!("TRUE"), None),
        (json!(1), None),
    ] {
        assert_eq!(profile(json!({"sub": "p", "email_verified": value})).email_verified, truth);
    }
}

#[test]
fn picture_is_a_web_url_or_nothing() {
    for bad in [
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "//x.example/a",
        "a.png",
        "\\\\host\\a",
        "https://Aï.example/a",
    ] {
        assert_eq!(profile(json!({"sub": "p", "picture": bad})).picture, None, "{bad}");
    }
    assert_eq!(
        profile(json!({"sub": "p", "picture": "http://x.example/a b"})).picture.unwrap(),
        "http://x.example/a%20b"
    );
}

#[test]
fn paths_are_whole_names_pointers_or_dots() {
    let claims = json!({
        "https://game.example/roles": ["auth0"],
        "realm_access": {"roles": ["keycloak"]},
        "resource_access": {"my-client": {"roles": ["client"]}, "my.client": {"roles": ["dotted"]}},
        "a.b": ["whole"], "a": {"b": ["part"]}, "/a/b": ["slashed"], "list": [["first"]], "m~n/o": {"": ["odd"]},
    });
    for (path, role) in [
        ("https://game.example/roles", "auth0"),
        ("realm_access.roles", "keycloak"),
        ("resource_access.my-client.roles", "client"),
        ("/resource_access/my.client/roles", "dotted"),
        ("/realm_access/roles", "keycloak"),
        ("a.b", "whole"),
        ("/a/b", "slashed"),
        ("/list/0", "first"),
        ("/m~0n~1o/", "odd"),
    ] {
        assert_eq!(roles_at(path, &claims), [role], "{path}");
    }
    for nowhere in [
        "",
        "/",
        "//",
        ".",
        "a.",
        "a.b.c",
        "list.0",
        "/list/1",
        "/list/-",
        "realm_access",
        "resource_access.my.client.roles",
    ] {
        let roles = roles_at(nowhere, &claims);
        assert!(roles.is_empty() || nowhere == "realm_access", "{nowhere}: {roles:?}");
    }
}

#[test]
fn values_become_lists() {
    for (value, list) in [
        (json!(["a", 1, null, "b", ["c"], ""]), vec!["a", "b"]),
        (json!({"t1": {"roles": []}, "t2": {}}), vec!["t1", "t2"]),
        (json!("two words"), vec!["two words"]),
        (json!(["admin\0", "ok"]), vec!["ok"]),
        (json!(true), vec![]),
        (json!(7), vec![]),
        (json!(null), vec![]),
        (json!(""), vec![]),
    ] {
        let profile = profile(json!({"sub": "p", "roles": value, "tenants": value}));
        assert_eq!(profile.roles, list);
        assert_eq!(profile.tenants, list);
    }
}

#[test]
fn permissions_as_text_are_split_like_scopes() {
    assert_eq!(profile(json!({"sub": "p", "permissions": " read  write "})).permissions, ["read", "write"]);
    assert_eq!(profile(json!({"sub": "p", "permissions": ["read all"]})).permissions, ["read all"]);
}

#[test]
fn lists_are_bounded() {
    let many: Vec<String> = (0..5_000).map(|number| number.to_string()).collect();
    let object: Map<String, Value> = many.iter().map(|name| (name.clone(), Value::Null)).collect();
    let profile = profile(json!({"sub": "p", "roles": many, "permissions": many.join(" "), "tenants": object}));
    assert_eq!((profile.roles.len(), profile.permissions.len(), profile.tenants.len()), (1_000, 1_000, 1_000));
}

#[test]
fn any_claim_can_be_asked_for() {
    let profile = profile(json!({"sub": "p", "level": 7, "guild": {"name": "G"}, "none": null, "nul": "a\0b"}));
    assert_eq!(profile.claim("sub").as_deref(), Some("p"));
    assert_eq!(profile.claim("level").as_deref(), Some("7"));
    assert_eq!(profile.claim("guild").as_deref(), Some("{\"name\":\"G\"}"));
    assert_eq!(profile.claim("guild.name").as_deref(), Some("G"));
    assert_eq!((profile.claim("none"), profile.claim("absent"), profile.claim("nul")), (None, None, None));
    assert_eq!(profile.claims().len(), 5);
    let json: Value = serde_json::from_str(&profile.json()).unwrap();
    assert_eq!(json["guild"]["name"], "G");
    assert!(!profile.json().contains('\0'), "it must fit a C string");
    assert_eq!(format!("{profile:?}"), "Profile(5 claims)", "a person's data is not for logs");
}

/// After a newer ID token: what was shown, what earlier ID tokens had, what the newer one has.
fn renewed_at(roles: &str, shown: Value, earlier: &[Value], newer: Value) -> Profile {
    let paths = ClaimPaths { roles: roles.to_owned(), ..paths() };
    let object = |value: &Value| {
        let mut claims = value.as_object().unwrap().clone();
        claims.insert("sub".to_owned(), json!("p"));
        claims
    };
    let earlier: Vec<_> = earlier.iter().map(object).collect();
    let shown = Profile::from_claims(&object(&shown), &paths).unwrap();
    shown.renewed(&earlier.iter().collect::<Vec<_>>(), &object(&newer), &paths).unwrap()
}

#[test]
fn roles_permissions_and_tenants_that_a_newer_id_token_leaves_out_are_gone() {
    let told = json!({"roles": ["admin"], "permissions": "build", "tenants": {"t1": {}}, "name": "Ada", "level": 7});
    let renewed = renewed_at("roles", told.clone(), &[told], json!({"email": "ada@x.example"}));
    assert!(renewed.roles.is_empty() && renewed.permissions.is_empty() && renewed.tenants.is_empty(), "{renewed:?}");
    assert_eq!((renewed.claim("roles"), renewed.claim("tenants")), (None, None));
    // A smaller token is no other name.
    assert_eq!((renewed.name.as_deref(), renewed.claim("level").as_deref()), (Some("Ada"), Some("7")));
    assert_eq!(renewed.email.as_deref(), Some("ada@x.example"));
}

#[test]
fn what_a_newer_id_token_tells_counts() {
    let told = json!({"roles": ["admin", "player"]});
    let roles = |newer| renewed_at("roles", told.clone(), std::slice::from_ref(&told), newer).roles;
    assert_eq!(roles(json!({"roles": ["player"]})), ["player"]);
    assert_eq!(roles(json!({"roles": []})), [""; 0]);
    assert_eq!(roles(json!({"roles": null})), [""; 0]);
}

#[test]
fn roles_that_no_id_token_ever_told_stay() {
    let userinfo = json!({"roles": ["admin"]});
    assert_eq!(renewed_at("roles", userinfo.clone(), &[json!({})], json!({})).roles, ["admin"]);
    assert_eq!(renewed_at("roles", userinfo, &[], json!({})).roles, ["admin"]);
}

#[test]
fn a_role_that_any_earlier_id_token_told_is_gone_with_the_newer_one() {
    let told = json!({"roles": ["admin"]});
    for earlier in [[told.clone(), json!({})], [json!({}), told.clone()]] {
        assert_eq!(renewed_at("roles", told.clone(), &earlier, json!({})).roles, [""; 0], "{earlier:?}");
    }
}

#[test]
fn roles_are_taken_away_wherever_they_are_and_nothing_beside_them() {
    for (path, told) in [
        ("realm_access.roles", json!({"realm_access": {"roles": ["admin"], "beside": 1}, "beside": 1})),
        ("/realm/0/roles", json!({"realm": [{"roles": ["admin"], "beside": 1}], "beside": 1})),
        ("https://x.example/roles", json!({"https://x.example/roles": ["admin"], "beside": 1})),
        ("a.b", json!({"a.b": ["admin"], "a": {"b": ["another"]}, "beside": 1})),
        ("/a~1b/c", json!({"a/b": {"c": ["admin"], "beside": 1}})),
    ] {
        let renewed = renewed_at(path, told.clone(), std::slice::from_ref(&told), json!({}));
        assert_eq!(renewed.roles, [""; 0], "{path}");
        let beside = |json: &str| json.matches("\"beside\":1").count();
        assert_eq!(beside(&renewed.json()), beside(&told.to_string()), "{path}: {}", renewed.json());
    }
}
