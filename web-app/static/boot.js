// Starts the app, and the service worker that keeps it usable without a network.
import init from "/web-app.js";

await init();

if ("serviceWorker" in navigator) {
  try {
    const registration = await navigator.serviceWorker.register("/sw.js");
    const announce = () => document.dispatchEvent(new Event("tally-update-waiting"));
    // The app offers a waiting version and never reloads a page by itself.
    if (registration.waiting && navigator.serviceWorker.controller) announce();
    registration.addEventListener("updatefound", () => {
      const next = registration.installing;
      next?.addEventListener("statechange", () => {
        if (next.state === "installed" && navigator.serviceWorker.controller) announce();
      });
    });
    document.addEventListener("tally-update-accepted", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      registration.waiting?.postMessage("activate");
    });
  } catch {
    // Without a service worker (private windows, plain http) everything but offline use works.
  }
}
