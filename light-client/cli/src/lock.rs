//! One run at a time on one file.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// A lock beside a file (`FILE.lock`); the system lets go of it with the process, however that
/// ends. It is not on the file itself, which may be replaced while it is held.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or waits until nobody else has it; calls `waiting` once in that case.
    pub(crate) fn wait(path: &Path, waiting: impl FnOnce()) -> io::Result<Self> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Self { _file: file })
    }

    /// Takes the lock, or fails if somebody has it.
    pub(crate) fn take(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::other("another run is using it"),
            TryLockError::Error(error) => error,
        })?;
        Ok(Self { _file: file })
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
}
