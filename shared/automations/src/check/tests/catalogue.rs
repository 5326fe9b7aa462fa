//! The rules that are known from studios, each in the README of this crate: on a site that has
//! what they name nothing is found of any, and nothing of all together.

use super::{Site, field, lines};

const README: &str = include_str!("../../../README.md");

/// What those rules need besides.
const MORE: [(&str, &[&str]); 6] = [
    ("Project", &["users: multi_entity HumanUser Group"]),
    (
        "Task",
        &[
            "sg_status_list: status_list wtg rdy ip rev apr fin hld omt na cnv adn stcomp bfr",
            "notes: multi_entity Note",
            "project: entity Project",
        ],
    ),
    (
        "Version",
        &[
            "sg_status_list: status_list rev vwd apr note fin sup",
            "client_approved_at: date_time",
            "sg_approved_on: date",
            "sg_path_to_frames: text",
            "frame_range: text",
        ],
    ),
    (
        "Shot",
        &[
            "sg_final_version: entity Version",
            "sg_final_frames: text",
            "sg_head_in: number",
            "sg_latest_frames: text",
        ],
    ),
    ("Note", &["sg_status_list: status_list opn clsd"]),
    ("Asset", &["sg_status_list: status_list wtg ip fin hld omt"]),
];

fn site() -> Site {
    let mut site = Site::new();
    for (kind, fields) in MORE {
        let known = &mut site.types.get_mut(kind).expect(kind).1;
        known.extend(fields.iter().map(|text| field(text)));
    }
    site
}

#[test]
fn the_rules_of_studios_fit_and_come_to_rest() {
    let blocks: Vec<&str> = README.split("```yaml\n").skip(1).collect();
    assert!(blocks.len() >= 4, "{}", blocks.len());
    for block in blocks {
        let text = block.split("```").next().unwrap_or_default();
        let site = &mut site();
        assert_eq!(lines(&site.check(text)), [""; 0], "{text}");
        assert!(site.asked.len() <= 10, "{:?}", site.asked);
    }
}
