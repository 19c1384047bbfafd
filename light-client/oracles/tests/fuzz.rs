//! The fuzz body on a corpus and ten thousand mutants; `light-client/fuzz` runs it for longer.

use light_client::key::sm2::GeneratorTable;
use sm2_oracles::dice::Dice;
use sm2_oracles::fuzz::{INPUT_BYTES, input, mutate, verify_sm2};
use sm2_oracles::soak::round;

#[test]
fn corpus_and_mutants_get_one_answer() {
    let generator = GeneratorTable::new();
    let corpus: Vec<Vec<u8>> = (0..4).flat_map(round).map(|case| input(&case)).collect();
    let valid = corpus
        .iter()
        .filter(|input| verify_sm2(&generator, input) == Some(true));
    assert!(valid.count() > corpus.len() / 4);
    let mut dice = Dice::new(3);
    let mut refused = 0;
    for _ in 0..10_000 {
        let mut mutant = corpus[dice.below(corpus.len())].clone();
        mutate(&mut mutant, &corpus[dice.below(corpus.len())], &mut dice);
        refused += usize::from(verify_sm2(&generator, &mutant) == Some(false));
    }
    assert!(refused > 9_000, "{refused}");
}

#[test]
fn inputs_of_another_length_mean_nothing() {
    let generator = GeneratorTable::new();
    for length in [0, 1, 32, 33, 65, INPUT_BYTES - 1, INPUT_BYTES + 1] {
        assert_eq!(verify_sm2(&generator, &vec![2; length]), None);
    }
}
