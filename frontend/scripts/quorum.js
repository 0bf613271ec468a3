// <p data-quorum="2/3" data-roster="name" data-present="name" data-recused="name" data-text="…">: counts while people are chosen.
// Without data-roster everybody who can be present is in the roster. data-form is the form's id where the element stands outside of it.
// The server counts again when the draft is saved, and it is what decides.
const chosen = (form, name) =>
  new Set(name ? [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].map((box) => box.value) : []);

const all = (form, name) => new Set([...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].map((box) => box.value));
const formOf = (place) => (place.dataset.form ? document.getElementById(place.dataset.form) : place.closest('form'));

function count(place) {
  const form = formOf(place);
  const { quorum, roster, present, recused, text, met, notMet } = place.dataset;
  const [numerator, denominator] = quorum.split('/').map(Number);
  const members = roster ? chosen(form, roster) : all(form, present);
  const out = chosen(form, recused);
  const voting = [...chosen(form, present)].filter((person) => members.has(person) && !out.has(person)).length;
  const needed = Math.ceil((members.size * numerator) / denominator);
  const values = { present: voting, roster: members.size, needed, met: members.size && voting >= needed ? met : notMet };
  place.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function startQuorums() {
  document.querySelectorAll('[data-quorum]').forEach((place) => {
    if (!formOf(place)) return;
    count(place);
    formOf(place).addEventListener('change', () => count(place));
  });
}
