//! Requests that drivers build for other drivers.

use core::ptr;

use super::{
    own::{ALWAYS, free, on_completion},
    rig::{Asked, Plan, Rig},
};
use crate::{
    ex::pool,
    io::{
        irp::IofCallDriver,
        request::build::{
            IoBuildAsynchronousFsdRequest, IoBuildDeviceIoControlRequest,
            IoBuildSynchronousFsdRequest,
        },
    },
    ke::{event, wait::Limit},
    mm,
    nt::{
        DEVICE_OBJECT, DO_BUFFERED_IO, DO_DIRECT_IO, IO_STATUS_BLOCK, IRP, IRP_MJ_DEVICE_CONTROL,
        IRP_MJ_FLUSH_BUFFERS, IRP_MJ_INTERNAL_DEVICE_CONTROL, IRP_MJ_READ, IRP_MJ_WRITE, KEVENT,
        LARGE_INTEGER, NTSTATUS, NotificationEvent, STATUS_MORE_PROCESSING_REQUIRED,
        STATUS_SUCCESS,
    },
};

/// An event and a result, as a driver has them on its stack.
#[derive(Default)]
struct Told {
    event: KEVENT,
    result: IO_STATUS_BLOCK,
}

impl Told {
    #[expect(clippy::unnecessary_box_returns, reason = "an event stays where it is")]
    fn new() -> Box<Self> {
        let mut told = Box::<Self>::default();
        // SAFETY: the event stays where it is.
        unsafe { event::initialize(&raw mut told.event, NotificationEvent, false) };
        told
    }

    /// Sends a request, and waits for it.
    fn send(&mut self, irp: *mut IRP, device: *mut DEVICE_OBJECT) -> (NTSTATUS, usize) {
        assert!(!irp.is_null());
        // SAFETY: the IRP is filled in.
        unsafe { IofCallDriver(device, irp) };
        // SAFETY: the event is one.
        assert!(unsafe { event::wait(&raw mut self.event, Limit::None) });
        // SAFETY: the I/O manager has set it.
        (unsafe { self.result.u.Status }, self.result.Information)
    }
}

fn rig(flags: u32) -> Rig {
    let plan = Plan::new(|asked| match asked.major {
        IRP_MJ_READ => fill(asked),
        IRP_MJ_WRITE => {
            // SAFETY: it is a write.
            let write = unsafe { asked.location().Parameters.Write };
            // SAFETY: any bytes are a number.
            assert_eq!(unsafe { write.ByteOffset.QuadPart }, 9);
            asked.complete(STATUS_SUCCESS, write.Length as usize)
        }
        IRP_MJ_DEVICE_CONTROL | IRP_MJ_INTERNAL_DEVICE_CONTROL => {
            // SAFETY: such requests use this member of the union.
            let buffer = unsafe { asked.packet().AssociatedIrp.SystemBuffer }.cast::<u8>();
            // SAFETY: the buffer has a byte.
            unsafe { *buffer += asked.major };
            asked.complete(STATUS_SUCCESS, 1)
        }
        _ => asked.complete(STATUS_SUCCESS, 0),
    });
    Plan { flags, ..plan }.load()
}

/// Fills the buffer of a read of four bytes.
fn fill(asked: Asked) -> NTSTATUS {
    let packet = asked.packet();
    // SAFETY: it is a read.
    let system = unsafe { packet.AssociatedIrp.SystemBuffer };
    // SAFETY: the MDL of an IRP is valid, or null.
    let described = unsafe { packet.MdlAddress.as_ref() }.map(mm::address);
    let start = match (system.is_null(), described) {
        (false, _) => system,
        (true, Some(address)) => address as *mut _,
        (true, None) => packet.UserBuffer,
    };
    // SAFETY: the buffer has so many bytes.
    unsafe { start.cast::<[u8; 4]>().write(*b"data") };
    asked.complete(STATUS_SUCCESS, 4)
}

#[test]
fn control_requests_are_answered() {
    let rig = rig(0);
    rig.inside(|device| {
        for (internal, answer) in
            [(0, 5 + IRP_MJ_DEVICE_CONTROL), (1, 5 + IRP_MJ_INTERNAL_DEVICE_CONTROL)]
        {
            let (mut told, mut input, mut output) = (Told::new(), [5_u8], [0_u8; 2]);
            // SAFETY: all that is passed stays until the request is done.
            let irp = unsafe {
                IoBuildDeviceIoControlRequest(
                    0x22_2000,
                    device,
                    input.as_mut_ptr().cast(),
                    1,
                    output.as_mut_ptr().cast(),
                    2,
                    internal,
                    &raw mut told.event,
                    &raw mut told.result,
                )
            };
            assert_eq!(told.send(irp, device), (STATUS_SUCCESS, 1));
            assert_eq!(output, [answer, 0]);
        }
    });
    rig.finish();
}

#[test]
fn synchronous_requests_are_finished_by_the_io_manager() {
    for flags in [0, DO_BUFFERED_IO, DO_DIRECT_IO] {
        let rig = rig(flags);
        rig.inside(|device| {
            let mut buffer = [0_u8; 4];
            let start = buffer.as_mut_ptr();
            let build = |major: u8, told: &mut Told| {
                let offset = LARGE_INTEGER { QuadPart: 9 };
                let (event, result) = (&raw mut told.event, &raw mut told.result);
                let (major, start) = (u32::from(major), start.cast());
                // SAFETY: all that is passed stays until the request is done.
                unsafe {
                    IoBuildSynchronousFsdRequest(
                        major,
                        device,
                        start,
                        4,
                        &raw const offset,
                        event,
                        result,
                    )
                }
            };
            for (major, information) in
                [(IRP_MJ_READ, 4), (IRP_MJ_WRITE, 4), (IRP_MJ_FLUSH_BUFFERS, 0)]
            {
                let mut told = Told::new();
                let irp = build(major, &mut told);
                assert_eq!(told.send(irp, device), (STATUS_SUCCESS, information));
            }
            assert_eq!(&buffer, b"data");
            // A request that is not sent after all.
            free(build(IRP_MJ_READ, &mut Told::new()));
        });
        rig.finish();
    }
}

#[test]
fn asynchronous_requests_are_taken_back_with_what_belongs_to_them() {
    for flags in [0, DO_BUFFERED_IO, DO_DIRECT_IO] {
        let rig = rig(flags);
        rig.inside(|device| {
            let mut buffer = *b"    ";
            let start = buffer.as_mut_ptr().cast();
            let major = u32::from(IRP_MJ_READ);
            let (offset, result) = (ptr::null(), ptr::null_mut());
            // SAFETY: all that is passed stays until the request is done.
            let irp =
                unsafe { IoBuildAsynchronousFsdRequest(major, device, start, 4, offset, result) };
            on_completion(irp, ALWAYS, |completed| {
                let packet = completed.packet();
                if !packet.MdlAddress.is_null() {
                    // SAFETY: it is the driver's now.
                    unsafe { mm::unlock(packet.MdlAddress) };
                    // SAFETY: as above.
                    unsafe { mm::free(packet.MdlAddress) };
                }
                // SAFETY: a read uses this member of the union.
                let copy = unsafe { packet.AssociatedIrp.SystemBuffer };
                if !copy.is_null() {
                    // SAFETY: it is the driver's now.
                    unsafe { pool::free(copy, None) };
                }
                free(completed.irp);
                STATUS_MORE_PROCESSING_REQUIRED
            });
            // SAFETY: the IRP is filled in.
            assert_eq!(unsafe { IofCallDriver(device, irp) }, STATUS_SUCCESS);
            assert_eq!(&buffer, if flags == DO_BUFFERED_IO { b"    " } else { b"data" });
        });
        rig.finish();
    }
}

#[test]
fn a_threaded_irp_is_not_freed_by_its_driver() {
    let rig = rig(0);
    rig.inside(|device| {
        let mut told = Told::new();
        let (event, result) = (&raw mut told.event, &raw mut told.result);
        let (major, null) = (u32::from(IRP_MJ_FLUSH_BUFFERS), ptr::null_mut());
        // SAFETY: all that is passed stays until the request is done.
        let irp = unsafe {
            IoBuildSynchronousFsdRequest(major, device, null, 0, ptr::null(), event, result)
        };
        on_completion(irp, ALWAYS, |completed| {
            free(completed.irp);
            STATUS_SUCCESS
        });
        assert_eq!(told.send(irp, device), (STATUS_SUCCESS, 0));
    });
    assert_eq!(rig.broken(), ["irp-freed-not-owned"]);
}
