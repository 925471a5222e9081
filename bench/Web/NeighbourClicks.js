// From a click on the query image to what it finds, on the page's own clock: "first" is the frame after the first crop of a new answer
// has its pixels, "all" the frame after every crop of both galleries has.
(() => {
  const crops = gallery => [...gallery.querySelectorAll(".tile:not(.waiting) .crop > img")];
  const loaded = image => image.complete && image.naturalWidth > 0;
  const frame = () => new Promise(r => requestAnimationFrame(() => setTimeout(r)));
  window.armClick = () => {
    const before = [...document.querySelectorAll(".gallery")].map(g => crops(g)[0]?.src);
    window.clicked = (async () => {
      const start = await new Promise(r => addEventListener("pointerup", () => r(performance.now()), { once: true, capture: true }));
      let first = 0;
      while (performance.now() - start < 20000) {
        const galleries = [...document.querySelectorAll(".gallery")];
        const answered = galleries.map((g, i) => g.ariaBusy === "false" && crops(g).length > 0 && crops(g)[0].src !== before[i]);
        if (!first && galleries.some((g, i) => answered[i] && loaded(crops(g)[0]))) { await frame(); first = performance.now() - start; }
        if (first && answered.every(a => a) && galleries.every(g => crops(g).every(loaded))) { await frame(); return [first, performance.now() - start]; }
        await frame();
      }
      throw new Error("No answer within 20 s.");
    })();
  };
})();
