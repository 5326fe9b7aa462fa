//! Projects that are not there, and codes that they hide.

use super::{Ask, Site, file, lines};

const RULE: &str = "on: Task/update/sg_status_list, to: [fin, apr], do: set, target: entity.Shot, \
                    values: { sg_status_list: fin }";

fn with(projects: &str) -> String {
    file(&[&format!("projects: {projects}, {RULE}")])
}

#[test]
fn a_code_that_a_project_hides_is_a_warning_with_the_project() {
    let mut site = Site::new();
    site.hidden = [(65, vec!["fin"]), (66, vec!["apr", "fin"])].into();
    assert_eq!(
        lines(&site.check(&with("[65, 66]"))),
        [
            "warn 2 a: `values: sg_status_list`: `fin` of Shot.sg_status_list is hidden in project \
             65, in project 66: nobody can choose it there; show it there, or take it out",
            "warn 2 a: `to`: `apr` of Task.sg_status_list is hidden in project 66: nobody can \
             choose it there; show it there, or take it out",
            "warn 2 a: `to`: `fin` of Task.sg_status_list is hidden in project 65, in project 66: \
             nobody can choose it there; show it there, or take it out",
        ]
    );
    let of_projects = |ask: &&Ask| matches!(ask, Ask::Fields { project: Some(_), .. });
    assert_eq!(site.asked.iter().filter(of_projects).count(), 4, "{:?}", site.asked);
}

#[test]
fn of_a_rule_for_all_projects_none_is_looked_at() {
    let mut site = Site::new();
    site.hidden = [(65, vec!["fin"])].into();
    assert_eq!(lines(&site.check(&file(&[RULE]))), [""; 0]);
    assert!(site.asked.iter().all(|ask| !matches!(ask, Ask::Fields { project: Some(_), .. })));
}

#[test]
fn a_project_that_is_not_there_is_a_warning() {
    assert_eq!(
        lines(&Site::new().check(&with("[65, 7]"))),
        [
            "warn 2 a: `projects`: there is no project 7, or the script may not see it; write the id \
          of a project that is there; the address of its page holds it"
        ]
    );
}

#[test]
fn no_more_than_ten_projects_are_looked_at() {
    let mut site = Site::new();
    site.projects = (1..=30).collect();
    let all: Vec<String> = site.projects.iter().map(u64::to_string).collect();
    assert_eq!(
        lines(&site.check(&with(&format!("[{}]", all.join(", "))))),
        [
            "note 2 a: whether 20 of its projects hide a status was not looked at; only the first 10 \
          are"
        ]
    );
    let of_projects = |ask: &&Ask| matches!(ask, Ask::Fields { project: Some(_), .. });
    assert_eq!(site.asked.iter().filter(of_projects).count(), 20);
}
