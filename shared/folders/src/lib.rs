#![doc = include_str!("../README.md")]

mod error;
mod expression;
pub mod lint;
pub mod make;
pub mod plan;
pub mod registry;
mod roots;
mod sanitise;
mod schema;

pub use error::{Place, SchemaError, SchemaProblem};
pub use lint::{Finding, Line, Lint, Severity, lint, lint_folder, lint_roots};
pub use make::{Made, MakeError, Modes, make};
pub use plan::{FolderError, Plan, Request, plan};
pub use registry::{Registration, conflict, registrations};
pub use roots::Roots;
pub use sanitise::{Also, sanitise};
pub use schema::Schema;
