// node soak.mjs <folder with sm2_oracles.js and sm2_oracles_bg.wasm> <rounds>
//
// All implementations in the module on the soak's cases: what differs between wasm and a native
// build (limbs, word size) is judged by the same cases.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { load } from './module.mjs';

const STEP = 25;
const [folder, rounds] = [process.argv[2], Number(process.argv[3])];
if (!folder || !(rounds > 0)) {
  console.error('usage: node soak.mjs <folder with sm2_oracles.js and sm2_oracles_bg.wasm> <rounds>');
  process.exit(2);
}
const glue = await readFile(join(folder, 'sm2_oracles.js'), 'utf8');
const wasm = await readFile(join(folder, 'sm2_oracles_bg.wasm'));
const module = await load(glue, wasm);
let cases = 0;
for (let first = 0; first < rounds; first += STEP) {
  cases += module.glue.soak(first, Math.min(STEP, rounds - first));
  console.log(`  in wasm: ${cases} cases`);
}
console.log('all agree in wasm');
