//! `cargo xtask lint-pe`: what Windows wants of the file of a kernel driver; and of our programs.
//!
//! A file that breaks one of the rules may link, sign and even load; the system finds fault with it
//! later, on a machine with other settings. Each rule is a function of the parsed file, and its doc
//! comment says what the rule is good for and where that is written.

mod debug;
mod headers;
mod image;
mod imports;
mod panics;
mod paths;
mod program;
mod relocations;
mod sections;
mod unwind;
mod version;

use std::{
    fmt, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

pub use self::image::NotPe;
use self::image::{Image, Verdict};
use crate::error::{Error, Result};

/// A rule: its name in reports, and the check.
struct Rule {
    name: &'static str,
    check: fn(&Image<'_>) -> Verdict,
}

const RULES: &[Rule] = &[
    Rule { name: "machine", check: headers::machine },
    Rule { name: "subsystem", check: headers::subsystem },
    Rule { name: "entry-point", check: headers::entry_point },
    Rule { name: "checksum", check: headers::checksum },
    Rule { name: "dynamic-base", check: headers::dynamic_base },
    Rule { name: "nx-compat", check: headers::nx_compat },
    Rule { name: "force-integrity", check: headers::force_integrity },
    Rule { name: "thread-local-storage", check: headers::thread_local_storage },
    Rule { name: "section-alignment", check: sections::section_alignment },
    Rule { name: "file-alignment", check: sections::file_alignment },
    Rule { name: "write-execute", check: sections::write_execute },
    Rule { name: "uninitialised-data", check: sections::uninitialised_data },
    Rule { name: "relocations", check: relocations::relocations },
    Rule { name: "unwind-data", check: unwind::unwind_data },
    Rule { name: "import-sections", check: imports::import_sections },
    Rule { name: "import-modules", check: imports::import_modules },
    Rule { name: "import-names", check: imports::import_names },
    Rule { name: "delay-load", check: imports::delay_load },
    Rule { name: "version-resource", check: version::version_resource },
    Rule { name: "debug-record", check: debug::debug_record },
    Rule { name: "build-paths", check: paths::build_paths },
    Rule { name: "panics", check: panics::panics },
];

const PROGRAM_RULES: &[Rule] = &[
    Rule { name: "machine", check: headers::machine },
    Rule { name: "console", check: program::console },
    Rule { name: "dynamic-base", check: headers::dynamic_base },
    Rule { name: "nx-compat", check: headers::nx_compat },
    Rule { name: "write-execute", check: sections::write_execute },
    Rule { name: "system-libraries", check: program::system_libraries },
    Rule { name: "build-paths", check: paths::build_paths_of_program },
];

/// A rule that a file breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// What is wrong, and what to do about it.
    pub message: String,
}

/// What the rules say of a file.
#[derive(Clone, Debug)]
pub struct Report {
    /// The rules that the file breaks.
    pub findings: Vec<Finding>,
    /// Names of the rules that it keeps.
    pub passed: Vec<&'static str>,
    /// Size of the file in bytes.
    pub size: usize,
    /// How many functions it imports.
    pub imports: usize,
}

impl Report {
    /// True if the file keeps all rules.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One line for each rule, and a summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.passed {
            writeln!(f, "  ok    {rule}")?;
        }
        for Finding { rule, message } in &self.findings {
            writeln!(f, "  FAIL  {rule}: {message}")?;
        }
        let Self { findings, passed, size, imports } = self;
        let rules = findings.len() + passed.len();
        write!(f, "  {size} bytes, {imports} imports; ")?;
        match findings.len() {
            0 => writeln!(f, "keeps all {rules} rules"),
            broken => writeln!(f, "breaks {broken} of {rules} rules"),
        }
    }
}

/// The names of all rules, in the order in which they are checked.
pub fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.name)
}

/// Checks the content of a driver file. `map` is the text of the linker's map of it, `name` the name
/// that the file has on the disk.
///
/// # Errors
///
/// [`NotPe`] if `bytes` is no 64-bit PE image, so that no rule can look at it.
pub fn lint(
    bytes: &[u8],
    map: Option<&str>,
    name: Option<&str>,
) -> std::result::Result<Report, NotPe> {
    Ok(judge(&Image::parse(bytes, map, name)?, RULES))
}

/// Checks the content of a program of ours.
///
/// # Errors
///
/// Those of [`lint`].
pub fn lint_program(bytes: &[u8]) -> std::result::Result<Report, NotPe> {
    Ok(judge(&Image::parse(bytes, None, None)?, PROGRAM_RULES))
}

fn judge(image: &Image<'_>, rules: &[Rule]) -> Report {
    let mut report = Report {
        findings: Vec::new(),
        passed: Vec::new(),
        size: image.bytes.len(),
        imports: image.imported_functions().count(),
    };
    for &Rule { name: rule, check } in rules {
        match check(image) {
            Ok(()) => report.passed.push(rule),
            Err(message) => report.findings.push(Finding { rule, message }),
        }
    }
    report
}

/// Checks driver files and prints a report for each. The linker's map of a file is looked for beside
/// it, with the extension `map`.
///
/// # Errors
///
/// [`Error::Setup`] if a file cannot be read, [`Error::Failed`] if one breaks a rule.
pub fn run(files: &[PathBuf]) -> Result {
    let mut broken = 0;
    for file in files {
        let bytes = read(file)?;
        let map = read_map(&file.with_extension("map"))?;
        let name = file.file_name().map(|name| name.to_string_lossy());
        println!("{}", file.display());
        let clean = match lint(&bytes, map.as_deref(), name.as_deref()) {
            Ok(report) => {
                print!("{report}");
                report.is_clean()
            }
            Err(not_pe) => {
                println!("  FAIL  format: {not_pe}");
                false
            }
        };
        broken += usize::from(!clean);
    }
    match broken {
        0 => Ok(()),
        _ => Err(Error::failed(format!(
            "{broken} of {} driver files are not as Windows wants them. The lines marked FAIL say \
             what is wrong and what to do about it.",
            files.len()
        ))),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| {
        Error::setup(format!(
            "Cannot read {}: {error}. Name a driver file that exists; `cargo xtask build` makes those \
             of winrx and prints their paths.",
            file.display()
        ))
    })
}

/// The linker's map, if there is one. Names of another encoding than UTF-8 are no concern of a rule.
fn read_map(file: &Path) -> Result<Option<String>> {
    match fs::read(file) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::setup(format!(
            "Cannot read the linker's map {}: {error}. Give yourself access to it, or remove it and \
             build again.",
            file.display()
        ))),
    }
}
