//! Games at a practice provider: each case on the oldest engine as it is, and on the newest under the sanitizers with garbage collected
//! in each frame.
//!
//! May touch: what it is made of.

use practice_provider::{Options, Player, PracticeProvider};
use serde_json::{Map, Value, json};

use crate::game::{Finished, Game, Setup};
use crate::product::{Product, plain, under_sanitizers};

pub const ADA: &str = "Ada Lovelace";
pub const GRACE: &str = "Grace Hopper";

/// Plays a case in both ways, with a fresh provider each, and expects that all of it holds.
#[track_caller]
pub fn play(case: &str, act: impl Fn(&mut Game, &PracticeProvider)) {
    play_with(case, Options::default(), |setup| setup, act);
}

/// As above, with a hand on the provider and on how the game is started.
#[track_caller]
pub fn play_with(
    case: &str,
    options: Options,
    prepare: impl Fn(Setup) -> Setup,
    act: impl Fn(&mut Game, &PracticeProvider),
) {
    for (product, is_collecting) in ways() {
        let provider = PracticeProvider::start(options.clone()).expect("a practice provider");
        let setup = prepare(Setup::new(product, case).issuer(provider.issuer()));
        let setup = if is_collecting { setup.collecting() } else { setup };
        let mut game = setup.start();
        act(&mut game, &provider);
        game.finish().expect_success();
    }
}

/// A case that needs no provider.
#[track_caller]
pub fn play_alone(case: &str) -> Vec<Finished> {
    let run = |(product, is_collecting)| {
        let setup = Setup::new(product, case).issuer("http://127.0.0.1:1");
        let finished = if is_collecting { setup.collecting() } else { setup }.run();
        finished.expect_success();
        finished
    };
    ways().map(run).into()
}

/// The products, and whether garbage is collected in each frame.
pub fn ways() -> [(&'static Product, bool); 2] {
    [(plain(), false), (under_sanitizers(), true)]
}

#[track_caller]
pub fn sign_in(game: &mut Game, name: &str) {
    sign_in_at(&game.prompt(), name);
}

#[track_caller]
pub fn sign_in_at(url: &str, name: &str) {
    let page = Player::new().sign_in(url, name).expect("the way through the provider's pages");
    assert_eq!(page.status, 200, "the game's own page");
}

/// Claims of every player.
pub fn claims(value: Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

pub fn with_roles() -> Options {
    let claims = claims(json!({ "roles": ["builder", "moderator"], "permissions": ["chat:write"] }));
    Options { extra_claims: claims, ..Options::default() }
}
