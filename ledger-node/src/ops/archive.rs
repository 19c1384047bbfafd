//! Archives as files.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::Path;

use ledger_core::archive::{self, ArchiveError, ArchivedBlock, MAX_FRAME_BYTES, Verifier};
use ledger_core::store::{Store, StoreError};
use light_client::cbor::DecodeError;
use light_client::id::{Height, LedgerId};

use super::OpsError;

/// Writes the blocks `from..=through` to a new file.
///
/// # Errors
/// [`OpsError::InTheWay`], [`OpsError::Archive`], [`OpsError::Io`].
pub fn write(
    store: &impl Store,
    to: &Path,
    from: Height,
    through: Height,
) -> Result<u64, OpsError> {
    let io = |source| OpsError::io(to, source);
    if to.exists() {
        return Err(OpsError::InTheWay(to.to_owned()));
    }
    let mut file = BufWriter::new(File::create_new(to).map_err(io)?);
    let made = archive::make(store, from, through, &mut |frame| {
        let len = u32::try_from(frame.len()).map_err(StoreError::new)?;
        let written = file
            .write_all(&len.to_be_bytes())
            .and_then(|()| file.write_all(frame));
        Ok(written.map_err(StoreError::new)?)
    });
    if let Err(refused) = made {
        drop(file);
        std::fs::remove_file(to).map_err(io)?;
        return Err(refused.into());
    }
    let file = file.into_inner().map_err(|error| io(error.into_error()))?;
    file.sync_all().map_err(io)?;
    Ok(through.0 - from.0 + 1)
}

/// Checks an archive from a ledger's fingerprint alone; hands every good block to `take`.
///
/// # Errors
/// [`OpsError::Archive`], [`OpsError::Io`].
pub fn read(
    path: &Path,
    trusted: &LedgerId,
    mut take: impl FnMut(&Verifier, ArchivedBlock) -> Result<(), OpsError>,
) -> Result<Verified, OpsError> {
    let io = |source| OpsError::io(path, source);
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    let first = frame(&mut file).map_err(io)?;
    let first = first.ok_or(ArchiveError::Malformed(DecodeError::Malformed))?;
    let mut verifier = Verifier::begin(&first, trusted)?;
    let from = verifier.next_height();
    while let Some(frame) = frame(&mut file).map_err(io)? {
        let block = verifier.block(&frame)?;
        take(&verifier, block)?;
    }
    let through = verifier.through();
    verifier.finish()?;
    Ok(Verified { from, through })
}

/// The blocks of an archive that holds.
#[derive(Clone, Copy, Debug)]
pub struct Verified {
    /// The first.
    pub from: Height,
    /// The last.
    pub through: Height,
}

/// The next frame; none at the end of the file.
fn frame(file: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 4];
    let read = file.read(&mut len)?;
    if read == 0 {
        return Ok(None);
    }
    let (_, rest) = len.split_at_mut(read);
    file.read_exact(rest)?;
    let len = usize::try_from(u32::from_be_bytes(len)).unwrap_or(usize::MAX);
    if len > MAX_FRAME_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // Grown as bytes arrive: a claimed length alone allocates nothing.
    let mut frame = Vec::new();
    let limit = u64::try_from(len).unwrap_or(u64::MAX);
    file.take(limit).read_to_end(&mut frame)?;
    if frame.len() == len {
        Ok(Some(frame))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}
