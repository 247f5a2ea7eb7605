//! The heap of the built library wipes what is freed: a token passes through buffers of HTTP and JSON that nobody else wipes.
//!
//! It may touch only memory that has just been given back, and knows nothing of what was in it. A Rust program that links the
//! crate and wants an allocator of its own switches the feature `wipe-freed-memory` off.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);
