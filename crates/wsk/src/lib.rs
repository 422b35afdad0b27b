//! Safe Winsock Kernel (WSK) datagram sockets for drivers.
#![no_std]

pub mod chain;
pub mod control;
