// S opens the speaker's view: notes, the next slide and a clock. Escape shows all slides.
Reveal.initialize({
  width: 1280, height: 720, margin: 0.03, center: false, hash: true, transition: "none",
  slideNumber: "c/t", plugins: [RevealNotes],
});

// A formula that is wider than its slide becomes smaller.
const fit = ({ currentSlide }) => currentSlide.querySelectorAll(".formula").forEach((formula) => {
  const size = parseFloat(getComputedStyle(formula).fontSize);
  const share = formula.clientWidth / formula.scrollWidth;
  if (share < 1) formula.style.fontSize = `${size * share}px`;
});
Reveal.on("ready", fit);
Reveal.on("slidechanged", fit);
