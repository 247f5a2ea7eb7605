//! Reads the Unreal plugin's headers as the engine's header tool does. Holds the rules of reflection that are cheap to hold,
//! with a sentence for each; writes the generated code by which the stand-in for the engine sees what is reflected.
//!
//! It is no substitute for the engine's own tool: it is stricter where the plugin can afford it and reads only what the plugin
//! uses. It touches the headers it is given and the folder it is told to write into, nothing else.

pub mod cursor;
pub mod emit;
pub mod findings;
pub mod lex;
pub mod model;
pub mod parse;
pub mod rules;
pub mod specifiers;
pub mod types;
pub mod world;

use emit::Writer;
use findings::Finding;
use model::Header;
use world::World;

/// A header's path and text.
pub type Source = (String, String);

/// The headers of a module, read.
pub struct Module {
    name: String,
    headers: Vec<Header>,
    world: World,
}

impl Module {
    /// Reads the headers of a module, and for their types those that it includes.
    pub fn read(name: &str, own: &[Source], known: &[Source]) -> Result<Self, Vec<Finding>> {
        let headers = all(own)?;
        let known = all(known)?;
        let world = World::new(known.iter().chain(&headers));
        Ok(Self { name: name.to_owned(), headers, world })
    }

    /// What is wrong with them.
    pub fn check(&self) -> Vec<Finding> {
        let each = self.headers.iter().flat_map(|header| rules::check(header, &self.world, &self.name));
        each.chain(rules::check_together(&self.headers)).collect()
    }

    /// The generated files, by name. Only for headers that pass [`Module::check`].
    pub fn generate(&self) -> Vec<(String, String)> {
        let reflected = self.headers.iter().filter(|header| header.is_reflected());
        let writer = |header| Writer::new(header, &self.world, &self.name);
        let files = reflected.flat_map(|header| {
            let declared = (format!("{}.generated.h", header.stem), writer(header).generated_header());
            let defined = (format!("{}.gen.cpp", header.stem), writer(header).generated_source());
            [declared, defined]
        });
        files.collect()
    }
}

/// All headers, or what is wrong with every one that can't be read.
fn all(sources: &[Source]) -> Result<Vec<Header>, Vec<Finding>> {
    let (read, failed): (Vec<_>, Vec<_>) =
        sources.iter().map(|(path, text)| parse::header(path, text)).partition(Result::is_ok);
    let failed: Vec<_> = failed.into_iter().filter_map(Result::err).collect();
    if failed.is_empty() { Ok(read.into_iter().filter_map(Result::ok).collect()) } else { Err(failed) }
}
