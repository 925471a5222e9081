// Pointer positions as shares of the surface, at most one call a frame: .NET does the geometry.
export function attach(surface, owner) {
  let from = null;
  let pending = null;
  let frame = 0;

  const at = event => {
    const r = surface.getBoundingClientRect();
    return [(event.clientX - r.left) / r.width, (event.clientY - r.top) / r.height];
  };
  const call = (name, ...values) => owner.invokeMethodAsync(name, ...values);
  const soon = (name, ...values) => {
    pending = [name, ...values];
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (pending) call(...pending);
      pending = null;
    });
  };
  const forget = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    pending = null;
  };

  const down = event => {
    if (event.button !== 0) return;
    from = at(event);
    surface.setPointerCapture(event.pointerId);
  };
  const move = event => {
    if (from) soon('PointerDrag', ...from, ...at(event));
    else if (event.pointerType !== 'touch') soon('PointerOver', ...at(event));
  };
  const up = event => {
    if (!from) return;
    const start = from;
    from = null;
    forget();
    call('PointerUp', ...start, ...at(event));
  };
  const cancel = () => {
    from = null;
    forget();
    call('PointerCancel');
  };
  const leave = () => {
    if (from) return;
    forget();
    call('PointerAway');
  };
  // Arrow keys move the patch here and must not scroll the page as well.
  const key = event => {
    if (event.key.startsWith('Arrow')) event.preventDefault();
  };

  const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: cancel, pointerleave: leave, keydown: key };
  for (const [name, listener] of Object.entries(listeners)) surface.addEventListener(name, listener);
  return {
    dispose() {
      forget();
      for (const [name, listener] of Object.entries(listeners)) surface.removeEventListener(name, listener);
    },
  };
}
