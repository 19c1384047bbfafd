//! A disk without room (T63): the node says so and stops; with room it catches up.

use std::process::Command;

use crate::net::Net;

/// `EX_IOERR`.
const STORE_FAILED: i32 = 74;

/// From now on no file of that node grows beyond so many bytes.
fn limit_files(net: &Net, at: usize, bytes: u64) {
    let process = net.process(at).to_string();
    let limit = format!("--fsize={bytes}");
    let told = Command::new("prlimit")
        .args(["--pid", &process, &limit])
        .status();
    assert!(told.expect("prlimit runs").success());
}

#[tokio::test]
async fn t63_a_node_whose_disk_is_full_stops_and_catches_up_when_there_is_room() {
    let mut net = Net::found(4);
    (0..4).for_each(|at| net.run_without_signal(at));
    net.until_all_at(2).await;
    let mut all = Vec::new();
    // No room for anything, and room for what is small.
    for (at, room) in [(3, 4096), (2, 512 * 1024)] {
        limit_files(&net, at, room);
        let mut wave = 0;
        while net.height(at).await.is_some() {
            let transaction = net.large_registration(&format!("full-{at}-{wave}"));
            net.acknowledged(0, &transaction).await;
            net.until_final(0, &transaction).await;
            all.push(transaction);
            wave += 1;
            assert!(wave < 30, "node {at} finds room for {wave} of them");
        }
        let ended = net.ended(at).await;
        assert_eq!(ended.code(), Some(STORE_FAILED), "{}", net.log(at));
        assert!(net.log(at).contains("File too large"), "{}", net.log(at));
        assert!(net.get(at, "/readyz").await.is_none(), "it is not ready");

        // What it had committed is whole, and the others go on.
        let told = net.done(&["fsck", "--replay", "--dir", &net.dir(at)]).await;
        assert!(told.contains("every root is right"), "{told}");
        let transaction = net.registration(&format!("others-{at}"));
        net.finalize(1, &transaction).await;
        all.push(transaction);

        net.run_without_signal(at);
        net.until_final(at, &all[all.len() - 1]).await;
    }
    net.assert_final_everywhere(&all).await;
    net.assert_one_history().await;
    for at in 0..4 {
        assert_eq!(net.metric(at, "tallystick_evidence").await, Some(0));
    }
}
