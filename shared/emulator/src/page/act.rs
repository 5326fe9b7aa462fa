//! What the page can do, always as the coordinator: make a record, set a status, send again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sgh_core::ids::EntityRef;
use uuid::Uuid;

use crate::refusal::Refusal;
use crate::rest::ApiError;
use crate::shared::Shared;

#[derive(Debug, Deserialize)]
pub(super) struct SetStatus {
    #[serde(flatten)]
    of: EntityRef,
    status: String,
}

/// `POST /emulator/api/status`
pub(super) async fn set_status(
    State(shared): State<Arc<Shared>>,
    Json(asked): Json<SetStatus>,
) -> Result<StatusCode, ApiError> {
    let now = shared.now();
    let fields = Map::from_iter([("sg_status_list".to_owned(), json!(asked.status))]);
    let work = |store: &mut crate::store::Store| {
        store.write(&shared.people().person, now, |write| write.update(&asked.of, &fields))
    };
    shared.change(work)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
pub(super) struct Create {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    /// What a task, a version or a note belongs to.
    parent: Option<EntityRef>,
    /// Of a shot.
    sequence: Option<EntityRef>,
    /// Of an asset.
    asset_type: Option<String>,
    /// Of a task.
    step: Option<EntityRef>,
    /// The tasks that a task waits for.
    #[serde(default)]
    upstream: Vec<EntityRef>,
}

/// `POST /emulator/api/record`. Without a project there is none to put it in, so one is made.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Json(asked): Json<Create>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let now = shared.now();
    let made = shared.change(|store| {
        // What hangs on something is in its project.
        let on = asked.parent.as_ref().or(asked.sequence.as_ref());
        let first = || store.all("Project").find(|(_, kept)| !kept.retired).map(|(of, _)| of);
        let known = on.and_then(|on| store.project_of(on)).or_else(first);
        store.write(&shared.people().person, now, |write| {
            let project = match known {
                Some(project) => project,
                None => {
                    let name = json!("Emulated Project");
                    let tank_name = json!("emulated_project");
                    let fields = [("name".to_owned(), name), ("tank_name".to_owned(), tank_name)];
                    write.create("Project", &Map::from_iter(fields))?
                }
            };
            write.create(&asked.kind, &asked.fields(&project)?)
        })
    });
    Ok((StatusCode::CREATED, Json(json!(made?))))
}

impl Create {
    fn fields(&self, project: &EntityRef) -> Result<Map<String, Value>, Refusal> {
        let fields = match (self.kind.as_str(), &self.parent) {
            ("Sequence", _) => json!({"code": self.name, "project": project}),
            ("Shot", _) => {
                json!({"code": self.name, "project": project, "sg_sequence": self.sequence})
            }
            ("Asset", _) => {
                json!({"code": self.name, "project": project, "sg_asset_type": self.asset_type})
            }
            ("Task", Some(parent)) => {
                json!({"content": self.name, "project": project, "entity": parent,
                    "step": self.step, "upstream_tasks": self.upstream})
            }
            ("Version", Some(parent)) => {
                json!({"code": self.name, "project": project, "sg_task": parent})
            }
            ("Note", Some(parent)) => {
                json!({"subject": self.name, "project": project, "tasks": [parent]})
            }
            _ => {
                let wanted =
                    "make a Shot, Asset or Sequence, or a Task, Version or Note on a parent";
                return Err(Refusal::request(wanted));
            }
        };
        Ok(fields.as_object().cloned().unwrap_or_default())
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    id: Uuid,
}

/// `POST /emulator/api/redeliver`
pub(super) async fn redeliver(
    State(shared): State<Arc<Shared>>,
    Json(asked): Json<Which>,
) -> Result<StatusCode, ApiError> {
    let known = shared.change(|store| store.hooks.redeliver(asked.id));
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found("no such delivery")) }
}

/// `POST /emulator/api/test`
pub(super) async fn test_connection(
    State(shared): State<Arc<Shared>>,
    Json(asked): Json<Which>,
) -> StatusCode {
    let now = shared.now();
    shared.change(|store| store.hooks.test_connection(asked.id, now));
    StatusCode::NO_CONTENT
}
