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
export async function downloadPng(name, svg, width, height, background) {
  // A data address: from a blob, a drawing that holds HTML would taint the canvas.
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const context = canvas.getContext('2d');
  if (background) {
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
  download(name, 'image/png', blob);
}

// A part of the page as it stands, without its buttons, saved as PNG on the page's own surface. It holds no images of its own.
export async function savePart(name, element) {
  const room = 16;
  const { width, height } = element.getBoundingClientRect();
  const [wide, high] = [Math.ceil(width) + 2 * room, Math.ceil(height) + 2 * room];
  const copy = element.cloneNode(true);
  inline(element, copy);
  for (const button of copy.querySelectorAll('button')) button.style.visibility = 'hidden';
  copy.style.margin = '0';
  const html = new XMLSerializer().serializeToString(copy);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"><foreignObject x="${room}" y="${room}" width="${width}" height="${height + room}">${html}</foreignObject></svg>`;
  await downloadPng(name, svg, wide, high, getComputedStyle(element).getPropertyValue('--mud-palette-surface').trim());
}

// Style sheets do not reach into a picture: every element takes its computed style along.
function inline(from, to) {
  const style = getComputedStyle(from);
  to.setAttribute('style', Array.from(style, name => `${name}:${style.getPropertyValue(name)}`).join(';'));
  for (let i = 0; i < from.children.length; i++) inline(from.children[i], to.children[i]);
}
