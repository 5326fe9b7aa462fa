//! How large the binary is, and what is uploaded: a zip with the binary deflated in it.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::figures::Table;
use crate::subject::Subject;

/// What a zip of one file has around it: local header, central directory, end record, names.
const ZIP_FRAME: usize = 200;

pub fn measure(table: &mut Table, pair: &[Subject; 2]) {
    let binaries = pair.each_ref().map(|subject| fs::read(&subject.binary).unwrap());
    table.add("binary", "MB", 1, binaries.each_ref().map(|bytes| mega(bytes.len())), "");
    table.add("zip", "MB", 1, binaries.each_ref().map(|bytes| mega(zip(bytes))), "3.5 MB");
}

fn zip(bytes: &[u8]) -> usize {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len() + ZIP_FRAME
}

#[allow(clippy::cast_precision_loss, reason = "megabytes with three digits")]
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1_000_000.0
}
