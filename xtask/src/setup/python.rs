//! What comes from PyPI, in virtual environments.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::packages;
use crate::{
    error::{Error, Result},
    exec::{self, Output},
    files,
    ui::Step,
};

/// Pythons to try: the user's, and the one that the packages bring.
const PYTHONS: [&str; 2] = ["python3", "/usr/bin/python3"];

/// Debian's packages.
const PACKAGES: [&str; 2] = ["python3", "python3-venv"];

/// Makes an environment with what `requirements` list in `folder`, unless it is there, and returns the
/// path of its Python. `title` is what the reader sees meanwhile.
///
/// # Errors
///
/// [`Error::Setup`] if it cannot be made from here, for one without a network.
pub fn environment(folder: &Path, title: &str, requirements: &str) -> Result<PathBuf> {
    let python = find_or_install()?;
    let version = exec::first_line(python, &["--version"]).unwrap_or_default();
    files::fresh(folder, &format!("{version}\n{requirements}"), |new| {
        let mut step = Step::start(title);
        let mut venv = Command::new(python);
        run(
            venv.args(["-I", "-m", "venv"]).arg(new),
            &mut step,
            "Reinstall the package python3-venv",
        )?;
        let list = new.join("requirements.txt");
        files::write(&list, requirements)?;
        install(&interpreter(new), &list, &mut step)?;
        step.done();
        Ok(())
    })?;
    Ok(interpreter(folder))
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
    let names = PACKAGES.map(str::to_owned);
    packages::install(&names)?;
    find().ok_or_else(|| super::lacks("Python 3 with the modules venv and ensurepip", &names))
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

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use super::{Output, reason};

    #[test]
    fn the_reason_is_what_pip_calls_an_error() {
        let said = |lines: &[&str]| {
            let lines = lines.iter().map(|&line| line.to_owned()).collect();
            reason(&Output { lines, status: ExitStatus::from_raw(0x100) })
        };
        let lines =
            ["WARNING: Retrying after a broken connection", "ERROR: No matching version.", "Hint"];
        assert_eq!(said(&lines), "No matching version");
        assert_eq!(said(&["first", "Segmentation fault"]), "Segmentation fault");
        assert_eq!(said(&[]), "no reason was given");
    }
}
