//! The agencies and firms whose keys this installation holds, and its data directory.
//!
//! ```text
//! DIR/agencies.json             the seed it was made from
//! DIR/keys/<agency>.key         an agency's SM2 key, readable by its owner only
//! DIR/keys/<agency>.<firm>.key  a firm's
//! DIR/desk-tokens.json          the desks' tokens, readable by its owner only
//! DIR/issuer.db                 the database, unless another is named
//! ```

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use light_client::{
    cbor::DecodeError,
    id::{DocumentType, IssuerId},
    record::DisplayName,
};

use tokio::sync::Mutex;

use crate::{
    config::{AgencySeed, Seed, SeedError, SellerSeed},
    random,
    signing::{KeyError, Signer, SoftwareKey, write_private},
};

/// A tenant.
#[derive(Clone)]
pub struct Agency {
    /// Its name on the ledger.
    pub id: IssuerId,
    /// Its names for people.
    pub name: DisplayName,
    /// The types it is to have the right to.
    pub rights: Vec<DocumentType>,
    /// The types its desk offers.
    pub issues: Vec<DocumentType>,
    /// Its key.
    pub signer: Arc<dyn Signer>,
    /// The firms under it, by tax number.
    pub sellers: BTreeMap<String, Seller>,
}

/// A firm that issues invoices.
#[derive(Clone)]
pub struct Seller {
    /// Its tax number.
    pub id: String,
    /// Its name as on its invoices.
    pub name: String,
    /// Its key.
    pub signer: Arc<dyn Signer>,
    /// Held while one of its invoices is made, so that its numbers follow each other.
    pub issuing: Arc<Mutex<()>>,
}

/// All tenants.
#[derive(Clone)]
pub struct Directory(BTreeMap<IssuerId, Agency>);

/// Why a data directory cannot be made or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// There is an installation already.
    #[error("{path} already holds an installation; choose another directory")]
    AlreadyThere {
        /// Where.
        path: String,
    },
    /// A name in the seed is not one of the ledger.
    #[error("a name in the seed")]
    Decode(#[from] DecodeError),
    /// A file cannot be read or written.
    #[error("file {path}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no randomness for tokens.
    #[error(transparent)]
    NoRandomness(#[from] random::NoRandomness),
    /// The seed.
    #[error("seed")]
    Seed(#[from] SeedError),
}

impl Directory {
    /// Makes the keys of a new installation in `dir`; returns it with the desks' tokens, which
    /// are also left in `desk-tokens.json`.
    ///
    /// # Errors
    /// [`DirectoryError`]; an installation that is there already is never touched.
    pub fn create(
        dir: &Path,
        seed: &Seed,
    ) -> Result<(Self, BTreeMap<String, String>), DirectoryError> {
        let agencies_file = seed_path(dir);
        if agencies_file.exists() {
            return Err(DirectoryError::AlreadyThere {
                path: dir.display().to_string(),
            });
        }
        let keys = dir.join("keys");
        fs::create_dir_all(&keys).map_err(|source| file_error(&keys, source))?;
        let mut tokens = BTreeMap::new();
        for agency in &seed.agencies {
            SoftwareKey::generate()?.save(&agency_key_path(dir, agency))?;
            for seller in &agency.sellers {
                SoftwareKey::generate()?.save(&seller_key_path(dir, agency, seller))?;
            }
            tokens.insert(agency.id.clone(), random::token()?);
        }
        write_json(&dir.join("desk-tokens.json"), &tokens)?;
        // Last: what makes the directory an installation.
        write_json(&agencies_file, seed)?;
        Ok((Self::load(dir)?, tokens))
    }

    /// Opens the installation in `dir`.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn load(dir: &Path) -> Result<Self, DirectoryError> {
        let seed = Self::seed(dir)?;
        let agencies = seed.agencies.iter().map(|agency| load_agency(dir, agency));
        Ok(Self(agencies.collect::<Result<_, _>>()?))
    }

    /// The seed that the installation in `dir` was made from.
    ///
    /// # Errors
    /// [`DirectoryError`].
    pub fn seed(dir: &Path) -> Result<Seed, DirectoryError> {
        let path = seed_path(dir);
        let bytes = fs::read(&path).map_err(|source| file_error(&path, source))?;
        Ok(Seed::parse(&bytes)?)
    }

    /// One agency.
    pub fn agency(&self, id: &str) -> Option<&Agency> {
        self.0.get(&IssuerId::parse(id).ok()?)
    }

    /// All agencies, by name.
    pub fn agencies(&self) -> impl Iterator<Item = &Agency> {
        self.0.values()
    }
}

fn load_agency(dir: &Path, seed: &AgencySeed) -> Result<(IssuerId, Agency), DirectoryError> {
    let types = |types: &[String]| {
        let types = types.iter().map(|text| DocumentType::parse(text));
        types.collect::<Result<Vec<_>, _>>()
    };
    let id = IssuerId::parse(&seed.id)?;
    let mut sellers = BTreeMap::new();
    for seller in &seed.sellers {
        let key = SoftwareKey::load(&seller_key_path(dir, seed, seller))?;
        let entry = Seller {
            id: seller.id.clone(),
            name: seller.name.clone(),
            signer: Arc::new(key),
            issuing: Arc::default(),
        };
        sellers.insert(seller.id.clone(), entry);
    }
    let agency = Agency {
        id: id.clone(),
        name: DisplayName {
            zh: seed.name.zh.clone(),
            en: seed.name.en.clone(),
        },
        rights: types(&seed.rights)?,
        issues: types(seed.issues())?,
        signer: Arc::new(SoftwareKey::load(&agency_key_path(dir, seed))?),
        sellers,
    };
    Ok((id, agency))
}

fn seed_path(dir: &Path) -> PathBuf {
    dir.join("agencies.json")
}

fn agency_key_path(dir: &Path, agency: &AgencySeed) -> PathBuf {
    dir.join("keys").join(format!("{}.key", agency.id))
}

fn seller_key_path(dir: &Path, agency: &AgencySeed, seller: &SellerSeed) -> PathBuf {
    dir.join("keys")
        .join(format!("{}.{}.key", agency.id, seller.id))
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), DirectoryError> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other);
    text.and_then(|text| write_private(path, &text))
        .map_err(|source| file_error(path, source))
}

fn file_error(path: &Path, source: io::Error) -> DirectoryError {
    DirectoryError::File {
        path: path.display().to_string(),
        source,
    }
}
