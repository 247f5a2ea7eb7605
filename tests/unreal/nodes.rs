//! Every node: exactly one of its pins, once.

use practice_provider::Player;

use crate::provider::{ADA, play, play_alone, sign_in};

#[test]
fn nodes_succeed_once() {
    play("NodesSucceed", |game, _| sign_in(game, ADA));
}

#[test]
fn nodes_fail_once_with_a_reason_and_words() {
    play("NodesFail", |game, _| {
        Player::new().deny(&game.prompt()).expect("the player can say no");
    });
}

#[test]
fn nodes_end_with_the_game() {
    play("NodesEndWithTheGame", |_, _| {});
}

#[test]
fn nodes_without_a_game_fail_and_go() {
    play_alone("NodesWithoutAGame");
}

#[test]
fn a_node_that_is_activated_twice_fires_once() {
    play("NodesActivatedTwice", |game, _| sign_in(game, ADA));
}

#[test]
fn a_node_that_is_never_activated_goes_with_the_game() {
    play_alone("NodeThatIsNeverActivated");
}

#[test]
fn a_node_that_is_let_go_says_nothing() {
    play("NodeThatIsLetGo", |_, _| {});
}

#[test]
fn pins_may_act_at_once_and_collect_garbage() {
    play("PinsThatActAtOnce", |game, _| sign_in(game, ADA));
}

#[test]
fn a_pin_may_end_the_game() {
    play("PinThatEndsTheGame", |game, _| {
        // The game may be gone before its page is.
        let _ = Player::new().sign_in(&game.prompt(), ADA);
    });
}
