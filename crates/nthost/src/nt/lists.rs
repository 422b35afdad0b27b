//! Linked lists, whose links lie in the entries.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/singly-and-doubly-linked-lists)

/// Link of a doubly linked list, and its head. A list is a ring, and an empty one is its head alone.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-list_entry)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct LIST_ENTRY {
    /// Next entry, or the head after the last one.
    pub Flink: *mut Self,
    /// Entry before this one, or the head before the first one.
    pub Blink: *mut Self,
}

/// Link of a singly linked list, and its head.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows/win32/api/ntdef/ns-ntdef-single_list_entry)
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SINGLE_LIST_ENTRY {
    /// Next entry, or null after the last one.
    pub Next: *mut Self,
}

/// Link of an interlocked singly linked list.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/ns-wdm-_slist_entry)
#[repr(C, align(16))]
#[derive(Clone, Copy, Debug, Default)]
pub struct SLIST_ENTRY {
    /// Next entry, or null after the last one.
    pub Next: *mut Self,
}

/// Head of an interlocked singly linked list, which changes as a whole, by a compare and exchange of
/// 16 bytes.
///
/// [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/kernel/eprocess#slist_header)
#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub union SLIST_HEADER {
    /// Both halves as they are.
    pub s: SLIST_HEADER_HALVES,
    /// Both halves as numbers with bit-fields. `HeaderArm64` on ARM64.
    pub HeaderX64: SLIST_HEADER_BITS,
}

impl SLIST_HEADER {
    /// In `HeaderX64.Low`: number of entries.
    pub const DEPTH_MASK: u64 = 0xffff;
    /// In `HeaderX64.Low`: changes with every push, so that a pop notices one.
    pub const SEQUENCE_MASK: u64 = !0xffff;
    /// In `HeaderX64.High`: zero.
    pub const RESERVED_MASK: u64 = 0xf;
    /// In `HeaderX64.High`: the first entry, whose address has zeros in the lowest bits.
    pub const NEXT_ENTRY_MASK: u64 = !0xf;
}

/// Halves of a [`SLIST_HEADER`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SLIST_HEADER_HALVES {
    /// Depth and sequence.
    pub Alignment: u64,
    /// Link to the first entry.
    pub Region: u64,
}

/// Halves of a [`SLIST_HEADER`], as the numbers that hold its bit-fields.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SLIST_HEADER_BITS {
    /// Depth and sequence.
    pub Low: u64,
    /// Link to the first entry.
    pub High: u64,
}

default_is_zero!(SLIST_HEADER);

/// `InitializeListHead`: makes `head` an empty list.
///
/// # Safety
///
/// `head` is valid for writes.
pub const unsafe fn initialize_list_head(head: *mut LIST_ENTRY) {
    // SAFETY: the caller says so.
    unsafe { head.write(LIST_ENTRY { Flink: head, Blink: head }) };
}

/// `IsListEmpty`: whether `head` is alone in its list.
///
/// # Safety
///
/// `head` is valid for reads.
#[must_use]
pub unsafe fn is_list_empty(head: *const LIST_ENTRY) -> bool {
    // SAFETY: the caller says so.
    let first = unsafe { (*head).Flink };
    core::ptr::eq(first, head)
}

/// `InsertHeadList`: puts `entry` before all others.
///
/// # Safety
///
/// `head` is the head of a list whose entries are valid, which nobody else uses at the same time.
/// `entry` is valid for writes and in no list.
pub const unsafe fn insert_head_list(head: *mut LIST_ENTRY, entry: *mut LIST_ENTRY) {
    // SAFETY: the caller says that the head is valid.
    let first = unsafe { (*head).Flink };
    // SAFETY: the two are neighbours in a valid list.
    unsafe { insert_between(head, entry, first) };
}

/// `InsertTailList`: puts `entry` after all others.
///
/// # Safety
///
/// As for [`insert_head_list`].
pub const unsafe fn insert_tail_list(head: *mut LIST_ENTRY, entry: *mut LIST_ENTRY) {
    // SAFETY: the caller says that the head is valid.
    let last = unsafe { (*head).Blink };
    // SAFETY: the two are neighbours in a valid list.
    unsafe { insert_between(last, entry, head) };
}

/// `RemoveEntryList`: takes `entry` out of its list. Returns whether the list is empty now.
///
/// The links of `entry` stay as they are, and mean nothing.
///
/// # Safety
///
/// `entry` is in a list whose entries are valid, which nobody else uses at the same time.
pub unsafe fn remove_entry_list(entry: *mut LIST_ENTRY) -> bool {
    // SAFETY: the caller says that the entry is valid.
    let LIST_ENTRY { Flink: after, Blink: before } = unsafe { entry.read() };
    // SAFETY: the neighbours of an entry are valid.
    unsafe { link(before, after) };
    before == after
}

/// `RemoveHeadList`: takes the first entry out, if there is one.
///
/// # Safety
///
/// `head` is the head of a list whose entries are valid, which nobody else uses at the same time.
pub unsafe fn remove_head_list(head: *mut LIST_ENTRY) -> Option<*mut LIST_ENTRY> {
    // SAFETY: the caller says that the head is valid.
    let first = unsafe { (*head).Flink };
    (first != head).then(|| {
        // SAFETY: it is in this list.
        unsafe { remove_entry_list(first) };
        first
    })
}

/// `RemoveTailList`: takes the last entry out, if there is one.
///
/// # Safety
///
/// As for [`remove_head_list`].
pub unsafe fn remove_tail_list(head: *mut LIST_ENTRY) -> Option<*mut LIST_ENTRY> {
    // SAFETY: the caller says that the head is valid.
    let last = unsafe { (*head).Blink };
    (last != head).then(|| {
        // SAFETY: it is in this list.
        unsafe { remove_entry_list(last) };
        last
    })
}

/// Puts `entry` between two neighbours, which are one and the same in an empty list.
///
/// # Safety
///
/// All three are valid for writes.
const unsafe fn insert_between(
    before: *mut LIST_ENTRY,
    entry: *mut LIST_ENTRY,
    after: *mut LIST_ENTRY,
) {
    // SAFETY: the caller says so.
    unsafe { link(before, entry) };
    // SAFETY: the caller says so.
    unsafe { link(entry, after) };
}

/// Makes two entries neighbours.
///
/// # Safety
///
/// Both are valid for writes.
const unsafe fn link(before: *mut LIST_ENTRY, after: *mut LIST_ENTRY) {
    // SAFETY: the caller says so.
    unsafe { (*before).Flink = after };
    // SAFETY: the caller says so.
    unsafe { (*after).Blink = before };
}
