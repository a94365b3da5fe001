// The map of the graph: arrow keys go from thing to thing; the one that is pointed at shows what shares claims with it.

export function explore(map) {
  const spots = [...map.querySelectorAll(".place-of")];
  const names = spots.map((spot) => spot.querySelector("title").textContent);
  const circles = spots.map((spot) => spot.querySelector("circle"));
  const at = circles.map((circle) => [circle.cx.baseVal.value, circle.cy.baseVal.value]);
  const told = map.parentNode.querySelector(".under");
  document.body.classList.add("mapped");
  spots.forEach((spot, index) => {
    spot.setAttribute("tabindex", index ? "-1" : "0");
    spot.addEventListener("focus", () => show(index));
    spot.addEventListener("pointerenter", () => show(index));
  });
  map.addEventListener("pointerleave", () => show(spots.indexOf(document.activeElement)));
  map.addEventListener("focusout", () => show(-1));
  map.addEventListener("keydown", (event) => {
    const from = spots.indexOf(document.activeElement);
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
    if (from < 0 || !way) return;
    event.preventDefault();
    const next = nearest(from, way);
    if (next < 0) return;
    spots[from].setAttribute("tabindex", "-1");
    spots[next].setAttribute("tabindex", "0");
    spots[next].focus({ preventScroll: true });
    circles[next].scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // The next thing in a direction: straight ahead is nearer than aside.
  function nearest(from, [right, down]) {
    let best = -1;
    let least = Infinity;
    at.forEach(([x, y], index) => {
      const [dx, dy] = [x - at[from][0], y - at[from][1]];
      const ahead = dx * right + dy * down;
      const aside = Math.abs(dx * down) + Math.abs(dy * right);
      if (ahead > 0 && ahead + 2.5 * aside < least) [best, least] = [index, ahead + 2.5 * aside];
    });
    return best;
  }

  function show(index) {
    map.classList.toggle("pointed", index >= 0);
    const near = index < 0 ? [] : spots[index].dataset.near.split(" ").filter(Boolean).map(Number);
    const lit = new Set([index, ...near]);
    spots.forEach((spot, number) => spot.classList.toggle("lit", lit.has(number)));
    told.textContent = index < 0 ? "\u00a0" : `${names[index]}${near.length ? `; told of with ${near.slice(0, 4).map((one) => names[one].replace(/, \d+ claims?$/, "")).join(", ")}${near.length > 4 ? " and others" : ""}` : ""}`;
  }

  const middle = at[0][0] - map.clientWidth / 2; // the weightiest thing first
  map.scrollLeft = Math.max(0, middle);
}
