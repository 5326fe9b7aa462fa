//! From folders and sidecars to nodes: what each type needs, and what its tokens mean.

use std::sync::Arc;

use super::defer::Defer;
use super::filter::{self, Above, Filter, FilterValue};
use super::node::{Constraint, EntityNode, Kind, Link, ListNode, Node, NodeId, Role};
use super::read::Folder;
use super::sidecar::Sidecar;
use super::yaml::Value;
use crate::error::{SchemaError, SchemaProblem};
use crate::expression::Expression;

/// Makes the nodes of a schema, parents before children.
pub(super) fn build(schema: Folder) -> Result<Vec<Node>, SchemaError> {
    let mut nodes = Vec::new();
    for folder in schema.folders {
        let kind = project(&folder)?;
        add(&mut nodes, folder, None, kind)?;
    }
    Ok(nodes)
}

fn add(
    nodes: &mut Vec<Node>,
    folder: Folder,
    parent: Option<NodeId>,
    (kind, with_parent): (Kind, bool),
) -> Result<(), SchemaError> {
    let id = nodes.len();
    let sidecar = &folder.sidecar;
    let is_user = matches!(&kind, Kind::Entity(entity) if entity.role == Role::User);
    let is_project = matches!(kind, Kind::Project { .. });
    let defer = match () {
        () if is_user => Defer::AnyEngine,
        () if is_project => Defer::Never,
        () => Defer::read(sidecar.get("defer_creation").map(|node| &node.value)),
    };
    let mut metadata = sidecar.to_json();
    if is_user {
        metadata["defer_creation"] = true.into();
    }
    let files = folder.files.into_iter();
    nodes.push(Node {
        name: Arc::from(folder.name.as_str()),
        file: sidecar.file.clone(),
        line: sidecar.line,
        parent,
        children: Vec::new(),
        files: files.map(|(name, path)| (Arc::from(name.as_str()), Arc::new(path))).collect(),
        links: folder.links.iter().map(link).collect::<Result<_, _>>()?,
        metadata: Arc::new(metadata),
        defer,
        with_parent,
        kind,
    });
    for child in folder.folders {
        let above = Above { nodes, parent: Some(id) };
        let kind = kind_of(&child.sidecar, &above)?;
        let child_id = nodes.len();
        nodes[id].children.push(child_id);
        add(nodes, child, Some(id), kind)?;
    }
    Ok(())
}

fn link((name, sidecar): &(String, Sidecar)) -> Result<Link, SchemaError> {
    let target = sidecar.text("target")?.to_owned();
    Ok(Link { name: Arc::from(name.as_str()), target, file: sidecar.file.clone() })
}

/// A folder right in the schema: only projects may be there.
fn project(folder: &Folder) -> Result<(Kind, bool), SchemaError> {
    let sidecar = &folder.sidecar;
    let root_error =
        |text: &str| Err(sidecar.error(sidecar.line, SchemaProblem::Root(text.to_owned())));
    let root = if !folder.is_described || sidecar.is_empty() {
        if folder.name != "project" {
            return root_error(
                "a project folder needs a sidecar with `type: project` and `root_name`, unless it \
                 is called `project`",
            );
        }
        None
    } else if sidecar.text_or_none("type")? != Some("project") {
        return root_error("only folders of `type: project` may stand at the top of a schema");
    } else {
        Some(sidecar.text("root_name")?.to_owned())
    };
    let problem = |_| sidecar.key_error(0, "type", "cannot be used");
    let entity = EntityNode {
        entity_type: "Project".to_owned(),
        name: Expression::read("tank_name").map_err(problem)?,
        filters: Vec::new(),
        role: Role::Entity,
    };
    Ok((Kind::Project { root, entity }, true))
}

/// What a sidecar describes, and whether it comes with its parent.
fn kind_of(sidecar: &Sidecar, above: &Above<'_>) -> Result<(Kind, bool), SchemaError> {
    if sidecar.is_empty() {
        return Ok((Kind::Static { constraint: None }, true));
    }
    let with_parent = !sidecar.is_off("create_with_parent");
    // What is off by itself is on only where the key is there and is not the boolean false.
    let asked_for = with_parent && sidecar.has("create_with_parent");
    match sidecar.get("type").map(|node| &node.value) {
        Some(Value::Text(name)) => match name.as_str() {
            "static" => {
                let constraint = constraint(sidecar, above)?;
                Ok((Kind::Static { constraint }, with_parent))
            }
            "shotgun_entity" => Ok((Kind::Entity(entity(sidecar, above)?), asked_for)),
            "shotgun_list_field" => Ok((Kind::List(list(sidecar)?), asked_for)),
            "shotgun_step" => Ok((Kind::Entity(step(sidecar, above, !with_parent)?), true)),
            "shotgun_task" => Ok((Kind::Entity(task(sidecar, above, !asked_for)?), true)),
            "user_workspace" => Ok((Kind::Entity(user(sidecar, above)?), true)),
            other => Err(type_error(sidecar, other)),
        },
        Some(other) => Err(type_error(sidecar, other.name())),
        None => Err(type_error(sidecar, "undefined")),
    }
}

fn type_error(sidecar: &Sidecar, name: &str) -> SchemaError {
    let line = sidecar.get("type").map_or(sidecar.line, |node| node.line);
    sidecar.error(line, SchemaProblem::Type(name.to_owned()))
}

fn entity(sidecar: &Sidecar, above: &Above<'_>) -> Result<EntityNode, SchemaError> {
    let filters = filter::read(sidecar, "filters", above)?;
    let missing = || sidecar.key_error(0, "filters", "is missing; add it, `[]` for none");
    Ok(EntityNode {
        name: sidecar.expression("name")?,
        entity_type: sidecar.text("entity_type")?.to_owned(),
        filters: filters.ok_or_else(missing)?,
        role: Role::Entity,
    })
}

fn list(sidecar: &Sidecar) -> Result<ListNode, SchemaError> {
    let entity_type = sidecar.text("entity_type")?.to_owned();
    let name = sidecar.expression("field_name")?;
    let mut fields = name.paths().into_iter().map(str::to_owned);
    let (Some(field), None) = (fields.next(), fields.next()) else {
        let line = sidecar.get("field_name").map_or(sidecar.line, |node| node.line);
        let problem = "must have exactly one field".to_owned();
        let expression = name.text.clone();
        return Err(sidecar.error(line, SchemaProblem::Expression { expression, problem }));
    };
    let skip_unused = sidecar.get("skip_unused").is_some_and(|node| is_truthy(&node.value));
    let key = format!("{entity_type}.{field}");
    let source = match field.splitn(3, '.').collect::<Vec<_>>()[..] {
        [_, kind, field] => (kind.to_owned(), field.to_owned()),
        _ => (entity_type.clone(), field.clone()),
    };
    drop(fields);
    Ok(ListNode { entity_type, field, name, skip_unused, key, source })
}

/// What Python takes for true, which is how Toolkit asks: all but nothing, zero and empty.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Integer(number) => *number != 0,
        Value::Float(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
    }
}

fn step(
    sidecar: &Sidecar,
    above: &Above<'_>,
    current_only: bool,
) -> Result<EntityNode, SchemaError> {
    let task_link = sidecar.text_or_none("task_link_field")?.unwrap_or("step").to_owned();
    let parent = parent_entity(sidecar, above)?;
    Ok(EntityNode {
        name: sidecar.expression("name")?,
        entity_type: sidecar.text_or_none("entity_type")?.unwrap_or("Step").to_owned(),
        filters: filter::read(sidecar, "filters", above)?.unwrap_or_default(),
        role: Role::Step { parent, task_link, current_only },
    })
}

fn task(
    sidecar: &Sidecar,
    above: &Above<'_>,
    current_only: bool,
) -> Result<EntityNode, SchemaError> {
    let is = |path: &str, node| Filter {
        path: path.to_owned(),
        relation: "is".to_owned(),
        value: FilterValue::Token(node),
    };
    let parent = parent_entity(sidecar, above)?;
    let mut filters = filter::read(sidecar, "filters", above)?.unwrap_or_default();
    filters.push(is("entity", parent));
    let between = above.nodes().take_while(|(id, _)| *id != parent);
    let step = between.into_iter().find_map(|(id, node)| match &node.entity()?.role {
        Role::Step { task_link, .. } => Some(is(task_link, id)),
        Role::Entity | Role::Task { .. } | Role::User => None,
    });
    filters.extend(step);
    Ok(EntityNode {
        name: sidecar.expression("name")?,
        entity_type: "Task".to_owned(),
        filters,
        role: Role::Task { current_only },
    })
}

fn user(sidecar: &Sidecar, above: &Above<'_>) -> Result<EntityNode, SchemaError> {
    Ok(EntityNode {
        name: sidecar.expression("name")?,
        entity_type: "HumanUser".to_owned(),
        filters: filter::read(sidecar, "filters", above)?.unwrap_or_default(),
        role: Role::User,
    })
}

/// The entity that steps and tasks belong to: the nearest above that is no user and no step, or
/// the nearest of `associated_entity_type`.
fn parent_entity(sidecar: &Sidecar, above: &Above<'_>) -> Result<NodeId, SchemaError> {
    let kind = sidecar.text_or_none("associated_entity_type")?;
    let is_parent = |node: &Node| {
        node.entity().is_some_and(|entity| match kind {
            Some(kind) => entity.entity_type == kind,
            None => entity.entity_type != "HumanUser" && !matches!(entity.role, Role::Step { .. }),
        })
    };
    let found = above.nodes().find(|(_, node)| is_parent(node)).map(|(id, _)| id);
    found.ok_or_else(|| {
        let problem = match kind {
            Some(kind) => format!(
                "no folder above is one of `{kind}`, which `associated_entity_type` asks for"
            ),
            None => "no entity folder is above; steps and tasks belong to one".to_owned(),
        };
        sidecar.error(sidecar.line, SchemaProblem::Parent(problem))
    })
}

fn constraint(sidecar: &Sidecar, above: &Above<'_>) -> Result<Option<Constraint>, SchemaError> {
    let Some(by) = sidecar.text_or_none("constrain_by_entity")? else {
        return match sidecar.get("constraints") {
            None => Ok(None),
            Some(node) => {
                let problem = "`constraints` needs `constrain_by_entity`, `$` and a folder above";
                Err(sidecar.error(node.line, SchemaProblem::Constraint(problem.to_owned())))
            }
        };
    };
    let line = sidecar.get("constrain_by_entity").map_or(sidecar.line, |node| node.line);
    let wrong = |problem: String| sidecar.error(line, SchemaProblem::Constraint(problem));
    let name: String = by.chars().skip(1).collect();
    let (id, node) = above
        .nodes()
        .find(|(_, node)| *node.name == *name)
        .ok_or_else(|| wrong(format!("`{by}` names no folder above; write `$` and its name")))?;
    if node.entity().is_none() {
        return Err(wrong(format!("`{by}` must name an entity folder")));
    }
    let filters = filter::read(sidecar, "constraints", above)?;
    let filters = filters
        .ok_or_else(|| sidecar.key_error(line, "constraints", "is missing; add it beside"))?;
    Ok(Some(Constraint { node: id, filters }))
}
