// For pages that embed this one: files and trust stores come by message, verdicts go back.

const answer = (event, message) => {
  const port = event.ports[0] ?? event.source;
  // Whoever sent the files may know the verdicts on them, wherever it is from.
  if (event.ports[0]) port.postMessage(message);
  else port?.postMessage(message, { targetOrigin: "*" });
};

const isNamed = (file) => typeof file?.name === "string" && file.bytes instanceof Uint8Array;

addEventListener("message", async (event) => {
  const { trust = [], files } = event.data ?? {};
  if (!Array.isArray(files) || !files.every(isNamed) || !Array.isArray(trust)) return;
  await ready;
  const stores = trust.map((bytes) => new File([bytes], "trust"));
  const judged = await take([...stores, ...files.map(({ name, bytes }) => new File([bytes], name))]);
  answer(event, {
    tallystick: "verdicts",
    verdicts: judged.map(({ name, verdict }) => ({ name, verdict: JSON.parse(verdict) })),
  });
});

ready.then(() => { if (parent !== window) parent.postMessage({ tallystick: "ready" }, "*"); });
