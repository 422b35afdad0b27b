//! The arguments of the command.

use std::path::PathBuf;

use clap::Parser;

/// Does to wskrx and ndisrx what the Device Fundamentals tests of the Hardware Lab Kit do to a driver.
#[derive(Debug, Parser)]
#[command(name = "hlk")]
pub struct Cli {
    /// What all chance follows from: the same number does the same again
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Go on for so long, all in all
    #[arg(long, value_name = "N", conflicts_with_all = ["ioctls", "percent", "seconds_each"])]
    pub minutes: Option<u32>,
    /// Make so many requests in each test with random control codes
    #[arg(long, value_name = "N", conflicts_with_all = ["percent", "seconds_each"])]
    pub ioctls: Option<u64>,
    /// Do so much of what each test does otherwise
    #[arg(long, value_name = "N", conflicts_with = "seconds_each")]
    pub percent: Option<u32>,
    /// Go on for so long, each test
    #[arg(long, value_name = "N")]
    pub seconds_each: Option<u64>,
    /// Only this driver
    #[arg(long, value_name = "NAME")]
    pub driver: Option<String>,
    /// Only this test; may be given several times
    #[arg(long = "test", value_name = "NAME")]
    pub tests: Vec<String>,
    /// List the tests and do nothing
    #[arg(long)]
    pub list: bool,
    /// Where report.html and junit.xml go
    #[arg(long, default_value = "target/hlk", value_name = "FOLDER", overrides_with = "report")]
    pub report: PathBuf,
    /// The folder of the drivers that the hosted kernel loads
    #[cfg(target_os = "linux")]
    #[arg(
        long,
        env = "WINRX_DRIVERS",
        default_value = "target/drivers/x64",
        value_name = "FOLDER"
    )]
    pub drivers: PathBuf,
    /// Be the process that is killed: begin so many reads of so many bytes, in a mode of the driver
    #[cfg(windows)]
    #[arg(long, num_args = 3, hide = true)]
    pub victim: Vec<u32>,
}
