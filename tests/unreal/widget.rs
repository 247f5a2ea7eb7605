//! The login widget, on the screen of the stand-in.

use practice_provider::Player;

use crate::provider::{ADA, play, play_alone, sign_in};

#[test]
fn the_widget_signs_in_and_out_and_brings_the_window_back() {
    play("WidgetSignsInAndOut", |game, _| sign_in(game, ADA));
}

#[test]
fn the_widget_shows_what_failed() {
    play("WidgetShowsWhatFailed", |game, _| {
        Player::new().deny(&game.prompt()).expect("the player can say no");
    });
}

#[test]
fn the_widget_comes_and_goes() {
    play("WidgetComesAndGoes", |game, _| sign_in(game, ADA));
}

#[test]
fn the_widget_goes_with_its_world() {
    play_alone("WidgetGoesWithItsWorld");
}

#[test]
fn the_widget_needs_none_of_its_parts() {
    play_alone("WidgetWithNothingBound");
}

#[test]
fn the_widget_brings_the_window_of_its_own_player() {
    play("WidgetBringsItsOwnWindow", |game, _| sign_in(game, ADA));
}
