// <p data-quorum="2/3" data-roster="name" data-present="name" data-recused="name" data-text="…">: counts while people are chosen.
// The server counts again when the draft is saved, and it is what decides.
const chosen = (form, name) =>
  new Set(name ? [...form.querySelectorAll(`[name="${CSS.escape(name)}"]:checked`)].map((box) => box.value) : []);

function count(place) {
  const form = place.closest('form');
  const { quorum, roster, present, recused, text, met, notMet } = place.dataset;
  const [numerator, denominator] = quorum.split('/').map(Number);
  const members = chosen(form, roster);
  const out = chosen(form, recused);
  const voting = [...chosen(form, present)].filter((person) => members.has(person) && !out.has(person)).length;
  const needed = Math.ceil((members.size * numerator) / denominator);
  const values = { present: voting, roster: members.size, needed, met: members.size && voting >= needed ? met : notMet };
  place.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function startQuorums() {
  document.querySelectorAll('[data-quorum]').forEach((place) => {
    count(place);
    place.closest('form').addEventListener('change', () => count(place));
  });
}
