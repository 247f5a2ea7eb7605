//! What the figures must keep to.
//!
//! A round trip is what the same request costs by itself in the same run, over a connection that is open: the line, and what the provider
//! does to answer, which for the token is to sign. What a client takes beyond is its own: the code to come back through the browser, the
//! ID token to be verified. That does not grow with the line, and each request pays it: about 1 ms for the token, 0.2 to 0.4 ms for userinfo.
//! From 50 ms on 5 % of one round trip are given for all of it, however many requests. 5 % of 10 ms are less than it takes,
//! so below each request has an allowance of its own.
//!
//! On a machine that does other things meanwhile the allowance is half a round trip: one round trip too many is still found.

use crate::LATCHKEY;
use crate::costs;
use crate::figures::{Figures, short};

/// How strictly times are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// Nothing else runs.
    Quiet,
    /// Tests and builds run as well.
    Shared,
}

/// A limit and what was measured.
pub struct Verdict {
    /// Its name.
    pub figure: String,
    /// Nothing, if it was not measured.
    pub measured: Option<f64>,
    /// At most.
    pub limit: f64,
    /// Of both.
    pub unit: String,
    /// Where it comes from.
    pub because: String,
}

impl Verdict {
    /// Also false if nothing was measured: silence is no success.
    pub fn is_kept(&self) -> bool {
        self.measured.is_some_and(|measured| measured <= self.limit)
    }

    /// For a line of the report.
    pub fn sentence(&self) -> String {
        let measured = self.measured.map_or("not measured".to_owned(), short);
        format!("{}: {measured} {}, at most {} ({})", self.figure, self.unit, short(self.limit), self.because)
    }
}

/// What the limits leave, of one round trip.
pub const SHARE: f64 = 0.05;
/// From this line on.
const FROM_MS: f64 = 50.0;
/// On a shorter line, for the token.
pub const TOKEN_MS: f64 = 1.5;
/// Likewise, for userinfo: nothing is verified, and no browser comes.
pub const USERINFO_MS: f64 = 0.5;
/// Connections that are opened ahead, while the player types.
const APART_S: f64 = 4.0;
/// From the click on a client that was made that moment to its first request, and from the answer to the URL: the thread, the HTTP client,
/// the document, the listener, the secrets. About 2 ms on each line, and as much again. The system's authorities are read meanwhile.
const STARTS_MS: f64 = 4.0;
/// What it may take a new client to get going on a machine that does other things meanwhile.
const STARTS_SHARED_MS: f64 = 20.0;
const WARM_CLICK_MS: f64 = 5.0;

/// Every limit there is for what was measured.
pub fn judge(figures: &Figures, machine: Machine) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    line(figures, machine, &mut verdicts);
    counting(figures, &mut verdicts);
    callbacks(figures, machine, &mut verdicts);
    clicks(figures, machine, &mut verdicts);
    costs::judge(figures, machine, &mut verdicts);
    verdicts
}

/// What a client may take for so many requests on a line of that length, beyond what they cost by themselves.
fn allowance(machine: Machine, line: f64, requests: f64) -> f64 {
    match machine {
        Machine::Quiet if line >= FROM_MS => line * SHARE,
        Machine::Quiet => TOKEN_MS + USERINFO_MS * (requests - 1.0),
        Machine::Shared => noise(machine, line),
    }
}

/// How far a time may be from what the line makes of it.
fn noise(machine: Machine, line: f64) -> f64 {
    let share = if machine == Machine::Quiet { SHARE } else { 0.5 };
    (line * share).max(FROM_MS * SHARE)
}

/// The line costs what it says: one round trip for a request, three with TCP and TLS. Otherwise nothing else here means anything.
fn line(figures: &Figures, machine: Machine, verdicts: &mut Vec<Verdict>) {
    for (name, value, _) in figures.under("bare.").filter(|(name, _, unit)| *unit == "ms" && is_median(name)) {
        let Some(line) = line_of(name) else { continue };
        let trips = if name.ends_with(".new") { 3.0 } else { 1.0 };
        verdicts.push(Verdict {
            figure: name.to_owned(),
            measured: Some((value - trips * line).abs()),
            limit: noise(machine, line),
            unit: "ms".to_owned(),
            because: format!("away from {trips} round trips"),
        });
    }
    if let Some(seconds) = figures.get("bare.idle") {
        verdicts.push(Verdict {
            figure: "bare.idle".to_owned(),
            measured: Some((seconds - 5.0).abs()),
            limit: 0.5,
            unit: "s".to_owned(),
            because: "away from 5 s, after which an idle connection is closed".to_owned(),
        });
    }
}

/// Whoever opens a connection for each request is seen to: otherwise nobody's connections are counted.
fn counting(figures: &Figures, verdicts: &mut Vec<Verdict>) {
    for (name, _, _) in cells(figures, "tutorial") {
        let requests = figures.get(&format!("{name}.requests"));
        let connections = figures.get(&format!("{name}.connections"));
        verdicts.push(Verdict {
            figure: format!("{name}.connections"),
            measured: requests.zip(connections).map(|(requests, connections)| (requests - connections).abs()),
            limit: 0.0,
            unit: "connections".to_owned(),
            because: "away from one a request, by which the counting is known to count".to_owned(),
        });
    }
}

fn is_median(name: &str) -> bool {
    !name.ends_with(".least") && !name.ends_with(".most")
}

/// What the requests of a sign-in cost by themselves, without a client.
pub fn by_themselves(figures: &Figures, line: f64, userinfo: bool) -> Option<f64> {
    let bare = |request: &str| figures.get(&format!("bare.{line}ms.{request}"));
    let token = bare("token")?;
    if userinfo { Some(token + bare("userinfo")?) } else { Some(token) }
}

/// The names `callback.LINE.TYPED[.at-launch].PROFILE.CLIENT` that belong to one program.
fn cells<'a>(figures: &'a Figures, client: &str) -> Vec<(&'a str, f64, f64)> {
    let ending = format!(".{client}");
    let cells = figures.under("callback.").filter(|(name, _, _)| name.ends_with(&ending));
    cells.filter_map(|(name, value, _)| Some((name, value, line_of(name)?))).collect()
}

/// The line's round trip in milliseconds.
fn line_of(name: &str) -> Option<f64> {
    name.split('.').find_map(|part| part.strip_suffix("ms")).and_then(|line| line.parse().ok())
}

/// How long the player took, in seconds.
fn typed_of(name: &str) -> Option<f64> {
    let seconds = |part: &str| part.strip_suffix('s')?.parse().ok();
    name.split('.').find_map(seconds)
}

fn callbacks(figures: &Figures, machine: Machine, verdicts: &mut Vec<Verdict>) {
    for (name, value, line) in cells(figures, LATCHKEY) {
        let userinfo = name.contains(".userinfo.");
        let trips = if userinfo { 2.0 } else { 1.0 };
        let words = match machine {
            Machine::Quiet if line >= FROM_MS => "5 % of one",
            Machine::Quiet => "what a client takes",
            Machine::Shared => "half a round trip, on a machine that is shared",
        };
        verdicts.push(Verdict {
            figure: name.to_owned(),
            measured: Some(value),
            limit: by_themselves(figures, line, userinfo).unwrap_or(f64::NAN) + allowance(machine, line, trips),
            unit: "ms".to_owned(),
            because: format!("what its {trips} round trips cost by themselves in this run, and {words}"),
        });
        for (what, limit) in [("requests", trips), ("connections", 0.0)] {
            // Not the median: none of the rounds may have one too many.
            let figure = format!("{name}.{what}.most");
            let measured = figures.get(&figure);
            let because = "after the callback, in each round".to_owned();
            verdicts.push(Verdict { figure, measured, limit, unit: what.to_owned(), because });
        }
        let typed = typed_of(name).unwrap_or(f64::NAN);
        for (what, limit, because) in [
            // Discovery and keys before; then nothing, or one request a minute to keep a connection open.
            (
                "requests-in-all",
                2.0 + trips + (typed / 60.0).floor(),
                "with discovery and keys, and at most one a minute",
            ),
            // One for both documents, one at the click, and from there on one more each four seconds.
            (
                "connections-in-all",
                2.0 + (typed / APART_S).floor(),
                "two, and one more each four seconds of typing at the most",
            ),
        ] {
            let figure = format!("{name}.{what}");
            let measured = figures.get(&figure);
            let unit = what.trim_end_matches("-in-all").to_owned();
            verdicts.push(Verdict { figure, measured, limit, unit, because: because.to_owned() });
        }
        // At the launch nobody's connection has been idle for long: there peers can be as quick, and the document says so.
        if !name.contains("at-launch") {
            peers(figures, name, value, verdicts);
        }
    }
}

/// Every peer is slower.
fn peers(figures: &Figures, name: &str, latchkey: f64, verdicts: &mut Vec<Verdict>) {
    let start = name.trim_end_matches(LATCHKEY);
    let others = figures.under(start).filter(|(other, _, unit)| *unit == "ms" && *other != name && is_median(other));
    for (other, theirs, _) in others {
        verdicts.push(Verdict {
            figure: format!("{name} / {}", other.trim_start_matches(start)),
            measured: Some(latchkey / theirs),
            limit: 1.0,
            unit: "of the peer's time".to_owned(),
            because: "every peer is slower".to_owned(),
        });
    }
}

fn clicks(figures: &Figures, machine: Machine, verdicts: &mut Vec<Verdict>) {
    let factor = if machine == Machine::Quiet { 1.0 } else { 5.0 };
    for (name, value, _) in figures.under("click.warm.").filter(|(name, _, _)| name.ends_with("ms")) {
        verdicts.push(Verdict {
            figure: name.to_owned(),
            measured: Some(value),
            limit: WARM_CLICK_MS * factor,
            unit: "ms".to_owned(),
            because: "a click on a warm client".to_owned(),
        });
    }
    for (name, value, _) in figures.under("click.cold.").filter(|(name, _, _)| name.ends_with("ms")) {
        let Some(line) = line_of(name) else { continue };
        verdicts.push(Verdict {
            figure: name.to_owned(),
            measured: Some(value),
            limit: figures.get(&format!("bare.{line}ms.new")).unwrap_or(f64::NAN)
                + match machine {
                    Machine::Quiet => STARTS_MS,
                    Machine::Shared => noise(machine, line).max(STARTS_SHARED_MS),
                },
            unit: "ms".to_owned(),
            because: "what TCP, TLS and one request cost by themselves, and the client's own start".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run in which everything is as it should be, and one figure may be another.
    fn run(other: Option<(&str, f64)>) -> Vec<Verdict> {
        let mut figures = Figures::default();
        let good = [
            ("bare.50ms.open", 50.8),
            ("bare.50ms.new", 151.5),
            ("bare.50ms.token", 51.8),
            ("bare.50ms.userinfo", 50.9),
            ("bare.idle", 5.0),
            ("click.warm.50ms", 2.0),
            ("click.cold.50ms", 153.0),
            ("callback.50ms.20s.plain.latchkey", 52.8),
            ("callback.50ms.20s.plain.latchkey.requests.most", 1.0),
            ("callback.50ms.20s.plain.latchkey.connections.most", 0.0),
            ("callback.50ms.20s.plain.latchkey.requests-in-all", 3.0),
            ("callback.50ms.20s.plain.latchkey.connections-in-all", 7.0),
            ("callback.50ms.20s.plain.authlib", 207.0),
            ("callback.50ms.20s.userinfo.latchkey", 103.8),
            ("callback.50ms.20s.userinfo.latchkey.requests.most", 2.0),
            ("callback.50ms.20s.userinfo.latchkey.connections.most", 0.0),
            ("callback.50ms.20s.userinfo.latchkey.requests-in-all", 4.0),
            ("callback.50ms.20s.userinfo.latchkey.connections-in-all", 2.0),
            ("callback.50ms.20s.userinfo.tutorial", 305.0),
            ("callback.50ms.20s.userinfo.tutorial.requests", 2.0),
            ("callback.50ms.20s.userinfo.tutorial.connections", 2.0),
            ("callback.50ms.2s.at-launch.plain.latchkey", 52.8),
            ("callback.50ms.2s.at-launch.plain.latchkey.requests.most", 1.0),
            ("callback.50ms.2s.at-launch.plain.latchkey.connections.most", 0.0),
            ("callback.50ms.2s.at-launch.plain.latchkey.requests-in-all", 3.0),
            ("callback.50ms.2s.at-launch.plain.latchkey.connections-in-all", 2.0),
            ("callback.50ms.2s.at-launch.plain.openidconnect", 51.0),
        ];
        for (name, value) in good {
            let value = other.filter(|(bent, _)| *bent == name).map_or(value, |(_, value)| value);
            let counts = [".requests", ".connections", ".most", "-in-all"].iter().any(|end| name.ends_with(end));
            figures.say(name, value, if counts { "" } else { "ms" });
        }
        // What the library costs the game was not measured here, and has limits of its own.
        let mut verdicts = judge(&figures, Machine::Quiet);
        verdicts.retain(|verdict| !verdict.figure.starts_with("frame.") && !verdict.figure.starts_with("footprint."));
        verdicts
    }

    fn broken(verdicts: &[Verdict]) -> Vec<&str> {
        verdicts.iter().filter(|verdict| !verdict.is_kept()).map(|verdict| verdict.figure.as_str()).collect()
    }

    #[test]
    fn a_good_run_breaks_no_limit() {
        let verdicts = run(None);
        assert_eq!((broken(&verdicts), verdicts.len()), (vec![], 25));
    }

    #[test]
    fn each_figure_out_of_bounds_is_found() {
        for (name, value) in [
            ("bare.50ms.open", 53.0),
            ("bare.50ms.new", 101.5),
            ("bare.50ms.token", 53.0),
            ("bare.50ms.userinfo", 47.0),
            ("bare.idle", 30.0),
            ("click.warm.50ms", 5.1),
            ("click.cold.50ms", 155.6),
            ("callback.50ms.20s.plain.latchkey", 54.4),
            ("callback.50ms.20s.plain.latchkey.requests.most", 2.0),
            ("callback.50ms.20s.plain.latchkey.connections.most", 1.0),
            ("callback.50ms.20s.plain.latchkey.requests-in-all", 4.0),
            ("callback.50ms.20s.plain.latchkey.connections-in-all", 8.0),
            ("callback.50ms.20s.userinfo.tutorial.connections", 0.0),
            ("callback.50ms.20s.userinfo.latchkey", 105.3),
            ("callback.50ms.20s.userinfo.latchkey", f64::NAN),
            ("callback.50ms.2s.at-launch.plain.latchkey", 60.0),
        ] {
            assert!(broken(&run(Some((name, value)))).contains(&name), "{name} {value}");
        }
        let quicker = run(Some(("callback.50ms.20s.plain.authlib", 51.0)));
        assert_eq!(broken(&quicker), ["callback.50ms.20s.plain.latchkey / authlib"]);
    }

    #[test]
    fn a_player_of_ninety_seconds_may_cost_one_request_more() {
        assert_eq!(typed_of("callback.50ms.90s.plain.latchkey"), Some(90.0));
        assert_eq!(line_of("callback.50ms.90s.plain.latchkey"), Some(50.0));
        assert_eq!(typed_of("callback.50ms.plain.latchkey"), None);
    }

    #[test]
    fn a_shared_machine_has_room_for_noise_and_not_for_a_round_trip() {
        for line in [10.0, 50.0, 200.0] {
            assert!(allowance(Machine::Shared, line, 2.0) < line);
        }
    }

    #[test]
    fn each_request_has_an_allowance_of_its_own_only_where_a_share_of_the_line_is_too_little() {
        let allowances = |line| [1.0, 2.0].map(|requests| allowance(Machine::Quiet, line, requests));
        assert_eq!(allowances(10.0), [1.5, 2.0]);
        assert_eq!(allowances(50.0), [2.5, 2.5]);
        assert_eq!(allowances(200.0), [10.0, 10.0]);
    }

    #[test]
    fn a_new_clients_start_takes_as_long_on_each_line() {
        let mut figures = Figures::default();
        for (name, value) in [("bare.200ms.new", 601.0), ("click.cold.200ms", 604.0)] {
            figures.say(name, value, "ms");
        }
        let mut verdicts = Vec::new();
        clicks(&figures, Machine::Quiet, &mut verdicts);
        assert_eq!(verdicts.iter().map(|verdict| verdict.limit).collect::<Vec<_>>(), [605.0]);
    }
}
