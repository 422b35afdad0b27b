//! The command `winrx`, as it is built, with the real wskrx.sys: what it prints and writes is what
//! ordinary sockets sent.

mod capture;
mod ends;
mod tshark;
mod winrx;
