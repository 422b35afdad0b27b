//! The rules of NDIS that are watched here, with the pages that state them.

use crate::verifier;

/// A rule, and the page that states it.
pub(super) struct Rule {
    pub name: &'static str,
    pub page: &'static str,
}

impl Rule {
    /// Notes that the driver broke the rule.
    pub fn broken(&self, text: impl Into<String>) {
        verifier::report(self.name, self.page, text);
    }
}

/// Declares rules: constants of type [`Rule`].
macro_rules! rules {
    ($( $(#[$doc:meta])* $name:ident = $rule:literal, $page:literal; )*) => {$(
        $(#[$doc])*
        pub(in crate::ndis) const $name: $crate::ndis::rules::Rule = $crate::ndis::rules::Rule {
            name: $rule,
            page: concat!("https://learn.microsoft.com/en-us/windows-hardware/drivers/", $page),
        };
    )*};
}
pub(in crate::ndis) use rules;

rules! {
    /// A handle is used only while what it stands for is there.
    DEAD_HANDLE = "ndis-dead-handle", "ddi/ndis/nf-ndis-ndiscloseadapterex";
}
