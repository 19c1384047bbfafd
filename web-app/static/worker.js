// The worker in which documents are checked.
import init from "/verify-worker.js";

await init();
