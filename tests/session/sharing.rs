//! One session, many who want its token at once: two hundred threads of one game, and eight processes that share what is stored
//! (launcher, game, editor).
//!
//! The provider's replay detection is on: a refresh token that is used twice ends the session for everybody. It is the judge:
//! what counts is how often it was asked, and that nobody is signed out.

use practice_provider::Options;
use support::ffi::*;
use support::stage::wait_for_expiry;
use support::{PATIENCE, Status, wait_for};

use crate::game::{Game, Token};
use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, GRACE, Stage, assert_signed_out};

const THREADS: u32 = 200;
const PROCESSES: usize = 8;
/// Rounds in which the games ask for a new token, and rounds in which its time is up. Fifty together.
const ROUNDS_ON_DEMAND: usize = 40;
const ROUNDS_AT_EXPIRY: usize = 10;

/// Long enough for eight games to see a token before its time is up, on a machine that is busy.
fn short_lived() -> Options {
    Options { access_token_lifetime_s: 8, ..Options::default() }
}

#[test]
fn two_hundred_threads_that_ask_for_a_new_token_at_once_cause_one_request() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        for round in 1..=10 {
            let old = game.fresh_token().text;
            // Nobody is late: the answer waits until all have asked.
            stage.provider.hold("/token");
            game.storm(THREADS, &old, true);
            stage.wait_for_refreshes(round);
            stage.provider.release();
            game.calm(THREADS);
            assert_eq!(stage.refreshes().len(), round);
        }
        game.leave();
    });
}

#[test]
fn two_hundred_threads_that_see_a_token_expire_cause_one_request() {
    attempt(|| {
        let mut stage = Stage::with(short_lived(), Condition::Unlocked);
        let mut game = stage.signed_in();
        for round in 1..=3 {
            let old = game.token().expect("a token");
            let before = stage.refreshes().len();
            game.storm(THREADS, &old.text, false);
            // The machine sleeps over the token's end, so that all find it expired at the same moment.
            game.suspend();
            wait_for_expiry(old.expires_at);
            game.wake();
            game.calm(THREADS);
            assert_eq!(stage.refreshes().len(), before + 1, "round {round}");
        }
        game.leave();
    });
}

#[test]
fn two_hundred_threads_that_never_stop_asking_see_the_token_renewed_ahead_of_its_end_by_one_request() {
    attempt(|| {
        let mut stage = Stage::with(short_lived(), Condition::Unlocked);
        let mut game = stage.signed_in();
        for round in 1..=3 {
            let old = game.token().expect("a token").text;
            game.storm(THREADS, &old, false);
            // No error and no waiting in between: a storm takes `LATCHKEY_PENDING` as an answer, so that is looked at here.
            game.calm(THREADS);
            assert_eq!(stage.refreshes().len(), round);
        }
        game.leave();
    });
}

#[test]
fn eight_processes_that_ask_for_a_new_token_at_once_cause_one_request_a_round() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut games = eight(&mut stage);
        for _ in 0..ROUNDS_ON_DEMAND {
            a_round_on_demand(&stage, &mut games);
        }
        still_signed_in(&stage, games);
    });
}

#[test]
fn eight_processes_that_see_a_token_expire_cause_one_request_a_round() {
    attempt(|| {
        let mut stage = Stage::with(short_lived(), Condition::Unlocked);
        let mut games = eight(&mut stage);
        for round in 1..=ROUNDS_AT_EXPIRY {
            let old = everybodys_token(&mut games);
            let before = stage.refreshes().len();
            games.iter_mut().for_each(|game| game.renew(&old.text));
            games.iter().for_each(Game::suspend);
            wait_for_expiry(old.expires_at);
            games.iter().for_each(Game::wake);
            one_and_the_same(&mut games);
            assert_eq!(stage.refreshes().len(), before + 1, "round {round}");
        }
        still_signed_in(&stage, games);
    });
}

#[test]
fn a_second_process_takes_what_the_first_has_fetched_without_a_request() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut games = vec![stage.signed_in(), stage.resumed_as(ADA)];
        a_round_on_demand(&stage, &mut games);
        let told = |game: &mut Game| game.log().iter().any(|record| record.contains("another program of this session"));
        assert_eq!(games.iter_mut().filter_map(|game| told(game).then_some(())).count(), 1);
        games.into_iter().for_each(Game::leave);
    });
}

#[test]
fn another_player_in_the_shared_slot_ends_the_session_of_the_program_that_finds_them() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut launcher = stage.signed_in();
        let mut game = stage.game();
        stage.sign_in(&mut game, GRACE);
        launcher.refresh();
        let status = launcher.wait_until_settled();
        assert_signed_out(&status, LATCHKEY_SESSION_EXPIRED);
        assert_eq!(launcher.player(), None);
        assert!(launcher.error_text().len() > 20);
        // Whoever signed in last stays, and what is stored is theirs.
        assert_eq!(game.player().as_deref(), Some(GRACE));
        launcher.leave();
        game.leave();
        stage.resumed_as(GRACE).leave();
    });
}

/// A process that is stopped in the middle of a refresh, with the lock in its hand, is not waited for when it is killed.
#[test]
fn a_process_that_is_killed_in_the_middle_of_a_refresh_leaves_no_lock_behind() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let mut killed = stage.resumed_as(ADA);
        let before = stage.refreshes().len();
        stage.provider.hold("/token");
        killed.refresh();
        stage.wait_for_refreshes(before + 1);
        game.refresh();
        killed.suspend();
        killed.kill();
        // Two requests wait now: the one of the dead, whose answer nobody reads, and the one of the living.
        stage.wait_for_refreshes(before + 2);
        stage.provider.release();
        let status = game.wait_until_settled();
        // The dead one's was first, so the provider takes the other for a replay. That is the provider's right; here only the lock
        // counts, and that the end is a clean one.
        let clean = status.state == LATCHKEY_STATE_SIGNED_IN || status.error == LATCHKEY_SESSION_EXPIRED;
        assert!(clean, "{status:?}");
        game.leave();
    });
}

/// A program that is stopped (a debugger, a suspended launcher) with the lock in its hand.
#[test]
fn a_process_that_is_stopped_in_the_middle_of_a_refresh_keeps_nobody_from_leaving_or_coming() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let mut stopped = stage.resumed_as(ADA);
        let before = stage.refreshes().len();
        stage.provider.hold("/token");
        stopped.refresh();
        stage.wait_for_refreshes(before + 1);
        stopped.suspend();
        stage.provider.release();
        game.logout(LATCHKEY_LOGOUT_LOCAL);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        assert_eq!(stage.stored(), 0);
        // The lock can't be had, so what another program may be about to store is not overwritten; the player plays all the same.
        assert_eq!(stage.sign_in(&mut game, GRACE).error, LATCHKEY_OK);
        stopped.wake();
        assert_signed_out(&stopped.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        // With the lock to be had again the next refresh stores the session.
        game.refresh();
        assert!(game.settles_as(LATCHKEY_STATE_SIGNED_IN).has(LATCHKEY_STATUS_PERSISTED));
        stopped.leave();
        game.leave();
        stage.resumed_as(GRACE).leave();
    });
}

fn eight(stage: &mut Stage) -> Vec<Game> {
    let first = stage.signed_in();
    let others = (1..PROCESSES).map(|_| stage.resumed_as(ADA));
    let games: Vec<_> = others.collect();
    std::iter::once(first).chain(games).collect()
}

/// All ask for a new token, and all get one and the same by one request.
#[track_caller]
fn a_round_on_demand(stage: &Stage, games: &mut [Game]) {
    let old: Vec<Token> = games.iter_mut().map(Game::fresh_token).collect();
    let before = stage.refreshes().len();
    // Nobody is late: the answer waits until all have asked.
    stage.provider.hold("/token");
    games.iter_mut().for_each(Game::refresh);
    stage.wait_for_refreshes(before + 1);
    stage.provider.release();
    for (game, old) in games.iter_mut().zip(&old) {
        game.renew(&old.text);
    }
    one_and_the_same(games);
    assert_eq!(stage.refreshes().len(), before + 1);
    for game in games {
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    }
}

/// Waits until all have the same token.
#[track_caller]
fn everybodys_token(games: &mut [Game]) -> Token {
    let mut tokens: Vec<Token> = Vec::new();
    wait_for("one token for all", PATIENCE, || {
        tokens = games.iter_mut().filter_map(|game| game.token().ok()).collect();
        tokens.len() == PROCESSES && tokens.iter().all(|token| *token == tokens[0])
    });
    tokens.swap_remove(0)
}

#[track_caller]
fn one_and_the_same(games: &mut [Game]) -> Token {
    let mut tokens: Vec<Token> = games.iter_mut().map(Game::renewed).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{} answers, not all the same", tokens.len());
    tokens.swap_remove(0)
}

#[track_caller]
fn still_signed_in(stage: &Stage, games: Vec<Game>) {
    for mut game in games {
        let status: Status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert!(status.has(LATCHKEY_STATUS_PERSISTED) && status.error == LATCHKEY_OK, "{status:?}");
        game.leave();
    }
    assert_eq!(stage.stored(), 1);
    stage.resumed_as(ADA).leave();
}
