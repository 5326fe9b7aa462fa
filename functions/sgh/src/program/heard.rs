//! What a program is told and what is heard of it, all at once: one that writes before it reads,
//! or never reads, hangs as little as one that writes more than we keep.

use sgh_engine::{ANSWER_SIZE_MAX, Ended, Ran};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin};

/// Bytes that are read at once.
const CHUNK: usize = 8 * 1024;

/// What a program wrote, as far as it is kept.
#[derive(Default)]
pub struct Heard {
    stdout: Vec<u8>,
    is_cut: bool,
    stderr: Vec<u8>,
}

impl Heard {
    /// Tells a program a document, and hears it until it closes its ends.
    pub fn talk<'a>(
        &'a mut self,
        child: &mut Child,
        document: &'a [u8],
    ) -> impl Future<Output = ()> + use<'a> {
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let Self { stdout: said, is_cut, stderr: complained } = self;
        async move {
            tokio::join!(
                tell(stdin, document),
                each_chunk(stdout, |chunk| {
                    let room = ANSWER_SIZE_MAX - said.len();
                    *is_cut |= chunk.len() > room;
                    said.extend_from_slice(&chunk[..chunk.len().min(room)]);
                }),
                each_chunk(stderr, |chunk| {
                    complained.extend_from_slice(chunk);
                    complained.drain(..complained.len().saturating_sub(ANSWER_SIZE_MAX));
                }),
            );
        }
    }

    /// What the program came to.
    pub fn ran(self, ended: Ended) -> Ran {
        let Self { stdout, is_cut, stderr } = self;
        Ran { ended, stdout, is_cut, stderr }
    }
}

/// Writes and closes. A program that does not read to the end has heard enough.
async fn tell(stdin: Option<ChildStdin>, document: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(document).await;
    }
}

async fn each_chunk(from: Option<impl AsyncRead + Unpin>, mut take: impl FnMut(&[u8])) {
    let Some(mut from) = from else { return };
    let mut chunk = vec![0; CHUNK];
    // A pipe that breaks has ended.
    while let Ok(length @ 1..) = from.read(&mut chunk).await {
        take(&chunk[..length]);
    }
}
