//! From the JSON of a search to a filter, with everything checked that the site checks.

use serde_json::Value;
use sgh_core::ids::EntityRef;

use super::relation::{Relation, Test};
use super::{Condition, Filter, Form};
use crate::refusal::Refusal;
use crate::schema::Schema;

/// Groups inside groups. Ours, so that no request can exhaust the stack.
const DEPTH_MAX: usize = 16;

impl Filter {
    /// Reads `filters` of a search on `kind`; left out, everything matches.
    pub(crate) fn parse(
        schema: &Schema,
        kind: &str,
        form: Form,
        filters: Option<&Value>,
    ) -> Result<Self, Refusal> {
        let Some(filters) = filters.filter(|filters| !filters.is_null()) else {
            return Ok(Self::All(Vec::new()));
        };
        let parser = Parser { schema, kind };
        match (form, filters) {
            (Form::Array, Value::Array(conditions)) => parser.conditions(conditions),
            (Form::Hash, Value::Object(_)) => parser.group(filters, DEPTH_MAX),
            (Form::Array, _) => Err(Refusal::request("filters must be an array of conditions")),
            (Form::Hash, _) => {
                Err(Refusal::request("filters must be a hash of logical_operator and conditions"))
            }
        }
    }
}

struct Parser<'a> {
    schema: &'a Schema,
    kind: &'a str,
}

impl Parser<'_> {
    fn conditions(&self, conditions: &[Value]) -> Result<Filter, Refusal> {
        let parsed: Result<Vec<Filter>, Refusal> =
            conditions.iter().map(|condition| self.condition(condition)).collect();
        parsed.map(Filter::All)
    }

    fn group(&self, group: &Value, depth: usize) -> Result<Filter, Refusal> {
        if depth == 0 {
            return Err(Refusal::request("filters are nested too deeply"));
        }
        let conditions = group.get("conditions").and_then(Value::as_array);
        let conditions =
            conditions.ok_or_else(|| Refusal::request("a group of filters has no conditions"))?;
        let member = |member: &Value| {
            if member.is_object() { self.group(member, depth - 1) } else { self.condition(member) }
        };
        let members: Result<Vec<Filter>, Refusal> = conditions.iter().map(member).collect();
        match group.get("logical_operator").and_then(Value::as_str) {
            Some("and") => members.map(Filter::All),
            Some("or") => members.map(Filter::Any),
            _ => Err(Refusal::request("logical_operator must be `and` or `or`")),
        }
    }

    fn condition(&self, condition: &Value) -> Result<Filter, Refusal> {
        let shape = || Refusal::request("a condition is [field, operator, value]");
        let parts = condition.as_array().filter(|parts| parts.len() >= 3).ok_or_else(shape)?;
        let path = parts[0].as_str().ok_or_else(shape)?;
        let name = parts[1].as_str().ok_or_else(shape)?;
        let field = self.schema.leaf(self.kind, path)?;
        let relation = Relation::parse(name).filter(|known| known.fits(&field.data_type));
        let Some(relation) = relation else {
            let word = field.data_type.word();
            return Err(Refusal::request(format!("`{name}` is no operator for {path} ({word})")));
        };
        let values = operands(&parts[2..], relation)
            .map_err(|wanted| Refusal::request(format!("`{name}` on {path} takes {wanted}")))?;
        let is_link = field.data_type.is_link();
        if is_link
            && matches!(relation.test, Test::Is | Test::In)
            && values.iter().any(|link| !link.is_null() && EntityRef::from_json(link).is_none())
        {
            return Err(Refusal::request(format!("`{name}` on {path} takes links")));
        }
        let links = values.iter().filter_map(EntityRef::from_json).collect();
        let path = path.to_owned();
        Ok(Filter::Condition(Condition { path, relation, values, links, is_link }))
    }
}

fn operands(given: &[Value], relation: Relation) -> Result<Vec<Value>, &'static str> {
    // A list may stand as one value or be spelled out behind the operator.
    let list = match given {
        [Value::Array(list)] => list.as_slice(),
        given => given,
    };
    match relation.test {
        Test::In if matches!(given, [Value::Array(_)]) || given.len() > 1 => Ok(list.to_vec()),
        Test::In => Err("a list"),
        Test::Between if list.len() == 2 => Ok(list.to_vec()),
        Test::Between => Err("two values"),
        Test::InLast if list.len() == 2 && list[0].is_u64() && list[1].is_string() => {
            Ok(list.to_vec())
        }
        Test::InLast => Err("a number and HOUR, DAY, WEEK, MONTH or YEAR"),
        Test::Is
        | Test::LessThan
        | Test::GreaterThan
        | Test::Contains
        | Test::StartsWith
        | Test::EndsWith
        | Test::TypeIs
        | Test::NameIs
        | Test::NameContains
        | Test::NameStartsWith
        | Test::NameEndsWith => match given {
            [Value::Array(_)] => Err("one value"),
            [value] => Ok(vec![value.clone()]),
            _ => Err("one value"),
        },
    }
}
