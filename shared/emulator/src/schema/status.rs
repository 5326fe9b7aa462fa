//! What people call the status codes that the emulator starts with.

/// Code and name, as sites ship with them.
pub(crate) const NAMES: &[(&str, &str)] = &[
    ("wtg", "Waiting to Start"),
    ("rdy", "Ready to Start"),
    ("ip", "In Progress"),
    ("rev", "Pending Review"),
    ("vwd", "Viewed"),
    ("apr", "Approved"),
    ("fin", "Final"),
    ("cmpt", "Complete"),
    ("cbb", "Could Be Better"),
    ("rrq", "Revision Requested"),
    ("note", "Has Notes"),
    ("hld", "On Hold"),
    ("blk", "Blocked"),
    ("late", "Late"),
    ("pndng", "Pending"),
    ("omt", "Omit"),
    ("na", "N/A"),
    ("dlvr", "Delivered"),
    ("out", "Outsourced"),
    ("act", "Active"),
    ("dis", "Disabled"),
    ("opn", "Open"),
    ("res", "Resolved"),
    ("clsd", "Closed"),
];

/// The name of a code; of one that a test made up, the code.
pub(crate) fn name(code: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{DataType, Schema};

    #[test]
    fn every_code_of_the_seed_has_a_name_of_its_own() {
        let schema = Schema::seed();
        let mut seen = 0;
        for kind in schema.names() {
            let Ok(field) = schema.field(kind, "sg_status_list") else { continue };
            let DataType::StatusList(codes) = &field.data_type else { panic!("{kind}") };
            for code in codes {
                assert_ne!(name(code), code, "{kind}");
                seen += 1;
            }
        }
        assert!(seen > NAMES.len(), "{seen}");
    }
}
