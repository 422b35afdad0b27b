//! Code in the documentation is that of the files that it names.

use std::{fs, path::Path};

/// The languages of code that is quoted.
const LANGUAGES: [&str; 2] = ["rust", "toml"];

/// Each block of code in one of [`LANGUAGES`], with the file that the line before it names.
fn quotes(text: &str) -> Vec<(Option<&str>, String)> {
    let mut quotes = Vec::new();
    let (mut before, mut lines) = ("", text.lines());
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let block = lines.by_ref().take_while(|line| *line != "```");
            let block: String = block.flat_map(|line| [line, "\n"]).collect();
            if LANGUAGES.contains(&language) {
                let file = before.strip_prefix("<!-- ");
                quotes.push((file.and_then(|file| file.strip_suffix(" -->")), block));
            }
        }
        before = line;
    }
    quotes
}

#[test]
fn code_in_the_guides_is_that_of_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read_to_string(root.join(name)).expect(name);
    for (guide, least) in [("docs/driver-authors.md", 15), ("docs/user-guide.md", 1)] {
        let text = read(guide);
        let quotes = quotes(&text);
        assert!(quotes.len() >= least, "{guide}: {}", quotes.len());
        for (file, block) in quotes {
            let file =
                file.unwrap_or_else(|| panic!("{guide}: no line names the file of\n{block}"));
            assert!(read(file).contains(&block), "{guide}: {file} has not got\n{block}");
        }
    }
}

#[test]
fn each_example_has_less_than_a_hundred_lines() {
    for name in ["own_irp", "borrowed_irp", "frames"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let files: Vec<_> = fs::read_dir(folder.join("src")).expect(name).collect();
        assert_eq!(files.len(), 1, "{name}");
        let lines = fs::read_to_string(folder.join("src/lib.rs")).expect(name).lines().count();
        assert!(lines < 100, "{name}: {lines}");
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in
        ["README.md", "docs/user-guide.md", "docs/driver-authors.md", "docs/architecture.md"]
    {
        let text = fs::read_to_string(root.join(name)).expect(name);
        let folder = root.join(name).parent().expect("a folder").to_path_buf();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        for target in targets.filter(|target| !target.is_empty() && !target.contains("://")) {
            assert!(folder.join(target).exists(), "{name} links to {target}");
        }
    }
}
