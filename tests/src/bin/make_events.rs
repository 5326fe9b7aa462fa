//! Writes `events/http/` and `events/sqs/` anew from `events/bodies/`, and takes away what no body
//! is there for: `cargo run -p tests --bin make-events`.

use std::io::Write as _;

use tests::samples;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let events = samples::folder();
    let generated = samples::generated(&events)?;
    for folder in ["http", "sqs"] {
        for path in samples::files(&events.join(folder))? {
            let known = path.strip_prefix(&events).is_ok_and(|path| generated.contains_key(path));
            if !known {
                std::fs::remove_file(path)?;
            }
        }
    }
    for (path, text) in &generated {
        std::fs::write(events.join(path), text)?;
    }
    writeln!(std::io::stdout(), "{} files written", generated.len())?;
    Ok(())
}
