//! Latchkey's sign-ins in round trips, and how many of them keep to the goal.

use crate::LATCHKEY;
use crate::document::{LINES, TYPED, add, head};
use crate::figures::Figures;
use crate::limits::{SHARE, by_themselves};

/// By the line's nominal round trip, and by what a bare request took in the same run.
pub fn table(figures: &Figures) -> String {
    let mut text = "## In round trips\n\n\
        Latchkey's medians, divided by the line's round trip; by that of a bare request over an open connection in the same run, which has in it\n\
        what the provider does with any request; and by that of its own requests, each by itself, in which the provider signs the ID token as well.\n\
        The goal is 1.05 at the most, and 2.05 with userinfo, 50 ms away, and the limits below are in the last of these: what is beyond is the\n\
        client's. That does not grow with the line and is more than 5 % of 10 ms, so the goal can't be kept there.\n\n"
        .to_owned();
    add(&mut text, &head(&["within the goal"]));
    for line in LINES {
        rows(figures, &mut text, line, "", &format!("{line} ms away"));
    }
    rows(figures, &mut text, 50, ".at-launch", "50 ms away, click right at the launch");
    text
}

fn rows(figures: &Figures, text: &mut String, line: u32, menu: &str, place: &str) {
    let line = f64::from(line);
    let bare = figures.get(&format!("bare.{line}ms.open"));
    // Of two requests the mean.
    let own = |trips| by_themselves(figures, line, trips > 1.0).map(|both| both / trips);
    for (words, round_trip) in [
        ("of the line", &(|_| Some(line)) as &dyn Fn(f64) -> Option<f64>),
        ("bare", &|_| bare),
        ("its own, bare", &own),
    ] {
        let cells: Vec<_> = [("plain", 1.0), ("userinfo", 2.0)]
            .iter()
            .flat_map(|&(profile, trips)| {
                TYPED.map(|typed| {
                    let took = figures.get(&format!("callback.{line}ms.{typed}s{menu}.{profile}.{LATCHKEY}"));
                    took.zip(round_trip(trips)).map(|(took, round_trip)| (took / round_trip, trips + SHARE))
                })
            })
            .collect();
        let measured: Vec<_> = cells.iter().flatten().collect();
        let within = measured.iter().filter(|(trips, goal)| trips <= goal).count();
        let shown = cells.iter().map(|cell| cell.map_or("–".to_owned(), |(trips, _)| format!("{trips:.3}")));
        add(
            text,
            &format!(
                "| {place}, {words} | {} | {within} of {} |",
                shown.collect::<Vec<_>>().join(" | "),
                measured.len()
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_within_the_goal_by_its_own_round_trips_and_not_by_those_of_others() {
        let mut figures = Figures::default();
        for (name, value) in [
            ("bare.50ms.open", 50.8),
            ("bare.50ms.token", 51.8),
            ("bare.50ms.userinfo", 51.0),
            ("callback.50ms.20s.plain.latchkey", 53.4),
            ("callback.50ms.20s.userinfo.latchkey", 104.6),
            ("callback.50ms.2s.at-launch.plain.latchkey", 54.5),
        ] {
            figures.say(name, value, "ms");
        }
        let text = table(&figures);
        for line in [
            "| 10 ms away, its own, bare | – | – | – | – | – | – | 0 of 0 |",
            "| 50 ms away, of the line | – | 1.068 | – | – | 2.092 | – | 0 of 2 |",
            "| 50 ms away, bare | – | 1.051 | – | – | 2.059 | – | 0 of 2 |",
            "| 50 ms away, its own, bare | – | 1.031 | – | – | 2.035 | – | 2 of 2 |",
            "| 50 ms away, click right at the launch, its own, bare | 1.052 | – | – | – | – | – | 0 of 1 |",
        ] {
            assert!(text.contains(line), "{line}:\n{text}");
        }
    }
}
