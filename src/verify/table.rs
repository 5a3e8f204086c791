//! Compares partition tables and disk sizes.

use super::Pair;
use super::difference::{Change, Difference, Place, Side};
use super::findings::Findings;
use crate::inspect::gpt::Partition;

/// What differs in the partition tables, if anything does.
pub fn compare(pair: Pair<'_>) -> Option<Difference> {
    let (expected, actual) = (&pair.expected.table, &pair.actual.table);
    let mut findings = Findings::default();
    findings.note("disk", disk(pair));
    let mut numbers: Vec<u32> = expected.partitions.keys().chain(actual.partitions.keys()).copied().collect();
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let changes = match (expected.partitions.get(&number), actual.partitions.get(&number)) {
            (Some(expected), Some(actual)) => partition(expected, actual),
            (Some(_), None) => vec![Change::Missing { from: Side::Actual }],
            _ => vec![Change::Missing { from: Side::Expected }],
        };
        findings.note(format!("partition {number}"), changes);
    }
    findings.finish(Place::PartitionTable)
}

fn disk(pair: Pair<'_>) -> Vec<Change> {
    let (expected, actual) = (pair.expected, pair.actual);
    let source = |backup: &bool| if *backup { "the backup" } else { "the primary" }.to_owned();
    let changes = [
        Change::property("size", &expected.disk.length(), &actual.disk.length(), u64::to_string),
        Change::property("GUID", &expected.table.disk, &actual.table.disk, String::clone),
        Change::property("readable table", &expected.table.from_backup, &actual.table.from_backup, source),
    ];
    changes.into_iter().flatten().collect()
}

fn partition(expected: &Partition, actual: &Partition) -> Vec<Change> {
    let changes = [
        Change::property("type", &expected.kind, &actual.kind, String::clone),
        Change::property("GUID", &expected.guid, &actual.guid, String::clone),
        Change::property("name", &expected.name, &actual.name, String::clone),
        Change::property("start", &expected.start, &actual.start, u64::to_string),
        Change::property("size", &expected.size, &actual.size, u64::to_string),
        Change::property("attributes", &expected.attributes, &actual.attributes, |bits| format!("{bits:#x}")),
    ];
    changes.into_iter().flatten().collect()
}
