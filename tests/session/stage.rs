//! What most tests begin with: a provider, a player with a browser and a desktop session, and games that the player starts.
//!
//! The practice provider is in the test's own process, so that its log of requests is at hand; the games are not.
//!
//! May touch: what it is made of.

use practice_provider::{LoggedRequest, Options, Player, PracticeProvider};
use serde_json::{Value, json};
use support::ffi::*;
use support::{PATIENCE, Status, wait_for};

use crate::game::Game;
use crate::keyring::{Condition, Keyring};

/// The player of most tests.
pub const ADA: &str = "Ada Lovelace";
/// Another one, for tests in which accounts must not be mixed up.
pub const GRACE: &str = "Grace Hopper";
/// The client id of most tests.
pub const GAME: &str = "practice-game";

/// The provider, the player and the desktop session.
pub struct Stage {
    pub player: Player,
    pub keyring: Keyring,
    pub provider: PracticeProvider,
}

impl Stage {
    /// All defaults; the keyring is unlocked.
    pub fn new() -> Self {
        Self::with(Options::default(), Condition::Unlocked)
    }

    pub fn with(options: Options, condition: Condition) -> Self {
        let provider = PracticeProvider::start(options).expect("a practice provider");
        Self { player: Player::new(), keyring: Keyring::new(condition), provider }
    }

    /// The configuration of most games: the system's store.
    pub fn config(&self) -> Value {
        json!({ "issuer": self.provider.issuer(), "client_id": GAME, "storage": LATCHKEY_STORAGE_SYSTEM })
    }

    /// As [`Stage::config`], with one field as told.
    pub fn config_with(&self, field: &str, value: impl Into<Value>) -> Value {
        let mut config = self.config();
        config[field] = value.into();
        config
    }

    /// Starts a game.
    #[track_caller]
    pub fn game(&self) -> Game {
        self.game_with(&self.config())
    }

    /// Starts a game with this configuration.
    #[track_caller]
    pub fn game_with(&self, config: &Value) -> Game {
        Game::start(|command| self.keyring.furnish(command), config)
    }

    /// Starts a game that takes up the session of last time, and waits for what comes of it.
    #[track_caller]
    pub fn resumed(&self) -> (Game, Status) {
        let mut game = self.game();
        game.resume();
        let status = game.wait_until_settled();
        (game, status)
    }

    /// As [`Stage::resumed`], and the player must be signed in, with a fresh token.
    #[track_caller]
    pub fn resumed_as(&self, name: &str) -> Game {
        let before = self.refreshes().len();
        let mut game = self.game();
        game.resume();
        game.wait_until(|status| status.state == LATCHKEY_STATE_SIGNED_IN);
        self.wait_for_refreshes(before + 1);
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(game.player().as_deref(), Some(name));
        game
    }

    /// A whole sign-in by somebody who has just sat down at this machine.
    #[track_caller]
    pub fn sign_in(&mut self, game: &mut Game, name: &str) -> Status {
        let url = game.login(None);
        self.player.forget_cookies();
        self.player.sign_in(&url, name).expect("the way through the provider's pages");
        let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(game.player().as_deref(), Some(name));
        status
    }

    /// A game in which [`ADA`] has signed in, and whose session was stored.
    #[track_caller]
    pub fn signed_in(&mut self) -> Game {
        let mut game = self.game();
        let status = self.sign_in(&mut game, ADA);
        assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}\n{}", game.log().join("\n"));
        game
    }

    /// Somebody has signed in, and the game has ended.
    #[track_caller]
    pub fn leave_a_session(&mut self) {
        self.signed_in().leave();
    }

    /// The refresh requests so far.
    pub fn refreshes(&self) -> Vec<LoggedRequest> {
        let of_token = self.provider.requests().into_iter().filter(|request| request.path == "/token");
        of_token.filter(|request| request.parameter("grant_type") == Some("refresh_token")).collect()
    }

    /// Waits until the provider was asked to refresh so often.
    #[track_caller]
    pub fn wait_for_refreshes(&self, count: usize) {
        wait_for("a refresh request", PATIENCE, || self.refreshes().len() >= count);
    }

    /// How many entries the keyring holds.
    pub fn stored(&self) -> usize {
        self.keyring.service().count()
    }
}

/// That nobody is signed in, and that this is why.
#[track_caller]
pub fn assert_signed_out(status: &Status, why: latchkey_result) {
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT, "{status:?}");
    assert_eq!(status.error, why, "{status:?}");
    assert!(!status.has(LATCHKEY_STATUS_PERSISTED | LATCHKEY_STATUS_OFFLINE), "{status:?}");
}
