//! Running the command.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
};

use e2e::driver_file;
use rustix::process::{Pid, Signal, kill_process};

/// The command, while it receives.
pub struct Winrx {
    child: Child,
    errors: BufReader<ChildStderr>,
    /// Where it receives datagrams.
    pub bound: SocketAddr,
}

/// What the command said and how it ended.
pub struct Ended {
    pub output: Vec<u8>,
    pub errors: String,
    pub status: Option<i32>,
}

/// The command that cargo built beside this test.
fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join("winrx");
    assert!(program.is_file(), "{} is missing: cargo build --package winrx", program.display());
    program
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    let drivers = driver_file("wskrx").parent().unwrap().to_owned();
    command.args(arguments).env("WINRX_DRIVERS", drivers);
    command
}

/// Runs the command to its end.
pub fn run(arguments: &[&str]) -> Ended {
    let output = command(arguments).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    Ended { output: output.stdout, errors, status: output.status.code() }
}

impl Winrx {
    /// Starts `winrx udp` with these arguments.
    pub fn udp(arguments: &[&str]) -> Self {
        let (mut winrx, line) = Self::start("udp", arguments);
        let bound = line.strip_prefix("receiving at ").and_then(|rest| rest.split_once(", mode "));
        let Some((bound, _)) = bound else { panic!("{arguments:?}: {line}") };
        winrx.bound = bound.parse().unwrap();
        winrx
    }

    /// Starts `winrx capture` with these arguments.
    pub fn capture(arguments: &[&str]) -> Self {
        let (winrx, line) = Self::start("capture", arguments);
        assert!(line.starts_with("capturing from "), "{arguments:?}: {line}");
        winrx
    }

    /// Starts the command, and reads the first line that it tells about itself.
    fn start(what: &str, arguments: &[&str]) -> (Self, String) {
        let mut command = command(&[what]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let bound = SocketAddr::from(([0; 4], 0));
        let mut winrx = Self { child, errors, bound };
        let line = winrx.error_line();
        (winrx, line)
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
    }

    /// Reads a line that it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        // A byte at a time, so that none is taken that belongs to the end.
        while !line.ends_with('\n') {
            let mut byte = [0];
            self.child.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
            line.push(char::from(byte[0]));
        }
        line
    }

    /// Reads a line of its errors, or of what it tells about itself.
    pub fn error_line(&mut self) -> String {
        let mut line = String::new();
        self.errors.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it has ended");
        line
    }

    /// Reads no more of what it prints.
    pub fn close_output(&mut self) {
        drop(self.child.stdout.take());
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        let output = self.child.wait_with_output().unwrap();
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        Ended { output: output.stdout, errors, status: output.status.code() }
    }
}

impl Ended {
    /// The account of a run that went well.
    pub fn sums(&self) -> &str {
        assert_eq!(self.status, Some(0), "{}", self.errors);
        self.errors.trim_end()
    }

    pub fn lines(&self) -> Vec<&str> {
        str::from_utf8(&self.output).unwrap().lines().collect()
    }
}
