//! The virtual environment that the emulator is installed into.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::super::folder::Folder;
use crate::{
    error::{Error, Result},
    exec::{self, Output},
    files, setup,
    ui::Step,
};

/// What is installed.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Pythons to try: the user's, and the one that the packages bring.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

/// Debian's packages.
const PACKAGES: [&str; 2] = ["python3", "python3-venv"];

/// Makes the environment, unless it is there, and returns the path of its Python.
pub(super) fn make(folder: &Folder) -> Result<PathBuf> {
    let python = find_or_install()?;
    let version = exec::first_line(python, &["--version"]).unwrap_or_default();
    let requirements = folder.join("requirements.txt");
    files::write(&requirements, REQUIREMENTS)?;
    let environment = folder.fresh("venv", &format!("{version}\n{REQUIREMENTS}"), |new| {
        let mut step = Step::start("Installing the emulator Speakeasy");
        let mut venv = Command::new(python);
        run(
            venv.args(["-I", "-m", "venv"]).arg(new),
            &mut step,
            "Reinstall the package python3-venv",
        )?;
        install(&interpreter(new), &requirements, &mut step)?;
        step.done();
        Ok(())
    })?;
    Ok(interpreter(&environment))
}

/// The Python of an environment. It finds its packages wherever the environment is moved to, which is
/// not true of the other programs there.
fn interpreter(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn find_or_install() -> Result<&'static str> {
    if let Some(found) = find() {
        return Ok(found);
    }
    setup::packages(&PACKAGES)?;
    find().ok_or_else(|| {
        Error::setup(format!(
            "No Python 3 with the modules venv and ensurepip was found although the packages {} are \
             installed. Reinstall them.",
            PACKAGES.join(" ")
        ))
    })
}

/// A Python that can make environments with pip in them.
fn find() -> Option<&'static str> {
    let can = |python: &&str| exec::first_line(python, &["-c", "import ensurepip, venv"]).is_some();
    PYTHONS.into_iter().find(can)
}

fn install(python: &Path, requirements: &Path, step: &mut Step) -> Result {
    let mut pip = Command::new(python);
    pip.args(["-I", "-m", "pip", "--no-input", "--disable-pip-version-check", "install"])
        .args(["--retries", "2", "--requirement"])
        .arg(requirements);
    run(
        &mut pip,
        step,
        "Check the network and where pip looks for packages (`pip config list`), then start again",
    )
}

fn run(command: &mut Command, step: &mut Step, cure: &str) -> Result {
    let output = exec::capture(command, step)?;
    if output.status.success() {
        return Ok(());
    }
    let title = step.title();
    Err(Error::setup(format!("{title} failed: {}. {cure}.", reason(&output))))
}

/// What pip gives as the error, or the last line.
fn reason(output: &Output) -> String {
    let error = output.lines.iter().rev().find(|line| line.starts_with("ERROR:"));
    let line = error.or_else(|| output.lines.last()).map_or("no reason was given", String::as_str);
    line.trim_start_matches("ERROR:").trim().trim_end_matches('.').to_owned()
}
