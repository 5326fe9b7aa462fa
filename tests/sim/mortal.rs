//! A process that ends, or stands still, between any two of its steps.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Sleep;

/// What becomes of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// It lives to its end.
    Lives,
    /// It is gone after so many steps.
    Dies(u64),
    /// It stands still after so many steps, for so long, and goes on as if nothing had been.
    Stands(u64, Duration),
}

/// Runs a future, one poll a step. `None` if it died; nothing of it runs on then.
pub(crate) struct Mortal<F> {
    inner: Pin<Box<F>>,
    steps: u64,
    fate: Fate,
    standing: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Mortal<F> {
    pub(crate) fn new(inner: F, fate: Fate) -> Self {
        Self { inner: Box::pin(inner), steps: 0, fate, standing: None }
    }
}

impl<F: Future> Future for Mortal<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.fate {
            Fate::Dies(after) if self.steps >= after => return Poll::Ready(None),
            Fate::Stands(after, time) if self.steps >= after => {
                self.standing = Some(Box::pin(tokio::time::sleep(time)));
                self.fate = Fate::Lives;
            }
            Fate::Dies(_) | Fate::Stands(..) | Fate::Lives => {}
        }
        if let Some(standing) = &mut self.standing {
            if standing.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.standing = None;
        }
        self.steps += 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}
