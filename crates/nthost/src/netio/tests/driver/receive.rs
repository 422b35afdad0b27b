//! Requests to receive.

use std::net::SocketAddr;

use wsk_sys::{IRP as WSK_IRP, WSK_BUF};

use super::{Irp, Socket};
use crate::{
    netio::address::{Bytes, decode},
    nt::{MDL, MDL_SOURCE_IS_NONPAGED_POOL, NTSTATUS},
};

/// A request to receive, and all memory that it needs until it is completed.
pub struct Receive {
    pub irp: Irp,
    memory: Box<Memory>,
}

struct Memory {
    payload: Vec<u8>,
    mdl: MDL,
    buffer: WSK_BUF,
    remote: Bytes,
    control: [u64; 32],
    control_length: u32,
    flags: u32,
}

impl Receive {
    /// A request with a buffer of so many bytes.
    pub fn new(bytes: usize) -> Self {
        Self::with_control(bytes, 256)
    }

    /// A request with so much room for control messages.
    pub fn with_control(bytes: usize, control: u32) -> Self {
        let mut memory = Box::new(Memory {
            payload: vec![0; bytes],
            mdl: MDL::default(),
            buffer: WSK_BUF::default(),
            remote: Bytes::default(),
            control: [0x1111_1111_1111_1111; 32],
            control_length: control,
            flags: 0x5555_5555,
        });
        memory.mdl = MDL {
            MdlFlags: MDL_SOURCE_IS_NONPAGED_POOL,
            MappedSystemVa: memory.payload.as_mut_ptr().cast(),
            ByteCount: bytes.try_into().unwrap(),
            ..MDL::default()
        };
        memory.buffer = WSK_BUF { Mdl: (&raw mut memory.mdl).cast(), Offset: 0, Length: bytes };
        Self { irp: Irp::new(), memory }
    }

    pub fn buffer(&mut self) -> &mut WSK_BUF {
        &mut self.memory.buffer
    }

    /// Hands it to the provider.
    pub fn start(&mut self, socket: &Socket) -> NTSTATUS {
        self.start_with(socket, 0, true)
    }

    /// As [`start`](Self::start); with flags, and perhaps without a place for the length of control
    /// messages.
    pub fn start_with(&mut self, socket: &Socket, flags: u32, with_length: bool) -> NTSTATUS {
        let receive = socket.dispatch().WskReceiveFrom.unwrap();
        let memory = &mut *self.memory;
        let length =
            if with_length { &raw mut memory.control_length } else { std::ptr::null_mut() };
        let irp: *mut WSK_IRP = self.irp.pointer();
        // SAFETY: the memory stays until the request is completed.
        unsafe {
            receive(
                socket.pointer,
                &raw mut memory.buffer,
                flags,
                memory.remote.as_mut_ptr().cast(),
                length,
                memory.control.as_mut_ptr().cast(),
                &raw mut memory.flags,
                irp,
            )
        }
    }

    /// The first bytes.
    pub fn payload(&self, bytes: usize) -> &[u8] {
        &self.memory.payload[..bytes]
    }

    pub fn remote(&self) -> Option<SocketAddr> {
        decode(&self.memory.remote)
    }

    pub fn flags(&self) -> u32 {
        self.memory.flags
    }

    pub fn control_length(&self) -> usize {
        self.memory.control_length as usize
    }

    /// All room for control messages.
    pub fn control(&self) -> Vec<u8> {
        self.memory.control.iter().flat_map(|word| word.to_ne_bytes()).collect()
    }
}
