//! A driver's life as a service: created, started, stopped, deleted.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::{
    super::{Driver, judge::Proof, process},
    Wine,
    answer::{Answer, RUNNING, STOPPED},
    prefix::{self, copy},
};
use crate::{
    error::{Error, Result},
    files::{cannot, read, write},
};

/// The whole life takes about two seconds.
const LIFE: Duration = Duration::from_mins(1);

/// A single command takes less than one. A driver that does not return from a routine holds it up.
const COMMAND: Duration = Duration::from_secs(20);

/// How long to wait for a state, and how often to look.
const PATIENCE: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_millis(50);

/// After our last command Wine ends its services by itself, so that an interrupted run leaves nothing
/// behind; but not before so many seconds.
const LINGER: &str = "--persistent=20";

/// Whether the service went through its states.
pub(super) struct Stages {
    pub(super) running: Proof,
    pub(super) stopped: Proof,
    pub(super) gone: Proof,
}

/// Wine with all its services running, and the traces that they write.
pub(super) struct Session<'a> {
    wine: &'a Wine<'a>,
    service: &'a str,
    started: Instant,
    trace: (PathBuf, File),
    server: (PathBuf, File),
}

impl<'a> Session<'a> {
    /// Starts Wine's server, which starts the rest when it is needed.
    pub(super) fn start(wine: &'a Wine<'a>, driver: &'a Driver) -> Result<Self> {
        let service = driver.name.as_str();
        let session = Self {
            wine,
            service,
            started: Instant::now(),
            trace: wine.folder.file(&format!("{service}-wine.log"))?,
            server: wine.folder.file(&format!("{service}-wineserver.log"))?,
        };
        let mut server = wine.programs.server(&wine.prefix, &["--debug=1", LINGER]);
        let log = &session.server.1;
        // It returns when the server is ready, which writes to the log from then on.
        let status = process::run(&mut server, copy(log)?, copy(log)?, COMMAND)?;
        if !status.is_some_and(|status| status.success()) {
            return Err(Error::setup(format!(
                "Wine's server does not start; {} has what it said. See that the folder /tmp can be \
                 written to, then start again.",
                session.server.0.display()
            )));
        }
        Ok(session)
    }

    /// Takes the service of the driver through its life, ends Wine, and returns how it went and where
    /// the traces are: of the kernel and of the server.
    pub(super) fn run(self, driver: &Driver) -> Result<(Stages, [PathBuf; 2])> {
        let system = self.wine.prefix.join("drive_c/windows/system32/drivers");
        let file = system.join(format!("{}.sys", self.service));
        fs::copy(&driver.path, &file).map_err(|error| cannot("copy to", &file, &error))?;
        let stages = self.live()?;
        self.end()?;
        without_hints(&self.trace.0)?;
        Ok((stages, [self.trace.0.clone(), self.server.0.clone()]))
    }

    fn live(&self) -> Result<Stages> {
        // Of a run that was interrupted.
        if self.sc(&["query"])?.done.is_ok() {
            let deleted = self.sc(&["delete"])?.done;
            // If it stays, creating it anew fails, and says so.
            let _: Proof = self.after(deleted, |session| session.reaches(Answer::is_gone))?;
        }
        let path = format!(r"C:\windows\system32\drivers\{}.sys", self.service);
        let created = self.sc(&["create", "type=", "kernel", "binPath=", &path])?.done;
        let running = self.after(created, |session| {
            let started = session.start_service()?;
            session.after(started, |session| session.reaches(|answer| answer.is(RUNNING)))
        })?;
        let was_running = running.clone().map_err(|_| "it was not running".into());
        let stopped = self.after(was_running, |session| {
            let stopped = session.sc(&["stop"])?.done;
            session.after(stopped, |session| session.reaches(|answer| answer.is(STOPPED)))
        })?;
        let deleted = self.sc(&["delete"])?.done;
        let gone = self.after(deleted, |session| session.reaches(Answer::is_gone))?;
        Ok(Stages { running, stopped, gone })
    }

    /// Takes the next step if the last one was done.
    fn after(&self, last: Proof, next: impl Fn(&Self) -> Result<Proof>) -> Result<Proof> {
        match last {
            Ok(()) => next(self),
            Err(reason) => Ok(Err(reason)),
        }
    }

    /// Starts the service. Wine may not know it yet although it has just been created.
    fn start_service(&self) -> Result<Proof> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.sc(&["start"])?;
            if answer.is_gone().is_err() || Instant::now() > deadline {
                return Ok(answer.done);
            }
            thread::sleep(INTERVAL);
        }
    }

    /// Queries the service until the answer is the wanted one, and returns what the last one was.
    fn reaches(&self, wanted: impl Fn(&Answer) -> Proof) -> Result<Proof> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let proof = wanted(&self.sc(&["query"])?);
            if proof.is_ok() || Instant::now() > deadline {
                return Ok(proof);
            }
            thread::sleep(INTERVAL);
        }
    }

    /// `sc` with a command for the service.
    fn sc(&self, command: &[&str]) -> Result<Answer> {
        let (verb, rest) =
            command.split_first().map_or(("", &[][..]), |(&verb, rest)| (verb, rest));
        let arguments = [&["sc", verb, self.service], rest].concat();
        let (path, output) = self.wine.folder.file("wine-sc.log")?;
        let errors = copy(&self.trace.1)?;
        let before = read(&self.trace.0)?.len();
        let limit = COMMAND.min(LIFE.saturating_sub(self.started.elapsed()));
        let mut wine = prefix::wine(&self.wine.prefix, &arguments);
        let status = process::run(&mut wine, output, errors, limit)?;
        let said = read(&self.trace.0)?;
        let errors = said.get(before..).unwrap_or_default().lines();
        let errors = errors.filter_map(|line| line.split_once(":err:sc:")).map(|(_, text)| text);
        let text = [read(&path)?, errors.collect::<Vec<_>>().join("; ")].concat();
        let done = match status {
            Some(status) if status.success() => Ok(()),
            Some(_) => Err(format!("`sc {verb}` said: {}", text.trim())),
            None => Err(format!("`sc {verb}` did not end and was killed")),
        };
        Ok(Answer { done, text })
    }

    fn end(&self) -> Result {
        self.wine.programs.end(&self.wine.prefix, &self.server.1)
    }
}

/// Nothing is left running, whatever happened.
impl Drop for Session<'_> {
    fn drop(&mut self) {
        // Where it went well it has ended; else there already is an error to report.
        let _ = self.end();
    }
}

/// Takes what Debian's `wine` says about 32-bit programs out of a log.
fn without_hints(log: &Path) -> Result {
    const HINTS: [&str; 4] =
        ["it looks like wine32 is missing", "multiarch needs to be", "execute \"dpkg", "apt-get "];
    let text = read(log)?;
    let lines = text.lines().filter(|line| !HINTS.iter().any(|hint| line.starts_with(hint)));
    let text = lines.flat_map(|line| [line, "\n"]).collect::<String>();
    write(log, text)
}
