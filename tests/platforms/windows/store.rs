//! The Credential Manager under the library: what it is given fits, comes back in another process, and goes without a rest.

use practice_provider::{Options, PracticeProvider};
use serde_json::json;

use super::{EXAMPLE, credentials, play, with_the_example};
use support::running::Running;

/// `CRED_MAX_CREDENTIAL_BLOB_SIZE`, which wine does not enforce.
const LARGEST_CREDENTIAL: usize = 2_560;
/// Makes a session that is little smaller than the largest that is stored, 64 KiB.
const MANY_ROLES: usize = 460;
const FAR_TOO_MANY_ROLES: usize = 1_000;
const GAMES: usize = 4;

fn role(number: usize) -> String {
    format!("the-role-of-the-player-with-number-{number}")
}

/// A provider that says so much of every player.
fn talkative(roles: usize) -> PracticeProvider {
    let claims = json!({ "roles": (0..roles).map(role).collect::<Vec<_>>() });
    let extra_claims = claims.as_object().cloned().expect("an object");
    PracticeProvider::start(Options { extra_claims, ..Options::default() }).expect("the practice provider starts")
}

/// Each write is asserted by what lies in the registry, since wine takes any size.
#[test]
fn a_large_session_lies_in_credentials_that_windows_takes() {
    let windows = with_the_example();
    let provider = talkative(MANY_ROLES);
    play(windows.program(EXAMPLE), &provider, &["--remember"]).expect_code(0).expect_on_stdout("kept: ");
    let sizes = credentials(&windows);
    let sum: usize = sizes.iter().sum();
    println!("measured: {} credentials, {sum} bytes", sizes.len());
    assert!((60_000..65_536 + 64).contains(&sum), "little less than 64 KiB is in {sizes:?}");
    assert!(sizes.iter().all(|size| *size <= LARGEST_CREDENTIAL), "Windows would refuse one of {sizes:?}");

    provider.clear_requests();
    let again = play(windows.program(EXAMPLE), &provider, &["--remember"]);
    again.expect_code(0).expect_on_stdout("session: resumed, ");
    again.expect_on_stdout(&role(MANY_ROLES - 1));
    assert!(credentials(&windows).iter().all(|size| *size <= LARGEST_CREDENTIAL), "{again}");
    play(windows.program(EXAMPLE), &provider, &["--sign-out"]).expect_code(0).expect_on_stdout("signed out");
    assert_eq!(provider.count("/authorize"), 0, "nobody has to sign in again");
    assert_eq!(credentials(&windows), Vec::<usize>::new(), "no part is left behind");
}

#[test]
fn a_session_that_is_too_large_to_be_stored_leaves_nothing_and_is_said() {
    let windows = with_the_example();
    let provider = talkative(FAR_TOO_MANY_ROLES);
    let played = play(windows.program(EXAMPLE), &provider, &["--remember"]);
    played.expect_code(0).expect_on_stdout("not persisted").expect_on_stdout("kept in memory only");
    played.expect_on_stderr("no more than 65536 are stored: it is not kept for the next launch");
    assert_eq!(credentials(&windows), Vec::<usize>::new());
}

/// They refresh it at the same time, and the provider takes each refresh token once. The session is a small one: wine's store is no
/// store for two while credentials are erased, and answers a reader with error 1018 (a key that was deleted), which Windows does not.
#[test]
fn games_that_start_at_once_share_the_session() {
    let windows = with_the_example();
    let provider = talkative(1);
    play(windows.program(EXAMPLE), &provider, &["--remember"]).expect_code(0).expect_on_stdout("kept: ");
    provider.clear_requests();
    let start = |_| {
        let mut game = windows.program(EXAMPLE);
        game.args(["--issuer", provider.issuer(), "--client-id", "example", "--host-opens", "--remember"]);
        Running::start(&mut game)
    };
    let games: Vec<_> = (0..GAMES).map(start).collect();
    for game in games {
        game.finish().expect_code(0).expect_on_stdout("session: resumed, ").expect_on_stdout("refreshed");
    }
    assert_eq!(provider.count("/authorize"), 0, "a session was lost");
    assert_eq!(provider.live_refresh_tokens(), 1);
    play(windows.program(EXAMPLE), &provider, &["--sign-out"]).expect_code(0).expect_on_stdout("session: resumed, ");
    assert_eq!(provider.live_refresh_tokens(), 0, "the token that is stored is the last one");
    assert_eq!(credentials(&windows), Vec::<usize>::new());
}
