//! SIGTERM: what is under way is finished, nothing new is taken, and it takes 5 s at the most.

use std::sync::Arc;
use std::time::Duration;

use sgh_core::clock::SystemClock;
use sgh_emulator::Fault;
use sgh_sqlite::SqliteQueue;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::load::{Load, in_queue, orders};
use super::{Running, Serving, database, env};
use crate::http::{NO_CONNECTION, answer, signed};
use crate::studio::{Studio, TOKEN, in_time};

/// The time it has, and what a busy machine may add.
const STOP_MAX: Duration = Duration::from_millis(5_000 + 1_500);

/// Waits for the end, which has to come in time and be a good one.
pub(super) async fn ended(mut running: Running) {
    match tokio::time::timeout(STOP_MAX, running.child.wait()).await {
        Ok(status) => assert_eq!(status.unwrap().code(), Some(0), "{}", running.log()),
        Err(_) => panic!("still there {STOP_MAX:?} after SIGTERM: {}", running.log()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_load_no_request_is_cut_and_nothing_is_left_half_done() {
    let studio = Studio::start();
    let film = studio.film("Night Train");
    let orders = orders(&studio, &film, 1500);
    let serving = Serving::start(&env(&studio)).await;
    let mut load = Load::start(serving.address(), &orders);
    in_time("answers", load.kept(60)).await;
    serving.running.terminate();
    ended(serving.running).await;
    let kept = in_time("the clients", load.end()).await;
    let cut = load.got.iter().filter(|(_, got)| got.0 == 0 && got.1 != NO_CONNECTION).count();
    println!("SIGTERM under load: {} answered 200, {cut} cut", kept.len());
    assert_eq!(cut, 0);

    let queue = SqliteQueue::open(database(&studio), Arc::new(SystemClock)).unwrap();
    assert_eq!(queue.waiting().await.unwrap().out, 0, "a batch was left half done");
    let left = in_queue(&studio).await;
    for place in kept {
        let order = load.order(place);
        let is_final = studio.status(&order.task) == "fin";
        assert!(is_final || left.contains(&order.entry), "{} is lost", order.entry);
    }
}

#[tokio::test]
async fn a_request_that_is_half_here_is_answered() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let request = signed(TOKEN, b"{\"a\":1}", &[]);
    let (first, rest) = request.split_at(request.len() - 4);
    let mut stream = TcpStream::connect(serving.address()).await.unwrap();
    stream.write_all(first).await.unwrap();
    // The door has it once it has answered another that came later.
    assert_eq!(serving.exchange(&signed(TOKEN, b"{}", &[])).await.0, 200);
    serving.running.terminate();
    in_time("its noticing", async {
        while !serving.running.log().contains("stopping") {
            tokio::task::yield_now().await;
        }
    })
    .await;
    stream.write_all(rest).await.unwrap();
    assert_eq!(in_time("an answer", answer(&mut stream)).await, (200, "kept".to_owned()));
    ended(serving.running).await;
}

#[tokio::test]
async fn connections_without_a_request_hold_nothing_up() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let mut open = Vec::new();
    // More than are served at once.
    for n in 0..300 {
        let mut stream = TcpStream::connect(serving.address()).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
        }
        open.push(stream);
    }
    serving.running.terminate();
    ended(serving.running).await;
}

#[tokio::test]
async fn a_site_that_hangs_and_a_stranger_that_dawdles_hold_nothing_up() {
    let studio = Studio::start();
    let film = studio.film("Night Train");
    let orders = orders(&studio, &film, 5);
    studio.site().plan_fault("POST /entity/{type}/_search", 100, Fault::Hang);
    let serving = Serving::start(&env(&studio)).await;
    let mut load = Load::start(serving.address(), &orders);
    in_time("answers", load.end()).await;
    let mut stranger = TcpStream::connect(serving.address()).await.unwrap();
    stranger.write_all(b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n").await.unwrap();
    let searches = |_: &_| studio.calls("POST /entity/{type}/_search") > 0;
    in_time("a search", async {
        while !searches(&()) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    serving.running.terminate();
    ended(serving.running).await;
    assert_eq!(in_queue(&studio).await.len(), 5, "what was under way is still kept");
}

#[tokio::test]
async fn who_idles_ends_in_time() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    assert_eq!(serving.exchange(&signed(TOKEN, b"{}", &[])).await.0, 200);
    serving.running.terminate();
    ended(serving.running).await;
}
