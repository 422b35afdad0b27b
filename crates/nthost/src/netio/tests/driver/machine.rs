//! A hosted kernel, and a driver in it that has registered.

use std::{ptr, sync::Arc, time::Duration};

use wsk_sys::{
    MAKE_WSK_VERSION, NPI_WSK_INTERFACE_ID, WSK_CLIENT_DISPATCH, WSK_CLIENT_NPI,
    WSK_EVENT_CALLBACK_CONTROL, WSK_EVENT_RECEIVE_FROM, WSK_PROVIDER_DISPATCH, WSK_PROVIDER_NPI,
    WSK_REGISTRATION, WSK_SET_STATIC_EVENT_CALLBACKS,
};

use crate::{
    Guards,
    netio::{
        Network, Settings, State, Synthetic,
        registration::{WskCaptureProviderNPI, WskDeregister, WskRegister, WskReleaseProviderNPI},
    },
    nt::{NTSTATUS, STATUS_SUCCESS},
    system::System,
    thread::enter,
};

/// A hosted kernel.
pub struct Machine {
    pub system: Arc<System>,
    pub network: Synthetic,
}

impl Machine {
    /// With a network that the test makes up.
    pub fn synthetic(settings: Settings) -> Self {
        let network = Synthetic::new();
        Self::new(Network::Synthetic(network.clone()), network, settings)
    }

    /// With the sockets of this machine.
    pub fn host(settings: Settings) -> Self {
        Self::new(Network::Host, Synthetic::new(), settings)
    }

    fn new(network: Network, synthetic: Synthetic, settings: Settings) -> Self {
        let patience = settings.patience.min(Duration::from_millis(50));
        let settings = Settings { patience, ..settings };
        let mut system = System::new(4);
        system.netio = State::new(network, settings);
        // Tests look at what is left in the memory.
        system.netio.guards = Guards::Off;
        Self { system: Arc::new(system), network: synthetic }
    }

    /// Runs the code of a driver.
    pub fn run<R>(&self, code: impl FnOnce() -> R) -> R {
        enter(&self.system, |_| code())
    }

    /// The rules that were broken so far, in order.
    pub fn broken(&self) -> Vec<&'static str> {
        let violations = self.system.verifier.violations();
        violations.into_iter().map(|violation| violation.rule).collect()
    }

    /// Fails if a rule was broken.
    pub fn assert_clean(&self) {
        assert_eq!(self.system.verifier.violations(), []);
        assert_eq!(self.system.netio.leftovers(), Vec::<String>::new());
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.system.netio.shut_down();
    }
}

static DISPATCH: WSK_CLIENT_DISPATCH = dispatch(MAKE_WSK_VERSION(1, 0));

pub const fn dispatch(version: u16) -> WSK_CLIENT_DISPATCH {
    WSK_CLIENT_DISPATCH { Version: version, Reserved: 0, WskClientEvent: None }
}

/// A driver that has registered and captured the provider.
pub struct Driver {
    registration: Box<WSK_REGISTRATION>,
    pub npi: WSK_PROVIDER_NPI,
}

impl Driver {
    pub fn new() -> Self {
        let mut driver = Self::registered();
        assert_eq!(driver.capture(0), STATUS_SUCCESS);
        driver
    }

    /// Without the provider.
    pub fn registered() -> Self {
        Self::registered_with(&DISPATCH)
    }

    pub fn registered_with(dispatch: &'static WSK_CLIENT_DISPATCH) -> Self {
        let mut registration = Box::<WSK_REGISTRATION>::default();
        let mut npi = WSK_CLIENT_NPI { ClientContext: ptr::null_mut(), Dispatch: dispatch };
        // SAFETY: both are valid, and the registration stays where it is.
        let status = unsafe { WskRegister(&raw mut npi, &raw mut *registration) };
        assert_eq!(status, STATUS_SUCCESS);
        Self { registration, npi: WSK_PROVIDER_NPI::default() }
    }

    pub fn registration(&mut self) -> *mut WSK_REGISTRATION {
        &raw mut *self.registration
    }

    pub fn capture(&mut self, timeout: u32) -> NTSTATUS {
        // SAFETY: the driver has registered.
        unsafe { WskCaptureProviderNPI(&raw mut *self.registration, timeout, &raw mut self.npi) }
    }

    pub fn release(&mut self) {
        // SAFETY: the driver has registered.
        unsafe { WskReleaseProviderNPI(&raw mut *self.registration) };
    }

    pub fn deregister(&mut self) {
        // SAFETY: the driver has registered.
        unsafe { WskDeregister(&raw mut *self.registration) };
    }

    /// Gives all back.
    pub fn end(mut self) {
        self.release();
        self.deregister();
    }

    pub fn dispatch(&self) -> &WSK_PROVIDER_DISPATCH {
        // SAFETY: the provider was captured.
        unsafe { &*self.npi.Dispatch }
    }

    /// Enables callbacks for all sockets.
    pub fn enable_for_all(&self) -> NTSTATUS {
        let mut control = WSK_EVENT_CALLBACK_CONTROL {
            NpiId: &raw const NPI_WSK_INTERFACE_ID,
            EventMask: WSK_EVENT_RECEIVE_FROM,
        };
        self.control(WSK_SET_STATIC_EVENT_CALLBACKS, &mut control, &mut [])
    }

    /// `WskControlClient` without an IRP.
    pub fn control<T>(&self, code: u32, input: &mut T, output: &mut [u8]) -> NTSTATUS {
        let control = self.dispatch().WskControlClient.unwrap();
        // SAFETY: the buffers are as long as they say.
        unsafe {
            control(
                self.npi.Client,
                code,
                size_of::<T>(),
                ptr::from_mut(input).cast(),
                output.len(),
                output.as_mut_ptr().cast(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        }
    }
}
