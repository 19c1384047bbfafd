//! The summary of both kinds of campaigns, in one file, a section each.

use super::{Campaign, Kind};
use crate::OPERATIONS_PER_SEED;

const HEAD: &str = "# Campaigns of the simulator\n\nWhat is simulated stands in \
    [simulation.md](simulation.md).\n";
const SECTIONS: [(Kind, &str); 2] = [
    (Kind::Faults, "\n## Faults\n"),
    (Kind::Invoices, "\n## Operations on invoices\n"),
];

impl Campaign {
    /// The file of all summaries, with this campaign's section made anew and the other as it was.
    pub fn summary(&self, before: &str) -> String {
        let mut text = HEAD.to_owned();
        for (kind, title) in SECTIONS {
            let body = if kind == self.kind() {
                section(self)
            } else {
                kept(before, title).to_owned()
            };
            if !body.is_empty() {
                text.push_str(title);
                text.push_str(&body);
            }
        }
        text
    }
}

fn section(campaign: &Campaign) -> String {
    let (seeds, from) = (campaign.next() - campaign.from(), campaign.from());
    let how_many = match campaign.kind() {
        Kind::Faults => format!("--seeds {seeds}"),
        Kind::Invoices => format!("--invoices {}", seeds * OPERATIONS_PER_SEED),
    };
    format!("\nWritten by `cargo xtask sim {how_many} --from {from}`.\n\n{campaign}")
}

/// What stands under a title, up to the next.
fn kept<'a>(text: &'a str, title: &str) -> &'a str {
    let under = text.split_once(title).map_or("", |(_, under)| under);
    under.find("\n## ").map_or(under, |end| &under[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_campaign_has_its_section_and_keeps_the_other_s() {
        let faults = Campaign::new(Kind::Faults, 5);
        let invoices = Campaign::new(Kind::Invoices, 7);
        let first = invoices.summary("");
        assert!(!first.contains("## Faults"));
        let both = faults.summary(&first);
        assert!(both.contains("--seeds 0 --from 5") && both.contains("--invoices 0 --from 7"));
        assert_eq!(invoices.summary(&both), both);
        assert_eq!(faults.summary(&both), both);
    }
}
