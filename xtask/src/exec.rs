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
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}
