//! Running other programs as steps.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
};

use crate::{
    error::{Error, Result},
    ui::Step,
};

/// The variable with the password of a PKCS #12 file. No program gets it that does not need it: a build
/// script of any crate could read it.
pub const PASSWORD: &str = "WINRX_PFX_PASSWORD";

/// What a program printed and how it ended.
pub struct Output {
    /// Standard output and standard error, line by line as they came.
    pub lines: Vec<String>,
    /// How it ended.
    pub status: ExitStatus,
}

impl Output {
    /// All lines as one text.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }
}

/// Runs `command` as a step; its output is shown only if it fails.
///
/// # Errors
///
/// [`Error::Failed`] if the program cannot be started or does not end with success. `cure` says what
/// the reader can do about it.
pub fn run(title: &str, command: &mut Command, cure: &str) -> Result<Output> {
    let mut step = Step::start(title);
    let output = capture(command, &mut step)?;
    if output.status.success() {
        step.done();
        return Ok(output);
    }
    drop(step);
    for line in output.lines.iter().filter(|line| !is_directive(line)) {
        eprintln!("{line}");
    }
    let program = command.get_program().to_string_lossy().into_owned();
    Err(Error::failed(format!("{title}: {program} ended with {}. {cure}", output.status)))
}

/// True for what a build script says to cargo, hundreds of lines that explain no failure.
fn is_directive(line: &str) -> bool {
    line.trim_start().starts_with("cargo:")
}

/// What a program that looks for faults has found, by how it ended: `found` says what its status 1 means.
///
/// # Errors
///
/// [`Error::Setup`] if it could not begin, which it tells by status 2; [`Error::Failed`] if it found something,
/// or ended in a way that says nothing of what it looks for.
pub fn verdict(program: &str, status: ExitStatus, found: &str) -> Result {
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Error::failed(found)),
        Some(2) => Err(Error::setup(format!("{program} could not begin. The cause is above."))),
        _ => Err(Error::failed(format!(
            "{program} itself failed ({status}) before it was done. What it said last is above."
        ))),
    }
}

/// Runs `command` and collects what it prints, showing each line as the detail of `step`.
///
/// # Errors
///
/// [`Error::Failed`] if the program cannot be started.
pub fn capture(command: &mut Command, step: &mut Step) -> Result<Output> {
    let program = command.get_program().to_string_lossy().into_owned();
    let cannot = |error: std::io::Error| {
        Error::failed(format!("Cannot run {program}: {error}. Is it installed and executable?"))
    };
    let mut child = command
        .env_remove(PASSWORD)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let (sender, receiver) = mpsc::channel();
    let readers = [
        child.stdout.take().map(|pipe| forward(pipe, sender.clone())),
        child.stderr.take().map(|pipe| forward(pipe, sender)),
    ];
    let mut lines = Vec::new();
    for line in receiver {
        step.at(&line);
        lines.push(line);
    }
    for reader in readers.into_iter().flatten() {
        // The reader ends with the pipe; what it read has arrived above.
        let _ = reader.join();
    }
    let status = child.wait().map_err(cannot)?;
    Ok(Output { lines, status })
}

fn forward(pipe: impl Read + Send + 'static, to: mpsc::Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut bytes = Vec::new();
        while pipe.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
            bytes.clear();
            if to.send(line).is_err() {
                break;
            }
        }
    })
}

/// The first line that `program` prints for `arguments`, if it runs and ends with success.
#[must_use]
pub fn first_line(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command.env_remove(PASSWORD).args(arguments).stderr(Stdio::null());
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        os::unix::process::ExitStatusExt,
        process::{Command, ExitStatus},
    };

    use super::{PASSWORD, capture, verdict};
    use crate::{error::Error, setup::Rust, ui::Step, workspace};

    #[test]
    fn only_status_1_speaks_of_what_was_looked_for() {
        let verdict = |raw| verdict("it", ExitStatus::from_raw(raw), "It broke.");
        assert!(verdict(0).is_ok());
        assert!(matches!(verdict(1 << 8), Err(Error::Failed(said)) if said == "It broke."));
        assert!(matches!(verdict(2 << 8), Err(Error::Setup(said)) if said.contains("not begin")));
        // A panic, and a signal.
        for raw in [101 << 8, 11] {
            assert!(
                matches!(verdict(raw), Err(Error::Failed(said)) if said.starts_with("it itself"))
            );
        }
    }

    #[test]
    fn programs_do_not_get_the_password() {
        let mut print = Command::new("sh");
        print.args(["-c", &format!("echo \"<${PASSWORD}>\"")]).env(PASSWORD, "secret");
        assert_eq!(capture(&mut print, &mut Step::start("Printing")).unwrap().lines, ["<>"]);
        let is_removed = |command: &Command| {
            command.get_envs().any(|(name, value)| name == PASSWORD && value.is_none())
        };
        assert!(is_removed(&workspace::cargo()));
        let rust = Rust::find("x86_64-unknown-linux-gnu").unwrap();
        assert!(is_removed(&rust.cargo("build", "core")));
    }
}
