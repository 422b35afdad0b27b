//! Wine 10, out of Debian's release trixie, in a folder of its own.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::{
    super::{folder::Folder, process},
    kernel,
};
use crate::{
    error::{Error, Result},
    exec,
    files::{self, cannot},
    setup,
    ui::Step,
};

const RELEASE: &str = "trixie";
const MIRROR: &str = "http://deb.debian.org/debian";

/// What makes such a folder, and what runs programs in it.
const TOOLS: [(&str, &str); 2] = [("mmdebstrap", "mmdebstrap"), ("bwrap", "bubblewrap")];

/// Wine's programs, in the folder. The names without 64 are scripts, for which there is no shell.
const WINE: &str = "/usr/lib/wine/wine64";
const SERVER: &str = "/usr/lib/wine/wineserver64";

/// Wine's own libraries, in the folder.
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu/wine";

/// As for the witness [Wine](super::super::wine), with the kernel that is in the prefix.
const OVERRIDES: &str =
    "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=;ntoskrnl.exe,wntoskrnl,ndis.sys=n";

/// No prefix takes that long to make, and no command.
const MAKING: Duration = Duration::from_mins(4);
const COMMAND: Duration = Duration::from_mins(1);

/// Wine 10 with its prefix.
pub(super) struct Wine<'a> {
    folder: &'a Folder,
    root: PathBuf,
    /// Name and version.
    pub(super) version: String,
    /// Where it keeps its C: and its registry.
    pub(super) prefix: PathBuf,
}

/// How a command ended.
pub(super) struct Ended {
    /// Its exit status; `None` if it did not end and was killed.
    pub(super) status: Option<i32>,
    /// What it printed, both outputs.
    pub(super) text: String,
}

impl<'a> Wine<'a> {
    /// Fetches Wine unless it is there, and makes its prefix.
    pub(super) fn set_up(folder: &'a Folder) -> Result<Self> {
        let missing =
            TOOLS.iter().filter(|(tool, _)| exec::first_line(tool, &["--version"]).is_none());
        let missing: Vec<_> = missing.map(|&(_, package)| package).collect();
        if !missing.is_empty() {
            setup::packages(&missing)?;
        }
        let root = folder.fresh(RELEASE, &format!("{MIRROR} {WINE} 1\n"), fetch)?;
        let prefix = folder.join("wine10");
        let mut wine = Self { folder, root, version: String::new(), prefix };
        let told = wine.run(&[WINE, "--version"])?;
        let version = told.text.lines().find_map(|line| line.strip_prefix("wine-"));
        let version = version.ok_or_else(|| wine.does_not_run(&told))?;
        wine.version = format!("Wine {version}");
        wine.end()?;
        wine.make_prefix()?;
        Ok(wine)
    }

    fn does_not_run(&self, ended: &Ended) -> Error {
        Error::setup(format!(
            "Wine in {} does not run: {}. Remove that folder and start again.",
            self.root.display(),
            ended.text.trim()
        ))
    }

    fn make_prefix(&mut self) -> Result {
        let prefix = self.prefix.clone();
        let stamp = format!("{}\n{OVERRIDES}\n{}", self.version, kernel::SOURCE);
        let made = files::fresh(&prefix, &stamp, |new| {
            let step = Step::start("Making a prefix for Wine 10");
            new.clone_into(&mut self.prefix);
            let booted = self.run_for(&[WINE, "wineboot", "--init"], MAKING)?;
            self.end()?;
            if booted.status != Some(0) {
                return Err(self.does_not_run(&booted));
            }
            step.done();
            kernel::install(&new.join("drive_c/windows/system32"))
        });
        self.prefix = prefix;
        made
    }

    /// A program of Windows.
    pub(super) fn windows(&self, arguments: &[&str]) -> Result<Ended> {
        self.run(&[&[WINE], arguments].concat())
    }

    /// Ends all that runs in the prefix.
    pub(super) fn end(&self) -> Result {
        // The first fails if nothing runs; the second waits until that is so.
        for argument in ["--kill", "--wait"] {
            self.run(&[SERVER, argument])?;
        }
        Ok(())
    }

    fn run(&self, words: &[&str]) -> Result<Ended> {
        self.run_for(words, COMMAND)
    }

    /// Runs a program of the folder, which sees that folder as the whole system.
    fn run_for(&self, words: &[&str], limit: Duration) -> Result<Ended> {
        let place = self.prefix.parent().unwrap_or(&self.prefix);
        let mut command = Command::new("bwrap");
        command.arg("--clearenv").arg("--bind").arg(&self.root).arg("/");
        command.args(["--dev-bind", "/dev", "/dev", "--proc", "/proc", "--tmpfs", "/run"]);
        command.arg("--bind").arg(place).arg(place).arg("--chdir").arg(place);
        let variables = [
            ("HOME", place),
            ("WINEPREFIX", &self.prefix),
            ("WINESERVER", Path::new(SERVER)),
            ("WINEDLLOVERRIDES", Path::new(OVERRIDES)),
            ("WINEDEBUG", Path::new("err+all,fixme-all")),
            ("LC_ALL", Path::new("C.UTF-8")),
        ];
        for (name, value) in variables {
            command.arg("--setenv").arg(name).arg(value);
        }
        command.args(words);
        let (path, output) = self.folder.file("wine10.log")?;
        let errors = output.try_clone().map_err(|error| cannot("write", &path, &error))?;
        let status = process::run(&mut command, output, errors, limit)?;
        let text = files::read(&path)?;
        Ok(Ended { status: status.and_then(|status| status.code()), text })
    }
}

/// Nothing is left running, whatever happened.
impl Drop for Wine<'_> {
    fn drop(&mut self) {
        // There is nobody to tell who could end it in another way.
        let _ = self.end();
    }
}

/// Fetches Wine and what it needs.
fn fetch(to: &Path) -> Result {
    let mut fetch = Command::new("mmdebstrap");
    fetch.args(["--variant=extract", "--include=wine64,libz-mingw-w64", RELEASE]);
    fetch.arg(to).arg(MIRROR);
    exec::run(
        "Fetching Wine 10 from Debian (about 300 MB)",
        &mut fetch,
        "Check the network, and that this account may make user namespaces.",
    )?;
    // What the packages' scripts would have done: they were not run, since there is no shell.
    for name in ["bin", "lib", "lib64", "sbin"] {
        let link = to.join(name);
        if !link.exists() {
            symlink(format!("usr/{name}"), &link)
                .map_err(|error| cannot("create", &link, &error))?;
        }
    }
    for name in ["proc", "dev", "run", "tmp"] {
        files::create(&to.join(name))?;
    }
    let zlib = to.join("usr/x86_64-w64-mingw32/lib/zlib1.dll");
    let mut library = fs::read(&zlib).map_err(|error| cannot("read", &zlib, &error))?;
    kernel::mark_as_wines(&mut library);
    files::write(&to.join(LIBRARIES).join("x86_64-windows/zlib1.dll"), library)?;
    // Nobody here runs programs of 32 bits.
    files::remove(&to.join(LIBRARIES).join("i386-windows"))
}
