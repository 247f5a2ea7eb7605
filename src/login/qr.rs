//! A URL as a QR code (ISO/IEC 18004), for a screen that a phone is held to.
//!
//! Text in, a square of modules out; what is drawn of them is the host's.

use qrcodegen::{QrCode, QrCodeEcc};

/// A square of modules, without the quiet zone.
pub struct Modules {
    size: u32,
    /// Row by row, 1 dark, 0 light.
    cells: Vec<u8>,
}

impl Modules {
    /// The smallest code for this text that survives the loss of 15 % of it (level M), and of more where that takes no larger one.
    /// None for a text that fits into none, which has more than 2,331 bytes.
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let side = code.size();
        let cells = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
        Some(Self { size: side.unsigned_abs(), cells: cells.map(|(x, y)| u8::from(code.get_module(x, y))).collect() })
    }

    /// How many a side has.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// `size * size` of them.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_as_small_as_its_text_allows() {
        // 26 bytes are the most that version 2 holds at level M, 42 version 3's (ISO/IEC 18004 table 7).
        for (bytes, size) in [(1, 21), (14, 21), (15, 25), (26, 25), (27, 29), (42, 29)] {
            let modules = Modules::of(&"a".repeat(bytes)).expect("it fits");
            assert_eq!((modules.size(), modules.cells().len()), (size, (size * size) as usize), "{bytes} bytes");
            assert!(modules.cells().iter().all(|cell| *cell < 2));
        }
    }

    #[test]
    fn three_corners_have_their_finder() {
        let modules = Modules::of("https://id.example.com/device").expect("it fits");
        let size = modules.size() as usize;
        let dark = |x: usize, y: usize| modules.cells()[y * size + x] == 1;
        for (x, y) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            assert!((0..7).all(|i| dark(x + i, y) && dark(x, y + i)), "the outer ring at {x}, {y}");
            assert!((1..6).all(|i| !dark(x + i, y + 1)), "the light ring at {x}, {y}");
            assert!(dark(x + 3, y + 3), "the centre at {x}, {y}");
        }
    }

    /// Some cameras read no code that is mirrored. One module is dark in every code; the one that a mirror would put there is not.
    #[test]
    fn it_is_not_mirrored() {
        let corners = |text: &str| {
            let modules = Modules::of(text).expect("it fits");
            let size = modules.size() as usize;
            [(8, size - 8), (size - 8, 8)].map(|(x, y)| modules.cells()[y * size + x] == 1)
        };
        let codes: Vec<_> = ('a'..='z').map(|letter| corners(&format!("https://id.example/{letter}"))).collect();
        assert!(codes.iter().all(|[always, _]| *always));
        assert!(codes.iter().any(|[_, mirrored]| !mirrored), "nothing was tested");
    }

    #[test]
    fn a_text_that_fits_into_no_code_has_none() {
        assert!(Modules::of(&"a".repeat(2331)).is_some());
        assert!(Modules::of(&"a".repeat(2332)).is_none());
    }
}
