//! What the library lets the system open: an https address, or http on this machine, and nothing else. No shell sees it.

use std::fs;

use practice_provider::{Misbehaviour as M, Options};
use support::ffi::*;
use support::launcher::{FOLDER, in_folder, with_launcher, with_launcher_beside};
use support::{Client, ConfigBuilder, Library, Login, PATIENCE, wait_for};

use crate::stage::{GAME, parameter};

/// Leaves a trace of having been started, and its arguments.
fn tell_tale() -> String {
    format!("printf '%s\\n' \"$#\" \"$@\" > \"${FOLDER}/tmp\"\n/bin/mv \"${FOLDER}/tmp\" \"${FOLDER}/started\"")
}

fn client(issuer: &str) -> Client {
    Client::create(&ConfigBuilder::new(issuer, GAME).browser(LATCHKEY_BROWSER_SYSTEM))
}

/// The login ends with the endpoint's name, and no launcher was started.
#[track_caller]
fn assert_nothing_is_started(issuer: &str) {
    let client = client(issuer);
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let status = client.wait_until_settled();
    let text = client.error_text();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_PROVIDER_ERROR), "{text}");
    assert!(text.contains("authorization_endpoint"), "{text}");
    assert!(client.prompt().is_err(), "a host could have opened it");
    client.destroy();
    Library::load().shutdown(2000).expect("latchkey_shutdown");
    assert!(!in_folder("started").exists(), "the launcher was started: {:?}", fs::read_to_string(in_folder("started")));
}

macro_rules! refused {
    ($($name:ident: $misbehaviour:ident;)*) => {
        $(
            #[test]
            fn $name() {
                let options = Options { misbehaviour: Some(M::$misbehaviour), ..Options::default() };
                with_launcher_beside(options, Some(&tell_tale()), |issuer| assert_nothing_is_started(issuer));
            }
        )*
    };
}

refused! {
    an_authorization_endpoint_that_is_a_file_url_is_refused_before_anything_is_started: AuthorizationEndpointFile;
    an_authorization_endpoint_that_is_a_javascript_url_is_refused_before_anything_is_started: AuthorizationEndpointJavascript;
    an_authorization_endpoint_that_is_a_unc_path_is_refused_before_anything_is_started: AuthorizationEndpointUnc;
    an_authorization_endpoint_with_quotes_and_shell_characters_is_refused_before_anything_is_started: AuthorizationEndpointShellCharacters;
}

#[test]
fn a_configured_authorization_endpoint_is_held_to_the_same() {
    for bad in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "\\\\host\\share\\setup.exe",
        "//host/share/setup.exe",
        "https://id.example/\"|calc",
        "https://id.example/$(touch x)",
        "https://id.example/`id`",
        "https://id.example/a\nb",
        "vbscript:x",
        "ms-settings:x",
        "C:\\Windows\\System32\\calc.exe",
    ] {
        let config = ConfigBuilder::new("https://id.example", GAME).authorization_endpoint(bad);
        let (code, text) = Library::load().check(&config);
        assert_eq!(code, LATCHKEY_CONFIGURATION, "{bad:?} was accepted");
        assert!(text.contains("authorization_endpoint"), "{bad:?}: {text}");
    }
}

#[test]
fn no_shell_sees_quotes_and_shell_characters_of_a_request() {
    with_launcher(Some(&tell_tale()), |issuer| {
        let trap = in_folder("trap");
        let hint = format!(
            "a\"b'c $(/bin/touch {0}) `/bin/touch {0}`; /bin/touch {0} & /bin/touch {0} | /bin/touch {0} %COMSPEC% ^ \n< >",
            trap.display()
        );
        let client = client(issuer);
        client.start_login(&Login::new().login_hint(&hint)).expect("latchkey_start_login");
        wait_for("the launcher", PATIENCE, || in_folder("started").exists());
        let started = fs::read_to_string(in_folder("started")).expect("what the launcher got");
        let (count, url) = started.split_once('\n').expect("a count and a URL");
        assert_eq!(count, "1", "arguments");
        assert_eq!(parameter(url.trim_end(), "login_hint").as_deref(), Some(&*hint));
        assert!(url.trim_end().chars().all(|c| c.is_ascii_graphic() && !"\"'`$;|<>^\\ ".contains(c)), "{url}");
        client.destroy();
        Library::load().shutdown(2000).expect("latchkey_shutdown");
        assert!(!trap.exists(), "a shell has seen it");
    });
}
