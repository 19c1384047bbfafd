//! Many documents by several workers, results in the order of the documents.
//!
//! ```text
//! 0, 1, 2, … → worker ┐
//!              worker ├→ window → sink, in order
//!              worker ┘
//! ```
//! The window bounds how far workers run ahead of the sink, in documents and in bytes. The document
//! that the sink waits for always has leave to go on, so nobody waits for ever.

use std::{
    collections::BTreeMap,
    num::NonZeroUsize,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use crate::args::Failure;

/// How many documents may be ahead of the one that the sink waits for.
const MAX_AHEAD: usize = 1024;
/// How many bytes of documents may be in memory at once, unless a single one has more.
const MAX_BYTES: u64 = 8 << 20;

/// How much there is to do, and by how many.
pub(crate) struct Plan<'a> {
    /// How many documents.
    pub(crate) count: usize,
    /// How many workers; one works in the thread of the caller.
    pub(crate) jobs: NonZeroUsize,
    /// Set to stop: what has begun is finished, nothing else is begun.
    pub(crate) stop: &'a AtomicBool,
}

/// What is done with one document, in a worker.
pub(crate) trait Work: Sync {
    /// What a worker keeps from one document to the next.
    type Memory;
    /// What comes out.
    type Output: Send;

    /// The memory of a new worker.
    fn memory(&self) -> Self::Memory;
    /// The size of a document in bytes, as far as it is known.
    fn size(&self, index: usize) -> u64;
    /// Works on a document.
    fn run(&self, memory: &mut Self::Memory, index: usize) -> Self::Output;
}

/// Works on all documents and gives the results to `sink` in order; returns how many it got.
///
/// # Errors
/// What the sink answers; nothing more is begun then.
pub(crate) fn run<W: Work>(
    plan: &Plan<'_>,
    work: &W,
    mut sink: impl FnMut(usize, W::Output) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    if plan.jobs.get() > 1 {
        return run_by_several(plan, work, &mut sink);
    }
    let mut memory = work.memory();
    for index in 0..plan.count {
        if plan.stop.load(Ordering::Relaxed) {
            return Ok(index);
        }
        sink(index, work.run(&mut memory, index))?;
    }
    Ok(plan.count)
}

fn run_by_several<W: Work>(
    plan: &Plan<'_>,
    work: &W,
    sink: &mut impl FnMut(usize, W::Output) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let (window, next) = (Window::default(), AtomicUsize::new(0));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..plan.jobs.get().min(plan.count) {
            let (sender, window, next) = (sender.clone(), &window, &next);
            scope.spawn(move || {
                let _leaving = Leaving(window);
                let mut memory = work.memory();
                while !plan.stop.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let bytes = work.size(index);
                    if index >= plan.count || !window.enter(index, bytes) {
                        break;
                    }
                    let output = work.run(&mut memory, index);
                    // Nobody listens once the sink has failed.
                    if sender.send((index, bytes, output)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let result = in_order(&receiver, &window, sink);
        window.cancel();
        result
    })
}

fn in_order<T>(
    receiver: &mpsc::Receiver<(usize, u64, T)>,
    window: &Window,
    sink: &mut impl FnMut(usize, T) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let (mut early, mut next) = (BTreeMap::new(), 0);
    for (index, bytes, output) in receiver {
        early.insert(index, (bytes, output));
        while let Some((bytes, output)) = early.remove(&next) {
            sink(next, output)?;
            window.advance(bytes);
            next += 1;
        }
    }
    Ok(next)
}

/// Who may go on.
#[derive(Default)]
struct Window {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    next: usize,
    bytes: u64,
    cancelled: bool,
}

impl State {
    fn admits(&self, index: usize, bytes: u64) -> bool {
        let has_room = index < self.next.saturating_add(MAX_AHEAD)
            && self.bytes.saturating_add(bytes) <= MAX_BYTES;
        index == self.next || has_room
    }
}

impl Window {
    /// Waits for leave to work on a document; false once all is over.
    fn enter(&self, index: usize, bytes: u64) -> bool {
        let mut state = self
            .moved
            .wait_while(self.lock(), |state| {
                !state.cancelled && !state.admits(index, bytes)
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.bytes = state.bytes.saturating_add(bytes);
        !state.cancelled
    }

    /// The sink has had the document it waited for.
    fn advance(&self, bytes: u64) {
        let mut state = self.lock();
        state.next += 1;
        state.bytes = state.bytes.saturating_sub(bytes);
        self.moved.notify_all();
    }

    fn cancel(&self) {
        self.lock().cancelled = true;
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker that panics never delivers its document: the others must not wait for it.
struct Leaving<'a>(&'a Window);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives back the numbers; every seventh document alone is larger than the window.
    struct Echo<'a> {
        stop: &'a AtomicBool,
        stop_at: usize,
    }

    impl Work for Echo<'_> {
        type Memory = ();
        type Output = usize;

        fn memory(&self) {}

        fn size(&self, index: usize) -> u64 {
            if index.is_multiple_of(7) {
                MAX_BYTES + 1
            } else {
                1
            }
        }

        fn run(&self, (): &mut (), index: usize) -> usize {
            if index == self.stop_at {
                self.stop.store(true, Ordering::Relaxed);
            }
            index
        }
    }

    fn handed_over(jobs: usize, stop_at: usize, fail_at: usize) -> (bool, Vec<usize>) {
        let stop = AtomicBool::new(false);
        let plan = Plan {
            count: 5000,
            jobs: NonZeroUsize::new(jobs).expect("not 0"),
            stop: &stop,
        };
        let echo = Echo {
            stop: &stop,
            stop_at,
        };
        let mut got = Vec::new();
        let result = run(&plan, &echo, |index, output| {
            assert_eq!(index, output);
            if index == fail_at {
                return Err(Failure::Usage(String::new()));
            }
            got.push(output);
            Ok(())
        });
        (result.is_ok(), got)
    }

    #[test]
    fn results_come_in_order_whoever_made_them() {
        for jobs in [1, 2, 9] {
            let (is_ok, got) = handed_over(jobs, usize::MAX, usize::MAX);
            assert!(is_ok);
            assert!(got.into_iter().eq(0..5000), "{jobs} workers");
        }
    }

    #[test]
    fn a_stop_leaves_a_beginning_without_gaps() {
        for jobs in [1, 2, 9] {
            let (is_ok, got) = handed_over(jobs, 1000, usize::MAX);
            assert!(is_ok);
            assert!((1001..5000).contains(&got.len()), "{}", got.len());
            assert!(got.iter().copied().eq(0..got.len()));
        }
    }

    #[test]
    fn a_sink_that_fails_ends_it() {
        for jobs in [1, 2, 9] {
            let (is_ok, got) = handed_over(jobs, usize::MAX, 2500);
            assert!(!is_ok);
            assert!(got.into_iter().eq(0..2500));
        }
    }
}
