//! Wine's programs, and the folder that it keeps its C: and its registry in.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::super::{folder::Folder, process};
use crate::{
    error::{Error, Result},
    exec, files, setup,
    ui::Step,
};

/// Debian's packages.
const PACKAGES: [&str; 2] = ["wine", "wine64"];

/// Where Wine's server may be: on the search path, or where Debian keeps it.
const SERVERS: [&str; 3] = ["wineserver", "/usr/lib/wine/wineserver", "/usr/lib/wine/wineserver64"];

/// No prefix takes that long to make.
const MAKING: Duration = Duration::from_mins(2);

/// Nor does Wine's server to end.
const ENDING: Duration = Duration::from_secs(20);

/// What Wine says it does: the calls that go between drivers and its kernel, and what its kernel makes
/// of them.
const CHANNELS: &str = "+ntoskrnl,+relay,err+all,fixme-all";

/// The same while a prefix is made: `relay` would show all calls of all programs.
const FEW_CHANNELS: &str = "err+all,fixme-all";

/// Of all modules whose calls `+relay` shows, those that drivers call.
const RELAYED: &str = "ntoskrnl.exe.*;hal.dll.*;ndis.sys.*;netio.sys.*";

/// No questions about what Wine lacks, no entries in the user's menu, no debugger for a driver that
/// crashes, which would wait for somebody to look at it, and the NDIS that is in the prefix.
const OVERRIDES: &str = "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=;ndis.sys=n";

/// Variables that would make Wine another one than was found.
const FOREIGN: [&str; 6] =
    ["DISPLAY", "WAYLAND_DISPLAY", "WINEARCH", "WINEDLLPATH", "WINELOADER", "WINESERVER"];

/// Wine's programs.
pub(super) struct Programs {
    /// Name and version.
    pub(super) version: String,
    server: &'static str,
}

impl Programs {
    /// Finds Wine, and installs it if it is missing.
    pub(super) fn find_or_install() -> Result<Self> {
        if cfg!(not(target_arch = "x86_64")) {
            return Err(Error::setup(
                "Wine loads x64 drivers on x64 machines only. Run this command on one.",
            ));
        }
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        setup::packages(&PACKAGES)?;
        Self::find().ok_or_else(|| {
            Error::setup(format!(
                "The programs wine and wineserver were not found although the packages {} are \
                 installed. Reinstall them.",
                PACKAGES.join(" ")
            ))
        })
    }

    fn find() -> Option<Self> {
        let version = exec::first_line("wine", &["--version"])?;
        let mut servers = SERVERS.into_iter();
        let server = servers.find(|server| exec::first_line(server, &["--help"]).is_some())?;
        Some(Self { version: version.replacen("wine-", "Wine ", 1), server })
    }

    /// Wine's server for `prefix`, with the arguments.
    pub(super) fn server(&self, prefix: &Path, arguments: &[&str]) -> Command {
        command(self.server, prefix, arguments)
    }

    /// Ends all that runs in `prefix`.
    pub(super) fn end(&self, prefix: &Path, log: &File) -> Result {
        if !prefix.is_dir() {
            return Ok(());
        }
        // The first fails if nothing runs; the second waits until that is so.
        for argument in ["--kill", "--wait"] {
            let mut server = self.server(prefix, &[argument]);
            process::run(&mut server, copy(log)?, copy(log)?, ENDING)?.ok_or_else(|| {
                Error::failed(format!(
                    "Wine's server for {} does not end. Find its process (wineserver) and kill it, \
                     then start again.",
                    prefix.display()
                ))
            })?;
        }
        Ok(())
    }
}

/// `wine` in `prefix`, with the arguments.
pub(super) fn wine(prefix: &Path, arguments: &[&str]) -> Command {
    command("wine", prefix, arguments)
}

/// A program of Wine's for `prefix`, with the arguments.
fn command(program: &str, prefix: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("WINEPREFIX", prefix)
        .env("WINEDEBUG", CHANNELS)
        .env("WINEDLLOVERRIDES", OVERRIDES)
        .env("LC_ALL", "C.UTF-8");
    for variable in FOREIGN {
        command.env_remove(variable);
    }
    command
}

/// Makes the prefix, unless it is there.
pub(super) fn make(folder: &Folder, programs: &Programs) -> Result<PathBuf> {
    let (_, log) = folder.file("wine-prefix.log")?;
    // An earlier run may have left something running when it was interrupted.
    programs.end(&files::new_folder(&folder.join("wine")), &log)?;
    programs.end(&folder.join("wine"), &log)?;
    let stamp = format!("{}\n{RELAYED}\n{OVERRIDES}\n", programs.version);
    folder.fresh("wine", &stamp, |new| {
        let step = Step::start("Making a prefix for Wine");
        let made = fill(new, &log);
        programs.end(new, &log)?;
        made?;
        step.done();
        Ok(())
    })
}

fn fill(prefix: &Path, log: &File) -> Result {
    run(wine(prefix, &["wineboot", "--init"]), log)?;
    let key = ["reg", "add", r"HKCU\Software\Wine\Debug", "/f", "/v", "RelayInclude"];
    run(wine(prefix, &[&key[..], &["/d", RELAYED]].concat()), log)
}

fn run(mut command: Command, log: &File) -> Result {
    command.env("WINEDEBUG", FEW_CHANNELS);
    let status = process::run(&mut command, copy(log)?, copy(log)?, MAKING)?;
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    let how = status.map_or("did not end".into(), |status| format!("ended with {status}"));
    let arguments = command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>();
    Err(Error::setup(format!(
        "`wine {}` {how}; target/witness/wine-prefix.log has what it said. See that the home folder \
         exists and the disk has room, then start again.",
        arguments.join(" ")
    )))
}

/// The same file once more, for another program to write to.
pub(super) fn copy(file: &File) -> Result<File> {
    file.try_clone().map_err(|error| files::cannot("write", Path::new("a log file"), &error))
}
