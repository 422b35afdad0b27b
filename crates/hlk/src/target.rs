//! The drivers under test: what they can be asked, and what they may answer.

use fastrand::Rng;
use rx_abi::{
    AdapterStats, Bind, BindOptions, Bound, ControlCode, Endpoint, FrameMode, FrameStats,
    IOCTL_ADAPTER_STATS, IOCTL_ADAPTERS, IOCTL_BIND, IOCTL_FRAME_STATS, IOCTL_INFO, IOCTL_OPEN,
    IOCTL_RECEIVERS, IOCTL_STATS, IOCTL_UNBIND, Info, Mode, OpenFrames, Opened, PacketFilter,
    Stats,
};
use zerocopy::IntoBytes;

use crate::{call::Call, status::Status};

/// A driver under test.
#[derive(Debug)]
pub struct Target {
    /// The name of the driver, of its file and of its device.
    pub name: &'static str,
    /// The control codes that it knows.
    pub codes: &'static [Code],
    /// What reads may end with.
    pub reads: &'static [Status],
    /// It receives frames from network adapters.
    pub has_adapters: bool,
    /// In how many ways a handle can be made to receive.
    pub modes: usize,
    receive: fn(usize) -> Valid,
    valid: fn(&mut Rng) -> Vec<Valid>,
}

/// A control code that a driver knows.
#[derive(Debug)]
pub struct Code {
    /// The code.
    pub code: ControlCode,
    /// Its name.
    pub name: &'static str,
    /// What it may be answered with, beside what all may.
    pub answers: &'static [Status],
}

/// A request that a driver can fulfil.
#[derive(Clone, Debug)]
pub struct Valid {
    /// The code.
    pub code: u32,
    /// The input.
    pub input: Vec<u8>,
    /// Room for the output.
    pub output: u32,
}

impl Valid {
    fn new(code: ControlCode, input: impl Into<Vec<u8>>, output: usize) -> Self {
        let output = u32::try_from(output).unwrap_or(u32::MAX);
        Self { code: code.value(), input: input.into(), output }
    }
}

/// What all known codes may be answered with.
const ALWAYS: [Status; 3] =
    [Status::SUCCESS, Status::INVALID_BUFFER_SIZE, Status::BUFFER_TOO_SMALL];

/// What may become of a request to bind or to open.
const BEGIN: &[Status] = &[
    Status::REVISION_MISMATCH,
    Status::INVALID_PARAMETER,
    Status::INVALID_DEVICE_STATE,
    Status::INSUFFICIENT_RESOURCES,
    Status::FILE_CLOSED,
    Status::DEVICE_NOT_READY,
    Status::NOINTERFACE,
    Status::ADDRESS_ALREADY_EXISTS,
    Status::SHARING_VIOLATION,
    Status::INVALID_ADDRESS_COMPONENT,
    Status::NOT_FOUND,
    // What transports return for an address, an option or a group.
    Status::NOT_SUPPORTED,
    Status::NETWORK_UNREACHABLE,
    Status::FILE_FORCED_CLOSED,
];

const STATE: &[Status] = &[Status::INVALID_DEVICE_STATE];

const READS: &[Status] = &[
    Status::SUCCESS,
    Status::BUFFER_OVERFLOW,
    Status::BUFFER_TOO_SMALL,
    Status::INVALID_DEVICE_STATE,
    Status::END_OF_FILE,
    Status::CANCELLED,
    Status::FILE_CLOSED,
    Status::INSUFFICIENT_RESOURCES,
    // The socket is gone.
    Status::FILE_FORCED_CLOSED,
    Status::PORT_UNREACHABLE,
];

/// wskrx, which receives datagrams.
pub const WSKRX: Target = Target {
    name: "wskrx",
    codes: &[
        Code { code: IOCTL_INFO, name: "INFO", answers: &[] },
        Code { code: IOCTL_BIND, name: "BIND", answers: BEGIN },
        Code { code: IOCTL_STATS, name: "STATS", answers: STATE },
        Code { code: IOCTL_RECEIVERS, name: "RECEIVERS", answers: &[] },
        Code { code: IOCTL_UNBIND, name: "UNBIND", answers: STATE },
    ],
    reads: READS,
    has_adapters: false,
    modes: Mode::ALL.len(),
    receive: |mode| {
        let mode = Mode::ALL[mode % Mode::ALL.len()];
        bind(&of_mode(mode))
    },
    valid: datagram_requests,
};

/// ndisrx, which receives frames.
pub const NDISRX: Target = Target {
    name: "ndisrx",
    codes: &[
        Code { code: IOCTL_INFO, name: "INFO", answers: &[] },
        Code { code: IOCTL_ADAPTERS, name: "ADAPTERS", answers: &[] },
        Code { code: IOCTL_OPEN, name: "OPEN", answers: BEGIN },
        Code { code: IOCTL_FRAME_STATS, name: "FRAME_STATS", answers: STATE },
        Code { code: IOCTL_UNBIND, name: "UNBIND", answers: STATE },
        Code { code: IOCTL_ADAPTER_STATS, name: "ADAPTER_STATS", answers: &[Status::NOT_FOUND] },
    ],
    reads: READS,
    has_adapters: true,
    modes: FrameMode::ALL.len(),
    receive: |mode| {
        let mode = FrameMode::ALL[mode % FrameMode::ALL.len()] as u32;
        open(&OpenFrames { mode, packet_filter: everything(), ..OpenFrames::default() }, &[])
    },
    valid: frame_requests,
};

/// Both drivers.
pub const TARGETS: [&Target; 2] = [&WSKRX, &NDISRX];

impl Target {
    /// The name of its device, and what comes behind it.
    #[must_use]
    pub fn device(&self, rest: &[u16]) -> Vec<u16> {
        let name = format!(r"\Device\{}", self.name);
        name.encode_utf16().chain(rest.iter().copied()).collect()
    }

    /// The request that makes a handle receive in a mode, one of [`modes`](Self::modes).
    #[must_use]
    pub fn receive(&self, mode: usize) -> Valid {
        (self.receive)(mode)
    }

    /// Requests that the driver can fulfil, some of them by chance.
    #[must_use]
    pub fn valid(&self, rng: &mut Rng) -> Vec<Valid> {
        (self.valid)(rng)
    }

    /// What the driver calls a control code.
    #[must_use]
    pub fn code(&self, code: u32) -> Option<&Code> {
        self.codes.iter().find(|known| known.code.value() == code)
    }

    /// Whether the driver may answer a call so.
    #[must_use]
    pub fn may_answer(&self, call: &Call, status: Status) -> bool {
        match call {
            Call::Control { code, .. } => match self.code(*code) {
                Some(known) => ALWAYS.contains(&status) || known.answers.contains(&status),
                None => status == Status::INVALID_DEVICE_REQUEST,
            },
            Call::Read { .. } => self.reads.contains(&status),
            // It has nothing to say to all else.
            _ => status == Status::INVALID_DEVICE_REQUEST,
        }
    }
}

fn loopback() -> Endpoint {
    let mut local = Endpoint { family: 2, ..Endpoint::default() };
    local.address[..4].copy_from_slice(&[127, 0, 0, 1]);
    local
}

fn bind(bind: &Bind) -> Valid {
    Valid::new(IOCTL_BIND, bind.as_bytes(), size_of::<Bound>())
}

/// Settings for the loopback address.
fn of_mode(mode: Mode) -> Bind {
    Bind { mode: mode as u32, local: loopback(), ..Bind::default() }
}

fn datagram_requests(rng: &mut Rng) -> Vec<Valid> {
    let base = of_mode(Mode::Event);
    let options = BindOptions::PACKET_INFO.bits() | BindOptions::TRAFFIC_CLASS.bits();
    let six = Endpoint { family: 23, ..Endpoint::default() };
    let mut group = Bind { group_count: 1, ..base };
    group.groups[0] = loopback();
    group.groups[0].address[..4].copy_from_slice(&[239, 1, 2, 3]);
    let binds = [
        base,
        Bind { options, ..base },
        Bind { options: BindOptions::REUSE_ADDRESS.bits(), ..of_mode(Mode::EventStatic) },
        Bind { options: BindOptions::DUAL_STACK.bits(), local: six, ..base },
        Bind { queue_bytes: 64 << 10, receive_buffer: 1 << 16, ..base },
        Bind { requests: rng.u32(1..=64), request_bytes: 2048, ..of_mode(Mode::Irp) },
        Bind { retain_datagrams: 16, retain_bytes: 1 << 16, ..of_mode(Mode::Retain) },
        Bind { retain_microseconds: rng.u32(1..5000), ..of_mode(Mode::Retain) },
        of_mode(Mode::Direct),
        group,
    ];
    let mut requests: Vec<_> = binds.iter().map(bind).collect();
    requests.extend([
        Valid::new(IOCTL_INFO, [], size_of::<Info>()),
        Valid::new(IOCTL_STATS, [], size_of::<Stats>()),
        Valid::new(IOCTL_RECEIVERS, [], 4096),
        Valid::new(IOCTL_UNBIND, [], 0),
    ]);
    requests
}

fn everything() -> u32 {
    PacketFilter::DEFAULT.with(PacketFilter::PROMISCUOUS).bits()
}

fn open(settings: &OpenFrames, program: &[[u8; 8]]) -> Valid {
    let input = [settings.as_bytes(), program.as_flattened()].concat();
    Valid::new(IOCTL_OPEN, input, size_of::<Opened>())
}

/// Instructions of filter programs: `ldh [12]`, `jeq #0x800, 0, 1`, `ret #96`, `ret #0`.
const PROGRAM: [[u8; 8]; 4] = [
    [0x28, 0, 0, 0, 12, 0, 0, 0],
    [0x15, 0, 0, 1, 0, 8, 0, 0],
    [0x06, 0, 0, 0, 96, 0, 0, 0],
    [0x06, 0, 0, 0, 0, 0, 0, 0],
];

fn frame_requests(rng: &mut Rng) -> Vec<Valid> {
    let base = OpenFrames::default();
    let retain = OpenFrames { mode: FrameMode::Retain as u32, ..base };
    let mut typed = OpenFrames { ether_type_count: 2, ..base };
    typed.ether_types[..2].copy_from_slice(&[0x0800, 0x86dd]);
    let count = u32::try_from(PROGRAM.len()).unwrap_or_default();
    let settings = [
        base,
        retain,
        typed,
        OpenFrames { packet_filter: everything(), direction: rng.u32(0..3), ..base },
        OpenFrames { snap_length: rng.u32(1..256), queue_bytes: 64 << 10, ..base },
        OpenFrames { retain_lists: 8, retain_bytes: 1 << 16, ..retain },
        OpenFrames { retain_microseconds: rng.u32(1..5000), ..retain },
    ];
    let mut requests: Vec<_> = settings.iter().map(|settings| open(settings, &[])).collect();
    requests.extend([
        open(&OpenFrames { instruction_count: count, ..base }, &PROGRAM),
        Valid::new(IOCTL_INFO, [], size_of::<Info>()),
        Valid::new(IOCTL_ADAPTERS, [], 4096),
        Valid::new(IOCTL_FRAME_STATS, [], size_of::<FrameStats>()),
        Valid::new(IOCTL_UNBIND, [], 0),
        Valid::new(IOCTL_ADAPTER_STATS, [0; 16], size_of::<AdapterStats>()),
    ]);
    requests
}

#[cfg(test)]
mod tests {
    use super::{Call, Status, TARGETS, WSKRX};
    use crate::call::Buffer;

    #[test]
    fn unknown_codes_have_one_answer() {
        let call = |code| Call::Control { code, input: Buffer::NONE, output: Buffer::NONE };
        for target in TARGETS {
            for known in target.codes {
                let code = known.code.value();
                assert!(target.may_answer(&call(code), Status::SUCCESS));
                assert!(!target.may_answer(&call(code), Status::UNSUCCESSFUL));
                assert!(!target.may_answer(&call(code | 3), Status::SUCCESS), "by another method");
            }
        }
        let flush = Call::Flush { kind: 0 };
        assert!(WSKRX.may_answer(&flush, Status::INVALID_DEVICE_REQUEST));
        assert!(!WSKRX.may_answer(&flush, Status::SUCCESS));
    }

    #[test]
    fn what_is_valid_is_known() {
        for target in TARGETS {
            let valid = target.valid(&mut fastrand::Rng::with_seed(1));
            assert!(valid.iter().all(|request| target.code(request.code).is_some()));
            assert!((0..target.modes).all(|mode| target.code(target.receive(mode).code).is_some()));
        }
    }
}
