//! Filter programs: from expressions as tcpdump takes them, or from programs that it has compiled.

mod dump;
mod libpcap;
mod tagged;

use bpf::{Instruction, Program};

/// A program that chooses frames, valid and for frames whose VLAN tag lies beside them, as the adapters of
/// [`Capture`](crate::Capture) and live interfaces of Linux have it.
#[derive(Clone, Debug)]
pub struct Filter {
    expression: Option<String>,
    program: Program<Vec<Instruction>>,
}

/// Why there is no filter. The text is a sentence with the cause and the cure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// There is no compiler for expressions; holds what was looked for.
    #[error(
        "Filter expressions are compiled by libpcap, which is not here: {0}. Install {package}, or give \
         a program that `tcpdump -ddd` has compiled with --bpf.",
        package = libpcap::PACKAGE
    )]
    NoCompiler(String),
    /// The expression is none; holds what the compiler said.
    #[error(
        "{expression:?} is not a filter expression: {reason}. Write one as tcpdump takes it (man \
         pcap-filter), such as \"udp port 53\"."
    )]
    Expression {
        /// What was to be compiled.
        expression: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The program would not be run.
    #[error("The filter program cannot be used: {0}. Choose a simpler filter.")]
    Program(bpf::Invalid),
    /// What should have been a program in numbers is none.
    #[error("This is no program as `tcpdump -ddd` prints it: {0}.")]
    Dump(String),
}

impl Filter {
    /// Compiles an expression of tcpdump.
    ///
    /// It chooses the frames that it would choose on a live interface of Linux. `vlan` looks at the tag
    /// that the adapter took out, then into the frame; what comes without `vlan` before it also finds what
    /// lies in tagged frames: `udp port 53` takes DNS with a tag and without one.
    ///
    /// # Errors
    ///
    /// If it is no expression, or libpcap is not installed.
    pub fn compile(expression: &str) -> Result<Self, FilterError> {
        let program = tagged::compile(expression, libpcap::compile)?;
        Ok(Self { expression: Some(expression.to_owned()), program: checked(program)? })
    }

    /// Takes a program as `tcpdump -ddd` prints it: the number of instructions, then one a line.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn from_dump(text: &str) -> Result<Self, FilterError> {
        Ok(Self { expression: None, program: checked(dump::parse(text)?)? })
    }

    /// The expression that it was compiled from, if it was.
    #[must_use]
    pub fn expression(&self) -> Option<&str> {
        self.expression.as_deref()
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program<Vec<Instruction>> {
        &self.program
    }
}

fn checked(program: Vec<Instruction>) -> Result<Program<Vec<Instruction>>, FilterError> {
    Program::new(program).map_err(FilterError::Program)
}
