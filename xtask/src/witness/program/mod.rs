//! `cargo xtask wine`: winrx.exe and hlk.exe in Wine, with wskrx.sys and ndisrx.sys loaded there.
//!
//! Wine knows no datagrams of Winsock Kernel and no NDIS 6, so nothing can be received. All else is as on
//! Windows: the services, the devices, their control codes, reads that wait and are cancelled, and what winrx
//! says of them.

mod kernel;
mod trixie;

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use self::trixie::{Ended, Wine};
use super::{Report, folder::Folder, judge::Fact, wine::ndis};
use crate::{
    error::{Error, Result},
    files::cannot,
    ui::Step,
};

/// A service that was made just now is not known everywhere at once.
const PATIENCE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_millis(200);

/// The error that says so.
const NOT_YET: &str = "Windows error 1060";

/// The command that makes a driver a service.
macro_rules! create {
    ($driver:literal) => {
        [
            "sc",
            "create",
            $driver,
            "type=",
            "kernel",
            "binPath=",
            concat!(r"C:\windows\system32\drivers\", $driver, ".sys"),
        ]
    };
}

/// The command that runs a test of the suite for two seconds.
///
/// Others end in Wine. Random control codes come with inputs that reach into memory which is not there: Wine
/// writes the first part of such a request to its server, calls that a `partial write` and ends the thread
/// that made it. And a handle that receives frames cannot be closed: Wine sends IRP_MJ_CLOSE without the
/// IRP_MJ_CLEANUP before it, at which a driver ends what works for the handle.
macro_rules! test {
    ($driver:literal, $test:literal) => {
        [
            "hlk.exe",
            "--driver",
            $driver,
            "--test",
            $test,
            "--seconds-each",
            "2",
            "--report",
            r"C:\hlk",
        ]
    };
}

/// A command line, the exit status that it must have, and what it must say.
struct Act(&'static [&'static str], i32, &'static str);

/// Command lines that cannot be obeyed, and what is said of each.
const MISTAKES: &[Act] = &[
    Act(&["winrx.exe"], 2, "Usage: winrx.exe <COMMAND>"),
    Act(&["winrx.exe", "receive"], 2, "error: unrecognized subcommand 'receive'"),
    Act(&["winrx.exe", "udp", "5000x"], 2, "error: invalid value '5000x' for '<ADDR>': "),
    Act(
        &["winrx.exe", "udp", "5000", "--mode", "fast"],
        2,
        "error: invalid value 'fast' for '--mode",
    ),
    Act(&["winrx.exe", "start", "tcpip"], 2, "[possible values: wskrx, ndisrx]"),
    Act(
        &["winrx.exe", "install", "--package", r"C:\none"],
        2,
        "the package lacks wskrx.inf, wskrx.sys, ",
    ),
    Act(&["winrx.exe", "capture", "--at-least", "-1"], 2, "error: unexpected argument '-1' found"),
    Act(&["winrx.exe", "doctor", "--verifier"], 1, r"System32\verifier.exe cannot be run: "),
    Act(&["hlk.exe", "--test", "DoWhat"], 2, "error: There is no test DoWhat. There are: "),
    Act(
        &["hlk.exe", "--driver", "tcpip"],
        2,
        "error: There is no such driver. There are: wskrx, ndisrx.",
    ),
    Act(&["hlk.exe", "--minutes", "x"], 2, "error: invalid value 'x' for '--minutes <N>'"),
    Act(&["hlk.exe", "--minutes", "1", "--percent", "1"], 2, "cannot be used with"),
    Act(
        &["hlk.exe", "--driver", "wskrx"],
        2,
        "error: wskrx is not installed. `winrx install` does that.",
    ),
];

/// What happens to wskrx, from its installation to its removal.
const DATAGRAMS: &[Act] = &[
    Act(&["winrx.exe", "--version"], 0, "winrx "),
    Act(&["winrx.exe", "status"], 0, "wskrx   not installed"),
    Act(&["winrx.exe", "start", "wskrx"], 2, "it is not installed; `winrx install` does that"),
    Act(&["winrx.exe", "doctor"], 1, "FAIL  incomplete-package: wskrx is not installed"),
    Act(&create!("wskrx"), 0, ""),
    Act(&["winrx.exe", "info"], 2, r"\\.\wskrx cannot be opened: there is no such device"),
    Act(&["winrx.exe", "stats"], 2, "wskrx and ndisrx do not run; "),
    Act(&["winrx.exe", "start", "wskrx"], 0, "wskrx runs."),
    Act(&["winrx.exe", "start", "wskrx"], 0, "wskrx runs already."),
    Act(&["winrx.exe", "stats"], 0, ": no receivers"),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    Act(&["winrx.exe", "install", "wskrx", "--if-needed"], 0, "All is installed already."),
    Act(&["winrx.exe", "status"], 0, "wskrx   running, version "),
    Act(&["winrx.exe", "status", "--json"], 0, r#""state":"running""#),
    Act(&["winrx.exe", "udp", "5000", "--mode", "event"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "event-static"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "retain"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "irp"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "direct"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "[::1]:5000"], 2, "wskrx cannot receive at [::1]:5000: "),
    Act(&["winrx.exe", "stats", "wskrx", "--json"], 0, r#""ended":0,"stats":{"received":0,"#),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    // It counts bindings as failed, for want of datagrams. What matters is that the driver lives on.
    Act(&test!("wskrx", "DoZeroLengthBufferIOCTLTest"), 1, "wskrx  DoZeroLengthBufferIOCTLTest"),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    // Wine opens names below a device as other things that there are.
    Act(&test!("wskrx", "DoSubOpensTest"), 1, "wskrx  DoSubOpensTest"),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    Act(&["winrx.exe", "adapters"], 2, r"\\.\ndisrx cannot be opened: there is no such device"),
    Act(
        &["cmd", "/c", r"winrx.exe stop wskrx < \\.\wskrx"],
        2,
        "wskrx cannot be stopped while it is open: cmd.exe (process ",
    ),
    Act(&["winrx.exe", "stop", "wskrx"], 0, "wskrx is stopped."),
    Act(&["winrx.exe", "stop", "wskrx"], 0, "wskrx is stopped already."),
    Act(&["winrx.exe", "info"], 2, r"\\.\wskrx cannot be opened: "),
    Act(&["winrx.exe", "start", "wskrx"], 0, "wskrx runs."),
    Act(&["winrx.exe", "uninstall", "wskrx"], 0, "wskrx is not installed any more."),
    Act(&["winrx.exe", "status"], 0, "wskrx   not installed"),
    Act(&["winrx.exe", "uninstall", "wskrx"], 2, "Nothing of it is installed"),
    Act(&["winrx.exe", "uninstall", "wskrx", "--if-needed"], 0, "Nothing of it is installed"),
];

/// What happens to ndisrx, with an NDIS that has no adapters.
const FRAMES: &[Act] = &[
    Act(&create!("ndisrx"), 0, ""),
    Act(&["winrx.exe", "start", "ndisrx"], 0, "ndisrx runs."),
    Act(&["winrx.exe", "status", "ndisrx"], 0, "ndisrx  running, version "),
    Act(
        &["winrx.exe", "adapters"],
        0,
        "There are no adapters. See that the driver is bound to some.",
    ),
    // Reads are under way when it ends, and are cancelled.
    Act(&["winrx.exe", "capture", "--duration", "1s"], 0, "capturing from adapters to come"),
    Act(
        &["winrx.exe", "capture", "--mode", "retain", "--duration", "1s", "--at-least", "1"],
        1,
        "error: 0 frames came, and not 1. See `winrx adapters`",
    ),
    Act(&["winrx.exe", "capture", "Ethernet"], 2, "error: "),
    Act(&test!("ndisrx", "DoSubOpensTest"), 1, "ndisrx DoSubOpensTest"),
    Act(&["winrx.exe", "status", "ndisrx"], 0, "ndisrx  running, version "),
    Act(&["winrx.exe", "stop", "ndisrx"], 0, "ndisrx is stopped."),
    Act(&["winrx.exe", "start", "ndisrx"], 0, "ndisrx runs."),
    Act(&["winrx.exe", "stop", "ndisrx"], 0, "ndisrx is stopped."),
    Act(&["sc", "delete", "ndisrx"], 0, ""),
    Act(&["winrx.exe", "status", "ndisrx"], 0, "ndisrx  not installed"),
];

/// What winrx says where the network stack has no datagrams.
const REFUSED: &str = "wskrx cannot receive at 0.0.0.0:5000: ";

/// Runs winrx.exe and hlk.exe in Wine through the lives of the drivers, and prints what held.
///
/// # Errors
///
/// [`Error::Setup`] if Wine cannot be set up, [`Error::Failed`] if something does not hold.
pub fn run(drivers: &[PathBuf], winrx: &Path, hlk: &Path) -> Result {
    if cfg!(not(target_arch = "x86_64")) {
        return Err(Error::setup(
            "Wine runs x64 programs on x64 machines only. Run this command on one.",
        ));
    }
    let folder = Folder::lock()?;
    let wine = Wine::set_up(&folder)?;
    ndis::install(&folder, &wine.prefix)?;
    let windows = wine.prefix.join("drive_c/windows");
    // Programs look for others there.
    copy_into(&windows, &[winrx, hlk])?;
    let drivers: Vec<_> = drivers.iter().map(PathBuf::as_path).collect();
    copy_into(&windows.join("system32/drivers"), &drivers)?;
    // An interrupted run may have left them.
    for driver in ["wskrx", "ndisrx"] {
        wine.windows(&["sc", "stop", driver])?;
        wine.windows(&["sc", "delete", driver])?;
    }
    wine.end()?;
    let mut failed = Vec::new();
    for (title, acts, notes) in [
        ("winrx.exe and hlk.exe, misused", MISTAKES, &[][..]),
        ("winrx.exe with wskrx.sys", DATAGRAMS, &[kernel::NOTE, NO_DATAGRAMS]),
        ("winrx.exe with ndisrx.sys", FRAMES, &[kernel::NOTE, ndis::NOTE]),
    ] {
        let report = report(&wine, title, acts, notes)?;
        print!("{report}");
        if !report.failures().is_empty() {
            failed.push(report.summary());
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let failed = failed.join("; ");
    Err(Error::failed(format!("{failed}. The lines marked FAIL say what was seen.")))
}

fn copy_into(folder: &Path, files: &[&Path]) -> Result {
    for file in files {
        let to = folder.join(file.file_name().unwrap_or_default());
        fs::copy(file, &to).map_err(|error| cannot("write", &to, &error))?;
    }
    Ok(())
}

/// Performs all acts, whether or not one fails.
fn report(wine: &Wine<'_>, title: &str, acts: &[Act], notes: &[&str]) -> Result<Report> {
    let mut facts = Vec::new();
    for act in acts {
        let Act(words, _, said) = act;
        let step = Step::start(words.join(" "));
        let ended = perform(wine, act)?;
        step.done();
        let what = if said.is_empty() { "succeeds".to_owned() } else { format!("says {said:?}") };
        let text = format!("`{}` {what}", words.join(" "));
        facts.push(Fact::new(text, judge(act, &ended)));
    }
    Ok(Report {
        driver: title.to_owned(),
        witness: wine.version.clone(),
        facts,
        notes: notes.iter().map(|&note| note.to_owned()).collect(),
        traces: Vec::new(),
    })
}

const NO_DATAGRAMS: &str = "Wine's Winsock Kernel has no datagram sockets: that receiving is refused, and nothing is left of the \
     attempt, is all that can be seen of it here";

/// Runs the command, again if Wine does not know the service yet that the last one has made.
fn perform(wine: &Wine<'_>, act: &Act) -> Result<Ended> {
    let begun = Instant::now();
    loop {
        let ended = wine.windows(act.0)?;
        let early = ended.text.contains(NOT_YET) && judge(act, &ended).is_err();
        if !early || begun.elapsed() > PATIENCE {
            return Ok(ended);
        }
        thread::sleep(INTERVAL);
    }
}

fn judge(Act(_, status, said): &Act, ended: &Ended) -> std::result::Result<(), String> {
    let Some(found) = ended.status else { return Err("it did not end and was killed".to_owned()) };
    if found == *status && ended.text.contains(said) {
        return Ok(());
    }
    Err(format!("it ended with status {found} and said {:?}", ended.text.trim()))
}
