//! Door against floor.
fn main() {}
