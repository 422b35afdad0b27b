//! Tests of what drivers call.

mod dpc;
mod spin_lock;
mod thread;
mod timer;
mod wait;

use std::{
    sync::Arc,
    thread::{Scope, ScopedJoinHandle},
};

use crate::{export, system::System, thread as kernel_thread};

/// Runs a test inside of a kernel, and shuts that down.
pub(crate) fn in_kernel(processors: u32, test: impl FnOnce(&Arc<System>)) {
    let system = Arc::new(System::new(processors));
    kernel_thread::enter(&system, |_| test(&system));
    system.ex.shutdown();
    system.ke.shutdown();
}

/// Runs code on a thread of its own, inside of the kernel.
pub(crate) fn on_thread<'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    system: &'scope Arc<System>,
    code: impl FnOnce() -> R + Send + 'scope,
) -> ScopedJoinHandle<'scope, R> {
    scope.spawn(move || kernel_thread::enter(system, |_| code()))
}

/// The names of the rules that were broken.
pub(crate) fn rules(system: &System) -> Vec<&'static str> {
    system.verifier.violations().iter().map(|violation| violation.rule).collect()
}

/// The address of what drivers import.
pub(crate) fn import(name: &str) -> *const () {
    export::find("ntoskrnl.exe", name).expect("it is exported").address
}

/// Declares functions as a driver does that imports them.
macro_rules! imports {
    ($( fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?; )*) => {$(
        #[allow(clippy::too_many_arguments, reason = "that is what it has")]
        unsafe fn $name($($arg: $ty),*) $(-> $ret)? {
            type Function = unsafe extern "efiapi" fn($($ty),*) $(-> $ret)?;
            let function = $crate::ke::tests::import(stringify!($name));
            $crate::sched::point(stringify!($name), 0);
            // SAFETY: the export has this type.
            let function = unsafe { core::mem::transmute::<*const (), Function>(function) };
            // SAFETY: the contract is the same.
            unsafe { function($($arg),*) }
        }
    )*};
}
pub(crate) use imports;
