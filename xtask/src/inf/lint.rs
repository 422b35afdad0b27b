//! `cargo xtask lint-inf`: what InfVerif and Inf2Cat want of INF files.
//!
//! The rules are those of InfVerif for drivers of Windows (`/w`), universal drivers (`/u`) and declarative ones
//! (`/k`), as far as they concern kernel services and network protocols, and stricter where an INF file
//! of ours needs no more: what a rule does not know is a finding.
//!
//! [INF validation errors and warnings](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/inf-validation-errors-and-warnings)

use std::{
    collections::BTreeSet,
    fmt, fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;

use super::{
    Inf, InfError, Stamp, decode,
    plan::Plan,
    rules::{self, Rule},
    stamp::{stamp, today},
};
use crate::{
    arch::Arch,
    error::{Error, Result},
};

/// What breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// What the rule demands.
    pub sentence: &'static str,
    /// Where that is written.
    pub page: String,
    /// Numbers of the errors that InfVerif has for it.
    pub codes: &'static [u16],
    /// The line, or zero for the file as a whole.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// What the rules say of a file.
#[derive(Clone, Debug)]
pub struct Report {
    /// What breaks rules.
    pub findings: Vec<Finding>,
    /// Names of the rules that the file keeps.
    pub passed: Vec<&'static str>,
}

impl Report {
    /// True if the file keeps all rules.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Names of the rules that the file breaks.
    #[must_use]
    pub fn broken(&self) -> BTreeSet<&'static str> {
        self.findings.iter().map(|finding| finding.rule).collect()
    }
}

/// One line for each rule or finding, and a summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.passed {
            writeln!(f, "  ok    {rule}")?;
        }
        for finding in &self.findings {
            writeln!(f, "  FAIL  {finding}")?;
        }
        let rules = rules::all().count();
        match self.broken().len() {
            0 => writeln!(f, "  keeps all {rules} rules"),
            broken => writeln!(f, "  breaks {broken} of {rules} rules"),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, sentence, page, codes, line, message } = self;
        write!(f, "{rule}: ")?;
        if *line != 0 {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{message} {sentence}")?;
        if !codes.is_empty() {
            let codes: Vec<_> = codes.iter().map(ToString::to_string).collect();
            write!(f, " InfVerif: {}.", codes.join(", "))?;
        }
        write!(f, " {page}")
    }
}

/// The names of all rules, in the order in which they are checked.
pub fn rules() -> impl Iterator<Item = &'static str> {
    rules::all().map(|rule| rule.name)
}

/// Checks a file as it is on the day `today`. `beside` has the names of the files beside it in lower case, if it
/// is where it will be installed from.
#[must_use]
pub fn lint(inf: &Inf, beside: Option<&BTreeSet<String>>, today: Date) -> Report {
    let plan = Plan::new(inf, beside, today);
    let mut report = Report { findings: Vec::new(), passed: Vec::new() };
    for &Rule { name, sentence, page, codes, check } in rules::all() {
        let faults = check(&plan);
        if faults.is_empty() {
            report.passed.push(name);
        }
        report.findings.extend(faults.into_iter().map(|fault| Finding {
            rule: name,
            sentence,
            page: format!("https://learn.microsoft.com/en-us/windows-hardware/drivers/{page}"),
            codes,
            line: fault.line,
            message: fault.text,
        }));
    }
    report
}

/// Checks INF files and prints a report for each. An `.inf` file is taken for one in a package: the files
/// that it copies have to lie beside it. An `.inx` file is checked as it will be for each architecture.
///
/// # Errors
///
/// [`Error::Setup`] if a file cannot be read, [`Error::Failed`] if one breaks a rule.
pub fn run(files: &[PathBuf]) -> Result {
    let mut broken = 0;
    for file in files {
        let bytes = read(file)?;
        let is_inx =
            file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("inx"));
        let clean = if is_inx { lint_inx(file, &bytes) } else { lint_inf(file, &bytes)? };
        broken += usize::from(!clean);
    }
    match broken {
        0 => Ok(()),
        _ => Err(Error::failed(format!(
            "{broken} of {} INF files are not as Windows wants them. The lines marked FAIL say what is \
             wrong.",
            files.len()
        ))),
    }
}

fn lint_inx(file: &Path, bytes: &[u8]) -> bool {
    [Arch::X64, Arch::Arm64].into_iter().fold(true, |clean, arch| {
        println!("{} ({arch})", file.display());
        let stamped = decode(bytes).and_then(|(text, encoding)| {
            let text = stamp(&text, &Stamp::today(arch))?;
            Inf::parse(&text).map(|inf| Inf { encoding, ..inf })
        });
        print(stamped, None) && clean
    })
}

fn lint_inf(file: &Path, bytes: &[u8]) -> Result<bool> {
    println!("{}", file.display());
    Ok(print(Inf::read(bytes), Some(&beside(file)?)))
}

/// Prints a report, and returns whether the file is as it should be.
fn print(inf: std::result::Result<Inf, InfError>, beside: Option<&BTreeSet<String>>) -> bool {
    match inf {
        Ok(inf) => {
            let report = lint(&inf, beside, today());
            print!("{report}");
            report.is_clean()
        }
        Err(error) => {
            println!("  FAIL  format: {error}");
            false
        }
    }
}

/// The names of the files beside an INF file.
fn beside(file: &Path) -> Result<BTreeSet<String>> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let names = entries.map_err(|error| {
        Error::setup(format!(
            "Cannot list the folder {}: {error}. Give yourself access to it.",
            folder.display()
        ))
    })?;
    Ok(names.iter().map(|name| name.file_name().to_string_lossy().to_lowercase()).collect())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| {
        Error::setup(format!(
            "Cannot read {}: {error}. Name an INF file that exists, such as inf/wskrx.inx.",
            file.display()
        ))
    })
}
