#![no_main]

use std::sync::LazyLock;

use light_client::key::sm2::GeneratorTable;

static GENERATOR: LazyLock<GeneratorTable> = LazyLock::new(GeneratorTable::new);

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    sm2_oracles::fuzz::verify_sm2(&GENERATOR, input);
});
