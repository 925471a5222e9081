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

// A picture drawn as SVG, saved as PNG at twice its size so that it stays sharp in a document.
export async function downloadPng(name, svg, width, height) {
  const source = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
    download(name, 'image/png', blob);
  } finally {
    URL.revokeObjectURL(source);
  }
}
