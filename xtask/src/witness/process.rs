//! Running programs that may hang, or leave others behind that hold on to their output.

use std::{
    fs::File,
    process::{Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::error::{Error, Result};

/// How often a program is asked whether it has ended.
const INTERVAL: Duration = Duration::from_millis(5);

/// Runs `command` until it ends, its output going to the two files, and returns how it did; `None` if
/// it did not within `limit` and was killed.
pub fn run(
    command: &mut Command,
    output: File,
    errors: File,
    limit: Duration,
) -> Result<Option<ExitStatus>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let cannot = |error| {
        Error::setup(format!("Cannot run {program}: {error}. Is it installed and executable?"))
    };
    let mut child =
        command.stdin(Stdio::null()).stdout(output).stderr(errors).spawn().map_err(cannot)?;
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            return Ok(Some(status));
        }
        thread::sleep(INTERVAL);
    }
    // It may have ended just now.
    let _ = child.kill();
    child.wait().map_err(cannot)?;
    Ok(None)
}
