//! `hlk`: does to the drivers what the Hardware Lab Kit does.

use std::{
    io::{IsTerminal, stderr},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use hlk::{
    cli::Cli,
    job::{Effort, Verdict},
    layer::System,
    report::Report,
    run::{self, Event, Plan},
};
use indicatif::{ProgressBar, ProgressStyle};

fn main() -> ExitCode {
    let cli = Cli::parse();
    #[cfg(windows)]
    if let (&[mode, reads, length], Some(driver)) = (&cli.victim[..], &cli.driver) {
        return hlk::layer::windows::victim(driver, mode, reads, length);
    }
    match execute(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn system(cli: &Cli) -> Arc<dyn System + Send> {
    Arc::new(hlk::layer::hosted::Hosted::new(cli.drivers.clone()))
}

#[cfg(windows)]
fn system(_cli: &Cli) -> Arc<dyn System + Send> {
    Arc::new(hlk::layer::windows::Windows)
}

/// Runs what is wanted; true if nothing has failed.
fn execute(cli: &Cli) -> Result<bool, String> {
    let mut plan = Plan {
        seed: cli.seed,
        effort: Effort::Percent(100),
        driver: cli.driver.clone(),
        tests: cli.tests.clone(),
    };
    let jobs = plan.jobs()?;
    if cli.list {
        for (job, target) in jobs {
            println!("{:8} {:36} {}", target.name, job.name, job.title);
        }
        return Ok(true);
    }
    plan.effort = effort(cli, jobs.len() as u64);
    let system = system(cli);
    for (_, target) in &jobs {
        system.check(target)?;
    }
    let started = Instant::now();
    let mut show = Show::new();
    let outcomes = run::all(&plan, &system, |event| show.event(event, &plan))?;
    let name = system.name();
    let time = started.elapsed();
    let report = Report { system: &name, plan: &plan, outcomes: &outcomes, time };
    report.write(&cli.report).map_err(|error| {
        let folder = cli.report.display();
        format!(
            "The report cannot be written to {folder}: {error}. Name another folder with --report."
        )
    })?;
    println!("report: {}", cli.report.join("report.html").display());
    Ok(!outcomes.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed(_))))
}

fn effort(cli: &Cli, jobs: u64) -> Effort {
    if let Some(minutes) = cli.minutes {
        let time = Duration::from_secs(60 * u64::from(minutes));
        return Effort::Time(time / u32::try_from(jobs).unwrap_or(1).max(1));
    }
    if let Some(count) = cli.ioctls {
        return Effort::Requests(count);
    }
    if let Some(seconds) = cli.seconds_each {
        return Effort::Time(Duration::from_secs(seconds));
    }
    Effort::Percent(cli.percent.unwrap_or(100))
}

/// Shows what goes on: a moving line at a terminal, and a line for each test.
struct Show {
    bar: Option<ProgressBar>,
    title: String,
}

impl Show {
    fn new() -> Self {
        let bar = stderr().is_terminal().then(ProgressBar::new_spinner);
        if let Some(bar) = &bar
            && let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}")
        {
            bar.set_style(style);
        }
        Self { bar, title: String::new() }
    }

    fn event(&mut self, event: &Event<'_>, plan: &Plan) {
        match event {
            Event::Begins(job, target) => self.title = format!("{:6} {:34}", target.name, job.name),
            Event::Goes(count, time) => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("{} {count} in {} s", self.title, time.as_secs()));
                    bar.tick();
                }
            }
            Event::Ends(outcome) => {
                let requests = outcome.coverage.total();
                let seconds = outcome.time.as_secs_f64();
                let (mark, words) = match &outcome.verdict {
                    Verdict::Passed => ("✓", String::new()),
                    Verdict::Skipped(reason) => ("–", format!(" skipped: {reason}")),
                    Verdict::Failed(problems) => {
                        let again = plan.again(outcome);
                        ("✗", format!("\n    {}\n    again: {again}", problems.join("\n    ")))
                    }
                };
                let line =
                    format!("{mark} {} {requests:10} requests {seconds:7.1} s{words}", self.title);
                match &self.bar {
                    Some(bar) => bar.println(line),
                    None => println!("{line}"),
                }
            }
        }
    }
}
