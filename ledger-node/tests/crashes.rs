//! Crashes at arbitrary moments: whatever was acknowledged becomes final, and never two ways.

mod support;

use reqwest::StatusCode;
use support::Net;

#[tokio::test]
async fn what_was_acknowledged_becomes_final_everywhere() {
    let mut net = Net::start(4);
    for at in 0..4 {
        net.until_height(at, 1).await;
    }
    let mut acknowledged = Vec::new();
    for round in 0..6 {
        let victim = (round * 3) % 4;
        for wave in 0..4 {
            let at = (victim + 1 + wave % 3) % 4;
            let transaction = net.registration(&format!("crash-{round}-{wave}"));
            let answer = net.submit(at, &transaction.to_bytes()).await;
            assert_eq!(
                answer.status(),
                StatusCode::ACCEPTED,
                "round {round}, wave {wave}"
            );
            acknowledged.push(transaction);
            // In the middle of whatever the nodes are doing with it.
            if wave == 1 {
                net.kill(victim);
            }
        }
        net.run(victim);
        net.until("the node again", async || net.height(victim).await)
            .await;
    }
    for transaction in &acknowledged {
        let height = net.until_final(0, transaction).await;
        for at in 1..4 {
            assert_eq!(net.until_final(at, transaction).await, height, "node {at}");
        }
    }
    let head = net.height(0).await.expect("a height");
    for at in 1..4 {
        net.until_height(at, head).await;
        for height in 1..=head {
            let (one, other) = (net.header(0, height).await, net.header(at, height).await);
            let one = one.expect("a header");
            assert_eq!(Some(&one.header), other.as_ref().map(|other| &other.header));
            one.check(&net.genesis.validators).expect("a certificate");
        }
    }
}
