//! The table of types and fields that a new emulator starts with: the ones that studios automate,
//! with the fields that automations and folder schemas read.

use super::seed::Holds::{
    self, Checkbox, Date, Json, Link, Links, Number, Status, Text, Url, Words,
};

/// Codes of everything that is worked on.
const WORK: &[&str] = &[
    "wtg", "rdy", "ip", "rev", "apr", "fin", "hld", "omt", "na", "cmpt", "cbb", "blk", "late",
    "pndng", "act", "dlvr", "out",
];
const VERSION: &[&str] =
    &["na", "rev", "vwd", "apr", "note", "ip", "fin", "hld", "omt", "cbb", "rrq"];
const NOTE: &[&str] = &["opn", "ip", "res", "clsd"];
const USER: &[&str] = &["act", "dis"];
const ASSET_TYPES: &[&str] = &["Character", "Environment", "Prop", "FX", "Vehicle"];
const WORKED_ON: &[&str] = &["Shot", "Asset", "Sequence", "Episode", "CustomEntity01"];

const PROJECT: (&str, Holds) = ("project", Link(&["Project"], ""));

/// Type, then its fields. A link may name the field that shows it from the other side.
pub(super) const TYPES: &[(&str, &[(&str, Holds)])] = &[
    (
        "Project",
        &[
            ("name", Text),
            ("code", Text),
            ("tank_name", Text),
            ("sg_status", Text),
            ("sg_description", Text),
            ("archived", Checkbox),
            ("is_template", Checkbox),
        ],
    ),
    (
        "Episode",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("sg_status_list", Status(WORK, "wtg")),
            ("tasks", Links(&["Task"], "entity")),
        ],
    ),
    (
        "Sequence",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("episode", Link(&["Episode"], "")),
            ("sg_status_list", Status(WORK, "wtg")),
            ("shots", Links(&["Shot"], "sg_sequence")),
            ("tasks", Links(&["Task"], "entity")),
        ],
    ),
    (
        "Shot",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("sg_sequence", Link(&["Sequence"], "shots")),
            ("sg_status_list", Status(WORK, "wtg")),
            ("sg_shot_type", Text),
            ("sg_cut_in", Number),
            ("sg_cut_out", Number),
            ("assets", Links(&["Asset"], "shots")),
            ("tasks", Links(&["Task"], "entity")),
        ],
    ),
    (
        "Asset",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("sg_asset_type", Words(ASSET_TYPES)),
            ("sg_status_list", Status(WORK, "wtg")),
            ("shots", Links(&["Shot"], "assets")),
            ("tasks", Links(&["Task"], "entity")),
        ],
    ),
    (
        "CustomEntity01",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("sg_status_list", Status(WORK, "wtg")),
            ("tasks", Links(&["Task"], "entity")),
        ],
    ),
    (
        "Step",
        &[("code", Text), ("short_name", Text), ("entity_type", Text), ("list_order", Number)],
    ),
    (
        "Task",
        &[
            PROJECT,
            ("content", Text),
            ("entity", Link(WORKED_ON, "tasks")),
            ("step", Link(&["Step"], "")),
            ("sg_status_list", Status(WORK, "wtg")),
            ("sg_description", Text),
            ("task_assignees", Links(&["HumanUser", "Group"], "")),
            ("task_reviewers", Links(&["HumanUser", "Group"], "")),
            ("upstream_tasks", Links(&["Task"], "downstream_tasks")),
            ("downstream_tasks", Links(&["Task"], "upstream_tasks")),
            ("sg_versions", Links(&["Version"], "sg_task")),
            ("notes", Links(&["Note"], "tasks")),
            ("start_date", Date),
            ("due_date", Date),
            ("duration", Number),
            ("milestone", Checkbox),
        ],
    ),
    (
        "TaskDependency",
        &[
            ("task", Link(&["Task"], "")),
            ("dependent_task", Link(&["Task"], "")),
            (
                "dependency_type",
                Words(&[
                    "finish-to-start-next-day",
                    "start-to-start",
                    "finish-to-finish",
                    "start-to-finish-next-day",
                ]),
            ),
            ("offset_days", Number),
        ],
    ),
    (
        "Version",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("entity", Link(WORKED_ON, "")),
            ("sg_task", Link(&["Task"], "sg_versions")),
            ("sg_status_list", Status(VERSION, "rev")),
            ("user", Link(&["HumanUser", "ApiUser"], "")),
            ("sg_path_to_movie", Text),
            ("sg_path_to_frames", Text),
        ],
    ),
    (
        "Note",
        &[
            PROJECT,
            ("subject", Text),
            ("content", Text),
            ("note_links", Links(&[], "")),
            ("tasks", Links(&["Task"], "notes")),
            ("user", Link(&["HumanUser", "ApiUser"], "")),
            ("sg_status_list", Status(NOTE, "opn")),
            ("sg_note_type", Text),
        ],
    ),
    (
        "HumanUser",
        &[
            ("name", Text),
            ("login", Text),
            ("email", Text),
            ("sg_status_list", Status(USER, "act")),
        ],
    ),
    ("Group", &[("code", Text), ("users", Links(&["HumanUser"], ""))]),
    ("ApiUser", &[("firstname", Text), ("generate_event_log_entries", Checkbox)]),
    (
        "LocalStorage",
        &[("code", Text), ("windows_path", Text), ("mac_path", Text), ("linux_path", Text)],
    ),
    (
        "PublishedFile",
        &[
            PROJECT,
            ("code", Text),
            ("name", Text),
            ("description", Text),
            ("entity", Link(WORKED_ON, "")),
            ("task", Link(&["Task"], "")),
            ("version", Link(&["Version"], "")),
            ("version_number", Number),
            ("path", Url),
            ("sg_status_list", Status(WORK, "wtg")),
        ],
    ),
    (
        "FilesystemLocation",
        &[
            PROJECT,
            ("code", Text),
            ("entity", Link(&[], "")),
            ("path", Url),
            ("configuration_metadata", Json),
            ("is_primary", Checkbox),
            ("linked_entity_id", Number),
            ("linked_entity_type", Text),
            ("pipeline_configuration", Link(&["PipelineConfiguration"], "")),
            // Toolkit says for whom it made the folder.
            ("created_by", Link(&["HumanUser", "ApiUser"], "")),
        ],
    ),
    (
        "PipelineConfiguration",
        &[
            PROJECT,
            ("code", Text),
            ("description", Text),
            ("users", Links(&["HumanUser"], "")),
            ("windows_path", Text),
            ("mac_path", Text),
            ("linux_path", Text),
            ("plugin_ids", Text),
            ("sg_plugin_ids", Text),
            ("descriptor", Text),
            ("sg_descriptor", Text),
        ],
    ),
    ("Status", &[("code", Text), ("name", Text)]),
    (
        "EventLogEntry",
        &[
            PROJECT,
            ("event_type", Text),
            ("attribute_name", Text),
            ("description", Text),
            ("meta", Json),
            ("entity", Link(&[], "")),
            ("user", Link(&["HumanUser", "ApiUser"], "")),
            ("session_uuid", Text),
        ],
    ),
];
