//! The folder of validator keys: one file per key, each with its own double-sign mark.
//!
//! ```text
//! keys/<first 16 digits of the key id>.key      the key, sealed or not
//! keys/<…>.mark                                 what it has signed
//! keys/<…>.mark.set-aside                       the same, after a restore: the key never votes again
//! ```
//! A key is found by its public key, so a node can hold the key of this epoch and that of the next
//! at once. Folders of before have `validator.key` and `mark.redb` instead, and still work.

use std::fs;
use std::path::{Path, PathBuf};

use light_client::key::PublicKey;
use light_client::suite::Suite;
use light_client::validator_set::ValidatorSet;
use thiserror::Error;

use crate::config::NodeDir;
use crate::key::{KeyFileError, Sealed, SigningKey};
use crate::mark::{Mark, MarkError};
use crate::seal::Passphrase;

/// Why the folder cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeysError {
    /// A file or folder cannot be read or written.
    #[error("{path}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A key cannot be read or written.
    #[error("{path}")]
    Key {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyFileError,
    },
    /// A mark cannot be read or written.
    #[error("{path}")]
    Mark {
        /// Its file.
        path: PathBuf,
        /// Why.
        #[source]
        source: MarkError,
    },
}

/// One key of the folder, not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    path: PathBuf,
    mark: PathBuf,
    public: PublicKey,
    sealed: Sealed,
}

impl KeyFile {
    /// The key's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of the key's mark, whether it is there or not.
    pub fn mark_file(&self) -> &Path {
        &self.mark
    }

    /// The public key.
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Whether the file needs the passphrase.
    pub const fn sealed(&self) -> Sealed {
        self.sealed
    }

    /// Whether the key may vote: whether its mark is there.
    pub fn may_vote(&self) -> bool {
        self.mark.exists()
    }

    /// The validator of `set` that has this key.
    pub fn place_in(&self, set: &ValidatorSet) -> Option<usize> {
        let mut keys = set.validators().iter().map(|validator| &validator.key);
        keys.position(|key| *key == self.public)
    }

    /// Opens the key; asks for the passphrase only if it is sealed.
    ///
    /// # Errors
    /// [`KeysError::Key`].
    pub fn open(&self, passphrase: Option<&Passphrase>) -> Result<SigningKey, KeysError> {
        let given = || passphrase.ok_or(crate::seal::SealError::NoPassphrase);
        SigningKey::load_with(&self.path, given).map_err(|source| KeysError::Key {
            path: self.path.clone(),
            source,
        })
    }

    /// Opens the key's mark; none if there is none.
    ///
    /// # Errors
    /// [`KeysError::Mark`].
    pub fn open_mark(&self) -> Result<Option<Mark>, KeysError> {
        Mark::open(&self.mark).map_err(|source| KeysError::Mark {
            path: self.mark.clone(),
            source,
        })
    }

    /// Where the mark goes when the key must not vote any more.
    pub fn set_aside_file(&self) -> PathBuf {
        let mut name = self.mark.clone().into_os_string();
        name.push(".set-aside");
        name.into()
    }

    /// Deletes the key and its mark.
    ///
    /// # Errors
    /// [`KeysError::Io`].
    pub fn destroy(&self) -> Result<(), KeysError> {
        // What is overwritten on a copying file system may survive; a sealed key does not matter.
        let len = fs::metadata(&self.path).map_or(0, |found| found.len());
        let zeros = vec![b'0'; usize::try_from(len).unwrap_or_default()];
        fs::write(&self.path, zeros).map_err(|source| io(&self.path, source))?;
        fs::remove_file(&self.path).map_err(|source| io(&self.path, source))?;
        if self.mark.exists() {
            fs::remove_file(&self.mark).map_err(|source| io(&self.mark, source))?;
        }
        Ok(())
    }
}

/// The keys of a node, by file name.
///
/// # Errors
/// [`KeysError`].
pub fn list(dir: &NodeDir) -> Result<Vec<KeyFile>, KeysError> {
    let mut files = Vec::new();
    let old = dir.path().join("validator.key");
    if old.exists() {
        files.push(described(old, dir.path().join("mark.redb"))?);
    }
    let folder = dir.keys();
    if folder.exists() {
        let entries = fs::read_dir(&folder).map_err(|source| io(&folder, source))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|source| io(&folder, source))?.path());
        }
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "key"));
        paths.sort();
        for path in paths {
            let mark = path.with_extension("mark");
            files.push(described(path, mark)?);
        }
    }
    Ok(files)
}

/// Makes a new key with its mark.
///
/// # Errors
/// [`KeysError`].
pub fn generate(
    dir: &NodeDir,
    suite: Suite,
    passphrase: Option<&Passphrase>,
) -> Result<KeyFile, KeysError> {
    let folder = dir.keys();
    fs::create_dir_all(&folder).map_err(|source| io(&folder, source))?;
    let key = SigningKey::generate(suite).map_err(|source| KeysError::Key {
        path: folder.clone(),
        source,
    })?;
    let id = key.public_key().id(suite).0.to_string();
    let path = folder.join(format!("{}.key", id.get(..16).unwrap_or(&id)));
    let saved = key.save_as(&path, passphrase);
    saved.map_err(|source| KeysError::Key {
        path: path.clone(),
        source,
    })?;
    let mark = path.with_extension("mark");
    // A new key has signed nothing: the only moment at which a mark may be empty.
    let created = Mark::create(&mark).map_err(|source| KeysError::Mark {
        path: mark.clone(),
        source,
    });
    drop(created?);
    described(path, mark)
}

fn described(path: PathBuf, mark: PathBuf) -> Result<KeyFile, KeysError> {
    match SigningKey::describe(&path) {
        Ok((public, sealed)) => Ok(KeyFile {
            path,
            mark,
            public,
            sealed,
        }),
        Err(source) => Err(KeysError::Key { path, source }),
    }
}

fn io(path: &Path, source: std::io::Error) -> KeysError {
    KeysError::Io {
        path: path.to_owned(),
        source,
    }
}
