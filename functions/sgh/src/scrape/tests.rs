use async_trait::async_trait;
use sgh_queue::{Backlog, QueueError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A queue that says this.
struct Says(Result<Backlog, &'static str>);

#[async_trait]
impl Measure for Says {
    async fn backlog(&self) -> Result<Backlog, QueueError> {
        self.0.map_err(|error| QueueError(error.to_owned()))
    }
}

/// What a server with this queue answers to these requests, one connection each.
async fn answers(queue: Says, requests: &[&str]) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let scrape = Scrape { listener, queue: Arc::new(queue), clock: clock() };
    let address = scrape.listener.local_addr().expect("an address");
    let (tell, stop) = Stop::when_told();
    let running = tokio::spawn(scrape.run(stop));
    let mut answers = Vec::new();
    for request in requests {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = format!("{request} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answers.push(answer);
    }
    tell.send(true).expect("it runs");
    running.await.expect("it stopped by itself");
    answers
}

/// One test, for the figures are the process's.
#[tokio::test]
async fn prometheus_gets_figures_and_the_levels_of_a_queue_that_can_be_asked() {
    let oldest = Some(clock().now() - Duration::from_secs(90));
    let backlog = Backlog { waiting: 5, out: 2, oldest, dead_letters: None };
    let answers_of = answers(Says(Ok(backlog)), &["GET /metrics", "GET /", "POST /metrics"]).await;
    let [metrics, elsewhere, post] = &answers_of[..] else { panic!("{answers_of:?}") };
    assert!(metrics.starts_with("HTTP/1.1 200 "), "{metrics}");
    assert!(metrics.contains("\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    assert!(metrics.contains("\nsgh_queue_waiting 5\n"), "{metrics}");
    assert!(metrics.contains("\nsgh_queue_out 2\n"), "{metrics}");
    let age = metrics.split("\nsgh_queue_oldest_seconds ").nth(1).expect("an age");
    let age: f64 = age.lines().next().expect("a line").parse().expect("a number");
    assert!((90.0..150.0).contains(&age), "{age}");
    assert!(!metrics.contains("\nsgh_queue_dead_letters "), "{metrics}");
    assert!(elsewhere.starts_with("HTTP/1.1 404 ") && !elsewhere.contains("sgh_"), "{elsewhere}");
    assert!(post.starts_with("HTTP/1.1 405 ") && !post.contains("sgh_"), "{post}");

    let answers = answers(Says(Err("the disk is gone")), &["GET /metrics"]).await;
    assert!(answers[0].contains("\nsgh_received_total "), "{answers:?}");
    assert!(!answers[0].contains("\nsgh_queue_out "), "what is not known is not told");
}
