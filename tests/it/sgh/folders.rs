//! `sgh folders`: directories by hand, whose they are, and what a schema is explained as.

mod create;
mod killed;
mod lint;
mod many;
mod preview;
mod registered;
mod usage;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sgh_core::ids::EntityRef;

use super::{Env, Ran, but, env, run, tree};
use crate::studio::{Film, Studio};

/// A studio with a film, and the settings of `sgh folders`, which needs no queue.
fn studio() -> (Studio, Film, Env) {
    let studio = Studio::start();
    let film = studio.film("Night Train");
    let env = but(&env(&studio), &[("SGH_QUEUE", ""), ("SGH_WEBHOOK_SECRETS", "")]);
    (studio, film, env)
}

/// The command with these entities.
async fn folders(env: &Env, command: &str, arguments: &[&str]) -> Ran {
    run(env, &[&["folders", command], arguments].concat()).await
}

/// The same, ended well; its answer in JSON.
async fn answer(env: &Env, command: &str, arguments: &[&str]) -> Value {
    let ran = folders(env, command, &[arguments, &["--json"]].concat()).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let mut lines = ran.json();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

/// Refused, with nothing on stdout; what is said.
async fn refused(env: &Env, command: &str, arguments: &[&str]) -> String {
    let ran = folders(env, command, arguments).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    ran.err
}

/// Another shot of the film.
fn shot(studio: &Studio, film: &Film, code: &str) -> EntityRef {
    let Film { project, sequence, .. } = film;
    studio.make("Shot", json!({"code": code, "project": project, "sg_sequence": sequence}))
}

/// A task of a shot on a step that is there once.
fn task(studio: &Studio, film: &Film, of: &EntityRef, step: &str) -> EntityRef {
    let steps = studio.site().records("Step");
    let known = steps.into_iter().find(|known| known.fields["short_name"] == step);
    let known = known.map(|known| known.entity).unwrap_or_else(|| {
        studio.make("Step", json!({"code": step, "short_name": step, "entity_type": "Shot"}))
    });
    let fields = json!({"content": step, "project": film.project, "entity": of, "step": known});
    studio.make("Task", fields)
}

/// Text for people that goes to a file or a program has no colours.
fn assert_plain(ran: &Ran) {
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{ran:?}");
}

/// A schema of its own: shots right below their project, with a file, a link, and a workspace.
#[allow(clippy::disallowed_methods, reason = "a schema, which we never make")]
fn own_schema(studio: &Studio) {
    std::fs::create_dir_all(studio.folder().join("own/project/shot/person")).unwrap();
    for (path, text) in [
        ("project.yml", "type: project\nroot_name: primary\n"),
        (
            "project/shot.yml",
            "type: shotgun_entity\nentity_type: Shot\nname: code\n\
             filters: [{path: project, relation: is, values: [$project]}]\n",
        ),
        ("project/shot/notes.txt", "what was said\n"),
        ("project/shot/latest.symlink.yml", "type: symlink\ntarget: ../$Shot\n"),
        ("project/shot/person.yml", "type: user_workspace\nname: login\n"),
    ] {
        studio.write(&format!("own/{path}"), text);
    }
    let starter = crate::tidy::root().join("studio/schema");
    edit(studio, &format!("schema: {}", starter.display()), "schema: ./own");
}

/// sgh.yaml with one line of text replaced.
fn edit(studio: &Studio, from: &str, to: &str) {
    let text = std::fs::read_to_string(studio.config()).unwrap();
    assert!(text.contains(from), "{from} is not in sgh.yaml");
    studio.write("sgh.yaml", &text.replacen(from, to, 1));
}

fn set(names: impl IntoIterator<Item = impl Into<String>>) -> BTreeSet<String> {
    names.into_iter().map(Into::into).collect()
}
