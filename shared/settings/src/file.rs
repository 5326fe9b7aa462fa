//! A secret in a file.

use std::fs::File;
use std::io::Read;

use zeroize::Zeroizing;

/// The largest text of a secret. Ours, and the limit of Secrets Manager.
pub(crate) const SECRET_SIZE_MAX: usize = 64 * 1024;

/// The text of a file, without the byte order mark that some editors put first.
///
/// # Errors
/// Says what is wrong; never holds anything of the text.
pub(crate) fn read(path: &str) -> Result<Zeroizing<String>, String> {
    let refers = |what: &str| format!("refers to the file `{path}`, which {what}");
    let cannot = |error: std::io::Error| refers(&format!("cannot be read: {error}"));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(refers("is a directory"));
    }
    // Room from the start: a buffer that grows leaves copies behind that nobody wipes.
    let mut bytes = Zeroizing::new(Vec::with_capacity(SECRET_SIZE_MAX + 2));
    let limit = SECRET_SIZE_MAX as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() > SECRET_SIZE_MAX {
        return Err(refers(&format!("is larger than {SECRET_SIZE_MAX} bytes")));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| refers("is not UTF-8 text"))?;
    Ok(Zeroizing::new(text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned()))
}
