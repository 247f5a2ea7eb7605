//! What hosts do with the ABI that they should not: it is answered with a code, as far as the header allows it at all.

mod arguments;
#[cfg(unix)]
mod forked;
mod handles;
