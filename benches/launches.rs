//! Latchkey alone, in processes of its own: the click, with a client that is warm and one that is not, and the launch with a session
//! of last time.

use std::time::Duration;

use latchkey_benches::figures::{Figures, Samples};
use serde_json::json;

use crate::programs;
use crate::stage::{Result, World};

/// The client is made when the player clicks; nothing of the library has run before.
pub fn cold_clicks(world: &World, round_trips: &[Duration], rounds: usize, figures: &mut Figures) -> Result<()> {
    for &round_trip in round_trips {
        let mut samples = Samples::default();
        for _ in 0..rounds {
            let stage = world.stage(round_trip, false)?;
            let game = programs::fresh_game(world)?;
            let answer = game.begin(json!({ "do": "cold", "issuer": stage.issuer() }))?.1;
            samples.add(milliseconds(&answer, "ms")?);
        }
        figures.say_samples(&format!("click.cold.{}ms", round_trip.as_millis()), &samples, "ms");
    }
    Ok(())
}

/// The client was made a while ago, and the library starts the browser: until that runs.
#[cfg(target_os = "linux")]
pub fn warm_clicks(world: &World, round_trip: Duration, rounds: usize, figures: &mut Figures) -> Result<()> {
    let mut samples = Samples::default();
    for _ in 0..rounds {
        let stage = world.stage(round_trip, false)?;
        let folder = tempfile::tempdir_in(world.folder())?;
        let game = programs::fresh_game_with_path(world, folder.path())?;
        let after = (round_trip * 6 + Duration::from_millis(200)).as_millis() as u64;
        let answer = game.begin(json!({ "do": "browser", "issuer": stage.issuer(), "after_ms": after }))?.1;
        samples.add(milliseconds(&answer, "ms")?);
    }
    figures.say_samples(&format!("click.warm.{}ms", round_trip.as_millis()), &samples, "ms");
    Ok(())
}

/// Elsewhere the browser that the system opens can't be replaced by one that tells when it starts.
#[cfg(not(target_os = "linux"))]
pub fn warm_clicks(_: &World, _: Duration, _: usize, _: &mut Figures) -> Result<()> {
    println!(
        "click.warm: measured on Linux only, where the system's browser can be replaced by one that tells when it starts"
    );
    Ok(())
}

/// Yesterday's session: the profile, and a fresh token.
pub fn resumed(world: &World, round_trips: &[Duration], rounds: usize, figures: &mut Figures) -> Result<()> {
    for &round_trip in round_trips {
        let stage = world.stage(round_trip, false)?;
        let (mut profile, mut token) = (Samples::default(), Samples::default());
        let mut kept = {
            let yesterday = programs::fresh_game(world)?;
            let (sign_in, _) = yesterday.begin(json!({ "do": "create", "issuer": stage.issuer(), "keep": true }))?;
            let url = sign_in.click()?;
            sign_in.callback(&stage.callback(&url)?)?;
            kept_by(&sign_in)?
        };
        for _ in 0..rounds {
            let game = programs::fresh_game(world)?;
            let command = json!({ "do": "resume", "issuer": stage.issuer(), "entries": kept, "keep": true });
            let (sign_in, answer) = game.begin(command)?;
            profile.add(milliseconds(&answer, "ms")?);
            token.add(milliseconds(&answer, "token_ms")?);
            // The refresh token has changed.
            kept = kept_by(&sign_in)?;
        }
        let line = round_trip.as_millis();
        figures.say_samples(&format!("resume.profile.{line}ms"), &profile, "ms");
        figures.say_samples(&format!("resume.token.{line}ms"), &token, "ms");
    }
    Ok(())
}

fn kept_by(sign_in: &crate::peer::SignIn<'_>) -> Result<serde_json::Value> {
    let entries = sign_in.ask(json!({ "do": "kept" }))?["entries"].clone();
    let there = entries.as_object().is_some_and(|entries| !entries.is_empty());
    if there { Ok(entries) } else { Err("the library has kept no session".into()) }
}

fn milliseconds(answer: &serde_json::Value, name: &str) -> Result<f64> {
    answer[name].as_f64().ok_or_else(|| format!("an answer without {name}: {answer}").into())
}
