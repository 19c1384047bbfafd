// For Node: the wasm lies beside this file.
import { readFile } from "node:fs/promises";
import init from "./light_client.js";
import { opener } from "./verifier.js";

const load = async () => init({ module_or_path: await readFile(new URL("./verifier_bg.wasm", import.meta.url)) });

export const open = opener(load);
export { Verifier } from "./verifier.js";
