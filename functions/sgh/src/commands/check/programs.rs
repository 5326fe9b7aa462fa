//! Programs that sgh.yaml runs: whether this machine has them. None is run.

use sgh_core::config::Config;
use sgh_settings::Environment;

use super::Finding;
use crate::program::{self, Looked};

pub fn programs(config: &Config, environment: &Environment) -> Vec<Finding> {
    let looked = match program::look(config, environment) {
        Ok(looked) => looked,
        Err(error) => return vec![Finding::bad("sgh.yaml", error.to_string())],
    };
    let finding = |Looked { name, found }| {
        let what = format!("program {name}");
        match found {
            Ok(file) => Finding::good(what, file.display().to_string()),
            Err(missing) => Finding::bad(what, missing.to_string()),
        }
    };
    looked.into_iter().map(finding).collect()
}
