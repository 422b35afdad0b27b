//! Installing what is missing with the distribution's package manager.

use std::{
    env,
    io::{IsTerminal, stdin},
    process::{Command, Stdio},
};

use crate::{
    error::{Error, Result},
    exec::{self, Output},
    ui::Step,
};

/// Installs `names` with apt, as root or through sudo. Does nothing for an empty list.
///
/// # Errors
///
/// [`Error::Setup`] where there is no apt, no right to use it, or it cannot install them: the text
/// names the one command that does.
pub fn install(names: &[String]) -> Result {
    if names.is_empty() {
        return Ok(());
    }
    let list = names.join(" ");
    if exec::first_line("apt-get", &["--version"]).is_none() {
        return Err(Error::setup(format!(
            "This machine has no apt-get, and the build lacks what Debian calls {list}. Install the \
             like with your package manager (for the compiler, `rustup target add \
             x86_64-pc-windows-msvc` does as well), then start again."
        )));
    }
    let Some(prefix) = privilege() else {
        return Err(Error::setup(format!(
            "Packages are missing, and installing them takes root. Run `sudo apt-get install --yes \
             {list}`, then start again."
        )));
    };
    // An old list of packages names files that are gone, or a compiler that is too old. Without a
    // network it may still do.
    apt(&prefix, &["update"], &[], "Fetching the list of packages")?;
    let output = apt(&prefix, &["install"], names, &format!("Installing {list}"))?;
    if output.status.success() {
        return Ok(());
    }
    let reason = output.lines.iter().rev().find(|line| line.starts_with("E: "));
    Err(Error::setup(format!(
        "apt-get could not install {list}: {} Check the network and the package sources, or install \
         them by hand with `apt-get install --yes {list}`, then start again.",
        reason.map_or("no reason was given.", |line| line.trim_start_matches("E: "))
    )))
}

/// The words to put before `apt-get`, or `None` where nothing gives the right to run it.
fn privilege() -> Option<Vec<&'static str>> {
    let is_root = exec::first_line("id", &["-u"]).as_deref() == Some("0");
    if is_root {
        return Some(vec![]);
    }
    let sudo_without_password = Command::new("sudo")
        .args(["--non-interactive", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if sudo_without_password {
        return Some(vec!["sudo", "--non-interactive"]);
    }
    let asked = stdin().is_terminal()
        && env::var_os("CI").is_none()
        && Command::new("sudo").arg("--validate").status().is_ok_and(|status| status.success());
    asked.then(|| vec!["sudo", "--non-interactive"])
}

fn apt(prefix: &[&str], command: &[&str], names: &[String], title: &str) -> Result<Output> {
    let mut words = prefix.iter().chain(&["apt-get", "--yes"]).chain(command).copied();
    let mut apt = Command::new(words.next().unwrap_or("apt-get"));
    apt.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    if command == ["install"] {
        apt.arg("--no-install-recommends").args(names);
    }
    let mut step = Step::start(title);
    let output = exec::capture(&mut apt, &mut step)?;
    if output.status.success() {
        step.done();
    }
    Ok(output)
}
