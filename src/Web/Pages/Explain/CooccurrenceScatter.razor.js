// The pointer's place as shares of the plot, at most one call a frame.
export function attach(surface, owner) {
  let frame = 0;
  let last = null;
  const over = event => {
    last = event;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      const r = surface.getBoundingClientRect();
      owner.invokeMethodAsync('PointerOver', (last.clientX - r.left) / r.width, (last.clientY - r.top) / r.height, r.width, r.height);
    });
  };
  surface.addEventListener('pointermove', over);
  surface.addEventListener('pointerdown', over);
  return {
    dispose() {
      cancelAnimationFrame(frame);
      surface.removeEventListener('pointermove', over);
      surface.removeEventListener('pointerdown', over);
    },
  };
}
