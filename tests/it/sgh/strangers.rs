//! What strangers do to the port of `sgh serve`: nothing of it is kept, and nobody else waits.

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::{Serving, env};
use crate::http::{Got, answer, request, signed};
use crate::studio::{Studio, TOKEN, in_time};

/// The same as the door's.
const BODY_SIZE_MAX: usize = 6 * 1024 * 1024;

/// Sends these bytes, and nothing more for as long as the other side will wait.
async fn dawdle(serving: &Serving, bytes: &[u8]) -> (TcpStream, Got) {
    let mut stream = TcpStream::connect(serving.address()).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let got = in_time("to be shown the door", answer(&mut stream)).await;
    (stream, got)
}

/// A good delivery is still kept, and what was done to the process did not fill its memory.
async fn assert_well(serving: Serving) {
    let good = serving.exchange(&signed(TOKEN, b"{}", &[])).await;
    assert_eq!(good, (200, "kept".to_owned()));
    let pid = serving.running.child.id().unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("peak memory {} MB", peak / 1024);
    assert!(peak < 256 * 1024, "{peak} kB");
    serving.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_slowly_or_never_ends_is_shown_the_door_and_holds_nobody_up() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let length = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n";
    let endless = format!("POST / HTTP/1.1\r\nx: {}", "y".repeat(10_000));
    let chunk = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let dawdlers = [
        "",
        "POST / HT",
        "POST / HTTP/1.1\r\nhost: x\r\nx-a: b\r\n",
        length,
        &format!("{length}short"),
        chunk,
        &endless,
    ];
    let mut all = tokio::task::JoinSet::new();
    let address = serving.address();
    // More of them than there are places.
    for n in 0..100 {
        let bytes = dawdlers[n % dawdlers.len()].as_bytes().to_owned();
        all.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let _ = stream.write_all(&bytes).await;
            in_time("to be shown the door", answer(&mut stream)).await
        });
    }
    for got in all.join_all().await {
        assert!([0, 400, 401, 408].contains(&got.0), "{got:?}");
    }
    assert_well(serving).await;
}

#[tokio::test]
async fn what_is_too_large_is_413_before_it_is_read() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let (_stream, got) =
        dawdle(&serving, b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 6291457\r\n\r\n").await;
    assert_eq!(got, (413, String::new()), "nothing of it was sent");
    let huge = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n";
    assert_eq!(dawdle(&serving, huge).await.1.0, 413);
    let beyond = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999999\r\n\r\n";
    assert_eq!(dawdle(&serving, beyond).await.1.0, 400);
    let limit = vec![b'x'; BODY_SIZE_MAX];
    assert_eq!(serving.exchange(&signed(TOKEN, &limit, &[])).await.0, 200);
    assert_well(serving).await;
}

#[tokio::test]
async fn a_stream_without_a_length_is_counted() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let mut stream = TcpStream::connect(serving.address()).await.unwrap();
    stream
        .write_all(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    let mut sent = 0;
    while stream.write_all(&chunk).await.is_ok() {
        sent += 0x10000;
        assert!(sent < 1 << 30, "a gigabyte, and no end");
    }
    println!("{} MB were taken before the end", sent / 1024 / 1024);
    assert_well(serving).await;
}

#[tokio::test]
async fn a_length_that_lies_keeps_nothing_of_what_was_not_signed() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let whole = String::from_utf8(signed(TOKEN, b"{\"data\":{}}", &[])).unwrap();
    let lie = |length: &str| whole.replace("content-length: 11", length).into_bytes();
    // Less than there is: what is left over is no second request of ours.
    let smuggled = [lie("content-length: 2"), signed(TOKEN, b"{}", &[])].concat();
    assert_eq!(serving.exchange(&smuggled).await.0, 401);
    for (length, allowed) in [
        ("content-length: 11\r\ncontent-length: 12", &[400][..]),
        ("content-length: -1", &[400]),
        ("content-length: eleven", &[400]),
        ("content-length: 11\r\ntransfer-encoding: chunked", &[400, 401]),
        ("transfer-encoding: gzip", &[400, 401]),
    ] {
        let got = serving.exchange(&lie(length)).await;
        assert!(allowed.contains(&got.0), "{length}: {got:?}");
    }
    // More than there is, and then the end.
    let mut stream = TcpStream::connect(serving.address()).await.unwrap();
    stream.write_all(&lie("content-length: 500")).await.unwrap();
    stream.shutdown().await.unwrap();
    let got = in_time("an end", answer(&mut stream)).await;
    assert!([0, 400, 401].contains(&got.0), "{got:?}");
    assert_well(serving).await;
    let kept = super::load::unworked(&studio).await;
    assert_eq!(kept, 1, "the good one, which is no event; nothing else was ever kept");
}

#[tokio::test]
async fn the_answers_are_the_doors() {
    let studio = Studio::start();
    let serving = Serving::start(&env(&studio)).await;
    let body = b"{}";
    let twice = [("x-sg-signature", "sha1=0000000000000000000000000000000000000000")];
    for (bytes, status, text) in [
        (request("GET /health", &[], b""), 200, "ok"),
        (request("GET /", &[], b""), 405, ""),
        (request("DELETE /health", &[], b""), 405, ""),
        (request("POST /", &[], body), 401, "signature"),
        (signed("canary-wrong", body, &[]), 401, "signature"),
        (signed(TOKEN, body, &twice), 401, "signature"),
        (signed(TOKEN, body, &[("content-encoding", "gzip")]), 415, ""),
        (signed(TOKEN, body, &[]), 200, "kept"),
        (signed(TOKEN, b"", &[]), 200, "kept"),
        (signed(TOKEN, b"\xff\0", &[]), 200, "kept"),
    ] {
        let line = String::from_utf8_lossy(&bytes).lines().next().unwrap().to_owned();
        assert_eq!(serving.exchange(&bytes).await, (status, text.to_owned()), "{line}");
    }
    let many: Vec<(String, String)> = (0..200).map(|n| (format!("x-{n}"), "y".into())).collect();
    let many: Vec<(&str, &str)> =
        many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let got = serving.exchange(&request("POST /", &many, body)).await;
    assert!([400, 401, 431].contains(&got.0), "{got:?}");
    assert_well(serving).await;
}
