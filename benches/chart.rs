//! The picture: what a player waits for after the last click in the browser, program by program, over a line of 50 ms.

use std::fmt::Write;

/// A program's two figures in milliseconds.
pub struct Bar<'a> {
    /// For people.
    pub name: &'a str,
    /// With the name in the ID token.
    pub plain: f64,
    /// With the name from userinfo.
    pub userinfo: f64,
    /// Stands out.
    pub own: bool,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 60.0;
const TOP: f64 = 96.0;
const ROW: f64 = 58.0;

/// The bars as SVG, with a line at each round trip.
pub fn draw(bars: &[Bar<'_>], round_trip: f64) -> String {
    let longest = bars.iter().flat_map(|bar| [bar.plain, bar.userinfo]).fold(round_trip, f64::max);
    let trips = (longest / round_trip).ceil();
    let scale = (WIDTH - LEFT - RIGHT) / (trips * round_trip);
    let bottom = TOP + ROW * bars.len() as f64;
    let height = bottom + 46.0;
    let mut svg = String::new();
    head(&mut svg, height, round_trip);
    for trip in 0..=trips as u32 {
        let x = LEFT + f64::from(trip) * round_trip * scale;
        let words = match trip {
            0 => "0".to_owned(),
            1 => "1 round trip".to_owned(),
            _ => trip.to_string(),
        };
        add(
            &mut svg,
            format_args!(
                r##"  <path d="M{x:.1} {:.0}V{bottom:.0}" stroke="#c3cad6" stroke-dasharray="4 5"/>"##,
                TOP - 12.0
            ),
        );
        add(
            &mut svg,
            format_args!(
                r##"  <text x="{x:.1}" y="{:.0}" text-anchor="middle" fill="#5b6678">{words}</text>"##,
                bottom + 24.0
            ),
        );
    }
    for (index, bar) in bars.iter().enumerate() {
        row(&mut svg, bar, TOP + ROW * index as f64, scale);
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(svg: &mut String, height: f64, round_trip: f64) {
    let family = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";
    add(
        svg,
        format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0} {height:.0}" font-family="{family}" font-size="13" role="img" aria-labelledby="title">"#
        ),
    );
    let title = format!("From the last click in the browser to the player's name, {round_trip:.0} ms away");
    add(svg, format_args!(r#"  <title id="title">{title}</title>"#));
    add(svg, format_args!(r##"  <rect width="{WIDTH:.0}" height="{height:.0}" rx="14" fill="#ffffff"/>"##));
    add(svg, format_args!(r##"  <text x="24" y="36" font-size="17" font-weight="600" fill="#1f2a3a">{title}</text>"##));
    let legend = "Median after 20 s in the browser. Dark: the ID token has the name. Light: it comes from userinfo.";
    add(svg, format_args!(r##"  <text x="24" y="60" fill="#5b6678">{legend}</text>"##));
}

fn row(svg: &mut String, bar: &Bar<'_>, y: f64, scale: f64) {
    let (dark, light) = if bar.own { ("#c2571a", "#e8a77f") } else { ("#44546a", "#aab5c5") };
    let weight = if bar.own { "600" } else { "400" };
    add(
        svg,
        format_args!(
            r##"  <text x="{:.0}" y="{:.0}" text-anchor="end" font-weight="{weight}" fill="#1f2a3a">{}</text>"##,
            LEFT - 12.0,
            y + 26.0,
            bar.name
        ),
    );
    for (value, color, top) in [(bar.plain, dark, y), (bar.userinfo, light, y + 22.0)] {
        let width = value * scale;
        add(
            svg,
            format_args!(
                r#"  <rect x="{LEFT:.0}" y="{top:.0}" width="{width:.1}" height="19" rx="3" fill="{color}"/>"#
            ),
        );
        add(
            svg,
            format_args!(
                r##"  <text x="{:.1}" y="{:.0}" fill="#1f2a3a">{value:.0} ms</text>"##,
                LEFT + width + 6.0,
                top + 14.0
            ),
        );
    }
}

fn add(svg: &mut String, line: std::fmt::Arguments<'_>) {
    // A text takes whatever is written.
    let _ = writeln!(svg, "{line}");
}
