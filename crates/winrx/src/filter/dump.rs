//! Programs in numbers, as `tcpdump -ddd` prints them.

use bpf::{Instruction, MAX_INSTRUCTIONS};

use super::FilterError;

/// Reads a program: the number of its instructions, then a line for each with code, jumps and constant.
pub fn parse(text: &str) -> Result<Vec<Instruction>, FilterError> {
    let mut lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let count = lines.next().and_then(|(_, line)| line.parse::<usize>().ok());
    let Some(count) = count.filter(|count| (1..=MAX_INSTRUCTIONS).contains(count)) else {
        return wrong(format!(
            "its first line is not a number of instructions from 1 to {MAX_INSTRUCTIONS}"
        ));
    };
    let mut program = Vec::with_capacity(count);
    for (at, line) in lines {
        let Some(instruction) = instruction(line) else {
            return wrong(format!("line {} is not four numbers of an instruction", at + 1));
        };
        program.push(instruction);
    }
    if program.len() == count {
        Ok(program)
    } else {
        wrong(format!("it promises {count} instructions, and has {}", program.len()))
    }
}

fn wrong<T>(reason: String) -> Result<T, FilterError> {
    Err(FilterError::Dump(reason))
}

fn instruction(line: &str) -> Option<Instruction> {
    let mut numbers = line.split_ascii_whitespace();
    let code = numbers.next()?.parse().ok()?;
    let (jt, jf) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    let k = numbers.next()?.parse().ok()?;
    numbers.next().is_none().then_some(Instruction { code, jt, jf, k })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_read() {
        let text = "4\n40 0 0 12\n21 0 1 2048\n\n6 0 0 262144\n 6 0 0 0 \n";
        let program = parse(text).unwrap();
        assert_eq!(program[1], Instruction::jump(21, 2048, 0, 1));
        assert_eq!(program[3], Instruction::new(6, 0));
    }

    #[test]
    fn what_is_no_program_is_explained() {
        for (text, part) in [
            ("", "its first line is not a number of instructions from 1 to 4096"),
            ("x", "its first line"),
            ("0\n", "its first line"),
            ("4097\n", "its first line"),
            ("1\n6 0 0", "line 2 is not four numbers"),
            ("1\n6 0 0 0 0", "line 2 is not four numbers"),
            ("1\n6 256 0 0", "line 2 is not four numbers"),
            ("1\n6 0 0 4294967296", "line 2 is not four numbers"),
            ("1\n\n-6 0 0 0", "line 3 is not four numbers"),
            ("2\n6 0 0 0", "it promises 2 instructions, and has 1"),
            ("1\n6 0 0 0\n6 0 0 0", "it promises 1 instructions, and has 2"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text:?}: {error}");
            assert!(error.ends_with('.'));
        }
    }
}
