//! Calls, as the hosted kernel takes them.

use nthost::nt::{
    IRP_MN_LOCK, IRP_MN_UNLOCK_SINGLE, SL_EXCLUSIVE_LOCK, SL_FAIL_IMMEDIATELY, SL_RESTART_SCAN,
    SL_RETURN_SINGLE_ENTRY, SL_WATCH_TREE,
};

use crate::call::{Buffer, Call};

const fn buffer(buffer: Buffer) -> nthost::Buffer {
    nthost::Buffer { address: buffer.address, length: buffer.length }
}

const fn flag(is_set: bool, flag: u8) -> u8 {
    if is_set { flag } else { 0 }
}

const fn scan(restart: bool, single: bool) -> u8 {
    flag(restart, SL_RESTART_SCAN) | flag(single, SL_RETURN_SINGLE_ENTRY)
}

/// The same call.
pub(super) fn hosted(call: &Call) -> nthost::Call {
    use nthost::Call as Made;
    match *call {
        Call::Read { to, offset, key } => Made::read(buffer(to), offset, key),
        Call::Write { from, offset, key } => Made::write(buffer(from), offset, key),
        Call::Control { code, input, output } => {
            Made::device_control(code, buffer(input), buffer(output))
        }
        Call::FsControl { code, input, output } => {
            Made::fs_control(code, buffer(input), buffer(output))
        }
        Call::QueryInformation { class, to } => Made::query_information(class, buffer(to)),
        Call::SetInformation { class, from } => Made::set_information(class, buffer(from)),
        Call::QueryVolume { class, to } => Made::query_volume(class, buffer(to)),
        Call::SetVolume { class, from } => Made::set_volume(class, buffer(from)),
        Call::QueryDirectory { class, ref pattern, restart, single, to } => {
            Made::query_directory(class, pattern.clone(), scan(restart, single), buffer(to))
        }
        Call::NotifyDirectory { filter, tree, to } => {
            Made::notify_directory(filter, flag(tree, SL_WATCH_TREE), buffer(to))
        }
        Call::QueryEa { list, restart, single, to } => {
            Made::query_ea(buffer(list), scan(restart, single), buffer(to))
        }
        Call::SetEa { from } => Made::set_ea(buffer(from)),
        Call::QueryQuota { list, restart, single, to } => {
            Made::query_quota(buffer(list), scan(restart, single), buffer(to))
        }
        Call::SetQuota { from } => Made::set_quota(buffer(from)),
        Call::QuerySecurity { parts, to } => Made::query_security(parts, buffer(to)),
        Call::SetSecurity { parts, from } => Made::set_security(parts, buffer(from)),
        Call::Flush { kind } => Made::flush(kind),
        Call::Lock { offset, length, key, wait, exclusive } => {
            let flags = flag(!wait, SL_FAIL_IMMEDIATELY) | flag(exclusive, SL_EXCLUSIVE_LOCK);
            Made::lock(IRP_MN_LOCK, offset, length, key, flags)
        }
        Call::Unlock { offset, length, key } => {
            Made::lock(IRP_MN_UNLOCK_SINGLE, offset, length, key, 0)
        }
        Call::Driver { major, minor, words } => Made::of_driver(major, minor, words),
    }
}
