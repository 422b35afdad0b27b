//! What can be done to Windows by a program: its services are stopped and started, processes are killed,
//! and there is traffic.

use std::{
    env,
    io::{BufRead, BufReader},
    net::{Ipv4Addr, UdpSocket},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use fastrand::Rng;

use super::Running;
use crate::{
    call::Call,
    layer::{Happening, Lab, NotHere, Victim},
    status::Status,
};

/// How long a service may take to stop or to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// The port for discarding, which nobody listens to.
const DISCARD: u16 = 9;

/// Runs `sc`, and returns what it says.
fn sc(command: &str, driver: &str) -> Result<String, String> {
    let output = Command::new("sc").args([command, driver]).output();
    let output = output.map_err(|error| format!("sc cannot be run: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Waits until a service is in a state.
fn wait_for(driver: &str, state: &str) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let said = sc("query", driver)?;
        if said.contains(state) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{driver} is not {state}: {said}"));
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Starts the service of a driver, unless it runs.
pub(super) fn start_service(driver: &str) -> Result<(), String> {
    if !sc("query", driver)?.contains("RUNNING") {
        sc("start", driver)?;
    }
    wait_for(driver, "RUNNING")
}

impl Lab for Running {
    fn characteristics(&self) -> Result<u32, NotHere> {
        Err(NotHere("a program cannot see the characteristics of a device: use `!devobj`"))
    }

    fn happen(&self, _what: Happening, _adapter: usize) -> Result<(), NotHere> {
        Err(NotHere("a program does not plug, pause or power adapters: use the device manager"))
    }

    fn traffic(&self, rng: &mut Rng, amount: usize) -> Result<(), NotHere> {
        let none = |_| NotHere("there is no network");
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map_err(none)?;
        socket.set_broadcast(true).map_err(none)?;
        for _ in 0..amount {
            let mut payload = vec![0; rng.usize(0..1400)];
            rng.fill(&mut payload);
            // That nobody takes it does not matter.
            let _ = socket.send_to(&payload, (Ipv4Addr::BROADCAST, DISCARD));
        }
        Ok(())
    }

    fn reload(&self) -> Result<Result<(), String>, NotHere> {
        let again = || {
            sc("stop", &self.driver)?;
            wait_for(&self.driver, "STOPPED")?;
            start_service(&self.driver)
        };
        Ok(again())
    }

    fn reboot(&self) -> Result<Result<(), String>, NotHere> {
        Err(NotHere("restart the machine by hand, and run the suite again"))
    }

    fn kill(&self, victim: Victim<'_>) -> Result<Result<(), String>, NotHere> {
        let kill = || -> std::io::Result<()> {
            let numbers =
                [victim.mode, victim.reads, victim.length].map(|number| number.to_string());
            let mut child = Command::new(env::current_exe()?)
                .args(["--driver", &self.driver, "--victim"])
                .args(numbers)
                .stdout(Stdio::piped())
                .spawn()?;
            if let Some(output) = child.stdout.take() {
                BufReader::new(output).read_line(&mut String::new())?;
            }
            thread::sleep(victim.lives);
            child.kill()?;
            child.wait().map(drop)
        };
        Ok(kill().map_err(|error| format!("the process that is to be killed: {error}")))
    }

    fn violations(&self) -> Vec<String> {
        Vec::new()
    }

    fn answers(&self, call: &Call, status: Status) -> bool {
        const MEMORY: [Status; 6] = [
            Status::ACCESS_VIOLATION,
            Status::INSUFFICIENT_RESOURCES,
            Status::NO_MEMORY,
            Status::WORKING_SET_QUOTA,
            Status::QUOTA_EXCEEDED,
            Status::INVALID_USER_BUFFER,
        ];
        // The I/O manager looks at these before there is a request, and answers some itself.
        const ELSE: [Status; 20] = [
            Status::SUCCESS,
            Status::BUFFER_OVERFLOW,
            Status::BUFFER_TOO_SMALL,
            Status::DATATYPE_MISALIGNMENT,
            Status::EA_LIST_INCONSISTENT,
            Status::INVALID_EA_NAME,
            Status::INVALID_INFO_CLASS,
            Status::INFO_LENGTH_MISMATCH,
            Status::INVALID_PARAMETER,
            Status::INVALID_PARAMETER_MIX,
            Status::ACCESS_DENIED,
            Status::NOT_SUPPORTED,
            Status::NOT_IMPLEMENTED,
            Status::INVALID_SECURITY_DESCR,
            Status::INVALID_ACL,
            Status::INVALID_SID,
            Status::INVALID_OWNER,
            Status::PRIVILEGE_NOT_HELD,
            Status::INVALID_HANDLE,
            Status::OBJECT_NAME_INVALID,
        ];
        match call {
            Call::Control { .. } | Call::FsControl { .. } => MEMORY.contains(&status),
            Call::Read { .. } | Call::Write { .. } => {
                MEMORY.contains(&status) || status == Status::INVALID_PARAMETER
            }
            _ => MEMORY.contains(&status) || ELSE.contains(&status),
        }
    }

    fn changes_security(&self) -> bool {
        true
    }

    fn open_files(&self) -> Option<usize> {
        None
    }
}
