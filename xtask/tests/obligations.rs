//! docs/obligations.md has an entry for each obligation, and what the entries name exists.

use std::{fs, path::Path};

/// A row of a table: the number, what keeps the obligation, and what shows it.
struct Row {
    number: String,
    kept_by: String,
    shown_by: String,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/obligations.md")).unwrap();
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    text.lines()
        .filter_map(|line| match cells(line).as_slice() {
            [_, number, _, kept_by, shown_by, _]
                if number.ends_with(|c: char| c.is_ascii_digit()) =>
            {
                let (number, kept_by) = (number.clone(), kept_by.clone());
                Some(Row { number, kept_by, shown_by: shown_by.clone() })
            }
            _ => None,
        })
        .collect()
}

fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

/// The content of a file, or nothing.
fn content(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_default()
}

/// What stands between backticks.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_obligation_has_an_entry() {
    let numbers: Vec<_> = rows().into_iter().map(|row| row.number).collect();
    let expected = [('D', 14), ('I', 13), ('N', 17)];
    let expected = expected.map(|(page, count)| (1..=count).map(move |n| format!("{page}{n}")));
    assert_eq!(numbers, expected.into_iter().flatten().collect::<Vec<_>>());
}

#[test]
fn what_keeps_an_obligation_exists() {
    for Row { number, kept_by, .. } in rows() {
        let file = names(&kept_by).find(|name| is_file(name));
        let file = file.unwrap_or_else(|| panic!("{number} names no file"));
        let text = content(file);
        assert!(!text.is_empty(), "{number}: there is no {file}");
        for name in names(&kept_by).filter(|name| !is_file(name) && *name != "Passive") {
            let last = name.rsplit("::").next().unwrap();
            assert!(text.contains(last), "{number}: {file} has no {name}");
        }
    }
}

#[test]
fn what_shows_an_obligation_is_a_test() {
    for Row { number, shown_by, .. } in rows() {
        assert_ne!(names(&shown_by).count(), 0, "{number} is shown by nothing");
        for name in names(&shown_by) {
            let (file, test) = name.split_once("::").unwrap_or((name, ""));
            let found = content(file);
            let declared = format!("#[test]\nfn {test}()");
            assert!(found.contains(&declared), "{number}: {file} has no test {test}");
        }
    }
}
