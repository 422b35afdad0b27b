//! `cargo xtask wine`: winrx.exe and hlk.exe in Wine, with wskrx.sys loaded there.
//!
//! Wine knows no datagrams of Winsock Kernel, so nothing can be received. All else is as on Windows: the
//! service, the device, its control codes, and what winrx says of them.

mod kernel;
mod trixie;

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use self::trixie::{Ended, Wine};
use super::{Report, folder::Folder, judge::Fact};
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

/// A command line, the exit status that it must have, and what it must say.
struct Act(&'static [&'static str], i32, &'static str);

/// What happens to the driver, from its installation to its removal.
const LIFE: &[Act] = &[
    Act(&["winrx.exe", "--version"], 0, "winrx "),
    Act(&["winrx.exe", "status"], 0, "wskrx   not installed"),
    Act(&["winrx.exe", "start", "wskrx"], 2, "it is not installed; `winrx install` does that"),
    Act(&["winrx.exe", "doctor"], 1, "FAIL  incomplete-package: wskrx is not installed"),
    Act(
        &[
            "sc",
            "create",
            "wskrx",
            "type=",
            "kernel",
            "binPath=",
            r"C:\windows\system32\drivers\wskrx.sys",
        ],
        0,
        "",
    ),
    Act(&["winrx.exe", "info"], 2, r"\\.\wskrx cannot be opened: there is no such device"),
    Act(&["winrx.exe", "start", "wskrx"], 0, "wskrx runs."),
    Act(&["winrx.exe", "start", "wskrx"], 0, "wskrx runs already."),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    Act(&["winrx.exe", "status"], 0, "wskrx   running, version "),
    Act(&["winrx.exe", "status", "--json"], 0, r#""state":"running""#),
    Act(&["winrx.exe", "udp", "5000", "--mode", "event"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "event-static"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "retain"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "irp"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "5000", "--mode", "direct"], 2, REFUSED),
    Act(&["winrx.exe", "udp", "[::1]:5000"], 2, "wskrx cannot receive at [::1]:5000: "),
    Act(&["winrx.exe", "info"], 0, "driver    wskrx "),
    // It counts bindings as failed, for want of datagrams. What matters is that the driver lives on.
    Act(CONTROL_CODES, 1, "wskrx  DoZeroLengthBufferIOCTLTest"),
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
];

/// Tens of thousands of control requests, right and wrong ones, with lengths that do not fit.
const CONTROL_CODES: &[&str] = &[
    "hlk.exe",
    "--driver",
    "wskrx",
    "--test",
    "DoZeroLengthBufferIOCTLTest",
    "--seconds-each",
    "2",
    "--report",
    r"C:\hlk",
];

/// What winrx says where the network stack has no datagrams.
const REFUSED: &str = "wskrx cannot receive at 0.0.0.0:5000: ";

/// Runs winrx.exe and hlk.exe in Wine through the life of the driver, and prints what held.
///
/// # Errors
///
/// [`Error::Setup`] if Wine cannot be set up, [`Error::Failed`] if something does not hold.
pub fn run(driver: &Path, winrx: &Path, hlk: &Path) -> Result {
    if cfg!(not(target_arch = "x86_64")) {
        return Err(Error::setup(
            "Wine runs x64 programs on x64 machines only. Run this command on one.",
        ));
    }
    let folder = Folder::lock()?;
    let wine = Wine::set_up(&folder)?;
    let windows = wine.prefix.join("drive_c/windows");
    // Programs look for others there.
    for (from, to) in
        [(driver, "system32/drivers/wskrx.sys"), (winrx, "winrx.exe"), (hlk, "hlk.exe")]
    {
        let to = windows.join(to);
        fs::copy(from, &to).map_err(|error| cannot("write", &to, &error))?;
    }
    // An interrupted run may have left it.
    wine.windows(&["sc", "stop", "wskrx"])?;
    wine.windows(&["sc", "delete", "wskrx"])?;
    wine.end()?;
    let mut facts = Vec::new();
    for act in LIFE {
        let Act(words, _, said) = act;
        let step = Step::start(words.join(" "));
        let ended = perform(&wine, act)?;
        step.done();
        let what = if said.is_empty() { "succeeds".to_owned() } else { format!("says {said:?}") };
        let text = format!("`{}` {what}", words.join(" "));
        facts.push(Fact::new(text, judge(act, &ended)));
    }
    let report = Report {
        driver: "winrx.exe with wskrx.sys".to_owned(),
        witness: wine.version.clone(),
        facts,
        notes: vec![kernel::NOTE.to_owned(), NO_DATAGRAMS.to_owned()],
        traces: Vec::new(),
    };
    print!("{report}");
    if report.failures().is_empty() {
        return Ok(());
    }
    Err(Error::failed(format!("{}. The lines marked FAIL say what was seen.", report.summary())))
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
