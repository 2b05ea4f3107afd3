"use strict";
const form = document.getElementById("filter");
if (form) {
  const spots = [...document.querySelectorAll("article")];
  const words = new Map();
  const textOf = (spot) => {
    if (!words.has(spot)) {
      const file = spot.parentElement.querySelector("h3").textContent;
      words.set(spot, (file + "\n" + spot.textContent).toLowerCase());
    }
    return words.get(spot);
  };
  const show = () => {
    const kinds = new Set([...form.querySelectorAll("[name=kind]:checked")].map((box) => box.value));
    const code = form.elements.namedItem("code").value;
    const wanted = form.elements.namedItem("words").value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const spot of spots) {
      spot.hidden = !(kinds.has(spot.dataset.kind) && (!code || spot.dataset.code === code) &&
        wanted.every((word) => textOf(spot).includes(word)));
      shown += !spot.hidden;
    }
    for (const group of document.querySelectorAll("#spots section")) {
      group.hidden = !group.querySelector("article:not([hidden])");
    }
    document.getElementById("shown").textContent = `${shown} of ${spots.length} shown`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
