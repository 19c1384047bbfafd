// node bundle.mjs <file>: writes browser.mjs and all that it needs as one ES module.

import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const outfile = process.argv[2];
if (!outfile) {
  console.error('usage: node bundle.mjs <file>');
  process.exit(2);
}

await build({
  entryPoints: [fileURLToPath(new URL('browser.mjs', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  // Classes and bigints stay what they are in Node, so that the same code is measured.
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
});
