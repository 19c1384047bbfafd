//! Keys at rest, and the proof that they are there.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::net::{self, Net};
use crate::operator::{refused, text};

#[tokio::test]
async fn keys_are_sealed_and_the_node_opens_them_with_the_passphrase() {
    let dir = tempfile::tempdir().expect("a directory");
    let folder = dir.path().join("net");
    let ports = net::free_ports(2);
    let (api, p2p) = (ports.to_string(), (ports + 1).to_string());
    let arguments = [
        "init",
        "--dir",
        text(&folder),
        "--api-port",
        &api,
        "--p2p-port",
        &p2p,
    ];
    // Nobody chose: neither a passphrase nor to do without.
    let (code, error) = refused(&net::command(&arguments).await);
    assert!(
        code == 77 && error.contains("TALLYSTICK_PASSPHRASE"),
        "{error}"
    );
    let program = |arguments: &[&str]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_ledger-node"));
        program.args(arguments).stdin(Stdio::null());
        program
    };
    let sealed = program(&arguments)
        .env("TALLYSTICK_PASSPHRASE", "correct horse")
        .output();
    assert!(sealed.expect("the program runs").status.success());
    let node = folder.join("node0");
    for name in ["governance.key", "network.key"] {
        let text = fs::read_to_string(node.join(name)).expect("a key");
        assert!(text.starts_with("sealed "), "{name}");
    }
    let list = net::command(&["keys", "list", "--dir", text(&node)]).await;
    let listed = String::from_utf8(list.stdout).expect("text");
    assert_eq!(listed.matches("\"sealed\":true").count(), 2, "{listed}");
    let run = ["run", "--dir", text(&node)];
    let (code, error) = refused(&net::command(&run).await);
    assert!(code == 70 && error.contains("no passphrase"), "{error}");
    let wrong = program(&run).env("TALLYSTICK_PASSPHRASE", "wrong").output();
    let (code, error) = refused(&wrong.expect("the program runs"));
    assert!(code == 70 && error.contains("does not open"), "{error}");

    let file = dir.path().join("passphrase");
    fs::write(&file, "correct horse\n").expect("a file");
    let mut running = program(&run)
        .env("TALLYSTICK_PASSPHRASE_FILE", &file)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("http://127.0.0.1:{ports}/v1/head");
    let mut started = false;
    for _ in 0..600 {
        let head = async {
            client
                .get(&url)
                .send()
                .await
                .ok()?
                .json::<Value>()
                .await
                .ok()
        };
        started = head
            .await
            .is_some_and(|head| head["height"].as_u64() > Some(1));
        if started {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    running.kill().expect("a process");
    running.wait().expect("a process");
    assert!(started, "the node did not start");
    let unseal = ["keys", "unseal", "--dir", text(&node)];
    let unsealed = program(&unseal)
        .env("TALLYSTICK_PASSPHRASE_FILE", &file)
        .output();
    assert!(unsealed.expect("the program runs").status.success());
    let list = net::command(&["keys", "list", "--dir", text(&node)]).await;
    let listed = String::from_utf8(list.stdout).expect("text");
    assert_eq!(listed.matches("\"sealed\":false").count(), 2, "{listed}");
}

#[tokio::test]
async fn possession_is_proved_for_the_keys_of_the_set() {
    let net = Net::start(1);
    let made = net
        .done(&["keys", "new", "--unsealed", "--dir", &net.dir(0)])
        .await;
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let set = serde_json::json!({
        "epoch": 1,
        "validators": [{ "agency": "agency-0", "key": made["public_key"] }],
    });
    let file = net.place("set.json");
    fs::write(&file, set.to_string()).expect("a file");
    let told = net
        .done(&["keys", "possession", "--dir", &net.dir(0), text(&file)])
        .await;
    let proof: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(
        (&proof["place"], &proof["agency"]),
        (&0.into(), &"agency-0".into())
    );

    let public = hex::decode(made["public_key"].as_str().expect("text")).expect("digits");
    let public = light_client::key::PublicKey::parse(&public).expect("a key");
    let signature = hex::decode(proof["signature"].as_str().expect("text")).expect("digits");
    let signature = light_client::key::Signature(signature.try_into().expect("64 bytes"));
    let validator = light_client::validator_set::Validator {
        agency: light_client::id::IssuerId::parse("agency-0").expect("a name"),
        key: public.clone(),
    };
    let epoch = light_client::id::Epoch(1);
    let set = light_client::validator_set::ValidatorSet::new(epoch, vec![validator]);
    let ledger = net.genesis.ledger_id();
    let message = ledger_core::transaction::possession_bytes(&ledger, &set.expect("a set"));
    public.verify(&message, &signature).expect("a proof");
}
