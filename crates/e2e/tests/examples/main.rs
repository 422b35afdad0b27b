//! The drivers of the folder `examples`, in the hosted kernel.

mod borrowed_irp;
mod docs;
mod frames;
mod own_irp;
mod verified;
mod whole;
