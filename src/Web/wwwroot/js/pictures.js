// Shows a file of the person's own and tells its upright size; rejects what the browser cannot decode.
let shown = null;

export async function measure(bytes, type) {
  const source = URL.createObjectURL(new Blob([bytes], { type }));
  const image = new Image();
  image.src = source;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(source);
    throw new Error('not an image');
  }
  if (shown) URL.revokeObjectURL(shown);
  shown = source;
  return { source, width: image.naturalWidth, height: image.naturalHeight };
}

export function download(name, type, bytes) {
  const source = URL.createObjectURL(new Blob([bytes], { type }));
  const link = document.createElement('a');
  link.href = source;
  link.download = name;
  link.click();
  URL.revokeObjectURL(source);
}
