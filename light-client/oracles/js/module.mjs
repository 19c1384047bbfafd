// The wasm module, from the text of its glue and its bytes: the same way in Node and in a browser.

let imported = 0;

/** Imports the glue anew: it keeps one instance for ever, and a cold run needs another. */
function importAnew(glueText) {
  // Equal addresses would be one module, hence the number.
  imported += 1;
  const text = encodeURIComponent(`${glueText}\n// ${imported}`);
  return import(`data:text/javascript;charset=utf-8,${text}`);
}

/** Compiles once; `glue` has an instance, each `fresh()` gives glue that has none yet. */
export async function load(glueText, wasmBytes) {
  const compiled = await WebAssembly.compile(wasmBytes);
  const fresh = () => importAnew(glueText);
  const glue = await fresh();
  glue.initSync({ module: compiled });
  return { glue, compiled, fresh };
}
