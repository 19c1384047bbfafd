//! The ways in which a file is changed.

use fastrand::Rng;

use crate::item::{Item, Path};

/// Changes in one mutant.
const MAX_CHANGES: usize = 3;
/// One mutant in so many is changed below the structure, too: bytes that are no item any more.
const RAW_SHARE: u32 = 10;

/// A mutant of `item`, with parts of `other` where it takes some.
pub(crate) fn mutant(item: &Item, other: &Item, rng: &mut Rng) -> Vec<u8> {
    let mut mutant = item.clone();
    // Most are changed once: those get farthest.
    for _ in 0..1 + rng.usize(..MAX_CHANGES) * rng.usize(..2) {
        change(&mut mutant, other, rng);
    }
    let mut bytes = mutant.to_bytes();
    if rng.u32(..RAW_SHARE) == 0 {
        raw(&mut bytes, rng);
    }
    bytes
}

fn change(root: &mut Item, other: &Item, rng: &mut Rng) {
    let paths = root.paths();
    // Mostly something that is no array: another length is refused before anything is checked.
    let mut leaves = paths.clone();
    leaves.retain(|path| !matches!(root.at(path), Some(Item::Array(_))));
    let among = if rng.u32(..8) > 0 { &leaves } else { &paths };
    let path = choose(among, rng).cloned().unwrap_or_default();
    match rng.u32(..8) {
        // What another file has in this place.
        0 => {
            if let Some(part) = other.at(&path).cloned() {
                replace(root, &path, part);
            }
        }
        // Two parts of this file change places.
        1 => exchange(root, &path, &paths, rng),
        _ => {
            if let Some(item) = root.at_mut(&path) {
                within(item, rng);
            }
        }
    }
}

fn choose<'a, T>(all: &'a [T], rng: &mut Rng) -> Option<&'a T> {
    all.get(rng.usize(..all.len().max(1)))
}

fn replace(root: &mut Item, path: &Path, part: Item) {
    if let Some(place) = root.at_mut(path) {
        *place = part;
    }
}

/// With one of the same kind, so that both stay readable.
fn exchange(root: &mut Item, path: &Path, paths: &[Path], rng: &mut Rng) {
    let Some(one) = root.at(path).cloned() else {
        return;
    };
    let alike: Vec<&Path> = paths
        .iter()
        .filter(|candidate| root.at(candidate).is_some_and(|item| is_alike(item, &one)))
        .filter(|candidate| !candidate.starts_with(path) && !path.starts_with(candidate))
        .collect();
    let Some(partner) = choose(&alike, rng) else {
        return;
    };
    if let Some(two) = root.at(partner).cloned() {
        replace(root, path, two);
        replace(root, partner, one);
    }
}

fn is_alike(one: &Item, two: &Item) -> bool {
    match (one, two) {
        (Item::Bytes(one), Item::Bytes(two)) => one.len() == two.len(),
        (Item::Array(one), Item::Array(two)) => one.len() == two.len(),
        (Item::Uint(_), Item::Uint(_)) | (Item::Text(_), Item::Text(_)) => true,
        _ => false,
    }
}

fn within(item: &mut Item, rng: &mut Rng) {
    match item {
        Item::Uint(number) => *number = another(*number, rng),
        Item::Bytes(bytes) => change_bytes(bytes, rng),
        Item::Text(text) => change_text(text, rng),
        Item::Bool(value) => *value = !*value,
        Item::Null => {
            *item = if rng.bool() {
                Item::Uint(0)
            } else {
                Item::Array(Vec::new())
            }
        }
        Item::Array(items) if rng.u32(..8) > 0 => change_array(items, rng),
        Item::Array(_) => *item = Item::Null,
    }
}

fn another(number: u64, rng: &mut Rng) -> u64 {
    match rng.u32(..6) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number ^ (1 << rng.u32(..64)),
        3 => 0,
        4 => u64::MAX,
        _ => rng.u64(..),
    }
}

fn change_bytes(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let at = rng.usize(..bytes.len().max(1));
    match rng.u32(..24) {
        0 => bytes.truncate(at),
        1 => bytes.push(rng.u8(..)),
        2 => bytes.fill(0),
        3 => bytes.reverse(),
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.u32(..8);
            }
        }
    }
}

/// Texts are a credential, or names: one character more, less, or another.
fn change_text(text: &mut String, rng: &mut Rng) {
    let mut letters: Vec<char> = text.chars().collect();
    let at = rng.usize(..letters.len().max(1));
    let new = *choose(
        &[
            'A', 'a', '0', '1', '.', '~', '-', '_', '"', ' ', '张', '\u{200b}',
        ],
        rng,
    )
    .unwrap_or(&'A');
    match rng.u32(..6) {
        0 => letters.truncate(at),
        1 if at < letters.len() => {
            letters.remove(at);
        }
        2 => letters.insert(at, new),
        3 if at < letters.len() => letters.swap(0, at),
        _ => {
            if let Some(letter) = letters.get_mut(at) {
                *letter = new;
            }
        }
    }
    *text = letters.into_iter().collect();
}

fn change_array(items: &mut Vec<Item>, rng: &mut Rng) {
    let (one, two) = (
        rng.usize(..items.len().max(1)),
        rng.usize(..items.len().max(1)),
    );
    let Some(item) = items.get(one).cloned() else {
        return items.push(Item::Null);
    };
    match rng.u32(..5) {
        0 => {
            items.remove(one);
        }
        1 => items.insert(two, item),
        2 => items.swap(one, two),
        3 => items.truncate(one),
        _ => items.push(item),
    }
}

/// Below the structure: what only the reader itself can refuse.
fn raw(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let at = rng.usize(..bytes.len().max(1));
    match rng.u32(..4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, rng.u8(..)),
        2 if at < bytes.len() => {
            bytes.remove(at);
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << rng.u32(..8);
            }
        }
    }
}
