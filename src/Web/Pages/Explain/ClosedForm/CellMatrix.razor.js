// Arrow keys choose a cell here and must not scroll the page as well. The listener goes with its element.
export function attach(surface) {
  surface?.addEventListener('keydown', event => {
    if (event.key.startsWith('Arrow')) event.preventDefault();
  });
}
