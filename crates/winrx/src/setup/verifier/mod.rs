//! Whether Driver Verifier watches the drivers, and for what.
//!
//! [Microsoft's page](https://learn.microsoft.com/en-us/windows-hardware/drivers/devtest/verifier-command-line)

mod activity;

use serde::Serialize;

pub use activity::{Activity, Watched};

use super::{
    doctor::{Finding, obstacle},
    product::{NDISRX, Product},
};

/// What is known of Driver Verifier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verifier {
    /// What it does now, or why that is not known: the end of a sentence.
    pub now: Result<Activity, String>,
    /// The drivers that it will watch after a restart; `*` stands for all.
    pub after_restart: Vec<String>,
}

/// Something that it checks.
#[derive(Clone, Copy, Debug)]
struct Check {
    /// The class of rules. Its bit in `/flags` is that of the number before.
    class: u32,
    /// In words.
    name: &'static str,
    /// Whether a driver that is not checked for it is as good as not watched.
    is_standard: bool,
}

const fn standard(class: u32, name: &'static str) -> Check {
    Check { class, name, is_standard: true }
}

const fn additional(class: u32, name: &'static str) -> Check {
    Check { class, name, is_standard: false }
}

/// What the drivers should be checked for: all that Windows calls standard, but for DMA and WDF, which they do
/// not have, and what else concerns them.
const CHECKS: [Check; 10] = [
    standard(1, "special pool"),
    standard(2, "IRQL"),
    standard(4, "pool tracking"),
    standard(5, "I/O"),
    standard(6, "deadlocks"),
    standard(9, "security"),
    standard(12, "miscellaneous checks"),
    standard(18, "DDI compliance"),
    additional(20, "DDI compliance (additional)"),
    additional(NDIS, "NDIS"),
];

/// The class of rules that concerns network drivers only.
const NDIS: u32 = 22;

/// The classes that have calls fail: by chance, and one after the other.
const LOW_RESOURCES: [u32; 2] = [3, 19];

fn bit(class: u32) -> u64 {
    1 << (class - 1)
}

impl Check {
    fn concerns(&self, products: &[Product]) -> bool {
        self.class != NDIS || products.contains(&NDISRX)
    }
}

/// The classes of rules that the drivers should be watched with.
#[must_use]
pub fn classes() -> Vec<u32> {
    CHECKS.iter().map(|check| check.class).collect()
}

fn file(product: &Product) -> String {
    format!("{}.sys", product.name)
}

fn files<'p>(products: impl IntoIterator<Item = &'p Product>) -> Vec<String> {
    products.into_iter().map(file).collect()
}

/// The command that has Driver Verifier watch the drivers, after a restart.
#[must_use]
pub fn command(products: &[Product]) -> String {
    let classes: Vec<_> = classes().iter().map(u32::to_string).collect();
    format!("verifier /rc {} /driver {}", classes.join(" "), files(products).join(" "))
}

/// `a`, `a and b`, `a, b and c`.
fn list(names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => names.concat(),
    }
}

impl Verifier {
    /// Whether a driver is watched now, if that is known.
    #[must_use]
    pub fn watches(&self, product: &Product) -> Option<bool> {
        Some(self.now.as_ref().ok()?.find(&file(product)).is_some())
    }

    fn will_watch(&self, product: &Product) -> bool {
        let file = file(product);
        self.after_restart.iter().any(|name| name == "*" || name.eq_ignore_ascii_case(&file))
    }

    /// Which of the drivers it watches: a clause, for a report.
    #[must_use]
    pub fn account(&self, products: &[Product]) -> String {
        let activity = match &self.now {
            Ok(activity) => activity,
            Err(reason) => {
                return format!("whether Driver Verifier watches them is not known: {reason}");
            }
        };
        let watched = files(products).into_iter().filter(|name| activity.find(name).is_some());
        let watched: Vec<_> = watched.collect();
        match (watched.is_empty(), activity.flags) {
            (true, _) => "Driver Verifier watches none of them".to_owned(),
            (false, Some(flags)) => {
                format!("Driver Verifier watches {}, flags {flags:#x}", list(&watched))
            }
            (false, None) => format!("Driver Verifier watches {}", list(&watched)),
        }
    }

    /// What keeps it from watching the drivers as it should, and what is good to know, in the order in which
    /// it is to be mended.
    #[must_use]
    pub fn diagnose(&self, products: &[Product]) -> Vec<Finding> {
        let activity = match &self.now {
            Ok(activity) => activity,
            Err(reason) => {
                return vec![obstacle(
                    "verifier-does-not-tell",
                    format!("What Driver Verifier watches is not known: {reason}."),
                    "Open a terminal with \"Run as administrator\" and start again.",
                )];
            }
        };
        let mut found: Vec<_> = products
            .iter()
            .filter_map(|product| self.one(product, activity, &command(products)))
            .collect();
        let watched = products.iter().filter(|product| activity.find(&file(product)).is_some());
        let watched: Vec<_> = watched.copied().collect();
        if !watched.is_empty() {
            found.extend(checks(activity.flags, &watched, &command(products)));
            found.extend(self.end(&watched, products));
        }
        found
    }

    fn one(&self, product: &Product, activity: &Activity, command: &str) -> Option<Finding> {
        let file = file(product);
        match activity.find(&file) {
            None if self.will_watch(product) => Some(obstacle(
                "not-watched-yet",
                format!("Driver Verifier does not watch {file} yet; after a restart it will."),
                "Restart Windows.",
            )),
            None => Some(obstacle(
                "not-watched",
                format!("Driver Verifier does not watch {file}."),
                format!("Run `{command}` as administrator and restart Windows."),
            )),
            Some(Watched { loaded: Some(false), .. }) => Some(obstacle(
                "not-loaded",
                format!("Driver Verifier would watch {file}, which is not loaded."),
                format!("Run `winrx start {}`.", product.name),
            )),
            Some(_) => None,
        }
    }

    /// That drivers are watched until the next restart only.
    fn end(&self, watched: &[Product], products: &[Product]) -> Option<Finding> {
        let ending = watched.iter().filter(|product| !self.will_watch(product));
        let ending = files(ending);
        (!ending.is_empty()).then(|| Finding {
            id: "watched-until-restart",
            stands_in_the_way: false,
            what: format!("Driver Verifier watches {} until Windows is restarted.", list(&ending)),
            cure: format!("Run `{}` as administrator if it is to go on.", command(products)),
        })
    }
}

/// What the flags lack for the drivers, and what they have that is not always wanted.
fn checks(flags: Option<u64>, watched: &[Product], command: &str) -> Vec<Finding> {
    let files = list(&files(watched));
    let cure = format!("Run `{command}` as administrator and restart Windows.");
    let Some(flags) = flags else {
        return vec![Finding {
            id: "checks-unknown",
            stands_in_the_way: false,
            what: "What Driver Verifier checks is not known: `verifier /query` shows no flags."
                .to_owned(),
            cure: "Look at `verifier /querysettings`.".to_owned(),
        }];
    };
    let missing = |is_standard| {
        let missing = CHECKS.iter().filter(|check| {
            check.is_standard == is_standard
                && check.concerns(watched)
                && flags & bit(check.class) == 0
        });
        missing.map(|check| check.name).collect::<Vec<_>>()
    };
    let mut found = Vec::new();
    for (id, names, is_standard) in
        [("checks-missing", missing(true), true), ("checks-to-add", missing(false), false)]
    {
        if !names.is_empty() {
            let what = format!("Driver Verifier watches {files} without {}.", list(&names));
            found.push(Finding { id, stands_in_the_way: is_standard, what, cure: cure.clone() });
        }
    }
    if LOW_RESOURCES.iter().any(|class| flags & bit(*class) != 0) {
        found.push(Finding {
            id: "low-resources",
            stands_in_the_way: false,
            what: "Driver Verifier has calls fail as if resources were low, so binds and opens may fail \
                   without a fault of the drivers."
                .to_owned(),
            cure: format!("To end that, run `{command}` as administrator and restart Windows."),
        });
    }
    found
}

#[cfg(test)]
mod tests;
