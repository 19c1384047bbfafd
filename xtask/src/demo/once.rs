//! The whole main job without a person: by public HTTP and the command line alone.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use demo_city::bundle;
use demo_city::city::{City, Plan};
use demo_city::story;
use demo_city::wallet::Wallet;

use super::{expectation, outage};
use crate::progress;

/// How many validators it takes to bear the loss of one.
const FAULT_TOLERANT: usize = 4;

/// Longer than the second that the story's strictest verifier accepts: a fast machine is done with
/// everything before an answer can become old.
const OLD: Duration = Duration::from_millis(1_200);

/// Issues, receives, revokes, forges, verifies, goes offline and verifies again.
pub(super) fn run(plan: Plan) -> Result<()> {
    progress::step("Opening 海州市, a made-up city");
    let mut city = City::open(plan, &mut progress::note)?;
    let files = city.export_files()?;

    progress::step("A citizen receives D1 by OpenID4VCI and puts the bundle together");
    receive_identity(&city, &files)?;

    std::thread::sleep(OLD);
    progress::step("A business verifies the files, with the command line");
    expectation::check(&city.verifier(), &files, "with the services running")?;

    if city.ledger.validators() >= FAULT_TOLERANT {
        progress::step("Validators are killed and come back");
        outage::run(&mut city)?;
        expectation::check(
            &city.verifier(),
            &files,
            "after the outages, the same files",
        )?;
    }

    progress::step("Everything is restarted: nothing that was final is lost");
    restart(&mut city, &files)?;

    progress::step("Everything is stopped: the files are verified offline");
    city.stop()?;
    expectation::check(&city.verifier(), &files, "offline")?;
    std::thread::sleep(OLD);
    let aged = city
        .verifier()
        .verify_with(&files.join("F1.tally"), &["--max-age", "1s"])?;
    ensure!(
        (aged.kind.as_str(), aged.reason.as_str()) == ("undetermined", "status_stale"),
        "an old answer passes for a new one: {}",
        expectation::describe(&aged)
    );
    ensure!(
        aged.age_ms.is_some(),
        "an offline verdict without its age: {}",
        expectation::describe(&aged)
    );
    progress::step("The main job works, end to end");
    Ok(())
}

/// Takes up an offer with a key of its own, asks for proofs by digest, composes the bundle.
fn receive_identity(city: &City, files: &Path) -> Result<()> {
    let offer = city.papers.offer_identity(&city.service)?;
    let wallet = Wallet::new()?;
    let credential = wallet.receive(&offer.uri, offer.tx_code.as_deref())?;
    let police = city.service.desk(story::POLICE)?;
    let progress = police.settled(&offer.document_id)?;
    ensure!(
        progress.state == "anchored",
        "D1 was not anchored: {}",
        progress.answer
    );
    let proofs = police.proofs(&progress.digest)?;
    fs::write(
        files.join("D1.tally"),
        bundle::of_credential(&credential, &proofs),
    )?;
    progress::note("received, anchored, kept as D1.tally");
    let again = wallet.receive(&offer.uri, offer.tx_code.as_deref());
    ensure!(again.is_err(), "an offer could be taken up twice");
    progress::note("the same offer a second time: refused");
    Ok(())
}

fn restart(city: &mut City, files: &Path) -> Result<()> {
    let before = city.ledger.head(0)?;
    city.stop()?;
    city.start()?;
    let after = city.ledger.head(0)?;
    ensure!(
        after.ledger_id == before.ledger_id,
        "another ledger after the restart"
    );
    ensure!(
        after.height >= before.height,
        "the ledger fell back: {before:?}, then {after:?}"
    );
    progress::note(&format!(
        "height before {}, after {}",
        before.height, after.height
    ));
    let kept = fs::read(files.join("D1.tally")).context("D1.tally")?;
    city.export_files()?;
    fs::write(files.join("D1.tally"), kept)?;
    expectation::check(&city.verifier(), files, "after a restart, with new proofs")
}
