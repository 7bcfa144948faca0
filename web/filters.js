// Chips that say which kinds of messages are shown. What is being read stays where it is.
import { body, button, keepPlace, make } from "./dom.js";

const kinds = [
  ["prompts", "Prompts"], ["answers", "Answers"], ["thinking", "Thinking"], ["shell", "Commands"], ["edit", "Edits"],
  ["read", "Reads"], ["web", "Web"], ["tools", "Other tools"], ["agents", "Sub-agents"],
];

export function createFilters(onChange) {
  const group = make("div", { class: "chips", role: "group", "aria-label": "What is shown" });
  const chips = kinds.map(([kind, text]) => {
    const chip = button(text, text, () => change(() => toggle(chip)), "chip");
    chip.dataset.kind = kind;
    chip.setAttribute("aria-pressed", "true");
    return chip;
  });
  const errors = button("Errors only", "Errors only", () => change(() => toggle(errors)), "chip bad-chip");
  errors.setAttribute("aria-pressed", "false");
  group.append(...chips, errors);

  const isOn = (chip) => chip.getAttribute("aria-pressed") === "true";
  const toggle = (chip) => chip.setAttribute("aria-pressed", String(!isOn(chip)));

  function change(make_it_so) {
    keepPlace(() => {
      make_it_so();
      for (const chip of chips) body.classList.toggle(`no-${chip.dataset.kind}`, !isOn(chip));
      body.classList.toggle("only-errors", isOn(errors));
      for (const wanted of document.querySelectorAll(".wanted")) wanted.classList.remove("wanted");
    });
    onChange();
  }

  return { group };
}
