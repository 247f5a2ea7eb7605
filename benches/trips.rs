//! Latchkey's sign-ins in round trips, and how many of them keep to the goal.

use crate::LATCHKEY;
use crate::document::{LINES, TYPED, add, head};
use crate::figures::Figures;
use crate::limits::SHARE;

/// By the line's nominal round trip, and by what a bare request took in the same run.
pub fn table(figures: &Figures) -> String {
    let mut text = "## In round trips\n\n\
        Latchkey's medians, divided by the line's round trip; and by that of a bare request over an open connection in the same run, which has\n\
        in it what the provider does with any request. The goal is 1.05 at the most, and 2.05 with userinfo, 50 ms away. The limits below are\n\
        in bare round trips. What the ends take beyond, mostly to sign and to verify the ID token, does not grow with the line: it is more than\n\
        5 % of 10 ms, so the goal can't be kept there.\n\n"
        .to_owned();
    add(&mut text, &head(&["within the goal"]));
    for line in LINES {
        rows(figures, &mut text, line, "", &format!("{line} ms away"));
    }
    rows(figures, &mut text, 50, ".at-launch", "50 ms away, click right at the launch");
    text
}

fn rows(figures: &Figures, text: &mut String, line: u32, menu: &str, place: &str) {
    let bare = figures.get(&format!("bare.{line}ms.open"));
    for (words, round_trip) in [("of the line", Some(f64::from(line))), ("bare", bare)] {
        let cells: Vec<_> = [("plain", 1.0), ("userinfo", 2.0)]
            .iter()
            .flat_map(|(profile, goal)| {
                TYPED.map(|typed| {
                    let took = figures.get(&format!("callback.{line}ms.{typed}s{menu}.{profile}.{LATCHKEY}"));
                    took.zip(round_trip).map(|(took, round_trip)| (took / round_trip, goal + SHARE))
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
    fn a_cell_is_within_the_goal_in_bare_round_trips_and_not_in_those_of_the_line() {
        let mut figures = Figures::default();
        for (name, value) in [
            ("bare.50ms.open", 50.8),
            ("callback.50ms.20s.plain.latchkey", 52.4),
            ("callback.50ms.20s.userinfo.latchkey", 103.6),
            ("callback.50ms.2s.at-launch.plain.latchkey", 54.0),
        ] {
            figures.say(name, value, "ms");
        }
        let text = table(&figures);
        for line in [
            "| 10 ms away, bare | – | – | – | – | – | – | 0 of 0 |",
            "| 50 ms away, of the line | – | 1.048 | – | – | 2.072 | – | 1 of 2 |",
            "| 50 ms away, bare | – | 1.031 | – | – | 2.039 | – | 2 of 2 |",
            "| 50 ms away, click right at the launch, bare | 1.063 | – | – | – | – | – | 0 of 1 |",
        ] {
            assert!(text.contains(line), "{line}:\n{text}");
        }
    }
}
