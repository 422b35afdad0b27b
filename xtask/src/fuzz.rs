//! `cargo xtask fuzz`: random input for whatever takes bytes from outside.

use std::{env, fs, path::Path, process::Command};

use crate::{
    error::{Error, Result},
    exec, workspace,
};

/// The files in fuzz/targets.
const TARGETS: [&str; 8] =
    ["bind", "bpf", "catalog", "chain", "control", "lists", "open", "records"];

/// How the compiler tells libFuzzer where an input led to.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";

/// When a target has run for long enough.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// After so many seconds, with inputs that differ each time.
    Seconds(u32),
    /// After so many inputs, which are the same each time.
    Inputs(u32),
}

/// Runs a target, or all of them. Inputs that led to new places are kept in `target/fuzz/corpus`, one
/// that breaks something in `target/fuzz/found`.
///
/// # Errors
///
/// [`Error::Setup`] for an unknown target, [`Error::Failed`] if one cannot be built or breaks.
pub fn run(target: Option<&str>, limit: Limit) -> Result {
    let unknown = |name: &&str| !TARGETS.contains(name);
    if let Some(name) = target.filter(unknown) {
        let known = TARGETS.join(", ");
        return Err(Error::setup(format!("There is no fuzz target {name}. There are: {known}.")));
    }
    let folder = workspace::target().join("fuzz");
    let build = "The compiler's words are above. libFuzzer takes a C++ compiler (Debian: g++).";
    exec::run("Building the fuzz targets", &mut cargo_build(&folder), build)?;
    let chosen = TARGETS.into_iter().filter(|name| target.is_none_or(|target| target == *name));
    for name in chosen {
        run_one(name, limit, &folder)?;
    }
    Ok(())
}

fn cargo_build(folder: &Path) -> Command {
    let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let mut cargo = workspace::cargo();
    cargo
        .args(["build", "--locked", "--release", "--package", "fuzz", "--target", &triple])
        .args(["--config", "profile.release.debug-assertions=true"])
        .args([
            "--config",
            "profile.release.lto=false",
            "--config",
            "profile.release.codegen-units=16",
        ])
        .arg("--target-dir")
        .arg(folder)
        .env("RUSTFLAGS", COVERAGE);
    cargo
}

fn run_one(name: &str, limit: Limit, folder: &Path) -> Result {
    let corpus = folder.join("corpus").join(name);
    let found = folder.join("found");
    for path in [&corpus, &found] {
        fs::create_dir_all(path).map_err(|error| {
            Error::failed(format!("Cannot create {}: {error}.", path.display()))
        })?;
    }
    let triple = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let mut fuzz = Command::new(folder.join(triple).join("release").join(name));
    fuzz.arg(format!("-artifact_prefix={}/{name}-", found.display()));
    match limit {
        Limit::Seconds(seconds) => fuzz.arg(format!("-max_total_time={seconds}")).arg(&corpus),
        Limit::Inputs(inputs) => fuzz.args([format!("-runs={inputs}"), "-seed=1".to_owned()]),
    };
    let cure = format!("The input that broke it is in {}.", found.display());
    exec::run(&format!("Fuzzing {name}"), &mut fuzz, &cure).map(drop)
}
