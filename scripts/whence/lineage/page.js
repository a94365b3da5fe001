"use strict";
(() => {
  const frame = document.querySelector(".frame"), picture = frame.querySelector("svg"), details = document.querySelector(".details");
  const full = { width: picture.viewBox.baseVal.width, height: picture.viewBox.baseVal.height };
  let view = { x: 0, y: 0, scale: 1 };
  const show = () => {
    picture.setAttribute("viewBox", [view.x, view.y, frame.clientWidth / view.scale, frame.clientHeight / view.scale].join(" "));
  };
  const fit = () => {
    const scale = Math.min(1, Math.max(frame.clientWidth / full.width, frame.clientWidth < 600 ? 0.75 : 0.85));
    const home = picture.querySelector(".home rect");
    view = { scale, x: 0, y: 0 };
    if (home && full.width * scale > frame.clientWidth) {
      const middle = Number(home.getAttribute("x")) + Number(home.getAttribute("width")) / 2;
      view.x = Math.min(Math.max(0, middle - frame.clientWidth / scale / 2), full.width - frame.clientWidth / scale);
    }
    if (home && full.height * scale > frame.clientHeight) {
      const box = home.getBBox(), shift = home.closest("g").transform.baseVal[0].matrix.f, middle = box.y + box.height / 2 + shift;
      if (middle > (frame.clientHeight / scale) * 0.8) view.y = Math.min(middle - frame.clientHeight / scale / 2, full.height - frame.clientHeight / scale);
    }
    show();
  };
  const zoom = (factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) => {
    const scale = Math.min(4, Math.max(0.1, view.scale * factor));
    view = { scale, x: view.x + x / view.scale - x / scale, y: view.y + y / view.scale - y / scale };
    show();
  };
  document.body.classList.add("scripted");
  frame.style.height = Math.min(full.height, Math.max(360, window.innerHeight * 0.72)) + "px";
  picture.setAttribute("width", "100%");
  picture.setAttribute("height", "100%");
  picture.setAttribute("preserveAspectRatio", "xMinYMin meet");
  fit();
  window.addEventListener("resize", fit);
  for (const button of document.querySelectorAll("button[data-zoom]")) {
    button.addEventListener("click", () => (button.dataset.zoom ? zoom(Number(button.dataset.zoom)) : fit()));
  }
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let held = null, moved = false;
  frame.addEventListener("pointerdown", (event) => { held = { x: event.clientX, y: event.clientY }; moved = false; });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const across = event.clientX - held.x, down = event.clientY - held.y;
    if (!moved && Math.hypot(across, down) < 4) return;
    moved = true;
    held = { x: event.clientX, y: event.clientY };
    view.x -= across / view.scale;
    view.y -= down / view.scale;
    show();
  });
  window.addEventListener("pointerup", () => { held = null; });
  window.addEventListener("pointercancel", () => { held = null; });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] }[event.key];
    if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.2 : 1 / 1.2);
    else if (steps) { view.x += steps[0] / view.scale; view.y += steps[1] / view.scale; show(); }
    else return;
    event.preventDefault();
  });
  frame.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    if (moved) return;
    const told = document.getElementById(link.getAttribute("href").slice(1));
    for (const old of picture.querySelectorAll(".chosen")) old.classList.remove("chosen");
    link.classList.add("chosen");
    details.replaceChildren(...[...told.children].map((child) => child.cloneNode(true)));
  });
})();
