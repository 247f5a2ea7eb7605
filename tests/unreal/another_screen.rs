//! Signing in on another screen: the code, and the QR code as the player's phone sees it.

use practice_provider::{Options, Player};

use crate::game::Game;
use crate::provider::{ADA, play, play_with};

/// What a phone reads off the texture, at four pixels for each of its.
fn read_qr(rows: &[String]) -> String {
    const SCALE: usize = 4;
    let side = rows.len() * SCALE;
    let is_dark = |x: usize, y: usize| rows[y / SCALE].as_bytes()[x / SCALE] == b'#';
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if is_dark(x, y) { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code in\n{}", rows.join("\n"));
    grids[0].decode().expect("it can be read").1
}

/// The texture's rows, and after them the code and the URL.
fn shown(game: &mut Game) -> (Vec<String>, String, String) {
    let first = game.wait_for("row: ");
    let mut rows = vec![first];
    while rows.len() < rows[0].len() {
        rows.push(game.wait_for("row: "));
    }
    let code = game.wait_for("code: ");
    let url = game.prompt();
    (rows, code, url)
}

#[test]
fn a_player_signs_in_on_another_screen_by_the_qr_code() {
    play("SignsInOnAnotherScreen", |game, _| {
        let (rows, code, url) = shown(game);
        let read = read_qr(&rows);
        assert_eq!(read, url, "the QR code says what the prompt says");
        Player::new().approve_device(&read, &code, ADA).expect("the way through the provider's pages");
    });
}

#[test]
fn where_nothing_is_rendered_there_is_no_texture() {
    play_with("AnotherScreenWithoutPictures", Options::default(), |setup| setup, |_, _| {});
}

#[test]
fn play_in_editor_is_stopped_while_another_screen_is_awaited() {
    play("PlayIsStoppedWhileAnotherScreenIsAwaited", |_, _| {});
}
