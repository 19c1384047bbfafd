// For browsers and bundlers: the wasm lies beside this file, or where `open` is told.
import init from "./light_client.js";
import { opener } from "./verifier.js";

const load = async (wasm = new URL("./verifier_bg.wasm", import.meta.url)) => init({ module_or_path: wasm });

export const open = opener(load);
export { Verifier } from "./verifier.js";
