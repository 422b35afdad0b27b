//! docs/checks.md: the table of all checks, which is made from the catalogue.

use std::{env, fs, path::Path};

use libtest_mimic::Failed;
use nthost::{Check, Code};

use crate::unproven;

/// The file, from this crate.
const FILE: &str = "../../docs/checks.md";
/// Set, it has the file written anew.
const RENEW: &str = "RENEW_CHECKS";

/// What is above the table.
const HEAD: &str = "\
# Checks

What nthost's verifier looks for, made from its catalogue: `nthost explain RULE` says more of each, and how to
mend a driver. With a code in hexadecimal, Windows stops too: that is its bug check, with its first parameter in
parentheses where that is always the same. `HK-` stands in front of codes that are nthost's own, where Windows
has none or does not notice.

Each check is proven by broken.sys (`crates/nthost/testdrivers`), which breaks the rule when it is loaded with
the parameter `Fault` set to its name, and keeps it with `Twin` set to 1 too: `cargo test -p e2e --test checks`.
Where a driver file cannot show it, the table says where else it is shown.

| No. | Code | Rule | What it says | Windows | Proven |
|---|---|---|---|---|---|
";

/// The file is what the catalogue says.
pub fn is_up_to_date() -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let wanted = text();
    if env::var_os(RENEW).is_some() {
        return Ok(fs::write(path, wanted)?);
    }
    if fs::read_to_string(path).is_ok_and(|known| known == wanted) {
        return Ok(());
    }
    let command = format!("{RENEW}=1 cargo test -p e2e --test checks docs_checks_md");
    Err(format!("docs/checks.md is out of date; `{command}` makes it anew").into())
}

fn text() -> String {
    let rows: String = nthost::checks().into_iter().map(row).collect();
    format!("{HEAD}{rows}")
}

fn row(check: &Check) -> String {
    let windows = if matches!(check.code, Code::Windows { .. }) { "yes" } else { "no" };
    let proven = unproven::reason(check.rule).unwrap_or("broken.sys");
    format!(
        "| {} | {} | [{}]({}) | {} | {windows} | {proven} |\n",
        check.number,
        check.code(),
        check.rule,
        check.page,
        check.sentence().replace('|', "\\|"),
    )
}
