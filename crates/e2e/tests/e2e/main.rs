//! The real wskrx.sys, loaded into the hosted kernel, receives what ordinary sockets send.

mod bad_input;
mod behaviours;
mod burst;
mod cancel;
mod content;
mod life;
mod options;
mod parameters;
mod receivers;
