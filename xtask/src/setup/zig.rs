//! Zig as the linker of programs for ARM64.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::python;
use crate::{
    error::{Error, Result},
    exec,
    files::{self, cannot},
};

/// The version that is installed, from PyPI.
const REQUIREMENTS: &str = "ziglang==0.17.1\n";

/// Tells where Zig is.
const WHERE: &str =
    "import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), 'zig'))";

/// What rustc calls as the linker.
const SCRIPT: &str = include_str!("zig-cc.sh");

/// Zig, which has the linker, the C runtime and the import libraries for ARM64 that Debian lacks.
pub struct Zig {
    /// What rustc calls as the linker; it needs the variables of [`Zig::prepare`].
    pub linker: PathBuf,
    program: PathBuf,
    cache: PathBuf,
}

impl Zig {
    /// Installs Zig in `folder`, unless it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] if it cannot be installed from here, for one without a network.
    pub fn set_up(folder: &Path) -> Result<Self> {
        let title = "Installing Zig, the linker for ARM64 (100 MB)";
        let python = python::environment(&folder.join("venv"), title, REQUIREMENTS)?;
        let program = exec::first_line(&python, &["-I", "-c", WHERE]).map(PathBuf::from);
        let runs = |zig: &PathBuf| exec::first_line(zig, &["version"]).is_some();
        let program = program.filter(runs).ok_or_else(|| {
            let folder = folder.display();
            Error::setup(format!(
                "Zig in {folder} does not run. Remove that folder and start again."
            ))
        })?;
        let linker = folder.join("zig-cc.sh");
        files::write(&linker, SCRIPT)?;
        fs::set_permissions(&linker, fs::Permissions::from_mode(0o755))
            .map_err(|error| cannot("write", &linker, &error))?;
        Ok(Self { linker, program, cache: folder.join("cache") })
    }

    /// Lets `command` and all that it runs use [`Zig::linker`].
    pub fn prepare(&self, command: &mut Command) {
        command.env("ZIG", &self.program);
        for variable in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
            command.env(variable, &self.cache);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, process::Command};

    use super::{SCRIPT, Zig};

    /// What Zig is called with where rustc calls its linker with `words`.
    fn called_with(words: &[&str]) -> String {
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "sh"]).args(words).env("ZIG", "echo");
        String::from_utf8(shell.output().unwrap().stdout).unwrap()
    }

    #[test]
    fn the_linker_is_not_asked_for_what_zig_lacks() {
        let words = ["-nolibc", "a  b.o", "-lmsvcrt", "-lmsvcrtx", "-o", "c.exe"];
        let expected = "cc -target aarch64-windows-gnu a  b.o -lmsvcrtx -o c.exe\n";
        assert_eq!(called_with(&words), expected);
        assert_eq!(called_with(&[]), "cc -target aarch64-windows-gnu\n");
    }

    #[test]
    fn zig_leaves_nothing_outside_of_its_folder() {
        let path = |name: &str| Path::new("target/zig").join(name);
        let zig = Zig { linker: path("zig-cc.sh"), program: path("zig"), cache: path("cache") };
        let mut command = Command::new("cargo");
        zig.prepare(&mut command);
        let set = |name: &str| {
            let mut variables = command.get_envs();
            variables.find(|(variable, _)| *variable == name).and_then(|(_, value)| value)
        };
        assert_eq!(set("ZIG"), Some(path("zig").as_os_str()));
        for variable in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
            assert_eq!(set(variable), Some(path("cache").as_os_str()));
        }
    }
}
