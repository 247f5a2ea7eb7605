//! What was measured: samples of several rounds, and the lines that they are printed as.

use std::collections::BTreeMap;

/// The values of several rounds, in the unit that whoever prints them says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// One round's.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
        self.0.sort_by(f64::total_cmp);
    }

    /// How many there are.
    pub fn rounds(&self) -> usize {
        self.0.len()
    }

    /// The middle one; of an even number the upper, which is the less flattering.
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The smallest.
    pub fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(f64::NAN)
    }

    /// The largest.
    pub fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(f64::NAN)
    }
}

/// All figures of a run by their names, as they are printed.
#[derive(Debug, Default)]
pub struct Figures(BTreeMap<String, (f64, String)>);

impl Figures {
    /// Prints `bench: NAME VALUE UNIT` and keeps it.
    pub fn say(&mut self, name: &str, value: f64, unit: &str) {
        println!("bench: {name} {} {unit}", short(value));
        self.0.insert(name.to_owned(), (value, unit.to_owned()));
    }

    /// Median, and how far the rounds lie apart.
    pub fn say_samples(&mut self, name: &str, samples: &Samples, unit: &str) {
        self.say(name, samples.median(), unit);
        self.say(&format!("{name}.least"), samples.least(), unit);
        self.say(&format!("{name}.most"), samples.most(), unit);
    }

    /// Takes in a line that another program of the benchmark has printed; anything else is passed on.
    pub fn take_in(&mut self, line: &str) {
        println!("{line}");
        let words: Vec<_> = line.split(' ').collect();
        if let ["bench:", name, value, unit @ ..] = words.as_slice()
            && let Ok(value) = value.parse()
        {
            self.0.insert((*name).to_owned(), (value, unit.join(" ")));
        }
    }

    /// Those of another part of the run.
    pub fn extend(&mut self, others: Figures) {
        self.0.extend(others.0);
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.get(name).map(|(value, _)| *value)
    }

    /// Those whose names begin so, in the names' order.
    pub fn under<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (&'a str, f64, &'a str)> {
        let all = self.0.iter().filter(move |(name, _)| name.starts_with(start));
        all.map(|(name, (value, unit))| (name.as_str(), *value, unit.as_str()))
    }
}

/// As many digits as mean something.
pub fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 && value.fract() != 0.0 => format!("{value:.1}"),
        _ if value.fract() == 0.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_never_the_flattering_one_of_two() {
        let mut samples = Samples::default();
        assert!(samples.median().is_nan(), "nothing was measured");
        [4.0, 1.0, 3.0, 2.0].into_iter().for_each(|value| samples.add(value));
        assert_eq!((samples.median(), samples.least(), samples.most(), samples.rounds()), (3.0, 1.0, 4.0, 4));
    }

    #[test]
    fn lines_of_other_programs_are_taken_in() {
        let mut figures = Figures::default();
        figures.take_in("bench: frame.idle.median 3.125 ns a call");
        figures.take_in("a remark");
        figures.take_in("bench: frame.broken much ns");
        assert_eq!(figures.under("frame.").collect::<Vec<_>>(), [("frame.idle.median", 3.125, "ns a call")]);
    }

    #[test]
    fn a_figure_has_as_many_digits_as_mean_something() {
        assert_eq!([1234.56, 100.0, 12.345, 0.0, 0.12345].map(short), ["1234.6", "100", "12.35", "0", "0.123"]);
    }
}
