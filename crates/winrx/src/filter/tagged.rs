//! Expressions about frames whose VLAN tag lies beside them.
//!
//! Adapters take the outer tag out of a frame, as the interfaces of Linux do. libpcap knows that of
//! live interfaces of Linux only: there `vlan` asks whether there is such a tag, and the rest of the frame is
//! where it is without one. Everywhere else `vlan` looks into the frame, and the rest is four bytes
//! further on. So there are two programs: for frames without a tag beside them what libpcap makes of the
//! expression; for the others what it makes of the expression with the first `vlan` replaced by the question
//! for the tag. The whole program begins with a choice between the two.

use std::ops::Range;

use bpf::Instruction;

use super::FilterError;

/// Codes of instructions: load a byte from an absolute offset, jump if equal, jump.
const LOAD_BYTE: u16 = 0x30;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP: u16 = 0x05;

/// From where on offsets mean something beside the frame (`SKF_AD_OFF`): whether there is a tag, and its
/// value.
const TAG_PRESENT: u32 = 0xffff_f000 + 48;
const TAG: u32 = 0xffff_f000 + 44;

/// Behind these `vlan` is about a frame within the frame.
const INNER: [&str; 3] = ["geneve", "vxlan", "pppoes"];

/// Compiles an expression with `compiler`, which knows nothing of tags beside frames.
pub fn compile(
    expression: &str,
    compiler: impl Fn(&str) -> Result<Vec<Instruction>, FilterError>,
) -> Result<Vec<Instruction>, FilterError> {
    let untagged = compiler(expression)?;
    let Some(vlan) = Vlan::first(expression) else { return Ok(untagged) };
    let tagged = compiler(&vlan.replaced(expression))?;
    // Where there is a tag, go on behind the jump.
    let over = u32::try_from(tagged.len()).unwrap_or(u32::MAX);
    let choice = [
        Instruction::new(LOAD_BYTE, TAG_PRESENT),
        Instruction::jump(JUMP_IF_EQUAL, 1, 1, 0),
        Instruction::new(JUMP, over),
    ];
    Ok([&choice, &*tagged, &*untagged].concat())
}

/// A `vlan` in an expression.
#[derive(Debug, PartialEq, Eq)]
struct Vlan<'e> {
    /// Where it stands, with its number.
    place: Range<usize>,
    /// The number that has to be the tag's.
    number: Option<&'e str>,
}

impl<'e> Vlan<'e> {
    /// The first one, if it is about the outer tag.
    fn first(expression: &'e str) -> Option<Self> {
        let start = words(expression).find(|&(_, word)| word == "vlan" || INNER.contains(&word));
        let (start, _) = start.filter(|&(_, word)| word == "vlan")?;
        let end = start + "vlan".len();
        let (number, length) = number(expression.get(end..)?);
        Some(Self { place: start..end + length, number })
    }

    /// The expression with the question for the tag in its place.
    fn replaced(&self, expression: &str) -> String {
        let question = match self.number {
            None => format!("(ether[{TAG_PRESENT:#x}:1] = 1)"),
            Some(number) => format!("(ether[{TAG:#x}:2] & 0xfff = {number})"),
        };
        let mut replaced = expression.to_owned();
        replaced.replace_range(self.place.clone(), &question);
        replaced
    }
}

/// The words of an expression and where they begin. Names that are escaped with a backslash have it with
/// them.
fn words(expression: &str) -> impl Iterator<Item = (usize, &str)> {
    let in_word = |c: char| c.is_ascii_alphanumeric() || "-_.\\".contains(c);
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + expression.get(rest..)?.find(in_word)?;
        let word = expression.get(start..)?;
        let word = word.get(..word.find(|c| !in_word(c)).unwrap_or(word.len()))?;
        rest = start + word.len();
        Some((start, word))
    })
}

/// A number at the beginning of `text`, which may be in parentheses, and the length of all that.
fn number(text: &str) -> (Option<&str>, usize) {
    let mut rest = text.trim_start();
    let mut open = 0;
    while let Some(inner) = rest.strip_prefix('(') {
        rest = inner.trim_start();
        open += 1;
    }
    let digits = rest.get(..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()));
    let number = digits.filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
    let Some(number) = number else { return (None, 0) };
    rest = rest.get(number.len()..).unwrap_or_default();
    for _ in 0..open {
        let Some(outer) = rest.trim_start().strip_prefix(')') else { return (None, 0) };
        rest = outer;
    }
    (Some(number), text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn replaced(expression: &str) -> Option<String> {
        Vlan::first(expression).map(|vlan| vlan.replaced(expression))
    }

    #[test]
    fn the_first_vlan_asks_for_the_tag() {
        let any = "(ether[0xfffff030:1] = 1)";
        let five = "(ether[0xfffff02c:2] & 0xfff = 5)";
        for (expression, expected) in [
            ("vlan", any.to_owned()),
            ("vlan 5", five.to_owned()),
            ("vlan 5 and udp port 53", format!("{five} and udp port 53")),
            ("not (vlan(5)) and ip", format!("not ({five}) and ip")),
            ("ip or vlan ( ( 5 ) )or arp", format!("ip or {five}or arp")),
            ("vlan and vlan 5", format!("{any} and vlan 5")),
            ("vlan&&ip", format!("{any}&&ip")),
            ("vlan and geneve", format!("{any} and geneve")),
            ("(vlan)", format!("({any})")),
            ("host \\vlan and vlan 5", format!("host \\vlan and {five}")),
            ("vlan 0x10", "(ether[0xfffff02c:2] & 0xfff = 0x10)".to_owned()),
        ] {
            assert_eq!(replaced(expression), Some(expected), "{expression}");
        }
    }

    #[test]
    fn what_is_not_about_the_outer_tag_stays() {
        for expression in
            ["", "udp port 53", "host vlan-5", "host my.vlan", "geneve and vlan 5", "host \\vlan"]
        {
            assert_eq!(replaced(expression), None, "{expression}");
        }
    }

    #[test]
    fn frames_with_a_tag_have_a_program_of_their_own() {
        let seen = RefCell::new(Vec::new());
        let program = compile("vlan 5 and ip", |expression| {
            seen.borrow_mut().push(expression.to_owned());
            let value = u32::try_from(seen.borrow().len()).unwrap();
            Ok(vec![Instruction::new(0x06, value)])
        });
        assert_eq!(seen.into_inner()[0], "vlan 5 and ip");
        let ends = [Instruction::new(0x06, 2), Instruction::new(0x06, 1)];
        let program = program.unwrap();
        assert_eq!(program[2..], [&[Instruction::new(JUMP, 1)][..], &ends].concat());
    }
}
