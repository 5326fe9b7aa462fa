//! Text of a program, made fit for an acknowledgement: a line, of a length that people read,
//! without colours and other control characters.

/// Characters of a program's text that are told. Ours: a few lines in an acknowledgement.
const TEXT_MAX: usize = 500;
/// Lines of stderr that are told: the last ones say what broke.
const LINES_MAX: usize = 3;

/// One text as one line.
pub(super) fn line(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(TEXT_MAX) {
        Some((end, _)) => format!("{}...", text[..end].trim_end()),
        None => text,
    }
}

/// The first line that says something.
pub(super) fn first_line(bytes: &[u8]) -> String {
    lines(bytes).into_iter().next().map(|text| line(&text)).unwrap_or_default()
}

/// The last lines; of a long one its end.
pub(super) fn last_lines(bytes: &[u8]) -> String {
    let lines = lines(bytes);
    let text = lines[lines.len().saturating_sub(LINES_MAX)..].join(" | ");
    let count = text.chars().count();
    if count <= TEXT_MAX {
        return text;
    }
    let end: String = text.chars().skip(count - TEXT_MAX).collect();
    format!("...{}", end.trim_start())
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(plain).filter(|line| !line.is_empty()).collect()
}

/// Without what a terminal would act upon; other control characters become blanks.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A colour and the like: `ESC [`, parameters, and one letter.
            '\u{1b}' if chars.peek() == Some(&'[') => {
                chars.next();
                chars.by_ref().find(|c| matches!(c, '@'..='~'));
            }
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
    }
    plain.trim().to_owned()
}
