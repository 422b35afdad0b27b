//! Where things are in this project.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::exec::PASSWORD;

/// The root folder of the workspace that this command was built from.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The folder for all that is made. It lies in the workspace whatever `CARGO_TARGET_DIR` says:
/// wdk-build looks for the workspace above the folder that it builds in.
#[must_use]
pub fn target() -> PathBuf {
    root().join("target")
}

/// The folder that [`crate::kit`] makes.
#[must_use]
pub fn kit() -> PathBuf {
    target().join("kit")
}

/// `cargo` of the active toolchain, in the workspace.
#[must_use]
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root()).env_remove(PASSWORD);
    cargo
}
