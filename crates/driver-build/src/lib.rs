//! What the build scripts of the drivers do: wdk-build's configuration, what Windows wants of a driver
//! file beyond it, and the version resource.

use std::{env, fs, io, path::PathBuf};

/// Why a driver cannot be built.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say what the variants are")]
pub enum Error {
    #[error("{0}")]
    Config(#[from] wdk_build::ConfigError),
    #[error("cannot write the version resource: {0}")]
    Write(#[from] io::Error),
    #[error("cannot compile the version resource: {0}. Is rc.exe (Windows SDK) or llvm-rc there?")]
    Resource(#[from] embed_resource::CompilationResult),
    #[error("cargo sets {0} for build scripts, and did not")]
    Variable(#[from] env::VarError),
}

/// Configures the build of the driver `file` for the linker.
///
/// # Errors
///
/// If wdk-build finds no WDK, or the version resource cannot be made.
pub fn configure(file: &str, description: &str) -> Result<(), Error> {
    wdk_build::configure_wdk_binary_build()?;
    for argument in [
        // The loader checks the checksum of drivers; lld-link computes it only if told to.
        "/RELEASE",
        // The same sources give the same file.
        "/BREPRO",
        // The debug record names the PDB without the folder that it was made in.
        "/PDBALTPATH:%_PDB%",
    ] {
        println!("cargo::rustc-cdylib-link-arg={argument}");
    }
    let resource = PathBuf::from(env::var("OUT_DIR")?).join("version.rc");
    fs::write(&resource, version_resource(file, description, &env::var("CARGO_PKG_VERSION")?))?;
    embed_resource::compile_for_everything(&resource, embed_resource::NONE).manifest_required()?;
    Ok(())
}

/// The source of a version resource.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/menurc/versioninfo-resource)
fn version_resource(file: &str, description: &str, version: &str) -> String {
    let numbers = format!("{},0", version.replace('.', ","));
    // FILEOS 0x40004 is VOS_NT_WINDOWS32; FILETYPE 3 and FILESUBTYPE 6 are a network driver; the block
    // is for U.S. English in Unicode.
    format!(
        "1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEFLAGSMASK 0x3f
FILEFLAGS 0
FILEOS 0x40004
FILETYPE 3
FILESUBTYPE 6
{{
  BLOCK \"StringFileInfo\"
  {{
    BLOCK \"040904b0\"
    {{
      VALUE \"CompanyName\", \"The winrx authors\"
      VALUE \"FileDescription\", \"{description}\"
      VALUE \"FileVersion\", \"{version}\"
      VALUE \"InternalName\", \"{file}\"
      VALUE \"LegalCopyright\", \"MIT OR Apache-2.0\"
      VALUE \"OriginalFilename\", \"{file}\"
      VALUE \"ProductName\", \"winrx\"
      VALUE \"ProductVersion\", \"{version}\"
    }}
  }}
  BLOCK \"VarFileInfo\"
  {{
    VALUE \"Translation\", 0x409, 1200
  }}
}}
"
    )
}
