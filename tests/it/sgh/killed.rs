//! `kill -9` under load, again and again: what was answered 200 is worked, or still in the queue,
//! and nothing is done twice.

use super::load::{Load, in_queue, orders};
use super::{Serving, env};
use crate::studio::{Studio, in_time};

const ROUNDS: usize = 15;
/// More than is ever posted in a round.
const ORDERS: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_200_is_worked_or_still_kept_after_kill_9() {
    let studio = Studio::start();
    let env = env(&studio);
    let mut answered = Vec::new();
    for round in 0..ROUNDS {
        // A film of its own: what was under way when it was killed holds its own film up only.
        let film = studio.film(&format!("Film {round}"));
        let orders = orders(&studio, &film, ORDERS);
        let serving = Serving::start(&env).await;
        let mut load = Load::start(serving.address(), &orders);
        // Another moment every time, the first answer on a new file among them.
        let enough = 1 + round * round * 5 % 67;
        in_time("answers", load.kept(enough)).await;
        serving.running.kill().await;
        let kept = in_time("the clients", load.end()).await;
        let others: Vec<_> =
            load.got.iter().filter(|(_, got)| ![0, 200].contains(&got.0)).collect();
        assert!(others.is_empty(), "{others:?}");
        let order = |place: usize| (load.order(place).entry, load.order(place).task.clone());
        answered.extend(kept.into_iter().map(order));
    }
    let last = Serving::start(&env).await;
    let film = studio.film("After All");
    let after = orders(&studio, &film, 3);
    let mut load = Load::start(last.address(), &after);
    assert_eq!(in_time("the clients", load.end()).await.len(), 3);
    let is_final = |task| studio.status(task) == "fin";
    let all_final = |_: &_| after.iter().all(|order| is_final(&order.task));
    in_time("work after the last kill", studio.site().until(all_final)).await;
    last.stop().await;

    let kept = in_queue(&studio).await;
    let worked = answered.iter().filter(|(_, task)| is_final(task)).count();
    let lost: Vec<_> =
        answered.iter().filter(|(entry, task)| !is_final(task) && !kept.contains(entry)).collect();
    println!(
        "{ROUNDS} kills: {} lost of {} answered 200; {worked} worked, the others still kept",
        lost.len(),
        answered.len()
    );
    assert!(lost.is_empty(), "{lost:?}");
    assert!(worked > 0 && worked < answered.len(), "the kills fell between: {worked}");
    let changes = studio.our_changes();
    assert!(changes.len() >= worked, "seen: {changes:?}");
    let twice: Vec<_> = changes.into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(twice.is_empty(), "done twice: {twice:?}");
}
