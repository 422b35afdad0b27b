//! Whatever a program sends, it gets the documented status, and nothing else happens.

use bpf::Instruction;
use nthost::File;
use rx_abi::{
    ABI_VERSION, AdapterList, AdapterStats, FrameMode, FrameStats, IOCTL_ADAPTER_STATS,
    IOCTL_ADAPTERS, IOCTL_BIND, IOCTL_FRAME_STATS, IOCTL_INFO, IOCTL_OPEN, IOCTL_UNBIND,
    OpenFrames, Opened,
};
use zerocopy::IntoBytes;

use crate::rig::{Rig, frame, guid};

const SUCCESS: u32 = 0;
const INVALID_PARAMETER: u32 = 0xC000_000D;
const INVALID_DEVICE_REQUEST: u32 = 0xC000_0010;
const BUFFER_TOO_SMALL: u32 = 0xC000_0023;
const REVISION_MISMATCH: u32 = 0xC000_0059;
const INVALID_DEVICE_STATE: u32 = 0xC000_0184;
const INVALID_BUFFER_SIZE: u32 = 0xC000_0206;
const NOT_FOUND: u32 = 0xC000_0225;

/// The status of a request, and how many bytes it answers with.
fn ask(file: &File, code: u32, input: &[u8], room: usize) -> (u32, usize) {
    let mut output = vec![0xa5; room];
    let completion = file.ioctl(code, input, &mut output);
    assert!(output[completion.information..].iter().all(|byte| *byte == 0xa5));
    (completion.status.value().cast_unsigned(), completion.information)
}

/// The status of an attempt to open a reader.
fn open(file: &File, open: &OpenFrames, program: &[Instruction]) -> u32 {
    let input = [open.as_bytes(), program.as_bytes()].concat();
    ask(file, IOCTL_OPEN.value(), &input, size_of::<Opened>()).0
}

#[test]
fn codes_and_sizes_are_checked() {
    let rig = Rig::new();
    let file = rig.machine.open();
    for code in [0, u32::MAX, IOCTL_BIND.value(), IOCTL_INFO.value() + 1, IOCTL_OPEN.value() + 4096]
    {
        assert_eq!(ask(&file, code, &[], 4096).0, INVALID_DEVICE_REQUEST, "{code:#x}");
    }
    let without_input = [IOCTL_INFO, IOCTL_ADAPTERS, IOCTL_FRAME_STATS, IOCTL_UNBIND];
    for code in without_input {
        assert_eq!(ask(&file, code.value(), &[0], 4096).0, INVALID_BUFFER_SIZE);
    }
    assert_eq!(ask(&file, IOCTL_INFO.value(), &[], 31), (BUFFER_TOO_SMALL, 0));
    let list = size_of::<AdapterList>();
    assert_eq!(ask(&file, IOCTL_ADAPTERS.value(), &[], list - 1), (BUFFER_TOO_SMALL, 0));
    assert_eq!(ask(&file, IOCTL_ADAPTERS.value(), &[], list), (SUCCESS, list));
    let adapter = size_of::<rx_abi::Adapter>();
    assert_eq!(ask(&file, IOCTL_ADAPTERS.value(), &[], list + adapter - 1), (SUCCESS, list));
    assert_eq!(ask(&file, IOCTL_ADAPTERS.value(), &[], 65_536), (SUCCESS, list + adapter));
    for code in [IOCTL_FRAME_STATS, IOCTL_UNBIND] {
        assert_eq!(ask(&file, code.value(), &[], 4096).0, INVALID_DEVICE_STATE);
    }
    let stats = IOCTL_ADAPTER_STATS.value();
    let (guid, room) = (guid(&rig.link).0, size_of::<AdapterStats>());
    assert_eq!(ask(&file, stats, &guid, room), (SUCCESS, room));
    assert_eq!(ask(&file, stats, &guid, room - 1), (BUFFER_TOO_SMALL, 0));
    assert_eq!(ask(&file, stats, &guid[1..], room).0, INVALID_BUFFER_SIZE);
    assert_eq!(ask(&file, stats, &[7; 16], room).0, NOT_FOUND);
    assert_eq!(file.read(&mut [0; 4096]).status.value().cast_unsigned(), INVALID_DEVICE_STATE);
    drop(file);
    rig.finish();
}

#[test]
fn settings_are_checked() {
    let rig = Rig::new();
    let file = rig.machine.open();
    let code = IOCTL_OPEN.value();
    let good = OpenFrames::default();
    let room = size_of::<Opened>();
    assert_eq!(ask(&file, code, &[], room).0, INVALID_BUFFER_SIZE);
    assert_eq!(ask(&file, code, &good.as_bytes()[1..], room).0, REVISION_MISMATCH);
    let shorter = &good.as_bytes()[..size_of::<OpenFrames>() - 1];
    assert_eq!(ask(&file, code, shorter, room).0, INVALID_BUFFER_SIZE);
    assert_eq!(ask(&file, code, &[good.as_bytes(), &[0]].concat(), room).0, INVALID_BUFFER_SIZE);
    assert_eq!(ask(&file, code, good.as_bytes(), room - 1), (BUFFER_TOO_SMALL, 0));
    let unknown = OpenFrames { adapter_count: 1, ..good };
    assert_eq!(open(&file, &unknown, &[]), NOT_FOUND);
    assert_eq!(
        open(&file, &OpenFrames { abi_version: ABI_VERSION + 1, ..good }, &[]),
        REVISION_MISMATCH
    );
    let retain = FrameMode::Retain as u32;
    for bad in [
        OpenFrames { mode: 2, ..good },
        OpenFrames { packet_filter: 1 << 4, ..good },
        OpenFrames { direction: 3, ..good },
        OpenFrames { options: 2, ..good },
        OpenFrames { queue_bytes: 1, ..good },
        OpenFrames { queue_bytes: u32::MAX, ..good },
        OpenFrames { retain_lists: 1, ..good },
        OpenFrames { mode: retain, retain_lists: 4097, ..good },
        OpenFrames { adapter_count: 17, ..good },
        OpenFrames { adapter_count: 2, ..good },
        OpenFrames { ether_type_count: 17, ..good },
        OpenFrames { reserved: 1, ..good },
    ] {
        assert_eq!(open(&file, &bad, &[]), INVALID_PARAMETER, "{bad:?}");
    }
    // After all that it can still be opened, once.
    assert_eq!(open(&file, &good, &[]), SUCCESS);
    assert_eq!(open(&file, &good, &[]), INVALID_DEVICE_STATE);
    let room = size_of::<FrameStats>();
    assert_eq!(ask(&file, IOCTL_FRAME_STATS.value(), &[], room - 1), (BUFFER_TOO_SMALL, 0));
    assert_eq!(ask(&file, IOCTL_FRAME_STATS.value(), &[], room), (SUCCESS, room));
    assert_eq!(file.read(&mut [0; 79]).status.value().cast_unsigned(), BUFFER_TOO_SMALL);
    rig.link.indicate(&[frame(60, 0)]);
    drop(file);
    rig.finish();
}

#[test]
fn programs_are_checked() {
    let rig = Rig::new();
    let file = rig.machine.open();
    let accept = Instruction::new(0x06, 100);
    let program = |instructions: &[Instruction]| {
        let instruction_count = u32::try_from(instructions.len()).unwrap();
        open(&file, &OpenFrames { instruction_count, ..OpenFrames::default() }, instructions)
    };
    for bad in [
        // What would be a jump back, to itself, or out.
        vec![Instruction::new(0x05, u32::MAX), accept],
        vec![Instruction::new(0x05, 1), accept],
        vec![Instruction::jump(0x15, 0, 0, 255), accept],
        // A division by zero, a scratch word that does not exist, a code that does not, and no end.
        vec![Instruction::new(0x34, 0), accept],
        vec![Instruction::new(0x02, 16), accept],
        vec![Instruction::new(0xffff, 0), accept],
        vec![accept, Instruction::new(0x04, 0)],
        vec![accept; 4097],
    ] {
        assert_eq!(program(&bad), INVALID_PARAMETER, "{:?}", bad.first());
    }
    let lie = OpenFrames { instruction_count: 2, ..OpenFrames::default() };
    assert_eq!(open(&file, &lie, &[accept]), INVALID_BUFFER_SIZE);
    assert_eq!(program(&vec![accept; 4096]), SUCCESS);
    drop(file);
    rig.finish();
}
