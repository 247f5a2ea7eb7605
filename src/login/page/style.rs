//! The style sheet of the pages, in the game's colour, and the hash that lets a browser apply it.
//!
//! Pure. The colour is parsed into three numbers before it is written, so no text from outside enters the sheet.

use ring::digest::{SHA256, digest};

const DEFAULT_COLOR: Color = Color([0x4f, 0x46, 0xe5]);
const DARK_INK: Color = Color([0, 0, 0]);
const LIGHT_INK: Color = Color([0xff, 0xff, 0xff]);

const RULES: &str = "\
*{box-sizing:border-box;margin:0}\
:root{color-scheme:light dark;--page:#f2f3f7;--card:#fff;--ink:#16181d;--soft:#565b69;--line:#dfe2ea;--well:#f4f5f9;\
--alert:#b3261e;--shadow:rgba(20,24,40,.14)}\
@media(prefers-color-scheme:dark){:root{--page:#0d0f14;--card:#181b22;--ink:#f2f3f7;--soft:#a9afbd;--line:#2b303b;\
--well:#11141a;--alert:#d0453c;--shadow:rgba(0,0,0,.5)}}\
body{min-height:100vh;display:grid;place-items:center;padding:24px;color:var(--ink);\
background:radial-gradient(900px 480px at 50% -80px,var(--glow),transparent) no-repeat var(--page);\
font:17px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;-webkit-font-smoothing:antialiased}\
main{position:relative;width:100%;max-width:440px;padding:48px 40px 44px;overflow:hidden;text-align:center;\
overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:20px;\
box-shadow:0 18px 50px var(--shadow)}\
main::before{content:\"\";position:absolute;inset:0 0 auto;height:5px;background:var(--brand)}\
svg{display:block;width:76px;height:76px;margin:0 auto 24px;padding:11px;border-radius:50%;fill:none;stroke-width:2.8;\
stroke-linecap:round;stroke-linejoin:round;box-shadow:0 0 0 1px var(--line),0 0 0 8px var(--well)}\
.brand{background:var(--brand);stroke:var(--on-brand)}\
.alert{background:var(--alert);stroke:#fff;stroke-width:4.5}\
.plain{background:var(--line);stroke:var(--ink);stroke-width:3.5}\
.game{margin-bottom:4px;color:var(--soft);font-size:14px;font-weight:600;letter-spacing:.02em}\
h1{margin-bottom:10px;font-size:26px;line-height:1.25;font-weight:700;letter-spacing:-.01em;text-wrap:balance}\
main>p:not(.game){color:var(--soft);text-wrap:balance}\
section{margin-top:28px;padding:16px 18px;text-align:start;font-size:15px;background:var(--well);\
border:1px solid var(--line);border-radius:12px}\
h2{margin-bottom:6px;color:var(--soft);font-size:13px;font-weight:600}\
code{display:block;margin-top:6px;color:var(--soft);font:13px/1.5 ui-monospace,Consolas,Menlo,monospace}\
main>.status{margin-top:20px;font-size:13px}\
@media(max-width:480px){main{padding:40px 24px 36px}}\
@media(forced-colors:active){svg{forced-color-adjust:none}}";

/// The whole sheet, with the game's colour in it if it has one.
pub(super) fn style_sheet(color: Option<&str>) -> String {
    let brand = color.and_then(Color::parse).unwrap_or(DEFAULT_COLOR);
    let [red, green, blue] = brand.0;
    let ink = brand.readable_ink().css();
    format!(":root{{--brand:{};--on-brand:{ink};--glow:rgba({red},{green},{blue},.2)}}{RULES}", brand.css())
}

/// The source expression for a Content Security Policy (Level 3, section 2.3.1).
pub(super) fn hash(style: &str) -> String {
    format!("sha256-{}", base64(digest(&SHA256, style.as_bytes()).as_ref()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Color([u8; 3]);

impl Color {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    fn css(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// The ink that stands out better on this colour; of black and white one always reaches 4.5.
    fn readable_ink(self) -> Self {
        if self.contrast(LIGHT_INK) >= self.contrast(DARK_INK) { LIGHT_INK } else { DARK_INK }
    }

    /// Contrast ratio of WCAG 2.2, from 1 to 21.
    fn contrast(self, other: Self) -> f64 {
        let (mine, other) = (self.luminance(), other.luminance());
        (mine.max(other) + 0.05) / (mine.min(other) + 0.05)
    }

    /// Relative luminance of WCAG 2.2.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// RFC 4648 section 4. Six lines here, or a dependency for one hash.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0u32, |group, index| group << 8 | u32::from(chunk.get(index).copied().unwrap_or(0)));
        for index in 0..4 {
            let digit = ALPHABET[(group >> (18 - 6 * index) & 63) as usize];
            out.push(if index <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{ff}~", "w79+")];
        for (text, expected) in cases {
            assert_eq!(base64(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn the_icon_is_readable_on_every_colour() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let color = Color([red, green, blue]);
                    let contrast = color.contrast(color.readable_ink());
                    assert!(contrast >= 4.5, "{color:?} has {contrast}");
                }
            }
        }
        assert_eq!(Color([0, 0, 0]).contrast(LIGHT_INK).round(), 21.0);
    }

    #[test]
    fn a_colour_is_six_digits_or_the_default() {
        assert_eq!(Color::parse("#Ff8000"), Some(Color([255, 128, 0])));
        for bad in ["", "#", "ff8000", "#ff800", "#ff80000", "#+f8000", "#ff800g", "red;}body{x:y"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
            assert_eq!(style_sheet(Some(bad)), style_sheet(None));
        }
    }

    #[test]
    fn the_sheet_is_written_in_the_games_colour_and_loads_nothing() {
        let sheet = style_sheet(Some("#FFD400"));
        assert!(sheet.contains("--brand:#ffd400;--on-brand:#000000"));
        assert!(!sheet.contains("url(") && !sheet.contains("@import") && !sheet.contains('<'));
    }
}
