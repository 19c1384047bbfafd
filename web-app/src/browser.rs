//! Small typed doors to the browser: events, downloads, the clipboard, files.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Document, EventTarget, File, HtmlElement, Url, Window};

/// An event listener that ends when it is dropped.
#[must_use]
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn Fn()>,
}

impl Listener {
    /// Calls `handler` whenever `event` reaches `target`.
    pub(crate) fn new(
        target: &EventTarget,
        event: &'static str,
        handler: impl Fn() + 'static,
    ) -> Self {
        let closure = Closure::<dyn Fn()>::new(handler);
        let target = target.clone();
        // Adding a listener fails only for a target that is not one.
        target
            .add_event_listener_with_callback(event, closure.as_ref().unchecked_ref())
            .ok();
        Self {
            target,
            event,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        self.target
            .remove_event_listener_with_callback(self.event, callback)
            .ok();
    }
}

/// The window this program runs in.
pub(crate) fn window() -> Window {
    web_sys::window().expect("the app runs in a window")
}

/// The document this program runs in.
pub(crate) fn document() -> Document {
    window().document().expect("a window has a document")
}

/// The origin of the page, such as `https://portal.example`.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The bytes of a file that the user chose.
pub(crate) async fn read_file(file: &File) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Hands `bytes` to the user as a file.
pub(crate) fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlElement = document().create_element("a")?.unchecked_into();
    link.set_attribute("href", &url)?;
    link.set_attribute("download", name)?;
    link.click();
    Url::revoke_object_url(&url)
}

/// Puts `text` on the clipboard.
pub(crate) async fn copy(text: &str) -> Result<(), JsValue> {
    // Pages over plain http have no clipboard.
    let navigator = window().navigator();
    if Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .map(drop)
}
