//! What holds for a header as a whole.

use super::Judge;

impl Judge<'_> {
    pub(super) fn file(&mut self) {
        let header = self.header;
        self.hold(
            header.pragma_once,
            1,
            "`#pragma once` is not the first line of code",
            "write it there: generated code refuses to be included twice",
        );
        let own = format!("{}.generated.h", header.stem);
        let generated = header.includes.iter().filter(|include| include.path.ends_with(".generated.h"));
        for include in generated.filter(|include| include.path != own) {
            let what = format!("`{}` belongs to another header", include.path);
            self.say(include.line, what, format!("include \"{own}\", named after this file"));
        }
        let place = header.includes.iter().position(|include| include.path == own);
        match (header.first_reflected, place) {
            (Some(line), None) => {
                let what = format!("reflected types, but \"{own}\" is not included");
                self.say(line, what, format!("write #include \"{own}\" as the last include"));
            }
            (None, Some(place)) => {
                let what = format!("\"{own}\" is included, but nothing here is reflected");
                self.say(header.includes[place].line, what, "the engine's tool would not write it: take it out");
            }
            (Some(first), Some(place)) => self.generated_is_last(first, place),
            (None, None) => {}
        }
    }

    fn generated_is_last(&mut self, first: usize, place: usize) {
        let header = self.header;
        let include = &header.includes[place];
        if let Some(after) = header.includes.get(place + 1) {
            let what = format!("\"{}\" is included after \"{}\"", after.path, include.path);
            self.say(after.line, what, "the generated header must be the last include");
        }
        let what = format!("\"{}\" is included after the first reflected type", include.path);
        self.hold(include.line < first, include.line, what, "includes stand at the top");
    }
}
