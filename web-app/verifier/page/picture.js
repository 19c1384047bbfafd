// Pictures of codes: whatever the browser decodes is drawn, and its pixels are looked at.

// Pixels that are drawn at a time: some browsers have no canvas for a whole photograph.
const STRIP = 4 * 1024 * 1024;

// Hands the picture over from top to bottom. The canvas is nowhere on the page.
const handOver = (bitmap, photo) => {
  const { width, height } = photo;
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP / width)));
  const context = make("canvas", { width, height: rows }).getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < height; top += rows) {
    const strip = Math.min(rows, height - top);
    context.clearRect(0, 0, width, strip);
    context.drawImage(bitmap, 0, -top, width, height);
    if (!photo.add_rows(context.getImageData(0, 0, width, strip).data)) throw new RangeError("rows");
  }
};

// The document in a code of the picture, or why there is none. Decoding bytes is no fetch: the
// policy needs no exception for it.
const readPicture = async (bytes) => {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes]));
  } catch {
    return { why: "picture_unreadable" };
  }
  try {
    const photo = new program.Photo(bitmap.width, bitmap.height);
    handOver(bitmap, photo);
    const found = photo.document();
    photo.free();
    return found ? { bytes: found } : { why: "picture_without_code" };
  } catch {
    // Of one picture: the other files are judged all the same.
    return { why: "failed" };
  } finally {
    bitmap.close();
  }
};
