//! Programs that capture, in a namespace or here.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStderr, Command, Stdio},
};

use e2e::{driver_file, netns::Namespace};
use rustix::process::{Pid, Signal, kill_process};

/// A program that captures until it is told to stop.
pub struct Capturing {
    child: Child,
    errors: BufReader<ChildStderr>,
}

/// `winrx capture` as cargo built it beside this test, with the driver in the hosted kernel.
pub fn winrx(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let test = env::current_exe().unwrap();
    let program: PathBuf = test.parent().and_then(|deps| deps.parent()).unwrap().join("winrx");
    assert!(program.is_file(), "{} is missing: cargo build --package winrx", program.display());
    let mut command = Command::new(program);
    command.arg("capture").args(arguments);
    command.env("WINRX_DRIVERS", driver_file("ndisrx").parent().unwrap());
    command
}

impl Capturing {
    /// Starts a program, and waits until a line of its errors says that it captures.
    pub fn start(mut command: Command, namespace: &Namespace, begun: &str) -> Self {
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = namespace.run(|| command.spawn()).expect("it is installed");
        let errors = BufReader::new(child.stderr.take().unwrap());
        let mut capturing = Self { child, errors };
        let mut said = String::new();
        loop {
            let mut line = String::new();
            capturing.errors.read_line(&mut line).unwrap();
            assert!(!line.is_empty(), "it has ended: {said}");
            if line.contains(begun) {
                return capturing;
            }
            said += &line;
        }
    }

    /// Presses Ctrl-C, and waits for its end. Returns what it said.
    pub fn stop(mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let mut said = String::new();
        self.errors.read_to_string(&mut said).unwrap();
        assert!(self.child.wait().unwrap().success(), "{said}");
        said
    }
}

impl Drop for Capturing {
    fn drop(&mut self) {
        // It has ended unless the test fails.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
