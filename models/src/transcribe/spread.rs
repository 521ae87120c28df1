use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Works on `items` with so many threads and gives the results in the order of the items.
///
/// `setup` makes what one thread works with. The first error stops all threads at their next item.
pub(super) fn spread<I: Sync, W, R: Send, E: Send>(
    threads: usize,
    items: &[I],
    setup: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &I) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        let mut workplace = setup();
        while !failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(number) else { break };
            let result = work(&mut workplace, item)?;
            done.lock().expect("nothing panics while it is held").push((number, result));
        }
        Ok(())
    };
    let span = tracing::Span::current();
    let outcomes: Vec<Result<(), E>> = std::thread::scope(|scope| {
        let run = || {
            let outcome = span.in_scope(run);
            if outcome.is_err() {
                failed.store(true, Ordering::Relaxed);
            }
            outcome
        };
        let threads: Vec<_> =
            (0..threads.clamp(1, items.len().max(1))).map(|_| scope.spawn(run)).collect();
        let joined = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    outcomes.into_iter().collect::<Result<(), E>>()?;
    let mut done = done.into_inner().expect("every thread has ended");
    done.sort_by_key(|it| it.0);
    Ok(done.into_iter().map(|it| it.1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..50).collect();
        for threads in [0, 1, 3, 100] {
            let squares = spread(
                threads,
                &items,
                || 0,
                |count, &item| {
                    *count += 1;
                    std::thread::sleep(std::time::Duration::from_micros(50 - item));
                    Ok::<_, ()>(item * item)
                },
            );
            assert_eq!(squares, Ok(items.iter().map(|it| it * it).collect()));
        }
        assert_eq!(spread(2, &[(); 0], || (), |(), ()| Ok::<_, ()>(1)), Ok(vec![]));
    }

    #[test]
    fn the_first_error_stops_the_rest() {
        let begun = AtomicUsize::new(0);
        let result = spread(
            2,
            &[0; 1000],
            || (),
            |(), _| {
                begun.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(1));
                Err::<(), _>("no")
            },
        );
        assert_eq!(result, Err("no"));
        assert!(begun.into_inner() <= 4);
    }
}
