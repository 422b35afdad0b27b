//! The witness Speakeasy: runs a driver's routines in a processor emulator, in a virtual environment of
//! its own.
//!
//! A script in Python calls the emulator and prints a [`document`].

pub mod document;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use self::document::Document;
use super::{
    Driver, Report,
    folder::Folder,
    judge::{self, Fact},
    process,
};
use crate::{error::Result, files, setup, ui::Step};

/// The script that calls the emulator.
const SCRIPT: &str = include_str!("emulate.py");

/// What is installed.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// What start-up calls, in its order; each of these may fail.
const CAN_FAIL: [&str; 4] =
    ["IoCreateDevice", "ObOpenObjectByPointer", "ZwSetSecurityObject", "IoCreateSymbolicLink"];

/// A run takes less than two seconds.
const LIMIT: Duration = Duration::from_secs(30);

/// Speakeasy, ready to run drivers.
pub struct Speakeasy<'a> {
    folder: &'a Folder,
    python: PathBuf,
    script: PathBuf,
}

impl<'a> Speakeasy<'a> {
    /// Installs the emulator if it is missing.
    pub(super) fn set_up(folder: &'a Folder) -> Result<Self> {
        let python = setup::python_environment(
            &folder.join("venv"),
            "Installing the emulator Speakeasy",
            REQUIREMENTS,
        )?;
        let script = folder.join("emulate.py");
        files::write(&script, SCRIPT)?;
        Ok(Self { folder, python, script })
    }

    /// Runs `DriverEntry` and the unload routine of `driver`, and reports what they did.
    pub(super) fn load(&self, driver: &Driver) -> Result<Report> {
        let name = &driver.name;
        let step = Step::start(format!("Speakeasy runs {name}.sys"));
        let (trace, document) = self.run(&driver.path, name, None)?;
        let undone = self.failing_starts(driver)?;
        step.done();
        let (mut facts, notes, version) = match &document {
            Ok(document) => {
                let facts = document.facts(name, driver.is_protocol);
                (facts, document.notes(), &*document.version)
            }
            Err(reason) => {
                let proof = Err(reason.clone());
                (vec![Fact::new("the emulator ran to its end", proof)], Vec::new(), "")
            }
        };
        facts.extend(undone);
        Ok(Report {
            driver: format!("{name}.sys"),
            witness: format!("Speakeasy {version}").trim_end().to_owned(),
            facts,
            notes,
            traces: vec![trace],
        })
    }

    /// Runs `DriverEntry` once for each function that may fail, with that one failing.
    fn failing_starts(&self, driver: &Driver) -> Result<Vec<Fact>> {
        let fact = |function: &&str| {
            let name = format!("{}-without-{function}", driver.name);
            let (_, document) = self.run(&driver.path, &name, Some(function))?;
            let proof = document.and_then(|document| document.undid_start(function));
            Ok(Fact::new(format!("start-up undone when {function} failed"), proof))
        };
        let protocol = driver.is_protocol.then_some(&judge::REGISTER);
        CAN_FAIL.iter().chain(protocol).map(fact).collect()
    }

    fn run(
        &self,
        driver: &Path,
        name: &str,
        failing: Option<&str>,
    ) -> Result<(PathBuf, std::result::Result<Document, String>)> {
        let (trace, output) = self.folder.file(&format!("{name}-speakeasy.json"))?;
        let (log, errors) = self.folder.file(&format!("{name}-speakeasy.log"))?;
        let mut python = Command::new(&self.python);
        python.arg("-I").arg(&self.script).arg(driver).args(failing);
        let status = process::run(&mut python, output, errors, LIMIT)?;
        let said = files::read(&log)?;
        let last = said.lines().last().unwrap_or("nothing");
        let document = match status {
            None => Err(format!("it was killed after {} s", LIMIT.as_secs())),
            Some(status) if !status.success() => {
                Err(format!("it ended with {status} and said: {last}"))
            }
            Some(_) => Document::parse(&files::read(&trace)?),
        };
        Ok((trace, document))
    }
}
