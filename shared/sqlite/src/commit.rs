//! The one thread that holds the connection: takes jobs, does them, commits, answers.
//!
//! Jobs that came while the disk was busy share the next commit, and so its one wait for the
//! disk. Nobody is answered before the commit: an answer means that it is on the disk.
//! Not here: what the jobs do.

use std::path::Path;
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

/// Jobs that share one commit at the most. Ours: bounds how long the first of them waits.
const JOBS_PER_COMMIT_MAX: usize = 64;

/// The database did not do it. Nothing of the job is kept.
#[derive(Debug, Clone, thiserror::Error)]
#[error("database `{path}`: {reason}")]
pub struct StoreError {
    path: Arc<str>,
    reason: String,
}

/// Hands jobs to the thread. The thread ends, and the file is closed, with the last of these.
#[derive(Clone)]
pub(crate) struct Committer {
    jobs: mpsc::Sender<Box<dyn Job>>,
    path: Arc<str>,
}

impl Committer {
    /// Starts the thread.
    pub(crate) fn start(connection: Connection, path: &Path) -> std::io::Result<Self> {
        let (jobs, inbox) = mpsc::channel();
        std::thread::Builder::new()
            .name("sgh-sqlite".to_owned())
            .spawn(move || work(&connection, &inbox))?;
        Ok(Self { jobs, path: path.display().to_string().into() })
    }

    /// Does a job in a transaction of its own making, and answers once that is committed.
    /// A job whose caller has gone before its turn is not done.
    pub(crate) async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Call { job: Some(job), result: None, reply };
        let fail = |reason: String| StoreError { path: Arc::clone(&self.path), reason };
        let ended = || fail("its thread has ended; see the log before this".to_owned());
        self.jobs.send(Box::new(call)).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?.map_err(fail)
    }
}

trait Job: Send {
    /// Does the work, within the transaction that is open.
    fn run(&mut self, connection: &Connection);
    /// Tells the caller; `commit` says whether the transaction is on the disk.
    fn answer(self: Box<Self>, commit: Result<(), &rusqlite::Error>);
}

struct Call<T, F> {
    job: Option<F>,
    result: Option<rusqlite::Result<T>>,
    reply: oneshot::Sender<Result<T, String>>,
}

impl<T, F> Job for Call<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, connection: &Connection) {
        if let Some(job) = self.job.take().filter(|_| !self.reply.is_closed()) {
            self.result = Some(alone(connection, job));
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), &rusqlite::Error>) {
        let answer = match (commit, self.result) {
            (Err(error), _) => Err(error.to_string()),
            (Ok(()), Some(result)) => result.map_err(|error| error.to_string()),
            // Not done, for its caller has gone.
            (Ok(()), None) => return,
        };
        // A caller that has gone meanwhile needs no answer.
        let _ = self.reply.send(answer);
    }
}

/// Undoes a job that failed half-way, without undoing those that share its commit.
fn alone<T>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.execute_batch("SAVEPOINT job")?;
    let result = job(connection);
    if result.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
        connection.execute_batch("RELEASE job")?;
    }
    result
}

fn work(connection: &Connection, inbox: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = inbox.recv() {
        let more = inbox.try_iter().take(JOBS_PER_COMMIT_MAX - 1);
        let mut jobs: Vec<_> = std::iter::once(first).chain(more).collect();
        let committed = commit_together(connection, &mut jobs);
        if committed.is_err() && !connection.is_autocommit() {
            // If this fails too, the next BEGIN says so to its callers.
            let _ = connection.execute_batch("ROLLBACK");
        }
        for job in jobs {
            job.answer(committed.as_ref().copied());
        }
    }
}

fn commit_together(connection: &Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for job in jobs {
        job.run(connection);
        if connection.is_autocommit() {
            // A full disk or an I/O error makes SQLite undo the whole transaction.
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK);
            let why = "the transaction was undone, by a full disk or an I/O error".to_owned();
            return Err(rusqlite::Error::SqliteFailure(code, Some(why)));
        }
    }
    connection.execute_batch("COMMIT")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committer() -> Committer {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (a INTEGER UNIQUE) STRICT").unwrap();
        Committer::start(connection, Path::new("t.db")).unwrap()
    }

    /// Two rows, of which the second may be one too many.
    fn insert(n: i64) -> impl FnOnce(&Connection) -> rusqlite::Result<usize> {
        move |connection| {
            connection.execute("INSERT INTO t VALUES (NULL)", [])?;
            connection.execute("INSERT INTO t VALUES (?1)", [n])
        }
    }

    async fn rows(committer: &Committer) -> i64 {
        let count = "SELECT count(*) FROM t";
        committer.run(|c| c.query_row(count, [], |row| row.get(0))).await.unwrap()
    }

    /// Jobs that the thread finds waiting all at once.
    async fn together(committer: &Committer, numbers: &[i64]) -> Vec<Result<usize, StoreError>> {
        let (go, gate) = mpsc::channel::<()>();
        let stop = committer.run(move |_| Ok(gate.recv().is_ok()));
        let jobs = numbers.iter().map(|n| committer.run(insert(*n)));
        let mut all: Vec<_> = jobs.map(Box::pin).collect();
        let mut stop = Box::pin(stop);
        std::future::poll_fn(|context| {
            let _ = stop.as_mut().poll(context);
            for job in &mut all {
                let _ = job.as_mut().poll(context);
            }
            std::task::Poll::Ready(())
        })
        .await;
        go.send(()).unwrap();
        let mut answers = Vec::new();
        for job in all {
            answers.push(job.await);
        }
        answers
    }

    #[tokio::test]
    async fn a_job_that_fails_takes_no_other_with_it() {
        let committer = committer();
        let answers = together(&committer, &[1, 2, 1, 3]).await;
        let oks: Vec<bool> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(oks, [true, true, false, true]);
        let error = answers[2].as_ref().unwrap_err().to_string();
        assert_eq!(error, "database `t.db`: UNIQUE constraint failed: t.a");
        assert_eq!(rows(&committer).await, 6, "nothing is left of the one that failed");
    }

    #[tokio::test]
    async fn a_transaction_that_is_undone_fails_everybody_in_it() {
        let committer = committer();
        let undo = |c: &Connection| c.execute_batch("ROLLBACK");
        let (first, second) = tokio::join!(committer.run(insert(1)), committer.run(undo));
        // Whether the first was committed on its own is a race; that it is answered truly is not.
        assert!(second.is_err());
        assert_eq!(rows(&committer).await, if first.is_ok() { 2 } else { 0 });
        assert!(committer.run(insert(5)).await.is_ok(), "and the next one works");
    }

    #[tokio::test]
    async fn a_job_whose_caller_has_gone_is_not_done() {
        let committer = committer();
        let (go, gate) = mpsc::channel::<()>();
        let mut stop = Box::pin(committer.run(move |_| Ok(gate.recv().is_ok())));
        let mut gone = Box::pin(committer.run(insert(7)));
        std::future::poll_fn(|context| {
            let _ = stop.as_mut().poll(context);
            let _ = gone.as_mut().poll(context);
            std::task::Poll::Ready(())
        })
        .await;
        drop(gone);
        go.send(()).unwrap();
        assert_eq!(rows(&committer).await, 0);
    }
}
