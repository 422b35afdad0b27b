//! The jobs, by the names of the Hardware Lab Kit.

mod chaos;
mod control;
mod information;
mod kill;
mod life;
mod misc;
mod open;
mod pnp;
mod protect;
mod replay;
mod stress;
mod traffic;

use crate::job::{Bench, Job};
use crate::layer::NotHere;

const fn job(
    name: &'static str,
    title: &'static str,
    run: fn(&Bench<'_>) -> Result<(), NotHere>,
) -> Job {
    Job { name, title, run, wants_adapters: false }
}

const fn adapter_job(
    name: &'static str,
    title: &'static str,
    run: fn(&Bench<'_>) -> Result<(), NotHere>,
) -> Job {
    Job { name, title, run, wants_adapters: true }
}

/// All of them, in the order in which they run.
pub const JOBS: &[Job] = &[
    job("DoOpenCloseTest", "DF - Fuzz open and close test", open::open_close),
    job("DoSubOpensTest", "DF - Fuzz sub-opens test", open::sub_opens),
    job("DoSubOpensWithStreamsTest", "DF - Fuzz sub-opens with streams test", open::streams),
    job(
        "DoZeroLengthBufferIOCTLTest",
        "DF - Fuzz zero length buffer IOCTL test",
        control::zero_length_ioctl,
    ),
    job(
        "DoZeroLengthBufferFSCTLTest",
        "DF - Fuzz zero length buffer FSCTL test",
        control::zero_length_fsctl,
    ),
    job("DoRandomIOCTLTest", "DF - Fuzz random IOCTL test", control::random_ioctl),
    job("DoRandomFSCTLTest", "DF - Fuzz random FSCTL test", control::random_fsctl),
    job("DoMiscAPITest", "DF - Fuzz Misc API test", misc::misc),
    job(
        "DoMiscAPIWithZeroLengthTest",
        "DF - Fuzz Misc API with zero length query test",
        misc::zero_length,
    ),
    job(
        "DoQueryAndSetFileInformationTest",
        "DF - Fuzz Query and Set File Information test",
        information::files,
    ),
    job(
        "DoQueryAndSetSecurityTest",
        "DF - Fuzz Query and Set Security test",
        information::security,
    ),
    job(
        "ChangeBufferProtectionFlags",
        "DF - Fuzz tests with ChangeBufferProtectionFlags",
        protect::flips,
    ),
    job("IoAttackReplay", "I/O Attack: recorded requests with changes", replay::replay),
    job(
        "SimpleIOStress_TermIoProc",
        "DF - SimpleIO stress test with I/O process termination",
        kill::kill,
    ),
    job("PnPDisableAndEnable", "DF - PNP Disable And Enable Device test", pnp::disable),
    job("PnPSurpriseRemove", "DF - PNP Surprise Remove Device test", pnp::surprise),
    adapter_job("PnPCancelRemove", "DF - PNP Cancel Remove Device test", pnp::cancel_remove),
    adapter_job("PnPRebalance", "DF - PNP Stop (Rebalance) Device test", pnp::rebalance),
    adapter_job(
        "SleepWithIOBeforeAndAfter",
        "DF - Sleep with IO Before and After",
        pnp::sleep_before_and_after,
    ),
    adapter_job("SleepWithIODuring", "DF - Sleep with IO During", pnp::sleep_during),
    job(
        "RebootRestartWithIOBeforeAndAfter",
        "DF - Reboot restart with IO before and after",
        life::reboot,
    ),
    job("Reinstall", "DF - Reinstall with IO Before and After", life::reload),
    adapter_job(
        "NdisStress",
        "NDISTest - LWF Logo test, its stress done to a protocol",
        stress::ndis,
    ),
    job("ChaosTest", "DF - Concurrent Hardware And Operating System (CHAOS) test", chaos::chaos),
];
