//! A table gives each value a number of its own, and each value to one who asks.

use std::{
    cell::UnsafeCell,
    collections::HashSet,
    ptr::NonNull,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use rx_sink::{Entry, Memory, Table};

struct Heap(Box<[UnsafeCell<u64>]>);

// SAFETY: the box keeps its place and its length, and only the table uses what is in it.
unsafe impl Memory for Heap {
    fn base(&self) -> NonNull<u8> {
        NonNull::from(&*self.0).cast()
    }

    fn len(&self) -> usize {
        self.0.len() * 8
    }
}

// SAFETY: the table takes care that one thread at a time uses a part of it.
unsafe impl Sync for Heap {}

fn table<T>(count: u32) -> Table<T, Heap> {
    let size = Table::<T, Heap>::memory_size(count).unwrap();
    let memory = Heap((0..size / 8).map(|_| UnsafeCell::new(0)).collect());
    Table::new(count, memory).unwrap()
}

#[test]
fn sizes_of_memory() {
    assert_eq!(Table::<u64, Heap>::memory_size(3), Some(24));
    assert_eq!(Table::<u64, Heap>::memory_size(4096), Some(32768));
    assert_eq!(Table::<u64, Heap>::memory_size(0), None);
    assert_eq!(Table::<u64, Heap>::memory_size(4097), None);
    assert!(Table::<u64, Heap>::new(2, Heap(Box::new([]))).is_none());
}

#[test]
fn is_full_when_all_numbers_are_taken() {
    let table = table::<u64>(130);
    let numbers: Vec<u32> = (0..130)
        .map(|value| {
            let vacancy = table.vacancy().unwrap();
            let number = vacancy.number();
            vacancy.fill(value);
            number
        })
        .collect();
    assert_eq!(numbers, (0..130).collect::<Vec<_>>());
    assert!(table.vacancy().is_none());
    assert_eq!(table.numbers().collect::<Vec<_>>(), numbers);
    assert_eq!(table.entry(64).map(Entry::remove), Some(64));
    assert!(table.entry(64).is_none());
    drop(table.vacancy().unwrap());
    assert_eq!(table.vacancy().unwrap().number(), 64);
    assert!(table.entry(130).is_none() && table.entry(u32::MAX).is_none());
}

#[test]
fn one_has_hold_of_a_value_at_a_time() {
    let table = table::<u64>(1);
    table.vacancy().unwrap().fill(1);
    let mut entry = table.entry(0).unwrap();
    *entry += 1;
    assert!(table.entry(0).is_none());
    assert_eq!(table.numbers().count(), 0);
    drop(entry);
    assert_eq!(table.entry(0).as_deref(), Some(&2));
}

#[test]
fn values_are_dropped_with_it() {
    let value = Arc::new(());
    let table = table::<Arc<()>>(2);
    table.vacancy().unwrap().fill(value.clone());
    let _vacancy = table.vacancy().map(|vacancy| vacancy.number());
    assert_eq!(Arc::strong_count(&value), 2);
    drop(table);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[test]
fn many_fill_it_at_once() {
    const THREADS: u64 = 4;
    const EACH: u64 = 20_000;
    let (table, done) = (table::<u64>(100), AtomicUsize::new(0));
    let mut seen = HashSet::new();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (table, done) = (&table, &done);
            scope.spawn(move || {
                for value in 0..EACH {
                    let vacancy = loop {
                        match table.vacancy() {
                            Some(vacancy) => break vacancy,
                            None => thread::yield_now(),
                        }
                    };
                    vacancy.fill(thread * EACH + value);
                }
                done.fetch_add(1, Ordering::Release);
            });
        }
        loop {
            let finished = done.load(Ordering::Acquire) == usize::try_from(THREADS).unwrap();
            let values: Vec<u64> = table
                .numbers()
                .filter_map(|number| table.entry(number))
                .map(Entry::remove)
                .collect();
            for value in &values {
                assert!(seen.insert(*value));
            }
            if finished && values.is_empty() {
                break;
            }
        }
    });
    assert_eq!(seen.len() as u64, THREADS * EACH);
}
