//! Results as JUnit XML: a suite a journey, a case a test.

use super::{Played, problems, table};
use crate::load;
use journey::SourceFile;
use journey::diagnostic::render;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

pub(super) fn xml(played: &[Played<'_>], sources: &[SourceFile]) -> Result<String, String> {
    let mut report = Report::new("journey");
    let mut journeys: Vec<&str> = played.iter().map(|one| one.journey).collect();
    journeys.dedup();
    let mut done: Vec<&str> = vec![];
    for journey in journeys {
        if done.contains(&journey) {
            continue;
        }
        done.push(journey);
        let mut suite = TestSuite::new(journey);
        for one in played.iter().filter(|one| one.journey == journey) {
            let (file, line) = load::place(sources, one.test.span);
            let name = one.test.title.as_ref().map_or_else(|| format!("line {line}"), ToString::to_string);
            let mut status = TestCaseStatus::success();
            if !one.passed() {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let first = one.outcome.problems.first().map_or("", |problem| problem.text.as_str());
                let drawn = render::text(&problems(one), sources, false);
                status.set_message(first);
                status.set_description(format!("{drawn}\n{}", table::side_by_side(&one.outcome.rows)));
            }
            let mut case = TestCase::new(name, status);
            case.set_classname(journey);
            case.extra.insert("file".into(), file.into());
            case.extra.insert("line".into(), line.to_string().into());
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|e| format!("the results cannot be written as JUnit XML: {e}"))
}
