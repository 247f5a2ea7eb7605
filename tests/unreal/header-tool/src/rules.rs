//! The rules. Each says what is wrong and what to write; none changes anything. Where the engine's own tool lets something
//! pass that only hurts later (a property without a tool tip, a token in a property), these do not.

mod enums;
mod file;
mod functions;
mod known;
mod properties;
mod records;

use crate::findings::Finding;
use crate::model::Header;
use crate::world::World;

/// What the rules look at, and where they write.
struct Judge<'a> {
    header: &'a Header,
    world: &'a World,
    /// `LATCHKEY_API`.
    api: String,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn say(&mut self, line: usize, what: impl Into<String>, advice: impl Into<String>) {
        self.findings.push(Finding::new(&self.header.path, line, what, advice));
    }

    /// Says it unless it holds.
    fn hold(&mut self, holds: bool, line: usize, what: impl Into<String>, advice: impl Into<String>) {
        if !holds {
            self.say(line, what, advice);
        }
    }
}

/// What is wrong with a header of a module, in the order of its lines.
pub fn check(header: &Header, world: &World, module: &str) -> Vec<Finding> {
    let api = format!("{}_API", module.to_uppercase());
    let mut judge = Judge { header, world, api, findings: Vec::new() };
    judge.file();
    judge.enums();
    judge.records();
    judge.delegates();
    let mut findings = judge.findings;
    findings.sort_by_key(|finding| finding.line);
    findings
}

/// Two types whose names differ only in their prefix are one to reflection.
pub fn check_together(headers: &[Header]) -> Vec<Finding> {
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut findings = Vec::new();
    for header in headers {
        let records = header.records.iter().map(|record| (&record.name, record.line));
        let delegates = header.delegates.iter().map(|delegate| (&delegate.name, delegate.line));
        let enums = header.enums.iter().map(|found| (&found.name, found.line));
        for (name, line) in records.chain(delegates).chain(enums) {
            // An enum keeps its prefix.
            let short = if name.starts_with('E') { name } else { name.get(1..).unwrap_or_default() };
            if let Some((_, other)) = seen.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(short)) {
                let what = format!("{name} and {other} are both `{short}` to reflection, which drops the prefix");
                findings.push(Finding::new(&header.path, line, what, "rename one of them"));
            }
            seen.push((short.to_owned(), name.clone()));
        }
    }
    findings
}
