//! One TCP forwarder per link: what a node sends to another passes here, late, or not at all.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time;

use super::Net;
use crate::operator::set;

/// How bytes pass from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// At once.
    Open,
    /// That much later, or up to twice as much.
    Late(Duration),
    /// Not at all. What is under way waits, as TCP has it wait; no connection is made or ended.
    Shut,
}

/// The ways between the nodes of a net; a connection uses the ways of both directions.
pub(crate) struct Links {
    ways: Vec<Vec<watch::Sender<Way>>>,
    runtime: Option<Runtime>,
}

impl Links {
    /// Puts forwarders between the nodes of a net that does not run yet: two for each pair and
    /// direction of dialling, for the engine and for the API.
    pub(crate) fn between(net: &Net) -> Self {
        let all = 0..net.count();
        let way = || watch::Sender::new(Way::Open);
        // Not the test's own: they forward also while the test is busy.
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let mut links = Self {
            ways: all
                .clone()
                .map(|_| all.clone().map(|_| way()).collect())
                .collect(),
            runtime: None,
        };
        let runtime = runtime.expect("a runtime");
        for from in all.clone() {
            let others = || all.clone().filter(|to| *to != from);
            let forward = |to, address| links.forward(&runtime, from, to, address);
            let p2p = others().map(|to| forward(to, net.p2p_address(to)));
            let p2p: Vec<_> = p2p
                .map(|port| format!("/ip4/127.0.0.1/tcp/{port}"))
                .collect();
            let api = others().map(|to| forward(to, net.api_address(to)));
            let api: Vec<_> = api.map(|port| format!("http://127.0.0.1:{port}")).collect();
            set(net, from, "p2p_peers", json!(p2p));
            set(net, from, "api_peers", json!(api));
        }
        links.runtime = Some(runtime);
        links
    }

    /// What `from` sends to `to` passes like this from now on.
    pub(crate) fn set(&self, from: usize, to: usize, way: Way) {
        self.ways[from][to].send_replace(way);
    }

    /// Sets both directions between every one of `side` and everybody else.
    pub(crate) fn around(&self, side: &[usize], way: Way) {
        for from in 0..self.ways.len() {
            for to in 0..self.ways.len() {
                if side.contains(&from) != side.contains(&to) {
                    self.set(from, to, way);
                }
            }
        }
    }

    /// Sets all.
    pub(crate) fn all(&self, way: Way) {
        for one in self.ways.iter().flatten() {
            one.send_replace(way);
        }
    }

    /// Forwards what `from` dials to an address of `to`; returns the port.
    fn forward(&self, runtime: &Runtime, from: usize, to: usize, address: (&str, u16)) -> u16 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        listener.set_nonblocking(true).expect("a socket");
        let _entered = runtime.enter();
        let listener = TcpListener::from_std(listener).expect("a socket");
        let ways = (
            self.ways[from][to].subscribe(),
            self.ways[to][from].subscribe(),
        );
        let address = (address.0.to_owned(), address.1);
        runtime.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(connect(near, address.clone(), ways.clone()));
            }
        });
        port
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

type Ways = (watch::Receiver<Way>, watch::Receiver<Way>);

async fn connect(near: TcpStream, address: (String, u16), (mut there, back): Ways) {
    passes(&mut there).await;
    // Whoever cannot be reached is away: the near end is closed.
    let Ok(far) = TcpStream::connect(address).await else {
        return;
    };
    near.set_nodelay(true).ok();
    far.set_nodelay(true).ok();
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::join!(pump(near_in, far_out, there), pump(far_in, near_out, back));
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut way: watch::Receiver<Way>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        passes(&mut way).await;
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
    passes(&mut way).await;
    // The other end may be closed already.
    to.shutdown().await.ok();
}

/// Waits until what has just arrived may go on.
async fn passes(way: &mut watch::Receiver<Way>) {
    let now = *way.borrow_and_update();
    if let Way::Late(by) = now {
        time::sleep(by).await;
    }
    // The net and its links end together.
    way.wait_for(|way| *way != Way::Shut).await.ok();
}
