//! The script that takes a test machine through all steps: it is PowerShell, it calls what there is, and its
//! arguments are those that winrx and hlk take.

use std::{collections::BTreeSet, fs, path::Path};

use clap::Parser;
use tree_sitter::{Node, Tree};

/// What Windows has, each on every installation.
const PROGRAMS: [&str; 4] = ["bcdedit.exe", "certutil.exe", "verifier.exe", "wpr.exe"];

/// What Windows PowerShell 5.1 has.
const CMDLETS: [&str; 17] = [
    "ConvertFrom-Json",
    "ConvertTo-Json",
    "ForEach-Object",
    "Get-ChildItem",
    "Get-Content",
    "Get-ItemProperty",
    "Get-PfxCertificate",
    "Join-Path",
    "New-Item",
    "Out-Host",
    "Out-Null",
    "Remove-Item",
    "Set-Content",
    "Set-ItemProperty",
    "Start-Process",
    "Test-Path",
    "Where-Object",
];

/// What else may be called: a step's code, and what prints.
const OTHERS: [&str; 2] = ["$Code", "Write-Host"];

/// The winrx and hlk of the package.
const OURS: [&str; 2] = ["$winrx", "$hlk"];

fn script() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/vm/check.ps1");
    fs::read_to_string(file).unwrap()
}

fn parse(script: &str) -> Tree {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    parser.parse(script, None).unwrap()
}

fn each<'t>(node: Node<'t>, visit: &mut impl FnMut(Node<'t>)) {
    visit(node);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        each(child, visit);
    }
}

/// The lines at which it is not PowerShell.
fn mistakes(script: &str) -> Vec<usize> {
    let tree = parse(script);
    let mut lines = Vec::new();
    each(tree.root_node(), &mut |node| {
        if node.is_error() || node.is_missing() {
            lines.push(node.start_position().row + 1);
        }
    });
    lines
}

/// A command that the script runs: its name and its arguments, as they are written.
type Words<'s> = Vec<&'s str>;

fn commands(script: &str) -> Vec<Words<'_>> {
    let tree = parse(script);
    let mut commands = Vec::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() == "command" {
            let mut words =
                vec![&script[node.child_by_field_name("command_name").unwrap().byte_range()]];
            if let Some(elements) = node.child_by_field_name("command_elements") {
                let mut cursor = elements.walk();
                let arguments = elements.children(&mut cursor);
                let arguments = arguments.filter(|one| one.kind() != "command_argument_sep");
                words.extend(arguments.map(|argument| &script[argument.byte_range()]));
            }
            commands.push(words);
        }
    });
    commands
}

/// The functions that the script has itself.
fn functions(script: &str) -> BTreeSet<&str> {
    let tree = parse(script);
    let mut names = BTreeSet::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() == "function_name" {
            names.insert(&script[node.byte_range()]);
        }
    });
    names
}

/// What is called that there is not.
fn unknown(script: &str) -> Vec<&str> {
    let functions = functions(script);
    let is_known = |name: &str| {
        let lists: [&[&str]; 4] = [&PROGRAMS, &CMDLETS, &OTHERS, &OURS];
        functions.contains(name) || lists.iter().any(|list| list.contains(&name))
    };
    let names = commands(script).into_iter().map(|words| words[0]);
    names.filter(|name| !is_known(name)).collect()
}

/// What winrx and hlk say of the command lines that they would not take, and how many they take.
fn refused(script: &str) -> (Vec<String>, usize) {
    let (mut refused, mut taken) = (Vec::new(), 0);
    for words in commands(script).into_iter().filter(|words| OURS.contains(&words[0])) {
        // What a variable holds, and an expression makes: a number or a path.
        let value = |word: &&str| match *word {
            "$Minutes" => "30".to_owned(),
            word if word.starts_with(['$', '(']) => r"C:\package".to_owned(),
            word => word.to_owned(),
        };
        let line: Vec<_> = words.iter().map(value).collect();
        let result = match words[0] {
            "$winrx" => winrx::command::Cli::try_parse_from(line).map(drop),
            _ => hlk::cli::Cli::try_parse_from(line).map(drop),
        };
        match result {
            Ok(()) => taken += 1,
            Err(error) => refused.push(format!("{words:?}: {error}")),
        }
    }
    (refused, taken)
}

#[test]
fn it_is_powershell() {
    let script = script();
    assert_eq!(mistakes(&script), Vec::<usize>::new());
    // And what is not is found.
    for (good, bad) in [
        ("switch ($Phase) {", "switch ($Phase {"),
        ("    foreach ($store in", "    foreach ($store on"),
        ("exit 0\n", "}\n"),
        ("param(", "param(["),
    ] {
        assert!(script.contains(good), "{good}");
        assert!(!mistakes(&script.replacen(good, bad, 1)).is_empty(), "{bad}");
    }
}

#[test]
fn what_it_calls_is_there() {
    let script = script();
    assert_eq!(unknown(&script), [""; 0]);
    let wrong = script.replacen("wpr.exe -start", "wprui.exe -start", 1);
    assert_eq!(unknown(&wrong), ["wprui.exe"]);
    let wrong = script.replacen("{ Assert-NoDump }", "{ Assert-NoDumps }", 1);
    assert_eq!(unknown(&wrong), ["Assert-NoDumps"]);
}

#[test]
fn winrx_and_hlk_take_its_arguments() {
    let script = script();
    let (errors, taken) = refused(&script);
    assert_eq!(errors, [""; 0]);
    assert!(taken >= 12, "{taken} of them");
    for (good, bad) in [
        ("doctor --verifier", "doctor --verifiers"),
        ("--at-least 5", "--at-least five"),
        ("--report (", "--reports ("),
        ("& $winrx stop", "& $winrx halt"),
    ] {
        let (errors, _) = refused(&script.replacen(good, bad, 1));
        assert_eq!(errors.len(), 1, "{bad}: {errors:?}");
    }
}

/// It has Driver Verifier check what `winrx doctor --verifier` wants to be checked.
#[test]
fn driver_verifier_checks_what_winrx_wants() {
    let classes: Vec<_> = winrx::setup::verifier::classes().iter().map(u32::to_string).collect();
    let line = format!("$classes = @({})", classes.join(", "));
    assert!(script().lines().any(|own| own == line), "{line}");
}
