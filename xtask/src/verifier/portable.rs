//! What a browser must know to run the wasm: nothing that an older WebView lacks.

use anyhow::{Context as _, Result};
use wasmparser::{Validator, WasmFeatures};

/// WebAssembly as browsers had it in 2021: no SIMD, no threads, no exceptions.
const OF_2021: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY);

/// Fails if the wasm needs anything newer.
pub(crate) fn check(wasm: &[u8]) -> Result<()> {
    let mut validator = Validator::new_with_features(OF_2021);
    let checked = validator.validate_all(wasm);
    checked.context("the wasm needs more than browsers had in 2021")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one function of one instruction, and nothing else.
    fn module(body: &[u8]) -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0".to_vec();
        let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
        wasm.extend([10, length + 4, 1, length + 2, 0]);
        wasm.extend(body);
        wasm.push(0x0b);
        wasm
    }

    #[test]
    fn vectors_and_fences_are_refused() {
        assert!(check(&module(&[0x01])).is_ok());
        let zero_vector = [&[0xfd, 0x0c][..], &[0; 16], &[0x1a]].concat();
        assert!(check(&module(&zero_vector)).is_err());
        assert!(check(&module(&[0xfe, 0x03, 0x00])).is_err());
    }
}
